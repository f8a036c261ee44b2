package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vpcwalk/vpcwalk/model"
)

// setFlags are the flags that narrow a question about every packet.
type setFlags struct {
	flags              *pflag.FlagSet
	protocol, port     string
	sourcePort         string
	onlyIPv4, onlyIPv6 bool
	oneWay             bool
}

func addSetFlags(cmd *cobra.Command) *setFlags {
	f := cmd.Flags()
	q := &setFlags{flags: f}
	f.StringVar(&q.protocol, "protocol", "all", "`PROTOCOL` to ask about: all, tcp, udp, icmp, icmpv6 or a number")
	f.StringVar(&q.port, "port", "", "the destination `PORT` or range to ask about, for tcp and udp; all by default")
	f.StringVar(&q.sourcePort, "source-port", "", "the source `PORT` or range, 0-65535 for all; the client's ephemeral ports by default")
	f.BoolVarP(&q.onlyIPv4, "ipv4", "4", false, "IPv4 alone")
	f.BoolVarP(&q.onlyIPv6, "ipv6", "6", false, "IPv6 alone")
	f.BoolVar(&q.oneWay, "one-way", false, "the forward leg alone: no reply is asked for")
	return q
}

// question is the question between two texts.
func (f *setFlags) question(from, to string) (model.Question, error) {
	q := model.Question{From: strings.TrimSpace(from), To: strings.TrimSpace(to), OneWay: f.oneWay, Ports: model.AllPorts}
	protocol, err := model.ParseProtocol(f.protocol)
	if err != nil {
		return q, usagef("--protocol: %v%s", err, didYouMean(f.protocol, []string{"tcp", "udp", "icmp", "icmpv6", "all"}, ""))
	}
	q.Protocol = protocol
	if protocol.IsICMP() {
		q.ICMP = &model.AnyICMP
	}
	if f.flags.Changed("port") {
		if !protocol.HasPorts() {
			return q, usagef("--port needs --protocol tcp or udp beside it")
		}
		if q.Ports, err = model.ParsePortRange(f.port); err != nil {
			return q, usagef("--port: %v", err)
		}
	}
	if f.flags.Changed("source-port") {
		if !protocol.HasPorts() && protocol != model.AllProtocols {
			return q, usagef("--source-port: %s has no ports: leave it out, or use --protocol tcp or udp", protocolText(protocol))
		}
		ports, err := model.ParsePortRange(f.sourcePort)
		if err != nil {
			return q, usagef("--source-port: %v", err)
		}
		q.SourcePorts = &ports
	}
	narrow := questionFlags{onlyIPv4: f.onlyIPv4, onlyIPv6: f.onlyIPv6}
	return q, narrow.setFamily(&q)
}
