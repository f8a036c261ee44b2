package scenarios

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

func balancerARN(b *model.LoadBalancer) string {
	return arn("elasticloadbalancing", &b.Meta, "loadbalancer/"+strings.TrimPrefix(string(b.ID), "classic-load-balancer/"))
}

// balancers writes load balancers with listeners, rules and attributes, and target
// groups with the health of their targets.
func (s *snapshot) balancers() {
	n := s.network
	for _, b := range model.Sorted(n.LoadBalancers) {
		if b.Type == model.ClassicLoadBalancer {
			s.classicBalancer(b)
		} else {
			s.balancer(b)
		}
	}
	for _, g := range model.Sorted(n.TargetGroups) {
		if strings.HasPrefix(string(g.ID), "targetgroup/") {
			s.targetGroup(g)
		}
	}
}

func scheme(internal bool) string {
	if internal {
		return "internal"
	}
	return "internet-facing"
}

func (s *snapshot) balancer(b *model.LoadBalancer) {
	zones := []object{}
	for _, id := range b.Subnets {
		o := object{"SubnetId": id, "LoadBalancerAddresses": []object{}}
		if x := s.network.Subnets[id]; x != nil {
			o["ZoneName"] = x.AvailabilityZone
		}
		zones = append(zones, o)
	}
	o := object{"LoadBalancerArn": balancerARN(b), "LoadBalancerName": balancerName(b), "Type": string(b.Type), "Scheme": scheme(b.Internal), "VpcId": b.VPC,
		"State": object{"Code": b.State}, "AvailabilityZones": zones}
	if len(b.Groups) > 0 || b.Type == model.ApplicationLoadBalancer {
		o["SecurityGroups"] = b.Groups
	}
	if b.NotOnPrivateLink {
		o["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = "off"
	}
	s.add("LoadBalancers", &b.Meta, o)
	crossZone := b.Type == model.ApplicationLoadBalancer // ELB-4
	if b.CrossZone != nil {
		crossZone = *b.CrossZone
	}
	if b.CrossZoneUnknown == nil {
		s.document("describe-load-balancer-attributes", balancerName(b), &b.Meta, object{"Attributes": []object{
			{"Key": "load_balancing.cross_zone.enabled", "Value": strconv.FormatBool(crossZone)}}})
	}
	if b.ListenersUnknown != nil {
		return
	}
	listeners := []object{}
	for i := range b.Listeners {
		l := &b.Listeners[i]
		listenerARN := strings.Replace(balancerARN(b), ":loadbalancer/", ":listener/", 1) + fmt.Sprintf("/%016d", i)
		all := listenerActions(l.TargetGroups, l.Answers, s.groupARN)
		listeners = append(listeners, object{"ListenerArn": listenerARN, "LoadBalancerArn": balancerARN(b), "Port": l.Port, "Protocol": l.Protocol, "DefaultActions": all[:1]})
		if b.Type != model.ApplicationLoadBalancer {
			continue
		}
		rules := []object{}
		for j, action := range all {
			rule := object{"RuleArn": strings.Replace(listenerARN, ":listener/", ":listener-rule/", 1) + fmt.Sprintf("/%016d", j), "Priority": strconv.Itoa(j), "Actions": []object{action}}
			if j == 0 {
				rule.with("Priority", "default", "IsDefault", true)
			}
			rules = append(rules, rule)
		}
		s.document("describe-rules", fmt.Sprintf("%s-%d", balancerName(b), i), &b.Meta, object{"Rules": rules})
	}
	s.document("describe-listeners", balancerName(b), &b.Meta, object{"Listeners": listeners})
}

// listenerActions are an action for each target group, and one for what the listener
// answers by itself; the first is the default.
func listenerActions(groups []model.TargetGroupID, answers bool, arnOf func(model.TargetGroupID) string) []object {
	var all []object
	for _, id := range groups {
		all = append(all, object{"Type": "forward", "TargetGroupArn": arnOf(id),
			"ForwardConfig": object{"TargetGroups": []object{{"TargetGroupArn": arnOf(id), "Weight": 1}}}})
	}
	if answers || all == nil {
		all = append(all, object{"Type": "fixed-response", "FixedResponseConfig": object{"StatusCode": "200"}})
	}
	return all
}

func (s *snapshot) groupARN(id model.TargetGroupID) string {
	m := &model.Meta{}
	if g := s.network.TargetGroups[id]; g != nil {
		m = &g.Meta
	}
	return arn("elasticloadbalancing", m, string(id))
}

func (s *snapshot) targetGroup(g *model.TargetGroup) {
	family, port := "ipv4", "traffic-port"
	if g.IPv6 {
		family = "ipv6"
	}
	if g.Health.Port != 0 {
		port = strconv.Itoa(int(g.Health.Port))
	}
	name := strings.Split(string(g.ID), "/")[1]
	o := object{"TargetGroupArn": s.groupARN(g.ID), "TargetGroupName": name, "TargetType": string(g.Type), "HealthCheckEnabled": !g.Health.Disabled}
	if g.Type != model.TargetLambda {
		o.with("Protocol", g.Protocol, "Port", g.Port, "VpcId", g.VPC, "IpAddressType", family, "HealthCheckPort", port)
	}
	if g.Health.Protocol != "" {
		o["HealthCheckProtocol"] = g.Health.Protocol
	}
	s.add("TargetGroups", &g.Meta, o)
	var attributes []object
	for key, value := range map[string]*bool{"preserve_client_ip.enabled": g.PreserveClientIP, "load_balancing.cross_zone.enabled": g.CrossZone} {
		word := "use_load_balancer_configuration"
		if value != nil {
			word = strconv.FormatBool(*value)
		}
		attributes = append(attributes, object{"Key": key, "Value": word})
	}
	s.document("describe-target-group-attributes", name, &g.Meta, object{"Attributes": attributes})
	if g.TargetsUnknown != nil {
		return
	}
	targets := []object{}
	for i := range g.Targets {
		t := &g.Targets[i]
		x := object{"Id": s.targetID(t)}
		if t.Port != 0 {
			x["Port"] = t.Port
		}
		if t.Zone != "" {
			x["AvailabilityZone"] = t.Zone
		}
		targets = append(targets, object{"Target": x, "TargetHealth": object{"State": healthWord(t.Health)}})
	}
	s.document("describe-target-health", name, &g.Meta, object{"TargetHealthDescriptions": targets})
}

func (s *snapshot) targetID(t *model.RegisteredTarget) string {
	switch {
	case t.Instance != "":
		return string(t.Instance)
	case t.LoadBalancer != "":
		return balancerARN(s.network.LoadBalancers[t.LoadBalancer])
	case t.Function != "":
		return t.Function
	}
	return t.IP.String()
}

// healthWord is the state of a target of which nothing is told: it is being checked.
func healthWord(h model.TargetHealth) string {
	if h == "" {
		return "initial"
	}
	return string(h)
}

func (s *snapshot) classicBalancer(b *model.LoadBalancer) {
	listeners, instances, states := []object{}, []object{}, []object{}
	for _, l := range b.Listeners {
		listeners = append(listeners, object{"Listener": object{"Protocol": l.Protocol, "LoadBalancerPort": l.Port, "InstanceProtocol": l.Protocol, "InstancePort": l.InstancePort}})
	}
	for _, t := range b.Instances {
		instances = append(instances, object{"InstanceId": t.Instance})
		state := map[model.TargetHealth]string{model.TargetHealthy: "InService", model.TargetUnhealthy: "OutOfService"}[t.Health]
		if state != "" {
			states = append(states, object{"InstanceId": t.Instance, "State": state})
		}
	}
	o := object{"LoadBalancerName": balancerName(b), "VPCId": b.VPC, "Scheme": scheme(b.Internal), "Subnets": b.Subnets, "SecurityGroups": b.Groups,
		"ListenerDescriptions": listeners, "Instances": instances}
	if b.Health.Port != 0 {
		protocol := b.Health.Protocol
		if protocol == "" {
			protocol = "TCP"
		}
		o["HealthCheck"] = object{"Target": fmt.Sprintf("%s:%d", protocol, b.Health.Port)}
	}
	s.add("LoadBalancerDescriptions", &b.Meta, o)
	if b.CrossZoneUnknown == nil {
		on := b.CrossZone != nil && *b.CrossZone
		s.document("describe-load-balancer-attributes", balancerName(b), &b.Meta, object{"LoadBalancerAttributes": object{"CrossZoneLoadBalancing": object{"Enabled": on}}})
	}
	s.document("describe-instance-health", balancerName(b), &b.Meta, object{"InstanceStates": states})
}
