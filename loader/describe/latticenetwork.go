package describe

import (
	"github.com/vpcwalk/vpcwalk/model"
)

type latticeVPC struct {
	network model.ServiceNetworkID
	model.ServiceNetworkVPC
	groups bool // whether groups are told
	place  model.Provenance
}

// latticeMember is a service's or a resource's association with a network.
type latticeMember struct {
	network  model.ServiceNetworkID
	service  model.LatticeServiceID
	resource model.ResourceConfigurationID
	active   bool
}

// latticeNetwork is a service network with how many associations it says that it
// has.
type latticeNetwork struct {
	model.ServiceNetwork
	vpcs, services, resources number
}

func readServiceNetwork(r *reader) {
	m := r.begin()
	n := &latticeNetwork{}
	var id string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "numberOfAssociatedVPCs":
			n.vpcs = r.integer()
		case "numberOfAssociatedServices":
			n.services = r.integer()
		case "numberOfAssociatedResourceConfigurations":
			n.resources = r.integer()
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	if meta, ok := r.latticeEnd(m, id); ok {
		n.ID, n.Meta = model.ServiceNetworkID(id), meta
		r.fact(func(b *builder, p *part) {
			if old := b.lattice.networks[n.ID]; old == nil || n.resources.given { // get-service-network counts less
				b.lattice.networks[n.ID] = n
			}
		})
	}
}

func readServiceNetworkVPC(r *reader) {
	m := r.begin()
	a := &latticeVPC{place: m.Provenance}
	a.Provenance = m.Provenance
	var id string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "serviceNetworkId":
			a.network = model.ServiceNetworkID(r.str())
		case "vpcId":
			a.VPC = model.VPCID(r.str())
		case "securityGroupIds":
			a.Groups, a.groups = strs[model.SecurityGroupID](r), true
		case "status":
			a.State = r.str()
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	a.Active = isActive(a.State)
	if r.err == nil && id != "" {
		r.fact(func(b *builder, p *part) {
			if old := b.lattice.vpcs[id]; old == nil || a.groups {
				b.lattice.vpcs[id] = a
			}
		})
	}
}

func readServiceNetworkMember(r *reader) {
	m := r.begin()
	var a latticeMember
	var id, state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "serviceNetworkId":
			a.network = model.ServiceNetworkID(r.str())
		case "serviceId":
			a.service = model.LatticeServiceID(r.str())
		case "resourceConfigurationId":
			a.resource = model.ResourceConfigurationID(r.str())
		case "status":
			state = r.str()
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	a.active = isActive(state)
	if r.err == nil && id != "" {
		r.fact(func(b *builder, p *part) { b.lattice.members[id] = a })
	}
}

// linkLattice joins what the calls say of VPC Lattice.
func (b *builder) linkLattice() {
	s, n := &b.lattice, b.network
	for _, g := range model.Sorted(s.groups) {
		targets, told := s.targets[string(g.ID)]
		for i := range targets {
			g.Targets = append(g.Targets, targets[i].of(g))
		}
		if !told {
			g.TargetsUnknown = &model.Unknown{Subject: string(g.ID), Attribute: "targets", Provenance: g.Provenance,
				Reason: "the snapshot does not have them; run aws vpc-lattice list-targets --target-group-identifier " + string(g.ID)}
		}
		n.TargetGroups[g.ID] = g
	}
	s.addListeners(n)
	for id, v := range s.networks {
		n.ServiceNetworks[id] = &v.ServiceNetwork
	}
	for _, id := range sortedIDs(s.vpcs) {
		a := s.vpcs[id]
		v := n.ServiceNetworks[a.network]
		if v == nil {
			continue
		}
		if !a.groups {
			b.report(model.Diagnostic{Severity: model.Warning, Rule: "LAT-3", Resource: id, Provenance: a.place,
				Summary: "the groups of the service network association " + id + " are not told; it is left out",
				Detail:  "Run aws vpc-lattice get-service-network-vpc-association --service-network-vpc-association-identifier " + id + "."})
			delete(n.ServiceNetworks, a.network)
			continue
		}
		v.VPCs = append(v.VPCs, a.ServiceNetworkVPC)
	}
	counted := map[model.ServiceNetworkID]*[2]int{}
	for id := range s.networks {
		counted[id] = &[2]int{}
	}
	for _, id := range sortedIDs(s.members) {
		m := s.members[id]
		v := n.ServiceNetworks[m.network]
		if v == nil {
			continue
		}
		if m.service != "" {
			counted[m.network][0]++
		}
		if m.resource != "" {
			counted[m.network][1]++
		}
		switch {
		case !m.active:
		case m.service != "":
			v.Services = append(v.Services, m.service)
		case m.resource != "":
			v.Resources = append(v.Resources, m.resource)
		}
	}
	for id, v := range s.networks {
		if x := n.ServiceNetworks[id]; x != nil && (v.vpcs.n > len(x.VPCs) || v.services.n > counted[id][0] || v.resources.n > counted[id][1]) {
			b.report(model.Diagnostic{Severity: model.Warning, Rule: "LAT-1", Resource: string(id), Provenance: v.Provenance,
				Summary: "the snapshot lacks associations that the service network " + string(id) + " has; what it joins is unknown",
				Detail:  "Run aws vpc-lattice list-service-network-vpc-associations, -service-associations and -resource-associations."})
			delete(n.ServiceNetworks, id)
		}
	}
	b.linkResources()
}
