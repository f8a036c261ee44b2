package oracle

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// publicOf is the public address that a private one has at its internet gateway
// (IGW-2): an attached interface's, or a public NAT gateway's (NAT-5).
func (w *walk) publicOf(vpc model.VPCID, private netip.Addr) netip.Addr {
	for _, i := range model.Sorted(w.n.Interfaces) {
		for _, a := range i.Addresses {
			if i.VPC == vpc && !i.Detached && a.IP == private {
				return a.Public
			}
		}
	}
	for _, g := range model.Sorted(w.n.NATGateways) {
		for _, a := range g.Addresses {
			if g.VPC == vpc && !g.Private && a.Private == private {
				return a.Public
			}
		}
	}
	return netip.Addr{}
}

// internetGateway is what leaves by one (section 6).
func (w *walk) internetGateway(vpc model.VPCID, id model.InternetGatewayID, sn *model.Subnet, from string, h header) {
	if g := w.n.InternetGateways[id]; g == nil || g.VPC != vpc { // IGW-1, RT-10
		w.note(sim.BadStateRoute)
		return
	}
	var facing model.SubnetID
	if sn != nil {
		facing = sn.ID
	}
	if gt := w.gatewayTable(id); gt != nil && sn != nil {
		for _, c := range sn.CIDRs {
			if c.Addr().Is6() != h.src.Is6() {
				continue
			}
			t, _ := w.lookup(gt, c.Addr())
			if x := w.interfaceOf(t); x != nil && !(w.live(x) && identity(x) == from) {
				w.note(sim.IngressRTBTrafficRedirection) // GRT-7
			}
		}
		t, _ := w.lookup(gt, h.src)
		owner := w.ownerOf(vpc, h.src)
		if x := w.interfaceOf(t); x != nil && identity(x) == from && owner != nil { // BPA-10
			facing = owner.Subnet
		}
	}
	w.blockPublicAccess(vpc, facing, w.viaNAT != nil)
	if h.src.Is6() {
		owner := w.ownerOf(vpc, h.src)
		if owner == nil || owner.Detached { // IGW-4
			w.note(sim.IGWPublicIPAssociationForEgress)
			return
		}
		if owner.DenyAllIGWTraffic { // ENI-13
			w.note(sim.IGWPublicIPAssociationForEgress)
			return
		}
		w.beyond(h)
		return
	}
	if in(h.dst, rfc1918...) { // IGW-6
		w.note(sim.IGWDestinationNotInRFC1918Egress)
		return
	}
	if in(h.dst, rfc6598) {
		w.note(sim.IGWDestinationNotInRFC6598Egress)
		return
	}
	public := w.publicOf(vpc, h.src)
	if !public.IsValid() { // IGW-4
		w.note(sim.IGWPublicIPAssociationForEgress)
		return
	}
	h.src = public
	w.beyond(h)
}

// egressOnly is section 7.
func (w *walk) egressOnly(vpc model.VPCID, id model.EgressOnlyInternetGatewayID, sn *model.Subnet, h header) {
	if g := w.n.EgressOnlyInternetGateways[id]; g == nil || g.VPC != vpc {
		w.note(sim.BadStateRoute)
		return
	}
	if w.replying || h.src.Is4() { // EIGW-1, EIGW-3
		w.note(sim.EIGWInbound)
		return
	}
	if w.ownerOf(vpc, h.src) == nil { // IGW-8
		w.note(sim.GatewayRejectsSpoofedTraffic)
		return
	}
	w.blockPublicAccess(vpc, sn.ID, true)
	w.viaEIGW = vpc
	w.beyond(h)
}

// beyond is a packet that left: it stays outside, or an address of the network
// has it come back in (IGW-11).
func (w *walk) beyond(h header) {
	if w.loops() {
		return
	}
	if vpc, _, _ := w.addressee(h.dst); vpc != "" {
		w.enter(h)
		return
	}
	for _, v := range w.n.VPCs {
		if v.Contains(h.dst) { // VPC-4
			w.note(sim.IGWPrivateIPAssociationForIngress)
			return
		}
	}
	if !routed(h.dst) {
		w.note(sim.NoPossibleDestination)
		return
	}
	w.arrive(place{kind: outside}, h)
}

// routed reports whether the internet has a way to an address.
func routed(a netip.Addr) bool {
	if a.Is6() {
		return netip.MustParsePrefix("2000::/3").Contains(a)
	}
	return a.IsGlobalUnicast() && a.As4()[0] != 0 && a.As4()[0] < 240 && !netip.MustParsePrefix("198.18.0.0/15").Contains(a)
}

// addressee is the VPC that a packet from outside is for, and which of its
// interfaces or NAT gateways has the public address.
func (w *walk) addressee(dst netip.Addr) (model.VPCID, netip.Addr, *model.NATGateway) {
	for _, i := range model.Sorted(w.n.Interfaces) {
		for _, a := range i.Addresses {
			if a.Public == dst {
				return i.VPC, a.IP, nil
			}
		}
	}
	for _, g := range model.Sorted(w.n.NATGateways) {
		for _, a := range g.Addresses {
			if a.Public == dst {
				return g.VPC, a.Private, g
			}
		}
	}
	for _, v := range model.Sorted(w.n.VPCs) {
		if dst.Is6() && v.Contains(dst) {
			return v.ID, dst, nil
		}
	}
	return "", netip.Addr{}, nil
}

func (w *walk) replyFromOutside(h header) { w.enter(h) }

// fromOutside is where a flow starts outside the VPCs: at the internet gateway,
// unless private connections lead to its source.
func (w *walk) fromOutside(h header) {
	for _, t := range w.n.RouteTables {
		for _, r := range t.Routes {
			private := r.Target.Kind == model.KindVPNGateway || r.Target.Kind == model.KindCoreNetwork
			if private && r.Prefix.Bits() > 0 && r.Prefix.Contains(h.src) {
				w.leg.Unmodelled = true
				return
			}
		}
	}
	w.enter(h)
}

// enter is PIPE-5.
func (w *walk) enter(h header) {
	vpc, private, nat := w.addressee(h.dst)
	if vpc == "" {
		w.note(sim.IGWPrivateIPAssociationForIngress) // IGW-5
		return
	}
	if w.replying && w.viaEIGW == vpc && h.dst.Is6() { // EIGW-1
		w.arriveLocally(vpc, nil, h, nil)
		return
	}
	var igw *model.InternetGateway
	for _, g := range model.Sorted(w.n.InternetGateways) {
		if g.VPC == vpc {
			igw = g
		}
	}
	if igw == nil {
		for _, g := range w.n.EgressOnlyInternetGateways {
			if g.VPC == vpc && h.dst.Is6() {
				w.note(sim.EIGWInbound)
				return
			}
		}
		w.note(sim.UnassociatedComponent)
		return
	}
	if in(h.src, rfc1918...) { // IGW-7
		w.note(sim.IGWSourceNotInRFC1918Ingress)
	}
	if in(h.src, rfc6598) {
		w.note(sim.IGWSourceNotInRFC6598Ingress)
	}
	h.dst = private
	if nat != nil && nat.Regional {
		w.addressedNAT(nat, nil, h)
		return
	}
	to := w.ownerOf(vpc, h.dst)
	if to != nil {
		// A subnet that sends back by the egress-only gateway has its traffic there:
		// what is started outside ends at it (EIGW-1).
		back, _ := w.lookup(w.tableOf(w.n.Subnets[to.Subnet]), h.src)
		if !w.replying && h.dst.Is6() && back.Kind == model.KindEgressOnlyInternetGateway {
			w.note(sim.EIGWInbound)
			return
		}
		w.blockPublicAccess(vpc, to.Subnet, false)
		if h.dst.Is6() && to.DenyAllIGWTraffic { // ENI-13
			w.note(sim.IGWPrivateIPAssociationForIngress)
			return
		}
	}
	gt := w.gatewayTable(igw.ID)
	if gt == nil {
		w.arriveLocally(vpc, nil, h, nil)
		return
	}
	t, why := w.lookup(gt, h.dst) // GRT-5
	if why != "" {
		w.note(why)
		return
	}
	if x := w.interfaceOf(t); x != nil && w.live(x) && h.dst.Is4() { // GRT-6; an IPv6 address is public by itself
		if !slices.ContainsFunc(x.Addresses, func(a model.Address) bool { return a.Public.IsValid() }) {
			w.note(sim.IngressRTBNoPublicIP)
		}
	}
	w.follow(gt, t, nil, "", h, nil)
}

// natGateway is a packet that a route sends to a NAT gateway (section 8).
func (w *walk) natGateway(g *model.NATGateway, from *model.Subnet, h header) {
	if !w.enterNAT(g, from, h) {
		return
	}
	again := slices.Contains(w.crossed[0], string(g.ID))
	w.cross(string(g.ID))
	if w.replying {
		return
	}
	if again { // what comes back to it comes from outside, which NAT-4 forbids
		w.note(sim.Loop)
		return
	}
	if h.dst.Is6() && !in(h.dst, nat64) { // NAT-20
		w.note(sim.NoPossibleDestination)
		return
	}
	if !h.protocol.HasPorts() && !h.protocol.IsICMP() { // NAT-2
		w.note(sim.ProtocolRestriction)
	}
	if g.Regional && g.Zones != nil && from != nil &&
		!slices.Contains(g.Zones, from.AvailabilityZone) && !slices.Contains(g.Zones, from.AvailabilityZoneID) { // RNAT-5
		w.note(sim.RegionalNGWRouteAZRestriction)
	}
	if w.ownerOf(g.VPC, h.src) == nil && w.natOf(g.VPC, h.src) == nil && !w.byTransit[g.VPC] { // NAT-4
		w.note(sim.NGWRequiresSourceInVPC)
	}
	if h.dst.Is6() && from != nil && from.ID == g.Subnet {
		w.leg.Unmodelled = true // NAT-22: AWS wants them apart
		return
	}
	before := h
	if h.dst.Is6() { // NAT-21
		b := h.dst.As16()
		h.dst = netip.AddrFrom4([4]byte(b[12:]))
		if h.protocol == model.ICMPv6 {
			h.protocol = model.ICMP
			switch h.typ {
			case 128:
				h.typ = 8
			case 129:
				h.typ = 0
			}
		}
	}
	h = w.translate(string(g.ID), h, g.Addresses[0].Private)
	w.table[len(w.table)-1].before = before
	w.viaNAT = g
	w.emit(g, h)
}

// addressedNAT is a packet for an address of a NAT gateway: a reply, or nothing
// that it takes (NAT-3).
func (w *walk) addressedNAT(g *model.NATGateway, from *model.Subnet, h header) {
	if !w.enterNAT(g, from, h) {
		return
	}
	restored, ok := w.restore(string(g.ID), h)
	if !ok {
		w.note(sim.NATInbound)
		return
	}
	w.cross(string(g.ID))
	w.emit(g, restored)
}

// enterNAT reports whether the gateway carries anything (NAT-9, NAT-12, RNAT-7).
func (w *walk) enterNAT(g *model.NATGateway, from *model.Subnet, h header) bool {
	if w.loops() {
		return false
	}
	if !g.Regional && (from == nil || from.ID != g.Subnet) {
		w.networkACL(w.n.Subnets[g.Subnet], model.Ingress, h)
	}
	if g.State != model.NATGatewayAvailable {
		w.note(sim.BadState)
		return false
	}
	return true
}

// emit is NAT-7 and RNAT-2.
func (w *walk) emit(g *model.NATGateway, h header) {
	if !g.Regional {
		w.send(w.n.Subnets[g.Subnet], string(g.ID), h, nil)
		return
	}
	rt := w.n.RouteTables[g.RouteTable]
	t, why := w.lookup(rt, h.dst)
	if why != "" {
		w.note(why)
		return
	}
	if !h.src.IsValid() && t.Kind != model.KindInternetGateway {
		w.leg.Unmodelled = true // its private address is not given
		return
	}
	w.follow(rt, t, nil, string(g.ID), h, nil)
}
