package describe

import (
	"strings"

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
	place    model.Provenance
}

// The calls whose lists tell what a service network joins.
const (
	listNetworkVPCs     = "list-service-network-vpc-associations"
	listNetworkServices = "list-service-network-service-associations"
)

// latticeNetwork is a service network with how many associations it says that it
// has.
type latticeNetwork struct {
	model.ServiceNetwork
	vpcs, services, resources   number
	seenServices, seenResources int
	// named says that it is told by no more than its associations.
	named bool
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
			b.lattice.called[listNetworkVPCs] = true
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
	a.active, a.place = isActive(state), m.Provenance
	if r.err == nil && id != "" {
		r.fact(func(b *builder, p *part) {
			if a.service != "" {
				b.lattice.called[listNetworkServices] = true
			}
			b.lattice.members[id] = a
		})
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
	s.nameNetworks()
	for id, v := range s.networks {
		n.ServiceNetworks[id] = &v.ServiceNetwork
	}
	for _, id := range sortedIDs(s.vpcs) {
		a := s.vpcs[id]
		v := s.networks[a.network]
		if v == nil {
			continue
		}
		if !a.groups {
			b.report(model.Diagnostic{Severity: model.Warning, Rule: "LAT-3", Resource: id, Provenance: a.place,
				Summary: "the groups of the service network association " + id + " are not told; what they let in is unknown",
				Detail:  "Run aws vpc-lattice get-service-network-vpc-association --service-network-vpc-association-identifier " + id + "."})
			a.GroupsUnknown = &model.Unknown{Subject: id, Attribute: "securityGroupIds", Provenance: a.place,
				Reason: "the snapshot does not have them; run aws vpc-lattice get-service-network-vpc-association --service-network-vpc-association-identifier " + id}
		}
		v.VPCs = append(v.VPCs, a.ServiceNetworkVPC)
	}
	for _, id := range sortedIDs(s.members) {
		m := s.members[id]
		v := s.networks[m.network]
		switch {
		case v == nil:
		case m.service != "":
			v.seenServices++
			if m.active {
				v.Services = append(v.Services, m.service)
			}
		case m.resource != "":
			v.seenResources++
			if m.active {
				v.Resources = append(v.Resources, m.resource)
			}
		}
	}
	for _, v := range model.Sorted(s.networks) {
		calls := s.lacking(v)
		if calls == nil {
			continue
		}
		id := string(v.ID)
		b.report(model.Diagnostic{Severity: model.Warning, Rule: "LAT-1", Resource: id, Provenance: v.Provenance,
			Summary: "the snapshot lacks associations that the service network " + id + " has, or may have; what else it joins is unknown",
			Detail:  "Run aws vpc-lattice " + strings.Join(calls, ", ") + " with --service-network-identifier " + id + "."})
		v.Unknown = &model.Unknown{Subject: id, Attribute: "associations", Provenance: v.Provenance,
			Reason: "the snapshot does not have them all; run aws vpc-lattice " + strings.Join(calls, ", ")}
	}
	b.linkResources()
}

// nameNetworks makes the service networks that only their associations name: those of
// another account that are shared with this one.
func (s *lattice) nameNetworks() {
	name := func(id model.ServiceNetworkID, at model.Provenance) {
		if id != "" && s.networks[id] == nil {
			v := &latticeNetwork{named: true}
			v.ID, v.Provenance = id, at
			s.networks[id] = v
		}
	}
	for _, id := range sortedIDs(s.vpcs) {
		name(s.vpcs[id].network, s.vpcs[id].place)
	}
	for _, id := range sortedIDs(s.members) {
		name(s.members[id].network, s.members[id].place)
	}
}

// lacking are the calls that would tell more associations of a service network: it
// counts more than the snapshot has, or it counts none and nobody made the call.
func (s *lattice) lacking(v *latticeNetwork) []string {
	var calls []string
	open := func(count number, seen int, call string, decides bool) {
		if count.n > seen || decides && !count.given && (v.named || !s.called[call]) {
			calls = append(calls, call)
		}
	}
	open(v.vpcs, len(v.VPCs), listNetworkVPCs, true)
	open(v.services, v.seenServices, listNetworkServices, true)
	open(v.resources, v.seenResources, "list-service-network-resource-associations", false)
	return calls
}
