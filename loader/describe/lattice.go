package describe

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// VPC Lattice's calls all print their lists as items, and what get- calls print is
// the thing itself. Its ARN tells what it is.

// lattice is what the files tell of VPC Lattice, until all are read.
type lattice struct {
	gateways       map[model.ResourceGatewayID]*model.ResourceGateway
	configurations map[model.ResourceConfigurationID]*model.ResourceConfiguration
	networks       map[model.ServiceNetworkID]*latticeNetwork
	services       map[model.LatticeServiceID]*model.LatticeService
	groups         map[model.TargetGroupID]*model.TargetGroup

	vpcs      map[string]*latticeVPC // by ID of the association
	members   map[string]latticeMember
	listeners map[string]*latticeListener // by ARN
	rules     map[string]*latticeRule     // by ARN
	targets   map[string][]readTarget     // by the target group's ID
}

type latticeVPC struct {
	network model.ServiceNetworkID
	model.ServiceNetworkVPC
	groups bool // whether groups are told
	place  model.Provenance
}

// latticeMember is a service's or a resource's association with a network.
type latticeMember struct {
	network  model.ServiceNetworkID
	service  model.LatticeServiceID
	resource model.ResourceConfigurationID
	active   bool
}

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

func newLattice() lattice {
	return lattice{
		gateways:       map[model.ResourceGatewayID]*model.ResourceGateway{},
		configurations: map[model.ResourceConfigurationID]*model.ResourceConfiguration{},
		networks:       map[model.ServiceNetworkID]*latticeNetwork{},
		services:       map[model.LatticeServiceID]*model.LatticeService{},
		groups:         map[model.TargetGroupID]*model.TargetGroup{},
		vpcs:           map[string]*latticeVPC{},
		members:        map[string]latticeMember{},
		listeners:      map[string]*latticeListener{},
		rules:          map[string]*latticeRule{},
		targets:        map[string][]readTarget{},
	}
}

// latticeReaders are by what the ARN's resource begins with.
var latticeReaders = map[string]func(*reader){
	"servicenetwork":                    readServiceNetwork,
	"servicenetworkvpcassociation":      readServiceNetworkVPC,
	"servicenetworkserviceassociation":  readServiceNetworkMember,
	"servicenetworkresourceassociation": readServiceNetworkMember,
	"service":                           readLatticeService,
	"listener":                          readLatticeListener,
	"rule":                              readLatticeRule,
	"targetgroup":                       readLatticeTargetGroup,
	"resourcegateway":                   readResourceGateway,
	"resourceconfiguration":             readResourceConfiguration,
}

// latticeReader is how the next value is read; nil where it is nothing of VPC
// Lattice's.
func (r *reader) latticeReader() func(*reader) {
	arn := model.ParseARN(r.memberText("arn"))
	if arn.Service != "vpc-lattice" {
		return nil
	}
	parts := strings.Split(arn.Resource, "/")
	kind := parts[0]
	if len(parts) > 2 && len(parts)%2 == 0 { // service/svc-…/listener/listener-…/rule/rule-…
		kind = parts[len(parts)-2]
	}
	return latticeReaders[kind]
}

// latticeDocument is how a document is read that is a thing of VPC Lattice's, as
// get- calls print it; nil for any other.
func (r *reader) latticeDocument() func(*reader) {
	ahead := newReader("", r.data[min(r.next(), len(r.data)):])
	if !ahead.object() || !ahead.member() || documents[ahead.key] != nil {
		return nil // most have a key of their own
	}
	return r.latticeReader()
}

// readLatticeItems reads items: those of VPC Lattice that are known here; others are
// counted.
func readLatticeItems(r *reader) {
	other := model.Unmodelled{Type: r.key}
	at := r.here()
	var targets []readTarget
	elements := 0
	for ok := r.array(); ok && r.element(); {
		elements++
		switch read := r.latticeReader(); {
		case read != nil:
			read(r)
		case r.call() == "list-targets":
			if t, ok := r.latticeTarget(); ok {
				targets = append(targets, t)
			}
		default:
			if other.Count++; other.Count == 1 {
				other.Provenance = r.here()
			}
			r.skip()
		}
	}
	if other.Count > 0 && r.err == nil {
		r.part.unmodelled = append(r.part.unmodelled, other)
	}
	if r.call() == "list-targets" {
		r.answers(answer{what: "targets of a target group", calls: "list-targets", prefix: "tg-", at: at, use: func(group string) {
			r.fact(func(b *builder, p *part) { b.lattice.targets[group] = targets })
		}})
	}
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

// latticeCommon reads the members that VPC Lattice's things share; false where the
// key is none of them.
func (r *reader) latticeCommon(m *meta, id *string) bool {
	switch r.key {
	case "id":
		*id = r.str()
	case "arn":
		m.ARN = r.str()
		if account := model.ParseARN(m.ARN).Account; account != "" {
			m.Account = account
		}
	case "name":
		m.Name = r.str()
	case "tags":
		m.Tags = r.lowerTags()
	default:
		return false
	}
	return true
}

// latticeEnd gives the Meta, with the name that the thing has.
func (r *reader) latticeEnd(m meta, id string) (model.Meta, bool) {
	name := m.Name
	meta, ok := r.end(m, id)
	meta.Name = name
	return meta, ok
}

func isActive(state string) bool { return state == "" || strings.EqualFold(state, "ACTIVE") }

// latticeNetwork is a service network with how many associations it says that it
// has.
type latticeNetwork struct {
	model.ServiceNetwork
	vpcs, services, resources number
}

func readServiceNetwork(r *reader) {
	m := r.begin()
	n := &latticeNetwork{}
	var id string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "numberOfAssociatedVPCs":
			n.vpcs = r.integer()
		case "numberOfAssociatedServices":
			n.services = r.integer()
		case "numberOfAssociatedResourceConfigurations":
			n.resources = r.integer()
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	if meta, ok := r.latticeEnd(m, id); ok {
		n.ID, n.Meta = model.ServiceNetworkID(id), meta
		r.fact(func(b *builder, p *part) {
			if old := b.lattice.networks[n.ID]; old == nil || n.resources.given { // get-service-network counts less
				b.lattice.networks[n.ID] = n
			}
		})
	}
}

func readServiceNetworkVPC(r *reader) {
	m := r.begin()
	a := &latticeVPC{place: m.Provenance}
	a.Provenance = m.Provenance
	var id string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "serviceNetworkId":
			a.network = model.ServiceNetworkID(r.str())
		case "vpcId":
			a.VPC = model.VPCID(r.str())
		case "securityGroupIds":
			a.Groups, a.groups = strs[model.SecurityGroupID](r), true
		case "status":
			a.State = r.str()
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	a.Active = isActive(a.State)
	if r.err == nil && id != "" {
		r.fact(func(b *builder, p *part) {
			if old := b.lattice.vpcs[id]; old == nil || a.groups {
				b.lattice.vpcs[id] = a
			}
		})
	}
}

func readServiceNetworkMember(r *reader) {
	m := r.begin()
	var a latticeMember
	var id, state string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "serviceNetworkId":
			a.network = model.ServiceNetworkID(r.str())
		case "serviceId":
			a.service = model.LatticeServiceID(r.str())
		case "resourceConfigurationId":
			a.resource = model.ResourceConfigurationID(r.str())
		case "status":
			state = r.str()
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	a.active = isActive(state)
	if r.err == nil && id != "" {
		r.fact(func(b *builder, p *part) { b.lattice.members[id] = a })
	}
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

// linkLattice joins what the calls say of VPC Lattice.
func (b *builder) linkLattice() {
	s, n := &b.lattice, b.network
	for _, g := range model.Sorted(s.groups) {
		targets, told := s.targets[string(g.ID)]
		for i := range targets {
			g.Targets = append(g.Targets, targets[i].of(g))
		}
		if !told {
			g.TargetsUnknown = &model.Unknown{Subject: string(g.ID), Attribute: "targets", Provenance: g.Provenance,
				Reason: "the snapshot does not have them; run aws vpc-lattice list-targets --target-group-identifier " + string(g.ID)}
		}
		n.TargetGroups[g.ID] = g
	}
	s.addListeners(n)
	for id, v := range s.networks {
		n.ServiceNetworks[id] = &v.ServiceNetwork
	}
	for _, id := range sortedIDs(s.vpcs) {
		a := s.vpcs[id]
		v := n.ServiceNetworks[a.network]
		if v == nil {
			continue
		}
		if !a.groups {
			b.report(model.Diagnostic{Severity: model.Warning, Rule: "LAT-3", Resource: id, Provenance: a.place,
				Summary: "the groups of the service network association " + id + " are not told; it is left out",
				Detail:  "Run aws vpc-lattice get-service-network-vpc-association --service-network-vpc-association-identifier " + id + "."})
			delete(n.ServiceNetworks, a.network)
			continue
		}
		v.VPCs = append(v.VPCs, a.ServiceNetworkVPC)
	}
	counted := map[model.ServiceNetworkID]*[2]int{}
	for id := range s.networks {
		counted[id] = &[2]int{}
	}
	for _, id := range sortedIDs(s.members) {
		m := s.members[id]
		v := n.ServiceNetworks[m.network]
		if v == nil {
			continue
		}
		if m.service != "" {
			counted[m.network][0]++
		}
		if m.resource != "" {
			counted[m.network][1]++
		}
		switch {
		case !m.active:
		case m.service != "":
			v.Services = append(v.Services, m.service)
		case m.resource != "":
			v.Resources = append(v.Resources, m.resource)
		}
	}
	for id, v := range s.networks {
		if x := n.ServiceNetworks[id]; x != nil && (v.vpcs.n > len(x.VPCs) || v.services.n > counted[id][0] || v.resources.n > counted[id][1]) {
			b.report(model.Diagnostic{Severity: model.Warning, Rule: "LAT-1", Resource: string(id), Provenance: v.Provenance,
				Summary: "the snapshot lacks associations that the service network " + string(id) + " has; what it joins is unknown",
				Detail:  "Run aws vpc-lattice list-service-network-vpc-associations, -service-associations and -resource-associations."})
			delete(n.ServiceNetworks, id)
		}
	}
	b.linkResources()
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
