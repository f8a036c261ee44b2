package firewall

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

func prefixes(ss ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range ss {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func statelessGroup(rules ...model.StatelessRule) model.FirewallRuleGroup {
	return model.FirewallRuleGroup{Stateless: rules}
}

func TestStatelessCases(t *testing.T) {
	one := func(defaults string, r ...model.StatelessRule) *Policy {
		return policy(model.FirewallPolicy{StatelessDefaults: []string{"metric", defaults}}, statelessGroup(r...))
	}
	web := model.StatelessRule{
		Priority: 5, Destinations: prefixes("10.0.2.0/24"), DestinationPorts: []model.PortRange{{From: 443, To: 443}}, Actions: []string{"metric", "aws:pass"},
	}
	drop := model.StatelessRule{Priority: 1, Protocols: []model.Protocol{model.TCP}, Actions: []string{"aws:drop"}}
	flags := drop
	flags.TCPFlags, flags.Protocols = true, nil
	open := drop
	open.Unknown = &model.Unknown{Reason: "a parameter without a value"}
	nothing := drop
	nothing.Sources = prefixes()
	nothing.Sources = append(nothing.Sources, netip.Prefix{})
	for _, c := range []struct {
		name       string
		policy     *Policy
		flow, want string
	}{
		{"F09", one("aws:drop"), "tcp 10.0.0.5 -> 192.0.2.1 443", "drop"},
		// F10: the request passes, its reply is left to the stateful rules.
		{"F10", one("aws:forward_to_sfe", web), "tcp 192.0.2.1 -> 10.0.2.10 443", "pass"},
		{"F10 reply", one("aws:forward_to_sfe", web), "tcp 10.0.2.10 -> 192.0.2.1 50000", "forward to stateful rules"},
		{"ports are of TCP and UDP", one("aws:drop", web), "udp 192.0.2.1 -> 10.0.2.10 443", "pass"},
		{"ports are of TCP and UDP", one("aws:drop", web), "icmp 192.0.2.1 -> 10.0.2.10", "drop"},
		{"priority", one("aws:forward_to_sfe", web, drop), "tcp 192.0.2.1 -> 10.0.2.10 443", "drop"},
		{"all fields must match", one("aws:forward_to_sfe", drop), "udp 192.0.2.1 -> 10.0.2.10 443", "forward to stateful rules"},
		{"no address", one("aws:pass", nothing), "tcp 192.0.2.1 -> 10.0.2.10 443", "pass"},
		{"flags", one("aws:pass", flags), "tcp 192.0.2.1 -> 10.0.2.10 443", "unknown"},
		{"flags, in vain", one("aws:drop", flags), "tcp 192.0.2.1 -> 10.0.2.10 443", "drop"},
		{"flags are of TCP", one("aws:pass", flags), "udp 192.0.2.1 -> 10.0.2.10 443", "pass"},
		{"open", one("aws:pass", open), "tcp 192.0.2.1 -> 10.0.2.10 443", "unknown"},
		{"groups by priority", policy(model.FirewallPolicy{StatelessDefaults: []string{"aws:pass"}}, statelessGroup(web), statelessGroup(drop)),
			"tcp 192.0.2.1 -> 10.0.2.10 443", "pass"},
		{"no default", policy(model.FirewallPolicy{}), "tcp 192.0.2.1 -> 10.0.2.10 443", "unknown"},
		{"no standard action", one("aws:pass", model.StatelessRule{Actions: []string{"metric"}}), "tcp 192.0.2.1 -> 10.0.2.10 443", "unknown"},
		{"no policy", Compile(nil, nil, home), "tcp 192.0.2.1 -> 10.0.2.10 443", "unknown"},
		{"unknown policy", policy(model.FirewallPolicy{StatelessDefaults: []string{"aws:drop"}, Unknown: &model.Unknown{}}), "tcp 192.0.2.1 -> 10.0.2.10 443", "unknown"},
		{"no group", Compile(&model.FirewallPolicy{StatelessDefaults: []string{"aws:drop"}, StatelessGroups: []model.FirewallGroupReference{{Group: "x"}}}, nil, home),
			"tcp 192.0.2.1 -> 10.0.2.10 443", "unknown"},
	} {
		assert.Equal(t, c.want, c.policy.Stateless(all, Plain).of(t, flow(c.flow)).word(), c.name)
	}
}

// TestNames: a decision tells its rule, and what would settle an unknown one.
func TestNames(t *testing.T) {
	at := model.Provenance{File: "fw.yaml", Line: 7}
	g := statelessGroup(model.StatelessRule{
		Priority: 5, Sources: prefixes("10.0.0.0/8"), Protocols: []model.Protocol{model.TCP, model.UDP},
		DestinationPorts: []model.PortRange{{From: 80, To: 81}}, Actions: []string{"aws:drop"}, TCPFlags: true, Provenance: at,
	})
	p := policy(model.FirewallPolicy{StatelessDefaults: []string{"aws:pass"}}, g)
	d := p.Stateless(all, Plain).of(t, flow("tcp 10.0.0.1 -> 192.0.2.1 80"))
	assert.Equal(t, &Rule{
		Action: Drop, Group: "group-a", Number: 5, Protocol: "tcp,udp", Ports: "80-81", Peers: "10.0.0.0/8 -> any",
		Text: "priority 5: tcp,udp 10.0.0.0/8 -> any ports any -> 80-81, aws:drop", Provenance: at,
	}, d.Rule)
	assert.Equal(t, &model.Unknown{
		Subject: "group-a", Attribute: d.Rule.Text, Reason: "it looks at TCP flags, which only some packets of a connection have", Provenance: at,
	}, d.Unknown)

	d = p.Stateless(all, Plain).of(t, flow("icmp 10.0.0.1 -> 192.0.2.1"))
	assert.Equal(t, "stateless default aws:pass", d.Rule.Text)
	assert.True(t, p.DropsMidStream())
	assert.False(t, Compile(&model.FirewallPolicy{StreamException: "CONTINUE"}, nil, nil).DropsMidStream())
}

// TestPerhaps: what the header leaves open is open here.
func TestPerhaps(t *testing.T) {
	p := policy(model.FirewallPolicy{StrictOrder: true}, rules("drop ip 192.0.2.0/24 any -> any any", "pass ip any any -> any any"))
	vague := func(m *Match, b *packet.Box) (bool, bool) {
		b.Protocols, b.Dst, b.Sport, b.Dport = m.Protocols, m.Dst, m.Sport, m.Dport
		return true, m.Src.Equal(packet.AllAddrs)
	}
	d := p.Stateful("").Decide(all, vague).of(t, flow("udp 10.0.0.1 -> 192.0.2.1 80"))
	require.NotNil(t, d.Unknown)
	assert.Equal(t, "the packet's header at the firewall is not known", d.Unknown.Reason)

	never := func(m *Match, b *packet.Box) (bool, bool) { return m.Src.Equal(packet.AllAddrs), true }
	assert.Equal(t, "pass", p.Stateful("").Decide(all, never).of(t, flow("udp 10.0.0.1 -> 192.0.2.1 80")).word())
}
