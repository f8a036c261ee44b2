package yamlfile

import (
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// coreNetwork is a Cloud WAN core network with its policy and attachments.
type coreNetwork struct {
	common
	given       value[bool]
	referencing value[bool]
	segments    []entry[coreSegment]
	shares      []coreShare
	routes      []coreRoute
	rules       []coreRule
	insertions  []coreInsertion
	attachments []entry[coreAttachment]
	gap         *gap
	scope       *scope
}

type coreSegment struct {
	isolate, acceptance value[bool]
	edges               list[value[string]]
	allow, deny         list[value[string]]
}

type coreShare struct {
	placed
	segment      value[string]
	with, allBut list[value[string]]
}

type coreRoute struct {
	placed
	segment      value[string]
	cidrs        list[value[netip.Prefix]]
	attachments  list[ref]
	blackhole    value[bool]
	destinations list[value[string]]
}

type coreRule struct {
	placed
	number          value[int]
	any             value[bool]
	conditions      list[coreCondition]
	segment, tagKey value[string]
}

type coreCondition struct {
	placed
	typ, operator, key, value value[string]
}

type coreInsertion struct {
	placed
	segment, action, group value[string]
	with                   list[value[string]]
}

type coreAttachment struct {
	attachment
	segment value[string]
}

const pendingAttachment = "PENDING_ATTACHMENT_ACCEPTANCE"

var coreNetworkShape = object("a core network", "A Cloud WAN core network, with its policy and attachments (CWAN-1).", commonKeys(func(c *coreNetwork) *common { return &c.common }), []field[coreNetwork]{
	key("given", yesNo, func(c *coreNetwork) *value[bool] { return &c.given }, "false: the core network itself is not in the design, only its attachments"),
	key("security_group_referencing", yesNo, func(c *coreNetwork) *value[bool] { return &c.referencing }, "whether groups may be referenced through it (CWAN-7); false by default"),
	key("segments", section(coreSegmentShape), func(c *coreNetwork) *[]entry[coreSegment] { return &c.segments }, "segments by name"),
	key("shares", sequence(coreShareShape), func(c *coreNetwork) *[]coreShare { return &c.shares }, "what segments share with each other (CWAN-3)"),
	key("routes", sequence(coreRouteShape), func(c *coreNetwork) *[]coreRoute { return &c.routes }, "static routes (CWAN-4)"),
	key("rules", sequence(coreRuleShape), func(c *coreNetwork) *[]coreRule { return &c.rules }, "rules that put attachments into segments (CWAN-1), which an attachment's segment spares"),
	key("insertions", sequence(coreInsertionShape), func(c *coreNetwork) *[]coreInsertion { return &c.insertions }, "service insertions (CWAN-5)"),
	key("attachments", section(coreAttachmentShape), func(c *coreNetwork) *[]entry[coreAttachment] { return &c.attachments }, "attachments by name"),
	key("unknown", gapDetailRef, func(c *coreNetwork) **gap { return &c.gap }, "why its policy, or part of it, is open"),
})

var coreSegmentShape = object("a segment", "A routing domain of a core network.", []field[coreSegment]{
	key("isolate", yesNo, func(s *coreSegment) *value[bool] { return &s.isolate }, "isolate-attachments (CWAN-2); false by default"),
	key("require_acceptance", yesNo, func(s *coreSegment) *value[bool] { return &s.acceptance }, "require-attachment-acceptance (CWAN-8); true by default"),
	key("edge_locations", many(text), func(s *coreSegment) *list[value[string]] { return &s.edges }, "its Regions; all by default"),
	key("allow", many(text), func(s *coreSegment) *list[value[string]] { return &s.allow }, "allow-filter: the segments whose shared routes it takes (CWAN-3)"),
	key("deny", many(text), func(s *coreSegment) *list[value[string]] { return &s.deny }, "deny-filter: the segments whose shared routes it does not take (CWAN-3)"),
})

var coreShareShape = object("a share", "Routes that segments share.", []field[coreShare]{
	must(key("segment", text, func(s *coreShare) *value[string] { return &s.segment }, "the segment")),
	key("with", many(text), func(s *coreShare) *list[value[string]] { return &s.with }, "the other segments; all by default"),
	key("all_but", many(text), func(s *coreShare) *list[value[string]] { return &s.allBut }, "the segments that are left out of all"),
})

var coreRouteShape = object("a core network route", "A static route of a segment.", []field[coreRoute]{
	must(key("segment", text, func(r *coreRoute) *value[string] { return &r.segment }, "the segment")),
	must(key("cidr", many(cidr), func(r *coreRoute) *list[value[netip.Prefix]] { return &r.cidrs }, "the destinations")),
	key("attachments", many(refTo), func(r *coreRoute) *list[ref] { return &r.attachments }, "the attachments that it leads to"),
	key("blackhole", yesNo, func(r *coreRoute) *value[bool] { return &r.blackhole }, "whether it drops packets; false by default"),
	key("destinations", many(text), func(r *coreRoute) *list[value[string]] { return &r.destinations }, "other destinations in the policy's words, which are not modelled"),
})

var coreRuleShape = object("an attachment rule", "A rule that puts attachments into a segment (CWAN-1).", []field[coreRule]{
	must(key("rule", number("a rule number", 1, 65535), func(r *coreRule) *value[int] { return &r.number }, "its number, the lowest first")),
	key("logic", word("a logic of conditions", []string{"and", "or"}, []bool{false, true}), func(r *coreRule) *value[bool] { return &r.any }, "and (default), where all conditions must hold, or or"),
	key("conditions", many(coreConditionShape), func(r *coreRule) *list[coreCondition] { return &r.conditions }, "what is asked of the attachment; {type: any} is any attachment"),
	key("segment", text, func(r *coreRule) *value[string] { return &r.segment }, "the segment"),
	key("tag_key", text, func(r *coreRule) *value[string] { return &r.tagKey }, "the attachment's tag whose value is the segment"),
})

var coreConditionShape = object("a condition", "A test of an attachment.", []field[coreCondition]{
	must(key("type", text, func(c *coreCondition) *value[string] { return &c.typ }, "any, tag-exists, tag-value, attachment-type, account-id, region or resource-id")),
	key("operator", text, func(c *coreCondition) *value[string] { return &c.operator }, "equals (default), not-equals, contains or begins-with"),
	key("key", text, func(c *coreCondition) *value[string] { return &c.key }, "the tag's key"),
	key("value", text, func(c *coreCondition) *value[string] { return &c.value }, "the value to compare with"),
})

var coreInsertionShape = object("a service insertion", "What steers a segment's packets through a network function group (CWAN-5).", []field[coreInsertion]{
	must(key("segment", text, func(i *coreInsertion) *value[string] { return &i.segment }, "the segment")),
	must(key("action", text, func(i *coreInsertion) *value[string] { return &i.action }, "send-via or send-to")),
	key("with", many(text), func(i *coreInsertion) *list[value[string]] { return &i.with }, "the other segments"),
	key("group", text, func(i *coreInsertion) *value[string] { return &i.group }, "the network function group"),
})

var coreAttachmentShape = object("a core network attachment", "An attachment of a core network.", attachmentKeys(func(a *coreAttachment) *attachment { return &a.attachment }), []field[coreAttachment]{
	key("segment", text, func(a *coreAttachment) *value[string] { return &a.segment }, "the segment that it is in; by default the core network's rules decide"),
})

func (b *builder) declareCoreNetwork(e *entry[coreNetwork]) {
	f := &e.v
	f.scope = &scope{key: e.key, holder: f.id.or(e.key), at: e.at, meta: f.meta(e.key, e.at, b.outer)}
	b.names.declare(model.KindCoreNetwork, nil, e.key, f.id.or(""), e.at)
	declareAll(b, model.KindCoreNetworkAttachment, f.scope, f.attachments, func(a *coreAttachment) *common { return &a.common })
}

// implyCore adds an attachment for a VPN connection that names a core network,
// unless one is written.
func (b *builder) implyCore(e *entry[vpnConnection]) {
	for i := range b.file.coreNetworks {
		f := &b.file.coreNetworks[i].v
		name := e.v.coreNetwork.name
		if e.v.attachment.no() || name == "" || name != f.scope.key && name != f.scope.holder {
			continue
		}
		written := func(a entry[coreAttachment]) bool {
			return slices.ContainsFunc(a.v.to, func(to kindRef) bool {
				return to.kind == model.KindVPNConnection && (to.name == e.key || to.id.v == e.key)
			}) || a.v.resource.v == e.key && a.v.typ.v == model.AttachVPN
		}
		if slices.ContainsFunc(f.attachments, written) {
			return
		}
		a := entry[coreAttachment]{key: e.key, at: e.at}
		a.v.to = []kindRef{{model.KindVPNConnection, ref{placed: placed{e.at}, name: e.key}}}
		f.attachments = append(f.attachments, a)
		b.names.declare(model.KindCoreNetworkAttachment, f.scope, e.key, "", e.at)
	}
}

func (b *builder) buildCoreNetwork(e *entry[coreNetwork]) {
	f := &e.v
	id := model.CoreNetworkID(f.scope.holder)
	buildEach(f.attachments, func(a *entry[coreAttachment]) { b.buildCoreAttachment(f, id, a) })
	if !f.given.or(true) {
		return
	}
	m := &model.CoreNetwork{ID: id, Meta: f.scope.meta, SecurityGroupReferencing: f.referencing.or(false), PolicyUnknown: f.gap.unknown(string(id), "policy")}
	known := b.segmentsOf(f)
	for i := range f.segments {
		s := &f.segments[i]
		if s.v.allow.set && s.v.deny.set {
			b.d.ruleError(s.at, "CWAN-3", "leave one", "the segment %s has both allow and deny", quote(s.key))
		}
		m.Segments = append(m.Segments, model.CoreNetworkSegment{Name: s.key, Isolate: s.v.isolate.or(false), NoAcceptance: !s.v.acceptance.or(true),
			EdgeLocations: textsOf[model.Region](&s.v.edges), AllowFilter: known(&s.v.allow), DenyFilter: known(&s.v.deny), Provenance: s.at})
	}
	for i := range f.shares {
		s := &f.shares[i]
		m.Shares = append(m.Shares, model.CoreNetworkShare{Segment: b.segment(f, s.segment), With: known(&s.with), AllBut: known(&s.allBut), Provenance: s.at})
	}
	for i := range f.routes {
		r := &f.routes[i]
		closed(b.d, &r.cidrs, "the destinations of a route")
		closed(b.d, &r.attachments, "the attachments of a route")
		m.Routes = append(m.Routes, model.CoreNetworkRoute{Segment: b.segment(f, r.segment), Prefixes: valuesOf(&r.cidrs), Blackhole: r.blackhole.or(false),
			Attachments:  refsOf[model.CoreNetworkAttachmentID](b, model.KindCoreNetworkAttachment, f.scope, &r.attachments),
			Destinations: valuesOf(&r.destinations), Provenance: r.at})
	}
	for i := range f.rules {
		m.Rules = append(m.Rules, b.coreRule(f, &f.rules[i]))
	}
	slices.SortStableFunc(m.Rules, func(x, y model.CoreNetworkAttachmentRule) int { return x.Number - y.Number })
	for i := range f.insertions {
		s := &f.insertions[i]
		m.Insertions = append(m.Insertions, model.CoreNetworkInsertion{Segment: b.segment(f, s.segment), Action: s.action.v, With: known(&s.with), Group: s.group.or(""), Provenance: s.at})
	}
	b.n.CoreNetworks[id] = m
}

// segment checks that a segment is one of the core network's, where these are
// written.
func (b *builder) segment(f *coreNetwork, name value[string]) string {
	has := func(s entry[coreSegment]) bool { return s.key == name.v }
	if name.v != "" && name.v != "*" && f.gap == nil && !slices.ContainsFunc(f.segments, has) {
		names := make([]string, len(f.segments))
		for i := range f.segments {
			names[i] = f.segments[i].key
		}
		b.d.errorf(name.at, didYouMean(name.v, names), "there is no segment %s", quote(name.v))
	}
	return name.v
}

// segmentsOf reads lists of a core network's segments: nil where none is written.
func (b *builder) segmentsOf(f *coreNetwork) func(*list[value[string]]) []string {
	return func(l *list[value[string]]) []string {
		closed(b.d, l, "a list of segments")
		if !l.set {
			return nil
		}
		out := []string{}
		for _, v := range l.items {
			if v.set {
				out = append(out, b.segment(f, v))
			}
		}
		return out
	}
}

func (b *builder) coreRule(f *coreNetwork, r *coreRule) model.CoreNetworkAttachmentRule {
	m := model.CoreNetworkAttachmentRule{Number: r.number.v, Any: r.any.or(false), Segment: b.segment(f, r.segment), TagKey: r.tagKey.or(""), Provenance: r.at}
	closed(b.d, &r.conditions, "the conditions of a rule")
	for i := range r.conditions.items {
		c := &r.conditions.items[i]
		m.Conditions = append(m.Conditions, model.CoreNetworkCondition{Type: c.typ.v, Operator: c.operator.or(""), Key: c.key.or(""), Value: c.value.or("")})
	}
	return m
}

func (b *builder) buildCoreAttachment(core *coreNetwork, id model.CoreNetworkID, e *entry[coreAttachment]) {
	f := &e.v
	for i := range f.to {
		if f.to[i].kind == model.KindTransitGatewayAttachment {
			f.to[i].kind = model.KindCoreNetworkAttachment // of a Connect attachment
		}
	}
	typ, to := b.leadsTo(core.scope, e.key, e.at, &f.attachment)
	if len(f.to) > 0 && f.to[0].kind == model.KindCoreNetworkAttachment && !f.typ.set {
		typ = model.AttachConnect
	}
	key := model.CoreNetworkAttachmentID(b.idOf(model.KindCoreNetworkAttachment, core.scope, e.key))
	m := &model.CoreNetworkAttachment{ID: key, Meta: f.meta(e.key, e.at, core.scope.meta), CoreNetwork: id, Type: typ, Resource: f.resource.or(to),
		Segment: f.segment.or(""), AcceptanceUnknown: f.accepted.gap.unknown(string(key), "accepted"), OptionsUnknown: f.options.unknown(string(key), "options"),
		ApplianceMode: f.applianceMode.or(false), IPv6: f.ipv6.or(false), NoSecurityGroupReferencing: !f.referencing.or(true),
		Prefixes: prefixesOf(&f.prefixes), PrefixesUnknown: f.prefixes.gap.unknown(string(key), "prefixes")}
	m.State, m.Available = f.stateOf(pendingAttachment)
	if core.given.or(true) {
		b.segment(core, f.segment)
	}
	if len(f.to) > 0 && f.to[0].kind == model.KindVPC {
		m.VPC = model.VPCID(to)
	}
	m.Subnets = b.attachmentSubnets(e.key, e.at, &f.attachment, typ, m.VPC)
	b.n.CoreNetworkAttachments[key] = m
}
