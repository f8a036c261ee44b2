package loader

import (
	"reflect"

	"github.com/vpcwalk/vpcwalk/model"
)

// viewed are the kinds that several accounts list, each as far as it sees them.
var viewed = map[model.Kind]bool{
	model.KindVPCPeeringConnection:            true,
	model.KindTransitGateway:                  true,
	model.KindTransitGatewayAttachment:        true,
	model.KindTransitGatewayRouteTable:        true,
	model.KindTransitGatewayPolicyTable:       true,
	model.KindDirectConnectGateway:            true,
	model.KindDirectConnectGatewayAssociation: true,
	model.KindCoreNetwork:                     true,
	model.KindCoreNetworkAttachment:           true,
	model.KindResourceConfiguration:           true,
	model.KindServiceNetwork:                  true,
	model.KindLatticeService:                  true,
	model.KindFirewallRuleGroup:               true,
}

// views tells which of two inputs sees what an account has as that account itself
// does.
type views struct{ before, after standing }

// standing is how much of an account's an input has: nothing, VPCs and subnets,
// which are shared with others, or what only the account itself lists.
type standing map[model.AccountID]int

func newViews(before, after *model.Network) *views {
	return &views{standingOf(before), standingOf(after)}
}

func standingOf(n *model.Network) standing {
	s := standing{}
	for _, v := range n.VPCs {
		if v.Missing[model.KindVPC] == nil {
			s[v.Account] = 1
		}
	}
	for _, i := range n.Interfaces {
		s[i.Account] = 2
	}
	for _, i := range n.Instances {
		s[i.Account] = 2
	}
	for _, t := range n.TransitGatewayRouteTables {
		if t.RoutesUnknown == nil {
			s[t.Account] = 2
		}
	}
	return s
}

// join gives what two inputs tell together of one resource, where they are views
// of it: one has its account and the other has not. The owner's word counts, and the
// other tells what it leaves out (T-SHR-3). Else it gives the later one, and false.
func (v *views) join(kind model.Kind, before, after reflect.Value) (reflect.Value, bool) {
	if kind == model.KindFirewallRuleGroup {
		switch {
		case onlyNamed(after.Interface().(*model.FirewallRuleGroup)):
			return before, true
		case onlyNamed(before.Interface().(*model.FirewallRuleGroup)):
			return after, true
		}
	}
	owner := model.MetaOf(after).Account
	if owner == "" {
		owner = model.MetaOf(before).Account
	}
	ahead := v.after[owner] - v.before[owner]
	if !viewed[kind] || owner == "" || ahead == 0 {
		return after, false
	}
	winner, mine, other, others := after, v.after, before, v.before
	if ahead < 0 {
		winner, mine, other, others = other, others, winner, mine
	}
	joined := reflect.New(winner.Type().Elem())
	joined.Elem().Set(winner.Elem())
	fill(joined.Elem(), other.Elem())
	settle(joined, other, func(a model.AccountID) bool { return others[a] > mine[a] })
	return joined, true
}

// consistent reports whether two inputs differ on a resource in nothing but what one
// of them leaves out or open, as two calls of one snapshot do.
func consistent(x, y any) bool {
	a, b := reflect.ValueOf(x), reflect.ValueOf(y)
	joined := func(x, y reflect.Value) reflect.Value {
		z := reflect.New(x.Type().Elem())
		z.Elem().Set(x.Elem())
		settle(z, y, func(model.AccountID) bool { return false })
		fill(z.Elem(), y.Elem())
		for unknown := range gaps {
			if f := z.Elem().FieldByName(unknown); f.IsValid() {
				f.SetZero() // both leave it open, each in its own words
			}
		}
		return z
	}
	return sameValue(joined(a, b), joined(b, a))
}

// fill takes what is zero in a from b. Booleans stay, since false may be told, and
// so does what is settled in a and not in b.
func fill(a, b reflect.Value) {
	switch {
	case a.Kind() == reflect.Bool || a.Type() == reflect.TypeFor[*model.Unknown]():
	case a.Kind() == reflect.Struct && a.Type() != reflect.TypeFor[model.Provenance]() && a.Type().PkgPath() != "net/netip":
		for i := range a.NumField() {
			fill(a.Field(i), b.Field(i))
		}
	case a.IsZero():
		a.Set(b)
	}
}

// gaps are the fields that an Unknown of a resource leaves open, by its field's name.
var gaps = map[string][]string{
	"AcceptanceUnknown":      {"Active", "Available", "State"},
	"OptionsUnknown":         {"Subnets", "ApplianceMode", "IPv6", "NoSecurityGroupReferencing"},
	"PrefixesUnknown":        {"Prefixes"},
	"AllowedPrefixesUnknown": {"AllowedPrefixes"},
	"AssociationsUnknown":    {"Associations"},
	"RoutesUnknown":          {"Routes", "RoutesListed", "Propagations"},
	"RulesUnknown":           {"Rules"},
	"PolicyUnknown":          {"SecurityGroupReferencing", "Segments", "Shares", "Routes", "Rules", "Insertions"},
}

// settle takes what x leaves open from y where that knows it. Theirs tells the
// accounts that y knows better than x.
func settle(x, y reflect.Value, theirs func(model.AccountID) bool) {
	for unknown, fields := range gaps {
		gap, known := x.Elem().FieldByName(unknown), y.Elem().FieldByName(unknown)
		if !gap.IsValid() || gap.IsNil() || !known.IsNil() {
			continue
		}
		gap.SetZero()
		for _, name := range fields {
			if f := x.Elem().FieldByName(name); f.IsValid() {
				f.Set(y.Elem().FieldByName(name))
			}
		}
	}
	if p, ok := x.Interface().(*model.VPCPeeringConnection); ok { // each side tells its own option (PEER-13)
		q := y.Interface().(*model.VPCPeeringConnection)
		if theirs(p.Requester.Account) {
			p.Requester.AllowDNSResolution = q.Requester.AllowDNSResolution
		}
		if theirs(p.Accepter.Account) {
			p.Accepter.AllowDNSResolution = q.Accepter.AllowDNSResolution
		}
	}
}
