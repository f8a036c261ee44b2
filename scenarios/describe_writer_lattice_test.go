package scenarios

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// latticeThing starts what a call of VPC Lattice's prints of a resource.
func latticeThing(m *model.Meta, kind, id string) object {
	return object{"id": id, "arn": arn("vpc-lattice", m, kind+"/"+id), "name": m.Name}
}

func (s *snapshot) item(call string, m *model.Meta, o object) {
	scope := scopeFolder(m.Account, m.Region)
	doc := s.list(scope, call)
	delete(doc, call)
	items, _ := doc["items"].([]object)
	doc["items"] = append(items, o)
}

// lattice writes VPC Lattice: service networks with their associations, services
// with listeners and rules, target groups, resource gateways and configurations.
func (s *snapshot) lattice() {
	n := s.network
	for _, v := range model.Sorted(n.ServiceNetworks) {
		s.item("list-service-networks", &v.Meta, latticeThing(&v.Meta, "servicenetwork", string(v.ID)).with("numberOfAssociatedVPCs", len(v.VPCs),
			"numberOfAssociatedServices", len(v.Services), "numberOfAssociatedResourceConfigurations", len(v.Resources)))
		for _, x := range v.VPCs {
			id := fmt.Sprintf("snva-%s-%s", v.ID, x.VPC)
			s.document("get-service-network-vpc-association", id, &v.Meta, latticeThing(&model.Meta{}, "servicenetworkvpcassociation", id).with(
				"serviceNetworkId", v.ID, "vpcId", x.VPC, "securityGroupIds", x.Groups, "status", x.State))
		}
		for _, x := range v.Services {
			id := fmt.Sprintf("snsa-%s-%s", v.ID, x)
			s.item("list-service-network-service-associations", &v.Meta, latticeThing(&model.Meta{}, "servicenetworkserviceassociation", id).with(
				"serviceNetworkId", v.ID, "serviceId", x, "status", "ACTIVE"))
		}
		for _, x := range v.Resources {
			id := fmt.Sprintf("snra-%s-%s", v.ID, x)
			s.item("list-service-network-resource-associations", &v.Meta, latticeThing(&model.Meta{}, "servicenetworkresourceassociation", id).with(
				"serviceNetworkId", v.ID, "resourceConfigurationId", x, "status", "ACTIVE"))
		}
	}
	for _, v := range model.Sorted(n.LatticeServices) {
		s.latticeService(v)
	}
	for _, g := range model.Sorted(n.TargetGroups) {
		if strings.HasPrefix(string(g.ID), "tg-") {
			s.latticeGroup(g)
		}
	}
	for _, g := range model.Sorted(n.ResourceGateways) {
		s.item("list-resource-gateways", &g.Meta, latticeThing(&g.Meta, "resourcegateway", string(g.ID)).with("vpcIdentifier", g.VPC,
			"subnetIds", g.Subnets, "securityGroupIds", g.Groups, "status", g.State))
	}
	for _, c := range model.Sorted(n.ResourceConfigurations) {
		o := latticeThing(&c.Meta, "resourceconfiguration", string(c.ID)).with("type", c.Type, "status", c.State)
		if c.Gateway != "" {
			o["resourceGatewayId"] = c.Gateway
		}
		if c.Parent != "" {
			o["resourceConfigurationGroupId"] = c.Parent
		}
		ports := []string{}
		for _, p := range c.Ports {
			ports = append(ports, portWords(p))
		}
		o["portRanges"] = ports
		switch {
		case c.Address.IsValid():
			o["resourceConfigurationDefinition"] = object{"ipResource": object{"ipAddress": c.Address}}
		case c.Domain != "":
			o["resourceConfigurationDefinition"] = object{"dnsResource": object{"domainName": c.Domain}}
		case c.ResourceARN != "":
			o["resourceConfigurationDefinition"] = object{"arnResource": object{"arn": c.ResourceARN}}
		}
		s.document("get-resource-configuration", string(c.ID), &c.Meta, o)
	}
}

func (s *snapshot) latticeService(v *model.LatticeService) {
	auth := "NONE"
	if v.AuthPolicy {
		auth = "AWS_IAM"
	}
	s.document("get-service", string(v.ID), &v.Meta, latticeThing(&v.Meta, "service", string(v.ID)).with("status", v.State, "authType", auth,
		"dnsEntry", object{"domainName": v.Domain}))
	for i, l := range v.Listeners {
		var all []object
		for _, g := range l.TargetGroups {
			all = append(all, object{"forward": object{"targetGroups": []object{{"targetGroupIdentifier": g, "weight": 1}}}})
		}
		if l.Answers || all == nil {
			all = append(all, object{"fixedResponse": object{"statusCode": 404}})
		}
		kind, id := fmt.Sprintf("service/%s/listener", v.ID), fmt.Sprintf("listener-%08d", i)
		s.document("get-listener", string(v.ID)+"-"+id, &v.Meta, latticeThing(&model.Meta{}, kind, id).with("protocol", l.Protocol, "port", l.Port, "defaultAction", all[0]))
		for j, action := range all {
			rule := fmt.Sprintf("rule-%08d", j)
			s.document("get-rule", string(v.ID)+"-"+id+"-"+rule, &v.Meta, latticeThing(&model.Meta{}, kind+"/"+id+"/rule", rule).with("isDefault", j == 0, "action", action))
		}
	}
}

func (s *snapshot) latticeGroup(g *model.TargetGroup) {
	family := "IPV4"
	if g.IPv6 {
		family = "IPV6"
	}
	health := object{"enabled": !g.Health.Disabled}
	if g.Health.Port != 0 {
		health["port"] = g.Health.Port
	}
	if g.Health.Protocol != "" {
		health["protocol"] = g.Health.Protocol
	}
	o := latticeThing(&g.Meta, "targetgroup", string(g.ID)).with("type", strings.ToUpper(string(g.Type)), "status", "ACTIVE")
	if g.Type != model.TargetLambda {
		o["config"] = object{"port": g.Port, "protocol": g.Protocol, "vpcIdentifier": g.VPC, "ipAddressType": family, "healthCheck": health}
	}
	s.document("get-target-group", string(g.ID), &g.Meta, o)
	items := []object{}
	for i := range g.Targets {
		t := &g.Targets[i]
		items = append(items, object{"id": s.targetID(t), "port": max(t.Port, 0), "status": strings.ToUpper(healthWord(t.Health))})
	}
	s.document("list-targets", string(g.ID), &g.Meta, object{"items": items})
}
