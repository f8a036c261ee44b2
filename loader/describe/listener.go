package describe

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// listener is a listener with the ARNs that tie it to its balancer and its rules.
type listener struct {
	model.Listener
	arn, balancer string
}

// listenerRule is one of a listener's rules.
type listenerRule struct {
	arn     string
	actions actions
}

// actions are what a listener or a rule does with a request.
type actions struct {
	groups  []model.TargetGroupID
	answers bool
}

// readListeners reads Listeners: those of balancers, and those of Global
// Accelerator, which have no balancer.
func readListeners(r *reader) {
	at := r.here()
	for ok := r.array(); ok && r.element(); {
		if strings.Contains(r.memberText("ListenerArn"), ":globalaccelerator:") {
			readAcceleratorListener(r)
			continue
		}
		readListener(r)
	}
	// The call is made for one balancer; that it has none is told where it is named.
	r.answers(answer{what: "listeners of a load balancer", calls: "describe-listeners", at: at, empty: true, use: func(subject string) {
		from := r.scope
		r.fact(func(b *builder, p *part) {
			b.balancing.listed = append(b.balancing.listed, balancerAttributes{subject: subject, from: from})
		})
	}})
}

func readListener(r *reader) {
	var l listener
	l.Provenance = r.here()
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "ListenerArn":
			l.arn = r.str()
		case "LoadBalancerArn":
			l.balancer = r.str()
		case "Port":
			l.Port = r.port()
		case "Protocol":
			l.Protocol = model.ListenerProtocol(strings.ToUpper(r.str()))
		case "DefaultActions":
			a := r.actions()
			l.TargetGroups, l.Answers = a.groups, a.answers
		default:
			r.skip()
		}
	}
	if r.err != nil {
		return
	}
	r.fact(func(b *builder, p *part) {
		if !slices.ContainsFunc(b.balancing.listeners, func(old *listener) bool { return old.arn == l.arn && l.arn != "" }) {
			b.balancing.listeners = append(b.balancing.listeners, &l)
		}
	})
}

// readRule reads an element of the Rules of describe-rules.
func readRule(r *reader) {
	var rule listenerRule
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "RuleArn":
			rule.arn = r.str()
		case "Actions":
			rule.actions = r.actions()
		default:
			r.skip()
		}
	}
	if r.err == nil {
		r.fact(func(b *builder, p *part) { b.balancing.rules = append(b.balancing.rules, rule) })
	}
}

// listens gives the listener's ARN, which a rule's has in it.
func (rule listenerRule) listens() string {
	arn := strings.Replace(rule.arn, ":listener-rule/", ":listener/", 1)
	if i := strings.LastIndexByte(arn, '/'); i > 0 {
		return arn[:i]
	}
	return ""
}

// actions reads Actions or DefaultActions.
func (r *reader) actions() actions {
	var a actions
	for ok := r.array(); ok && r.element(); {
		var kind, group string
		var groups []model.TargetGroupID
		weighted := false
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "Type":
				kind = r.str()
			case "TargetGroupArn":
				group = r.str()
			case "ForwardConfig":
				for ok := r.object(); ok && r.member(); {
					if r.key == "TargetGroups" {
						weighted = r.dec.PeekKind() == '['
						groups = r.weightedGroups()
					} else {
						r.skip()
					}
				}
			default:
				r.skip()
			}
		}
		if group != "" && !weighted {
			groups = []model.TargetGroupID{targetGroupID(group)}
		}
		a.add(groups)
		if kind == "redirect" || kind == "fixed-response" {
			a.answers = true
		}
	}
	return a
}

func (a *actions) add(groups []model.TargetGroupID) {
	for _, g := range groups {
		if !slices.Contains(a.groups, g) {
			a.groups = append(a.groups, g)
		}
	}
}

// weightedGroups reads the target groups of a forward action. Those of weight 0
// get nothing, unless all have it.
func (r *reader) weightedGroups() []model.TargetGroupID {
	var weighed, all []model.TargetGroupID
	for ok := r.array(); ok && r.element(); {
		var arn string
		var weight number
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "TargetGroupArn":
				arn = r.str()
			case "Weight":
				weight = r.integer()
			default:
				r.skip()
			}
		}
		if arn == "" {
			continue
		}
		all = append(all, targetGroupID(arn))
		if !weight.given || weight.n > 0 {
			weighed = append(weighed, targetGroupID(arn))
		}
	}
	if len(all) == 1 {
		return all // the weight of one alone says nothing
	}
	return weighed
}
