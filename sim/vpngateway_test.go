package sim

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// drawnLink is a connection of the gateway under test, as it was drawn.
type drawnLink struct {
	id       string
	rank     int
	up       bool
	prefixes []netip.Prefix
	allowed  bool // what AWS announces by it holds the VPC's block
	toOffice bool
}

// hybrid is a VPC whose virtual private gateway has connections of all kinds, some of
// which lead to an office.
type hybrid struct {
	network    *model.Network
	links      []drawnLink
	propagates bool
	written    netip.Prefix // not valid: no route is written
}

var (
	officeHost = netip.MustParseAddr("192.168.1.5")
	vpcBlock   = netip.MustParsePrefix("10.0.0.0/16")
)

func drawHybrid(t *rapid.T) *hybrid {
	n := model.NewNetwork()
	h := &hybrid{network: n}
	all := model.Traffic{Protocol: model.AllProtocols, Ports: model.AllPorts, ICMP: model.AnyICMP}
	anywhere := model.Peer{Prefix: anyPrefix}
	n.VPCs["vpc"] = &model.VPC{ID: "vpc", CIDRs: []netip.Prefix{vpcBlock}}
	n.SecurityGroups["sg"] = &model.SecurityGroup{ID: "sg", VPC: "vpc", Rules: []model.SecurityGroupRule{
		{Direction: model.Ingress, Traffic: all, Peer: anywhere}, {Direction: model.Egress, Traffic: all, Peer: anywhere}}}
	n.NetworkACLs["acl"] = &model.NetworkACL{ID: "acl", VPC: "vpc", IsDefault: true, Rules: []model.NetworkACLRule{
		{Number: 1, Direction: model.Ingress, Action: model.Allow, Traffic: all, Prefix: anyPrefix}, {Number: 1, Direction: model.Egress, Action: model.Allow, Traffic: all, Prefix: anyPrefix}}}
	n.Subnets["app"] = &model.Subnet{ID: "app", VPC: "vpc", CIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.1.0/24")}}
	n.Interfaces["h"] = &model.Interface{ID: "h", VPC: "vpc", Subnet: "app", Groups: []model.SecurityGroupID{"sg"}, Addresses: []model.Address{{IP: netip.MustParseAddr("10.0.1.10")}}}
	n.VPNGateways["vgw"] = &model.VPNGateway{ID: "vgw", VPC: "vpc"}
	table := &model.RouteTable{ID: "rtb", VPC: "vpc", Main: true, Routes: localRoutes(n.VPCs["vpc"])}
	if h.propagates = rapid.Bool().Draw(t, "propagates"); h.propagates {
		table.PropagatingVGWs = []string{"vgw"}
	}
	if rapid.Bool().Draw(t, "written route") {
		h.written = netip.MustParsePrefix("192.168.0.0/16")
		table.Routes = append(table.Routes, model.Route{Prefix: h.written, Target: model.Target{Kind: model.KindVPNGateway, ID: "vgw"}, State: model.RouteActive})
	}
	n.RouteTables["rtb"] = table
	office := &model.OnPremisesNetwork{ID: "office", CIDRs: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}, Advertises: []netip.Prefix{}, Via: []string{"none"}}
	n.OnPremisesNetworks["office"] = office
	n.OnPremisesNetworks["branch"] = &model.OnPremisesNetwork{ID: "branch", CIDRs: []netip.Prefix{netip.MustParsePrefix("192.168.0.0/16")}, Advertises: []netip.Prefix{}, Via: []string{"none"}}
	for _, id := range []string{"a", "b", "c"}[:rapid.IntRange(1, 3).Draw(t, "links")] {
		l := drawnLink{id: id, rank: rapid.IntRange(rankDirectConnect, rankVPNBGP).Draw(t, "rank"), up: rapid.IntRange(0, 3).Draw(t, "up") > 0,
			allowed: true, toOffice: id == "a" || rapid.IntRange(0, 2).Draw(t, "to the office") > 0}
		for _, p := range []string{"192.168.0.0/16", "192.168.1.0/24", "172.16.0.0/12"} {
			if rapid.Bool().Draw(t, "knows "+p) {
				l.prefixes = append(l.prefixes, netip.MustParsePrefix(p))
			}
		}
		if len(l.prefixes) == 0 {
			l.prefixes = []netip.Prefix{netip.MustParsePrefix("172.16.0.0/12")}
		}
		if len(h.links) > 0 && rapid.Bool().Draw(t, "is like the first") {
			l.rank, l.up, l.prefixes = h.links[0].rank, h.links[0].up, h.links[0].prefixes
		}
		switch l.rank {
		case rankDirectConnect:
			gateway := model.DirectConnectGatewayID("dx-" + id)
			allowed := rapid.SampledFrom([]string{"10.0.0.0/15", "10.0.0.0/16", "10.0.1.0/24", "22.0.0.0/24"}).Draw(t, "allowed")
			l.allowed = netip.MustParsePrefix(allowed).Bits() <= 16 && allowed[0] == '1'
			n.VirtualInterfaces[model.VirtualInterfaceID(id)] = &model.VirtualInterface{ID: model.VirtualInterfaceID(id), Type: model.PrivateVirtualInterface, Gateway: gateway, Up: l.up, LearnedRoutes: l.prefixes}
			n.DirectConnectGatewayAssociations[id] = &model.DirectConnectGatewayAssociation{ID: id, Gateway: gateway, VPNGateway: "vgw", Associated: true,
				AllowedPrefixes: []netip.Prefix{netip.MustParsePrefix(allowed)}}
		default:
			c := &model.VPNConnection{ID: model.VPNConnectionID(id), VPNGateway: "vgw", Available: true, Down: !l.up, StaticRoutesOnly: l.rank == rankVPNStatic}
			if c.StaticRoutesOnly {
				c.StaticRoutes = l.prefixes
			} else {
				c.LearnedRoutes = l.prefixes
			}
			n.VPNConnections[c.ID] = c
		}
		site := n.OnPremisesNetworks["branch"]
		if l.toOffice {
			site = office
		}
		site.Via = append(site.Via, id)
		h.links = append(h.links, l)
	}
	return h
}

// out is what becomes of a packet to the office, said plainly: a route must lead to
// the gateway, which uses the longest prefix that it knows over links that are up, of
// those Direct Connect first, static ones next (VPN-2, VPN-3).
func (h *hybrid) out() (passes, open bool) {
	best, rank := -1, 0
	var to []bool
	for _, l := range h.links {
		for _, p := range l.prefixes {
			if !l.up || !p.Contains(officeHost) || p.Bits() < best || p.Bits() == best && l.rank > rank {
				continue
			}
			if p.Bits() > best || l.rank < rank {
				best, rank, to = p.Bits(), l.rank, nil
			}
			to = append(to, l.toOffice)
		}
	}
	if best < 0 || !h.written.IsValid() && !h.propagates {
		return false, false
	}
	return !slices.Contains(to, false), slices.Contains(to, true) && slices.Contains(to, false)
}

// in reports whether the office reaches the VPC: over a VPN that is up, or Direct
// Connect where the VPC's block is announced (DX-5, DX-7).
func (h *hybrid) in() bool {
	return slices.ContainsFunc(h.links, func(l drawnLink) bool { return l.up && l.toOffice && l.allowed })
}

// verdict is what passes both ways between the host and the office.
func (h *hybrid) verdict() model.Verdict {
	passes, open := h.out()
	switch {
	case h.in() && open:
		return model.Indeterminate
	case h.in() && passes:
		return model.Reachable
	}
	return model.Blocked
}

// TestVPNGatewayPlainly holds the walk against the plain rules, both ways, and points
// against sets.
func TestVPNGatewayPlainly(t *testing.T) {
	drawn := map[model.Verdict]int{}
	for seed := range 200 {
		drawn[rapid.Custom(drawHybrid).Example(seed).verdict()]++
	}
	require.Len(t, drawn, 3, "networks of every verdict are drawn")
	rapid.Check(t, func(t *rapid.T) {
		h := drawHybrid(t)
		e := Compile(h.network)
		want := h.verdict()
		port := model.PortRange{From: 443, To: 443}
		for _, q := range []model.Question{
			{From: "h", To: "office", Protocol: model.TCP, Ports: port},
			{From: "office", To: "h", Protocol: model.TCP, Ports: port},
		} {
			a, err := e.Ask(q)
			require.NoError(t, err)
			require.Equal(t, want, a.Verdict, "%s\n%+v\n%+v", q, h.links, a.Explanations)
			set, err := e.ReachableSet(q)
			require.NoError(t, err)
			require.Equal(t, a.Verdict, set.Verdict, "%s", q)
		}
		literal, err := e.Ask(model.Question{From: "h", To: officeHost.String(), Protocol: model.TCP, Ports: port})
		require.NoError(t, err)
		require.Equal(t, literal.Verdict, e.Walk(Packet{From: Interface{e.interfaces["h"]}, SourceIP: netip.MustParseAddr("10.0.1.10"), To: officeHost,
			Protocol: model.TCP, Port: 443, SourcePorts: model.PortRange{From: 32768, To: 65535}}))
	})
}

func TestPassesFilter(t *testing.T) {
	block := []netip.Prefix{vpcBlock}
	for allowed, announced := range map[string]bool{"10.0.0.0/16": true, "10.0.0.0/15": true, "10.0.0.0/24": false, "22.0.0.0/24": false} {
		got := passesFilter(block, []netip.Prefix{netip.MustParsePrefix(allowed)})
		require.Equal(t, announced, len(got) == 1, allowed) // the rows of DX-5
	}
	require.Equal(t, block, passesFilter(block, nil))
	require.Empty(t, passesFilter(block, []netip.Prefix{}))
}

// authorizationOracle says plainly what CVPN-3 does.
func authorizationOracle(rules []model.ClientVPNAuthorization, group string, to netip.Addr) bool {
	longest := -1
	for _, r := range rules {
		if r.Prefix.Contains(to) {
			longest = max(longest, r.Prefix.Bits())
		}
	}
	return slices.ContainsFunc(rules, func(r model.ClientVPNAuthorization) bool {
		return r.Prefix.Contains(to) && r.Prefix.Bits() == longest && (r.All || r.Group != "" && r.Group == group)
	})
}

// TestAuthorization holds authorization of whole ranges against single addresses.
func TestAuthorization(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rules []model.ClientVPNAuthorization
		for range rapid.IntRange(0, 6).Draw(t, "rules") {
			p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(rapid.IntRange(0, 3).Draw(t, "net")), byte(rapid.IntRange(0, 255).Draw(t, "host"))}), rapid.SampledFrom([]int{0, 8, 22, 24, 26, 32}).Draw(t, "bits")).Masked()
			r := model.ClientVPNAuthorization{Prefix: p, Group: rapid.SampledFrom([]string{"", "eng", "dev"}).Draw(t, "group")}
			r.All = r.Group == ""
			rules = append(rules, r)
		}
		n := model.NewNetwork()
		n.ClientVPNEndpoints["cv"] = &model.ClientVPNEndpoint{ID: "cv", ClientCIDR: netip.MustParsePrefix("172.20.0.0/22"), Available: true, IPv4: true, Authorization: rules}
		e := Compile(n)
		group := rapid.SampledFrom([]string{"", "eng", "dev", "ops"}).Draw(t, "user's group")
		c := &clients{e.clientVPN["cv"], group}
		b := packet.All
		b.Src, b.Dst = packet.Prefix(netip.MustParsePrefix("172.20.0.0/22")), packet.Prefix(netip.MustParsePrefix("10.0.0.0/22"))
		s := state{flows: packet.Of(b), hdr: header{src: addrField{kind: flowSrc}, dst: addrField{kind: flowDst}, sport: flowSport, dport: flowDport}}
		w := &walk{e: e, origin: c}
		c.authorize(w, &s)
		for range 20 {
			to := netip.AddrFrom4([4]byte{10, 0, byte(rapid.IntRange(0, 3).Draw(t, "to net")), byte(rapid.IntRange(0, 255).Draw(t, "to host"))})
			denied := s.denied[model.Forward].Contains(packet.Flow{Protocol: model.TCP, Src: netip.MustParseAddr("172.20.0.9"), Dst: to, Sport: 50000, Dport: 443})
			require.Equal(t, authorizationOracle(rules, group, to), !denied, "%s as %q: %v", to, group, rules)
		}
	})
}
