package describe

import (
	"cmp"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// crossZone is the attribute that says whether a node uses targets of other zones
// (ELB-4).
const crossZone = "load_balancing.cross_zone.enabled"

// balancing is what the files tell of load balancers, until all are read.
type balancing struct {
	balancers  map[model.OwnerID]*loadBalancer
	groups     map[model.TargetGroupID]*model.TargetGroup
	listeners  []*listener
	rules      []listenerRule
	attributes []balancerAttributes
	listed     []balancerAttributes // whose listeners are there, if only none
	health     []targetHealth
	states     []balancerAttributes // of Classic balancers' instances
}

func newBalancing() balancing {
	return balancing{balancers: map[model.OwnerID]*loadBalancer{}, groups: map[model.TargetGroupID]*model.TargetGroup{}}
}

// linkLoadBalancers joins what the calls say of balancers and their targets.
func (b *builder) linkLoadBalancers() {
	s := &b.balancing
	byARN := map[string]*listener{}
	byBalancer := map[string][]*listener{}
	for _, l := range s.listeners {
		byARN[l.arn] = l
		byBalancer[l.balancer] = append(byBalancer[l.balancer], l)
	}
	ruled := map[string]bool{}
	for _, rule := range s.rules {
		l := byARN[rule.listens()]
		if l == nil {
			continue
		}
		ruled[l.arn] = true
		a := actions{groups: l.TargetGroups, answers: l.Answers || rule.actions.answers}
		a.add(rule.actions.groups)
		l.TargetGroups, l.Answers = a.groups, a.answers
	}
	for _, l := range model.Sorted(s.balancers) {
		if l.Type != model.ClassicLoadBalancer {
			b.addListeners(l, byBalancer[l.ARN], ruled)
		}
		for _, a := range s.attributes {
			if v := flagValue(a.values, crossZone); v != nil && !a.group && names(a.subject, a.from, &l.Meta) {
				l.CrossZone = v
			}
		}
		if l.CrossZone == nil && l.Type != model.ApplicationLoadBalancer {
			command := "elbv2 describe-load-balancer-attributes --load-balancer-arn " + l.ARN
			if l.Type == model.ClassicLoadBalancer {
				command = "elb describe-load-balancer-attributes --load-balancer-name " + l.Name
			}
			l.CrossZoneUnknown = &model.Unknown{Subject: string(l.ID), Attribute: "cross-zone load balancing", Provenance: l.Provenance,
				Reason: "the snapshot does not have it; run aws " + command}
		}
		for _, states := range s.states {
			for i := range l.Instances {
				if t := &l.Instances[i]; l.Type == model.ClassicLoadBalancer && names(states.subject, states.from, &l.Meta) {
					t.Health = healthOf(states.values[string(t.Instance)])
				}
			}
		}
		b.ownBalancer(l)
	}
	for _, g := range model.Sorted(s.groups) {
		b.addTargets(g)
		b.network.TargetGroups[g.ID] = g
	}
}

// addListeners gives a balancer its listeners.
func (b *builder) addListeners(l *loadBalancer, listeners []*listener, ruled map[string]bool) {
	listed := len(listeners) > 0 ||
		slices.ContainsFunc(b.balancing.listed, func(a balancerAttributes) bool { return names(a.subject, a.from, &l.Meta) })
	if !listed {
		l.ListenersUnknown = &model.Unknown{Subject: string(l.ID), Attribute: "Listeners", Provenance: l.Provenance,
			Reason: "the snapshot does not have them; run aws elbv2 describe-listeners --load-balancer-arn " + l.ARN}
	}
	slices.SortStableFunc(listeners, func(x, y *listener) int {
		return cmp.Or(cmp.Compare(x.Port, y.Port), cmp.Compare(x.Protocol, y.Protocol), x.Provenance.Compare(y.Provenance))
	})
	for _, x := range listeners {
		switch {
		case l.Type != model.ApplicationLoadBalancer || ruled[x.arn]:
		case len(b.balancing.rules) == 0 && len(x.TargetGroups) > 0:
			// Most dumps lack describe-rules; a default action that forwards is mostly
			// all there is.
			x.DefaultAlone = true
		default:
			x.Unknown = &model.Unknown{Subject: string(l.ID), Attribute: "Rules", Provenance: x.Provenance,
				Reason: "the snapshot has no more of the listener than its default action; run aws elbv2 describe-rules --listener-arn " + x.arn}
		}
		l.Listeners = append(l.Listeners, x.Listener)
	}
}

// addTargets gives a target group its attributes and targets.
func (b *builder) addTargets(g *model.TargetGroup) {
	for _, a := range b.balancing.attributes {
		if !names(a.subject, a.from, &g.Meta) || !a.group {
			continue
		}
		if v := flagValue(a.values, "preserve_client_ip.enabled"); v != nil {
			g.PreserveClientIP = v
		}
		if v := flagValue(a.values, crossZone); v != nil {
			g.CrossZone = v
		}
	}
	told := false
	for _, h := range b.balancing.health {
		if !names(h.subject, h.from, &g.Meta) {
			continue
		}
		told = true
		for i := range h.targets {
			if t := h.targets[i].of(g); !containsSame(g.Targets, t) {
				g.Targets = append(g.Targets, t)
			}
		}
	}
	if !told {
		g.TargetsUnknown = &model.Unknown{Subject: string(g.ID), Attribute: "TargetHealthDescriptions", Provenance: g.Provenance,
			Reason: "the snapshot does not have them; run aws elbv2 describe-target-health --target-group-arn " + g.ARN}
	}
}

// ownBalancer ties a balancer to the owner of its nodes' interfaces, which is made
// where the snapshot has none of them.
func (b *builder) ownBalancer(l *loadBalancer) {
	n := b.network
	word := balancerWords[l.Type]
	for _, id := range l.Subnets {
		if s := n.Subnets[id]; s != nil && l.VPC == "" {
			l.VPC = s.VPC
		}
	}
	o := n.Owners[l.ID]
	if other := model.OwnerID(string(l.ID) + "@" + string(l.VPC)); o != nil && o.VPC != l.VPC && l.VPC != "" {
		l.ID, o = other, n.Owners[other]
	}
	if o == nil {
		o = &model.Owner{ID: l.ID, Type: word, VPC: l.VPC}
		o.Meta = l.Meta
		n.Owners[l.ID] = o
	}
	o.Name, o.ARN, o.Tags, o.Type = l.Name, l.ARN, l.Tags, word
	b.standInForBalancer(l, o)
	n.LoadBalancers[l.ID] = &l.LoadBalancer
}
