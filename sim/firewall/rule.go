package firewall

import (
	"fmt"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// Action is what the firewall does with a packet. The zero value drops.
type Action uint8

// Actions. Forward hands a packet from the stateless to the stateful list.
const (
	Drop Action = iota
	Pass
	Reject
	Forward
)

func (a Action) String() string {
	switch a {
	case Drop:
		return "drop"
	case Pass:
		return "pass"
	case Reject:
		return "reject"
	case Forward:
		return "forward to stateful rules"
	}
	panic(fmt.Sprintf("firewall: action %d", uint8(a)))
}

// fate is what an action comes to: rejecting is dropping, with a word to the
// client (NFW-14).
func (a Action) fate() Action {
	if a == Reject {
		return Drop
	}
	return a
}

// Rule is a rule, or a default action, as explanations name it.
type Rule struct {
	Action Action
	Group  model.FirewallRuleGroupID // empty for a default action
	// Number is a stateless rule's priority or a stateful rule's sid; 0 for others.
	Number int
	// Protocol, Ports (the destination's) and Peers are what it matches, in the words
	// of the design.
	Protocol, Ports, Peers string
	Text                   string // the whole rule on one line
	Provenance             model.Provenance
}

// Match is a test of a packet's five-tuple. Ports are AllPorts where they are not
// read; where they are, Protocols holds only protocols that have ports.
type Match struct {
	Protocols    packet.Protocols
	Src, Dst     packet.Addrs
	Sport, Dport packet.Ports
}

func (m *Match) isEmpty() bool {
	return m.Protocols.IsEmpty() || m.Src.IsEmpty() || m.Dst.IsEmpty() || m.Sport.IsEmpty() || m.Dport.IsEmpty()
}

// mirrored is the match of packets the other way.
func (m Match) mirrored() Match {
	m.Src, m.Dst = m.Dst, m.Src
	m.Sport, m.Dport = m.Dport, m.Sport
	return m
}

// Box is the packets that m matches.
func (m *Match) Box() packet.Box {
	b := packet.All
	b.Protocols, b.Src, b.Dst, b.Sport, b.Dport = m.Protocols, m.Src, m.Dst, m.Sport, m.Dport
	return b
}

var everything = Match{
	Protocols: packet.AllProtocols, Src: packet.AllAddrs, Dst: packet.AllAddrs,
	Sport: packet.AllPorts, Dport: packet.AllPorts,
}

var (
	tcp     = packet.Protocol(model.TCP)
	udp     = packet.Protocol(model.UDP)
	ported  = tcp.Or(udp)
	sctp    = packet.Protocol(132)
	icmpAll = packet.Protocol(model.ICMP).Or(packet.Protocol(model.ICMPv6))
)
