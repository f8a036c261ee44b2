package scenarios

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// firewalls writes Network Firewalls, their policies and rule groups: one document
// each, as their calls describe one at a time.
func (s *snapshot) firewalls() {
	for _, f := range model.Sorted(s.network.Firewalls) {
		zones := object{}
		for _, e := range f.Endpoints {
			zones[string(e.ID)] = object{"Attachment": object{"SubnetId": e.Subnet, "EndpointId": e.ID, "Status": e.State}}
		}
		for _, e := range f.Endpoints {
			s.firewallEndpoint(f, &e)
		}
		o := object{"FirewallName": lastOf(f.ID), "FirewallArn": f.ID, "FirewallPolicyArn": f.Policy, "VpcId": f.VPC, "NoSourcePreservation": f.Proxy}
		// The zones' names do not matter, and two firewall subnets of a test may share one.
		status := object{"Status": "READY", "SyncStates": zones}
		if f.TransitGateway != "" {
			o["TransitGatewayId"] = f.TransitGateway
			for _, a := range model.Sorted(s.network.TransitGatewayAttachments) {
				if a.Type == model.AttachNetworkFunction && a.Resource == string(f.ID) {
					status["TransitGatewayAttachmentSyncState"] = object{"AttachmentId": a.ID, "TransitGatewayAttachmentStatus": "READY"}
				}
			}
		}
		s.document("describe-firewall", string(f.ID), &f.Meta, object{"Firewall": o, "FirewallStatus": status})
	}
	for _, p := range model.Sorted(s.network.FirewallPolicies) {
		order := "DEFAULT_ACTION_ORDER"
		if p.StrictOrder {
			order = "STRICT_ORDER"
		}
		options := object{"RuleOrder": order}
		if p.StreamException != "" {
			options["StreamExceptionPolicy"] = p.StreamException
		}
		policy := object{
			"StatelessRuleGroupReferences": groupReferences(p.StatelessGroups), "StatelessDefaultActions": p.StatelessDefaults,
			"StatelessFragmentDefaultActions": p.FragmentDefaults, "StatefulRuleGroupReferences": groupReferences(p.StatefulGroups),
			"StatefulDefaultActions": p.StatefulDefaults, "StatefulEngineOptions": options,
		}
		if p.HomeNet != nil {
			policy["PolicyVariables"] = object{"RuleVariables": object{"HOME_NET": object{"Definition": p.HomeNet}}}
		}
		s.document("describe-firewall-policy", string(p.ID), &p.Meta, object{
			"FirewallPolicyResponse": object{"FirewallPolicyName": lastOf(p.ID), "FirewallPolicyArn": p.ID}, "FirewallPolicy": policy,
		})
	}
	for _, g := range model.Sorted(s.network.FirewallRuleGroups) {
		if g.Unknown != nil {
			continue // AWS's own are described to nobody
		}
		kind := "STATELESS"
		switch {
		case g.Domains != nil:
			kind = "STATEFUL_DOMAIN"
		case g.Stateful:
			kind = "STATEFUL"
		}
		s.document("describe-rule-group", string(g.ID), &g.Meta, object{
			"RuleGroupResponse": object{"RuleGroupName": lastOf(g.ID), "RuleGroupArn": g.ID, "Type": kind},
			"RuleGroup":         ruleGroup(g),
		})
	}
}

// firewallEndpoint writes the VPC endpoint that a firewall makes in a subnet, which
// is listed with the others.
func (s *snapshot) firewallEndpoint(f *model.Firewall, e *model.FirewallEndpoint) {
	x := s.network.Subnets[e.Subnet]
	if x == nil {
		return
	}
	state := "available"
	if !e.Ready {
		state = "pending"
	}
	s.add("VpcEndpoints", &x.Meta, object{"VpcEndpointId": e.ID, "VpcEndpointType": "GatewayLoadBalancer", "VpcId": x.VPC, "State": state, "SubnetIds": []string{string(e.Subnet)},
		"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0", "RequesterManaged": true, "RouteTableIds": []string{}, "Groups": []object{}, "NetworkInterfaceIds": []string{},
		"Tags": []object{{"Key": "AWSNetworkFirewallManaged", "Value": "true"}, {"Key": "Firewall", "Value": string(f.ID)}}})
}

// document writes the answer of a call about one resource.
func (s *snapshot) document(call, id string, m *model.Meta, o object) {
	scope := scopeFolder(m.Account, m.Region)
	s.files[filepath.Join(scope, call, lastOf(id)+".json")] = o
}

// lastOf is the name at the end of an ARN.
func lastOf[ID ~string](arn ID) string {
	return string(arn[strings.LastIndexByte(string(arn), '/')+1:])
}

func groupReferences(refs []model.FirewallGroupReference) []object {
	list := []object{}
	for _, r := range refs {
		o := object{"ResourceArn": r.Group, "Priority": r.Priority}
		if r.DropToAlert {
			o["Override"] = object{"Action": "DROP_TO_ALERT"}
		}
		list = append(list, o)
	}
	return list
}

func ruleGroup(g *model.FirewallRuleGroup) object {
	addresses, ports := object{}, object{}
	for name, set := range g.IPSets {
		addresses[name] = object{"Definition": set}
	}
	for name, set := range g.PortSets {
		list := []string{}
		for _, p := range set {
			list = append(list, strings.ReplaceAll(portWords(p), "-", ":"))
		}
		ports[name] = object{"Definition": list}
	}
	order := "DEFAULT_ACTION_ORDER"
	if g.StrictOrder {
		order = "STRICT_ORDER"
	}
	o := object{"RulesSource": rulesSource(g), "RuleVariables": object{"IPSets": addresses, "PortSets": ports}}
	if g.Stateful {
		o["StatefulRuleOptions"] = object{"RuleOrder": order}
	}
	return o
}

func rulesSource(g *model.FirewallRuleGroup) object {
	if d := g.Domains; d != nil {
		types := []string{}
		if d.TLS {
			types = append(types, "TLS_SNI")
		}
		if d.HTTP {
			types = append(types, "HTTP_HOST")
		}
		return object{"RulesSourceList": object{"Targets": d.Targets, "TargetTypes": types, "GeneratedRulesType": d.Type}}
	}
	if g.Stateful {
		var lines []string
		for i := range g.Rules {
			lines = append(lines, ruleLines(&g.Rules[i])...)
		}
		return object{"RulesString": strings.Join(lines, "\n")}
	}
	rules := []object{}
	for _, r := range g.Stateless {
		match := object{"Sources": addressDefinitions(r.Sources), "Destinations": addressDefinitions(r.Destinations)}
		for key, ports := range map[string][]model.PortRange{"SourcePorts": r.SourcePorts, "DestinationPorts": r.DestinationPorts} {
			list := []object{}
			for _, p := range ports {
				list = append(list, object{"FromPort": p.From, "ToPort": p.To})
			}
			match[key] = list
		}
		if r.Protocols != nil {
			match["Protocols"] = r.Protocols
		}
		if r.TCPFlags {
			match["TCPFlags"] = []object{{"Flags": []string{"SYN"}, "Masks": []string{"SYN", "ACK"}}}
		}
		rules = append(rules, object{"Priority": r.Priority, "RuleDefinition": object{"MatchAttributes": match, "Actions": r.Actions}})
	}
	return object{"StatelessRulesAndCustomActions": object{"StatelessRules": rules}}
}

// ruleLines is a stateful rule in Suricata's language: as written, or made of its
// fields, a line for each name and each protocol that carries one.
func ruleLines(r *model.StatefulRule) []string {
	if r.Text != "" {
		return []string{r.Text}
	}
	line := func(protocol, options string) string {
		return fmt.Sprintf("%s %s %s %s -> %s %s (%ssid:1;)", r.Action, protocol, r.Source, r.SourcePort, r.Destination, r.DestinationPort, options)
	}
	if r.Hosts == nil {
		return []string{line(r.Protocol, "")}
	}
	var lines []string
	for _, host := range r.Hosts {
		test := fmt.Sprintf("content:%q; startswith; endswith; ", host)
		if strings.HasPrefix(host, ".") {
			test = fmt.Sprintf("dotprefix; content:%q; endswith; ", host)
		}
		lines = append(lines, line("tls", "tls.sni; "+test), line("http", "http.host; "+test))
	}
	return lines
}

func addressDefinitions(ps []netip.Prefix) []object {
	list := []object{}
	for _, p := range ps {
		list = append(list, object{"AddressDefinition": p})
	}
	return list
}
