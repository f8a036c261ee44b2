package model

import (
	"fmt"
	"strconv"
	"strings"
)

// Protocol is an IANA protocol number, 0 to 255, or AllProtocols.
// The zero value is protocol 0 alone and so opens next to nothing.
type Protocol int16

// The protocols that rules know by name.
const (
	AllProtocols Protocol = -1
	ICMP         Protocol = 1
	TCP          Protocol = 6
	UDP          Protocol = 17
	ICMPv6       Protocol = 58
)

// HasPorts reports whether rules read the packet's destination port for this
// protocol. For all others but ICMP a rule's ports are ignored (SG-7, NACL-8).
func (p Protocol) HasPorts() bool { return p == TCP || p == UDP }

// IsICMP reports whether rules read an ICMP type and code.
func (p Protocol) IsICMP() bool { return p == ICMP || p == ICMPv6 }

func (p Protocol) String() string {
	switch p {
	case AllProtocols:
		return "all"
	case ICMP:
		return "icmp"
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	case ICMPv6:
		return "icmpv6"
	}
	return strconv.Itoa(int(p))
}

// ParseProtocol reads a name (tcp, udp, icmp, icmpv6, all) or a number, -1 for
// all, in any case.
func ParseProtocol(s string) (Protocol, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "all", "-1":
		return AllProtocols, nil
	case "icmp":
		return ICMP, nil
	case "tcp":
		return TCP, nil
	case "udp":
		return UDP, nil
	case "icmpv6":
		return ICMPv6, nil
	}
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 8)
	if err != nil {
		return 0, fmt.Errorf("%q is not a protocol: use tcp, udp, icmp, icmpv6, all or a number from 0 to 255", s)
	}
	return Protocol(n), nil
}

// PortRange is a range of ports, both ends included.
// The zero value is port 0 alone; AllPorts is every port.
type PortRange struct{ From, To uint16 }

// AllPorts holds every port.
var AllPorts = PortRange{0, 65535}

// Contains reports whether p lies in r.
func (r PortRange) Contains(p uint16) bool { return r.From <= p && p <= r.To }

func (r PortRange) String() string {
	if r.From == r.To {
		return strconv.Itoa(int(r.From))
	}
	return strconv.Itoa(int(r.From)) + "-" + strconv.Itoa(int(r.To))
}

// ParsePortRange reads "443" or "1024-65535".
func ParsePortRange(s string) (PortRange, error) {
	from, to, isRange := strings.Cut(strings.TrimSpace(s), "-")
	if !isRange {
		to = from
	}
	a, errA := strconv.ParseUint(from, 10, 16)
	b, errB := strconv.ParseUint(to, 10, 16)
	if errA != nil || errB != nil {
		return PortRange{}, fmt.Errorf("%q is not a port (0 to 65535) or a range such as 8000-8010", s)
	}
	if a > b {
		return PortRange{}, fmt.Errorf("port range %q begins after its end", s)
	}
	return PortRange{uint16(a), uint16(b)}, nil
}

// ICMPTypeCode is what a rule asks of an ICMP packet; -1 is any. The zero value
// is type 0, code 0 (echo reply) alone.
type ICMPTypeCode struct{ Type, Code int16 }

// AnyICMP holds every type and code.
var AnyICMP = ICMPTypeCode{-1, -1}

// Matches reports whether a packet of type t and code c is meant (SG-8, NACL-9).
func (i ICMPTypeCode) Matches(t, c uint8) bool {
	return i.Type < 0 || int16(t) == i.Type && (i.Code < 0 || int16(c) == i.Code)
}

func (i ICMPTypeCode) String() string {
	switch {
	case i.Type < 0:
		return "all types"
	case i.Code < 0:
		return fmt.Sprintf("type %d", i.Type)
	}
	return fmt.Sprintf("type %d code %d", i.Type, i.Code)
}

// Traffic is the part of a rule that says which packets it means: a protocol,
// and its destination ports or ICMP types where rules read them.
type Traffic struct {
	Protocol Protocol
	Ports    PortRange    // read for TCP and UDP only
	ICMP     ICMPTypeCode // read for ICMP and ICMPv6 only
}

// AllTraffic holds every packet.
var AllTraffic = Traffic{Protocol: AllProtocols, Ports: AllPorts, ICMP: AnyICMP}

func (t Traffic) String() string {
	switch {
	case t.Protocol.HasPorts() && t.Ports != AllPorts:
		return t.Protocol.String() + " " + t.Ports.String()
	case t.Protocol.IsICMP() && t.ICMP.Type >= 0:
		return t.Protocol.String() + " " + t.ICMP.String()
	case t.Protocol == AllProtocols || t.Protocol.HasPorts() || t.Protocol.IsICMP():
		return t.Protocol.String()
	}
	return "protocol " + t.Protocol.String()
}
