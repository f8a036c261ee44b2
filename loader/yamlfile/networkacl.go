package yamlfile

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

type networkACL struct {
	common
	isDefault       value[bool]
	ingress, egress list[aclRule]
}

// aclRule is a network ACL's rule.
type aclRule struct {
	placed
	number value[int]
	action value[model.Action]
	traffic
	cidr  value[netip.Prefix]
	peer  string // "from" or "to", as the short form has it
	gap   *gap
	short bool
	bad   bool // reported already
}

const maxRuleNumber = 32766 // NACL-1

var (
	ruleNumber = number("a rule number", 1, maxRuleNumber)
	action     = word("an action", []string{"allow", "deny"}, []model.Action{model.Allow, model.Deny})
)

var networkACLShape = object("a network ACL", "A stateless, ordered filter at the edge of subnets.", commonKeys(func(a *networkACL) *common { return &a.common }), []field[networkACL]{
	key("default", yesNo, func(a *networkACL) *value[bool] { return &a.isDefault }, "whether it is the VPC's default network ACL; the one with the key default is"),
	key("ingress", many(aclRuleShape), func(a *networkACL) *list[aclRule] { return &a.ingress }, "rules for what enters the subnet; none by default, which denies everything; allow all in the default network ACL"),
	key("egress", many(aclRuleShape), func(a *networkACL) *list[aclRule] { return &a.egress }, "rules for what leaves the subnet; the same defaults"),
})

var aclRuleShape = orText(object("a network ACL rule", "A numbered rule; the lowest number that matches decides.", []field[aclRule]{
	must(key("rule", ruleNumber, func(r *aclRule) *value[int] { return &r.number }, "its number, 1 to 32766")),
	must(key("action", action, func(r *aclRule) *value[model.Action] { return &r.action }, "allow or deny")),
	key("cidr", open(cidr), func(r *aclRule) *value[netip.Prefix] { return &r.cidr }, "the source (ingress) or destination (egress) of the packets"),
}, trafficKeys(func(r *aclRule) *traffic { return &r.traffic }), []field[aclRule]{
	key("unknown", gapDetailRef, func(r *aclRule) **gap { return &r.gap }, "why something of the rule is open"),
}), `^\s*[0-9]+\s+(allow|deny)\s+\S+`, "100 allow tcp 443 from 0.0.0.0/0", parseACLRule)

// parseACLRule reads the short form: NUMBER ACTION PROTOCOL [PORTS] from|to CIDR.
func parseACLRule(d *decoder, at model.Provenance, s string, r *aclRule) {
	const form = "the short form is: 100 allow tcp 443 from 0.0.0.0/0"
	r.short, r.bad = true, true
	words := strings.Fields(s)
	if len(words) < 5 {
		d.errorf(at, form, "%s is no network ACL rule", quote(s))
		return
	}
	n, err := strconv.Atoi(words[0])
	if err != nil || n < 1 || n > maxRuleNumber {
		d.errorf(at, form, "%s is not a rule number from 1 to %d", quote(words[0]), maxRuleNumber)
		return
	}
	r.number = value[int]{v: n, set: true, at: at}
	switch words[1] {
	case "allow", "deny":
		r.action = value[model.Action]{v: model.Deny, set: true, at: at}
		if words[1] == "allow" {
			r.action.v = model.Allow
		}
	default:
		d.errorf(at, form, "%s is not an action: allow or deny", quote(words[1]))
		return
	}
	rest, ok := r.traffic.parse(d, at, form, words[2:])
	if !ok {
		return
	}
	if len(rest) != 2 || rest[0] != "from" && rest[0] != "to" {
		d.errorf(at, form, "after protocol and ports come from (ingress) or to (egress) and one CIDR, not %s", quote(strings.Join(rest, " ")))
		return
	}
	r.peer = rest[0]
	if rest[1] == "unknown" {
		r.cidr = value[netip.Prefix]{set: true, gap: &gap{placed: placed{at}}}
	} else {
		p, err := parseCIDR(rest[1])
		if err != nil {
			summary, detail, _ := strings.Cut(err.Error(), "\n")
			d.errorf(at, detail, "%s", summary)
			return
		}
		r.cidr = value[netip.Prefix]{v: p, set: true, at: at}
	}
	r.bad = false
}

func (b *builder) buildNetworkACL(s *scope, e *entry[networkACL]) {
	f := &e.v
	id := model.NetworkACLID(b.idOf(model.KindNetworkACL, s, e.key))
	m := &model.NetworkACL{
		ID: id, Meta: f.meta(e.key, e.at, s.meta), VPC: s.id,
		IsDefault: f.isDefault.or(e.key == "default"),
	}
	for _, dir := range []model.Direction{model.Ingress, model.Egress} {
		rules := &f.ingress
		if dir == model.Egress {
			rules = &f.egress
		}
		if rules.gap != nil {
			m.RulesUnknown = rules.gap.unknown(string(id), "rules")
		}
		if !rules.set && m.IsDefault && !s.file.asWritten.or(false) {
			m.Rules = append(m.Rules, defaultACLRules(dir, s.hasIPv6())...)
		}
		for i := range rules.items {
			if r, ok := b.aclRule(string(id), dir, &rules.items[i]); ok {
				m.Rules = append(m.Rules, r)
			}
		}
	}
	b.n.NetworkACLs[id] = m
}

// defaultACLRules are the rules of a default network ACL (NACL-3).
func defaultACLRules(dir model.Direction, ipv6 bool) []model.NetworkACLRule {
	rules := []model.NetworkACLRule{{Number: 100, Direction: dir, Action: model.Allow, Traffic: model.AllTraffic, Prefix: anyIPv4}}
	if ipv6 {
		rules = append(rules, model.NetworkACLRule{Number: 101, Direction: dir, Action: model.Allow, Traffic: model.AllTraffic, Prefix: anyIPv6})
	}
	return rules
}

var (
	anyIPv4 = netip.MustParsePrefix("0.0.0.0/0")
	anyIPv6 = netip.MustParsePrefix("::/0")
)

func (b *builder) aclRule(acl string, dir model.Direction, r *aclRule) (model.NetworkACLRule, bool) {
	if r.bad {
		return model.NetworkACLRule{}, false
	}
	if want := peerWord(dir); r.short && r.peer != want {
		b.d.errorf(r.at, "an "+dir.String()+" rule says "+want, "%q in an %s rule", r.peer, dir)
		return model.NetworkACLRule{}, false
	}
	m := model.NetworkACLRule{Number: r.number.v, Direction: dir, Action: r.action.v, Prefix: r.cidr.v, Provenance: r.at}
	var ok bool
	m.Traffic, ok = r.traffic.model(b.d, r.at, "NACL-8", r.gap != nil)
	m.Unknown = firstGap(acl, pick{r.gap, "rule"}, pick{r.cidr.gap, "cidr"}, r.traffic.open())
	if !r.cidr.written() && r.gap == nil {
		b.d.errorf(r.at, "cidr: 0.0.0.0/0", "a network ACL rule lacks its cidr")
		ok = false
	}
	return m, ok && r.number.set && r.action.set && (r.cidr.set || r.gap != nil)
}

// peerWord is what comes before the other side in a rule of that direction.
func peerWord(dir model.Direction) string {
	if dir == model.Ingress {
		return "from"
	}
	return "to"
}
