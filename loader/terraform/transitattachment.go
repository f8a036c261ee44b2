package terraform

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// transitAttachment is an attachment with what it says of the default route
// tables.
type transitAttachment struct {
	*model.TransitGatewayAttachment
	made                   *resource // what makes it
	accepted               bool      // by an accepter
	associates, propagates choice
}

// choice is whether an attachment takes a default: it does, unless it says no.
type choice struct {
	off  bool
	open *model.Unknown
}

func (b body) choice(name string) choice {
	return choice{off: !b.boolOr(name, true), open: b.open(name)}
}

func (b body) defaults(a *transitAttachment) {
	a.associates = b.choice("transit_gateway_default_route_table_association")
	a.propagates = b.choice("transit_gateway_default_route_table_propagation")
}

// attachTransit adds an attachment that the body's resource makes. One that is
// made will be available.
func (b body) attachTransit(id string, gateway string, typ model.AttachmentType, resource string) *transitAttachment {
	m := &model.TransitGatewayAttachment{ID: model.TransitGatewayAttachmentID(id), Meta: b.meta(),
		TransitGateway: model.TransitGatewayID(gateway), Type: typ, Resource: resource, Available: true, State: "available"}
	if id != b.r.id() {
		m.ARN = ""
	}
	a := &transitAttachment{TransitGatewayAttachment: m, made: b.r}
	b.network.TransitGatewayAttachments[m.ID] = m
	b.transitAttachments = append(b.transitAttachments, a)
	return a
}

// byBGP is the gap that routes leave which only the other side's routers tell
// (PATH-8).
func (b body) byBGP(subject string) *model.Unknown {
	return &model.Unknown{Subject: subject, Attribute: "routes", Reason: "a plan does not tell what is learned by BGP", Provenance: b.r.place}
}

// readTransitVPCAttachment reads a VPC's attachment (TGW-2, TGW-9).
func readTransitVPCAttachment(b body) {
	if b.r.later() {
		return
	}
	if b.network.TransitGatewayAttachments[model.TransitGatewayAttachmentID(b.r.id())] != nil {
		return
	}
	vpc := b.vpc("vpc_id")
	a := b.attachTransit(b.r.id(), b.one("transit_gateway_id", wantTransit), model.AttachVPC, string(vpc))
	a.VPC = vpc
	a.Subnets, _ = b.subnetsOf("subnet_ids")
	b.transitOptions(a.TransitGatewayAttachment)
	b.defaults(a)
	if b.r.isData() {
		a.associates.off, a.propagates.off = true, true // its tables are not told
	}
}

func (b body) transitOptions(a *model.TransitGatewayAttachment) {
	a.ApplianceMode = b.str("appliance_mode_support") == "enable"
	a.IPv6 = b.str("ipv6_support") == "enable"
	a.NoSecurityGroupReferencing = b.str("security_group_referencing_support") == "disable"
	a.OptionsUnknown = firstOpen(b.open("appliance_mode_support"), b.open("ipv6_support"), b.open("security_group_referencing_support"))
	if t := b.transits[a.TransitGateway]; t != nil {
		a.OptionsUnknown = cmp.Or(a.OptionsUnknown, t.references)
	}
}

// readTransitVPCAccepter reads the other account's side of an attachment: it is
// the one that says which default route tables count.
func readTransitVPCAccepter(b body) {
	id := model.TransitGatewayAttachmentID(b.idOf(b.r))
	i := slices.IndexFunc(b.transitAttachments, func(a *transitAttachment) bool { return a.ID == id })
	if i >= 0 {
		b.transitAttachments[i].accepted = true
		b.defaults(b.transitAttachments[i])
		return
	}
	vpc := model.VPCID(b.str("vpc_id"))
	if vpc == "" {
		vpc = model.VPCID(b.r.address + " vpc_id")
	}
	gateway := b.str("transit_gateway_id")
	if gateway == "" {
		gateway = b.r.address + " transit_gateway_id"
	}
	a := b.attachTransit(string(id), gateway, model.AttachVPC, string(vpc))
	a.VPC = vpc
	if subnets, _ := b.list("subnet_ids"); len(subnets) > 0 {
		for _, s := range subnets {
			a.Subnets = append(a.Subnets, model.SubnetID(s))
		}
		b.transitOptions(a.TransitGatewayAttachment)
	} else {
		a.OptionsUnknown = &model.Unknown{Subject: string(id), Attribute: "subnet_ids", Reason: "the configuration accepts this attachment and does not make it", Provenance: b.r.place}
	}
	a.accepted = true
	b.defaults(a)
}

// readTransitPeering reads a peering of two transit gateways, which somebody has
// to accept (TGW-34).
func readTransitPeering(b body) {
	if b.r.later() {
		return
	}
	if b.network.TransitGatewayAttachments[model.TransitGatewayAttachmentID(b.r.id())] != nil {
		return
	}
	peer := b.one("peer_transit_gateway_id", wantTransit)
	a := b.attachTransit(b.r.id(), b.one("transit_gateway_id", wantTransit), model.AttachPeering, peer)
	a.Peer, a.propagates.off = model.TransitGatewayID(peer), true // TGW-12
	switch state := b.str("state"); state {
	case "available", "modifying":
	case "":
		a.State = "pendingAcceptance"
		a.AcceptanceUnknown = &model.Unknown{Subject: string(a.ID), Attribute: "state", Reason: "the configuration does not accept it", Provenance: b.r.place}
	default:
		a.Available, a.State = false, state
	}
}

// readTransitPeeringAccepter reads the other side of a peering.
func readTransitPeeringAccepter(b body) {
	id := model.TransitGatewayAttachmentID(b.idOf(b.r))
	a := b.network.TransitGatewayAttachments[id]
	if a == nil {
		peer := b.str("peer_transit_gateway_id")
		gateway := b.str("transit_gateway_id")
		if gateway == "" {
			gateway = b.r.address + " transit_gateway_id"
		}
		a = b.attachTransit(string(id), gateway, model.AttachPeering, peer).TransitGatewayAttachment
		a.Peer = model.TransitGatewayID(peer)
	}
	a.Available, a.State, a.AcceptanceUnknown = true, "available", nil
}

// readTransitConnect reads a Connect attachment, whose routes come by BGP alone
// (TGW-36).
func readTransitConnect(b body) {
	if b.r.later() {
		return
	}
	if b.network.TransitGatewayAttachments[model.TransitGatewayAttachmentID(b.r.id())] != nil {
		return
	}
	transport := "transport_attachment_id"
	a := b.attachTransit(b.r.id(), b.one("transit_gateway_id", wantTransit), model.AttachConnect, b.one(transport, wantTransitAttachment))
	a.PrefixesUnknown = b.byBGP(string(a.ID))
	b.defaults(a)
	if b.r.isData() {
		a.associates.off, a.propagates.off = true, true
	}
}

// What routes, associations and propagations of transit gateways refer to.
var (
	wantTransitTable = &want{types: []string{"aws_ec2_transit_gateway_route_table", "data.aws_ec2_transit_gateway_route_table"}, literal: "tgw-rtb-"}

	wantTransitAttachment = &want{types: []string{"aws_ec2_transit_gateway_vpc_attachment", "aws_ec2_transit_gateway_vpc_attachment_accepter",
		"aws_ec2_transit_gateway_peering_attachment", "aws_ec2_transit_gateway_peering_attachment_accepter", "aws_ec2_transit_gateway_connect",
		"data.aws_ec2_transit_gateway_vpc_attachment", "data.aws_ec2_transit_gateway_connect", "data.aws_ec2_transit_gateway_attachment",
		"data.aws_ec2_transit_gateway_peering_attachment", "data.aws_ec2_transit_gateway_vpn_attachment", "data.aws_ec2_transit_gateway_dx_gateway_attachment"},
		literal: "tgw-attach-", attributes: []string{"transit_gateway_attachment_id"},
		makers: []maker{{"aws_vpn_connection", "transit_gateway_attachment_id"}, {"aws_networkmanager_transit_gateway_peering", "transit_gateway_peering_attachment_id"}}}

	wantTransitPolicyTable = &want{types: []string{"aws_ec2_transit_gateway_policy_table"}, literal: "tgw-ptb-"}
)

func init() {
	wantTransitTable.makers = []maker{{"aws_ec2_transit_gateway", "association_default_route_table_id"}}
	wantTransitTable.made = func(b *builder, r *resource, attribute string) (string, bool) {
		if !wantTransit.names(r, "") {
			return "", false
		}
		switch attribute {
		case "association_default_route_table_id", "propagation_default_route_table_id":
			return string(b.defaultTransitTable(r, strings.TrimSuffix(attribute, "_default_route_table_id"))), true
		case "": // an index that is not told
			return string(b.defaultTransitTable(r, "association")), true
		}
		return "", false
	}
	// Attachments that come with something else are named by the attribute that
	// has their ID, or looked up by what they lead to.
	wantTransitAttachment.made = func(b *builder, r *resource, attribute string) (string, bool) {
		switch r.kind {
		case "aws_vpn_connection":
			return b.vpnAttachment(r), attribute == "" || attribute == "transit_gateway_attachment_id"
		case "aws_networkmanager_transit_gateway_peering":
			return b.corePeeringAttachment(r), attribute == "" || attribute == "transit_gateway_peering_attachment_id"
		}
		if r.isData() && !r.exists() && wantTransitAttachment.names(r, attribute) {
			return b.body(r).findAttachment()
		}
		return "", false
	}
}

// findAttachment is what a data source will find that is read after the plan has
// made it; false where that is not told.
func (b body) findAttachment() (string, bool) {
	switch b.r.kind {
	case "data.aws_ec2_transit_gateway_vpn_attachment":
		if c, u := b.ref("vpn_connection_id", wantVPN, nil); u == nil && c.r != nil {
			return b.vpnAttachment(c.r), true
		}
	case "data.aws_ec2_transit_gateway_dx_gateway_attachment":
		c, u := b.ref("dx_gateway_id", wantDirectConnect, nil)
		if r := b.directConnectAssociation(c.id, b.one("transit_gateway_id", wantTransit)); u == nil && r != nil {
			return b.directConnectAttachment(r), true
		}
	case "data.aws_ec2_transit_gateway_peering_attachment":
		var all []string
		for _, r := range b.resources {
			if r.kind == "aws_ec2_transit_gateway_peering_attachment" {
				all = append(all, r.id())
			}
		}
		if len(all) == 1 {
			b.assume("id", "that it finds a peering attachment; taken to be the only one of the configuration")
			return all[0], true
		}
	}
	return "", false
}
