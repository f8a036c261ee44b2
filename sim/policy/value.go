package policy

import (
	"net/netip"
	"strings"
)

// Value is what is known of a condition key in a request. The zero value knows
// nothing: the key may be there or not, with any value.
type Value struct {
	state  valueState
	values []string
	within netip.Prefix // of one address somewhere in it; values is empty
}

type valueState uint8

const (
	stateUnknown valueState = iota
	stateAbsent
	statePresent // with values or within, or with neither: there, with some value
)

// Absent is the value of a key that the request does not have.
func Absent() Value { return Value{state: stateAbsent} }

// Present is the value of a key that the request has, with one value or, for
// AWS's multivalued keys, several. Without any the key counts as absent, as a
// null one does for AWS.
func Present(values ...string) Value {
	if len(values) == 0 {
		return Absent()
	}
	return Value{state: statePresent, values: values}
}

// PresentUnknown is the value of a key that the request has for certain, with
// one value that is not known.
func PresentUnknown() Value { return Value{state: statePresent} }

// Within is the value of a key that holds one address somewhere in a prefix,
// such as that of an interface whose address is not fixed yet. An invalid prefix
// gives PresentUnknown.
func Within(p netip.Prefix) Value {
	if p.IsValid() && p.IsSingleIP() {
		return Present(p.Addr().Unmap().String())
	}
	return Value{state: statePresent, within: p.Masked()}
}

// one gives the key's only value, where it has one and it is known.
func (v Value) one() (string, bool) {
	if len(v.values) == 1 {
		return v.values[0], true
	}
	return "", false
}

func (v Value) equal(w Value) bool {
	if v.state != w.state || v.within != w.within || len(v.values) != len(w.values) {
		return false
	}
	for i := range v.values {
		if v.values[i] != w.values[i] {
			return false
		}
	}
	return true
}

func (v Value) String() string {
	switch {
	case v.state == stateAbsent:
		return "absent"
	case v.within.IsValid():
		return "an address in " + v.within.String()
	case len(v.values) > 0:
		return strings.Join(v.values, ", ")
	}
	return "not known"
}

// Context has what is known of a request's condition keys. Their case does not
// matter. A key that is not in it is not known.
type Context map[string]Value

// Direct is the context that the way gives to a request from a public address:
// by an internet gateway, from behind a NAT gateway, over IPv6, from the console
// or from another network (POL-5). The source is the address that AWS sees, the
// zero Addr where it is not known. The request has no key of an endpoint, also
// when it comes from inside a VPC (POL-9).
func Direct(source netip.Addr) Context {
	c := Context{"aws:SourceIp": address(source)}
	for _, key := range endpointKeys {
		c[key] = Absent()
	}
	return c
}

// ThroughEndpoint is the context that the way gives to a request that comes
// through a gateway or interface endpoint: the endpoint's ID, the endpoint's
// VPC, and the caller's private address (POL-5). What is empty, or the zero
// Addr, is there and not known. aws:SourceIp is absent. The keys of POL-10 depend
// on the service and stay unknown.
func ThroughEndpoint(endpoint, vpc string, caller netip.Addr) Context {
	text := func(s string) Value {
		if s == "" {
			return PresentUnknown()
		}
		return Present(s)
	}
	return Context{
		"aws:SourceIp":    Absent(),
		"aws:VpcSourceIp": address(caller),
		"aws:SourceVpce":  text(endpoint),
		"aws:SourceVpc":   text(vpc),
	}
}

// endpointKeys are the keys that only a request through an endpoint has
// (POL-5, POL-10).
var endpointKeys = []string{
	"aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce", "aws:VpcSourceIp",
	"aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths",
}

func address(a netip.Addr) Value {
	if !a.IsValid() {
		return PresentUnknown()
	}
	return Present(a.Unmap().WithZone("").String())
}

// foldedContext is a context whose keys are in lower case.
type foldedContext map[string]Value

// fold gives a context for look-ups. Two keys that differ in case alone, and in
// value, leave the key unknown.
func (c Context) fold() foldedContext {
	f := make(foldedContext, len(c)+4)
	for key, v := range c {
		key = strings.ToLower(key)
		if w, twice := f[key]; twice && !w.equal(v) {
			v = Value{}
		}
		f[key] = v
	}
	return f
}

// setDefault gives a key a value where the request does not say one.
func (f foldedContext) setDefault(key string, v Value) {
	key = strings.ToLower(key)
	if _, ok := f[key]; !ok {
		f[key] = v
	}
}
