package oracle

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// fromSource sends the first packet from its interface.
func (w *walk) fromSource(i *model.Interface, h header) {
	if !w.live(i) { // ENI-11
		w.note(sim.BadState)
		return
	}
	w.egress(i, h, false)
}

// egress is PIPE-2. forwarding says that the interface passes on what others
// sent, so that the sender's identity is gone (SG-20).
func (w *walk) egress(i *model.Interface, h header, forwarding bool) {
	if w.loops() {
		return
	}
	// What an appliance is sent straight from, or sends straight to, it knows (SG-20).
	members, peers := []model.SecurityGroupID(nil), w.peersOf(i, h.dst)
	if !forwarding {
		if owns(i, h.dst) { // ENI-12
			w.arrive(place{kind: atInterface, i: i}, h)
			return
		}
		if exempt, answers := w.linkLocal(i, h.dst); exempt {
			if !answers {
				w.note(sim.DNSUnresolved) // LL-3
				return
			}
			w.arrive(place{kind: atLinkLocal}, h)
			return
		}
		members = i.Groups
	}
	w.port25(i, h)
	w.securityGroups(i, model.Egress, h, peers)
	w.send(w.n.Subnets[i.Subnet], identity(i), h, members)
}

// peersOf are the groups of the destination, where nothing stands between that
// takes its identity away: references in egress rules mean them (SG-20).
func (w *walk) peersOf(i *model.Interface, dst netip.Addr) []model.SecurityGroupID {
	sn := w.n.Subnets[i.Subnet]
	if !sn.Contains(dst) {
		t, _ := w.lookup(w.tableOf(sn), dst)
		if x := w.interfaceOf(t); x != nil && owns(x, dst) {
			return x.Groups // the route names the destination itself
		}
		if t.Kind == model.KindVPCPeeringConnection {
			return w.peersOverPeering(i, t, dst)
		}
		if !t.IsLocal() { // TGW-27 too
			return nil
		}
	}
	if to := w.ownerOf(i.VPC, dst); to != nil {
		return to.Groups
	}
	return nil
}

// linkLocal is LL-1: what answers beside every interface, and whether it does.
func (w *walk) linkLocal(i *model.Interface, dst netip.Addr) (exempt, answers bool) {
	v := w.n.VPCs[i.VPC]
	is := func(as ...string) bool {
		return slices.ContainsFunc(as, func(a string) bool { return netip.MustParseAddr(a) == dst })
	}
	if is("169.254.169.253", "fd00:ec2::253") || dst == v.PrimaryCIDR().Addr().Next().Next() {
		return true, v.EnableDNSSupport
	}
	if is("169.254.169.254", "fd00:ec2::254", "169.254.169.123", "169.254.169.250", "169.254.169.251", "fd00:ec2::250", "169.254.170.2") {
		return true, true
	}
	for _, c := range w.n.Subnets[i.Subnet].CIDRs {
		if dst == c.Addr().Next() { // the subnet's router
			return true, true
		}
	}
	return false, false
}

// send takes a packet from its subnet to where the subnet's table says. from is
// who hands it to the router.
func (w *walk) send(sn *model.Subnet, from string, h header, members []model.SecurityGroupID) {
	if sn.Contains(h.dst) { // RT-22, NACL-4
		w.arriveLocally(sn.VPC, sn, h, members)
		return
	}
	if pcx, ok := w.returnsToSender(sn, h); ok {
		w.networkACL(sn, model.Egress, h)
		w.peering(sn.VPC, pcx, h, nil)
		return
	}
	rt := w.tableOf(sn)
	target, why := w.lookup(rt, h.dst)
	if w.subnetOf(target) != sn.ID { // NAT-11
		w.networkACL(sn, model.Egress, h)
	}
	if why != "" {
		w.note(why)
		return
	}
	w.follow(rt, target, sn, from, h, members)
}

// subnetOf is the subnet in which a target stands, if in any.
func (w *walk) subnetOf(t model.Target) model.SubnetID {
	switch t.Kind {
	case model.KindNATGateway:
		if g := w.n.NATGateways[model.NATGatewayID(t.ID)]; g != nil {
			return g.Subnet
		}
	case model.KindInterface, model.KindInstance:
		if i := w.interfaceOf(t); i != nil {
			return i.Subnet
		}
	}
	return ""
}

// interfaceOf is the interface that a route names; an instance is its primary.
func (w *walk) interfaceOf(t model.Target) *model.Interface {
	if t.Kind == model.KindInterface {
		return w.n.Interfaces[model.InterfaceID(t.ID)]
	}
	if vm := w.n.Instances[model.InstanceID(t.ID)]; vm != nil && len(vm.Interfaces) > 0 {
		return w.n.Interfaces[vm.Interfaces[0]]
	}
	return nil
}

// follow is PIPE-3. sn is the subnet that the packet leaves, nil where it comes
// from a regional NAT gateway.
func (w *walk) follow(rt *model.RouteTable, t model.Target, sn *model.Subnet, from string, h header, members []model.SecurityGroupID) {
	switch t.Kind {
	case model.KindVPC:
		w.arriveLocally(rt.VPC, sn, h, members)
	case model.KindInterface, model.KindInstance:
		i := w.interfaceOf(t)
		if !w.live(i) { // RT-10, ENI-11
			w.note(sim.BadStateRoute)
			return
		}
		w.ingress(i, sn, h, members)
	case model.KindNATGateway:
		g := w.n.NATGateways[model.NATGatewayID(t.ID)]
		if g == nil {
			w.note(sim.BadStateRoute)
			return
		}
		w.natGateway(g, sn, h)
	case model.KindInternetGateway:
		w.internetGateway(rt.VPC, model.InternetGatewayID(t.ID), sn, from, h)
	case model.KindEgressOnlyInternetGateway:
		w.egressOnly(rt.VPC, model.EgressOnlyInternetGatewayID(t.ID), sn, h)
	case model.KindVPCEndpoint:
		e := w.n.VPCEndpoints[model.VPCEndpointID(t.ID)]
		if e == nil || e.Type != model.GatewayEndpoint {
			w.leg.Unmodelled = true
			return
		}
		if !w.n.VPCs[rt.VPC].Contains(h.src) { // GWEP-9
			w.note(sim.NotTransitive)
			return
		}
		if !w.replying && h.protocol != model.TCP && !(h.protocol == model.ICMP && h.typ == 8) { // GWEP-10
			w.note(sim.VPCEGatewayProtocolRestriction)
		}
		w.arrive(place{kind: atService, vpc: rt.VPC}, h)
	case model.KindVPCPeeringConnection:
		w.peering(rt.VPC, model.VPCPeeringConnectionID(t.ID), h, members)
	case model.KindTransitGateway:
		w.toTransitGateway(rt.VPC, model.TransitGatewayID(t.ID), sn, h, members)
	default:
		w.leg.Unmodelled = true
	}
}

// arriveLocally is RT-5: whatever owns the address takes the packet.
func (w *walk) arriveLocally(vpc model.VPCID, from *model.Subnet, h header, members []model.SecurityGroupID) {
	if g := w.natOf(vpc, h.dst); g != nil {
		w.addressedNAT(g, from, h)
		return
	}
	i := w.ownerOf(vpc, h.dst)
	if !w.live(i) {
		w.note(sim.NoPossibleDestination)
		return
	}
	w.ingress(i, from, h, members)
}

// ingress is PIPE-4, and what an interface does with what is not for it (MB-7).
func (w *walk) ingress(i *model.Interface, from *model.Subnet, h header, members []model.SecurityGroupID) {
	if w.loops() {
		return
	}
	if from == nil || from.ID != i.Subnet {
		w.networkACL(w.n.Subnets[i.Subnet], model.Ingress, h)
	}
	w.securityGroups(i, model.Ingress, h, members)
	if owns(i, h.dst) {
		if restored, ok := w.restore(identity(i), h); ok {
			w.cross(identity(i))
			w.egress(i, restored, true)
			return
		}
		w.arrive(place{kind: atInterface, i: i}, h)
		return
	}
	if !i.SourceDestCheckDisabled { // ENI-9
		w.note(sim.ENISourceDestCheckRestriction)
	}
	again := slices.ContainsFunc(w.table, func(t translation) bool { return t.by == identity(i) })
	w.cross(identity(i))
	if public := w.translatesTo(i, h); public.IsValid() {
		if again {
			w.note(sim.Loop)
			return
		}
		h = w.translate(identity(i), h, public)
	}
	w.egress(i, h, true)
}

// translatesTo is the address that an instance gives to what it forwards, if it
// is taken for a NAT instance (NATI-1): the packet leaves by an internet gateway,
// its source has no public address, and the interface has one.
func (w *walk) translatesTo(i *model.Interface, h header) netip.Addr {
	sn := w.n.Subnets[i.Subnet]
	if w.replying || h.src.Is6() || i.Owner.Kind != model.KindInstance || sn.Contains(h.dst) {
		return netip.Addr{}
	}
	if settled := w.n.Instances[model.InstanceID(i.Owner.ID)].NAT; settled != nil && !*settled {
		return netip.Addr{}
	}
	if t, _ := w.lookup(w.tableOf(sn), h.dst); t.Kind != model.KindInternetGateway {
		return netip.Addr{}
	}
	if w.publicOf(i.VPC, h.src).IsValid() {
		return netip.Addr{}
	}
	if own := i.Primary(false); own.Public.IsValid() {
		return own.IP
	}
	return netip.Addr{}
}
