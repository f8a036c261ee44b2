package scenarios

import "github.com/vpcwalk/vpcwalk/model"

// clientVPNs writes Client VPN endpoints, and what three more calls tell of each.
func (s *snapshot) clientVPNs() {
	for _, e := range model.Sorted(s.network.ClientVPNEndpoints) {
		kind := "ipv4"
		switch {
		case e.IPv4 && e.IPv6:
			kind = "dual-stack"
		case e.IPv6:
			kind = "ipv6"
		}
		o := resource(&e.Meta, "Tags").with("ClientVpnEndpointId", e.ID, "ClientCidrBlock", e.ClientCIDR, "SplitTunnel", e.SplitTunnel,
			"TrafficIpAddressType", kind, "Status", object{"Code": e.State})
		if e.TransitGateway != "" {
			o["TransitGatewayConfiguration"] = object{"TransitGatewayId": e.TransitGateway, "TransitGatewayAttachmentId": e.Attachment}
		} else {
			o.with("VpcId", e.VPC, "SecurityGroupIds", e.Groups)
		}
		s.add("ClientVpnEndpoints", &e.Meta, o)
		networks, routes, rules := []object{}, []object{}, []object{}
		for _, n := range e.Networks {
			networks = append(networks, object{"ClientVpnEndpointId": e.ID, "TargetNetworkId": n.Subnet, "Status": object{"Code": n.State}})
		}
		for _, r := range e.Routes {
			x := object{"ClientVpnEndpointId": e.ID, "DestinationCidr": r.Prefix, "Status": object{"Code": "active"}}
			switch {
			case r.Local:
				x["TargetSubnet"] = "local"
			case r.Subnet != "":
				x["TargetSubnet"] = r.Subnet
			}
			routes = append(routes, x)
		}
		for _, a := range e.Authorization {
			rules = append(rules, object{"ClientVpnEndpointId": e.ID, "DestinationCidr": a.Prefix, "GroupId": a.Group, "AccessAll": a.All, "Status": object{"Code": "active"}})
		}
		s.document("describe-client-vpn-target-networks", string(e.ID), &e.Meta, object{"ClientVpnTargetNetworks": networks})
		s.document("describe-client-vpn-routes", string(e.ID), &e.Meta, object{"Routes": routes})
		s.document("describe-client-vpn-authorization-rules", string(e.ID), &e.Meta, object{"AuthorizationRules": rules})
	}
}
