package yamlfile

import (
	"net/netip"

	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/loader/suricata"
	"github.com/vpcwalk/vpcwalk/model"
)

func (w *world) balancers() {
	t, n := w.T, w.n
	for range rapid.IntRange(0, 2).Draw(t, "target groups") {
		g := &model.TargetGroup{ID: model.TargetGroupID(w.id("tg")), Meta: w.meta(), Type: pickOne(w, model.TargetInstance, model.TargetIP, model.TargetLambda, model.TargetALB),
			Protocol: pickOne[model.ListenerProtocol](w, "", "TCP", "HTTPS"), Port: pickOne[uint16](w, 0, 80), VPC: one(w, n.VPCs, "vpc-gone"), IPv6: w.yes("v6"),
			PreserveClientIP: maybe(w, w.yes("preserve")), CrossZone: maybe(w, w.yes("cross zone")), Health: w.healthCheck()}
		g.TargetsUnknown = w.gap(string(g.ID))
		g.Targets = w.targets(string(g.VPC))
		n.TargetGroups[g.ID] = g
	}
	for range rapid.IntRange(0, 2).Draw(t, "balancers") {
		w.balancer(one(w, n.VPCs, "vpc-gone"))
	}
}

func (w *world) healthCheck() model.HealthCheck {
	return model.HealthCheck{Disabled: w.yes("disabled"), Port: pickOne[uint16](w, 0, 8080), Protocol: pickOne[model.ListenerProtocol](w, "", "HTTP")}
}

func (w *world) targets(vpc string) []model.RegisteredTarget {
	var out []model.RegisteredTarget
	for range rapid.IntRange(0, 3).Draw(w.T, "targets") {
		t := model.RegisteredTarget{Port: pickOne[uint16](w, 0, 81), Zone: pickOne(w, "", "all"), Health: pickOne(w, "", model.TargetUnhealthy), Unknown: w.gap(vpc)}
		switch rapid.IntRange(0, 4).Draw(w.T, "target") {
		case 0:
			t.Instance = cmpOr(one(w, w.n.Instances), "i-gone")
		case 1:
			t.Interface = cmpOr(one(w, w.n.Interfaces), "eni-gone")
		case 2:
			t.IP = netip.MustParseAddr("10.0.1.5")
		case 3:
			t.LoadBalancer = cmpOr(one(w, w.n.LoadBalancers), "lb-gone")
		case 4:
			t.Function = "arn:aws:lambda:::function:f"
		}
		out = append(out, t)
	}
	return out
}

func cmpOr[T comparable](a, b T) T {
	var zero T
	if a != zero {
		return a
	}
	return b
}

func (w *world) listeners(of string, typ model.LoadBalancerType) []model.Listener {
	var out []model.Listener
	for range rapid.IntRange(0, 2).Draw(w.T, "listeners") {
		l := model.Listener{Protocol: pickOne[model.ListenerProtocol](w, "", "TCP", "HTTP", "HTTPS", "UDP", "GENEVE"), Port: pickOne[uint16](w, 0, 80, 443), Answers: w.yes("answers"), Unknown: w.gap(of)}
		if typ == model.ClassicLoadBalancer {
			l.InstancePort = pickOne[uint16](w, 0, 443, 8080)
		} else {
			l.TargetGroups = some(w, w.n.TargetGroups, "tg-gone")
		}
		out = append(out, l)
	}
	return out
}

func (w *world) balancer(vpc model.VPCID) {
	n := w.n
	l := &model.LoadBalancer{ID: model.OwnerID(w.id("lb")), Meta: w.meta(), Type: pickOne(w, balancerTypes...), VPC: vpc, Internal: w.yes("internal"), CrossZone: maybe(w, w.yes("cross zone")),
		NotOnPrivateLink: w.yes("private link"), Health: w.healthCheck(), Subnets: some(w, n.Subnets, "subnet-gone")}
	l.State, l.Available = w.state("active", "active_impaired")
	if l.CrossZone == nil {
		l.CrossZoneUnknown = w.gap(string(l.ID))
	}
	l.ListenersUnknown = w.gap(string(l.ID))
	l.Listeners = w.listeners(string(l.ID), l.Type)
	if l.Type != model.GatewayLoadBalancer {
		l.Groups, l.GroupsUnknown = some(w, n.SecurityGroups, "sg-gone"), w.gap(string(l.ID))
	}
	if l.Type == model.ClassicLoadBalancer {
		l.Instances = w.targets(string(vpc))
	}
	kind := balancerKinds[l.Type]
	owner := model.OwnerRef{Kind: model.KindLoadBalancer, ID: string(l.ID)}
	switch rapid.IntRange(0, 3).Draw(w.T, "owner") {
	case 0: // the nodes are not given
	case 1:
		o := &model.Owner{ID: l.ID, Meta: w.meta(), Type: kind.owner, VPC: vpc, Port: 80}
		n.Owners[o.ID] = o
		o.Interfaces = w.nics(vpc, owner, kind.interfaceType)
	case 2:
		o := &model.Owner{ID: l.ID, Meta: l.Meta, Type: kind.owner, VPC: vpc}
		n.Owners[o.ID] = o
		o.Interfaces = w.nics(vpc, owner, kind.interfaceType)
	case 3:
		o := &model.Owner{ID: l.ID, Meta: l.Meta, Type: kind.owner, VPC: vpc}
		n.Owners[o.ID] = o
		for i, id := range l.Subnets {
			if s := n.Subnets[id]; s != nil {
				if eni := w.usualInterface(owner, vpc, s, i, kind.interfaceType, l.Groups, !l.Internal && l.Type != model.GatewayLoadBalancer); eni != "" {
					o.Interfaces = append(o.Interfaces, eni)
				}
			}
		}
	}
	n.LoadBalancers[l.ID] = l
}

func (w *world) private() {
	t, n := w.T, w.n
	for range rapid.IntRange(0, 2).Draw(t, "endpoint services") {
		s := &model.VPCEndpointService{ID: model.VPCEndpointServiceID(w.id("vpce-svc")), Meta: w.meta(), ServiceName: pickOne(w, "", "com.amazonaws.vpce.us-east-1.vpce-svc-1"), LoadBalancers: some(w, n.LoadBalancers, "lb-gone"),
			AcceptanceRequired: w.yes("acceptance"), Principals: pickOne(w, nil, []string{"*"}, []string{"arn:a", "arn:b"}), SupportedRegions: pickOne(w, nil, []model.Region{"eu-west-1"}), PrivateDNSName: pickOne(w, "", "x.example")}
		s.State, s.Available = w.state("Available")
		s.PrincipalsUnknown = w.gap(string(s.ID))
		n.VPCEndpointServices[s.ID] = s
	}
	for range rapid.IntRange(0, 1).Draw(t, "resource gateways") {
		g := &model.ResourceGateway{ID: model.ResourceGatewayID(w.id("rgw")), Meta: w.meta(), VPC: one(w, n.VPCs, "vpc-gone"), Subnets: some(w, n.Subnets, "subnet-gone"), Groups: some(w, n.SecurityGroups, "sg-gone")}
		g.State, g.Available = w.state("ACTIVE")
		g.Interfaces = w.nics(g.VPC, model.OwnerRef{Kind: model.KindResourceGateway, ID: string(g.ID)}, "interface")
		n.ResourceGateways[g.ID] = g
	}
	for range rapid.IntRange(0, 2).Draw(t, "resource configurations") {
		r := &model.ResourceConfiguration{ID: model.ResourceConfigurationID(w.id("rcfg")), Meta: w.meta(), Gateway: one(w, n.ResourceGateways, "rgw-gone"), Type: pickOne(w, append(resourceTypes, "")...), Parent: one(w, n.ResourceConfigurations),
			Ports: w.ports(), Address: pickOne(w, netip.Addr{}, netip.MustParseAddr("10.0.0.9")), Domain: pickOne(w, "", "db.example"), ResourceARN: pickOne(w, "", "arn:x"), Owner: one(w, n.Owners, "db-gone"), Instance: one(w, n.Instances)}
		r.State, r.Available = w.state("ACTIVE")
		n.ResourceConfigurations[r.ID] = r
	}
	for range rapid.IntRange(0, 1).Draw(t, "lattice services") {
		s := &model.LatticeService{ID: model.LatticeServiceID(w.id("svc")), Meta: w.meta(), Domain: pickOne(w, "", "x.example"), AuthPolicy: w.yes("auth")}
		s.State, s.Active = w.state("ACTIVE")
		s.Listeners = w.listeners(string(s.ID), "")
		n.LatticeServices[s.ID] = s
	}
	for range rapid.IntRange(0, 1).Draw(t, "service networks") {
		s := &model.ServiceNetwork{ID: model.ServiceNetworkID(w.id("sn")), Meta: w.meta(), Services: some(w, n.LatticeServices, "svc-gone"), Resources: some(w, n.ResourceConfigurations, "rcfg-gone")}
		s.Unknown = w.gap(string(s.ID))
		for _, v := range some(w, n.VPCs, "vpc-gone") {
			x := model.ServiceNetworkVPC{VPC: v, Groups: some(w, n.SecurityGroups, "sg-gone"), GroupsUnknown: w.gap(string(s.ID))}
			x.State, x.Active = w.state("ACTIVE")
			s.VPCs = append(s.VPCs, x)
		}
		n.ServiceNetworks[s.ID] = s
	}
	for _, v := range model.Sorted(n.VPCEndpoints) {
		v.EndpointService = one(w, n.VPCEndpointServices, "vpce-svc-gone")
		v.ResourceConfiguration, v.ServiceNetwork = one(w, n.ResourceConfigurations, "rcfg-gone"), one(w, n.ServiceNetworks, "sn-gone")
		v.AcceptanceUnknown = w.gap(string(v.ID))
		if s := n.VPCEndpointServices[v.EndpointService]; s != nil && w.yes("named") {
			v.Service = s.ServiceName
		}
	}
}

func (w *world) inspection() {
	t, n := w.T, w.n
	for range rapid.IntRange(0, 2).Draw(t, "rule groups") {
		w.ruleGroup()
	}
	for range rapid.IntRange(0, 1).Draw(t, "policies") {
		p := &model.FirewallPolicy{ID: model.FirewallPolicyID(w.id("fp")), Meta: w.meta(), StatelessDefaults: pickOne(w, nil, statelessDefault, []string{"aws:drop", "count"}), FragmentDefaults: pickOne(w, nil, statelessDefault),
			StatelessGroups: w.groupReferences(), StatefulGroups: w.groupReferences(), StrictOrder: w.yes("strict"), StreamException: pickOne(w, "", "DROP", "CONTINUE", "REJECT"), HomeNet: w.prefixes()}
		if p.StrictOrder {
			p.StatefulDefaults = pickOne(w, nil, []string{"aws:drop_strict", "aws:alert_strict"})
		}
		p.Unknown = w.gap(string(p.ID))
		n.FirewallPolicies[p.ID] = p
	}
	for range rapid.IntRange(0, 1).Draw(t, "firewalls") {
		f := &model.Firewall{ID: model.FirewallID(w.id("fw")), Meta: w.meta(), VPC: one(w, n.VPCs, "vpc-gone"), Policy: one(w, n.FirewallPolicies, "fp-gone"), TransitGateway: one(w, n.TransitGateways), Proxy: w.yes("proxy")}
		for _, s := range some(w, n.Subnets, "subnet-gone") {
			e := model.FirewallEndpoint{ID: model.VPCEndpointID(w.id("vpce-fw")), Subnet: s}
			if w.yes("usual") {
				e.ID = model.VPCEndpointID(string(f.ID) + "-" + string(s))
			}
			e.State, e.Ready = w.state("READY")
			f.Endpoints = append(f.Endpoints, e)
		}
		if v := one(w, n.VPCEndpoints); v != "" && w.yes("both") {
			f.Endpoints = append(f.Endpoints, model.FirewallEndpoint{ID: v, State: "READY", Ready: true})
		}
		n.Firewalls[f.ID] = f
	}
}

func (w *world) groupReferences() []model.FirewallGroupReference {
	var out []model.FirewallGroupReference
	for i, g := range some(w, w.n.FirewallRuleGroups, "fg-gone") {
		out = append(out, model.FirewallGroupReference{Group: g, Priority: pickOne(w, 1, 2)*i + 1, DropToAlert: w.yes("alert")})
	}
	return out
}

func (w *world) ruleGroup() {
	g := &model.FirewallRuleGroup{ID: model.FirewallRuleGroupID(w.id("fg")), Meta: w.meta(), Stateful: w.yes("stateful"), StrictOrder: w.yes("strict")}
	g.Unknown = w.gap(string(g.ID))
	if !g.Stateful {
		for i := range rapid.IntRange(0, 2).Draw(w.T, "rules") {
			r := model.StatelessRule{Priority: i, Sources: w.few(), Destinations: w.few(), Protocols: pickOne(w, nil, []model.Protocol{model.TCP}, []model.Protocol{1, 47}), SourcePorts: w.ports(), DestinationPorts: w.ports(),
				TCPFlags: w.yes("flags"), Actions: pickOne(w, nil, []string{"aws:pass"}, []string{"aws:drop", "count"}), Unknown: w.gap(string(g.ID))}
			g.Stateless = append(g.Stateless, r)
		}
	} else {
		rules, _ := suricata.Parse("pass tcp $HOSTS any -> any 443 (sid:1;)\ndrop http any any -> any any (http.host; content:\".example.com\"; endswith; sid:2; content:\"x\";)", model.Provenance{})
		g.Rules = pickOne(w, nil, rules, []model.StatefulRule{{Action: model.FirewallReject, Protocol: "udp", Source: "$HOME_NET", SourcePort: "any", Destination: "[10.0.0.0/8,!10.1.0.0/16]", DestinationPort: "53", BothWays: true, Priority: 2, SID: 7,
			Flow: []string{"to_server"}, Hosts: []string{".x"}, Protocols: []model.Protocol{6}, Opaque: []string{"content"}, Text: "x"}})
		if w.yes("domains") {
			g.Domains = &model.DomainList{Targets: pickOne(w, nil, []string{".a"}, []string{"a", "b"}), HTTP: w.yes("http"), TLS: w.yes("tls"), Type: pickOne(w, domainTypes[:]...)}
		}
		if w.yes("sets") {
			g.IPSets = map[string][]netip.Prefix{"HOSTS": w.prefixes0()}
			g.PortSets = map[string][]model.PortRange{"WEB": w.ports()}
		}
	}
	w.n.FirewallRuleGroups[g.ID] = g
}

// prefixes0 are prefixes that are never nil.
func (w *world) prefixes0() []netip.Prefix { return append([]netip.Prefix{}, w.prefixes()...) }

func (w *world) front() {
	t, n := w.T, w.n
	for range rapid.IntRange(0, 1).Draw(t, "accelerators") {
		a := &model.Accelerator{ID: model.AcceleratorID(w.id("ga")), Meta: w.meta(), Enabled: w.yes("enabled"), IPs: pickOne(w, nil, []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")})}
		for range rapid.IntRange(0, 2).Draw(t, "listeners") {
			l := model.AcceleratorListener{Protocol: pickOne(w, model.TCP, model.UDP), Ports: w.ports()}
			e := model.AcceleratorEndpoint{NoClientIP: w.yes("client ip"), Overrides: pickOne(w, nil, map[uint16]uint16{443: 8443, 80: 8080}), Unknown: w.gap(string(a.ID))}
			switch rapid.IntRange(0, 2).Draw(t, "endpoint") {
			case 0:
				e.LoadBalancer = cmpOr(one(w, n.LoadBalancers), "lb-gone")
			case 1:
				e.Instance = cmpOr(one(w, n.Instances), "i-gone")
			case 2:
				e.Allocation = cmpOr(one(w, n.ElasticIPs), "eipalloc-gone")
			}
			l.Endpoints = append(l.Endpoints, e)
			if gap := w.gap(string(a.ID)); gap != nil {
				l.Endpoints = append(l.Endpoints, model.AcceleratorEndpoint{Unknown: gap})
			}
			a.Listeners = append(a.Listeners, l)
		}
		n.Accelerators[a.ID] = a
	}
	for range rapid.IntRange(0, 1).Draw(t, "origins") {
		o := &model.VPCOrigin{ID: model.VPCOriginID(w.id("vo")), Meta: w.meta(), HTTPPort: pickOne[uint16](w, 0, 80), HTTPSPort: pickOne[uint16](w, 443, 8443), Protocol: pickOne(w, originProtocols...)}
		if w.yes("instance") {
			o.Instance = one(w, n.Instances, "i-gone")
		} else {
			o.LoadBalancer = one(w, n.LoadBalancers, "lb-gone")
		}
		n.VPCOrigins[o.ID] = o
	}
}
