package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"sync"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Engine is a compiled network. It is immutable and safe for use by many
// goroutines.
type Engine struct {
	network  *model.Network
	selector *model.Selector
	// toldRules are the rules that answers have shown, by ruleRef.
	toldRules sync.Map

	vpcs        map[model.VPCID]*vpc
	vpcList     []*vpc // by ID
	subnets     map[model.SubnetID]*subnet
	tables      map[model.RouteTableID]*routeTable
	acls        map[model.NetworkACLID]*networkACL
	groups      map[model.SecurityGroupID]*securityGroup
	prefixLists map[model.PrefixListID]*prefixList
	interfaces  map[model.InterfaceID]*networkInterface
	nats        map[model.NATGatewayID]*natGateway
	endpoints   map[model.VPCEndpointID]*gatewayEndpoint
	firewalls   map[model.FirewallID]*networkFirewall
	// inspectors are the route targets that inspect, by their endpoints' IDs.
	inspectors map[model.VPCEndpointID]node
	// hubs are the transit gateways and core networks, by ID, and transitTables the
	// route tables of the former.
	hubs          map[string]*hub
	transitTables map[model.TransitGatewayRouteTableID]*transitTable
	zoneIDs       map[zoneName]string // of Availability Zones, by account and name
	loadBalancers map[model.OwnerID]*loadBalancer
	targetGroups  map[model.TargetGroupID]*targetGroup
	// endpointServices, resourceGateways and latticeServices are what VPC endpoints
	// lead to.
	endpointServices map[model.VPCEndpointServiceID]*endpointService
	resourceGateways map[model.ResourceGatewayID]*resourceGateway
	latticeServices  map[model.LatticeServiceID]*latticeService
	accelerators     map[model.AcceleratorID]*accelerator
	vpcOrigins       map[model.VPCOriginID]*vpcOrigin
	// vpnGateways are the virtual private gateways, links what joins AWS to networks
	// on premises, and sites those networks; unplaced is where private addresses may
	// be that no site is known to have, nil where there are none.
	vpnGateways map[model.VPNGatewayID]*vpnGateway
	links       []*link
	attached    []outsideAttachment
	clientVPN   map[model.ClientVPNEndpointID]*clientVPNEndpoint
	sites       []*site
	unplaced    *site
	// onPremises are the addresses of the sites, untold those behind gateways and
	// peering connections of which the input lacks the other side.
	onPremises, untold packet.Addrs
	// served are the interface endpoints of each VPC, by ID, and endpointNICs
	// their interfaces.
	served       map[model.VPCID][]*model.VPCEndpoint
	endpointNICs map[model.VPCEndpointID][]model.InterfaceID

	endpointPolicies map[model.VPCEndpointID]attachedPolicy
	resourcePolicies []resourcePolicy

	// pointGroups are the flattened rules of sets of groups; groupNumbers number
	// the groups.
	pointGroups  map[string]*pointGroups
	groupNumbers map[model.SecurityGroupID]int32

	// public has who has a public IPv4 address of the network; publicAddrs are
	// its keys in order.
	public      map[netip.Addr]*publicOwner
	publicAddrs []netip.Addr
	// idle are Elastic IPs that are associated with nothing.
	idle packet.Addrs
	// inside is what is not internet: the network's CIDRs, public addresses and
	// on-premises prefixes. services are AWS's address lists.
	inside, services packet.Addrs
	// placed are the addresses that the design gives to VPCs and to networks on
	// premises, described those of the latter (PATH-8).
	placed, described packet.Addrs
	internetSets      internetSets
	// serviceSpace are the public addresses that AWS's services may have, by IP
	// version: nobody's of the network.
	serviceSpace [2]packet.Addrs
	// reachableFromOutside is what a packet that left may be for in the network:
	// the public addresses and the VPCs' CIDRs. IPv4 addresses of the latter are
	// refused, wherever else somebody has them (VPC-4).
	reachableFromOutside packet.Addrs
}

// Network gives the network that was compiled.
func (e *Engine) Network() *model.Network { return e.network }

// Compile prepares a network for walking. It never fails: what the network
// leaves open makes the verdicts that hang on it indeterminate. The network must
// not change afterwards.
func Compile(n *model.Network) *Engine {
	e := &Engine{
		network: n, selector: model.NewSelector(n),
		vpcs: map[model.VPCID]*vpc{}, subnets: map[model.SubnetID]*subnet{},
		tables: map[model.RouteTableID]*routeTable{}, acls: map[model.NetworkACLID]*networkACL{},
		groups: map[model.SecurityGroupID]*securityGroup{}, prefixLists: map[model.PrefixListID]*prefixList{},
		interfaces: map[model.InterfaceID]*networkInterface{}, nats: map[model.NATGatewayID]*natGateway{},
		endpoints: map[model.VPCEndpointID]*gatewayEndpoint{}, public: map[netip.Addr]*publicOwner{},
		pointGroups: map[string]*pointGroups{}, groupNumbers: map[model.SecurityGroupID]int32{},
	}
	e.compilePrefixLists()
	e.compileEndpoints()
	e.compilePolicies()
	for _, m := range model.Sorted(n.VPCs) {
		e.compileVPC(m)
	}
	e.compileFilters()
	e.compileSubnets()
	e.compileInterfaces()
	e.compileGateways()
	e.compileLinks()
	e.compileZones()
	e.compileTransitGateways()
	e.compileCoreNetworks()
	e.compileRoutes()
	e.compileSiteRoutes()
	e.compileLoadBalancers()
	e.compileAccelerators()
	e.compileVPCOrigins()
	e.compileAddresses()
	e.compileClientVPN()
	e.compileTargets()
	e.compileEndpointServices()
	e.compileResourceGateways()
	e.compileLattice()
	for _, m := range model.Sorted(n.Interfaces) {
		e.compilePoint(e.interfaces[m.ID])
	}
	e.compileClasses()
	e.compileAppliances()
	return e
}

func (e *Engine) compileVPC(m *model.VPC) *vpc {
	v := &vpc{
		e: e, comp: e.component(model.KindVPC, string(m.ID), &m.Meta), model: m, cidrs: packet.Prefixes(m.CIDRs),
		owners: map[netip.Addr]addressee{}, members: map[model.SecurityGroupID]packet.Addrs{},
	}
	if p := m.PrimaryCIDR(); p.IsValid() {
		v.resolver = packet.Addr(p.Masked().Addr().Next().Next())
	}
	v.bpa = blockPublicAccess{vpc: v, forSubnets: map[model.SubnetID]exclusion{}}
	for _, b := range e.network.BlockPublicAccess {
		if (b.Account == "" || b.Account == m.Account || m.Account == "") && (b.Region == "" || b.Region == m.Region || m.Region == "") {
			v.bpa.mode, v.bpa.where = b.Mode, b.Provenance
		}
	}
	for _, x := range e.network.BlockPublicAccessExclusions {
		allows := allowBidirectional
		if x.AllowEgress {
			allows = allowEgress
		}
		if x.VPC == m.ID {
			v.bpa.vpcWide = max(v.bpa.vpcWide, allows)
		}
		if x.Subnet != "" {
			v.bpa.forSubnets[x.Subnet] = max(v.bpa.forSubnets[x.Subnet], allows)
		}
	}
	e.vpcs[m.ID] = v
	e.vpcList = append(e.vpcList, v)
	return v
}

// vpc gives a VPC by ID; one that is named and not given is made, unknown.
func (e *Engine) vpc(id model.VPCID) *vpc {
	if v, ok := e.vpcs[id]; ok {
		return v
	}
	return e.compileVPC(&model.VPC{ID: id, EnableDNSSupport: true, DNSAssumed: true})
}

func (e *Engine) compileFilters() {
	for _, m := range model.Sorted(e.network.NetworkACLs) {
		e.acls[m.ID] = e.compileNetworkACL(m)
	}
	for _, m := range model.Sorted(e.network.SecurityGroups) {
		e.groups[m.ID] = e.compileSecurityGroup(m)
	}
}

func (e *Engine) compileSubnets() {
	main := map[model.VPCID]model.RouteTableID{}
	for _, m := range model.Sorted(e.network.RouteTables) {
		e.tables[m.ID] = &routeTable{
			comp: e.component(model.KindRouteTable, string(m.ID), &m.Meta), vpc: e.vpc(m.VPC), where: m.Provenance, unknown: m.RoutesUnknown,
		}
		if m.Main {
			main[m.VPC] = m.ID
		}
	}
	byDefault := map[model.VPCID]model.NetworkACLID{}
	for _, m := range model.Sorted(e.network.NetworkACLs) {
		if m.IsDefault {
			byDefault[m.VPC] = m.ID
		}
	}
	for _, m := range model.Sorted(e.network.Subnets) {
		sn := &subnet{
			comp: e.component(model.KindSubnet, string(m.ID), &m.Meta), model: m, vpc: e.vpc(m.VPC),
			cidrs: packet.Prefixes(m.CIDRs), router: routerAddrs(m.CIDRs),
		}
		sn.exempt = sn.exemptAddrs()
		table, acl := m.RouteTable, m.NetworkACL
		if table == "" {
			table = main[m.VPC] // SUB-7, SUB-13
		}
		if acl == "" {
			acl = byDefault[m.VPC] // SUB-8
		}
		sn.table, sn.nacl = e.tables[table], e.acls[acl]
		if sn.table == nil || m.RouteTableUnknown != nil {
			sn.table = sn.unknownTable(e, string(table))
		}
		if sn.nacl == nil || m.NetworkACLUnknown != nil {
			sn.nacl = sn.unknownACL(e, string(acl))
		}
		e.subnets[m.ID] = sn
		sn.vpc.subnets = append(sn.vpc.subnets, sn)
	}
}

// unknownTable stands for a route table that the input does not give.
func (sn *subnet) unknownTable(e *Engine, id string) *routeTable {
	u := sn.model.RouteTableUnknown
	if u == nil {
		u = sn.gap(model.KindRouteTable, id)
	}
	if id == "" {
		id = "route table of " + sn.comp.ID
	}
	return &routeTable{comp: Component{ID: id, Type: model.KindRouteTable}, vpc: sn.vpc, unknown: u}
}

// unknownACL stands for a network ACL that the input does not give.
func (sn *subnet) unknownACL(e *Engine, id string) *networkACL {
	u := sn.model.NetworkACLUnknown
	if u == nil {
		u = sn.gap(model.KindNetworkACL, id)
	}
	if id == "" {
		id = "network ACL of " + sn.comp.ID
	}
	return &networkACL{comp: Component{ID: id, Type: model.KindNetworkACL}, unknown: u, vague: true}
}

// gap tells why a kind of resource is not known for the subnet.
func (sn *subnet) gap(k model.Kind, id string) *model.Unknown {
	if u := sn.vpc.model.Missing[k]; u != nil {
		return u
	}
	if id != "" {
		return missing(k, id, &sn.model.Meta)
	}
	return &model.Unknown{
		Subject: sn.comp.ID, Attribute: string(k), Provenance: sn.model.Provenance,
		Reason: "it has none of its own, and the one that its VPC falls back on is not given",
	}
}

func (e *Engine) compileInterfaces() {
	for _, m := range model.Sorted(e.network.Interfaces) {
		e.interfaces[m.ID] = e.compileInterface(m)
	}
}

func (e *Engine) compileInterface(m *model.Interface) *networkInterface {
	i := &networkInterface{comp: e.component(model.KindInterface, string(m.ID), &m.Meta), model: m, groupsUnknown: m.GroupsUnknown}
	if i.subnet = e.subnets[m.Subnet]; i.subnet == nil {
		i.subnet = e.unknownSubnet(m)
	}
	i.vpc = i.subnet.vpc
	i.owner = e.owner(m.Owner)
	if i.comp.Name == "" {
		i.comp.Name = i.owner.name // people know an interface by its owner
	}
	i.dead = i.whyDead()
	for _, a := range m.Addresses {
		i.addrs = i.addrs.Or(packet.Addr(a.IP))
	}
	i.addrs = i.addrs.Or(packet.Prefixes(m.Prefixes))
	i.groups = e.groupsByID(m.Groups, i.vpc, &m.Meta)
	return i
}

// groupsByID are the groups that something in a VPC names; those that the input lacks
// have rules that are not known.
func (e *Engine) groupsByID(ids []model.SecurityGroupID, v *vpc, of *model.Meta) []*securityGroup {
	var out []*securityGroup
	for _, id := range ids {
		g := e.groups[id]
		if g == nil {
			u := v.model.Missing[model.KindSecurityGroup]
			if u == nil {
				u = missing(model.KindSecurityGroup, string(id), of)
			}
			g = &securityGroup{id: id, unknown: u}
		}
		out = append(out, g)
	}
	return out
}

// unknownSubnet stands for a subnet that an interface names and nothing gives.
func (e *Engine) unknownSubnet(m *model.Interface) *subnet {
	s := &model.Subnet{ID: m.Subnet, VPC: m.VPC, Meta: model.Meta{Provenance: m.Provenance}}
	s.CIDRsUnknown = missing(model.KindSubnet, string(m.Subnet), &m.Meta)
	sn := &subnet{comp: Component{ID: string(m.Subnet), Type: model.KindSubnet}, model: s, vpc: e.vpc(m.VPC)}
	sn.exempt = sn.exemptAddrs()
	sn.table, sn.nacl = sn.unknownTable(e, ""), sn.unknownACL(e, "")
	e.subnets[m.Subnet] = sn
	return sn
}

func (e *Engine) owner(ref model.OwnerRef) owner {
	o := owner{kind: ref.Kind, id: ref.ID}
	if ref.Kind == model.KindOwner && e.network.LoadBalancers[model.OwnerID(ref.ID)] != nil {
		o.kind = model.KindLoadBalancer
	}
	switch ref.Kind {
	case model.KindInstance:
		if m := e.network.Instances[model.InstanceID(ref.ID)]; m != nil {
			o.instance, o.name = m, m.Name
		}
	case model.KindOwner, model.KindLoadBalancer:
		if m := e.network.Owners[model.OwnerID(ref.ID)]; m != nil {
			o.other, o.name = m, m.Name
		}
	}
	return o
}

// whyDead tells why an interface delivers nothing (ENI-6, ENI-11).
func (i *networkInterface) whyDead() *deadInterface {
	switch o := i.owner.instance; {
	case o != nil && o.NotRunning:
		comp := Component{ID: string(o.ID), Type: model.KindInstance, Name: o.Name, Account: o.Account, Region: o.Region}
		return &deadInterface{comp, fmt.Sprintf("instance %s is %s, so its interfaces carry nothing", comp.named(), o.State)}
	case i.model.Detached:
		return &deadInterface{i.comp, fmt.Sprintf("interface %s is attached to nothing, so it carries nothing", i.comp.named())}
	}
	return nil
}

func (e *Engine) compileGateways() {
	for _, m := range model.Sorted(e.network.InternetGateways) {
		if m.VPC != "" {
			v := e.vpc(m.VPC)
			v.igw = &internetGateway{comp: e.component(model.KindInternetGateway, string(m.ID), &m.Meta), model: m, vpc: v}
		}
	}
	for _, m := range model.Sorted(e.network.EgressOnlyInternetGateways) {
		if m.VPC != "" {
			v := e.vpc(m.VPC)
			v.eigw = &egressOnlyInternetGateway{comp: e.component(model.KindEgressOnlyInternetGateway, string(m.ID), &m.Meta), model: m, vpc: v}
		}
	}
	for _, m := range model.Sorted(e.network.VPCEndpoints) {
		if m.Type == model.GatewayEndpoint {
			e.endpoints[m.ID] = &gatewayEndpoint{comp: e.component(model.KindVPCEndpoint, string(m.ID), &m.Meta), model: m, vpc: e.vpc(m.VPC)}
		}
	}
	e.compileFirewalls()
	e.compileGatewayLoadBalancerEndpoints()
	e.inferInternetGateways()
	for _, m := range model.Sorted(e.network.NATGateways) {
		n := &natGateway{comp: e.component(model.KindNATGateway, string(m.ID), &m.Meta), model: m, vpc: e.vpc(m.VPC)}
		if m.Subnet != "" {
			n.subnet = e.subnets[m.Subnet]
			if n.subnet == nil {
				n.subnet = e.unknownSubnet(&model.Interface{Subnet: m.Subnet, VPC: m.VPC, Meta: m.Meta})
			}
			n.table = n.subnet.table
		} else {
			n.table = e.regionalTable(n)
		}
		e.nats[m.ID] = n
	}
	for _, m := range model.Sorted(e.network.RouteTables) {
		for _, g := range m.Gateways {
			if v := e.vpc(m.VPC); v.igw != nil && v.igw.comp.ID == g {
				v.igw.table = e.tables[m.ID]
				v.igw.table.gateway = true
			}
		}
	}
}

// inferInternetGateways makes the internet gateways that an input without them
// names in active routes: an active route says that the gateway is attached
// (RT-10).
func (e *Engine) inferInternetGateways() {
	for _, m := range model.Sorted(e.network.RouteTables) {
		for _, r := range m.Routes {
			id := model.InternetGatewayID(r.Target.ID)
			if r.Target.Kind != model.KindInternetGateway || r.State != model.RouteActive || e.network.InternetGateways[id] != nil {
				continue
			}
			if v := e.vpc(m.VPC); v.igw == nil {
				g := &model.InternetGateway{ID: id, VPC: m.VPC, Meta: model.Meta{Provenance: r.Provenance}}
				v.igw = &internetGateway{comp: Component{ID: string(id), Type: model.KindInternetGateway}, model: g, vpc: v, inferred: true}
			}
		}
	}
}

// regionalTable is a regional NAT gateway's own route table (RNAT-2): the one it
// names, or what AWS makes, a default route to the VPC's internet gateway.
func (e *Engine) regionalTable(n *natGateway) *routeTable {
	if n.model.RouteTable != "" {
		if t := e.tables[n.model.RouteTable]; t != nil {
			return t
		}
		return &routeTable{
			comp: Component{ID: string(n.model.RouteTable), Type: model.KindRouteTable}, vpc: n.vpc,
			unknown: missing(model.KindRouteTable, string(n.model.RouteTable), &n.model.Meta),
		}
	}
	m := &model.RouteTable{VPC: n.model.VPC, Routes: localRoutes(n.vpc.model)}
	if n.vpc.igw != nil {
		m.Routes = append(m.Routes, model.Route{
			Prefix: anyPrefix, State: model.RouteActive, Provenance: n.model.Provenance,
			Target: model.Target{Kind: model.KindInternetGateway, ID: n.vpc.igw.comp.ID},
		})
	}
	t := &routeTable{comp: Component{ID: "route table of " + n.comp.ID, Type: model.KindRouteTable}, vpc: n.vpc, where: n.model.Provenance}
	t.fill(e, m)
	return t
}

func localRoutes(v *model.VPC) []model.Route {
	var out []model.Route
	for _, p := range v.CIDRs {
		out = append(out, model.Route{Prefix: p, Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive, Provenance: v.Provenance})
	}
	return out
}

func (e *Engine) compileRoutes() {
	made, propagated := e.endpointRoutes(), e.propagatedRoutes()
	for _, m := range model.Sorted(e.network.RouteTables) {
		if routes := slices.Concat(made[m.ID], propagated[m.ID]); routes != nil {
			all := *m
			all.Routes = append(slices.Clone(m.Routes), routes...)
			m = &all
		}
		e.tables[m.ID].fill(e, m)
	}
	for _, v := range e.vpcList {
		if v.igw == nil || v.igw.table == nil {
			continue
		}
		v.igw.findPools()
		for _, sn := range v.subnets {
			sn.redirected4, sn.redirected6 = v.igw.table.redirects(sn, false), v.igw.table.redirects(sn, true)
		}
	}
}

// redirects gives the route of a gateway's table that sends what comes in for
// the subnet, by one IP version, elsewhere than to it (GRT-7).
func (t *routeTable) redirects(sn *subnet, v6 bool) *route {
	for _, p := range sn.model.CIDRs {
		if p.Addr().Is6() != v6 {
			continue
		}
		if i, ok := t.lookup.Lookup(p.Addr()); ok {
			if r := t.entries[i].winners[0]; !r.model.Target.IsLocal() {
				return r
			}
		}
	}
	return nil
}
