package firewall

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

var home = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16")}

// rule reads "drop tcp any any -> any 22", and after it "established",
// "not_established", "to_client" or "priority=5".
func rule(text string) model.StatefulRule {
	w := strings.Fields(text)
	r := model.StatefulRule{
		Protocol: w[1], Source: w[2], SourcePort: w[3], BothWays: w[4] == "<>", Destination: w[5], DestinationPort: w[6], Text: text,
	}
	r.Action = map[string]model.FirewallAction{
		"drop": model.FirewallDrop, "pass": model.FirewallPass, "reject": model.FirewallReject, "alert": model.FirewallAlert,
	}[w[0]]
	for _, word := range w[7:] {
		switch {
		case strings.HasPrefix(word, "priority="):
			for _, digit := range word[len("priority="):] {
				r.Priority = 10*r.Priority + int(digit-'0')
			}
		case strings.HasPrefix(word, "host="):
			r.Hosts = append(r.Hosts, word[len("host="):])
		case strings.HasPrefix(word, "opaque="):
			r.Opaque = append(r.Opaque, word[len("opaque="):])
		default:
			r.Flow = append(r.Flow, word)
		}
	}
	return r
}

func rules(texts ...string) model.FirewallRuleGroup {
	g := model.FirewallRuleGroup{Stateful: true}
	for _, t := range texts {
		g.Rules = append(g.Rules, rule(t))
	}
	return g
}

// policy makes a policy of groups, in order of priority.
func policy(m model.FirewallPolicy, groups ...model.FirewallRuleGroup) *Policy {
	all := map[model.FirewallRuleGroupID]*model.FirewallRuleGroup{}
	for i := range groups {
		g := &groups[i]
		if g.ID == "" {
			g.ID = model.FirewallRuleGroupID("group-" + string(rune('a'+i)))
		}
		all[g.ID] = g
		ref := model.FirewallGroupReference{Group: g.ID, Priority: i + 1}
		if g.Stateful {
			m.StatefulGroups = slices.Insert(m.StatefulGroups, 0, ref) // priorities order them
		} else {
			m.StatelessGroups = slices.Insert(m.StatelessGroups, 0, ref)
		}
	}
	return Compile(&m, all, home)
}

// flow reads "tcp 10.0.0.5 -> 192.0.2.1 443", from port 50000.
func flow(text string) packet.Flow {
	w := strings.Fields(text)
	p, _ := model.ParseProtocol(w[0])
	f := packet.Flow{Protocol: p, Src: netip.MustParseAddr(w[1]), Dst: netip.MustParseAddr(w[3])}
	if p.HasPorts() {
		r, _ := model.ParsePortRange(w[4])
		f.Sport, f.Dport = 50000, packet.Port(r.From)
	} else {
		f.Dport = packet.ICMPPort(8, 0)
	}
	return f
}

func (o Outcome) of(t require.TestingT, f packet.Flow) Decision {
	var found *Decision
	for i := range o {
		if o[i].Flows.Contains(f) {
			require.Nil(t, found, "decisions share no flows")
			found = &o[i]
		}
	}
	require.NotNil(t, found, "every flow is decided")
	return *found
}

// word is a decision in one word.
func (d Decision) word() string {
	switch {
	case d.Unknown != nil:
		return "unknown"
	case d.Established:
		return d.Action.String() + " established"
	}
	return d.Action.String()
}

var all = packet.Of(packet.All)

func TestStatefulCases(t *testing.T) {
	const (
		strict = "strict"
		action = "action"
	)
	allow := model.FirewallRuleGroup{Stateful: true, Domains: &model.DomainList{Targets: []string{".example.com"}, TLS: true, Type: "ALLOWLIST"}}
	deny := model.FirewallRuleGroup{Stateful: true, Domains: &model.DomainList{Targets: []string{"evil.com"}, TLS: true, HTTP: true, Type: "DENYLIST"}}
	managed := model.FirewallRuleGroup{ID: "arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/x", Stateful: true, Unknown: &model.Unknown{Reason: "managed"}}
	foreign := model.FirewallRuleGroup{Stateful: true, Unknown: &model.Unknown{Reason: "not given"}}
	for _, c := range []struct {
		name, order, defaults string
		groups                []model.FirewallRuleGroup
		host, flow, want      string
	}{
		// F12: all pass rules come before drop rules, whatever their priority.
		{"F12", action, "", []model.FirewallRuleGroup{rules("drop tcp any any -> any any priority=1", "pass tcp any any -> any 22 priority=255")}, "", "tcp 10.0.0.5 -> 192.0.2.1 22", "pass"},
		{"F12", action, "", []model.FirewallRuleGroup{rules("drop tcp any any -> any any priority=1", "pass tcp any any -> any 22 priority=255")}, "", "tcp 10.0.0.5 -> 192.0.2.1 80", "drop"},
		// F14: the first match of the group with the lowest priority.
		{"F14", strict, "", []model.FirewallRuleGroup{rules("drop tcp any any -> any 22"), rules("pass tcp any any -> any 22")}, "", "tcp 10.0.0.5 -> 192.0.2.1 22", "drop"},
		// F18: what is generated passes the listed names and drops all others of TLS.
		{"F18", action, "", []model.FirewallRuleGroup{allow}, "www.example.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"F18 apex", action, "", []model.FirewallRuleGroup{allow}, "Example.com.", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"F18", action, "", []model.FirewallRuleGroup{allow}, "other.org", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop established"},
		{"F18 end of a name", action, "", []model.FirewallRuleGroup{allow}, "notexample.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop established"},
		{"F18 SSH", action, "", []model.FirewallRuleGroup{allow}, "", "tcp 10.0.0.5 -> 192.0.2.1 22", "pass"},
		{"F18 no name", action, "", []model.FirewallRuleGroup{allow}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "unknown"},
		{"F18 HTTP", action, "", []model.FirewallRuleGroup{allow}, "other.org", "tcp 10.0.0.5 -> 192.0.2.1 80", "pass"},
		{"F18 elsewhere", action, "", []model.FirewallRuleGroup{allow}, "www.example.com", "tcp 10.0.0.5 -> 192.0.2.1 8443", "pass"},
		{"F18 elsewhere", action, "", []model.FirewallRuleGroup{allow}, "other.org", "tcp 10.0.0.5 -> 192.0.2.1 8443", "unknown"},
		{"F18 UDP", action, "", []model.FirewallRuleGroup{allow}, "", "udp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		// F19: the source is not in HOME_NET.
		{"F19", action, "", []model.FirewallRuleGroup{allow}, "other.org", "tcp 10.9.0.5 -> 192.0.2.1 443", "pass"},
		// F20: strict order generates no drop.
		{"F20", strict, "", []model.FirewallRuleGroup{allow}, "other.org", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"F20 no name", strict, "", []model.FirewallRuleGroup{allow}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"domains and a default", strict, "aws:drop_established", []model.FirewallRuleGroup{allow}, "www.example.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"domains and a default", strict, "aws:drop_established", []model.FirewallRuleGroup{allow}, "other.org", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop established"},
		{"the handshake has no name", strict, "aws:drop_strict", []model.FirewallRuleGroup{allow}, "www.example.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop"},
		{"deny list", action, "", []model.FirewallRuleGroup{deny}, "evil.com", "tcp 10.0.0.5 -> 192.0.2.1 80", "drop established"},
		{"deny list", action, "", []model.FirewallRuleGroup{deny}, "www.evil.com", "tcp 10.0.0.5 -> 192.0.2.1 80", "pass"},

		// NFW-8: defaults.
		{"none", strict, "", nil, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"alerts only", strict, "aws:alert_strict", nil, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"strict", strict, "aws:drop_strict", nil, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop"},
		{"established", strict, "aws:drop_established", nil, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop established"},
		{"established, UDP", strict, "aws:drop_established", nil, "", "udp 10.0.0.5 -> 192.0.2.1 53", "drop"},
		{"established, ICMP", strict, "aws:drop_established_app_layer", nil, "", "icmp 10.0.0.5 -> 192.0.2.1", "drop"},
		{"action order has no default", action, "aws:drop_strict", nil, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"an action that nobody knows", strict, "aws:drop", nil, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "unknown"},
		{"an action that nobody knows", strict, "aws:drop", []model.FirewallRuleGroup{rules("pass tcp any any -> any 443")}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"F1", strict, "aws:drop_strict", []model.FirewallRuleGroup{rules("pass tcp any any -> any 443")}, "", "tcp 192.0.2.1 -> 10.0.0.5 443", "pass"},
		{"F1", strict, "aws:drop_strict", []model.FirewallRuleGroup{rules("pass tcp any any -> any 443")}, "", "tcp 192.0.2.1 -> 10.0.0.5 80", "drop"},

		// NFW-10, NFW-12: headers.
		{"one way", strict, "aws:drop_strict", []model.FirewallRuleGroup{rules("pass ip $HOME_NET any -> $EXTERNAL_NET any")}, "", "udp 10.0.0.5 -> 192.0.2.1 53", "pass"},
		{"one way", strict, "aws:drop_strict", []model.FirewallRuleGroup{rules("pass ip $HOME_NET any -> $EXTERNAL_NET any")}, "", "udp 192.0.2.1 -> 10.0.0.5 53", "drop"},
		{"either way", strict, "aws:drop_strict", []model.FirewallRuleGroup{rules("pass ip $HOME_NET any <> $EXTERNAL_NET any")}, "", "udp 192.0.2.1 -> 10.0.0.5 53", "pass"},
		{"icmp has no ports", strict, "", []model.FirewallRuleGroup{rules("drop ip any any -> any 80")}, "", "icmp 10.0.0.5 -> 192.0.2.1", "pass"},
		{"icmp is both", strict, "", []model.FirewallRuleGroup{rules("drop icmp any any -> any any")}, "", "icmpv6 2001:db8::1 -> 2001:db8::2", "drop"},
		{"family", strict, "", []model.FirewallRuleGroup{rules("drop ip6 any any -> any any")}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"unknown variable", strict, "", []model.FirewallRuleGroup{rules("drop ip $WHO any -> any any")}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "unknown"},
		{"alert goes on", strict, "", []model.FirewallRuleGroup{rules("alert ip any any -> any any", "reject ip any any -> any any")}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "reject"},

		// A rule that asks for a name is about TLS and HTTP.
		{"a name", strict, "aws:drop_established", []model.FirewallRuleGroup{rules("pass ip any any -> any any host=a.com")}, "a.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"a name", strict, "aws:drop_established", []model.FirewallRuleGroup{rules("pass tcp any any -> any any host=a.com")}, "a.com", "tcp 10.0.0.5 -> 192.0.2.1 80", "pass"},
		{"a name", strict, "aws:drop_established", []model.FirewallRuleGroup{rules("pass ip any any -> any any host=a.com")}, "b.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop established"},
		{"a name", strict, "aws:drop_established", []model.FirewallRuleGroup{rules("pass ip any any -> any any host=a.com")}, "", "udp 10.0.0.5 -> 192.0.2.1 443", "drop"},
		{"a name in UDP", strict, "", []model.FirewallRuleGroup{rules("drop udp any any -> any any host=a.com")}, "", "udp 10.0.0.5 -> 192.0.2.1 443", "unknown"},
		{"the end of a name", strict, "aws:drop_established", []model.FirewallRuleGroup{rules("pass tls any any -> any any host=*.a.com")}, "b.a.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"the end of a name", strict, "aws:drop_established", []model.FirewallRuleGroup{rules("pass tls any any -> any any host=*.a.com")}, "a.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop established"},
		{"its beginning", strict, "aws:drop_established", []model.FirewallRuleGroup{rules("pass tls any any -> any any host=www.*")}, "www.a.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"its beginning", strict, "aws:drop_established", []model.FirewallRuleGroup{rules("pass tls any any -> any any host=www.*")}, "a.www.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop established"},
		{"a part", strict, "aws:drop_established", []model.FirewallRuleGroup{rules("pass tls any any -> any any host=*www*")}, "a.www.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},

		// The phases of a connection.
		{"the lower rule comes first", action, "", []model.FirewallRuleGroup{rules("pass tls any any -> any any host=a.com", "drop tcp any any -> any any")}, "a.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop"},
		{"unless it waits", action, "", []model.FirewallRuleGroup{rules("pass tls any any -> any any host=a.com", "drop tcp any any -> any any established")}, "a.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"unless it waits", action, "", []model.FirewallRuleGroup{rules("pass tls any any -> any any host=a.com", "drop tcp any any -> any any established")}, "b.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop established"},
		{"the handshake alone", strict, "aws:drop_strict", []model.FirewallRuleGroup{rules("pass tcp any any -> any any not_established", "pass tls any any -> any any host=a.com")}, "a.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"the handshake alone", strict, "aws:drop_strict", []model.FirewallRuleGroup{rules("pass tcp any any -> any any not_established", "pass tls any any -> any any host=a.com")}, "b.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop established"},
		{"passed before it is named", strict, "", []model.FirewallRuleGroup{rules("drop tls any any -> any any host=a.com", "pass tcp any any -> any any")}, "a.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "unknown"},
		{"passed before it is named", strict, "", []model.FirewallRuleGroup{rules("drop tls any any -> any any host=a.com", "pass tcp any any -> any any")}, "b.com", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"addresses alone", strict, "", []model.FirewallRuleGroup{rules("pass tcp any any -> any any not_established", "drop ip any any -> any any")}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "unknown"},
		{"replies", strict, "", []model.FirewallRuleGroup{rules("drop tcp any 443 -> any any to_client")}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "unknown"},
		{"replies", strict, "", []model.FirewallRuleGroup{rules("drop tcp any 443 -> any any to_client")}, "", "tcp 10.0.0.5 -> 192.0.2.1 444", "pass"},
		{"states of UDP", strict, "", []model.FirewallRuleGroup{rules("drop udp any any -> any any established")}, "", "udp 10.0.0.5 -> 192.0.2.1 53", "unknown"},
		{"states of UDP", strict, "", []model.FirewallRuleGroup{rules("drop udp any any -> any any not_established")}, "", "udp 10.0.0.5 -> 192.0.2.1 53", "drop"},

		// NFW-13, NFW-14: what is not known.
		{"opaque", strict, "", []model.FirewallRuleGroup{rules("drop tcp any any -> any any opaque=pcre")}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "unknown"},
		{"opaque, in vain", strict, "aws:drop_strict", []model.FirewallRuleGroup{rules("drop tcp any any -> any any opaque=pcre")}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop"},
		{"dns", strict, "", []model.FirewallRuleGroup{rules("drop dns any any -> any any")}, "", "udp 10.0.0.5 -> 192.0.2.1 53", "unknown"},
		{"ssh", strict, "", []model.FirewallRuleGroup{rules("drop ssh any any -> any any")}, "", "tcp 10.0.0.5 -> 192.0.2.1 22", "drop established"},
		{"managed", action, "", []model.FirewallRuleGroup{managed}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "unknown"},
		{"managed does not pass", strict, "aws:drop_strict", []model.FirewallRuleGroup{managed}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "drop"},
		{"managed comes after pass", action, "", []model.FirewallRuleGroup{managed, rules("pass ip any any -> any any")}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "pass"},
		{"a foreign group may pass", strict, "aws:drop_strict", []model.FirewallRuleGroup{foreign}, "", "tcp 10.0.0.5 -> 192.0.2.1 443", "unknown"},
	} {
		m := model.FirewallPolicy{StrictOrder: c.order == strict}
		if c.defaults != "" {
			m.StatefulDefaults = []string{c.defaults}
		}
		o := policy(m, c.groups...).Stateful(c.host).Decide(all, Plain)
		assert.Equal(t, c.want, o.of(t, flow(c.flow)).word(), "%s: %s to %q", c.name, c.flow, c.host)
	}
}

func TestDropToAlert(t *testing.T) {
	m := model.FirewallPolicy{StatefulGroups: []model.FirewallGroupReference{{Group: "arn:aws:network-firewall:x:aws-managed:y", DropToAlert: true}}}
	o := Compile(&m, nil, home).Stateful("").Decide(all, Plain)
	assert.Equal(t, "pass", o.of(t, flow("tcp 10.0.0.5 -> 192.0.2.1 443")).word())
	m.StatefulGroups[0].DropToAlert = false
	d := Compile(&m, nil, home).Stateful("").Decide(all, Plain).of(t, flow("tcp 10.0.0.5 -> 192.0.2.1 443"))
	require.NotNil(t, d.Unknown)
	assert.Equal(t, "rule group arn:aws:network-firewall:x:aws-managed:y is not in the design", d.Unknown.Reason)
}

func TestVariables(t *testing.T) {
	prefix := func(s string) []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix(s)} }
	v := variables{
		addresses: map[string][]netip.Prefix{"WEB": prefix("10.0.1.0/24")},
		ports:     map[string][]model.PortRange{"P": {{From: 80, To: 80}, {From: 443, To: 443}}},
		home:      home,
	}
	for word, want := range map[string]string{
		"any": "0.0.0.0/0,::/0", "$WEB": "10.0.1.0/24", "@WEB": "10.0.1.0/24", "$HOME_NET": "10.0.0.0/16",
		"[$HOME_NET,!$WEB]": "10.0.0.0/24,10.0.2.0-10.0.255.255", "![$WEB,0.0.0.0/0]": "::/0",
		"[!0.0.0.0/0]": "::/0", "[10.0.0.0-10.0.0.3,[192.0.2.1]]": "10.0.0.0/30,192.0.2.1",
	} {
		set, doubt := v.addrs(word)
		assert.Empty(t, doubt, word)
		assert.Equal(t, want, packet.FormatAddrs(set), word)
	}
	external, _ := v.addrs("$EXTERNAL_NET")
	assert.True(t, external.Equal(packet.AllAddrs.Sub(packet.Prefixes(home))))
	ports, _ := v.portsOf("[$P,!80]")
	assert.Equal(t, "443", packet.FormatPorts(ports))
	for _, word := range []string{"$NOBODY", "[10.0.0.0/8,!$NOBODY]", "nonsense"} {
		set, doubt := v.addrs(word)
		assert.NotEmpty(t, doubt, word)
		assert.Equal(t, packet.AllAddrs, set, word)
	}
	v.home = nil
	_, doubt := v.addrs("$EXTERNAL_NET")
	assert.Equal(t, "variable $EXTERNAL_NET is not known", doubt, "no VPC, no HOME_NET")

	own := model.FirewallRuleGroup{Stateful: true, IPSets: map[string][]netip.Prefix{"HOME_NET": prefix("10.9.0.0/16")}, Rules: rules("drop ip $HOME_NET any -> $EXTERNAL_NET any").Rules}
	p := policy(model.FirewallPolicy{HomeNet: prefix("10.8.0.0/16")}, own, rules("reject ip $HOME_NET any -> $EXTERNAL_NET any"))
	o := p.Stateful("").Decide(all, Plain)
	assert.Equal(t, "drop", o.of(t, flow("udp 10.9.0.1 -> 10.0.0.1 53")).word(), "the group's own")
	assert.Equal(t, "reject", o.of(t, flow("udp 10.8.0.1 -> 10.0.0.1 53")).word(), "the policy's")
	assert.Equal(t, "pass", o.of(t, flow("udp 10.0.0.1 -> 10.9.0.1 53")).word(), "not the VPC's")
}
