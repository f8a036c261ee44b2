package cloudformation

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// corePolicy reads a core network policy: segments, what they share, routes, and
// the rules that put attachments into segments.
func (b *builder) corePolicy(r *resource, n *model.CoreNetwork, v value) {
	p := policyReader{builder: b, r: r, network: n}
	p.flag(v.member("core-network-configuration").member("security-group-referencing-support"), false, &n.SecurityGroupReferencing)
	for _, item := range p.items(v, "segments") {
		p.segment(item)
	}
	for _, item := range p.items(v, "segment-actions") {
		p.action(item)
	}
	for _, item := range p.items(v, "attachment-policies") {
		p.rule(item)
	}
	slices.SortStableFunc(n.Rules, func(x, y model.CoreNetworkAttachmentRule) int { return cmp.Compare(x.Number, y.Number) })
}

type policyReader struct {
	*builder
	r       *resource
	network *model.CoreNetwork
}

// open notes that a part of the policy is not known.
func (p *policyReader) open(gap *model.Unknown) {
	p.network.PolicyUnknown = cmp.Or(p.network.PolicyUnknown, gap)
}

func (p *policyReader) at(v value) model.Provenance {
	at := v.at
	at.Address = p.r.name
	return at
}

// items gives the items of a list, with what is open noted.
func (p *policyReader) items(v value, key string) []value {
	var out []value
	for _, item := range ruleItems(v.member(key)) {
		if item.gap != nil {
			p.open(p.r.unknown("PolicyDocument "+key, item.gap, item.at))
			continue
		}
		out = append(out, item.value)
	}
	return out
}

// texts gives the texts of a list, with what is open noted.
func (p *policyReader) texts(v value, key string) []string {
	list, gap := p.words(p.r, "PolicyDocument "+key, v.member(key))
	p.open(gap)
	return list
}

func (p *policyReader) text(v value, key string) string {
	m := v.member(key)
	if gap := m.gap(); gap != nil {
		p.open(p.r.unknown("PolicyDocument "+key, gap, m.at))
	}
	return m.show()
}

func (p *policyReader) flag(v value, otherwise bool, to *bool) {
	on, gap := p.builder.flag(p.r, "PolicyDocument", v, otherwise)
	p.open(gap)
	*to = on
}

func (p *policyReader) segment(v value) {
	s := model.CoreNetworkSegment{Name: p.text(v, "name"), AllowFilter: p.texts(v, "allow-filter"), DenyFilter: p.texts(v, "deny-filter"), Provenance: p.at(v)}
	p.flag(v.member("isolate-attachments"), false, &s.Isolate)
	var acceptance bool
	p.flag(v.member("require-attachment-acceptance"), true, &acceptance) // CWAN-8
	s.NoAcceptance = !acceptance
	for _, region := range p.texts(v, "edge-locations") {
		s.EdgeLocations = append(s.EdgeLocations, model.Region(region))
	}
	p.network.Segments = append(p.network.Segments, s)
}

// action reads a share, a route or a service insertion (CWAN-3, CWAN-4, CWAN-5).
func (p *policyReader) action(v value) {
	segment := p.text(v, "segment")
	switch action := p.text(v, "action"); action {
	case "share":
		s := model.CoreNetworkShare{Segment: segment, Provenance: p.at(v)}
		if with := v.member("share-with"); with.kind == objectValue {
			s.AllBut = p.texts(with, "except")
		} else if with.show() != "*" {
			s.With = p.texts(v, "share-with")
			if len(s.With) == 0 || slices.Contains(s.With, "*") {
				s.With = nil
			}
		}
		p.network.Shares = append(p.network.Shares, s)
	case "create-route":
		p.route(segment, v)
	case "send-via", "send-to":
		i := model.CoreNetworkInsertion{Segment: segment, Action: action, Provenance: p.at(v)}
		i.With = p.texts(v.member("when-sent-to"), "segments")
		for _, group := range p.texts(v.member("via"), "network-function-groups") {
			i.Group = group
			p.network.Insertions = append(p.network.Insertions, i)
		}
	default:
		p.open(p.r.unknown("PolicyDocument segment-actions", &open{reason: "the action " + quote(action) + " is not known here"}, v.at))
	}
}

func (p *policyReader) route(segment string, v value) {
	route := model.CoreNetworkRoute{Segment: segment, Provenance: p.at(v)}
	var gap *model.Unknown
	route.Prefixes, gap = p.prefixes(p.r, "PolicyDocument destination-cidr-blocks", v.member("destination-cidr-blocks"))
	p.open(gap)
	for _, d := range v.member("destinations").list() {
		to, _ := d.reference()
		switch text, _ := d.literal(); {
		case text == "blackhole":
			route.Blackhole = true
		case to != nil, strings.HasPrefix(text, "attachment-"):
			i := p.identify(p.r, "PolicyDocument destinations", d, model.KindCoreNetworkAttachment)
			route.Attachments = append(route.Attachments, model.CoreNetworkAttachmentID(i.id))
		default:
			route.Destinations = append(route.Destinations, d.show())
		}
	}
	p.network.Routes = append(p.network.Routes, route)
}

// rule reads a rule that puts attachments into a segment (CWAN-1).
func (p *policyReader) rule(v value) {
	n := p.number(p.r, "PolicyDocument rule-number", v.member("rule-number"))
	p.open(n.gap)
	rule := model.CoreNetworkAttachmentRule{Number: n.n, Any: p.text(v, "condition-logic") == "or", Provenance: p.at(v)}
	for _, c := range p.items(v, "conditions") {
		rule.Conditions = append(rule.Conditions, model.CoreNetworkCondition{Type: p.text(c, "type"), Operator: p.text(c, "operator"), Key: p.text(c, "key"), Value: p.text(c, "value")})
	}
	action := v.member("action")
	rule.Segment = p.text(action, "segment")
	if p.text(action, "association-method") == "tag" {
		rule.TagKey = p.text(action, "tag-value-of-key")
	}
	p.network.Rules = append(p.network.Rules, rule)
}
