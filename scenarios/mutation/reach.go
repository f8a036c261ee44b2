package mutation

import (
	"reflect"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// carried are the resources that a packet does not meet by themselves, only as part
// of what refers to them.
var carried = []string{"SecurityGroups", "PrefixLists", "Subnets", "VPCs", "LoadBalancers", "TargetGroups", "FirewallPolicies", "FirewallRuleGroups",
	"Firewalls", "ResourceConfigurations", "ResourceGateways", "Instances", "Interfaces", "Owners"}

// reach are the IDs of the resources that packets meet, with those that these refer
// to and that are met as part of them.
func reach(n *model.Network, components map[string]bool) map[string]bool {
	met := map[string]bool{}
	v := reflect.ValueOf(n).Elem()
	inside := map[string]reflect.Value{} // by ID, those that are carried
	all := map[string]reflect.Value{}
	for i := range v.NumField() {
		if m := v.Field(i); m.Kind() == reflect.Map {
			for _, k := range m.MapKeys() {
				all[k.String()] = m.MapIndex(k)
				if slices.Contains(carried, v.Type().Field(i).Name) {
					inside[k.String()] = m.MapIndex(k)
				}
			}
		}
	}
	var visit func(id string)
	visit = func(id string) {
		if met[id] {
			return
		}
		met[id] = true
		r, ok := all[id]
		if !ok {
			return
		}
		eachText(r, func(s string) {
			if _, ok := inside[s]; ok && s != id {
				visit(s)
			}
		})
	}
	for id := range components {
		visit(id)
	}
	for id, f := range n.Firewalls { // a firewall is met at its endpoints
		if slices.ContainsFunc(f.Endpoints, func(e model.FirewallEndpoint) bool { return components[string(e.ID)] }) {
			visit(string(id))
		}
	}
	return met
}

// eachText visits the texts of a value, the IDs that it refers to among them.
func eachText(v reflect.Value, visit func(string)) {
	if t := v.Type(); t == addrType || t == prefixType || t == reflect.TypeFor[model.Provenance]() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachText(v.Elem(), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			eachText(v.Field(i), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), visit)
		}
	case reflect.String:
		visit(v.String())
	}
}
