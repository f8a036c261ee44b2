package describe

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// builder makes one network of the parts.
type builder struct {
	network *model.Network
	parts   []*part // in the order of their paths
	findings
	// from has the account folder that each resource's description was taken
	// from.
	from map[string]model.AccountID

	routeTables    map[model.RouteTableID]*routeTable
	networkACLs    map[model.NetworkACLID]*networkACL
	securityGroups map[model.SecurityGroupID]*securityGroup
	interfaces     map[model.InterfaceID]*networkInterface
	instances      map[model.InstanceID]*instance
	elasticIPs     map[model.AllocationID]*elasticIP
	databases      map[model.OwnerID]*database
	managed        map[model.OwnerID]*managed

	peerings             map[model.VPCPeeringConnectionID]*peering
	transit              transit
	balancing            balancing
	principals           map[model.VPCEndpointServiceID][]string
	connections          map[model.VPCEndpointID]endpointConnection
	clientVPNs           map[model.ClientVPNEndpointID]*clientVPN
	clientVPNGiven       [len(clientVPNCalls)]bool
	coreNetworks         map[model.CoreNetworkID]*model.CoreNetwork
	corePolicies         map[model.CoreNetworkID]*model.CoreNetwork
	coreAttachments      map[model.CoreNetworkAttachmentID]*coreAttachment
	firewalls            map[model.FirewallID]*firewall
	firewallAssociations []firewallAssociation
	groupReferences      map[model.FirewallRuleGroupID]map[string]model.PrefixListID
	accelerating         accelerating
	lattice              lattice
}

func newBuilder() *builder {
	return &builder{
		network:        model.NewNetwork(),
		from:           map[string]model.AccountID{},
		routeTables:    map[model.RouteTableID]*routeTable{},
		networkACLs:    map[model.NetworkACLID]*networkACL{},
		securityGroups: map[model.SecurityGroupID]*securityGroup{},
		interfaces:     map[model.InterfaceID]*networkInterface{},
		instances:      map[model.InstanceID]*instance{},
		elasticIPs:     map[model.AllocationID]*elasticIP{},
		databases:      map[model.OwnerID]*database{},
		managed:        map[model.OwnerID]*managed{},

		peerings:        map[model.VPCPeeringConnectionID]*peering{},
		transit:         newTransit(),
		balancing:       newBalancing(),
		principals:      map[model.VPCEndpointServiceID][]string{},
		connections:     map[model.VPCEndpointID]endpointConnection{},
		clientVPNs:      map[model.ClientVPNEndpointID]*clientVPN{},
		coreNetworks:    map[model.CoreNetworkID]*model.CoreNetwork{},
		corePolicies:    map[model.CoreNetworkID]*model.CoreNetwork{},
		coreAttachments: map[model.CoreNetworkAttachmentID]*coreAttachment{},
		firewalls:       map[model.FirewallID]*firewall{},
		groupReferences: map[model.FirewallRuleGroupID]map[string]model.PrefixListID{},
		accelerating:    newAccelerating(),
		lattice:         newLattice(),
	}
}

// merge puts all parts' resources together, by ID.
func (b *builder) merge() {
	n := b.network
	for _, p := range b.parts {
		for _, v := range p.vpcs {
			put(b, p, n.VPCs, v.ID, v, &v.Meta)
		}
		for _, v := range p.subnets {
			put(b, p, n.Subnets, v.ID, v, &v.Meta)
		}
		for _, v := range p.routeTables {
			put(b, p, b.routeTables, v.ID, v, &v.Meta)
		}
		for _, v := range p.networkACLs {
			put(b, p, b.networkACLs, v.ID, v, &v.Meta)
		}
		for _, v := range p.securityGroups {
			put(b, p, b.securityGroups, v.ID, v, &v.Meta)
		}
		for _, v := range p.interfaces {
			put(b, p, b.interfaces, v.ID, v, &v.Meta)
		}
		for _, v := range p.instances {
			put(b, p, b.instances, v.ID, v, &v.Meta)
		}
		for _, v := range p.elasticIPs {
			put(b, p, b.elasticIPs, v.ID, v, &v.Meta)
		}
		for _, v := range p.igws {
			put(b, p, n.InternetGateways, v.ID, v, &v.Meta)
		}
		for _, v := range p.eigws {
			put(b, p, n.EgressOnlyInternetGateways, v.ID, v, &v.Meta)
		}
		for _, v := range p.natGateways {
			put(b, p, n.NATGateways, v.ID, v, &v.Meta)
		}
		for _, v := range p.endpoints {
			put(b, p, n.VPCEndpoints, v.ID, v, &v.Meta)
		}
		for _, v := range p.databases {
			put(b, p, b.databases, v.ID, v, &v.Meta)
		}
		for _, f := range p.facts {
			f(b, p)
		}
	}
	b.mergePrefixLists()
	b.addResourcePolicies()
	b.mergeGroupRules()
	b.mergeBlockPublicAccess()
	b.mergeUnmodelled()
}

// put adds a resource. Of two that differ the later counts, except that an
// account's own word on what it owns beats what others see of it (SHR-1).
func put[K ~string, V any](b *builder, p *part, into map[K]*V, id K, v *V, m *model.Meta) {
	old, ok := into[id]
	from := b.from[string(id)]
	switch {
	case !ok:
	case same(old, v):
		return
	case from != p.scope.account && from != "" && from == m.Account:
		return
	case from != p.scope.account && p.scope.account == m.Account:
	default:
		b.differs(string(id), provenanceOf(old), m.Provenance)
	}
	into[id] = v
	b.from[string(id)] = p.scope.account
}

func (b *builder) differs(id string, old, used model.Provenance) {
	b.report(model.Diagnostic{Severity: model.Warning, Resource: id, Provenance: used,
		Summary: fmt.Sprintf("%s is given twice, differently; this one is used", id), Detail: "The other is at " + old.String() + "."})
}

func provenanceOf(v any) model.Provenance {
	return reflect.ValueOf(v).Elem().FieldByName("Provenance").Interface().(model.Provenance)
}

// same reports whether two values say the same, wherever they are written.
func same(a, b any) bool { return sameValue(reflect.ValueOf(a), reflect.ValueOf(b)) }

var (
	provenanceType = reflect.TypeFor[model.Provenance]()
	listedType     = reflect.TypeFor[listedInterface]()
)

func sameValue(a, b reflect.Value) bool {
	switch t := a.Type(); {
	case t == provenanceType || t == listedType:
		return true
	case t.PkgPath() == "net/netip":
		return a.Equal(b)
	}
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() && b.IsNil()
		}
		return sameValue(a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if !sameValue(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		if a.Len() != b.Len() {
			return false
		}
		for _, k := range a.MapKeys() {
			if v := b.MapIndex(k); !v.IsValid() || !sameValue(a.MapIndex(k), v) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

// mergeBlockPublicAccess keeps one setting for each account and Region.
func (b *builder) mergeBlockPublicAccess() {
	type key struct {
		account model.AccountID
		region  model.Region
	}
	at := map[key]int{}
	seen := map[string]int{}
	n := b.network
	for _, p := range b.parts {
		for _, s := range p.bpa {
			k := key{s.Account, s.Region}
			i, ok := at[k]
			if !ok {
				at[k] = len(n.BlockPublicAccess)
				n.BlockPublicAccess = append(n.BlockPublicAccess, s)
				continue
			}
			if n.BlockPublicAccess[i].Mode != s.Mode {
				b.differs("VpcBlockPublicAccessOptions", n.BlockPublicAccess[i].Provenance, s.Provenance)
				n.BlockPublicAccess[i] = s
			}
		}
		for _, e := range p.bpaExclusions {
			i, ok := seen[e.ID]
			if !ok || e.ID == "" {
				seen[e.ID] = len(n.BlockPublicAccessExclusions)
				n.BlockPublicAccessExclusions = append(n.BlockPublicAccessExclusions, e)
			} else if !same(n.BlockPublicAccessExclusions[i], e) {
				b.differs(e.ID, n.BlockPublicAccessExclusions[i].Provenance, e.Provenance)
				n.BlockPublicAccessExclusions[i] = e
			}
		}
	}
}

func (b *builder) mergeUnmodelled() {
	for _, p := range b.parts {
		b.network.Unmodelled = append(b.network.Unmodelled, p.unmodelled...)
	}
}

// link joins what different calls say of one another's resources, and says what
// none of them said.
func (b *builder) link() {
	b.readListedInterfaces()
	b.linkInterfaces()
	b.linkInstances()
	b.linkElasticIPs()
	b.linkNATGateways()
	b.linkGroupVPCs()
	b.linkRouteTables()
	b.linkNetworkACLs()
	b.linkNamedVPCs()
	b.linkScopes()
	b.blockedPublicly()
	b.linkVPCAttributes()
	b.linkOwners()
	b.linkManaged()
	b.linkEndpointInterfaces()
	b.linkPeerings()
	b.linkTransitGateways()
	b.linkVPNGateways()
	b.learnVPNRoutes()
	b.linkDirectConnect()
	b.linkLoadBalancers()
	b.linkEndpointServices()
	b.linkFirewalls()
	b.linkIPSetReferences()
	b.linkClientVPN()
	b.linkCoreNetworks()
	b.linkAccelerators()
	b.linkLattice()
	b.linkFarScopes()
	b.linkMissing()
	b.checkSubnets()
	b.checkFiles()
	b.tidyUnmodelled()
}

// diagnostics gives the findings about the snapshot and those of each file.
func (b *builder) diagnostics() model.Diagnostics {
	ds := slices.Clone(b.all(model.Provenance{}))
	for _, p := range b.parts {
		ds = append(ds, p.all(model.Provenance{File: p.path})...)
	}
	return ds.Sort()
}

// tidyUnmodelled lists each type once.
func (b *builder) tidyUnmodelled() {
	all := b.network.Unmodelled
	slices.SortFunc(all, func(x, y model.Unmodelled) int {
		return cmp.Or(cmp.Compare(x.Type, y.Type), x.Provenance.Compare(y.Provenance))
	})
	var list []model.Unmodelled
	for _, u := range all {
		if last := len(list) - 1; last >= 0 && list[last].Type == u.Type {
			list[last].Count += u.Count
		} else {
			list = append(list, u)
		}
	}
	b.network.Unmodelled = list
}

// checkFiles reports files that hold nothing known. Among others they are
// passed over with a warning; where there is nothing else, it is an error.
func (b *builder) checkFiles() {
	severity := model.Error
	for _, p := range b.parts {
		if p.known {
			severity = model.Warning
		}
	}
	for _, p := range b.parts {
		if p.known || len(p.foreign) == 0 {
			continue
		}
		summary := "the file is no describe call's output: the document is not an object"
		if key := p.foreign[0].name; key != "" {
			summary = "the file is no describe call's output: " + clip(key) + " is no key of any that is known here"
		}
		b.report(model.Diagnostic{Severity: severity, Provenance: p.foreign[0].at, Summary: summary,
			Detail: "Expected what an aws … describe-… command prints, such as {\"Vpcs\": [...]}."})
	}
}
