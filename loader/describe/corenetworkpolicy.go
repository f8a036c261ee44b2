package describe

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// readPolicyDocument reads a core network policy: its segments, what they share,
// and the rules that put attachments into them.
func readPolicyDocument(r *reader, c *model.CoreNetwork) {
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "core-network-configuration":
			for ok := r.object(); ok && r.member(); {
				if r.key == "security-group-referencing-support" {
					c.SecurityGroupReferencing = r.boolean() // CWAN-7
				} else {
					r.skip()
				}
			}
		case "segments":
			for ok := r.array(); ok && r.element(); {
				c.Segments = append(c.Segments, r.segment())
			}
		case "segment-actions":
			for ok := r.array(); ok && r.element(); {
				r.segmentAction(c)
			}
		case "attachment-policies":
			for ok := r.array(); ok && r.element(); {
				c.Rules = append(c.Rules, r.attachmentRule())
			}
		case "attachment-routing-policy-rules", "routing-policies":
			// They may drop or summarise routes (NEW-4).
			at := r.here()
			for ok := r.array(); ok && r.element(); {
				r.skip()
				c.PolicyUnknown = &model.Unknown{Subject: string(c.ID), Attribute: "routing-policies", Reason: "routing policies are not modelled", Provenance: at}
			}
		default:
			r.skip()
		}
	}
	slices.SortStableFunc(c.Rules, func(x, y model.CoreNetworkAttachmentRule) int { return cmp.Compare(x.Number, y.Number) })
}

func (r *reader) segment() model.CoreNetworkSegment {
	s := model.CoreNetworkSegment{Provenance: r.here()}
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "name":
			s.Name = r.str()
		case "isolate-attachments":
			s.Isolate = r.boolean() // CWAN-2
		case "require-attachment-acceptance":
			on, given := r.flag()
			s.NoAcceptance = given && !on // CWAN-8
		case "edge-locations":
			s.EdgeLocations = strs[model.Region](r)
		case "allow-filter":
			s.AllowFilter = r.filter()
		case "deny-filter":
			s.DenyFilter = r.filter()
		default:
			r.skip()
		}
	}
	return s
}

// filter reads a list of segments, which may be empty and a filter all the same.
func (r *reader) filter() []string {
	if list := strs[string](r); list != nil {
		return list
	}
	return []string{}
}

// segmentAction reads a share (CWAN-3), a static route (CWAN-4) or an insertion
// (CWAN-5).
func (r *reader) segmentAction(c *model.CoreNetwork) {
	at := r.here()
	var action, segment, group string
	var with, allBut, words []string
	var prefixes []netip.Prefix
	var attachments []model.CoreNetworkAttachmentID
	blackhole := false
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "action":
			action = r.str()
		case "segment":
			segment = r.str()
		case "share-with":
			with, allBut = r.segmentsOrAllBut()
		case "when-sent-to":
			for ok := r.object(); ok && r.member(); {
				if r.key == "segments" {
					with, _ = r.segmentsOrAllBut()
				} else {
					r.skip()
				}
			}
		case "via":
			for ok := r.object(); ok && r.member(); {
				if r.key != "network-function-groups" {
					r.skip()
				} else if groups := strs[string](r); len(groups) > 0 {
					group = groups[0]
				}
			}
		case "destination-cidr-blocks":
			prefixes = r.prefixes()
		case "destinations":
			for _, d := range r.stringOrList() {
				switch {
				case d == "blackhole":
					blackhole = true
				case len(d) > len("attachment-") && d[:len("attachment-")] == "attachment-":
					attachments = append(attachments, model.CoreNetworkAttachmentID(d))
				default:
					words = append(words, d)
				}
			}
		default:
			r.skip()
		}
	}
	switch action {
	case "share":
		c.Shares = append(c.Shares, model.CoreNetworkShare{Segment: segment, With: with, AllBut: allBut, Provenance: at})
	case "create-route":
		c.Routes = append(c.Routes, model.CoreNetworkRoute{Segment: segment, Prefixes: prefixes, Attachments: attachments, Blackhole: blackhole, Destinations: words, Provenance: at})
	case "send-via", "send-to":
		c.Insertions = append(c.Insertions, model.CoreNetworkInsertion{Segment: segment, Action: action, With: with, Group: group, Provenance: at})
	default:
		c.PolicyUnknown = &model.Unknown{Subject: string(c.ID), Attribute: "segment-actions", Reason: "the action " + quote(action) + " is not known here", Provenance: at}
	}
}

// segmentsOrAllBut reads what a segment is shared with: "*", a list, or
// {"except": [...]}.
func (r *reader) segmentsOrAllBut() (with, allBut []string) {
	if r.dec.PeekKind() == '{' {
		for ok := r.object(); ok && r.member(); {
			if r.key == "except" {
				allBut = r.stringOrList()
			} else {
				r.skip()
			}
		}
		return nil, allBut
	}
	with = r.stringOrList()
	if slices.Contains(with, "*") {
		return nil, []string{}
	}
	return with, nil
}

func (r *reader) stringOrList() []string {
	if r.dec.PeekKind() == '[' {
		return strs[string](r)
	}
	if s := r.str(); s != "" {
		return []string{s}
	}
	return nil
}

// attachmentRule reads a rule of attachment-policies (CWAN-1).
func (r *reader) attachmentRule() model.CoreNetworkAttachmentRule {
	rule := model.CoreNetworkAttachmentRule{Provenance: r.here()}
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "rule-number":
			rule.Number = r.integer().n
		case "condition-logic":
			rule.Any = r.str() == "or"
		case "conditions":
			for ok := r.array(); ok && r.element(); {
				var c model.CoreNetworkCondition
				for ok := r.object(); ok && r.member(); {
					switch r.key {
					case "type":
						c.Type = r.str()
					case "operator":
						c.Operator = r.str()
					case "key":
						c.Key = r.str()
					case "value":
						c.Value = r.str()
					default:
						r.skip()
					}
				}
				rule.Conditions = append(rule.Conditions, c)
			}
		case "action":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "segment":
					rule.Segment = r.str()
				case "tag-value-of-key":
					rule.TagKey = r.str()
				default:
					r.skip()
				}
			}
		default:
			r.skip()
		}
	}
	return rule
}
