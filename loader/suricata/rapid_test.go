package suricata

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// drawRule gives a rule and its options, out of order and spread over lines.
func drawRule(t *rapid.T) (model.StatefulRule, string) {
	address := rapid.SampledFrom([]string{"any", "10.0.0.0/8", "!$HOME_NET", "[10.0.0.1,!2001:db8::/32]", "[$A, [!$B]]"})
	port := rapid.SampledFrom([]string{"any", "443", "1024:", "![80,:21]", "$PORTS"})
	r := model.StatefulRule{
		Action:   rapid.SampledFrom([]model.FirewallAction{model.FirewallDrop, model.FirewallPass, model.FirewallReject, model.FirewallAlert}).Draw(t, "action"),
		Protocol: rapid.SampledFrom([]string{"ip", "tcp", "udp", "icmp", "tls", "http", "tcp-pkt"}).Draw(t, "protocol"),
		Source:   address.Draw(t, "source"), SourcePort: port.Draw(t, "sport"),
		Destination: address.Draw(t, "destination"), DestinationPort: port.Draw(t, "dport"),
		BothWays: rapid.Bool().Draw(t, "both"),
		SID:      rapid.IntRange(1, 1<<31-1).Draw(t, "sid"),
		Priority: rapid.IntRange(0, 255).Draw(t, "priority"),
		Flow:     rapid.SampledFrom([][]string{nil, {"established"}, {"to_server", "not_established"}}).Draw(t, "flow"),
	}
	options := []string{fmt.Sprint("sid:", r.SID), `msg:"a, \"b\"\; (c)"`}
	if r.Priority > 0 {
		options = append(options, fmt.Sprint("priority: ", r.Priority))
	}
	if r.Flow != nil {
		options = append(options, "flow:"+strings.Join(r.Flow, ","))
	}
	if r.Protocol == "tls" && rapid.Bool().Draw(t, "named") {
		r.Hosts = []string{rapid.SampledFrom([]string{"a.example.com", ".example.com", "*.example.com", "a.*", "*example*"}).Draw(t, "host")}
		option := `tls.sni; content:"` + strings.Trim(r.Hosts[0], "*") + `"`
		if r.Hosts[0][0] == '.' {
			option = `tls.sni; dotprefix; content:"` + r.Hosts[0] + `"; nocase`
		}
		if !strings.HasPrefix(r.Hosts[0], "*") && r.Hosts[0][0] != '.' {
			option += "; startswith"
		}
		if !strings.HasSuffix(r.Hosts[0], "*") {
			option += "; endswith"
		}
		options = append(options, option)
	}
	// Keywords that are not followed come first: after a content they are about it.
	var opaque []string
	for _, o := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"pcre", "flags", "geoip"}), 0, 2, rapid.ID).Draw(t, "opaque") {
		r.Opaque = append(r.Opaque, o)
		opaque = append(opaque, o+":S")
	}
	direction := "->"
	if r.BothWays {
		direction = "<>"
	}
	blank := func() string { return rapid.SampledFrom([]string{" ", "\t ", " \\\n ", "  \\\r\n"}).Draw(t, "blank") }
	words := []string{r.Action.String(), r.Protocol, r.Source, r.SourcePort, direction, r.Destination, r.DestinationPort}
	text := ""
	for _, w := range words {
		text += w + blank()
	}
	text += "("
	for _, o := range append(opaque, rapid.Permutation(options).Draw(t, "order")...) {
		text += o + ";" + blank()
	}
	return r, text + ")"
}

// TestRenderParse: what is written is read.
func TestRenderParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var (
			want []model.StatefulRule
			text strings.Builder
		)
		for range rapid.IntRange(0, 4).Draw(t, "rules") {
			r, s := drawRule(t)
			want = append(want, r)
			text.WriteString(rapid.SampledFrom([]string{"", "\n", "# drop ip any any -> any any (sid:1;)\n"}).Draw(t, "between"))
			text.WriteString(s + "\n")
		}
		got, diags := Parse(text.String(), at)
		require.Empty(t, diags)
		require.Len(t, got, len(want))
		for i := range got {
			if i > 0 {
				require.Positive(t, got[i].Provenance.Compare(got[i-1].Provenance))
			}
			got[i].Text, got[i].Provenance = "", model.Provenance{}
		}
		if len(want) > 0 {
			require.Equal(t, want, got)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("drop tcp [10.0.0.0/8,!$A] any <> any [80,443] (msg:\"x\\;\"; sid:1; flow:established;)\n# no\npass ip any any \\\n-> any any (sid:2)")
	f.Add(`pass tls any any -> any any (tls.sni; dotprefix; content:".a.b"; nocase; endswith; ip_proto:!6;)`)
	f.Fuzz(func(t *testing.T, text string) {
		rules, diags := Parse(text, at)
		lines := strings.Count(text, "\n") + 1
		for _, r := range rules {
			assert.True(t, 1 <= r.Provenance.Line && r.Provenance.Line <= lines)
			again, more := Parse(r.Text, at)
			require.Empty(t, more, r.Text)
			require.Len(t, again, 1, r.Text)
			r.Provenance, again[0].Provenance = at, at
			require.Equal(t, r, again[0])
		}
		for _, d := range diags {
			assert.Equal(t, model.Error, d.Severity)
			assert.True(t, 1 <= d.Provenance.Line && d.Provenance.Line <= lines && d.Provenance.Column > 0)
		}
	})
}
