package mutation

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// Mutant is one change to a network.
type Mutant struct {
	// Kind is what is done to which field: "SecurityGroups.Rules.Traffic.Ports:
	// shifted".
	Kind string
	// Resource is the ID of the resource that it is done to, and Element where in
	// it: "SecurityGroups/sg-web.Rules[2].Traffic.Ports".
	Resource, Element string
	// Provenance is the place of the rule or route, or of the resource.
	Provenance model.Provenance
	// Part says that the change is to a rule, route or the like that has a place of
	// its own.
	Part bool

	path   []step
	change func(reflect.Value)
}

// step leads from a value to a part of it: a field, an element or a map's entry.
type step struct {
	field string
	index int
	key   reflect.Value
}

// Apply gives the changed network; n stays as it is.
func (m *Mutant) Apply(n *model.Network) *model.Network {
	c := Copy(n)
	m.change(follow(reflect.ValueOf(c).Elem(), m.path))
	return c
}

func follow(v reflect.Value, path []step) reflect.Value {
	for _, s := range path {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		switch {
		case s.field != "":
			v = v.FieldByName(s.field)
		case s.key.IsValid():
			v = v.MapIndex(s.key)
		default:
			v = v.Index(s.index)
		}
	}
	return v
}

// Mutants are all single changes to a network that the package knows, in an order
// that depends on the network alone.
func Mutants(n *model.Network) []Mutant {
	f := &finder{network: n, ids: map[reflect.Type][]reflect.Value{}, targets: targetsOf(n), zones: zonesOf(n)}
	v := reflect.ValueOf(n).Elem()
	for i := range v.NumField() {
		if m := v.Field(i); m.Kind() == reflect.Map {
			f.ids[m.Type().Key()] = append(f.ids[m.Type().Key()], sortedKeys(m)...)
		}
	}
	delete(f.ids, reflect.TypeFor[string]()) // keys that are no type of their own
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if slices.Contains(skipped, name) {
			continue
		}
		at := place{kind: name, element: name, path: []step{{field: name}}}
		switch c := v.Field(i); c.Kind() {
		case reflect.Map:
			f.resources(c, at)
		case reflect.Slice:
			f.slice(c, at)
		}
	}
	return f.found
}

// finder collects mutants.
type finder struct {
	network *model.Network
	ids     map[reflect.Type][]reflect.Value // the IDs that there are, by their type
	targets map[model.VPCID][]model.Target   // what routes of a VPC lead to
	zones   []string
	vpc     model.VPCID // of the resource at hand
	found   []Mutant
}

// place is a value on the way through a network.
type place struct {
	kind, element, resource string
	provenance              model.Provenance
	part                    bool
	path                    []step
	omit                    []string // fields that say nothing here
}

func (p place) into(s step, kind, element string) place {
	p.path, p.omit = append(slices.Clone(p.path), s), nil
	p.kind += kind
	p.element += element
	return p
}

func (f *finder) add(p place, what string, change func(reflect.Value)) {
	f.found = append(f.found, Mutant{Kind: p.kind + ": " + what, Resource: p.resource, Element: p.element,
		Provenance: p.provenance, Part: p.part, path: p.path, change: change})
}

// deletable are the resources without which a design may be a design still: what
// connects, not what is connected.
var deletable = []string{"InternetGateways", "EgressOnlyInternetGateways", "NATGateways", "VPCEndpoints", "VPCPeeringConnections", "TransitGatewayAttachments",
	"VPNGateways", "VPNConnections", "DirectConnectGatewayAssociations", "VirtualInterfaces", "CoreNetworkAttachments", "TargetGroups", "ResourcePolicies"}

func (f *finder) resources(m reflect.Value, at place) {
	for _, k := range sortedKeys(m) {
		v := m.MapIndex(k)
		p := at.into(step{key: k}, "", "/"+k.String())
		p.resource, f.vpc = k.String(), ""
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if field := v.FieldByName("VPC"); field.IsValid() && field.Type() == reflect.TypeFor[model.VPCID]() {
			f.vpc = model.VPCID(field.String())
		}
		p.provenance = provenanceOf(v)
		if slices.Contains(deletable, at.kind) {
			whole := p
			whole.path = at.path
			f.add(whole, "deleted", func(v reflect.Value) { v.SetMapIndex(k, reflect.Value{}) })
		}
		f.structure(v, p)
	}
}

func (f *finder) structure(v reflect.Value, at place) {
	if p, ok := v.Interface().(model.Peer); ok && p.Group == "" {
		at.omit = []string{"Stale"} // no group, nothing to be stale
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		words := field.Name == "State" && field.Type.Kind() == reflect.String
		if words || slices.Contains(at.omit, field.Name) || slices.Contains(skipped, field.Name) || field.Type == reflect.TypeFor[*model.Unknown]() || slices.Contains(skipped, at.kind+"."+field.Name) {
			continue
		}
		f.value(v.Field(i), at.into(step{field: field.Name}, "."+field.Name, "."+field.Name))
	}
}

func (f *finder) slice(v reflect.Value, at place) {
	for i := range v.Len() {
		p := at.into(step{index: i}, "", fmt.Sprintf("[%d]", i))
		e := v.Index(i)
		if e.Kind() == reflect.Struct {
			if own := provenanceOf(e); !own.IsZero() {
				p.provenance, p.part = own, true
			}
		}
		whole := p
		whole.path = at.path
		f.add(whole, "deleted", func(v reflect.Value) { v.Set(reflect.AppendSlice(v.Slice(0, i), v.Slice(i+1, v.Len()))) })
		f.value(e, p)
	}
}

func provenanceOf(v reflect.Value) model.Provenance {
	if f := v.FieldByName("Provenance"); f.IsValid() {
		return f.Interface().(model.Provenance)
	}
	return model.Provenance{}
}

func sortedKeys(m reflect.Value) []reflect.Value {
	return slices.SortedFunc(slices.Values(m.MapKeys()), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
}

func targetsOf(n *model.Network) map[model.VPCID][]model.Target {
	out := map[model.VPCID][]model.Target{}
	for _, rt := range model.Sorted(n.RouteTables) {
		for _, r := range rt.Routes {
			if !slices.Contains(out[rt.VPC], r.Target) && r.Target != (model.Target{}) {
				out[rt.VPC] = append(out[rt.VPC], r.Target)
			}
		}
	}
	return out
}

func zonesOf(n *model.Network) []string {
	var out []string
	for _, sn := range model.Sorted(n.Subnets) {
		if !slices.Contains(out, sn.AvailabilityZone) {
			out = append(out, sn.AvailabilityZone)
		}
	}
	return out
}

// skipped are fields that nothing is decided by: what things are called and where
// they are written, words for a state that another field has, the other end of an
// association that is broken already, quotas, what holds for interfaces that are
// yet to be made or is not known of those that are, and texts of policies, whose
// language has tests of its own.
var skipped = []string{"ID", "Meta", "Provenance", "CIDRProvenance", "PolicyProvenance", "Description", "GroupName", "Unmodelled", "ElasticIPs",
	"Instances.Interfaces", "Owners.Interfaces", "VPCEndpoints.Interfaces", "VPCEndpoints.RouteTables", "DeviceIndex", "RequesterManaged", "MaxEntries",
	"MapPublicIPOnLaunch", "AssignIPv6AddressOnCreation", "IsDefault", "DNSAssumed", "Unassigned4", "Unassigned6", "PublicUnassigned", "TunnelsAssumed", "Policy", "Text", "SID", "Resource"}
