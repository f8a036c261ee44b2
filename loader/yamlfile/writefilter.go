package yamlfile

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

func (w *writer) networkACL(a *model.NetworkACL, in *inVPC) mapping {
	m := w.resource(string(a.ID), a.Meta, in.meta)
	if a.ID == "default" {
		m.add("id", str("default"))
	}
	m.flag("default", a.IsDefault, a.ID == "default")
	plainRules := true
	for _, dir := range []model.Direction{model.Ingress, model.Egress} {
		var rules []*yaml.Node
		var same []model.NetworkACLRule
		for i := range a.Rules {
			if r := &a.Rules[i]; r.Direction == dir {
				same = append(same, *r)
			}
		}
		slices.SortStableFunc(same, func(x, y model.NetworkACLRule) int { return cmp.Compare(x.Number, y.Number) })
		for i := range same {
			rules = append(rules, w.aclRule(a, &same[i]))
		}
		open := dir == model.Ingress && a.RulesUnknown != nil
		byDefault := []model.NetworkACLRule(nil)
		if a.IsDefault && !in.asWritten {
			byDefault = defaultACLRules(dir, in.ipv6)
		}
		if !open && sameRules(same, byDefault, func(r *model.NetworkACLRule) { r.Provenance = model.Provenance{} }) {
			continue
		}
		plainRules = false
		if open {
			rules = append(rules, gapNode(a.RulesUnknown, string(a.ID), "rules"))
		}
		m.add(dir.String(), ruleList(rules))
	}
	if plainRules && a.IsDefault && in.makes(model.KindNetworkACL, string(a.ID), "default", a.Meta) {
		return mapping{}
	}
	return m
}

// isMadeMeta reports whether a resource says nothing of itself beside its name.
func isMadeMeta(meta, outer model.Meta) bool {
	return meta.ARN == "" && len(meta.Tags) == 0 && meta.Account == outer.Account && meta.Region == outer.Region
}

// ruleList writes rules on lines of their own; an empty list where there is none.
func ruleList(rules []*yaml.Node) *yaml.Node {
	n := sequenceOf(rules)
	if len(rules) == 0 {
		return n
	}
	return onLines(n)
}

// sameRules compares two lists of rules, their places apart.
func sameRules[T any](a, b []T, unplace func(*T)) bool {
	return slices.EqualFunc(a, b, func(x, y T) bool {
		unplace(&x)
		unplace(&y)
		return reflect.DeepEqual(x, y)
	})
}

// trafficText writes protocol and ports as the short form has them.
func trafficText(t model.Traffic) string {
	s := t.Protocol.String()
	switch {
	case t.Protocol.HasPorts() && t.Ports == model.AllPorts:
		s += " all"
	case t.Protocol.HasPorts():
		s += " " + t.Ports.String()
	case t.Protocol.IsICMP() && t.ICMP.Type >= 0:
		s += " " + strconv.Itoa(int(t.ICMP.Type))
		if t.ICMP.Code >= 0 {
			s += "/" + strconv.Itoa(int(t.ICMP.Code))
		}
	}
	return s
}

// writeTraffic writes protocol and ports as keys.
func writeTraffic(m mapping, t model.Traffic) {
	m.add("protocol", str(t.Protocol.String()))
	switch {
	case t.Protocol.HasPorts() && t.Ports == model.AllPorts:
		m.add("ports", str("all"))
	case t.Protocol.HasPorts():
		m.add("ports", plain(t.Ports.String()))
	case t.Protocol.IsICMP() && t.ICMP.Type >= 0:
		m.number("icmp_type", int(t.ICMP.Type), -1)
		m.number("icmp_code", int(t.ICMP.Code), -1)
	}
}

func (w *writer) aclRule(a *model.NetworkACL, r *model.NetworkACLRule) *yaml.Node {
	if r.Unknown == nil && r.Prefix.IsValid() {
		return str(fmt.Sprintf("%d %s %s %s %s", r.Number, r.Action, trafficText(r.Traffic), peerWord(r.Direction), r.Prefix))
	}
	m := newMapping()
	m.number("rule", r.Number, -1)
	m.text("action", r.Action.String(), "")
	writeTraffic(m, r.Traffic)
	if r.Prefix.IsValid() {
		m.add("cidr", str(r.Prefix.String()))
	}
	if r.Unknown == nil {
		w.errorf("rule %d of %s has no CIDR", r.Number, a.ID)
	} else {
		m.add("unknown", cmp.Or(gapDetailNode(r.Unknown, string(a.ID), "rule"), plain("true")))
	}
	return m.n
}

func (w *writer) securityGroup(g *model.SecurityGroup, in *inVPC) mapping {
	m := w.resource(string(g.ID), g.Meta, in.meta)
	if g.ID == "default" {
		m.add("id", str("default"))
	}
	m.text("group_name", g.GroupName, string(g.ID))
	m.add("associated_vpcs", oneOrList(refs(w, model.KindVPC, g.AssociatedVPCs)))
	plainRules := true
	for _, dir := range []model.Direction{model.Ingress, model.Egress} {
		var rules []*yaml.Node
		var same []model.SecurityGroupRule
		for i := range g.Rules {
			if r := &g.Rules[i]; r.Direction == dir {
				same = append(same, *r)
				rules = append(rules, w.groupRule(g, r))
			}
		}
		open := dir == model.Ingress && g.RulesUnknown != nil
		if !open && sameRules(same, defaultGroupRules(g, dir, in), func(r *model.SecurityGroupRule) { r.Provenance = model.Provenance{} }) {
			continue
		}
		plainRules = false
		if open {
			rules = append(rules, gapNode(g.RulesUnknown, string(g.ID), "rules"))
		}
		m.add(dir.String(), ruleList(rules))
	}
	if plainRules && g.ID == in.group && len(g.AssociatedVPCs) == 0 && in.makes(model.KindSecurityGroup, string(g.ID), "default", g.Meta) {
		return mapping{}
	}
	return m
}

// defaultGroupRules are the rules that a group has where the file tells none.
func defaultGroupRules(g *model.SecurityGroup, dir model.Direction, in *inVPC) []model.SecurityGroupRule {
	switch {
	case in.asWritten:
		return nil
	case dir == model.Egress:
		return defaultEgress(in.ipv6)
	case g.GroupName == "default":
		return []model.SecurityGroupRule{selfRule(g.ID)}
	}
	return nil
}

func (w *writer) groupRule(g *model.SecurityGroup, r *model.SecurityGroupRule) *yaml.Node {
	peer, short := w.peer(g, r.Peer)
	if r.Unknown == nil && r.ID == "" && r.Description == "" && short != "" {
		return str(trafficText(r.Traffic) + " " + peerWord(r.Direction) + " " + short)
	}
	m := newMapping()
	m.text("id", r.ID, "")
	writeTraffic(m, r.Traffic)
	m.add(peerWord(r.Direction), peer)
	m.text("description", r.Description, "")
	if r.Unknown != nil {
		m.add("unknown", cmp.Or(gapDetailNode(r.Unknown, string(g.ID), "rule"), plain("true")))
	} else if peer == nil {
		w.errorf("a rule of %s has no peer", g.ID)
	}
	return m.n
}

// peer writes the other side of a rule, and its short form if it has one; nil
// for the zero Peer.
func (w *writer) peer(g *model.SecurityGroup, p model.Peer) (n *yaml.Node, short string) {
	if p.Prefix.IsValid() {
		short = p.Prefix.String()
		return str(short), short
	}
	kind, other, id := model.KindSecurityGroup, model.KindPrefixList, string(p.Group)
	key := "security_group"
	if p.PrefixList != "" {
		kind, other, id, key = model.KindPrefixList, model.KindSecurityGroup, string(p.PrefixList), "prefix_list"
	}
	if id == "" {
		return nil, ""
	}
	plainPeer := p.GroupAccount == "" && p.GroupVPC == "" && !p.Stale
	if plainPeer && p.Group == g.ID && w.has(kind, id) {
		return plain("self"), "self"
	}
	if plainPeer && w.has(kind, id) && !w.has(other, id) && isBareWord(id) {
		return str(id), id
	}
	m := newMapping()
	m.add(key, w.ref(kind, id))
	m.text("account", string(p.GroupAccount), "")
	m.text("vpc", string(p.GroupVPC), "")
	m.flag("stale", p.Stale, false)
	return m.n, ""
}

// isBareWord reports whether a name can stand as a peer in a short form.
func isBareWord(s string) bool {
	if s == "self" || s == "unknown" || looksLikeAddress(s) {
		return false
	}
	return !slices.ContainsFunc([]rune(s), func(r rune) bool { return r <= ' ' || r == ',' || r == 0x85 || r == 0xa0 || r >= 0x1680 })
}
