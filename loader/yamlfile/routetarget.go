package yamlfile

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// targetKinds are the kinds of route targets, by the key that names one.
var targetKinds = []struct {
	key    string
	kind   model.Kind
	prefix string // of AWS's IDs
	ours   bool   // false: a file that has none may name some outside the design
}{
	{"internet_gateway", model.KindInternetGateway, "igw-", true},
	{"egress_only_internet_gateway", model.KindEgressOnlyInternetGateway, "eigw-", true},
	{"nat_gateway", model.KindNATGateway, "nat-", true},
	{"network_interface", model.KindInterface, "eni-", true},
	{"instance", model.KindInstance, "i-", true},
	{"vpc_endpoint", model.KindVPCEndpoint, "vpce-", true},
	{"vpc_peering_connection", model.KindVPCPeeringConnection, "pcx-", false},
	{"transit_gateway", model.KindTransitGateway, "tgw-", false},
	{"vpn_gateway", model.KindVPNGateway, "vgw-", false},
	{"firewall", model.KindFirewall, "", true}, // its endpoint
	{"core_network", model.KindCoreNetwork, "arn:aws:networkmanager:", false},
	{"carrier_gateway", model.KindCarrierGateway, "cagw-", false},
	{"local_gateway", model.KindLocalGateway, "lgw-", false},
}

// target finds what a target's name stands for.
func (b *builder) target(s *scope, r *route) model.Target {
	if r.target.name == "local" {
		return model.LocalTarget
	}
	if r.target.id.set {
		b.d.errorf(r.target.at, "name the kind of target: nat_gateway: {id: "+r.target.id.v+"}", "an ID alone does not tell what it is")
		return model.Target{}
	}
	kinds := make([]model.Kind, 0, len(targetKinds))
	for _, k := range targetKinds {
		if k.ours || b.names.has(k.kind) {
			kinds = append(kinds, k.kind)
		} else if strings.HasPrefix(r.target.name, k.prefix) {
			return model.Target{Kind: k.kind, ID: r.target.name}
		}
	}
	if awsID.MatchString(r.target.name) && len(b.names.find(s, r.target.name, kinds...)) == 0 {
		for _, k := range targetKinds {
			if k.prefix != "" && strings.HasPrefix(r.target.name, k.prefix) {
				b.d.errorf(r.target.at, fmt.Sprintf("if it is meant to lie outside the design, write {%s: {id: %s}}", k.key, r.target.name),
					"there is no %s %s", kindWord(k.kind), quote(r.target.name))
				return model.Target{}
			}
		}
	}
	x := b.resolve(s, &r.target, "route target", kinds...)
	if x == nil {
		return model.Target{}
	}
	if x.kind == model.KindFirewall {
		return b.firewallTarget(x, r.target.at)
	}
	return model.Target{Kind: x.kind, ID: x.id}
}

func (b *builder) targetOfKind(s *scope, r *kindRef) model.Target {
	if r.kind == model.KindFirewall {
		if x := b.resolve(s, &r.ref, kindWord(r.kind), r.kind); x != nil {
			return b.firewallTarget(x, r.at)
		}
		return model.Target{}
	}
	for _, k := range targetKinds {
		if k.kind == r.kind && !k.ours {
			return model.Target{Kind: r.kind, ID: b.idOrOutside(r.kind, s, &r.ref)}
		}
	}
	return model.Target{Kind: r.kind, ID: b.id(r.kind, s, &r.ref)}
}

// routeState is the state of a route that does not tell one (RT-10): a black
// hole where its target is not attached, not running or deleted.
func (b *builder) routeState(s *scope, t model.Target) model.RouteState {
	gone := false
	switch t.Kind {
	case model.KindInternetGateway:
		g := b.n.InternetGateways[model.InternetGatewayID(t.ID)]
		gone = g != nil && g.VPC != s.id
	case model.KindEgressOnlyInternetGateway:
		g := b.n.EgressOnlyInternetGateways[model.EgressOnlyInternetGatewayID(t.ID)]
		gone = g != nil && g.VPC != s.id
	case model.KindNATGateway:
		g := b.n.NATGateways[model.NATGatewayID(t.ID)]
		gone = g != nil && g.State == model.NATGatewayDeleted
	case model.KindVPNGateway:
		g := b.n.VPNGateways[model.VPNGatewayID(t.ID)]
		gone = g != nil && g.VPC != s.id
	case model.KindVPCPeeringConnection: // PATH-6
		p := b.n.VPCPeeringConnections[model.VPCPeeringConnectionID(t.ID)]
		gone = p != nil && !p.Active && p.AcceptanceUnknown == nil
	case model.KindInterface:
		gone = b.interfaceGone(model.InterfaceID(t.ID))
	case model.KindInstance:
		i := b.n.Instances[model.InstanceID(t.ID)]
		gone = i != nil && (i.NotRunning || len(i.Interfaces) > 0 && b.interfaceGone(i.Interfaces[0]))
	}
	if gone {
		return model.RouteBlackhole
	}
	return model.RouteActive
}

// interfaceGone reports whether an interface delivers nothing (ENI-11).
func (b *builder) interfaceGone(id model.InterfaceID) bool {
	i := b.n.Interfaces[id]
	if i == nil {
		return false
	}
	if i.Owner.Kind == model.KindInstance {
		if owner := b.n.Instances[model.InstanceID(i.Owner.ID)]; owner != nil && owner.NotRunning {
			return true
		}
	}
	return i.Detached
}
