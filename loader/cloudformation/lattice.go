package cloudformation

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

func (b *builder) readServiceNetwork(r *resource) {
	n := &model.ServiceNetwork{ID: model.ServiceNetworkID(r.id), Meta: b.meta(r)}
	named(&n.Meta, r.get("Name"))
	b.network.ServiceNetworks[n.ID] = n
}

// serviceNetwork gives the service network that an association is with; nil, and a
// warning, for one that no template has.
func (b *builder) serviceNetwork(r *resource, attribute string) *model.ServiceNetwork {
	i := b.identify(r, attribute, r.get(attribute), model.KindServiceNetwork)
	n := b.network.ServiceNetworks[model.ServiceNetworkID(i.id)]
	if n == nil {
		b.elsewhere(r, i)
	}
	return n
}

// readServiceNetworkVPC lets a VPC use a service network (LAT-1).
func (b *builder) readServiceNetworkVPC(r *resource) {
	n := b.serviceNetwork(r, "ServiceNetworkIdentifier")
	if n == nil {
		return
	}
	a := model.ServiceNetworkVPC{VPC: b.vpc(r, "VpcIdentifier", r.get("VpcIdentifier")), Active: true, State: "ACTIVE", Provenance: r.at}
	groups, _ := b.identities(r, "SecurityGroupIds", r.get("SecurityGroupIds"), model.KindSecurityGroup)
	for _, i := range groups { // LAT-3: one that is open filters as one that is not known
		a.Groups = append(a.Groups, model.SecurityGroupID(i.id))
	}
	n.VPCs = append(n.VPCs, a)
}

func (b *builder) readServiceNetworkService(r *resource) {
	if n := b.serviceNetwork(r, "ServiceNetworkIdentifier"); n != nil {
		i := b.identify(r, "ServiceIdentifier", r.get("ServiceIdentifier"), model.KindLatticeService)
		n.Services = append(n.Services, model.LatticeServiceID(i.id))
	}
}

func (b *builder) readServiceNetworkResource(r *resource) {
	if n := b.serviceNetwork(r, "ServiceNetworkId"); n != nil {
		i := b.identify(r, "ResourceConfigurationId", r.get("ResourceConfigurationId"), model.KindResourceConfiguration)
		n.Resources = append(n.Resources, model.ResourceConfigurationID(i.id))
	}
}

// readLatticeService reads a service of VPC Lattice (LAT-5).
func (b *builder) readLatticeService(r *resource) {
	s := &model.LatticeService{ID: model.LatticeServiceID(r.id), Meta: b.meta(r), Active: true, State: "ACTIVE", AuthPolicy: r.get("AuthType").show() == "AWS_IAM"}
	named(&s.Meta, r.get("Name"))
	s.Domain, _ = r.get("CustomDomainName").literal()
	b.network.LatticeServices[s.ID] = s
}

func (b *builder) readAuthPolicy(r *resource) {
	if to, _ := r.get("ResourceIdentifier").reference(); to != nil {
		if s := b.network.LatticeServices[model.LatticeServiceID(to.id)]; s != nil {
			s.AuthPolicy = true
		}
	}
}

// latticePorts are the ports of listeners that tell none.
var latticePorts = map[model.ListenerProtocol]uint16{"HTTP": 80, "HTTPS": 443, "TLS_PASSTHROUGH": 443}

// readLatticeListener reads a listener with its rules.
func (b *builder) readLatticeListener(r *resource) {
	i := b.identify(r, "ServiceIdentifier", r.get("ServiceIdentifier"), model.KindLatticeService)
	s := b.network.LatticeServices[model.LatticeServiceID(i.id)]
	if s == nil {
		b.elsewhere(r, i)
		return
	}
	l := b.listener(r, r.get("Protocol"), r.get("Port"))
	if r.get("Port").kind == absent {
		l.Port = latticePorts[l.Protocol]
	}
	b.latticeAction(r, r.get("DefaultAction"), &l)
	for _, rule := range b.byType["AWS::VpcLattice::Rule"] {
		if to, _ := rule.get("ListenerIdentifier").reference(); to == r {
			b.latticeAction(rule, rule.get("Action"), &l)
			l.Unknown = cmp.Or(l.Unknown, rule.doubt())
		}
	}
	s.Listeners = append(s.Listeners, l)
}

// readLatticeRule warns of a rule whose listener no template has.
func (b *builder) readLatticeRule(r *resource) {
	v := r.get("ListenerIdentifier")
	if to, _ := v.reference(); to == nil || to.typ != "AWS::VpcLattice::Listener" {
		b.report(model.Warning, "", r, v.at, "Give the input that has it as well.", "%s belongs to a listener that no template has", r.name)
	}
}

func (b *builder) latticeAction(r *resource, v value, l *model.Listener) {
	if gap := v.gap(); gap != nil {
		l.Unknown = cmp.Or(l.Unknown, r.unknown("Action", gap, v.at))
		return
	}
	l.Answers = l.Answers || v.member("FixedResponse").kind != absent
	for _, t := range ruleItems(v.member("Forward").member("TargetGroups")) {
		if t.gap != nil {
			l.Unknown = r.unknown("Action", t.gap, t.at)
			continue
		}
		b.weighted(r, "Action", t.member("TargetGroupIdentifier"), t.member("Weight"), l)
	}
}

// readLatticeTargetGroup reads a target group of VPC Lattice.
func (b *builder) readLatticeTargetGroup(r *resource) {
	t := &model.TargetGroup{ID: model.TargetGroupID(r.id), Meta: b.meta(r), Type: model.TargetType(strings.ToLower(r.get("Type").show()))}
	named(&t.Meta, r.get("Name"))
	b.network.TargetGroups[t.ID] = t
	config := r.get("Config")
	var gap, open *model.Unknown
	t.Protocol = model.ListenerProtocol(strings.ToUpper(config.member("Protocol").show()))
	t.Port, gap = b.port(r, "Port", config.member("Port"))
	if config.member("Port").kind == absent {
		t.Port = latticePorts[t.Protocol]
	}
	if v := config.member("VpcIdentifier"); v.kind != absent {
		t.VPC = b.vpc(r, "VpcIdentifier", v)
	}
	t.IPv6 = strings.EqualFold(config.member("IpAddressType").show(), "IPV6")
	check := config.member("HealthCheck")
	t.Health, open = b.healthCheck(r, check.member("Enabled"), check.member("Port"), check.member("Protocol"))
	t.TargetsUnknown = cmp.Or(gap, open)
	for _, item := range ruleItems(r.get("Targets")) {
		b.target(r, t, item)
	}
}

// readResourceGateway reads a resource gateway, with an interface in each of its
// subnets (RES-2).
func (b *builder) readResourceGateway(r *resource) {
	g := &model.ResourceGateway{ID: model.ResourceGatewayID(r.id), Meta: b.meta(r), Available: true, State: "ACTIVE"}
	named(&g.Meta, r.get("Name"))
	g.VPC = b.vpc(r, "VpcIdentifier", r.get("VpcIdentifier"))
	b.network.ResourceGateways[g.ID] = g
	var gap *model.Unknown
	g.Groups, gap = b.groups(r, "SecurityGroupIds", r.get("SecurityGroupIds"), g.VPC)
	subnets, _ := b.identities(r, "SubnetIds", r.get("SubnetIds"), model.KindSubnet)
	for _, subnet := range subnets {
		i, s := b.newInterface(r, r.stack.prefix+"eni-"+r.name+"-"+subnet.name, subnet, g.VPC)
		i.Unassigned6 = hasIPv6(s) && (!i.Unassigned4 || dualStack(r))
		i.Groups, i.GroupsUnknown, i.RequesterManaged = g.Groups, gap, true
		i.Owner = model.OwnerRef{Kind: model.KindResourceGateway, ID: string(g.ID)}
		g.Subnets, g.Interfaces = append(g.Subnets, i.Subnet), append(g.Interfaces, i.ID)
	}
}

// readResourceConfiguration reads a resource behind a resource gateway (RES-1).
func (b *builder) readResourceConfiguration(r *resource) {
	c := &model.ResourceConfiguration{ID: model.ResourceConfigurationID(r.id), Meta: b.meta(r), Available: true, State: "ACTIVE"}
	named(&c.Meta, r.get("Name"))
	b.network.ResourceConfigurations[c.ID] = c
	c.Type = r.get("ResourceConfigurationType").show()
	c.Gateway = model.ResourceGatewayID(b.identify(r, "ResourceGatewayId", r.get("ResourceGatewayId"), model.KindResourceGateway).id)
	c.Parent = model.ResourceConfigurationID(b.identify(r, "ResourceConfigurationGroupId", r.get("ResourceConfigurationGroupId"), model.KindResourceConfiguration).id)
	words, _ := b.words(r, "PortRanges", r.get("PortRanges"))
	for _, word := range words {
		t, err := model.ParseFirewallPorts(strings.ReplaceAll(word, "-", ":"))
		if err != nil || t.From > t.To {
			b.report(model.Error, "RES-1", r, r.get("PortRanges").at, "Write 80, or 8000-8080.", "%s is no range of ports", quote(word))
			continue
		}
		c.Ports = append(c.Ports, model.PortRange{From: t.From, To: t.To})
	}
	definition := r.get("ResourceConfigurationDefinition")
	ip, domain, arn := definition.member("IpResource"), definition.member("DnsResource").member("DomainName"), definition.member("ArnResource")
	if text, ok := ip.literal(); ok && text != "" {
		if a, err := netip.ParseAddr(text); err == nil {
			c.Address = a
		} else {
			b.report(model.Error, "RES-1", r, ip.at, "", "%s is no IP address", quote(text))
		}
	}
	c.Domain, c.ResourceARN = domain.show(), arn.show()
	for _, v := range []value{ip, domain, arn} {
		b.standsFor(c, v)
	}
}

// standsFor finds the owner of interfaces, or the instance, that a resource
// configuration names by an attribute or ARN of it.
func (b *builder) standsFor(c *model.ResourceConfiguration, v value) {
	to, _ := v.reference()
	if gap := v.gap(); to == nil && v.kind == openValue {
		to = gap.of
	}
	if to == nil {
		return
	}
	if b.network.Owners[model.OwnerID(to.id)] != nil {
		c.Owner = model.OwnerID(to.id)
	} else if b.network.Instances[model.InstanceID(to.id)] != nil {
		c.Instance = model.InstanceID(to.id)
	}
}
