package yamlfile

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// value is a scalar with its place. The zero value was not written.
type value[T any] struct {
	v   T
	set bool
	gap *gap // non-nil: the value is open; v is then zero
	at  model.Provenance
}

// written reports whether the value is in the file, right or wrong: what is wrong
// was reported already, and is not missing besides.
func (v value[T]) written() bool { return v.set || v.at != model.Provenance{} }

// or gives the value, or another where none is written.
func (v value[T]) or(other T) T {
	if v.set && v.gap == nil {
		return v.v
	}
	return other
}

// scalar is a value that is written as one word; parse gives the error's text
// for one that is not.
func scalar[T any](what string, describes schema, parse func(text string) (T, error)) shape[value[T]] {
	return shape[value[T]]{
		read: func(d *decoder, n *yaml.Node, into *value[T]) {
			into.at = d.at(n)
			if n.Kind != yaml.ScalarNode || isNull(n) {
				d.errorf(d.at(n), "", "expected %s, not %s", what, describe(n))
				return
			}
			v, err := parse(n.Value)
			if err != nil {
				summary, detail, _ := strings.Cut(err.Error(), "\n")
				d.errorf(d.at(n), detail, "%s", summary)
				return
			}
			into.v, into.set = v, true
		},
		schema: func(*schemas) schema { return describes },
	}
}

// text is any word.
var text = scalar("a text", schema{"type": []any{"string", "number", "boolean"}}, func(s string) (string, error) { return s, nil })

// yesNo is true or false.
var yesNo = scalar("true or false", schema{"type": "boolean"}, func(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("%s is neither true nor false", quote(s))
})

// number is an integer in a range.
func number(what string, low, high int) shape[value[int]] {
	return scalar(what, schema{"type": "integer", "minimum": low, "maximum": high}, func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil || n < low || n > high {
			return 0, fmt.Errorf("%s is not %s from %d to %d", quote(s), what, low, high)
		}
		return n, nil
	})
}

// word is one of a closed set of words, in the order in which messages list them.
func word[T any](what string, words []string, values []T) shape[value[T]] {
	enum := make([]any, len(words))
	for i, w := range words {
		enum[i] = w
	}
	return scalar(what, schema{"enum": enum}, func(s string) (T, error) {
		for i, w := range words {
			if s == w {
				return values[i], nil
			}
		}
		var zero T
		return zero, fmt.Errorf("%s is not %s\n%s", quote(s), what, didYouMean(s, words))
	})
}

// protocol is a protocol's name or number.
var protocol = scalar("a protocol", schema{"type": []any{"string", "integer"}, "pattern": `^([Aa][Ll][Ll]|[Tt][Cc][Pp]|[Uu][Dd][Pp]|[Ii][Cc][Mm][Pp]([Vv]6)?|-1|[0-9]{1,3})$`,
	"minimum": -1, "maximum": 255}, model.ParseProtocol)

// ports is a port, a range of ports, or all.
var ports = scalar("a port or range of ports", schema{"type": []any{"string", "integer"}, "pattern": `^(all|[0-9]{1,5}(-[0-9]{1,5})?)$`, "minimum": 0, "maximum": 65535}, parsePorts)

func parsePorts(s string) (model.PortRange, error) {
	if s == "all" {
		return model.AllPorts, nil
	}
	return model.ParsePortRange(s)
}

// icmpNumber is an ICMP type or code, or all, which is -1.
var icmpNumber = scalar("an ICMP number", schema{"type": []any{"string", "integer"}, "pattern": `^(all|-1|[0-9]{1,3})$`, "minimum": -1, "maximum": 255}, parseICMPNumber)

func parseICMPNumber(s string) (int16, error) {
	if s == "all" || s == "-1" {
		return -1, nil
	}
	n, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		return 0, fmt.Errorf("%s is not an ICMP number from 0 to 255, or all", quote(s))
	}
	return int16(n), nil
}

// cidr is a CIDR without host bits; an address alone is the block of that address.
var cidr = scalar("a CIDR", schema{"type": "string", "pattern": `^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$`}, parseCIDR)

func parseCIDR(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		a, err := parseAddress(s)
		if err != nil {
			return netip.Prefix{}, fmt.Errorf("%s is not a CIDR such as 10.0.0.0/16 or 2001:db8::/56", quote(s))
		}
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil || p.Addr().Is4In6():
		return netip.Prefix{}, fmt.Errorf("%s is not a CIDR such as 10.0.0.0/16 or 2001:db8::/56", quote(s))
	case p.Masked() != p:
		return netip.Prefix{}, fmt.Errorf("%s has bits set beyond its length\nAWS would take it for %s (VPC-5): write that, if it is meant", quote(s), p.Masked())
	}
	return p, nil
}

// address is an IP address without zone.
var address = scalar("an IP address", schema{"type": "string", "pattern": `^[0-9A-Fa-f:.]+$`}, parseAddress)

func parseAddress(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" || a.Is4In6() {
		return netip.Addr{}, fmt.Errorf("%s is not an IP address", quote(s))
	}
	return a, nil
}

// account is an AWS account ID. Snapshots that were made anonymous have shorter ones.
var account = scalar("an account ID", schema{"type": []any{"string", "integer"}, "pattern": "^[0-9]*$"}, func(s string) (model.AccountID, error) {
	if strings.Trim(s, "0123456789") != "" {
		return "", fmt.Errorf("%s is not an account ID\nit has twelve digits", quote(s))
	}
	return model.AccountID(s), nil
})

// port is a single port.
var port = scalar("a port", schema{"type": "integer", "minimum": 0, "maximum": 65535}, func(s string) (uint16, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%s is not a port from 0 to 65535", quote(s))
	}
	return uint16(n), nil
})

// assigned is true for an address that is not known yet, false for none, or the
// address itself.
type assigned struct {
	any bool
	ip  netip.Addr
}

var assignable = scalar("an address, true or false", schema{"type": []any{"string", "boolean"}, "pattern": `^[0-9A-Fa-f:.]+$`}, func(s string) (assigned, error) {
	switch s {
	case "true":
		return assigned{any: true}, nil
	case "false":
		return assigned{}, nil
	}
	a, err := parseAddress(s)
	if err != nil {
		return assigned{}, errors.New(err.Error() + ", nor true for one that is not known yet, nor false for none")
	}
	return assigned{ip: a}, nil
})

// stringMap is a mapping from texts to texts: tags.
var stringMap = shape[map[string]string]{
	read: func(d *decoder, n *yaml.Node, into *map[string]string) {
		if n.Kind != yaml.MappingNode {
			d.errorf(d.at(n), "Name: value", "expected a mapping of tags, not %s", describe(n))
			return
		}
		*into = map[string]string{}
		d.pairs(n, func(k, v *yaml.Node) {
			if v.Kind != yaml.ScalarNode {
				d.errorf(d.at(v), "", "a tag's value is a text, not %s", describe(v))
				return
			}
			(*into)[k.Value] = v.Value
		})
		if len(*into) == 0 {
			*into = nil
		}
	},
	schema: func(*schemas) schema {
		return schema{"type": "object", "additionalProperties": schema{"type": []any{"string", "number", "boolean"}}}
	},
}
