package main

import (
	"io"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// parseQuestion reads the flags of a question as reach does.
func parseQuestion(args ...string) (model.Question, error) {
	cmd := &cobra.Command{Use: "reach", SilenceErrors: true, SilenceUsage: true}
	cmd.SetOut(io.Discard)
	cmd.SetErr(io.Discard)
	q := addQuestionFlags(cmd)
	if err := cmd.ParseFlags(args); err != nil {
		return model.Question{}, flagError(cmd, err)
	}
	return q.question()
}

func port(p uint16) model.PortRange { return model.PortRange{From: p, To: p} }

func TestQuestionFlags(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want model.Question
	}{
		"tcp is the default": {[]string{"--port", "443"}, model.Question{Protocol: model.TCP, Ports: port(443)}},
		"a range of ports":   {[]string{"--port=8000-8010"}, model.Question{Protocol: model.TCP, Ports: model.PortRange{From: 8000, To: 8010}}},
		"port 0":             {[]string{"--port", "0"}, model.Question{Protocol: model.TCP}},
		"the highest port":   {[]string{"--port", "65535"}, model.Question{Protocol: model.TCP, Ports: port(65535)}},
		"source ports": {[]string{"--protocol", "UDP", "--port", "53", "--source-port", "1024-2048"},
			model.Question{Protocol: model.UDP, Ports: port(53), SourcePorts: &model.PortRange{From: 1024, To: 2048}}},
		"a service":        {[]string{"--to", "service:s3"}, model.Question{To: "service:s3", Protocol: model.TCP, Ports: port(443)}},
		"a service's port": {[]string{"--to", "service:s3", "--port", "80"}, model.Question{To: "service:s3", Protocol: model.TCP, Ports: port(80)}},
		"echo":             {[]string{"--protocol", "icmp"}, model.Question{Protocol: model.ICMP}},
		"an ICMP type":     {[]string{"--protocol", "icmp", "--icmp-type", "13"}, model.Question{Protocol: model.ICMP, ICMP: &model.ICMPTypeCode{Type: 13}}},
		"an ICMP code":     {[]string{"--protocol", "1", "--icmp-type", "3", "--icmp-code", "4"}, model.Question{Protocol: model.ICMP, ICMP: &model.ICMPTypeCode{Type: 3, Code: 4}}},
		"another protocol": {[]string{"--protocol", "47"}, model.Question{Protocol: 47}},
		"IPv4":             {[]string{"--port", "1", "-4"}, model.Question{Protocol: model.TCP, Ports: port(1), Family: model.IPv4}},
		"IPv6 and one way": {[]string{"--port", "1", "-6", "--one-way"}, model.Question{Protocol: model.TCP, Ports: port(1), Family: model.IPv6, OneWay: true}},
		"both are trimmed": {[]string{"--from", " a ", "--to", " b\t", "--port", "1"}, model.Question{From: "a", To: "b", Protocol: model.TCP, Ports: port(1)}},
		"icmpv6 over IPv6": {[]string{"--protocol", "icmpv6", "-6"}, model.Question{Protocol: model.ICMPv6, Family: model.IPv6}},
		"a host name":      {[]string{"--port", "443", "--host", " www.example.com"}, model.Question{Protocol: model.TCP, Ports: port(443), Host: "www.example.com"}},
		"type 0 is a type": {[]string{"--protocol", "icmp", "--icmp-type", "0"}, model.Question{Protocol: model.ICMP, ICMP: &model.ICMPTypeCode{}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseQuestion(append([]string{"--from", "a", "--to", "b"}, c.args...)...)
			require.NoError(t, err)
			want := c.want
			want.From = "a"
			if want.To == "" {
				want.To = "b"
			}
			assert.Equal(t, want, got)
		})
	}
}

func TestQuestionFlagsThatContradict(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string // part of the message
	}{
		"no source":            {[]string{"--to", "b", "--port", "1"}, "--from is missing"},
		"no destination":       {[]string{"--from", "a", "--port", "1"}, "--to is missing"},
		"no port":              {[]string{"--from", "a", "--to", "b"}, "--port is missing: tcp needs"},
		"port too high":        {[]string{"--from", "a", "--to", "b", "--port", "65536"}, `--port: "65536" is not a port (0 to 65535)`},
		"port negative":        {[]string{"--from", "a", "--to", "b", "--port", "-1"}, `--port: "-1" is not a port`},
		"ports reversed":       {[]string{"--from", "a", "--to", "b", "--port", "9-8"}, "--port: port range"},
		"source port too high": {[]string{"--from", "a", "--to", "b", "--port", "1", "--source-port", "0-70000"}, "--source-port: "},
		"empty port":           {[]string{"--from", "a", "--to", "b", "--port", ""}, "--port: "},
		"port and ICMP":        {[]string{"--from", "a", "--to", "b", "--protocol", "icmp", "--port", "1"}, "--port: icmp has no ports"},
		"source port and GRE":  {[]string{"--from", "a", "--to", "b", "--protocol", "47", "--source-port", "1"}, "--source-port: protocol 47 has no ports"},
		"all":                  {[]string{"--from", "a", "--to", "b", "--protocol", "all"}, "suite (protocol: all)"},
		"all by number":        {[]string{"--from", "a", "--to", "b", "--protocol", "-1"}, "suite (protocol: all)"},
		"misspelt protocol":    {[]string{"--from", "a", "--to", "b", "--protocol", "tpc", "--port", "1"}, "did you mean tcp?"},
		"protocol too high":    {[]string{"--from", "a", "--to", "b", "--protocol", "256"}, "--protocol: "},
		"both families":        {[]string{"--from", "a", "--to", "b", "--port", "1", "-4", "-6"}, "-4 and -6 exclude"},
		"ICMP over IPv6":       {[]string{"--from", "a", "--to", "b", "--protocol", "icmp", "-6"}, "use --protocol icmpv6"},
		"ICMPv6 over IPv4":     {[]string{"--from", "a", "--to", "b", "--protocol", "icmpv6", "-4"}, "use --protocol icmp"},
		"ICMP type and TCP":    {[]string{"--from", "a", "--to", "b", "--port", "1", "--icmp-type", "8"}, "--icmp-type: tcp has no ICMP types"},
		"ICMP code and TCP":    {[]string{"--from", "a", "--to", "b", "--port", "1", "--icmp-code", "8"}, "--icmp-code: tcp has no ICMP types"},
		"ICMP code alone":      {[]string{"--from", "a", "--to", "b", "--protocol", "icmp", "--icmp-code", "0"}, "--icmp-code needs --icmp-type"},
		"ICMP type too high":   {[]string{"--from", "a", "--to", "b", "--protocol", "icmp", "--icmp-type", "256"}, "--icmp-type: "},
		"ICMP type any":        {[]string{"--from", "a", "--to", "b", "--protocol", "icmp", "--icmp-type", "-1"}, "--icmp-type: "},
		"misspelt flag":        {[]string{"--form", "a"}, "unknown flag --form: did you mean --from?"},
		"unknown shorthand":    {[]string{"-z"}, "unknown flag -z"},
		"no value":             {[]string{"--from"}, "--from"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseQuestion(c.args...)
			require.Error(t, err)
			assert.ErrorAs(t, err, new(usageError))
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

// Whatever the flags say, a question that comes of them contradicts nothing.
func TestQuestionIsConsistent(t *testing.T) {
	value := rapid.SampledFrom([]string{"", "a", "0", "8", "443", "65536", "-1", "1-2", "tcp", "udp", "icmp", "icmpv6", "all", "47", "service:s3"})
	name := rapid.SampledFrom([]string{"from", "to", "protocol", "port", "source-port", "icmp-type", "icmp-code"})
	rapid.Check(t, func(t *rapid.T) {
		var args []string
		for range rapid.IntRange(0, 6).Draw(t, "flags") {
			args = append(args, "--"+name.Draw(t, "name")+"="+value.Draw(t, "value"))
		}
		q, err := parseQuestion(args...)
		if err != nil {
			return
		}
		assert.NotEmpty(t, q.From)
		assert.NotEmpty(t, q.To)
		assert.NotEqual(t, model.AllProtocols, q.Protocol)
		assert.True(t, q.ICMP == nil || q.Protocol.IsICMP())
		assert.True(t, q.SourcePorts == nil || q.Protocol.HasPorts())
		assert.True(t, q.Ports == model.PortRange{} || q.Protocol.HasPorts())
	})
}

func FuzzQuestionFlags(f *testing.F) {
	f.Add("a", "b", "tcp", "443", "", "")
	f.Add("internet", "tag:Tier=db", "icmp", "", "3", "4")
	f.Add("", "service:s3", "-1", "9-8", "-1", "300")
	f.Fuzz(func(t *testing.T, from, to, protocol, port, icmpType, icmpCode string) {
		_, err := parseQuestion("--from="+from, "--to="+to, "--protocol="+protocol, "--port="+port, "--icmp-type="+icmpType, "--icmp-code="+icmpCode)
		if err != nil {
			require.ErrorAs(t, err, new(usageError))
		}
	})
}
