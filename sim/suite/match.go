package suite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// matcher compares answers about one network with expectations.
type matcher struct {
	after      map[string]*sim.Engine
	network    *model.Network
	components *components
}

// differences lists what a has otherwise than c expects, in the order in which
// an expectation's keys are documented.
func (m matcher) differences(c model.Expectation, a *sim.Answer) []string {
	var ds []string
	if a.Verdict != c.Expect {
		ds = append(ds, fmt.Sprintf("expected %s, got %s", c.Expect, a.Verdict))
	}
	reasons := reasonsOf(a)
	ds = append(ds, because(c.Because, reasons)...)
	if c.At != "" {
		ds = append(ds, m.at(c, reasons)...)
	}
	if len(c.Through) > 0 {
		ds = append(ds, m.through(c.Through, a)...)
	}
	if got := a.Authorization; c.Authorization != "" && c.Authorization != got.Decision {
		ds = append(ds, strings.TrimSuffix(fmt.Sprintf("authorization: expected %s, got %s: %s", c.Authorization, got.Decision, got.Text), ": "))
	}
	return ds
}

// reasonsOf gives the explanations that `because` and `at` may mean: the
// blockers, and in an indeterminate answer the gaps too.
func reasonsOf(a *sim.Answer) []sim.Explanation {
	var rs []sim.Explanation
	for _, x := range a.Explanations {
		if !x.Unknown || a.Verdict == model.Indeterminate {
			rs = append(rs, x)
		}
	}
	return rs
}

func because(want []string, reasons []sim.Explanation) []string {
	var ds []string
	for _, w := range want {
		info, ok := sim.LookupCode(w)
		switch {
		case !ok:
			ds = append(ds, fmt.Sprintf("because: %s is not an explanation code (vpcwalk explain lists them)", w))
		case !slices.ContainsFunc(reasons, func(x sim.Explanation) bool { return x.Code == info.Code }):
			ds = append(ds, fmt.Sprintf("because: expected %s, got %s", info.Code, codeList(reasons)))
		}
	}
	return ds
}

func (m matcher) at(c model.Expectation, reasons []sim.Explanation) []string {
	meant := reasons
	if len(c.Because) > 0 {
		meant = slices.DeleteFunc(slices.Clone(reasons), func(x sim.Explanation) bool {
			return !slices.ContainsFunc(c.Because, func(w string) bool {
				info, ok := sim.LookupCode(w)
				return ok && info.Code == x.Code
			})
		})
	}
	if slices.ContainsFunc(meant, func(x sim.Explanation) bool { return m.isNamed(x.Component, c.At) }) {
		return nil
	}
	var places []string
	for _, x := range reasons {
		places = append(places, fmt.Sprintf("%s at %s", x.Code, describe(x.Component)))
	}
	return []string{fmt.Sprintf("at: expected %s, got %s", c.At, orNothing(places, "no blocker"))}
}

// through holds when the wanted components are on the forward way in their
// order, other hops between them allowed. Of several ways all that are not
// blocked must have them, or, where all are blocked, all.
func (m matcher) through(want []string, a *sim.Answer) []string {
	ways := slices.DeleteFunc(slices.Clone(a.Paths), func(p sim.Path) bool { return p.Verdict == model.Blocked })
	if len(ways) == 0 {
		ways = a.Paths
	}
	if len(ways) == 0 {
		return []string{fmt.Sprintf("through: expected %s, but there is no way at all", strings.Join(want, ", "))}
	}
	var ds []string
	for _, p := range ways {
		if missing := m.missing(want, p.Forward); missing != "" {
			ds = append(ds, fmt.Sprintf("through: expected %s, but %s is not on the way in that order: %s",
				strings.Join(want, ", "), missing, orNothing(componentsOf(p.Forward), "no hop")))
		}
	}
	return slices.Compact(ds)
}

// missing gives the first of want that the hops do not have in order, or "".
func (m matcher) missing(want []string, hops []sim.Hop) string {
	for _, w := range want {
		i := slices.IndexFunc(hops, func(h sim.Hop) bool { return m.isNamed(h.Component, w) })
		if i < 0 {
			return w
		}
		hops = hops[i+1:]
	}
	return ""
}

// isNamed reports whether name means the component: by its ID, its name, or, for
// an interface or a firewall's endpoint, the ID or name of what owns it.
func (m matcher) isNamed(c sim.Component, name string) bool {
	switch name {
	case "":
		return false // most components have no name
	case c.ID, c.Name:
		return true
	}
	if m.network == nil {
		return false
	}
	switch c.Type {
	case model.KindVPCEndpoint: // its name is the firewall's
		f := m.network.Firewalls[model.FirewallID(name)]
		return f != nil && slices.ContainsFunc(f.Endpoints, func(x model.FirewallEndpoint) bool { return string(x.ID) == c.ID })
	case model.KindInterface:
	default:
		return false
	}
	i := m.network.Interfaces[model.InterfaceID(c.ID)]
	return i != nil && !i.Owner.IsZero() && (name == i.Owner.ID || name == m.ownerName(i.Owner))
}

// ownerName gives the name of what owns an interface, or the owner's ID where it
// has none.
func (m matcher) ownerName(o model.OwnerRef) string {
	var meta *model.Meta
	switch o.Kind {
	case model.KindInstance:
		if i := m.network.Instances[model.InstanceID(o.ID)]; i != nil {
			meta = &i.Meta
		}
	case model.KindNATGateway:
		if g := m.network.NATGateways[model.NATGatewayID(o.ID)]; g != nil {
			meta = &g.Meta
		}
	case model.KindVPCEndpoint:
		if e := m.network.VPCEndpoints[model.VPCEndpointID(o.ID)]; e != nil {
			meta = &e.Meta
		}
	default: // load balancers, databases and all else are Owners
		if w := m.network.Owners[model.OwnerID(o.ID)]; w != nil {
			meta = &w.Meta
		}
	}
	if meta == nil || meta.Name == "" {
		return o.ID
	}
	return meta.Name
}

func codeList(reasons []sim.Explanation) string {
	var codes []string
	for _, x := range reasons {
		if !slices.Contains(codes, string(x.Code)) {
			codes = append(codes, string(x.Code))
		}
	}
	return orNothing(codes, "no blocker")
}

func componentsOf(hops []sim.Hop) []string {
	var cs []string
	for _, h := range hops {
		cs = append(cs, describe(h.Component))
	}
	return slices.Compact(cs)
}

func describe(c sim.Component) string {
	if c.Name == "" || c.Name == c.ID {
		return c.ID
	}
	return fmt.Sprintf("%s (%s)", c.ID, c.Name)
}

func orNothing(list []string, nothing string) string {
	if len(list) == 0 {
		return nothing
	}
	return strings.Join(list, ", ")
}
