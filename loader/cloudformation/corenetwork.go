package cloudformation

import (
	"cmp"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// readCoreNetwork reads a Cloud WAN core network and its policy (CWAN-1), which is
// an object or its JSON.
func (b *builder) readCoreNetwork(r *resource) {
	n := &model.CoreNetwork{ID: model.CoreNetworkID(r.id), Meta: b.meta(r)}
	b.network.CoreNetworks[n.ID] = n
	v := r.get("PolicyDocument")
	if text, ok := v.literal(); ok && v.kind == textValue {
		root, ds := parse(input.File{Path: v.at.File, Data: []byte(text)}, &usual)
		if root == nil || ds.HasErrors() {
			n.PolicyUnknown = b.unreadable(r, "", "PolicyDocument", v.at, "it is no JSON")
			return
		}
		v = placed(r.stack.eval(root), v.at)
	}
	switch gap := v.gap(); {
	case v.kind == absent:
		n.PolicyUnknown = r.unknown("PolicyDocument", &open{reason: "the template does not write the policy"}, r.at)
	case gap != nil:
		n.PolicyUnknown = r.unknown("PolicyDocument", gap, v.at)
	default:
		b.corePolicy(r, n, v)
	}
}

// placed puts all of a value at one place.
func placed(v value, at model.Provenance) value {
	v.at = at
	for i := range v.items {
		v.items[i] = placed(v.items[i], at)
	}
	return v
}

// coreAttachment puts an attachment of a core network into the network. Nobody but
// its owner can accept it, where its segment asks for that (CWAN-8).
func (b *builder) coreAttachment(r *resource, t model.AttachmentType, to string) *model.CoreNetworkAttachment {
	core := b.identify(r, "CoreNetworkId", lastOfARN(r.get("CoreNetworkId")), model.KindCoreNetwork)
	a := &model.CoreNetworkAttachment{ID: model.CoreNetworkAttachmentID(r.id), Meta: b.meta(r), CoreNetwork: model.CoreNetworkID(core.id),
		Type: t, Available: true, State: "AVAILABLE", Resource: to}
	a.AcceptanceUnknown = cmp.Or(r.doubt(), r.unknown("CoreNetworkId", &open{reason: "the owner of the core network has to accept the attachment"}, r.at))
	b.network.CoreNetworkAttachments[a.ID] = a
	return a
}

// readCoreVPCAttachment reads an attachment of a VPC (CWAN-7).
func (b *builder) readCoreVPCAttachment(r *resource) {
	vpc := b.vpc(r, "VpcArn", lastOfARN(r.get("VpcArn")))
	a := b.coreAttachment(r, model.AttachVPC, string(vpc))
	a.VPC = vpc
	subnets, _ := b.identities(r, "SubnetArns", lastsOfARNs(r.get("SubnetArns")), model.KindSubnet)
	for _, i := range subnets {
		b.subnet(i, a.VPC)
		a.Subnets = append(a.Subnets, model.SubnetID(i.id))
	}
	option := func(key string, otherwise bool) bool {
		on, gap := b.flag(r, "Options."+key, r.get("Options."+key), otherwise)
		if gap != nil {
			a.OptionsUnknown = gap
		}
		return on
	}
	a.ApplianceMode, a.IPv6 = option("ApplianceModeSupport", false), option("Ipv6Support", false)
	a.NoSecurityGroupReferencing = !option("SecurityGroupReferencingSupport", true)
}

func (b *builder) readCoreVPNAttachment(r *resource) {
	i := b.identify(r, "VpnConnectionArn", lastOfARN(r.get("VpnConnectionArn")), model.KindVPNConnection)
	a := b.coreAttachment(r, model.AttachVPN, i.id)
	if c := b.network.VPNConnections[model.VPNConnectionID(i.id)]; c != nil {
		c.CoreNetwork = a.CoreNetwork
	}
	a.PrefixesUnknown = learned(r)
}

func (b *builder) readCoreConnectAttachment(r *resource) {
	i := b.identify(r, "TransportAttachmentId", r.get("TransportAttachmentId"), model.KindCoreNetworkAttachment)
	b.coreAttachment(r, model.AttachConnect, i.id).PrefixesUnknown = learned(r)
}

func (b *builder) readCoreDirectConnectAttachment(r *resource) {
	i := b.directConnectGateway(r, "DirectConnectGatewayArn", lastOfARN(r.get("DirectConnectGatewayArn")))
	b.coreAttachment(r, model.AttachDirectConnectGateway, string(i)).PrefixesUnknown = learned(r)
}

// readCoreTableAttachment reads an attachment of a transit gateway route table,
// whose routes come over the peering.
func (b *builder) readCoreTableAttachment(r *resource) {
	i := b.identify(r, "TransitGatewayRouteTableArn", lastOfARN(r.get("TransitGatewayRouteTableArn")), model.KindTransitGatewayRouteTable)
	a := b.coreAttachment(r, model.AttachPeering, i.id)
	if peering, _ := r.get("PeeringId").reference(); peering != nil && peering.get("CoreNetworkId").kind != absent {
		core := b.identify(peering, "CoreNetworkId", lastOfARN(peering.get("CoreNetworkId")), model.KindCoreNetwork)
		a.CoreNetwork = model.CoreNetworkID(core.id)
	}
	a.PrefixesUnknown = r.unknown("TransitGatewayRouteTableArn", &open{reason: "which routes of the route table it has is known only when it is deployed"}, r.at)
}

// readCorePeering reads a peering of a core network and a transit gateway: the
// latter's end of it is an attachment.
func (b *builder) readCorePeering(r *resource) {
	gateway := b.transitGateway(r, lastOfARN(r.get("TransitGatewayArn")))
	core := b.identify(r, "CoreNetworkId", lastOfARN(r.get("CoreNetworkId")), model.KindCoreNetwork)
	if gateway != "" {
		a := b.ownAttachment(r, model.AttachPeering, gateway, core.id)
		a.PrefixesUnknown = r.unknown("CoreNetworkId", &open{reason: "which routes come from the core network is known only when it is deployed"}, r.at)
	}
}
