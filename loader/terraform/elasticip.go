package terraform

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// elasticIP is an Elastic IP address with what it is associated with.
type elasticIP struct {
	*model.ElasticIP
	machine, nic candidate
	private      netip.Addr
	associated   bool
	open         *model.Unknown
	place        model.Provenance
}

// readElasticIP reads an address with the association that it writes itself.
func readElasticIP(b body) {
	id := b.r.id()
	if b.elasticIPs[id] != nil && b.r.isData() {
		return
	}
	e := &elasticIP{ElasticIP: &model.ElasticIP{ID: model.AllocationID(id), Meta: b.meta(), PublicIP: b.addr("public_ip")}, place: b.r.place}
	machine, nic := "instance", "network_interface"
	if b.r.isData() {
		machine, nic = "instance_id", "network_interface_id"
	}
	b.associate(e, machine, nic, "associate_with_private_ip")
	if !e.private.IsValid() && e.associated {
		e.private = b.addr("private_ip")
	}
	b.elasticIPs[id] = e
	b.network.ElasticIPs[e.ID] = e.ElasticIP
}

// readElasticIPAssociation reads an association that is a resource of its own.
func readElasticIPAssociation(b body) {
	c, u := b.ref("allocation_id", wantAddress, nil)
	e := b.elasticIPs[c.id]
	if u != nil || e == nil {
		e = &elasticIP{ElasticIP: &model.ElasticIP{ID: model.AllocationID(c.id), PublicIP: b.addr("public_ip")}, place: b.r.place}
		if e.ID == "" {
			e.ID = model.AllocationID(b.r.address)
		}
		b.elasticIPs[string(e.ID)] = e
	}
	b.associate(e, "instance_id", "network_interface_id", "private_ip_address")
}

func (b body) associate(e *elasticIP, machine, nic, private string) {
	var u, v *model.Unknown
	m, u := b.ref(machine, wantMachine, nil)
	n, v := b.ref(nic, wantNIC, nil)
	if m.id == "" && n.id == "" && u == nil && v == nil {
		return
	}
	e.machine, e.nic, e.associated = m, n, true
	if m.id == "" && n.id == "" {
		e.open = firstOpen(u, v)
		for _, name := range []string{machine, nic} {
			w := wantMachine
			if name == nic {
				w = wantNIC
			}
			if b.open(name) != nil {
				for _, c := range b.candidates(name, w).found {
					b.maybePublic[c.id] = e.open
				}
			}
		}
	}
	if p := b.addr(private); p.IsValid() {
		e.private = p
	}
}

// linkElasticIPs gives interfaces their Elastic IP addresses (EIP-1), which take
// the place of public ones (ENI-5).
func (b *builder) linkElasticIPs() {
	for _, id := range sortedKeys(b.elasticIPs) {
		e := b.elasticIPs[id]
		if !e.associated || e.open != nil {
			continue
		}
		var i *model.Interface
		switch {
		case e.nic.id != "":
			i = b.network.Interfaces[model.InterfaceID(e.nic.id)]
		default:
			if m := b.network.Instances[model.InstanceID(e.machine.id)]; m != nil && len(m.Interfaces) > 0 {
				i = b.network.Interfaces[m.Interfaces[0]]
			}
		}
		if i == nil {
			continue
		}
		e.Interface = i.ID
		primary := i.Primary(false).IP
		if !e.private.IsValid() {
			e.private = primary
		}
		e.PrivateIP = e.private
		switch {
		case e.private != primary && primary.IsValid():
			b.publishSecondary(i, e)
		case e.PublicIP.IsValid():
			i.PublicUnknown = nil
			b.publish(i, e.PublicIP)
		default:
			i.PublicUnassigned, i.PublicUnknown = true, nil
		}
	}
	for _, id := range sortedKeys(b.maybePublic) {
		i := b.network.Interfaces[model.InterfaceID(id)]
		if m := b.network.Instances[model.InstanceID(id)]; m != nil && len(m.Interfaces) > 0 {
			i = b.network.Interfaces[m.Interfaces[0]]
		}
		if i != nil && !i.PublicUnassigned {
			i.PublicUnknown = b.maybePublic[id]
		}
	}
}

func (b *builder) publishSecondary(i *model.Interface, e *elasticIP) {
	for j := range i.Addresses {
		if i.Addresses[j].IP != e.private {
			continue
		}
		i.Addresses[j].Public, i.Addresses[j].PublicUnassigned = e.PublicIP, !e.PublicIP.IsValid()
	}
}
