package yamlfile

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// world draws random networks: every kind of resource, with references inside
// the network, across its VPCs and out of it, and with gaps.
type world struct {
	*rapid.T
	n    *model.Network
	next int
}

func (w *world) yes(label string) bool { return rapid.Bool().Draw(w.T, label) }

// id makes an ID that is new for its kind: AWS's, a plain name, or one that a
// careless writer would spoil.
func (w *world) id(kind string) string {
	w.next++
	switch rapid.IntRange(0, 5).Draw(w.T, "kind of id") {
	case 0:
		return fmt.Sprintf("%s-%08x", kind, w.next)
	case 1:
		return fmt.Sprintf("module.net.aws_%s.x[%d]", kind, w.next)
	case 2:
		return fmt.Sprintf("10.0.0.%d", w.next)
	case 3:
		return fmt.Sprintf("a, b: #%d", w.next)
	}
	return fmt.Sprintf("%s%d", kind, w.next)
}

// special is now and then a name to which the format gives a meaning.
func (w *world) special(kind string, names ...string) string {
	if w.yes("special") {
		return rapid.SampledFrom(names).Draw(w.T, "name")
	}
	return w.id(kind)
}

func (w *world) meta() model.Meta {
	m := model.Meta{
		Name:    rapid.SampledFrom([]string{"", "web", "default", "unknown", "x: y", "12"}).Draw(w.T, "Name"),
		Account: rapid.SampledFrom([]model.AccountID{"111122223333", "000000000012", ""}).Draw(w.T, "account"),
		Region:  rapid.SampledFrom([]model.Region{"us-east-1", ""}).Draw(w.T, "region"),
	}
	if w.yes("tags") {
		m.Tags = map[string]string{"Name": m.Name, "true": "no", "<": "0x1F"}
	}
	if w.yes("arn") {
		m.ARN = "arn:aws:ec2:::x"
	}
	return m
}

func (w *world) gap(subject string) *model.Unknown {
	if !rapid.SampledFrom([]bool{false, false, true}).Draw(w.T, "gap") {
		return nil
	}
	return &model.Unknown{
		Subject:   rapid.SampledFrom([]string{subject, "other"}).Draw(w.T, "subject"),
		Attribute: rapid.SampledFrom([]string{"rules", "cidr", "route", ""}).Draw(w.T, "attribute"),
		Reason:    rapid.SampledFrom([]string{usualReason, "known only after apply", "true", "", "a: b"}).Draw(w.T, "reason"),
	}
}

func (w *world) prefix() netip.Prefix {
	return netip.MustParsePrefix(rapid.SampledFrom([]string{"0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "192.0.2.9/32", "::/0", "2001:db8::/56", "2001:db8::/64"}).Draw(w.T, "prefix"))
}

func (w *world) traffic() model.Traffic {
	t := model.AllTraffic
	t.Protocol = rapid.SampledFrom([]model.Protocol{-1, 0, 1, 6, 17, 47, 58}).Draw(w.T, "protocol")
	if t.Protocol.HasPorts() {
		t.Ports = rapid.SampledFrom([]model.PortRange{model.AllPorts, {From: 0, To: 0}, {From: 443, To: 443}, {From: 1024, To: 65535}}).Draw(w.T, "ports")
	}
	if t.Protocol.IsICMP() {
		t.ICMP = rapid.SampledFrom([]model.ICMPTypeCode{model.AnyICMP, {Type: 8, Code: -1}, {Type: 3, Code: 4}, {}}).Draw(w.T, "icmp")
	}
	return t
}

// one draws an ID of a map, sometimes one that the network lacks, or "".
func one[K ~string, V any](w *world, m map[K]V, or ...K) K {
	ids := append(or, "")
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return rapid.SampledFrom(ids).Draw(w.T, "reference")
}

func drawNetwork(t *rapid.T) *model.Network {
	w := &world{T: t, n: model.NewNetwork()}
	for range rapid.IntRange(0, 2).Draw(t, "prefix lists") {
		l := &model.PrefixList{ID: model.PrefixListID(w.id("pl")), Meta: w.meta(), IPv6: w.yes("v6"), MaxEntries: rapid.IntRange(0, 2).Draw(t, "max")}
		l.EntriesUnknown = w.gap(string(l.ID))
		for range rapid.IntRange(0, 2).Draw(t, "entries") {
			if p := w.prefix(); p.Addr().Is6() == l.IPv6 {
				l.Entries = append(l.Entries, model.PrefixListEntry{Prefix: p, Description: rapid.SampledFrom([]string{"", "home"}).Draw(t, "description")})
			}
		}
		w.n.PrefixLists[l.ID] = l
	}
	for range rapid.IntRange(0, 2).Draw(t, "vpcs") {
		v := &model.VPC{ID: model.VPCID(w.id("vpc")), Meta: w.meta(), IsDefault: w.yes("default"), EnableDNSSupport: w.yes("support"),
			EnableDNSHostnames: w.yes("hostnames"), DNSAssumed: w.yes("assumed")}
		v.CIDRs = rapid.SampledFrom([][]netip.Prefix{nil, {netip.MustParsePrefix("10.0.0.0/16")},
			{netip.MustParsePrefix("10.0.0.0/16"), netip.MustParsePrefix("2001:db8::/56")}}).Draw(t, "cidrs")
		for _, k := range []model.Kind{model.KindRouteTable, model.KindNetworkACL, model.KindSecurityGroup, model.KindPrefixList} {
			if u := w.gap(string(v.ID)); u != nil {
				if v.Missing == nil {
					v.Missing = map[model.Kind]*model.Unknown{}
				}
				v.Missing[k] = u
			}
		}
		w.n.VPCs[v.ID] = v
	}
	for range rapid.IntRange(0, 2).Draw(t, "scopes") {
		w.contents(one(w, w.n.VPCs, "vpc-gone"))
	}
	w.joining()
	w.routes()
	w.rest()
	return w.n
}

// contents draws what lies in one VPC.
func (w *world) contents(vpc model.VPCID) {
	t, n := w.T, w.n
	for range rapid.IntRange(0, 2).Draw(t, "gateways") {
		g := &model.InternetGateway{ID: model.InternetGatewayID(w.special("igw", "true", "igw")), Meta: w.meta(), VPC: vpc}
		if vpc != "" {
			g.AttachmentUnknown = w.gap(string(g.ID))
		}
		n.InternetGateways[g.ID] = g
		e := &model.EgressOnlyInternetGateway{ID: model.EgressOnlyInternetGatewayID(w.id("eigw")), Meta: w.meta(), VPC: vpc}
		n.EgressOnlyInternetGateways[e.ID] = e
	}
	for range rapid.IntRange(0, 2).Draw(t, "tables") {
		r := &model.RouteTable{ID: model.RouteTableID(w.special("rtb", "main", string(vpc)+"-main")), Meta: w.meta(), VPC: vpc, Main: w.yes("main")}
		n.RouteTables[r.ID] = r
	}
	for range rapid.IntRange(0, 2).Draw(t, "acls") {
		w.acl(vpc)
	}
	for range rapid.IntRange(0, 3).Draw(t, "groups") {
		g := &model.SecurityGroup{ID: model.SecurityGroupID(w.special("sg", "default", "self", string(vpc)+"-default")), Meta: w.meta(), VPC: vpc,
			GroupName: rapid.SampledFrom([]string{"default", "web", ""}).Draw(t, "group name")}
		if w.yes("associated") {
			if v := one(w, n.VPCs, "vpc-far"); v != "" {
				g.AssociatedVPCs = []model.VPCID{v}
			}
		}
		n.SecurityGroups[g.ID] = g
		w.groupRules(g)
	}
	for range rapid.IntRange(0, 2).Draw(t, "subnets") {
		s := &model.Subnet{ID: model.SubnetID(w.id("subnet")), Meta: w.meta(), VPC: vpc, AvailabilityZone: rapid.SampledFrom([]string{"", "us-east-1a"}).Draw(t, "zone"),
			MapPublicIPOnLaunch: w.yes("map"), AssignIPv6AddressOnCreation: w.yes("assign"), EnableDNS64: w.yes("dns64")}
		s.CIDRs = rapid.SampledFrom([][]netip.Prefix{nil, {netip.MustParsePrefix("10.0.1.0/24")}, {netip.MustParsePrefix("2001:db8::/64")},
			{netip.MustParsePrefix("10.0.1.0/24"), netip.MustParsePrefix("2001:db8::/64")}}).Draw(t, "cidrs")
		s.AvailabilityZoneID = pickOne(w, "", "use1-az1")
		s.CIDRsUnknown = w.gap(string(s.ID))
		if s.RouteTableUnknown = w.gap(string(s.ID)); s.RouteTableUnknown == nil {
			s.RouteTable = one(w, n.RouteTables, "rtb-gone")
		}
		if s.NetworkACLUnknown = w.gap(string(s.ID)); s.NetworkACLUnknown == nil {
			s.NetworkACL = one(w, n.NetworkACLs)
		}
		n.Subnets[s.ID] = s
	}
	w.owners(vpc)
}

func (w *world) acl(vpc model.VPCID) {
	a := &model.NetworkACL{ID: model.NetworkACLID(w.special("acl", "default", string(vpc)+"-default")), Meta: w.meta(), VPC: vpc, IsDefault: w.yes("default")}
	a.RulesUnknown = w.gap(string(a.ID))
	for _, dir := range []model.Direction{model.Ingress, model.Egress} {
		if w.yes("default rules") {
			a.Rules = append(a.Rules, defaultACLRules(dir, w.yes("ipv6"))...)
			continue
		}
		for i := range rapid.IntRange(0, 2).Draw(w.T, "rules") {
			r := model.NetworkACLRule{Number: 100 + i, Direction: dir, Action: model.Action(rapid.IntRange(0, 1).Draw(w.T, "action")), Traffic: w.traffic(), Prefix: w.prefix()}
			if r.Unknown = w.gap(string(a.ID)); r.Unknown != nil && w.yes("no prefix") {
				r.Prefix = netip.Prefix{}
			}
			a.Rules = append(a.Rules, r)
		}
	}
	w.n.NetworkACLs[a.ID] = a
}

func (w *world) groupRules(g *model.SecurityGroup) {
	g.RulesUnknown = w.gap(string(g.ID))
	for _, dir := range []model.Direction{model.Ingress, model.Egress} {
		if dir == model.Egress && w.yes("default rules") {
			g.Rules = append(g.Rules, defaultEgress(w.yes("ipv6"))...)
			continue
		}
		for range rapid.IntRange(0, 2).Draw(w.T, "rules") {
			r := model.SecurityGroupRule{Direction: dir, Traffic: w.traffic(), ID: rapid.SampledFrom([]string{"", "sgr-1"}).Draw(w.T, "id"), Description: rapid.SampledFrom([]string{"", "why"}).Draw(w.T, "description")}
			switch rapid.IntRange(0, 3).Draw(w.T, "peer") {
			case 0:
				r.Peer.PrefixList = one(w, w.n.PrefixLists, "pl-gone")
			case 1:
				r.Peer.Group = one(w, w.n.SecurityGroups, "sg-gone")
				if r.Peer.Group != "" && w.yes("far") {
					r.Peer.GroupAccount, r.Peer.Stale = "444455556666", w.yes("stale")
					r.Peer.GroupVPC = one(w, w.n.VPCs, "vpc-far")
				}
			default:
				r.Peer.Prefix = w.prefix()
			}
			if r.Unknown = w.gap(string(g.ID)); r.Unknown != nil && w.yes("no peer") {
				r.Peer = model.Peer{}
			}
			if r.Peer == (model.Peer{}) && r.Unknown == nil {
				r.Peer.Prefix = w.prefix()
			}
			g.Rules = append(g.Rules, r)
		}
	}
}

// routes fills the route tables, when there is everything that a route can name.
func (w *world) routes() {
	for _, r := range model.Sorted(w.n.RouteTables) {
		r.RoutesUnknown = w.gap(string(r.ID))
		if g := one(w, w.n.InternetGateways, "vgw-1", "igw-gone"); g != "" && w.yes("edge") {
			r.Gateways = []string{string(g)}
		}
		for _, g := range some(w, w.n.VPNGateways, "vgw-gone") {
			r.PropagatingVGWs = append(r.PropagatingVGWs, string(g))
		}
		if v := w.n.VPCs[r.VPC]; v != nil && w.yes("local") {
			for _, p := range v.CIDRs {
				r.Routes = append(r.Routes, model.Route{Prefix: p, Target: model.LocalTarget, Origin: model.CreateRouteTable, State: model.RouteActive})
			}
		}
		for range rapid.IntRange(0, 3).Draw(w.T, "routes") {
			x := model.Route{State: model.RouteState(rapid.IntRange(0, 2).Draw(w.T, "state")), Origin: model.RouteOrigin(rapid.IntRange(0, 3).Draw(w.T, "origin")), Target: w.target()}
			if x.PrefixList = one(w, w.n.PrefixLists, "pl-gone"); x.PrefixList == "" {
				x.Prefix = w.prefix()
			}
			if x.Unknown = w.gap(string(r.ID)); x.Unknown != nil && w.yes("no destination") {
				x.PrefixList, x.Prefix = "", netip.Prefix{}
			} else if x.Unknown != nil && w.yes("no target") {
				x.Target = model.Target{}
				if w.yes("perhaps") {
					x.Perhaps = []model.Target{w.target(), w.target()}
				}
			}
			r.Routes = append(r.Routes, x)
		}
	}
}

func (w *world) target() model.Target {
	n := w.n
	switch rapid.IntRange(0, 8).Draw(w.T, "target") {
	case 0:
		return model.LocalTarget
	case 1:
		return model.Target{Kind: model.KindTransitGateway, ID: string(cmpOr(one(w, n.TransitGateways), pickOne[model.TransitGatewayID](w, "tgw-1", "module.tgw")))}
	case 2:
		if id := one(w, n.Instances); id != "" {
			return model.Target{Kind: model.KindInstance, ID: string(id)}
		}
	case 3:
		if id := one(w, n.Interfaces, "eni-gone"); id != "" {
			return model.Target{Kind: model.KindInterface, ID: string(id)}
		}
	case 4:
		if id := one(w, n.NATGateways, "nat-gone"); id != "" {
			return model.Target{Kind: model.KindNATGateway, ID: string(id)}
		}
	case 5:
		if id := one(w, n.VPCEndpoints); id != "" {
			return model.Target{Kind: model.KindVPCEndpoint, ID: string(id)}
		}
	case 7:
		if id := one(w, n.VPCPeeringConnections, "pcx-1"); id != "" {
			return model.Target{Kind: model.KindVPCPeeringConnection, ID: string(id)}
		}
	case 8:
		if id := one(w, n.VPNGateways, "vgw-1"); id != "" {
			return model.Target{Kind: model.KindVPNGateway, ID: string(id)}
		}
	case 6:
		if id := one(w, n.EgressOnlyInternetGateways); id != "" {
			return model.Target{Kind: model.KindEgressOnlyInternetGateway, ID: string(id)}
		}
	}
	if id := one(w, n.InternetGateways, "igw-gone"); id != "" {
		return model.Target{Kind: model.KindInternetGateway, ID: string(id)}
	}
	return model.LocalTarget
}

// rest draws what lies in no VPC.
func (w *world) rest() {
	t, n := w.T, w.n
	for k := range rapid.IntRange(0, 2).Draw(t, "elastic ips") {
		e := &model.ElasticIP{ID: model.AllocationID(w.id("eipalloc")), Meta: w.meta(), PublicIP: netip.AddrFrom4([4]byte{203, 0, 113, byte(k)})}
		if w.yes("lost") {
			e.Interface, e.PrivateIP = "eni-gone", netip.MustParseAddr("10.0.1.9")
		}
		n.ElasticIPs[e.ID] = e
	}
	if w.yes("bpa") {
		s := model.BlockPublicAccess{Account: "111122223333", Region: pickOne[model.Region](w, "", "us-east-1"), Unknown: w.gap("VPC Block Public Access")}
		if s.Unknown == nil {
			s.Mode = model.BlockIngress
		}
		n.BlockPublicAccess = append(n.BlockPublicAccess, s)
	}
	if v := one(w, n.VPCs, "vpc-gone"); v != "" {
		n.BlockPublicAccessExclusions = append(n.BlockPublicAccessExclusions, model.BlockPublicAccessExclusion{ID: pickOne(w, "", "vpcbpa-exclude-1"), VPC: v, AllowEgress: w.yes("egress")})
	}
	if s := one(w, n.Subnets, "subnet-gone"); s != "" {
		n.BlockPublicAccessExclusions = append(n.BlockPublicAccessExclusions, model.BlockPublicAccessExclusion{Subnet: s, Unknown: w.gap("an exclusion")})
	}
	if w.yes("on premises") {
		n.OnPremises = []netip.Prefix{w.prefix()}
	}
	n.Port25Allowed = rapid.SampledFrom([][]model.AccountID{nil, {"111122223333"}, {"111122223333", ""}}).Draw(t, "port 25")
	if w.yes("unmodelled") {
		n.Unmodelled = []model.Unmodelled{{Type: "TransitGateways", Count: 2}}
	}
}

// A network that is written and read is the same network, and is written the
// same again.
func TestWriteReadRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		again := reread(t, n)
		require.Equal(t, withoutPlaces(n), withoutPlaces(again), "%s", written(t, n))
		require.Equal(t, string(written(t, n)), string(written(t, again)))
	})
}
