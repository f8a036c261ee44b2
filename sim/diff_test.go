package sim

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// told writes a difference in short: each change, and what caused it.
func told(d *Difference) []string {
	names := func(e *DiffEnds) string {
		if e.Internet {
			return "internet"
		}
		var out []string
		for _, i := range e.Interfaces {
			out = append(out, i.Name)
		}
		return strings.Join(out, ",")
	}
	var out []string
	for _, list := range []struct {
		word    string
		changes []Change
	}{{"opened", d.Opened}, {"closed", d.Closed}} {
		for _, c := range list.changes {
			var causes []string
			for _, x := range c.Causes {
				causes = append(causes, strings.TrimSpace(fmt.Sprintf("%s %s %s", x.ID, x.What, strings.Trim(x.Before+" => "+x.After, " =>"))))
			}
			out = append(out, fmt.Sprintf("%s %s -> %s: %s (%s)", list.word, names(&c.From), names(&c.To), c.Traffic, strings.Join(causes, "; ")))
		}
	}
	return out
}

func TestDiff(t *testing.T) {
	for name, c := range map[string]struct {
		change func(n *model.Network)
		want   []string
	}{
		"nothing": {func(*model.Network) {}, nil},
		"a rule": {func(n *model.Network) {
			g := n.SecurityGroups["sg-0"]
			g.Rules = append(g.Rules, model.SecurityGroupRule{Direction: model.Ingress, Peer: model.Peer{Prefix: netip.MustParsePrefix("0.0.0.0/0")},
				Traffic: model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: 22, To: 22}, ICMP: model.AnyICMP}})
		}, []string{
			"opened internet -> n0,n4: tcp 22 (sg-0 ingress tcp 22 from 0.0.0.0/0)",
			"opened n0,n2,n4,n6 -> n0,n4: tcp 22 (sg-0 ingress tcp 22 from 0.0.0.0/0)",
		}},
		"a route": {func(n *model.Network) { n.RouteTables["private"].Routes = n.RouteTables["private"].Routes[:1] },
			[]string{"closed n2,n6 -> internet: tcp 0-24, 26-65535; udp; icmp (private route 0.0.0.0/0 nat)"}},
		"a gateway": {func(n *model.Network) { n.NATGateways["nat"].State = model.NATGatewayFailed },
			[]string{"closed n2,n6 -> internet: tcp 0-24, 26-65535; udp; icmp (nat state available => failed)"}},
		"an interface": {func(n *model.Network) {
			delete(n.Interfaces, "eni-2")
			delete(n.Instances, "i-2")
		}, []string{
			"closed n2 -> n3: tcp 443, 31006-31013 (i-2)", "closed n2 -> n1,n5: tcp 31006-31013 (i-2)",
			"closed n2 -> n0,n4: tcp 37369-37447 (i-2)", "closed n6 -> n2: tcp 38788-38808, 49557-49652 (i-2)",
			"closed n2 -> n6: tcp 38788-38808, 49557-49652 (i-2)", "closed n1,n3,n5 -> n2: tcp 443 (i-2)",
			"closed n2 -> n7: tcp 443 (i-2)", "closed n2 -> internet: tcp 0-24, 26-65535; udp; icmp (i-2)",
		}},
		"a reference that went stale": {func(n *model.Network) { n.SecurityGroups["sg-0"].Rules[0].Peer.Stale = true },
			[]string{"closed n3,n7 -> n0,n4: tcp 443 (sg-0 ingress tcp 443 from sg-3 stale)"}},
		"a function instead of an instance": {func(n *model.Network) {
			n.Owners["f"] = &model.Owner{ID: "f", Type: "lambda", SendsOnly: true}
			n.Interfaces["eni-1"].Owner = model.OwnerRef{Kind: model.KindOwner, ID: "f"}
		}, []string{"closed n2,n6 -> f: tcp 31006-31013 (f; eni-1 owner i-1 => f)", "closed n0,n4 -> f: tcp 443 (f; eni-1 owner i-1 => f)"}},
		"an address": {func(n *model.Network) { n.Interfaces["eni-0"].Addresses[0].IP = netip.MustParseAddr("10.0.0.77") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := topology(8, 4, 4, 1), topology(8, 4, 4, 1)
			c.change(after)
			d, err := Diff(t.Context(), Compile(before), Compile(after), DiffOptions{})
			require.NoError(t, err)
			assert.Equal(t, c.want, told(d))
			// Backwards, what opened has closed.
			back, err := Diff(t.Context(), Compile(after), Compile(before), DiffOptions{})
			require.NoError(t, err)
			assert.Len(t, back.Closed, len(d.Opened))
			assert.Len(t, back.Opened, len(d.Closed))
		})
	}
}

// mutate changes something at random.
func mutate(t *rapid.T, n *model.Network) {
	groups, acls := model.Sorted(n.SecurityGroups), model.Sorted(n.NetworkACLs)
	subnets, interfaces := model.Sorted(n.Subnets), model.Sorted(n.Interfaces)
	switch rapid.IntRange(0, 6).Draw(t, "change") {
	case 0:
		g := rapid.SampledFrom(groups).Draw(t, "group")
		g.Rules = slices.Delete(slices.Clone(g.Rules), 0, 1)
	case 1:
		g := rapid.SampledFrom(groups).Draw(t, "group")
		port := rapid.SampledFrom([]uint16{53, 443, 8001}).Draw(t, "port")
		g.Rules = append(g.Rules, model.SecurityGroupRule{Direction: model.Ingress, Peer: model.Peer{Prefix: netip.MustParsePrefix("0.0.0.0/0")},
			Traffic: model.Traffic{Protocol: model.TCP, Ports: model.PortRange{From: 22, To: port}, ICMP: model.AnyICMP}})
	case 2:
		a := rapid.SampledFrom(acls).Draw(t, "ACL")
		if len(a.Rules) == 0 {
			return
		}
		k := rapid.IntRange(0, len(a.Rules)-1).Draw(t, "rule")
		a.Rules = slices.Delete(slices.Clone(a.Rules), k, k+1)
	case 3:
		rapid.SampledFrom(subnets).Draw(t, "subnet").RouteTable = rapid.SampledFrom([]model.RouteTableID{"public", "private"}).Draw(t, "table")
	case 4:
		rapid.SampledFrom(subnets).Draw(t, "subnet").NetworkACL = rapid.SampledFrom(acls).Draw(t, "ACL").ID
	case 5:
		rapid.SampledFrom(interfaces).Draw(t, "interface").Groups = []model.SecurityGroupID{rapid.SampledFrom(groups).Draw(t, "group").ID}
	case 6:
		rapid.SampledFrom(acls).Draw(t, "ACL").RulesUnknown = &model.Unknown{Subject: "acl"}
	}
}

// TestDiffSaysWhatAskSays is the law: packets are in a change from one verdict to
// another exactly when asking each network by itself gives the two.
func TestDiffSaysWhatAskSays(t *testing.T) {
	changes := 0
	rapid.Check(t, func(t *rapid.T) {
		n, m := topology(16, 4, 4, 2), topology(16, 4, 4, 2)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			mutate(t, m)
		}
		before, after := Compile(n), Compile(m)
		d, err := Diff(t.Context(), before, after, DiffOptions{})
		require.NoError(t, err)
		all := slices.Concat(d.Opened, d.Closed)
		changes += len(all)
		for _, c := range all {
			require.NotEmpty(t, c.Causes, "%v", c)
		}
		ends := []string{"internet"}
		for k := range 16 {
			ends = append(ends, fmt.Sprint("eni-", k))
		}
		for range 20 {
			q := model.Question{From: rapid.SampledFrom(ends).Draw(t, "from"), To: rapid.SampledFrom(ends).Draw(t, "to"), Protocol: model.TCP, Family: model.IPv4}
			if q.From == q.To {
				continue
			}
			port := rapid.SampledFrom([]uint16{22, 443, 8001, 50000}).Draw(t, "port")
			q.Ports, q.SourcePorts = model.PortRange{From: port, To: port}, &model.PortRange{From: 40000, To: 40000}
			f := packet.Flow{Protocol: model.TCP, Sport: 40000, Dport: packet.Port(port), Src: netip.MustParseAddr("10.9.9.9"), Dst: netip.MustParseAddr("10.9.9.8")}
			if q.From == "internet" {
				q.From = "192.0.2.1"
				f.Src = netip.MustParseAddr(q.From)
			}
			if q.To == "internet" {
				q.To = "192.0.2.1"
				f.Dst = netip.MustParseAddr(q.To)
			}
			was, err := before.Ask(q)
			require.NoError(t, err)
			is, err := after.Ask(q)
			require.NoError(t, err)
			got := [2]model.Verdict{is.Verdict, is.Verdict}
			for _, c := range all {
				if has(&c.From, q.From) && has(&c.To, q.To) && c.Packets.Contains(f) {
					require.Equal(t, got[0], got[1], "a packet is in one change only")
					got[0] = c.Before
					require.Equal(t, c.After, is.Verdict, "%s", q)
				}
			}
			require.Equal(t, was.Verdict, got[0], "%s", q)
		}
	})
	if !testing.Short() {
		require.Greater(t, changes, 40, "the networks differ in too little")
	}
}

func has(e *DiffEnds, text string) bool {
	return e.Internet && !strings.HasPrefix(text, "eni-") || slices.ContainsFunc(e.Interfaces, func(i DiffInterface) bool { return i.ID == text })
}

// Interfaces that an ID does not tell are told by their address, then by name.
func TestMatchIdentities(t *testing.T) {
	got := matchIdentities(
		[]identity{{"eni-1", "", "web"}, {"eni-2", "aws_instance.db", "db"}, {"eni-3", "", "twin"}, {"eni-4", "", "same"}, {"eni-5", "", ""}},
		[]identity{{"eni-1", "", "other"}, {"eni-9", "aws_instance.db", "database"}, {"eni-7", "", "twin"}, {"eni-8", "", "twin"}, {"eni-6", "", "same"}, {"eni-0", "", ""}})
	assert.Equal(t, map[string]string{"eni-1": "eni-1", "eni-2": "eni-9", "eni-4": "eni-6"}, got)
}
