package terraform

import (
	"cmp"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// readListener reads a listener with its default action.
func readListener(b body) {
	l := &model.Listener{Protocol: model.ListenerProtocol(b.str("protocol")), Provenance: b.r.place}
	var u *model.Unknown
	l.Port, u = b.port("port")
	l.Unknown = firstOpen(b.open("protocol"), u)
	actions, u := b.blocks("default_action")
	l.Unknown = cmp.Or(l.Unknown, u)
	b.actions(l, actions)
	c, u := b.ref("load_balancer_arn", wantLoadBalancer, nil)
	b.listeners[b.r] = &listener{Listener: l}
	if u == nil {
		b.listeners[b.r].of = b.balancer(c)
		return
	}
	for _, c := range b.candidates("load_balancer_arn", wantLoadBalancer).found {
		if lb := b.balancer(c); lb != nil {
			lb.ListenersUnknown = cmp.Or(lb.ListenersUnknown, u)
		}
	}
}

// listener is one whose rules are not all read yet.
type listener struct {
	*model.Listener
	// of or service is whose it is; both are nil where the configuration does not
	// have that, or does not tell.
	of      *model.LoadBalancer
	service *model.LatticeService
}

// readListenerRule adds a rule's target groups to its listener's: which of them a
// request gets, its path and headers decide.
func readListenerRule(b body) {
	actions, u := b.blocks("action")
	c, v := b.ref("listener_arn", wantListener, nil)
	if v != nil {
		for _, c := range b.candidates("listener_arn", wantListener).found {
			if l := b.listeners[c.r]; l != nil {
				l.Unknown = cmp.Or(l.Unknown, v)
			}
		}
		return
	}
	if l := b.listeners[c.r]; l != nil {
		l.Unknown = cmp.Or(l.Unknown, u)
		b.actions(l.Listener, actions)
	}
}

// actions adds what the actions of a rule lead to.
func (b body) actions(l *model.Listener, actions []body) {
	one := func(x body, name string) {
		if _, s := x.get(name); s == unset {
			return
		}
		c, u := x.ref(name, wantTargetGroup, nil)
		if u == nil {
			addTo(&l.TargetGroups, model.TargetGroupID(c.id))
		}
		l.Unknown = cmp.Or(l.Unknown, u)
	}
	for _, a := range actions {
		switch a.str("type") {
		case "redirect", "fixed-response":
			l.Answers = true
		case "forward":
			if f, ok := a.first("forward"); ok {
				groups, u := f.blocks("target_group")
				l.Unknown = cmp.Or(l.Unknown, u)
				for _, g := range groups {
					if weight, ok := g.integer("weight"); !ok || weight > 0 {
						one(g, "arn")
					}
				}
			} else {
				one(a, "target_group_arn")
			}
		default: // authentication, which another action follows
		}
	}
}

// linkListeners gives load balancers and services their listeners.
func (b *builder) linkListeners() {
	for _, r := range b.resources {
		l := b.listeners[r]
		if l == nil {
			continue
		}
		slices.Sort(l.TargetGroups)
		switch {
		case l.of != nil:
			if l.Protocol == "" && l.of.Type == model.ApplicationLoadBalancer {
				l.Protocol = "HTTP"
			}
			l.of.Listeners = append(l.of.Listeners, *l.Listener)
		case l.service != nil:
			l.service.Listeners = append(l.service.Listeners, *l.Listener)
		}
	}
}
