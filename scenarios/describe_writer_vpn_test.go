package scenarios

import (
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// vpns writes virtual private gateways, customer gateways and VPN connections.
func (s *snapshot) vpns() {
	for _, g := range model.Sorted(s.network.VPNGateways) {
		attachments := []object{}
		if g.VPC != "" {
			attachments = append(attachments, object{"VpcId": g.VPC, "State": "attached"})
		}
		s.add("VpnGateways", &g.Meta, resource(&g.Meta, "Tags").with("VpnGatewayId", g.ID, "State", "available", "VpcAttachments", attachments))
	}
	for _, g := range model.Sorted(s.network.CustomerGateways) {
		o := resource(&g.Meta, "Tags").with("CustomerGatewayId", g.ID, "State", "available")
		if g.IP.IsValid() {
			o["IpAddress"] = g.IP
		}
		s.add("CustomerGateways", &g.Meta, o)
	}
	for _, c := range model.Sorted(s.network.VPNConnections) {
		routes, status, inside := []object{}, "UP", "ipv4"
		for _, p := range c.StaticRoutes {
			routes = append(routes, object{"DestinationCidrBlock": p, "State": "available"})
		}
		if c.Down {
			status = "DOWN"
		}
		if c.InsideIPv6 {
			inside = "ipv6"
		}
		options := object{"StaticRoutesOnly": c.StaticRoutesOnly, "TunnelInsideIpVersion": inside}
		for end, p := range map[string]netip.Prefix{"Local": c.LocalCIDR, "Remote": c.RemoteCIDR} {
			if p.IsValid() {
				options[end+strings.ToUpper(inside[:1])+inside[1:]+"NetworkCidr"] = p
			}
		}
		o := resource(&c.Meta, "Tags").with("VpnConnectionId", c.ID, "State", c.State, "Options", options, "Routes", routes)
		delete(o, "OwnerId")
		if !c.TunnelsAssumed {
			o["VgwTelemetry"] = []object{{"Status": status}, {"Status": "DOWN"}}
		}
		if c.CustomerGateway != "" {
			o["CustomerGatewayId"] = c.CustomerGateway
		}
		if c.CoreNetwork != "" {
			o["CoreNetworkArn"] = arn("networkmanager", &model.Meta{}, "core-network/"+string(c.CoreNetwork))
		}
		if c.VPNGateway != "" {
			o["VpnGatewayId"] = c.VPNGateway
		}
		if c.TransitGateway != "" {
			o["TransitGatewayId"] = c.TransitGateway
		}
		s.add("VpnConnections", &c.Meta, o)
	}
}
