package lab

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// Lab is a network made of namespaces. It is not safe for concurrent use, but
// several labs may stand side by side.
type Lab struct {
	network    *model.Network
	hosts      []netip.Addr
	namespaces []*namespace
	linkCount  int

	internet   *namespace
	vpcs       map[model.VPCID]*vpcRouter
	subnets    map[model.SubnetID]*subnetRouter
	interfaces map[model.InterfaceID]*namespace
	gateways   map[model.InternetGatewayID]*internetGateway
	nats       map[model.NATGatewayID]*natGateway
	peerings   map[model.VPCPeeringConnectionID]*peering
	hubs       map[model.TransitGatewayID]*transitGateway
	// filters write the nftables rules of what was built, once all devices are
	// there.
	filters []func() error
}

// vpcRouter knows the way to each subnet of a VPC, and nothing else: what "local"
// leads to, and what peering connections deliver into (RT-5, PEER-5).
type vpcRouter struct {
	*namespace
	model *model.VPC
}

// Build makes the network out of namespaces, with hosts at the given addresses on
// the internet. It takes some 10 ms a namespace and needs root. The caller closes
// the Lab. What the lab has no likeness for is an error.
func Build(n *model.Network, hosts []netip.Addr) (*Lab, error) {
	if err := unlike(n); err != nil {
		return nil, err
	}
	l := &Lab{
		network: n, hosts: hosts,
		vpcs: map[model.VPCID]*vpcRouter{}, subnets: map[model.SubnetID]*subnetRouter{}, interfaces: map[model.InterfaceID]*namespace{},
		gateways: map[model.InternetGatewayID]*internetGateway{}, nats: map[model.NATGatewayID]*natGateway{},
		peerings: map[model.VPCPeeringConnectionID]*peering{}, hubs: map[model.TransitGatewayID]*transitGateway{},
	}
	for _, step := range []func(*Lab) error{
		(*Lab).buildInternet, (*Lab).buildVPCs, (*Lab).buildInternetGateways, (*Lab).buildSubnets, (*Lab).buildInterfaces, (*Lab).buildNATGateways,
		(*Lab).buildPeerings, (*Lab).buildTransitGateways, (*Lab).buildRoutes, (*Lab).writeFilters,
	} {
		if err := step(l); err != nil {
			l.Close()
			return nil, err
		}
	}
	return l, nil
}

// Close takes the network down. The kernel finishes in the background.
func (l *Lab) Close() {
	for _, n := range l.namespaces {
		n.close()
	}
}

func (l *Lab) writeFilters() error {
	for _, write := range l.filters {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lab) newNamespace(name string, router bool) (*namespace, error) {
	n, err := newNamespace(name, router)
	if err != nil {
		return nil, err
	}
	l.namespaces = append(l.namespaces, n)
	return n, nil
}

// connect links two routers and gives the ends: each is the way to the other.
func (l *Lab) connect(a, b *namespace) (atA, atB device, err error) {
	if atA, atB, err = a.pair(b); err != nil {
		return atA, atB, err
	}
	n := l.linkCount
	l.linkCount++
	if n >= 1<<15 {
		return atA, atB, errors.New("the lab has no addresses left for its links")
	}
	atB.next = netip.AddrFrom4([4]byte{169, 254, byte(n >> 7), byte(n << 1)})
	atA.next = atB.next.Next()
	if err := a.address(atA, atB.next, 31); err != nil {
		return atA, atB, err
	}
	return atA, atB, b.address(atB, atA.next, 31)
}

// buildInternet makes the hosts of the internet, all in one namespace, which also
// carries packets from one internet gateway to another.
func (l *Lab) buildInternet() (err error) {
	if l.internet, err = l.newNamespace("the internet", true); err != nil {
		return err
	}
	for _, h := range l.hosts {
		if err := l.internet.address(device{name: "lo", index: 1}, h, 32); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lab) buildVPCs() error {
	for _, v := range model.Sorted(l.network.VPCs) {
		n, err := l.newNamespace(string(v.ID), true)
		if err != nil {
			return err
		}
		l.vpcs[v.ID] = &vpcRouter{namespace: n, model: v}
		for _, c := range v.CIDRs {
			if err := n.route(mainTable, c, noRoute, device{}); err != nil {
				return err
			}
		}
	}
	return nil
}

// alive reports whether an interface delivers anything (ENI-6, ENI-11).
func (l *Lab) alive(i *model.Interface) bool {
	if i.Owner.Kind == model.KindInstance {
		if x := l.network.Instances[model.InstanceID(i.Owner.ID)]; x != nil && x.NotRunning {
			return false
		}
	}
	return !i.Detached
}

// unlike names what of a network the lab has no likeness for.
func unlike(n *model.Network) error {
	var errs []error
	refuse := func(kind model.Kind, count int) {
		if count > 0 {
			errs = append(errs, fmt.Errorf("the lab has no likeness for %s: the design has %d", kind, count))
		}
	}
	refuse(model.KindEgressOnlyInternetGateway, len(n.EgressOnlyInternetGateways))
	refuse(model.KindVPCEndpoint, len(n.VPCEndpoints))
	refuse(model.KindVPNGateway, len(n.VPNGateways))
	refuse(model.KindDirectConnectGateway, len(n.DirectConnectGateways))
	refuse(model.KindClientVPNEndpoint, len(n.ClientVPNEndpoints))
	refuse(model.KindCoreNetwork, len(n.CoreNetworks))
	refuse(model.KindLoadBalancer, len(n.LoadBalancers))
	refuse(model.KindFirewall, len(n.Firewalls))
	refuse(model.KindTransitGatewayPolicyTable, len(n.TransitGatewayPolicyTables))
	refuse(model.KindOnPremises, len(n.OnPremisesNetworks)+len(n.OnPremises))
	if len(n.BlockPublicAccess) > 0 {
		errs = append(errs, errors.New("the lab has no likeness for Block Public Access"))
	}
	for _, i := range model.Sorted(n.Interfaces) {
		if i.SourceDestCheckDisabled || len(i.Prefixes) > 0 || i.Unassigned4 || i.PublicUnassigned || len(i.Groups) == 0 {
			errs = append(errs, fmt.Errorf("the lab has no likeness for interface %s: it forwards, has delegated prefixes, or something of it is open", i.ID))
		}
	}
	for _, rt := range model.Sorted(n.RouteTables) {
		if len(rt.Gateways) > 0 || rt.RoutesUnknown != nil {
			errs = append(errs, fmt.Errorf("the lab has no likeness for route table %s: it is a gateway's, or something of it is open", rt.ID))
		}
	}
	for _, g := range model.Sorted(n.NATGateways) {
		if g.Regional || len(g.Addresses) != 1 || !g.HasPrivateAddress() {
			errs = append(errs, fmt.Errorf("the lab has no likeness for NAT gateway %s: it is regional, or has not one known address", g.ID))
		}
	}
	for _, a := range model.Sorted(n.TransitGatewayAttachments) {
		if a.Type != model.AttachVPC && (a.Type != model.AttachPeering || a.PeerAttachment != "") {
			errs = append(errs, fmt.Errorf("the lab has no likeness for attachment %s of type %s", a.ID, a.Type))
		}
	}
	return errors.Join(errs...)
}
