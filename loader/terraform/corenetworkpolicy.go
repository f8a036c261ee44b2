package terraform

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// corePolicy is a core network policy document, version 2021.12 or 2025.11, as
// far as it decides about packets.
type corePolicy struct {
	Segments []struct {
		Name              string   `json:"name"`
		EdgeLocations     []string `json:"edge-locations"`
		Isolate           bool     `json:"isolate-attachments"`
		RequireAcceptance *bool    `json:"require-attachment-acceptance"`
		AllowFilter       []string `json:"allow-filter"`
		DenyFilter        []string `json:"deny-filter"`
	} `json:"segments"`
	SegmentActions []struct {
		Action            string       `json:"action"`
		Segment           string       `json:"segment"`
		ShareWith         segmentNames `json:"share-with"`
		DestinationBlocks []string     `json:"destination-cidr-blocks"`
		Destinations      []string     `json:"destinations"`
		WhenSentTo        struct {
			Segments segmentNames `json:"segments"`
		} `json:"when-sent-to"`
		Via struct {
			Groups []string `json:"network-function-groups"`
		} `json:"via"`
	} `json:"segment-actions"`
	AttachmentPolicies []struct {
		Number     int    `json:"rule-number"`
		Logic      string `json:"condition-logic"`
		Conditions []struct {
			Type     string `json:"type"`
			Operator string `json:"operator"`
			Key      string `json:"key"`
			Value    string `json:"value"`
		} `json:"conditions"`
		Action struct {
			Segment string `json:"segment"`
			TagKey  string `json:"tag-value-of-key"`
		} `json:"action"`
	} `json:"attachment-policies"`
	CoreNetworkConfiguration struct {
		SecurityGroupReferencing bool `json:"security-group-referencing-support"`
	} `json:"core-network-configuration"`
}

// segmentNames are a list of segments, "*" for all, or all but some.
type segmentNames struct{ names, except []string }

func (s *segmentNames) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil && one != "" {
		s.names = []string{one}
		return nil
	}
	var except struct {
		Except []string `json:"except"`
	}
	if json.Unmarshal(data, &except) == nil {
		s.except = except.Except
		return nil
	}
	return json.Unmarshal(data, &s.names)
}

// corePolicy reads the policy document in an attribute. One that is known only
// after apply is read from the data source that makes it, where that is told.
func (b body) corePolicy(n *model.CoreNetwork, name string) {
	*n = model.CoreNetwork{ID: n.ID, Meta: n.Meta}
	if u := b.open(name); u != nil {
		n.PolicyUnknown = u
		if c, v := b.ref(name, wantCorePolicy, nil); v == nil && c.r != nil {
			n.PolicyUnknown = nil
			b.body(c.r).corePolicyData(n)
		}
		return
	}
	var p corePolicy
	if err := json.Unmarshal([]byte(b.str(name)), &p); err != nil {
		b.problem(model.Error, "", "%s: not a core network policy: %s", name, readable(err))
		n.PolicyUnknown = b.unreadable(name)
		return
	}
	b.addCorePolicy(n, &p)
}

// addCorePolicy puts a policy into the model.
func (b body) addCorePolicy(n *model.CoreNetwork, p *corePolicy) {
	at := b.r.place
	n.SecurityGroupReferencing = p.CoreNetworkConfiguration.SecurityGroupReferencing
	for _, s := range p.Segments {
		x := model.CoreNetworkSegment{Name: s.Name, Isolate: s.Isolate, NoAcceptance: s.RequireAcceptance != nil && !*s.RequireAcceptance,
			AllowFilter: s.AllowFilter, DenyFilter: s.DenyFilter, Provenance: at}
		for _, edge := range s.EdgeLocations {
			x.EdgeLocations = append(x.EdgeLocations, model.Region(edge))
		}
		n.Segments = append(n.Segments, x)
	}
	for _, a := range p.SegmentActions {
		switch a.Action {
		case "share": // CWAN-3
			share := model.CoreNetworkShare{Segment: a.Segment, With: a.ShareWith.names, AllBut: a.ShareWith.except, Provenance: at}
			if slices.Equal(share.With, []string{"*"}) {
				share.With = nil
			}
			n.Shares = append(n.Shares, share)
		case "create-route": // CWAN-4
			n.Routes = append(n.Routes, b.coreRoute(a.Segment, a.DestinationBlocks, a.Destinations))
		case "send-via", "send-to": // CWAN-5
			n.Insertions = append(n.Insertions, model.CoreNetworkInsertion{Segment: a.Segment, Action: a.Action, With: a.WhenSentTo.Segments.names,
				Group: strings.Join(a.Via.Groups, ", "), Provenance: at})
		default: // routing policies and what comes later: NEW-4
			n.PolicyUnknown = &model.Unknown{Subject: string(n.ID), Attribute: "policy", Reason: "the segment action " + a.Action + " is not modelled", Provenance: at}
		}
	}
	for _, r := range p.AttachmentPolicies {
		x := model.CoreNetworkAttachmentRule{Number: r.Number, Any: r.Logic == "or", Segment: r.Action.Segment, TagKey: r.Action.TagKey, Provenance: at}
		for _, c := range r.Conditions {
			x.Conditions = append(x.Conditions, model.CoreNetworkCondition{Type: c.Type, Operator: c.Operator, Key: c.Key, Value: c.Value})
		}
		n.Rules = append(n.Rules, x)
	}
	slices.SortStableFunc(n.Rules, func(x, y model.CoreNetworkAttachmentRule) int { return x.Number - y.Number })
}

func (b body) coreRoute(segment string, blocks, destinations []string) model.CoreNetworkRoute {
	route := model.CoreNetworkRoute{Segment: segment, Provenance: b.r.place}
	for _, text := range blocks {
		if p := b.parsePrefix("destination-cidr-blocks", text); p != (netip.Prefix{}) {
			route.Prefixes = append(route.Prefixes, p)
		}
	}
	for _, d := range destinations {
		switch {
		case d == "blackhole":
			route.Blackhole = true
		case strings.HasPrefix(d, "attachment-"), b.network.CoreNetworkAttachments[model.CoreNetworkAttachmentID(d)] != nil:
			route.Attachments = append(route.Attachments, model.CoreNetworkAttachmentID(d))
		default:
			route.Destinations = append(route.Destinations, d)
		}
	}
	return route
}

var wantCorePolicy = &want{types: []string{"data.aws_networkmanager_core_network_policy_document"}}

func init() {
	// A data source that is read later still has what the configuration says.
	wantCorePolicy.made = func(_ *builder, r *resource, attribute string) (string, bool) {
		return r.id(), r.kind == "data.aws_networkmanager_core_network_policy_document" && (attribute == "" || attribute == "json")
	}
}

// corePolicyData reads the blocks of a data source that writes a policy, whose
// routes lead to attachments that are only planned.
func (b body) corePolicyData(n *model.CoreNetwork) {
	var p corePolicy
	open := func(u *model.Unknown) {
		if u != nil && n.PolicyUnknown == nil {
			n.PolicyUnknown = u
		}
	}
	strs := func(x body, name string) []string {
		list, unknowns := x.list(name)
		if unknowns != 0 {
			open(x.unknownAt(name))
		}
		return list
	}
	text := func(x body, name string) string {
		open(x.open(name))
		return x.str(name)
	}
	segments, u := b.blocks("segments")
	open(u)
	p.Segments = slices.Grow(p.Segments, len(segments))[:len(segments)]
	for i, x := range segments {
		s := &p.Segments[i]
		s.Name, s.EdgeLocations, s.Isolate = text(x, "name"), strs(x, "edge_locations"), x.boolean("isolate_attachments")
		s.RequireAcceptance = new(x.boolOr("require_attachment_acceptance", true))
		s.AllowFilter, s.DenyFilter = strs(x, "allow_filter"), strs(x, "deny_filter")
	}
	rules, u := b.blocks("attachment_policies")
	open(u)
	p.AttachmentPolicies = slices.Grow(p.AttachmentPolicies, len(rules))[:len(rules)]
	for i, x := range rules {
		r := &p.AttachmentPolicies[i]
		r.Number, _ = x.integer("rule_number")
		r.Logic = text(x, "condition_logic")
		if a, ok := x.first("action"); ok {
			r.Action.Segment, r.Action.TagKey = text(a, "segment"), text(a, "tag_value_of_key")
		}
		conditions, u := x.blocks("conditions")
		open(u)
		r.Conditions = slices.Grow(r.Conditions, len(conditions))[:len(conditions)]
		for j, c := range conditions {
			y := &r.Conditions[j]
			y.Type, y.Operator, y.Key, y.Value = text(c, "type"), text(c, "operator"), text(c, "key"), text(c, "value")
		}
	}
	actions, u := b.blocks("segment_actions")
	open(u)
	p.SegmentActions = slices.Grow(p.SegmentActions, len(actions))[:len(actions)]
	for i, x := range actions {
		a := &p.SegmentActions[i]
		a.Action, a.Segment = text(x, "action"), text(x, "segment")
		a.ShareWith = segmentNames{strs(x, "share_with"), strs(x, "share_with_except")}
		a.DestinationBlocks = strs(x, "destination_cidr_blocks")
		destinations, u := x.refs("destinations", wantCoreAttachment)
		open(u)
		for _, c := range destinations {
			a.Destinations = append(a.Destinations, c.id)
		}
		if w, ok := x.first("when_sent_to"); ok {
			a.WhenSentTo.Segments.names = strs(w, "segments")
		}
		if v, ok := x.first("via"); ok {
			a.Via.Groups = strs(v, "network_function_groups")
		}
	}
	b.addCorePolicy(n, &p)
}
