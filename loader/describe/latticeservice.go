package describe

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

type latticeListener struct {
	model.Listener
	arn, service string
	action       bool // whether its default action is told
	ruled        bool // whether its rules are
}

type latticeRule struct {
	arn       string
	actions   actions
	action    bool
	isDefault bool // the listener's default action is its
}

func (r *reader) latticeTarget() (readTarget, bool) {
	t := readTarget{RegisteredTarget: model.RegisteredTarget{Provenance: r.here()}}
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "id":
			t.id = r.str()
		case "port":
			t.Port = r.port()
		case "status":
			t.Health = healthOf(r.str())
		default:
			r.skip()
		}
	}
	return t, r.err == nil && t.id != ""
}

// readLatticeService reads a service (LAT-5). Only get-service tells whether an auth
// policy is asked.
func readLatticeService(r *reader) {
	m := r.begin()
	s := &model.LatticeService{}
	var id string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "status":
			s.State = r.str()
		case "dnsEntry":
			s.Domain = r.inner("domainName")
		case "authType":
			s.AuthPolicy = strings.EqualFold(r.str(), "AWS_IAM")
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	meta, ok := r.latticeEnd(m, id)
	if !ok {
		return
	}
	s.ID, s.Meta, s.Active = model.LatticeServiceID(id), meta, isActive(s.State)
	r.fact(func(b *builder, p *part) {
		if old := b.lattice.services[s.ID]; old != nil {
			s.AuthPolicy = s.AuthPolicy || old.AuthPolicy
			old.AuthPolicy = s.AuthPolicy
		}
		view(b, p, b.lattice.services, s.ID, s, &s.Meta)
	})
}

func readLatticeListener(r *reader) {
	m := r.begin()
	l := &latticeListener{}
	l.Provenance = m.Provenance
	var id string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "protocol":
			l.Protocol = model.ListenerProtocol(strings.ToUpper(r.str()))
		case "port":
			l.Port = r.port()
		case "defaultAction":
			a := r.latticeAction()
			l.TargetGroups, l.Answers, l.action = a.groups, a.answers, true
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	l.arn = m.ARN
	l.service = idAfter(m.ARN, ":service/")
	if r.err == nil {
		r.fact(func(b *builder, p *part) {
			if old := b.lattice.listeners[l.arn]; old == nil || l.action {
				b.lattice.listeners[l.arn] = l
			}
		})
	}
}

// idAfter is the ID in an ARN that follows a word, up to the next slash.
func idAfter(arn, word string) string {
	_, rest, _ := strings.Cut(arn, word)
	id, _, _ := strings.Cut(rest, "/")
	return id
}

func readLatticeRule(r *reader) {
	m := r.begin()
	rule := &latticeRule{}
	var id string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "action":
			rule.actions, rule.action = r.latticeAction(), true
		case "isDefault":
			rule.isDefault = r.boolean()
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	rule.arn = m.ARN
	if r.err == nil {
		r.fact(func(b *builder, p *part) {
			if old := b.lattice.rules[rule.arn]; old == nil || rule.action {
				b.lattice.rules[rule.arn] = rule
			}
		})
	}
}

func (r *reader) latticeAction() actions {
	var a actions
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "forward":
			for ok := r.object(); ok && r.member(); {
				if r.key != "targetGroups" {
					r.skip()
					continue
				}
				for ok := r.array(); ok && r.element(); {
					a.add(r.latticeForward())
				}
			}
		case "fixedResponse":
			a.answers = r.dec.PeekKind() == '{'
			r.skip()
		default:
			r.skip()
		}
	}
	return a
}

func (r *reader) latticeForward() []model.TargetGroupID {
	var id string
	var weight number
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "targetGroupIdentifier":
			id = lastPart(r.str())
		case "weight":
			weight = r.integer()
		default:
			r.skip()
		}
	}
	if id == "" || weight.given && weight.n == 0 {
		return nil
	}
	return []model.TargetGroupID{model.TargetGroupID(id)}
}

func readLatticeTargetGroup(r *reader) {
	m := r.begin()
	g := &model.TargetGroup{}
	var id, kind string
	read := func() bool {
		switch r.key {
		case "port":
			g.Port = r.port()
		case "protocol":
			g.Protocol = model.ListenerProtocol(strings.ToUpper(r.str()))
		case "vpcIdentifier":
			g.VPC = model.VPCID(lastPart(r.str()))
		case "ipAddressType":
			g.IPv6 = strings.EqualFold(r.str(), "IPV6")
		case "healthCheck":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "enabled":
					on, given := r.flag()
					g.Health.Disabled = given && !on
				case "port":
					g.Health.Port = r.port()
				case "protocol":
					g.Health.Protocol = model.ListenerProtocol(strings.ToUpper(r.str()))
				default:
					r.skip()
				}
			}
		default:
			return false
		}
		return true
	}
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "type":
			kind = strings.ToLower(r.str())
		case "config":
			for ok := r.object(); ok && r.member(); {
				if !read() {
					r.skip()
				}
			}
		default:
			if !read() && !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	meta, ok := r.latticeEnd(m, id)
	if !ok {
		return
	}
	g.ID, g.Meta = model.TargetGroupID(id), meta
	switch g.Type = model.TargetType(kind); g.Type {
	case model.TargetInstance, model.TargetIP, model.TargetLambda, model.TargetALB:
	default:
		r.report(model.Diagnostic{Severity: model.Warning, Rule: "LAT-5", Resource: id, Provenance: g.Provenance,
			Summary: quote(kind) + " is no type of targets; what they are is unknown"})
		return
	}
	r.fact(func(b *builder, p *part) { view(b, p, b.lattice.groups, g.ID, g, &g.Meta) })
}

// addListeners gives services their listeners.
func (s *lattice) addListeners(n *model.Network) {
	for _, arn := range sortedIDs(s.rules) {
		listener, _, _ := strings.Cut(arn, "/rule/")
		l, rule := s.listeners[listener], s.rules[arn]
		if l == nil {
			continue
		}
		l.ruled = true
		if rule.isDefault {
			continue
		}
		if !rule.action {
			l.Unknown = &model.Unknown{Subject: l.service, Attribute: "action", Provenance: l.Provenance,
				Reason: "the snapshot has a rule without its action; run aws vpc-lattice get-rule"}
		}
		a := actions{groups: l.TargetGroups}
		a.add(rule.actions.groups)
		l.TargetGroups, l.Answers = a.groups, l.Answers || rule.actions.answers
	}
	for _, arn := range sortedIDs(s.listeners) {
		l := s.listeners[arn]
		switch {
		case !l.action:
			l.Unknown = &model.Unknown{Subject: l.service, Attribute: "defaultAction", Provenance: l.Provenance,
				Reason: "the snapshot does not have it; run aws vpc-lattice get-listener"}
		case !l.ruled:
			l.Unknown = &model.Unknown{Subject: l.service, Attribute: "rules", Provenance: l.Provenance,
				Reason: "the snapshot has no more of the listener than its default action; run aws vpc-lattice list-rules, and get-rule for each"}
		}
		if v := s.services[model.LatticeServiceID(l.service)]; v != nil {
			v.Listeners = append(v.Listeners, l.Listener)
		}
	}
	for id, v := range s.services {
		slices.SortStableFunc(v.Listeners, func(x, y model.Listener) int { return cmp.Compare(x.Port, y.Port) })
		if v.Listeners != nil {
			n.LatticeServices[id] = v // otherwise what it listens on is unknown
		}
	}
}
