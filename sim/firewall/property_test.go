package firewall

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// The universe: few enough rules and flows that they meet.
var (
	someAddrs = []string{"10.0.0.1", "10.0.1.1", "192.0.2.1"}
	somePorts = []string{"any", "22", "80", "443", "!443", "50000"}
	someNets  = []string{"any", "$HOME_NET", "$EXTERNAL_NET", "10.0.0.0/24", "!10.0.0.0/24"}
)

func drawRule(t *rapid.T, words []string) model.StatefulRule {
	pick := func(from []string) string { return rapid.SampledFrom(from).Draw(t, "word") }
	protocol := pick([]string{"ip", "tcp", "tcp", "udp", "icmp", "tls", "http"})
	sport, dport := "any", pick(somePorts)
	if protocol == "icmp" {
		dport = "any"
	}
	if rapid.IntRange(0, 5).Draw(t, "source port") == 0 {
		sport = pick(somePorts)
	}
	text := fmt.Sprintf("%s %s %s %s %s %s %s", pick([]string{"drop", "pass", "reject", "alert"}), protocol,
		pick(someNets), sport, pick([]string{"->", "->", "<>"}), pick(someNets), dport)
	if protocol != "tls" && protocol != "http" {
		text += " " + pick(words)
	} else if rapid.Bool().Draw(t, "named") {
		text += " host=" + pick([]string{"a.com", ".a.com", "b.com"})
	}
	return rule(text + " " + pick([]string{"", "priority=1", "priority=9"}))
}

func drawPolicy(t *rapid.T, words []string) (*model.FirewallPolicy, []model.FirewallRuleGroup) {
	m := &model.FirewallPolicy{
		StrictOrder: rapid.Bool().Draw(t, "strict"),
		StatefulDefaults: rapid.SampledFrom([][]string{
			nil, {"aws:drop_strict"}, {"aws:alert_strict", "aws:drop_established"}, {"aws:alert_established"},
		}).Draw(t, "defaults"),
	}
	var groups []model.FirewallRuleGroup
	for range rapid.IntRange(0, 3).Draw(t, "groups") {
		g := model.FirewallRuleGroup{Stateful: true}
		for range rapid.IntRange(0, 3).Draw(t, "rules") {
			g.Rules = append(g.Rules, drawRule(t, words))
		}
		groups = append(groups, g)
	}
	return m, groups
}

func drawFlow(t *rapid.T) packet.Flow {
	addr := func(label string) string { return rapid.SampledFrom(someAddrs).Draw(t, label) }
	return flow(rapid.SampledFrom([]string{"tcp", "tcp", "udp", "icmp"}).Draw(t, "protocol") + " " + addr("source") + " -> " + addr("destination") + " " +
		rapid.SampledFrom([]string{"22", "80", "443", "8443"}).Draw(t, "port"))
}

// reading is one way to read what the documentation leaves open about the packets
// that follow the first one of a connection.
type reading struct {
	flow   bool // a rule that passes the first packet passes the flow
	ipOnly bool // a rule about addresses alone is asked for the first packet, for the flow
}

var readings = []reading{{false, false}, {false, true}, {true, false}, {true, true}}

// direct is NFW-7 and NFW-8 rule by rule, for one flow and one reading.
type direct struct {
	m      *model.FirewallPolicy
	groups []model.FirewallRuleGroup
	host   string
	reading
	// spoken says of rules whose match depends on what is spoken whether they match.
	spoken func(*model.StatefulRule) bool
}

func inNet(word string, a netip.Addr) bool {
	in := func(s string) bool { return netip.MustParsePrefix(s).Contains(a) }
	switch word {
	case "any":
		return true
	case "$HOME_NET":
		return in("10.0.0.0/16")
	case "$EXTERNAL_NET":
		return !in("10.0.0.0/16")
	case "10.0.0.0/24":
		return in(word)
	case "!10.0.0.0/24":
		return !in(word[1:])
	}
	panic(word)
}

func inPort(word string, p packet.Port) bool {
	switch word {
	case "any":
		return true
	case "!443":
		return p != 443
	}
	return word == fmt.Sprint(uint16(p))
}

// matches is whether a rule matches the flow's first packet, or a later one of the
// client.
func (d *direct) matches(r *model.StatefulRule, f packet.Flow, later bool) bool {
	oneWay := func(src, dst netip.Addr, sport, dport packet.Port) bool {
		return inNet(r.Source, src) && inNet(r.Destination, dst) && (!f.Protocol.HasPorts() && r.SourcePort == "any" && r.DestinationPort == "any" ||
			f.Protocol.HasPorts() && inPort(r.SourcePort, sport) && inPort(r.DestinationPort, dport))
	}
	if !oneWay(f.Src, f.Dst, f.Sport, f.Dport) && !(r.BothWays && oneWay(f.Dst, f.Src, f.Dport, f.Sport)) {
		return false
	}
	switch r.Protocol {
	case "tls", "http":
		return f.Protocol == model.TCP && later && d.spoken(r)
	case "tcp", "udp", "icmp":
		if f.Protocol.String() != r.Protocol {
			return false
		}
	}
	if f.Protocol == model.TCP && slices.Contains(r.Flow, "established") {
		return later
	}
	return !slices.Contains(r.Flow, "not_established") || !later
}

// ask gives the fate of one packet, and the rule that decided it.
func (d *direct) ask(f packet.Flow, later, ipOnlyToo bool) (model.FirewallAction, *model.StatefulRule) {
	var rules []*model.StatefulRule
	for i := range d.groups {
		for j := range d.groups[i].Rules {
			if r := &d.groups[i].Rules[j]; ipOnlyToo || !addressesAlone(r) {
				rules = append(rules, r)
			}
		}
	}
	if !d.m.StrictOrder {
		for _, a := range []model.FirewallAction{model.FirewallPass, model.FirewallDrop, model.FirewallReject} {
			var best *model.StatefulRule
			for _, r := range rules {
				if r.Action == a && d.matches(r, f, later) && (best == nil || cmp.Or(r.Priority, 3) < cmp.Or(best.Priority, 3)) {
					best = r
				}
			}
			if best != nil {
				return a, best
			}
		}
		return model.FirewallPass, nil
	}
	for _, r := range rules {
		if r.Action != model.FirewallAlert && d.matches(r, f, later) {
			return r.Action, r
		}
	}
	for _, name := range d.m.StatefulDefaults {
		if name == "aws:drop_strict" || name == "aws:drop_established" && (f.Protocol != model.TCP || later) {
			return model.FirewallDrop, nil
		}
	}
	return model.FirewallPass, nil
}

func addressesAlone(r *model.StatefulRule) bool {
	return r.SourcePort == "any" && r.DestinationPort == "any" && len(r.Flow) == 0 && r.Protocol != "tls" && r.Protocol != "http"
}

// passes is whether the flow gets through.
func (d *direct) passes(f packet.Flow) bool {
	a, r := d.ask(f, false, true)
	if a != model.FirewallPass {
		return false
	}
	if f.Protocol != model.TCP {
		return true
	}
	if r != nil && !slices.Contains(r.Flow, "not_established") && (d.flow || d.ipOnly && addressesAlone(r)) {
		return true
	}
	a, _ = d.ask(f, true, !d.ipOnly)
	return a == model.FirewallPass
}

// TestOrder: without rules that wait for the connection, the list is a direct
// reading of NFW-7 and NFW-8, down to the rule that decides.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, groups := drawPolicy(t, []string{""})
		for i := range groups {
			groups[i].Rules = slices.DeleteFunc(groups[i].Rules, func(r model.StatefulRule) bool { return r.Protocol == "tls" || r.Protocol == "http" })
		}
		o := policy(*m, groups...).Stateful("").Decide(all, Plain)
		d := direct{m: m, groups: groups}
		for range 10 {
			f := drawFlow(t)
			got := o.of(t, f)
			require.Nil(t, got.Unknown)
			want, r := d.ask(f, false, true)
			if want == model.FirewallPass && r == nil {
				want, _ = d.ask(f, true, true) // NFW-9
			}
			require.Equal(t, want.String(), got.Action.String())
			if r != nil {
				require.Equal(t, r.Text, got.Rule.Text)
			}
		}
	})
}

// TestPhases: what is told is what all readings of the documentation agree on,
// whatever is spoken; the rest is unknown.
func TestPhases(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, groups := drawPolicy(t, []string{"", "", "established", "not_established", "to_server"})
		host := rapid.SampledFrom([]string{"", "a.com", "www.a.com", "b.com"}).Draw(t, "host")
		o := policy(*m, groups...).Stateful(host).Decide(all, Plain)
		for range 10 {
			f := drawFlow(t)
			if f.Protocol != model.TCP && slices.ContainsFunc(groups, func(g model.FirewallRuleGroup) bool {
				return slices.ContainsFunc(g.Rules, func(r model.StatefulRule) bool { return len(r.Flow) > 0 })
			}) {
				continue // the state of flows without connections is not followed
			}
			var open []*model.StatefulRule
			known := map[*model.StatefulRule]bool{}
			for i := range groups {
				for j := range groups[i].Rules {
					r := &groups[i].Rules[j]
					port, ok := map[string]packet.Port{"tls": 443, "http": 80}[r.Protocol]
					named := len(r.Hosts) == 0 || r.Hosts[0] == host || r.Hosts[0] == ".a.com" && (host == "a.com" || host == "www.a.com")
					switch {
					case !ok:
					case host == "" && f.Dport != 22, host != "" && named && f.Dport != 80 && f.Dport != 443:
						open = append(open, r)
					case host != "":
						known[r] = named && f.Dport == port
					}
				}
			}
			var pass, drop bool
			for mask := range 1 << len(open) {
				for _, reading := range readings {
					d := direct{m: m, groups: groups, host: host, reading: reading, spoken: func(r *model.StatefulRule) bool {
						if i := slices.Index(open, r); i >= 0 {
							return mask>>i&1 == 1
						}
						return known[r]
					}}
					if d.passes(f) {
						pass = true
					} else {
						drop = true
					}
				}
			}
			got := o.of(t, f)
			require.Equal(t, pass && drop, got.Unknown != nil, "%v", got.Rule)
			if got.Unknown == nil {
				require.Equal(t, pass, got.Action == Pass, "%v", got.Rule)
			}
		}
	})
}

// TestStateless holds the list against the rules one by one (NFW-4, NFW-5).
func TestStateless(t *testing.T) {
	nets := prefixes("10.0.0.0/24", "10.0.0.0/16", "192.0.2.0/24", "0.0.0.0/0")
	ports := []model.PortRange{{From: 443, To: 443}, {From: 0, To: 1023}, {From: 1024, To: 65535}}
	rapid.Check(t, func(t *rapid.T) {
		var groups []model.FirewallRuleGroup
		var rules []model.StatelessRule
		m := model.FirewallPolicy{StatelessDefaults: []string{rapid.SampledFrom([]string{"aws:pass", "aws:drop", "aws:forward_to_sfe"}).Draw(t, "default")}}
		for range rapid.IntRange(0, 2).Draw(t, "groups") {
			var g []model.StatelessRule
			for i := range rapid.IntRange(0, 4).Draw(t, "rules") {
				r := model.StatelessRule{
					Priority:         10 * (1 + i),
					Sources:          rapid.SliceOfN(rapid.SampledFrom(nets), 0, 2).Draw(t, "sources"),
					Destinations:     rapid.SliceOfN(rapid.SampledFrom(nets), 0, 2).Draw(t, "destinations"),
					Protocols:        rapid.SliceOfN(rapid.SampledFrom([]model.Protocol{model.TCP, model.UDP, model.ICMP}), 0, 2).Draw(t, "protocols"),
					SourcePorts:      rapid.SliceOfN(rapid.SampledFrom(ports), 0, 1).Draw(t, "source ports"),
					DestinationPorts: rapid.SliceOfN(rapid.SampledFrom(ports), 0, 1).Draw(t, "ports"),
					Actions:          []string{rapid.SampledFrom([]string{"aws:pass", "aws:drop", "aws:forward_to_sfe"}).Draw(t, "action")},
				}
				anything(&r.Sources)
				anything(&r.Destinations)
				anything(&r.Protocols)
				anything(&r.SourcePorts)
				anything(&r.DestinationPorts)
				g = append(g, r)
			}
			rules = append(rules, g...)
			groups = append(groups, statelessGroup(slices.Collect(shuffled(t, g))...))
		}
		o := policy(m, groups...).Stateless(all, Plain)
		for range 10 {
			f := drawFlow(t)
			want := m.StatelessDefaults[0]
			for _, r := range rules {
				in := func(list []netip.Prefix, a netip.Addr) bool {
					return list == nil || slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
				}
				on := func(list []model.PortRange, p packet.Port) bool {
					return list == nil || f.Protocol.HasPorts() && slices.ContainsFunc(list, func(r model.PortRange) bool { return r.Contains(uint16(p)) })
				}
				if in(r.Sources, f.Src) && in(r.Destinations, f.Dst) && (r.Protocols == nil || slices.Contains(r.Protocols, f.Protocol)) &&
					on(r.SourcePorts, f.Sport) && on(r.DestinationPorts, f.Dport) {
					want = r.Actions[0]
					break
				}
			}
			got := map[Action]string{Pass: "aws:pass", Drop: "aws:drop", Forward: "aws:forward_to_sfe"}[o.of(t, f).Action]
			require.Equal(t, want, got)
		}
	})
}

// anything turns an empty list into the nil that matches anything.
func anything[T any](list *[]T) {
	if len(*list) == 0 {
		*list = nil
	}
}

func shuffled(t *rapid.T, rules []model.StatelessRule) func(func(model.StatelessRule) bool) {
	return slices.Values(rapid.Permutation(rules).Draw(t, "order"))
}
