package describe

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// firewallPart is what a document tells of a firewall policy or of a rule group:
// the thing, and beside it the response that names it.
type firewallPart struct {
	meta
	place model.Provenance // of the thing itself
	kind  string           // STATEFUL, STATELESS
}

// readFirewallResponse reads a FirewallPolicyResponse or a RuleGroupResponse.
func readFirewallResponse(r *reader) {
	d := &r.document
	d.firewallPart.meta = r.begin()
	m := &d.firewallPart.meta
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "FirewallPolicyArn", "RuleGroupArn":
			m.ARN = r.str()
		case "FirewallPolicyName", "RuleGroupName":
			m.Name = r.str()
		case "Type":
			d.firewallPart.kind = strings.ToUpper(r.str())
		default:
			if !r.common(m) {
				r.skip()
			}
		}
	}
}

// named gives the Meta of a firewall policy or rule group; false, with a finding,
// where the response is missing or names nothing.
func (r *reader) named(what string, at model.Provenance) (model.Meta, bool) {
	m := r.document.firewallPart.Meta
	if m.ARN == "" {
		r.report(model.Diagnostic{Severity: model.Warning, Provenance: at, Summary: what + " that is not named; it is skipped",
			Detail: "Dump the call's output whole: the response beside it has its ARN."})
		return m, false
	}
	arn := model.ParseARN(m.ARN)
	m.Provenance = at
	m.Account = cmp.Or(arn.Account, m.Account)
	m.Region = cmp.Or(m.Region, arn.Region)
	return m, true
}

// readFirewallPolicy reads the FirewallPolicy of describe-firewall-policy.
func readFirewallPolicy(r *reader) {
	p := &model.FirewallPolicy{}
	r.document.firewallPart.place = r.here()
	r.document.policyOf = p
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "StatelessRuleGroupReferences":
			p.StatelessGroups = r.groupReferences()
		case "StatelessDefaultActions":
			p.StatelessDefaults = strs[string](r)
		case "StatelessFragmentDefaultActions":
			p.FragmentDefaults = strs[string](r)
		case "StatefulRuleGroupReferences":
			p.StatefulGroups = r.groupReferences()
		case "StatefulDefaultActions":
			p.StatefulDefaults = strs[string](r)
		case "StatefulEngineOptions":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "RuleOrder":
					p.StrictOrder = strings.EqualFold(r.str(), "STRICT_ORDER") // NFW-8
				case "StreamExceptionPolicy":
					p.StreamException = strings.ToUpper(r.str()) // NFW-6
				default:
					r.skip()
				}
			}
		case "PolicyVariables":
			for ok := r.object(); ok && r.member(); {
				if r.key != "RuleVariables" {
					r.skip()
					continue
				}
				sets, open := r.ipSets()
				p.HomeNet, p.Unknown = sets["HOME_NET"], open // NFW-12
			}
		default:
			r.skip()
		}
	}
	slices.SortStableFunc(p.StatelessGroups, func(x, y model.FirewallGroupReference) int { return cmp.Compare(x.Priority, y.Priority) })
	slices.SortStableFunc(p.StatefulGroups, func(x, y model.FirewallGroupReference) int { return cmp.Compare(x.Priority, y.Priority) })
}

func (r *reader) groupReferences() []model.FirewallGroupReference {
	var list []model.FirewallGroupReference
	for ok := r.array(); ok && r.element(); {
		g := model.FirewallGroupReference{Provenance: r.here()}
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "ResourceArn":
				g.Group = model.FirewallRuleGroupID(r.str())
			case "Priority":
				g.Priority = r.integer().n
			case "Override":
				g.DropToAlert = strings.EqualFold(r.inner("Action"), "DROP_TO_ALERT") // NFW-14
			default:
				r.skip()
			}
		}
		if g.Group != "" {
			list = append(list, g)
		}
	}
	return list
}

// ipSets reads {"NAME": {"Definition": ["10.0.0.0/8"]}}. What of a set cannot be
// read leaves open what rules that name it match.
func (r *reader) ipSets() (map[string][]netip.Prefix, *model.Unknown) {
	sets := map[string][]netip.Prefix{}
	open := r.definitions(func(name, text string) error {
		p, err := parseAddress(text)
		if err == nil {
			sets[name] = append(sets[name], p)
		}
		return err
	})
	return sets, open
}

// definitions gives add every word of the sets of addresses or ports.
func (r *reader) definitions(add func(name, text string) error) *model.Unknown {
	var open *model.Unknown
	for ok := r.object(); ok && r.member(); {
		name := strings.TrimPrefix(r.key, "$")
		for ok := r.object(); ok && r.member(); {
			if r.key != "Definition" {
				r.skip()
				continue
			}
			for ok := r.array(); ok && r.element(); {
				at := r.here()
				if err := add(name, strings.TrimSpace(r.str())); err != nil {
					open = &model.Unknown{Attribute: "RuleVariables", Reason: fmt.Sprintf("$%s: %s", name, err), Provenance: at}
					r.problem(model.Warning, "NFW-13", fmt.Sprintf("%s: %s; what it stands for is unknown", r.field(), err), "")
				}
			}
		}
	}
	return open
}

// parseAddress makes a prefix of a CIDR block or of a single address.
func parseAddress(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" && !a.Is4In6() {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4In6() {
		return netip.Prefix{}, fmt.Errorf("%s is neither an address nor a CIDR block", quote(text))
	}
	return p.Masked(), nil
}

// address reads a CIDR block or a single address.
func (r *reader) address() netip.Prefix {
	text := strings.TrimSpace(r.str())
	if p, err := parseAddress(text); err == nil && !strings.Contains(text, "/") {
		return p
	}
	return r.parsePrefix(text) // tells what is wrong
}

func (r *reader) finishFirewallPolicy() {
	p := r.document.policyOf
	if p == nil {
		return
	}
	meta, ok := r.named("a firewall policy", r.document.firewallPart.place)
	if !ok {
		return
	}
	p.Meta = meta
	p.ID = model.FirewallPolicyID(meta.ARN)
	if p.Unknown != nil {
		p.Unknown.Subject = meta.ARN
	}
	resource(r, func(n *model.Network) map[model.FirewallPolicyID]*model.FirewallPolicy { return n.FirewallPolicies }, p.ID, p, &p.Meta)
}
