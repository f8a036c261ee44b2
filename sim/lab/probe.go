package lab

import (
	"fmt"
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// Probe is one flow to send: a TCP connection, a UDP datagram or an ICMP echo
// request.
type Probe struct {
	// From and To are interfaces; empty: the internet.
	From, To model.InterfaceID
	// Source is an address of From, or of a host of the internet, and Listener one
	// of To, where the packet is awaited.
	Source, Listener netip.Addr
	// Destination is the address that the packet is sent to: Listener, or the public
	// address that stands for it.
	Destination netip.Addr
	Protocol    model.Protocol // TCP, UDP or ICMP
	// The ports are of TCP and UDP.
	SourcePort, Port uint16
}

func (p Probe) String() string {
	from, to := string(p.From), string(p.To)
	if from == "" {
		from = "internet"
	}
	if to == "" {
		to = "internet"
	}
	if p.Protocol == model.ICMP {
		return fmt.Sprintf("icmp %s %s -> %s %s", from, p.Source, to, p.Destination)
	}
	return fmt.Sprintf("%s %s %s:%d -> %s %s:%d", p.Protocol, from, p.Source, p.SourcePort, to, p.Destination, p.Port)
}

// Observation is what became of a probe.
type Observation struct {
	Arrived bool // the first packet came to Listener
	Replied bool // and its reply came back: for TCP, a connection that carries data
}

// Together gives those of the probes that can be sent at once: of one protocol, no
// two leave by one port of an interface, none is awaited where another is or
// leaves. So each can be told from the others, and none is taken for the reply to
// another. The rest is dropped.
func Together(probes []Probe) []Probe {
	type end struct {
		protocol model.Protocol
		at       model.InterfaceID
		port     uint16
	}
	used := map[end]bool{}
	var out []Probe
	for _, p := range probes {
		if p.Protocol != model.ICMP { // which carries what tells it apart
			from, to := end{p.Protocol, p.From, p.SourcePort}, end{p.Protocol, p.To, p.Port}
			if used[from] || used[to] {
				continue
			}
			used[from], used[to] = true, true
		}
		out = append(out, p)
	}
	return out
}
