package policy

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"time"
)

// operand is one value of a condition in a policy.
type operand struct {
	text    string
	pattern *pattern // of strings and ARNs
	number  *big.Rat
	date    time.Time
	bytes   []byte
	prefix  netip.Prefix
	truth   bool // of Bool and Null
	unclear bool // the value is nothing that the operator takes
}

// parseOperand reads a policy's value for an operator; the error says what the
// operator takes.
func parseOperand(text string, c comparison, variables bool) (operand, error) {
	o := operand{text: text}
	var err error
	switch c {
	case compareString, compareStringFold, compareLike, compareARN:
		o.pattern = compilePattern(text, c.syntax(variables))
		if o.pattern.unclear {
			err = fmt.Errorf("%q has a policy variable that is not written ${key} or ${key, 'default'}", text)
		}
	case compareNumber:
		o.number, err = parseNumber(text)
	case compareDate:
		o.date, err = parseDate(text)
	case compareBool, compareNull:
		o.truth, err = parseBool(text)
	case compareBinary:
		if o.bytes, err = base64.StdEncoding.DecodeString(text); err != nil {
			err = fmt.Errorf("%q is not base64", text)
		}
	case compareIP:
		o.prefix, err = parsePrefix(text)
	default:
		panic(fmt.Sprintf("policy: comparison %d", uint8(c)))
	}
	o.unclear = err != nil
	return o, err
}

// longestNumber bounds how exact a number may be, in characters.
const longestNumber = 64

// parseNumber reads an integer or decimal number.
func parseNumber(text string) (*big.Rat, error) {
	digits := strings.TrimLeft(text, "+-")
	if len(text) <= longestNumber && len(text)-len(digits) <= 1 && strings.Trim(digits, "0123456789.") == "" {
		if r, ok := new(big.Rat).SetString(text); ok {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%q is not an integer or decimal number", text)
}

// dateLayouts are the forms of W3C's profile of ISO 8601 that have a month.
var dateLayouts = []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01"}

func parseDate(text string) (time.Time, error) {
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	digits := strings.Trim(text, "0123456789") == ""
	if digits && len(text) == len("2006") {
		return time.Time{}, fmt.Errorf("%q may be a year or seconds since 1970: write the month too", text)
	}
	if digits && len(text) > len("2006") && len(text) <= 12 {
		seconds, _ := new(big.Int).SetString(text, 10)
		return time.Unix(seconds.Int64(), 0), nil
	}
	return time.Time{}, fmt.Errorf("%q is not a date like 2006-01-02T15:04:05Z, nor seconds since 1970", text)
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", text)
}

// parsePrefix reads a CIDR, or an address, which stands for itself alone. Host
// bits do not count.
func parsePrefix(text string) (netip.Prefix, error) {
	bad := fmt.Errorf("%q is neither an IP address nor a CIDR", text)
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, bad
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if p.Addr().Is4In6() {
		return netip.Prefix{}, errors.New(bad.Error() + ": write an IPv4 address as such")
	}
	return p.Masked(), nil
}

// testText tells whether one value of a request matches an operand of a string
// or ARN operator. The text is tokens so that it may be one that is not known.
func (o operand) testText(c comparison, text []token, ctx foldedContext) (truth, []string) {
	if o.unclear {
		return maybe, nil
	}
	if c == compareARN && o.text == "*" {
		return yes, nil
	}
	r := o.pattern.resolve(ctx, c == compareStringFold)
	if r.null {
		return no, nil
	}
	t := matchTokens(r.tokens, text)
	if t != maybe {
		return t, nil
	}
	return maybe, r.open
}

// testValue tells whether one value of a request matches an operand of any
// other operator but Null. A value that is not of the operator's type is not
// documented, and unknown.
func (o operand) testValue(c comparison, rel relation, value string) truth {
	if o.unclear {
		return maybe
	}
	switch c {
	case compareNumber:
		if n, err := parseNumber(value); err == nil {
			return rel.holds(n.Cmp(o.number))
		}
	case compareDate:
		if t, err := parseDate(value); err == nil {
			return rel.holds(t.Compare(o.date))
		}
	case compareBool:
		if b, err := parseBool(value); err == nil {
			return truthOf(b == o.truth)
		}
	case compareBinary:
		if b, err := base64.StdEncoding.DecodeString(value); err == nil {
			return truthOf(bytes.Equal(b, o.bytes))
		}
	case compareIP:
		if a, err := netip.ParseAddr(value); err == nil {
			return truthOf(o.prefix.Contains(a.Unmap().WithZone("")))
		}
	default:
		panic(fmt.Sprintf("policy: comparison %d", uint8(c)))
	}
	return maybe
}

// testWithin tells whether an address somewhere in p matches an operand of an
// address operator.
func (o operand) testWithin(p netip.Prefix) truth {
	switch {
	case o.unclear:
		return maybe
	case !o.prefix.Overlaps(p):
		return no
	case o.prefix.Bits() <= p.Bits():
		return yes
	}
	return maybe
}

func (r relation) holds(sign int) truth {
	switch {
	case sign < 0:
		return truthOf(r.less)
	case sign > 0:
		return truthOf(r.greater)
	}
	return truthOf(r.equal)
}
