package yamlfile

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// elasticIP is an Elastic IP address.
type elasticIP struct {
	common
	publicIP         value[netip.Addr]
	networkInterface ref
	privateIP        value[netip.Addr]
}

var elasticIPShape = orText(object("an Elastic IP", "An Elastic IP address.", commonKeys(func(e *elasticIP) *common { return &e.common }), []field[elasticIP]{
	key("public_ip", address, func(e *elasticIP) *value[netip.Addr] { return &e.publicIP }, "the address"),
	key("network_interface", refTo, func(e *elasticIP) *ref { return &e.networkInterface }, "the interface that it is associated with"),
	key("private_ip", address, func(e *elasticIP) *value[netip.Addr] { return &e.privateIP }, "the private address that it is associated with; the interface's primary one by default"),
}), `^[0-9.]+$`, "the address", func(d *decoder, at model.Provenance, s string, into *elasticIP) {
	address.read(d, scalarNode(s, at), &into.publicIP)
})

func (b *builder) buildElasticIP(e *entry[elasticIP]) {
	f := &e.v
	id := model.AllocationID(b.idOf(model.KindElasticIP, nil, e.key))
	if f.publicIP.v.Is6() {
		b.d.ruleError(f.publicIP.at, "EIP-1", "", "an Elastic IP is an IPv4 address, not %s", f.publicIP.v)
	}
	m := &model.ElasticIP{ID: id, Meta: f.meta(e.key, e.at, b.outer), PublicIP: f.publicIP.v}
	b.n.ElasticIPs[id] = m
	if b.byAddress[m.PublicIP] == nil {
		b.byAddress[m.PublicIP] = m
	}
}

// associateElasticIP ties an Elastic IP to the interface that it names, when all
// interfaces are there.
func (b *builder) associateElasticIP(e *entry[elasticIP]) {
	f := &e.v
	m := b.n.ElasticIPs[model.AllocationID(b.idOf(model.KindElasticIP, nil, e.key))]
	if m == nil {
		return
	}
	if f.privateIP.set {
		m.PrivateIP = f.privateIP.v
	}
	if !f.networkInterface.isSet() {
		return
	}
	m.Interface = model.InterfaceID(b.id(model.KindInterface, nil, &f.networkInterface))
	i := b.n.Interfaces[m.Interface]
	if i == nil {
		return
	}
	if !f.privateIP.set {
		m.PrivateIP = i.Primary(false).IP
	}
	for k := range i.Addresses {
		if a := &i.Addresses[k]; a.IP == m.PrivateIP && !a.Public.IsValid() {
			a.Public = m.PublicIP
		}
	}
}

// elasticIP finds an Elastic IP by name or address; an address that nothing has
// yet becomes one, whose ID is the address.
func (b *builder) elasticIP(v value[string]) *model.ElasticIP {
	if found := b.names.find(nil, v.v, model.KindElasticIP); len(found) == 1 {
		return b.n.ElasticIPs[model.AllocationID(found[0].id)]
	}
	ip, err := parseAddress(v.v)
	if err != nil || !ip.Is4() {
		b.d.errorf(v.at, didYouMean(v.v, b.names.known(nil, model.KindElasticIP)), "%s is neither an IPv4 address nor one of elastic_ips", quote(v.v))
		return nil
	}
	if e := b.byAddress[ip]; e != nil {
		return e
	}
	e := &model.ElasticIP{ID: model.AllocationID(v.v), Meta: model.Meta{Name: v.v, Account: b.outer.Account, Region: b.outer.Region, Provenance: v.at}, PublicIP: ip}
	b.n.ElasticIPs[e.ID], b.byAddress[ip] = e, e
	return e
}
