package yamlfile

import (
	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

func (w *writer) coreNetworks(root mapping) {
	attachments := map[model.CoreNetworkID][]*model.CoreNetworkAttachment{}
	for _, a := range model.Sorted(w.n.CoreNetworkAttachments) {
		attachments[a.CoreNetwork] = append(attachments[a.CoreNetwork], a)
	}
	all := map[model.CoreNetworkID]mapping{}
	for id := range attachments {
		m := newMapping()
		if id == "" {
			m.add("id", str(""))
		}
		m.flag("given", false, true)
		all[id] = m
	}
	for id, c := range w.n.CoreNetworks {
		all[id] = w.coreNetwork(c)
	}
	section := newMapping()
	for _, id := range sortedKeys(all) {
		m, key, meta := all[id], string(id), w.outer
		if c := w.n.CoreNetworks[id]; c != nil {
			meta = c.Meta
		}
		members(m, "attachments", attachments[id], func(a *model.CoreNetworkAttachment) (string, mapping) { return string(a.ID), w.coreAttachment(a, meta) })
		for key == "" || id == "" && w.n.CoreNetworks[model.CoreNetworkID(key)] != nil {
			key += "unplaced"
		}
		section.add(key, onLines(m.n))
	}
	root.section("core_networks", section)
}

func (w *writer) coreNetwork(c *model.CoreNetwork) mapping {
	m := w.resource(string(c.ID), c.Meta, w.outer)
	m.flag("security_group_referencing", c.SecurityGroupReferencing, false)
	segments := newMapping()
	for _, s := range c.Segments {
		one := newMapping()
		one.flag("isolate", s.Isolate, false)
		one.flag("require_acceptance", !s.NoAcceptance, true)
		one.items("edge_locations", texts(s.EdgeLocations), false)
		one.items("allow", texts(s.AllowFilter), s.AllowFilter != nil)
		one.items("deny", texts(s.DenyFilter), s.DenyFilter != nil)
		segments.add(s.Name, one.n)
	}
	m.section("segments", segments)
	var shares, routes, rules, insertions []*yaml.Node
	for _, s := range c.Shares {
		one := newMapping()
		one.add("segment", str(s.Segment))
		one.items("with", texts(s.With), s.With != nil)
		one.items("all_but", texts(s.AllBut), s.AllBut != nil)
		shares = append(shares, one.n)
	}
	for _, r := range c.Routes {
		one := newMapping()
		one.add("segment", str(r.Segment))
		one.items("cidr", prefixes(r.Prefixes), true)
		one.items("attachments", refs(w, model.KindCoreNetworkAttachment, r.Attachments), false)
		one.flag("blackhole", r.Blackhole, false)
		one.items("destinations", texts(r.Destinations), false)
		routes = append(routes, one.n)
	}
	for i := range c.Rules {
		rules = append(rules, coreRuleNode(&c.Rules[i]))
	}
	for _, s := range c.Insertions {
		one := newMapping()
		one.add("segment", str(s.Segment))
		one.add("action", str(s.Action))
		one.items("with", texts(s.With), s.With != nil)
		one.text("group", s.Group, "")
		insertions = append(insertions, one.n)
	}
	for _, l := range []struct {
		key   string
		items []*yaml.Node
	}{{"shares", shares}, {"routes", routes}, {"rules", rules}, {"insertions", insertions}} {
		if len(l.items) > 0 {
			m.add(l.key, onLines(sequenceOf(l.items)))
		}
	}
	m.open("unknown", c.PolicyUnknown, string(c.ID), "policy")
	return m
}

func coreRuleNode(r *model.CoreNetworkAttachmentRule) *yaml.Node {
	one := newMapping()
	one.number("rule", r.Number, -1)
	if r.Any {
		one.add("logic", str("or"))
	}
	var conditions []*yaml.Node
	for _, c := range r.Conditions {
		test := newMapping()
		test.add("type", str(c.Type))
		test.text("operator", c.Operator, "")
		test.text("key", c.Key, "")
		test.text("value", c.Value, "")
		conditions = append(conditions, test.n)
	}
	one.items("conditions", conditions, false)
	one.text("segment", r.Segment, "")
	one.text("tag_key", r.TagKey, "")
	return one.n
}

func (w *writer) coreAttachment(a *model.CoreNetworkAttachment, meta model.Meta) mapping {
	m := w.resource(string(a.ID), a.Meta, meta)
	m.status(a.State, a.Available, attachmentStates)
	if a.Type == model.AttachPeering { // its other side is not modelled
		m.add("type", str(string(a.Type)))
		m.text("resource", a.Resource, "")
	} else {
		w.leadsTo(m, model.KindCoreNetworkAttachment, a.Type, a.Resource, a.VPC, "")
	}
	m.text("segment", a.Segment, "")
	m.open("options_unknown", a.OptionsUnknown, string(a.ID), "options")
	m.add("accepted", gapNode(a.AcceptanceUnknown, string(a.ID), "accepted"))
	w.attachmentOptions(m, a.Type, a.Subnets, a.ApplianceMode, a.IPv6, a.NoSecurityGroupReferencing)
	m.items("prefixes", and(prefixes(a.Prefixes), a.PrefixesUnknown, string(a.ID), "prefixes"), a.Prefixes != nil)
	return m
}
