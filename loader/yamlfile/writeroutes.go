package yamlfile

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

func (w *writer) routeTable(t *model.RouteTable, in *inVPC) mapping {
	m := w.resource(string(t.ID), t.Meta, in.meta)
	if t.ID == "main" {
		m.add("id", str("main"))
	}
	m.flag("main", t.Main, t.ID == "main")
	told := len(m.n.Content)
	var gates []*yaml.Node
	for _, g := range t.Gateways {
		internet, vpn := w.has(model.KindInternetGateway, g), w.has(model.KindVPNGateway, g)
		if internet != vpn || !internet && strings.HasPrefix(g, "vgw-") && !w.hasAny(model.KindVPNGateway) {
			gates = append(gates, str(g))
		} else {
			gates = append(gates, literal(g))
		}
	}
	m.add("gateway", oneOrList(gates))
	propagating := texts(t.PropagatingVGWs)
	if w.hasAny(model.KindVPNGateway) {
		propagating = refs(w, model.KindVPNGateway, t.PropagatingVGWs)
	}
	m.add("propagating_vgws", oneOrList(propagating))
	w.routes(m, t, in)
	if t.Main && len(m.n.Content) == told && in.makes(model.KindRouteTable, string(t.ID), "main", t.Meta) {
		return mapping{}
	}
	return m
}

func (w *writer) routes(m mapping, t *model.RouteTable, in *inVPC) {
	asList := t.RoutesUnknown != nil
	seen := map[string]bool{}
	var written []*model.Route
	for i := range t.Routes {
		r := &t.Routes[i]
		if !in.asWritten && w.isLocalByDefault(t, r, in) {
			continue
		}
		written = append(written, r)
		d := r.Destination()
		asList = asList || seen[d] || r.PrefixList != "" && !w.has(model.KindPrefixList, d) || !r.Prefix.IsValid() && r.PrefixList == "" || looksLikeAddress(string(r.PrefixList))
		seen[d] = true
	}
	if !asList {
		all := newMapping()
		for _, r := range written {
			all.n.Content = append(all.n.Content, str(r.Destination()), w.route(r, t, in, newMapping()))
		}
		m.section("routes", all)
		return
	}
	var list []*yaml.Node
	for _, r := range written {
		one := newMapping()
		if r.Prefix.IsValid() {
			one.add("destination", str(r.Prefix.String()))
		} else {
			to := cmp.Or(w.ref(model.KindPrefixList, string(r.PrefixList)), plain("unknown"))
			if looksLikeAddress(string(r.PrefixList)) {
				to = literal(string(r.PrefixList))
			}
			one.add("destination", to)
		}
		list = append(list, w.route(r, t, in, one))
	}
	if t.RoutesUnknown != nil {
		list = append(list, gapNode(t.RoutesUnknown, string(t.ID), "routes"))
	}
	m.add("routes", onLines(sequenceOf(list)))
}

// isLocalByDefault reports whether Read makes a local route by itself.
func (w *writer) isLocalByDefault(t *model.RouteTable, r *model.Route, in *inVPC) bool {
	if !r.Target.IsLocal() || r.Origin != model.CreateRouteTable || r.State != model.RouteActive || r.Unknown != nil || !slices.Contains(in.vpc.CIDRs, r.Prefix) {
		return false
	}
	same := 0
	for i := range t.Routes {
		if t.Routes[i].Prefix == r.Prefix {
			same++
		}
	}
	return same == 1
}

// route writes a route's target and what it has beside it: the target alone
// where that is all.
func (w *writer) route(r *model.Route, t *model.RouteTable, in *inVPC, m mapping) *yaml.Node {
	byName := w.target(m, r.Target)
	origin := model.CreateRoute
	if r.Target.IsLocal() && slices.Contains(in.vpc.CIDRs, r.Prefix) {
		origin = model.CreateRouteTable
	}
	m.text("origin", r.Origin.String(), origin.String())
	b := &builder{n: w.n}
	m.text("state", r.State.String(), b.routeState(&scope{id: in.vpc.ID}, r.Target).String())
	var perhaps []*yaml.Node
	for _, t := range r.Perhaps {
		one := newMapping()
		if w.target(one, t) {
			perhaps = append(perhaps, one.n.Content[1])
			continue
		}
		perhaps = append(perhaps, one.n)
	}
	if len(perhaps) > 0 {
		m.add("perhaps", sequenceOf(perhaps))
	}
	if r.Unknown != nil {
		m.add("unknown", cmp.Or(gapDetailNode(r.Unknown, string(t.ID), "route"), plain("true")))
	}
	if byName && len(m.n.Content) == 2 {
		return m.n.Content[1]
	}
	return m.n
}

// target writes a route's target by its name where that is clear, else by kind,
// and tells which.
func (w *writer) target(m mapping, t model.Target) (byName bool) {
	switch {
	case t.ID == "":
		return false
	case t.IsLocal():
		m.add("target", str("local"))
		return true
	}
	fits := 0
	for _, k := range targetKinds {
		if known := k.ours || w.hasAny(k.kind); known && w.has(k.kind, t.ID) || !known && strings.HasPrefix(t.ID, k.prefix) {
			fits++
		}
	}
	for _, k := range targetKinds {
		if k.kind != t.Kind {
			continue
		}
		known := k.ours || w.hasAny(k.kind)
		switch clear := fits == 1 && t.ID != "local"; {
		case known && !w.has(k.kind, t.ID):
			m.add(k.key, literal(t.ID))
		case clear && (known || strings.HasPrefix(t.ID, k.prefix)):
			m.add("target", str(t.ID))
			return true
		default:
			m.add(k.key, str(t.ID))
		}
		return false
	}
	w.errorf("a route to a %s, %s, cannot be written", t.Kind, t.ID)
	return false
}
