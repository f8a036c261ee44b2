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
			if v.bpa.mode, v.bpa.where, v.bpa.open = b.Mode, b.Provenance, b.Unknown; b.Unknown != nil {
				v.bpa.mode = model.BlockBidirectional // what passes in the strictest mode passes in all
			}
		}
	}
	for _, x := range e.network.BlockPublicAccessExclusions {
		allows := allowBidirectional
		if x.AllowEgress {
			allows = allowEgress
		}
		if x.Unknown != nil {
			v.bpa.perhaps = append(v.bpa.perhaps, perhapsExcluded{x.VPC, x.Subnet, allows, x.Unknown})
			continue
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
	m = e.withoutIPv6(i)
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

// withoutIPv6 takes IPv6 from a function's interface unless all of the function's
// interfaces have it: then it uses none (LAM-3).
func (e *Engine) withoutIPv6(i *networkInterface) *model.Interface {
	o := i.owner.other
	if o == nil || o.Type != "lambda" || !i.model.UsesIPv6() {
		return i.model
	}
	for _, id := range o.Interfaces {
		if m := e.network.Interfaces[id]; m != nil && !m.UsesIPv6() {
			only4 := *i.model
			only4.Unassigned6 = false
			only4.Addresses = slices.DeleteFunc(slices.Clone(only4.Addresses), func(a model.Address) bool { return a.IP.Is6() })
			i.model = &only4
			break
		}
	}
	return i.model
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
