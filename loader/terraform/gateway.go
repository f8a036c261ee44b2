package terraform

import (
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readInternetGateway reads an internet gateway with the attachment that it
// writes itself.
func readInternetGateway(b body) {
	g := &model.InternetGateway{ID: model.InternetGatewayID(b.r.id()), Meta: b.meta()}
	if b.r.isData() {
		if b.network.InternetGateways[g.ID] != nil {
			return
		}
		attachments, _ := b.blocks("attachments")
		for _, a := range attachments {
			if s := a.str("state"); strings.EqualFold(s, "available") || strings.EqualFold(s, "attached") {
				g.VPC = model.VPCID(a.str("vpc_id"))
			}
		}
	} else if _, s := b.get("vpc_id"); s != unset {
		b.attachInternetGateway(g, nil)
	}
	b.network.InternetGateways[g.ID] = g
}

func readInternetGatewayAttachment(b body) {
	c, u := b.ref("internet_gateway_id", wantIGW, nil)
	for _, id := range b.either(c, "internet_gateway_id", wantIGW) {
		if g := b.network.InternetGateways[model.InternetGatewayID(id)]; g != nil {
			b.attachInternetGateway(g, u)
		}
	}
}

// attachInternetGateway attaches a gateway to the VPC that vpc_id names (IGW-1);
// where that is open, or with a gap, perhaps. What may be attached to several VPCs
// stands in each of them.
func (b body) attachInternetGateway(g *model.InternetGateway, u *model.Unknown) {
	vpc, v := b.ref("vpc_id", wantVPC, nil)
	if u = firstOpen(u, v); u == nil {
		g.VPC, g.AttachmentUnknown = b.vpc("vpc_id"), nil
		return
	}
	if g.VPC != "" && g.AttachmentUnknown == nil {
		return
	}
	for i, id := range b.either(vpc, "vpc_id", wantVPC) {
		if i == 0 {
			g.VPC, g.AttachmentUnknown = model.VPCID(id), u
			continue
		}
		other := *g
		other.ID, other.VPC, other.AttachmentUnknown = model.InternetGatewayID(string(g.ID)+" in "+id), model.VPCID(id), u
		b.network.InternetGateways[other.ID] = &other
		b.later(func() {
			if g.AttachmentUnknown != u {
				delete(b.network.InternetGateways, other.ID) // another resource attaches it
				return
			}
			for _, t := range b.network.RouteTables {
				for i := range t.Routes {
					if r := &t.Routes[i]; t.VPC == other.VPC && r.Target.ID == string(g.ID) {
						r.Target.ID = string(other.ID)
					}
				}
			}
		})
	}
}

func readEgressOnlyInternetGateway(b body) {
	b.network.EgressOnlyInternetGateways[model.EgressOnlyInternetGatewayID(b.r.id())] =
		&model.EgressOnlyInternetGateway{ID: model.EgressOnlyInternetGatewayID(b.r.id()), Meta: b.meta(), VPC: b.vpc("vpc_id")}
}
