package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vpcwalk/vpcwalk/model"
)

// questionFlags are the flags that put one question. What they say is checked
// together, once all are read, so that messages can name the flags in conflict.
type questionFlags struct {
	flags              *pflag.FlagSet
	from, to, protocol string
	port, sourcePort   string
	icmpType, icmpCode string
	onlyIPv4, onlyIPv6 bool
	oneWay             bool
	principal, action  string
	resource           string
	host               string
}

func addQuestionFlags(cmd *cobra.Command) *questionFlags {
	f := cmd.Flags()
	q := &questionFlags{flags: f}
	f.StringVar(&q.from, "from", "", "the `SOURCE`: an ID, a name, an address, a CIDR, internet, service:NAME, tag:Key=Value, subnet:ID, sg:ID")
	f.StringVar(&q.to, "to", "", "the `DESTINATION`, named like the source")
	f.StringVar(&q.protocol, "protocol", "tcp", "`PROTOCOL`: tcp, udp, icmp, icmpv6 or a number")
	f.StringVar(&q.port, "port", "", "the destination `PORT` or range; for a service: 443 by default")
	f.StringVar(&q.sourcePort, "source-port", "", "the source `PORT` or range; the client's ephemeral ports by default")
	f.StringVar(&q.icmpType, "icmp-type", "", "the ICMP type `N`, 0 to 255; echo request by default")
	f.StringVar(&q.icmpCode, "icmp-code", "", "the ICMP code `N`, 0 to 255; 0 by default")
	f.BoolVarP(&q.onlyIPv4, "ipv4", "4", false, "IPv4 alone")
	f.BoolVarP(&q.onlyIPv6, "ipv6", "6", false, "IPv6 alone")
	f.StringVar(&q.principal, "principal", "", "`WHO` makes the request, for the policies on the way: an ARN or an account; anybody by default")
	f.StringVar(&q.action, "action", "", "the `ACTION` that is requested, for the policies on the way: s3:GetObject; anything by default")
	f.StringVar(&q.resource, "resource", "", "the `ARN` that it is requested of, for the policies on the way; anything by default")
	f.StringVar(&q.host, "host", "", "the `NAME` that the client asks for, as TLS server name or HTTP host, for firewalls that filter by name")
	f.BoolVar(&q.oneWay, "one-way", false, "the forward leg alone: no reply is asked for")
	return q
}

func (f *questionFlags) question() (model.Question, error) {
	q := model.Question{
		From: strings.TrimSpace(f.from), To: strings.TrimSpace(f.to), OneWay: f.oneWay,
		Principal: f.principal, Action: f.action, Resource: f.resource, Host: strings.TrimSpace(f.host),
	}
	for _, end := range []struct{ flag, value string }{{"from", q.From}, {"to", q.To}} {
		if end.value == "" {
			return q, usagef("--%s is missing: give an ID, a name, an address, internet, service:NAME, tag:Key=Value, subnet:ID or sg:ID", end.flag)
		}
	}
	protocol, err := model.ParseProtocol(f.protocol)
	if err != nil {
		return q, usagef("--protocol: %q is not a protocol: use tcp, udp, icmp, icmpv6 or a number from 0 to 255%s", f.protocol, didYouMean(f.protocol, []string{"tcp", "udp", "icmp", "icmpv6"}, ""))
	}
	if protocol == model.AllProtocols {
		return q, usagef("--protocol all asks for every packet, and reach asks for one: name a protocol here, or put the question into a suite (protocol: all)")
	}
	q.Protocol = protocol
	for _, set := range []func(*model.Question) error{f.setPorts, f.setICMP, f.setFamily} {
		if err := set(&q); err != nil {
			return q, err
		}
	}
	return q, nil
}

func (f *questionFlags) setPorts(q *model.Question) error {
	if !q.Protocol.HasPorts() {
		for _, name := range []string{"port", "source-port"} {
			if f.flags.Changed(name) {
				return usagef("--%s: %s has no ports: leave it out, or use --protocol tcp or udp", name, protocolText(q.Protocol))
			}
		}
		return nil
	}
	switch {
	case f.flags.Changed("port"):
		ports, err := model.ParsePortRange(f.port)
		if err != nil {
			return usagef("--port: %v", err)
		}
		q.Ports = ports
	case strings.HasPrefix(q.To, "service:"):
		q.Ports = model.PortRange{From: 443, To: 443}
	default:
		return usagef("--port is missing: %s needs the destination port or a range, such as --port 443", q.Protocol)
	}
	if f.flags.Changed("source-port") {
		ports, err := model.ParsePortRange(f.sourcePort)
		if err != nil {
			return usagef("--source-port: %v", err)
		}
		q.SourcePorts = &ports
	}
	return nil
}

func (f *questionFlags) setICMP(q *model.Question) error {
	hasType, hasCode := f.flags.Changed("icmp-type"), f.flags.Changed("icmp-code")
	switch {
	case !hasType && !hasCode:
		return nil // an echo request, if it is ICMP at all
	case !q.Protocol.IsICMP():
		name := "icmp-type"
		if !hasType {
			name = "icmp-code"
		}
		return usagef("--%s: %s has no ICMP types: use --protocol icmp or icmpv6", name, protocolText(q.Protocol))
	case !hasType:
		return usagef("--icmp-code needs --icmp-type beside it")
	}
	icmp := model.ICMPTypeCode{}
	var err error
	if icmp.Type, err = parseByte("icmp-type", f.icmpType); err != nil {
		return err
	}
	if hasCode {
		if icmp.Code, err = parseByte("icmp-code", f.icmpCode); err != nil {
			return err
		}
	}
	q.ICMP = &icmp
	return nil
}

func parseByte(flag, s string) (int16, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 8)
	if err != nil {
		return 0, usagef("--%s: %q is not a number from 0 to 255", flag, s)
	}
	return int16(n), nil
}

func (f *questionFlags) setFamily(q *model.Question) error {
	switch {
	case f.onlyIPv4 && f.onlyIPv6:
		return usagef("-4 and -6 exclude each other: leave both out to ask for every family that both ends have")
	case f.onlyIPv4 && q.Protocol == model.ICMPv6:
		return usagef("-4: icmpv6 is a protocol of IPv6: use --protocol icmp")
	case f.onlyIPv6 && q.Protocol == model.ICMP:
		return usagef("-6: icmp is a protocol of IPv4: use --protocol icmpv6")
	case f.onlyIPv4:
		q.Family = model.IPv4
	case f.onlyIPv6:
		q.Family = model.IPv6
	}
	return nil
}

func protocolText(p model.Protocol) string {
	if p.IsICMP() || p.HasPorts() {
		return p.String()
	}
	return fmt.Sprintf("protocol %s", p)
}
