package scenarios

import (
	"encoding/json"

	"github.com/vpcwalk/vpcwalk/model"
)

// coreNetworks writes core networks with their policies, and attachments.
func (s *snapshot) coreNetworks() {
	n := s.network
	for _, c := range model.Sorted(n.CoreNetworks) {
		s.document("get-core-network", string(c.ID), &c.Meta, object{"CoreNetwork": resource(&c.Meta, "Tags").with("CoreNetworkId", c.ID, "State", "AVAILABLE")})
		text, err := json.Marshal(policyDocument(c))
		if err != nil {
			panic(err)
		}
		s.document("get-core-network-policy", string(c.ID), &c.Meta, object{"CoreNetworkPolicy": object{"CoreNetworkId": c.ID, "Alias": "LIVE", "PolicyDocument": string(text)}})
	}
	for _, a := range model.Sorted(n.CoreNetworkAttachments) {
		kind := coreAttachmentWords[a.Type]
		o := resource(&a.Meta, "Tags").with("AttachmentId", a.ID, "CoreNetworkId", a.CoreNetwork, "AttachmentType", kind, "State", a.State,
			"ResourceArn", arn("ec2", &a.Meta, kind+"/"+a.Resource))
		delete(o, "OwnerId")
		if a.Account != "" {
			o["OwnerAccountId"] = a.Account
		}
		if a.Region != "" {
			o["EdgeLocation"] = a.Region
		}
		if a.Segment != "" {
			o["SegmentName"] = a.Segment
		}
		s.add("Attachments", &a.Meta, o)
		if a.Type != model.AttachVPC {
			continue
		}
		subnets := []string{}
		for _, id := range a.Subnets {
			subnets = append(subnets, arn("ec2", &a.Meta, "subnet/"+string(id)))
		}
		s.document("get-vpc-attachment", string(a.ID), &a.Meta, object{"VpcAttachment": object{"Attachment": o, "SubnetArns": subnets, "Options": object{
			"ApplianceModeSupport": a.ApplianceMode, "Ipv6Support": a.IPv6, "SecurityGroupReferencingSupport": !a.NoSecurityGroupReferencing}}})
	}
}

var coreAttachmentWords = map[model.AttachmentType]string{
	model.AttachVPC: "VPC", model.AttachVPN: "SITE_TO_SITE_VPN", model.AttachConnect: "CONNECT",
	model.AttachDirectConnectGateway: "DIRECT_CONNECT_GATEWAY", model.AttachPeering: "TRANSIT_GATEWAY_ROUTE_TABLE",
}

// policyDocument is the policy that makes a core network what it is.
func policyDocument(c *model.CoreNetwork) object {
	segments, actions, rules := []object{}, []object{}, []object{}
	for _, g := range c.Segments {
		o := object{"name": g.Name, "isolate-attachments": g.Isolate, "require-attachment-acceptance": !g.NoAcceptance}
		if g.EdgeLocations != nil {
			o["edge-locations"] = g.EdgeLocations
		}
		if g.AllowFilter != nil {
			o["allow-filter"] = g.AllowFilter
		}
		if g.DenyFilter != nil {
			o["deny-filter"] = g.DenyFilter
		}
		segments = append(segments, o)
	}
	for _, x := range c.Shares {
		actions = append(actions, object{"action": "share", "mode": "attachment-route", "segment": x.Segment, "share-with": segmentsOrAllBut(x.With, x.AllBut)})
	}
	for _, r := range c.Routes {
		var destinations any = "blackhole"
		if !r.Blackhole {
			list := append([]string{}, r.Destinations...)
			for _, id := range r.Attachments {
				list = append(list, string(id))
			}
			destinations = list
		}
		actions = append(actions, object{"action": "create-route", "segment": r.Segment, "destination-cidr-blocks": r.Prefixes, "destinations": destinations})
	}
	for _, x := range c.Insertions {
		o := object{"action": x.Action, "segment": x.Segment, "via": object{"network-function-groups": []string{x.Group}}}
		if x.With != nil {
			o["when-sent-to"] = object{"segments": x.With}
		}
		actions = append(actions, o)
	}
	for _, r := range c.Rules {
		logic, conditions := "and", []object{}
		if r.Any {
			logic = "or"
		}
		for _, x := range r.Conditions {
			o := object{"type": x.Type}
			for key, value := range map[string]string{"operator": x.Operator, "key": x.Key, "value": x.Value} {
				if value != "" {
					o[key] = value
				}
			}
			conditions = append(conditions, o)
		}
		action := object{"association-method": "constant", "segment": r.Segment}
		if r.TagKey != "" {
			action = object{"association-method": "tag", "tag-value-of-key": r.TagKey}
		}
		rules = append(rules, object{"rule-number": r.Number, "condition-logic": logic, "conditions": conditions, "action": action})
	}
	return object{"version": "2021.12", "core-network-configuration": object{"security-group-referencing-support": c.SecurityGroupReferencing},
		"segments": segments, "segment-actions": actions, "attachment-policies": rules}
}

func segmentsOrAllBut(with, allBut []string) any {
	switch {
	case len(with) > 0:
		return with
	case len(allBut) > 0:
		return object{"except": allBut}
	}
	return "*"
}
