package firewall

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// rule compiles a rule in Suricata's terms (NFW-10, NFW-13).
func (c *compiler) rule(g *group, m *model.StatefulRule) {
	action, decides := actionOf(m.Action)
	if !decides {
		return // NFW-8: an alert goes on
	}
	l3, application := protocolsOf(m.Protocol)
	if len(m.Hosts) > 0 && !application && !l3.And(tcp).IsEmpty() {
		// A name is asked for in TLS or HTTP, whatever else the protocol takes.
		for _, spoken := range []string{"tls", "http"} {
			named := *m
			named.Protocol, named.Text = spoken, textOf(m)
			c.rule(g, &named)
		}
		return
	}
	h := headerOf(m, l3, &g.vars)
	flow := flowOf(m.Flow)
	e := element{
		rule: &Rule{
			Action: action, Group: g.id, Number: m.SID, Protocol: m.Protocol, Ports: m.DestinationPort,
			Peers: m.Source + " -> " + m.Destination, Text: textOf(m), Provenance: m.Provenance,
		},
		kind: kind{
			handshake: flow.not == "established",
			ipOnly:    !application && len(m.Flow) == 0 && len(m.Opaque) == 0 && !h.readsPorts,
		},
	}
	for _, test := range h.tests {
		ways := []Match{test.match}
		switch {
		case m.BothWays:
			ways = append(ways, test.match.mirrored())
		case flow.toClient:
			ways[0] = test.match.mirrored()
		}
		switch {
		case len(m.Opaque) > 0:
			e.doubt = "it looks further into packets: " + strings.Join(m.Opaque, ", ")
		case flow.odd != "":
			e.doubt = "it looks at the state of the flow: " + flow.odd
		case len(m.Hosts) > 0 && !application:
			e.doubt = "it looks for a host's name in " + m.Protocol
		default:
			e.doubt = test.doubt
		}
		for _, e.Match = range ways {
			if application {
				c.application(e, m, flow)
				continue
			}
			when := opening | standing
			switch {
			case flow.only == "established":
				when = standing
			case flow.not == "established":
				when = opening
			}
			c.add(e, when, m.Priority)
			c.add(flow.connectionless(e), connectionless, m.Priority)
		}
	}
}

// application adds the elements of a rule about an application protocol. Nothing is
// spoken in the packet that opens a connection.
func (c *compiler) application(e element, m *model.StatefulRule, flow flowWords) {
	if flow.not == "established" && e.doubt == "" {
		e.doubt = "it looks at an application protocol before the connection stands"
	}
	surely, perhaps := spoken(m.Protocol, m.Hosts, c.host)
	certain, open := e, e
	certain.Dport, open.Dport = certain.Dport.And(surely), open.Dport.And(perhaps)
	if open.doubt == "" {
		open.doubt = "it depends on whether " + m.Protocol + " is spoken"
		switch {
		case c.host != "":
		case len(m.Hosts) > 0:
			open.doubt += " and on the host's name"
		case m.Protocol == "tls" || m.Protocol == "http":
			open.doubt += ", which the host's name would tell"
		}
	}
	c.add(certain, standing, m.Priority)
	c.add(open, standing, m.Priority)
	if e.doubt == "" {
		e.doubt = "it depends on whether " + m.Protocol + " is spoken"
	}
	c.add(e, connectionless, m.Priority)
}

func actionOf(a model.FirewallAction) (Action, bool) {
	switch a {
	case model.FirewallPass:
		return Pass, true
	case model.FirewallDrop:
		return Drop, true
	case model.FirewallReject:
		return Reject, true
	case model.FirewallAlert:
		return 0, false
	}
	panic("firewall: stateful action " + fmt.Sprint(uint8(a)))
}

// protocolsOf reads a rule's protocol word: as a protocol of packets, or else as an
// application protocol with what carries it. The family of ip4 and ip6 is one of
// addresses, see familyOf.
func protocolsOf(word string) (ps packet.Protocols, application bool) {
	switch strings.ToLower(word) {
	case "ip", "ip4", "ipv4", "ip6", "ipv6", "pkthdr":
		return packet.AllProtocols, false
	case "tcp", "tcp-pkt", "tcp-stream":
		return tcp, false
	case "udp":
		return udp, false
	case "icmp":
		return icmpAll, false
	case "icmpv4", "icmp4":
		return packet.Protocol(model.ICMP), false
	case "icmpv6", "icmp6":
		return packet.Protocol(model.ICMPv6), false
	case "sctp":
		return sctp, false
	}
	return carriers(strings.ToLower(word)), true
}

func familyOf(word string) packet.Addrs {
	switch strings.ToLower(word) {
	case "ip4", "ipv4":
		return packet.AllIPv4
	case "ip6", "ipv6":
		return packet.AllIPv6
	}
	return packet.AllAddrs
}

// header is a rule's five-tuple, as tests of which each is as sure for all that it
// matches.
type header struct {
	tests      []headerTest
	readsPorts bool
}

type headerTest struct {
	match Match
	doubt string
}

func headerOf(m *model.StatefulRule, ps packet.Protocols, vars *variables) header {
	if m.Protocols != nil {
		var named packet.Protocols
		for _, p := range m.Protocols {
			named = named.Or(packet.Protocol(p))
		}
		ps = ps.And(named)
	}
	src, doubtSrc := vars.addrs(m.Source)
	dst, doubtDst := vars.addrs(m.Destination)
	sport, doubtSport := vars.portsOf(m.SourcePort)
	dport, doubtDport := vars.portsOf(m.DestinationPort)
	family := familyOf(m.Protocol)
	match := Match{Protocols: ps, Src: src.And(family), Dst: dst.And(family), Sport: sport, Dport: dport}
	doubt := cmp.Or(doubtSrc, doubtDst, doubtSport, doubtDport)
	if sport.Equal(packet.AllPorts) && dport.Equal(packet.AllPorts) && doubtSport == "" && doubtDport == "" {
		return header{tests: []headerTest{{match, doubt}}}
	}
	// A packet of a protocol without ports does not match a rule that reads them.
	h := header{readsPorts: true}
	match.Protocols = ps.And(ported)
	h.tests = append(h.tests, headerTest{match, doubt})
	match.Protocols, match.Sport, match.Dport = ps.And(sctp), packet.AllPorts, packet.AllPorts
	h.tests = append(h.tests, headerTest{match, cmp.Or(doubt, "the ports of SCTP are not followed")})
	return h
}

// flowWords is what the flow keyword says.
type flowWords struct {
	only, not string // "established" or empty
	toClient  bool
	odd       string // words that are not followed
}

func flowOf(words []string) flowWords {
	var f flowWords
	toServer := false
	for _, w := range words {
		switch w {
		case "stateless":
		case "to_server", "from_client":
			toServer = true
		case "to_client", "from_server":
			f.toClient = true
			f.odd = w
		case "established":
			f.only = w
		case "not_established":
			f.not = "established"
		default:
			f.odd = w
		}
	}
	if f.toClient && toServer || f.only != "" && f.not != "" {
		f = flowWords{odd: strings.Join(words, ", ")}
	}
	return f
}

// connectionless is e for protocols without connections. A flow counts as
// established there when packets have gone both ways.
func (f flowWords) connectionless(e element) element {
	switch {
	case e.doubt != "":
	case f.only != "":
		e.doubt = "it looks at the state of the flow: " + f.only
	case f.not != "" && e.rule.Action == Pass:
		e.doubt = "it looks at the state of the flow: not_" + f.not
	}
	return e
}

// textOf is the rule as written, or as it would be.
func textOf(m *model.StatefulRule) string {
	if m.Text != "" {
		return m.Text
	}
	direction := "->"
	if m.BothWays {
		direction = "<>"
	}
	return strings.Join(slices.DeleteFunc([]string{
		m.Action.String(), m.Protocol, m.Source, m.SourcePort, direction, m.Destination, m.DestinationPort,
	}, func(s string) bool { return s == "" }), " ")
}
