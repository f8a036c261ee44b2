package loader

import (
	"net/netip"
	"reflect"

	"github.com/vpcwalk/vpcwalk/model"
)

// same compares two resources apart from where they are written, from the order
// of rules and routes, and from what a rule does not read.
func same[T any](a, b *T) bool { return sameValue(reflect.ValueOf(a), reflect.ValueOf(b)) }

// unordered are the types whose order in a list says nothing.
var unordered = map[reflect.Type]bool{
	reflect.TypeFor[model.NetworkACLRule]():    true,
	reflect.TypeFor[model.SecurityGroupRule](): true,
	reflect.TypeFor[model.Route]():             true,
	reflect.TypeFor[model.PrefixListEntry]():   true,

	reflect.TypeFor[model.TransitGatewayRoute]():        true,
	reflect.TypeFor[model.ClientVPNNetwork]():           true,
	reflect.TypeFor[model.ClientVPNRoute]():             true,
	reflect.TypeFor[model.ClientVPNAuthorization]():     true,
	reflect.TypeFor[model.CoreNetworkSegment]():         true,
	reflect.TypeFor[model.CoreNetworkShare]():           true,
	reflect.TypeFor[model.CoreNetworkRoute]():           true,
	reflect.TypeFor[model.CoreNetworkCondition]():       true,
	reflect.TypeFor[model.Listener]():                   true,
	reflect.TypeFor[model.RegisteredTarget]():           true,
	reflect.TypeFor[model.ServiceNetworkVPC]():          true,
	reflect.TypeFor[model.FirewallEndpoint]():           true,
	reflect.TypeFor[model.AcceleratorListener]():        true,
	reflect.TypeFor[model.AcceleratorEndpoint]():        true,
	reflect.TypeFor[netip.Prefix]():                     true, // VPC-1 is seen to by vpcs
	reflect.TypeFor[netip.Addr]():                       true,
	reflect.TypeFor[model.PortRange]():                  true,
	reflect.TypeFor[model.Region]():                     true,
	reflect.TypeFor[model.SubnetID]():                   true,
	reflect.TypeFor[model.SecurityGroupID]():            true,
	reflect.TypeFor[model.OwnerID]():                    true,
	reflect.TypeFor[model.TargetGroupID]():              true,
	reflect.TypeFor[model.TransitGatewayAttachmentID](): true,
	reflect.TypeFor[model.CoreNetworkAttachmentID]():    true,
	reflect.TypeFor[model.LatticeServiceID]():           true,
	reflect.TypeFor[model.ResourceConfigurationID]():    true,
}

func sameValue(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		return a.Pointer() == b.Pointer() || sameValue(a.Elem(), b.Elem())
	case reflect.Slice:
		return a.Len() == b.Len() && sameList(a, b)
	case reflect.Map:
		if a.Len() != b.Len() {
			return false
		}
		for _, k := range a.MapKeys() {
			if w := b.MapIndex(k); !w.IsValid() || !sameValue(a.MapIndex(k), w) {
				return false
			}
		}
		return true
	case reflect.Struct:
		return sameStruct(a, b)
	default:
		return a.Equal(b)
	}
}

func sameStruct(a, b reflect.Value) bool {
	switch x := a.Interface().(type) {
	case model.Provenance:
		return true
	case model.Traffic:
		y := b.Interface().(model.Traffic)
		return x.Protocol == y.Protocol && (!x.Protocol.HasPorts() || x.Ports == y.Ports) && (!x.Protocol.IsICMP() || x.ICMP == y.ICMP)
	}
	if a.NumField() > 0 && !a.Type().Field(0).IsExported() {
		return a.Equal(b) // netip's types
	}
	for i := range a.NumField() {
		if !sameValue(a.Field(i), b.Field(i)) {
			return false
		}
	}
	return true
}

// sameList compares lists of one length.
func sameList(a, b reflect.Value) bool {
	if a.Type().Elem() == reflect.TypeFor[model.Provenance]() {
		return true
	}
	n := a.Len()
	first := 0 // where they begin to differ
	for first < n && sameValue(a.Index(first), b.Index(first)) {
		first++
	}
	if first == n || !unordered[a.Type().Elem()] {
		return first == n
	}
	taken := make([]bool, n)
	for i := first; i < n; i++ {
		found := false
		for j := first; j < n && !found; j++ {
			if !taken[j] && sameValue(a.Index(i), b.Index(j)) {
				taken[j], found = true, true
			}
		}
		if !found {
			return false
		}
	}
	return true
}
