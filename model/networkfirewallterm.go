package model

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// FirewallTerm is an address or port expression of a stateful rule, as Suricata
// writes them (NFW-10, NFW-13). Exactly one of Any, Variable, List and the range
// From to To, both included, is what it says; Not turns that round.
//
// A list holds what some of its plain members hold and none of those with Not; if
// all have Not, everything else.
type FirewallTerm[T netip.Addr | uint16] struct {
	Not      bool
	Any      bool
	Variable string // with its $, or the @ of a reference to an IP set
	List     []FirewallTerm[T]
	From, To T
}

// FirewallAddresses and FirewallPorts are what a rule says of a packet's ends.
type (
	FirewallAddresses = FirewallTerm[netip.Addr]
	FirewallPorts     = FirewallTerm[uint16]
)

// ParseFirewallAddresses reads any (also ANY), an address, a CIDR, a range a-b, a
// variable, !x, or a list of these in brackets. Host bits are masked off.
func ParseFirewallAddresses(s string) (FirewallAddresses, error) {
	return parseFirewallTerm(s, 0, parseFirewallRange)
}

// ParseFirewallPorts reads any (also ANY), a port, a range a:b, :b or a:, a
// variable, !x, or a list of these in brackets.
func ParseFirewallPorts(s string) (FirewallPorts, error) {
	return parseFirewallTerm(s, 0, parseFirewallPortRange)
}

// maxTermDepth is far above what anybody writes, and keeps hostile text from
// using up the stack.
const maxTermDepth = 16

func parseFirewallTerm[T netip.Addr | uint16](s string, depth int, leaf func(string) (T, T, error)) (FirewallTerm[T], error) {
	var t FirewallTerm[T]
	s = strings.TrimSpace(s)
	if rest, not := strings.CutPrefix(s, "!"); not {
		t.Not, s = true, strings.TrimSpace(rest)
	}
	var err error
	switch {
	case s == "":
		return t, errors.New("nothing is written where any, a value, a $VARIABLE or a [list] is expected")
	case strings.EqualFold(s, "any"):
		if t.Not {
			return t, errors.New("!any matches nothing")
		}
		t.Any = true
	case s[0] == '$' || s[0] == '@':
		if strings.ContainsAny(s[1:], " ,[]!$@") || len(s) == 1 {
			return t, fmt.Errorf("%q is not the name of a variable", s)
		}
		t.Variable = s
	case s[0] == '[':
		if depth == maxTermDepth {
			return t, fmt.Errorf("lists nest more than %d deep", maxTermDepth)
		}
		members, err := splitFirewallList(s)
		if err != nil {
			return t, err
		}
		for _, m := range members {
			member, err := parseFirewallTerm(m, depth+1, leaf)
			if err != nil {
				return t, err
			}
			t.List = append(t.List, member)
		}
	default:
		t.From, t.To, err = leaf(s)
	}
	return t, err
}

// splitFirewallList cuts "[a,[b,c],d]" at the commas of its own level.
func splitFirewallList(s string) ([]string, error) {
	var members []string
	depth, start := 0, 1
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			depth--
			if depth == 0 && i < len(s)-1 {
				return nil, fmt.Errorf("%q follows the end of a list", s[i+1:])
			}
		case ',':
			if depth == 1 {
				members, start = append(members, s[start:i]), i+1
			}
		}
	}
	if depth != 0 {
		return nil, fmt.Errorf("the list %q is not closed", s)
	}
	return append(members, s[start:len(s)-1]), nil
}

func parseFirewallRange(s string) (from, to netip.Addr, err error) {
	if a, b, ok := strings.Cut(s, "-"); ok {
		from, errFrom := parseFirewallAddr(a)
		to, errTo := parseFirewallAddr(b)
		if errFrom != nil || errTo != nil || from.Is4() != to.Is4() {
			return from, to, fmt.Errorf("%q is not a range of addresses", s)
		}
		if to.Less(from) {
			return from, to, fmt.Errorf("address range %q begins after its end", s)
		}
		return from, to, nil
	}
	if a, err := parseFirewallAddr(s); err == nil {
		return a, a, nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return from, to, fmt.Errorf("%q is not any, an address, a CIDR, a $VARIABLE or a [list]", s)
	}
	p = p.Masked()
	return p.Addr(), lastAddress(p), nil
}

func parseFirewallAddr(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(strings.TrimSpace(s))
	if err == nil && (a.Zone() != "" || a.Is4In6()) {
		err = errors.New("not an address that a packet has")
	}
	return a, err
}

func parseFirewallPortRange(s string) (from, to uint16, err error) {
	a, b, isRange := strings.Cut(s, ":")
	port := func(s string, open uint16) uint16 {
		if s = strings.TrimSpace(s); s == "" && isRange {
			return open
		}
		n, perr := strconv.ParseUint(s, 10, 16)
		if perr != nil {
			err = fmt.Errorf("%q is not any, a port, a range such as 8000:8010, a $VARIABLE or a [list]", s)
		}
		return uint16(n)
	}
	from = port(a, 0)
	if !isRange {
		return from, from, err
	}
	to = port(b, 65535)
	if err == nil && from > to {
		err = fmt.Errorf("port range %q begins after its end", s)
	}
	return from, to, err
}

// String writes the term as Suricata reads it.
func (t FirewallTerm[T]) String() string {
	s := ""
	if t.Not {
		s = "!"
	}
	switch {
	case t.Any:
		return s + "any"
	case t.Variable != "":
		return s + t.Variable
	case t.List != nil:
		members := make([]string, len(t.List))
		for i, m := range t.List {
			members[i] = m.String()
		}
		return s + "[" + strings.Join(members, ",") + "]"
	case t.From == t.To:
		return s + fmt.Sprint(t.From)
	}
	between := ":"
	if _, isAddr := any(t.From).(netip.Addr); isAddr {
		between = "-"
	}
	return s + fmt.Sprint(t.From) + between + fmt.Sprint(t.To)
}
