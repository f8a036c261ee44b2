package describe

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// prefix reads a CIDR block. Host bits are cleared as AWS clears them (VPC-5),
// with a warning. The zero Prefix is an absent or unreadable one; the latter is
// reported.
func (r *reader) prefix() netip.Prefix { return r.parsePrefix(strings.TrimSpace(r.str())) }

// parsePrefix makes a prefix of the text that was read last.
func (r *reader) parsePrefix(text string) netip.Prefix {
	if text == "" {
		return netip.Prefix{}
	}
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4In6() {
		r.problem(model.Error, "", fmt.Sprintf("%s: %s is not a CIDR block", r.field(), quote(text)), "Expected one such as 10.0.0.0/16 or 2001:db8::/56.")
		return netip.Prefix{}
	}
	if p != p.Masked() {
		r.problem(model.Warning, "VPC-5", fmt.Sprintf("%s: %s has host bits set; it is read as %s", r.field(), p, p.Masked()), "")
		p = p.Masked()
	}
	return p
}

// addr reads an IP address; zero where it is absent or unreadable.
func (r *reader) addr() netip.Addr {
	text := strings.TrimSpace(r.str())
	if text == "" {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" || a.Is4In6() {
		r.problem(model.Error, "", fmt.Sprintf("%s: %s is not an IP address", r.field(), quote(text)), "")
		return netip.Addr{}
	}
	return a
}

// quote shows a text from the input in a message.
func quote(s string) string {
	if c := clip(s); strings.HasPrefix(c, `"`) {
		return c
	} else {
		return `"` + c + `"`
	}
}

// strs reads a list of strings and leaves out empty ones.
func strs[T ~string](r *reader) []T {
	var list []T
	for ok := r.array(); ok && r.element(); {
		if s := r.str(); s != "" {
			list = append(list, T(s))
		}
	}
	return list
}

// pick reads a list of objects and collects one member of each.
func pick[T ~string](r *reader, key string) []T {
	var list []T
	for ok := r.array(); ok && r.element(); {
		for ok := r.object(); ok && r.member(); {
			if r.key != key {
				r.skip()
			} else if s := r.str(); s != "" {
				list = append(list, T(s))
			}
		}
	}
	return list
}

// inner reads an object and gives one member of it.
func (r *reader) inner(key string) string {
	var s string
	for ok := r.object(); ok && r.member(); {
		if r.key == key {
			s = r.str()
		} else {
			r.skip()
		}
	}
	return s
}

// prefixes reads a list of CIDR blocks.
func (r *reader) prefixes() []netip.Prefix {
	var list []netip.Prefix
	for ok := r.array(); ok && r.element(); {
		if p := r.prefix(); p.IsValid() {
			list = append(list, p)
		}
	}
	return list
}

// prefixMembers reads a list of objects and collects the CIDR block that each has
// as a member.
func (r *reader) prefixMembers(member string) []netip.Prefix {
	var list []netip.Prefix
	for ok := r.array(); ok && r.element(); {
		for ok := r.object(); ok && r.member(); {
			if r.key != member {
				r.skip()
			} else if p := r.prefix(); p.IsValid() {
				list = append(list, p)
			}
		}
	}
	return list
}

// port reads a port, 0 where it is absent or none.
func (r *reader) port() uint16 {
	n := r.integer()
	if !n.given {
		return 0
	}
	if n.n < 0 || n.n > 65535 {
		r.problem(model.Error, "", fmt.Sprintf("%s: %d is not a port (0 to 65535)", r.field(), n.n), "")
		return 0
	}
	return uint16(n.n)
}

// lastPart is what follows the last slash: a resource's ID in its ARN.
func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// isOn reads AWS's several words for an option that is on.
func isOn(word string) bool {
	switch strings.ToLower(word) {
	case "enable", "enabled", "on", "true":
		return true
	}
	return false
}
