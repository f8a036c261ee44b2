package terraform

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var (
	wantServiceNetwork        = &want{types: []string{"aws_vpclattice_service_network", "data.aws_vpclattice_service_network"}, literal: "sn-"}
	wantLatticeService        = &want{types: []string{"aws_vpclattice_service", "data.aws_vpclattice_service"}, literal: "svc-"}
	wantLatticeListener       = &want{types: []string{"aws_vpclattice_listener"}, attributes: []string{"listener_id"}}
	wantLatticeTargetGroup    = &want{types: []string{"aws_vpclattice_target_group"}, literal: "tg-"}
	wantResourceGateway       = &want{types: []string{"aws_vpclattice_resource_gateway"}, literal: "rgw-"}
	wantResourceConfiguration = &want{types: []string{"aws_vpclattice_resource_configuration"}, literal: "rcfg-"}
	// wantResource is what a resource configuration may define by name or ARN.
	wantResource = &want{types: []string{"aws_instance", "aws_db_instance", "aws_rds_cluster", "aws_lb", "aws_alb", "aws_elasticache_cluster", "aws_elasticache_replication_group",
		"aws_opensearch_domain", "aws_redshift_cluster"},
		attributes: []string{"private_dns", "address", "endpoint", "reader_endpoint", "dns_name", "cluster_address", "primary_endpoint_address", "configuration_endpoint_address"}}
)

// readServiceNetwork reads a VPC Lattice service network (LAT-1).
func readServiceNetwork(b body) {
	if b.r.later() {
		return
	}
	n := &model.ServiceNetwork{ID: model.ServiceNetworkID(b.r.id()), Meta: b.named("name")}
	if b.network.ServiceNetworks[n.ID] == nil {
		b.network.ServiceNetworks[n.ID] = n
	}
}

// serviceNetwork is the service network that an association names; nil where that
// is open, and then all that it may be may have it.
func (b body) serviceNetwork() *model.ServiceNetwork {
	c, u := b.ref("service_network_identifier", wantServiceNetwork, nil)
	if u != nil {
		for _, id := range b.maybe("service_network_identifier", wantServiceNetwork) {
			if n := b.network.ServiceNetworks[model.ServiceNetworkID(id)]; n != nil {
				n.Unknown = cmp.Or(n.Unknown, u)
			}
		}
		return nil
	}
	return b.serviceNetworkOf(c)
}

func (b body) serviceNetworkOf(c candidate) *model.ServiceNetwork {
	id := model.ServiceNetworkID(c.id)
	if b.network.ServiceNetworks[id] == nil {
		b.network.ServiceNetworks[id] = &model.ServiceNetwork{ID: id, Meta: model.Meta{Provenance: b.r.place}}
	}
	return b.network.ServiceNetworks[id]
}

// readServiceNetworkVPC reads a VPC's association (LAT-3).
func readServiceNetworkVPC(b body) {
	const name = "service_network_identifier"
	c, open := b.ref(name, wantServiceNetwork, nil)
	a := model.ServiceNetworkVPC{VPC: b.vpc("vpc_identifier"), State: cmp.Or(b.str("status"), "ACTIVE"), Provenance: b.r.place}
	a.Active = a.State == "ACTIVE"
	a.Groups, a.GroupsUnknown = b.groupsOf("security_group_ids", a.VPC, false)
	if open == nil {
		b.serviceNetworkOf(c).VPCs = append(b.serviceNetworkOf(c).VPCs, a)
		return
	}
	// A VPC has one service network: which one is asked at the way in.
	a.GroupsUnknown = open
	for _, id := range b.maybe(name, wantServiceNetwork) {
		n := b.serviceNetworkOf(candidate{id: id})
		n.VPCs = append(n.VPCs, a)
	}
}

func readServiceNetworkService(b body) {
	if n := b.serviceNetwork(); n != nil {
		addTo(&n.Services, model.LatticeServiceID(b.one("service_identifier", wantLatticeService)))
	}
}

func readServiceNetworkResource(b body) {
	if n := b.serviceNetwork(); n != nil {
		addTo(&n.Resources, model.ResourceConfigurationID(b.one("resource_configuration_identifier", wantResourceConfiguration)))
	}
}

// readLatticeService reads a VPC Lattice service (LAT-5).
func readLatticeService(b body) {
	if b.r.later() {
		return
	}
	s := &model.LatticeService{ID: model.LatticeServiceID(b.r.id()), Meta: b.named("name"), Domain: b.str("custom_domain_name"),
		State: cmp.Or(b.str("status"), "ACTIVE"), AuthPolicy: b.str("auth_type") == "AWS_IAM"}
	if b.network.LatticeServices[s.ID] != nil {
		return
	}
	s.Active = s.State == "ACTIVE"
	if entry, ok := b.first("dns_entry"); ok && s.Domain == "" {
		s.Domain = entry.str("domain_name")
	}
	b.network.LatticeServices[s.ID] = s
}

// readLatticeAuthPolicy reads that a service asks a policy.
func readLatticeAuthPolicy(b body) {
	c, _ := b.ref("resource_identifier", wantLatticeService, nil)
	if s := b.network.LatticeServices[model.LatticeServiceID(c.id)]; s != nil {
		s.AuthPolicy = true
	}
}

// readLatticeListener reads a listener with its default action.
func readLatticeListener(b body) {
	l := &model.Listener{Protocol: model.ListenerProtocol(b.str("protocol")), Provenance: b.r.place}
	var u *model.Unknown
	if l.Port, u = b.port("port"); l.Port == 0 && u == nil {
		l.Port = 443
		if l.Protocol == "HTTP" {
			l.Port = 80
		}
	}
	l.Unknown = u
	action, _ := b.first("default_action")
	action.latticeAction(l)
	b.listeners[b.r] = &listener{Listener: l}
	name := "service_identifier"
	if _, s := b.get(name); s == unset {
		name = "service_arn"
	}
	c, u := b.ref(name, wantLatticeService, nil)
	if u != nil {
		for _, id := range b.maybe(name, wantLatticeService) {
			if s := b.network.LatticeServices[model.LatticeServiceID(id)]; s != nil {
				s.Listeners = append(s.Listeners, model.Listener{Port: l.Port, Protocol: l.Protocol, Unknown: u, Provenance: b.r.place})
			}
		}
		return
	}
	b.listeners[b.r].service = b.network.LatticeServices[model.LatticeServiceID(c.id)]
}

// readLatticeRule adds a rule's target groups to its listener's.
func readLatticeRule(b body) {
	c, u := b.ref("listener_identifier", wantLatticeListener, nil)
	if u != nil {
		for _, c := range b.candidates("listener_identifier", wantLatticeListener).found {
			if l := b.listeners[c.r]; l != nil {
				l.Unknown = cmp.Or(l.Unknown, u)
			}
		}
		return
	}
	action, ok := b.first("action")
	if l := b.listeners[c.r]; l != nil && ok {
		action.latticeAction(l.Listener)
	}
}

func (b body) latticeAction(l *model.Listener) {
	if b.builder == nil {
		return // there is none
	}
	if _, ok := b.first("fixed_response"); ok {
		l.Answers = true
	}
	forwards, u := b.blocks("forward")
	l.Unknown = cmp.Or(l.Unknown, u)
	for _, f := range forwards {
		groups, u := f.blocks("target_groups")
		l.Unknown = cmp.Or(l.Unknown, u)
		for _, g := range groups {
			if weight, ok := g.integer("weight"); ok && weight == 0 {
				continue
			}
			c, u := g.ref("target_group_identifier", wantLatticeTargetGroup, nil)
			if l.Unknown = cmp.Or(l.Unknown, u); u == nil {
				addTo(&l.TargetGroups, model.TargetGroupID(c.id))
			}
		}
	}
}

// readLatticeTargetGroup reads a target group of VPC Lattice.
func readLatticeTargetGroup(b body) {
	g := &model.TargetGroup{ID: model.TargetGroupID(b.r.id()), Meta: b.named("name"), Type: model.TargetType(strings.ToLower(b.str("type")))}
	if c, ok := b.first("config"); ok {
		g.Protocol = model.ListenerProtocol(c.str("protocol"))
		g.Port, g.TargetsUnknown = c.port("port")
		if _, s := c.get("vpc_identifier"); s != unset {
			g.VPC = c.vpc("vpc_identifier")
		}
		g.IPv6 = c.str("ip_address_type") == "IPV6"
		if h, ok := c.first("health_check"); ok {
			g.Health = model.HealthCheck{Disabled: !h.boolOr("enabled", true), Protocol: model.ListenerProtocol(h.str("protocol"))}
			g.Health.Port, _ = h.port("port")
		}
	}
	b.network.TargetGroups[g.ID] = g
}

func readLatticeTarget(b body) {
	c, u := b.ref("target_group_identifier", wantLatticeTargetGroup, nil)
	x, ok := b.first("target")
	if !ok {
		return
	}
	if u != nil {
		for _, id := range b.maybe("target_group_identifier", wantLatticeTargetGroup) {
			if g := b.network.TargetGroups[model.TargetGroupID(id)]; g != nil {
				g.TargetsUnknown = cmp.Or(g.TargetsUnknown, u)
			}
		}
		return
	}
	if g := b.network.TargetGroups[model.TargetGroupID(c.id)]; g != nil {
		g.Targets = append(g.Targets, x.target(g.Type, "id", "port", ""))
	}
}

// registerLattice adds targets to a target group of VPC Lattice.
func (b body) registerLattice(name string, targets []model.RegisteredTarget) {
	c, u := b.ref(name, wantLatticeTargetGroup, nil)
	if u == nil {
		b.addTargets(model.TargetGroupID(c.id), targets)
		return
	}
	for _, id := range b.maybe(name, wantLatticeTargetGroup) {
		if g := b.network.TargetGroups[model.TargetGroupID(id)]; g != nil {
			g.TargetsUnknown = cmp.Or(g.TargetsUnknown, u)
		}
	}
}

// readResourceGateway reads where connections to a resource enter its VPC (RES-2).
func readResourceGateway(b body) {
	g := &model.ResourceGateway{ID: model.ResourceGatewayID(b.r.id()), Meta: b.named("name"), VPC: b.vpc("vpc_id"), State: cmp.Or(b.str("status"), "ACTIVE")}
	g.Available = g.State == "ACTIVE"
	g.Subnets, _ = b.subnetsOf("subnet_ids")
	groups, u := b.groupsOf("security_group_ids", g.VPC, true)
	g.Groups = groups
	for _, s := range g.Subnets {
		i := b.newInterface(model.InterfaceID(string(g.ID)+"/"+string(s)), s, model.OwnerRef{Kind: model.KindResourceGateway, ID: string(g.ID)}, "interface")
		i.RequesterManaged, i.Groups, i.GroupsUnknown = true, append([]model.SecurityGroupID{}, groups...), u
		g.Interfaces = append(g.Interfaces, i.ID)
	}
	b.network.ResourceGateways[g.ID] = g
}

// readResourceConfiguration reads a resource behind a resource gateway (RES-1).
func readResourceConfiguration(b body) {
	c := &model.ResourceConfiguration{ID: model.ResourceConfigurationID(b.r.id()), Meta: b.named("name"), Type: cmp.Or(b.str("type"), "SINGLE"), Available: true, State: "ACTIVE"}
	c.Gateway = model.ResourceGatewayID(b.one("resource_gateway_identifier", wantResourceGateway))
	c.Parent = model.ResourceConfigurationID(b.one("resource_configuration_group_id", wantResourceConfiguration))
	ranges, _ := b.list("port_ranges")
	for _, text := range ranges {
		if r, ok := portRange(text); ok {
			addTo(&c.Ports, r)
		} else {
			b.problem(model.Error, "RES-1", "port_ranges: %q is no range of ports", text)
		}
	}
	if d, ok := b.first("resource_configuration_definition"); ok {
		if x, ok := d.first("ip_resource"); ok {
			c.Address = x.addr("ip_address")
			if x.open("ip_address") != nil {
				x.definedBy(c, "ip_address", wantTargetAddress)
			}
		}
		if x, ok := d.first("dns_resource"); ok {
			c.Domain = x.str("domain_name")
			x.definedBy(c, "domain_name", wantResource)
		}
		if x, ok := d.first("arn_resource"); ok {
			c.ResourceARN = x.str("arn")
			x.definedBy(c, "arn", wantResource)
		}
	}
	b.network.ResourceConfigurations[c.ID] = c
}

// definedBy finds the resource that a definition names, where it is in the
// configuration.
func (b body) definedBy(c *model.ResourceConfiguration, name string, w *want) {
	found, u := b.ref(name, w, nil)
	switch o := b.owners[found.r]; {
	case u != nil || found.r == nil:
	case wantMachine.names(found.r, ""):
		c.Instance = model.InstanceID(found.id)
	case o != nil:
		c.Owner = o.ID
	}
}

// portRange reads 80 or 8000-8080.
func portRange(text string) (model.PortRange, bool) {
	first, last, both := strings.Cut(text, "-")
	if !both {
		last = first
	}
	from, err1 := strconv.ParseUint(strings.TrimSpace(first), 10, 16)
	to, err2 := strconv.ParseUint(strings.TrimSpace(last), 10, 16)
	return model.PortRange{From: uint16(from), To: uint16(to)}, err1 == nil && err2 == nil && from <= to
}
