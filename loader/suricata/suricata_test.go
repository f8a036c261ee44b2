package suricata

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// at is where a text stands alone in a file.
var at = model.Provenance{File: "fw.rules", Line: 1, Column: 1}

func one(t *testing.T, text string) model.StatefulRule {
	t.Helper()
	rules, diags := Parse(text, at)
	require.Empty(t, diags)
	require.Len(t, rules, 1)
	return rules[0]
}

func TestHeader(t *testing.T) {
	r := one(t, `drop tcp [10.0.0.0/8, ! $SPOKES] any -> ! 192.0.2.0/24 [80,443] (sid:7; priority:2; msg:"no (really\; no)"; rev:3;)`)
	assert.Equal(t, model.StatefulRule{
		Action: model.FirewallDrop, Protocol: "tcp",
		Source: "[10.0.0.0/8, ! $SPOKES]", SourcePort: "any", Destination: "! 192.0.2.0/24", DestinationPort: "[80,443]",
		Priority: 2, SID: 7, Provenance: at,
		Text: `drop tcp [10.0.0.0/8, ! $SPOKES] any -> ! 192.0.2.0/24 [80,443] (sid:7; priority:2; msg:"no (really\; no)"; rev:3;)`,
	}, r)
	assert.True(t, one(t, "pass icmp any any <> any any (sid:1;)").BothWays)
	assert.Equal(t, 255, one(t, "pass tcp any any -> any 22 (priority:255)").Priority, "the last semicolon may be missing")
	for word, want := range map[string]model.FirewallAction{
		"pass": model.FirewallPass, "drop": model.FirewallDrop, "alert": model.FirewallAlert, "reject": model.FirewallReject,
		"rejectsrc": model.FirewallReject, "rejectdst": model.FirewallReject, "rejectboth": model.FirewallReject,
	} {
		assert.Equal(t, want, one(t, word+" ip any any -> any any (sid:1;)").Action, word)
	}
}

func TestOptions(t *testing.T) {
	type want struct {
		protocol  string
		flow      []string
		hosts     []string
		protocols []model.Protocol
		opaque    []string
	}
	for _, c := range []struct {
		protocol, options string
		want              want
	}{
		{"tcp", "", want{}},
		{"tcp", `msg:"x"; rev:1; gid:1; metadata:a b, c d; classtype:x; reference:url,x.y; noalert; target:src_ip`, want{}},
		{"tcp", "flow:to_server, established", want{flow: []string{"to_server", "established"}}},
		{"tcp", "flow: not_established", want{flow: []string{"not_established"}}},
		{"ip", "ip_proto:47", want{protocols: []model.Protocol{47}}},
		{"ip", "ip_proto:GRE", want{protocols: []model.Protocol{47}}},
		{"ip", "ip_proto:>4; ip_proto:<7; ip_proto:!tcp", want{protocols: []model.Protocol{5}}},
		{"ip", "ip_proto:rsvp", want{opaque: []string{"ip_proto"}}},
		{"ip", "ip_proto:all", want{opaque: []string{"ip_proto"}}},

		{"tls", `tls.sni; content:"www.example.com"; startswith; nocase; endswith`, want{hosts: []string{"www.example.com"}}},
		{"tls", `tls.sni; content:"WWW.Example.com"; startswith; nocase; endswith; fast_pattern`, want{hosts: []string{"www.example.com"}}},
		{"tls", `tls.sni; dotprefix; content:".example.com"; nocase; endswith`, want{hosts: []string{".example.com"}}},
		{"tls", `tls_sni; dotprefix; content:".example.com"; startswith; endswith`, want{hosts: []string{"example.com"}}},
		{"tcp", `tls.sni; dotprefix; content:".example.com"; endswith`, want{protocol: "tls", hosts: []string{".example.com"}}},
		{"http", `http.host; content:"10.0.0.5"; startswith; endswith`, want{hosts: []string{"10.0.0.5"}}},
		{"http", `content:"a.example.com"; startswith; endswith; http_host`, want{hosts: []string{"a.example.com"}}},
		{"tls", `tls.sni; content:"example.com"; endswith`, want{hosts: []string{"*example.com"}}},
		{"tls", `tls.sni; content:".example.com"; endswith`, want{hosts: []string{"*.example.com"}}},
		{"tls", `tls.sni; dotprefix; content:"example.com"; endswith`, want{hosts: []string{"*example.com"}}},
		{"tls", `tls.sni; content:"www."; startswith`, want{hosts: []string{"www.*"}}},
		{"tls", `tls.sni; dotprefix; content:".www"; startswith`, want{hosts: []string{"www*"}}},
		{"tls", `tls.sni; content:"Example"; nocase`, want{hosts: []string{"*example*"}}},
		{"tls", "ssl_state:client_hello", want{}},
		{"tcp", "ssl_state:client_hello", want{protocol: "tls"}},

		// What only looks like the test of a host.
		{"tls", `tls.sni; dotprefix; content:".example"`, want{opaque: []string{"tls.sni"}}},
		{"tls", `tls.sni; dotprefix; content:"example"; startswith`, want{opaque: []string{"tls.sni"}}},
		{"tls", `tls.sni; content:".example.com"; startswith`, want{opaque: []string{"tls.sni"}}},
		{"tls", `tls.sni; content:!"example.com"; startswith; endswith`, want{opaque: []string{"tls.sni"}}},
		{"tls", `tls.sni; content:"Example.com"; startswith; endswith`, want{opaque: []string{"tls.sni"}}},
		{"tls", `tls.sni; content:"a|2e|b"; startswith; endswith`, want{opaque: []string{"tls.sni"}}},
		{"tls", `tls.sni; content:"no host"; startswith; endswith`, want{opaque: []string{"tls.sni"}}},
		{"tls", `tls.sni; to_md5; content:"abc"; startswith; endswith`, want{opaque: []string{"to_md5", "tls.sni"}}},
		{"tls", `tls.sni; content:"a.b"; startswith; endswith; bsize:3`, want{opaque: []string{"bsize", "tls.sni"}}},
		{"tls", `tls.sni; content:"a.b"; startswith; endswith; content:"b"; endswith`, want{opaque: []string{"tls.sni"}}},
		{"http", `tls.sni; content:"a.b"; startswith; endswith`, want{opaque: []string{"tls.sni"}}},
		{"ssh", "ssl_state:client_hello", want{opaque: []string{"ssl_state"}}},
		{"http", "http_host", want{opaque: []string{"http_host"}}},

		// What looks further into the packet.
		{"tcp", `content:"x"; depth:4; content:"y"`, want{opaque: []string{"depth", "content"}}},
		{"tcp", `pcre:"/a;b/"; flags:S`, want{opaque: []string{"pcre", "flags"}}},
		{"http", `http.uri; content:"/admin"; http.host; content:"a.b"; startswith; endswith`,
			want{hosts: []string{"a.b"}, opaque: []string{"http.uri"}}},
		{"tcp", "flowbits:isset,x", want{opaque: []string{"flowbits"}}},
		{"tcp", "flowint:set,x,1", want{opaque: []string{"flowint"}}},
		{"tcp", "flowbits:set,x; xbits:set,y,track ip_src; flowbits:noalert", want{}},
		{"tcp", "threshold:type limit, track by_src, count 1, seconds 60", want{}},
		{"tcp", "threshold: type threshold, track by_src, count 5, seconds 60", want{opaque: []string{"threshold"}}},
		{"tcp", "ja3.hash; content:\"aa\"; geoip:dst,DE; dsize:>9; ttl:1; nocase; made_up", want{
			opaque: []string{"geoip", "dsize", "ttl", "made_up", "ja3.hash"},
		}},
	} {
		r := one(t, "pass "+c.protocol+" any any -> any any ("+c.options+"; sid:1;)")
		if c.want.protocol == "" {
			c.want.protocol = c.protocol
		}
		assert.Equal(t, c.want, want{r.Protocol, r.Flow, r.Hosts, r.Protocols, r.Opaque}, c.options)
	}
}

func TestLines(t *testing.T) {
	text := "# two rules\n\n  pass tcp any any -> any 443 \\\n    (msg:\"web\"; \\\n    sid:1;)\n#drop ip any any -> any any (sid:3;)\r\ndrop ip any any -> any any (sid:2;)\r\n"
	rules, diags := Parse(text, model.Provenance{File: "n.yaml", Line: 10, Column: 5})
	require.Empty(t, diags)
	require.Len(t, rules, 2)
	assert.Equal(t, model.Provenance{File: "n.yaml", Line: 12, Column: 7}, rules[0].Provenance)
	assert.Equal(t, `pass tcp any any -> any 443 (msg:"web"; sid:1;)`, rules[0].Text)
	assert.Equal(t, model.Provenance{File: "n.yaml", Line: 16, Column: 5}, rules[1].Provenance)

	rules, _ = Parse(text, model.Provenance{Address: "aws_networkfirewall_rule_group.a"})
	assert.Equal(t, model.Provenance{Address: "aws_networkfirewall_rule_group.a"}, rules[1].Provenance)
	rules, _ = ParseAt(text, func(line, column int) model.Provenance {
		return model.Provenance{Line: line * 100, Column: column * 10}
	})
	assert.Equal(t, model.Provenance{Line: 300, Column: 30}, rules[0].Provenance)
}

// TestMalformed: every rule that cannot be read is told with its place, and the
// others are read.
func TestMalformed(t *testing.T) {
	for text, want := range map[string]string{
		"permit ip any any -> any any (sid:1;)":         `fw.rules:1:1: error: "permit" is not an action [NFW-13]`,
		"pass ip any any => any any (sid:1;)":           `fw.rules:1:17: error: "=>" is not a direction [NFW-13]`,
		"pass ip any -> any any (sid:1;)":               `fw.rules:1:1: error: a stateful rule has 7 words before its options, not 6 [NFW-13]`,
		"pass t,cp any any -> any any (sid:1;)":         `fw.rules:1:6: error: "t,cp" is not a protocol [NFW-13]`,
		"pass tcp 10.0.0.0/40 any -> any any (sid:1;)":  `fw.rules:1:10: error: "10.0.0.0/40" is not any, an address, a CIDR, a $VARIABLE or a [list] [NFW-13]`,
		"pass tcp any any -> [any any (sid:1;)":         `fw.rules:1:1: error: a stateful rule has 7 words before its options, not 6 [NFW-13]`,
		"pass tcp any 99999 -> any any (sid:1;)":        `fw.rules:1:14: error: "99999" is not any, a port, a range such as 8000:8010, a $VARIABLE or a [list] [NFW-13]`,
		"pass tcp any any -> any any":                   `fw.rules:1:28: error: the rule has no options [NFW-13]`,
		"pass tcp any any -> any any (sid:1;":           `fw.rules:1:36: error: the rule's options are not closed [NFW-13]`,
		`pass tcp any any -> any any (msg:"x; sid:1;)`:  `fw.rules:1:29: error: a quote in the rule's options is not closed [NFW-13]`,
		"pass tcp any any -> any any (sid:1;) pass":     `fw.rules:1:37: error: something follows the rule's options [NFW-13]`,
		"pass tcp any any -> any any (sid:one;)":        `fw.rules:1:30: error: sid "one" is not a number [NFW-13]`,
		"pass tcp any any -> any \\\n any (sid:1; :x;)": `fw.rules:2:14: error: an option has no keyword [NFW-13]`,
		"pass tcp any any -> any any (priority:-1;)":    `fw.rules:1:30: error: priority "-1" is not a number [NFW-13]`,
	} {
		rules, diags := Parse(text+"\npass ip any any -> any any (sid:9;)", at)
		require.Len(t, diags, 1, text)
		diags[0].Detail = ""
		assert.Equal(t, want, diags[0].Error(), text)
		require.Len(t, rules, 1, text)
		assert.Equal(t, 9, rules[0].SID, text)
	}
}

// TestStandard: a standard rule and its text mean the same.
func TestStandard(t *testing.T) {
	r, diags := Standard(model.StatefulRule{
		Action: model.FirewallPass, Protocol: "TLS", Source: "$HOME_NET", SourcePort: "ANY",
		Destination: "$EXTERNAL_NET", DestinationPort: "443", Provenance: at,
	}, []Option{{Keyword: "tls.sni"}, {Keyword: "content", Value: `"a.example.com"`}, {Keyword: "startswith"}, {Keyword: "endswith"}, {Keyword: "sid", Value: "1"}})
	require.Empty(t, diags)
	assert.Equal(t, []string{"a.example.com"}, r.Hosts)
	assert.Equal(t, "pass tls $HOME_NET ANY -> $EXTERNAL_NET 443 (tls.sni; content:\"a.example.com\"; startswith; endswith; sid:1;)", r.Text)
	assert.Equal(t, one(t, r.Text), r)

	_, diags = Standard(model.StatefulRule{Protocol: "TCP", Source: "x", SourcePort: "y", Destination: "ANY", DestinationPort: "ANY"},
		[]Option{{Keyword: "sid", Value: "x"}})
	assert.Len(t, diags, 3)
}
