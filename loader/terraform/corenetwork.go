package terraform

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

var (
	wantCoreAttachment = &want{types: []string{"aws_networkmanager_vpc_attachment", "aws_networkmanager_connect_attachment", "aws_networkmanager_site_to_site_vpn_attachment",
		"aws_networkmanager_dx_gateway_attachment", "aws_networkmanager_transit_gateway_route_table_attachment"}, literal: "attachment-", attributes: []string{"attachment_id"}}
	wantCorePeering = &want{types: []string{"aws_networkmanager_transit_gateway_peering"}, literal: "peering-"}
)

// coreNetworkID is a core network's ID, of its ID or ARN.
func coreNetworkID(text string) model.CoreNetworkID {
	return model.CoreNetworkID(text[strings.LastIndexByte(text, '/')+1:])
}

func (b body) coreNetwork(name string) model.CoreNetworkID {
	return coreNetworkID(b.one(name, wantCore))
}

// readCoreNetwork reads a core network. Its policy is a resource of its own, or
// the base policy until that is there (CWAN-1).
func readCoreNetwork(b body) {
	n := &model.CoreNetwork{ID: model.CoreNetworkID(b.r.id()), Meta: b.meta()}
	n.Region = ""
	b.network.CoreNetworks[n.ID] = n
	switch {
	case b.values["base_policy_document"] != nil || b.open("base_policy_document") != nil:
		b.corePolicy(n, "base_policy_document")
	case b.boolean("create_base_policy"):
		n.Segments = []model.CoreNetworkSegment{{Name: "segment", Provenance: b.r.place}}
	default:
		n.PolicyUnknown = &model.Unknown{Subject: string(n.ID), Attribute: "policy", Reason: "the configuration does not attach one", Provenance: b.r.place}
	}
}

// readCorePolicyAttachment reads the policy of a core network.
func readCorePolicyAttachment(b body) {
	id := b.coreNetwork("core_network_id")
	n := b.network.CoreNetworks[id]
	if n == nil {
		n = &model.CoreNetwork{ID: id, Meta: model.Meta{Provenance: b.r.place}}
		b.network.CoreNetworks[id] = n
	}
	b.corePolicy(n, "policy_document")
}

// coreAttachment adds an attachment of a core network. Whether it is accepted is
// the segment's matter (CWAN-8), unless it is known or an accepter says so.
func (b body) coreAttachment(typ model.AttachmentType, resource string) *model.CoreNetworkAttachment {
	a := &model.CoreNetworkAttachment{ID: model.CoreNetworkAttachmentID(b.r.id()), Meta: b.meta(), CoreNetwork: b.coreNetwork("core_network_id"),
		Type: typ, Resource: resource, Segment: b.str("segment_name"), State: b.str("state")}
	if edge := b.str("edge_location"); edge != "" {
		a.Region = model.Region(edge)
	}
	if a.Available = a.State == "AVAILABLE"; a.State == "" {
		a.Available, a.State = true, "AVAILABLE"
		a.AcceptanceUnknown = &model.Unknown{Subject: string(a.ID), Attribute: "state", Reason: "the configuration does not accept it", Provenance: b.r.place}
	}
	b.network.CoreNetworkAttachments[a.ID] = a
	return a
}

// readCoreVPCAttachment reads a VPC's attachment (CWAN-7).
func readCoreVPCAttachment(b body) {
	vpc := model.VPCID(afterSlash(string(b.vpc("vpc_arn"))))
	a := b.coreAttachment(model.AttachVPC, string(vpc))
	a.VPC = vpc
	subnets, _ := b.subnetsOf("subnet_arns")
	for _, s := range subnets {
		a.Subnets = append(a.Subnets, model.SubnetID(afterSlash(string(s))))
	}
	if o, ok := b.first("options"); ok {
		a.ApplianceMode, a.IPv6 = o.boolean("appliance_mode_support"), o.boolean("ipv6_support")
		a.NoSecurityGroupReferencing = !o.boolOr("security_group_referencing_support", true)
	}
}

// afterSlash cuts the ID from an ARN that nothing else tells the ID of.
func afterSlash(text string) string {
	if strings.HasPrefix(text, "arn:") {
		return text[strings.LastIndexByte(text, '/')+1:]
	}
	return text
}

// readCoreAttachment reads an attachment of another type. Its routes come by BGP.
func readCoreAttachment(b body) {
	var a *model.CoreNetworkAttachment
	switch b.r.kind {
	case "aws_networkmanager_site_to_site_vpn_attachment":
		a = b.coreAttachment(model.AttachVPN, afterSlash(b.one("vpn_connection_arn", wantVPN)))
		if c := b.network.VPNConnections[model.VPNConnectionID(a.Resource)]; c != nil {
			c.CoreNetwork = a.CoreNetwork
		}
	case "aws_networkmanager_connect_attachment":
		a = b.coreAttachment(model.AttachConnect, b.one("transport_attachment_id", wantCoreAttachment))
	case "aws_networkmanager_dx_gateway_attachment":
		a = b.coreAttachment(model.AttachDirectConnectGateway, afterSlash(b.one("direct_connect_gateway_arn", wantDirectConnect)))
	case "aws_networkmanager_transit_gateway_route_table_attachment":
		a = b.coreAttachment(model.AttachPeering, afterSlash(b.one("transit_gateway_route_table_arn", wantTransitTable)))
		if c, u := b.ref("peering_id", wantCorePeering, nil); u == nil && c.r != nil {
			a.CoreNetwork = b.body(c.r).coreNetwork("core_network_id")
		}
	default:
		panic("terraform: no attachment of " + b.r.kind)
	}
	a.PrefixesUnknown = b.byBGP(string(a.ID))
}

// readCorePeering reads the peering of a core network with a transit gateway, as
// the attachment that it is there.
func readCorePeering(b body) {
	a := b.attachTransit(b.corePeeringAttachment(b.r), afterSlash(b.one("transit_gateway_arn", wantTransit)), model.AttachPeering, string(b.coreNetwork("core_network_id")))
	a.PrefixesUnknown = b.byBGP(string(a.ID))
	a.associates.off, a.propagates.off = true, true
}

func (b *builder) corePeeringAttachment(r *resource) string {
	if id := b.body(r).str("transit_gateway_peering_attachment_id"); id != "" {
		return id
	}
	return r.address + ".transit_gateway_peering_attachment_id"
}

// readCoreAccepter reads the acceptance of an attachment (CWAN-8).
func readCoreAccepter(b body) {
	c, u := b.ref("attachment_id", wantCoreAttachment, nil)
	if a := b.network.CoreNetworkAttachments[model.CoreNetworkAttachmentID(c.id)]; u == nil && a != nil {
		a.Available, a.State, a.AcceptanceUnknown = true, "AVAILABLE", nil
	}
}
