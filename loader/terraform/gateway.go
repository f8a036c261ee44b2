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
		g.VPC = b.vpc("vpc_id")
	}
	b.network.InternetGateways[g.ID] = g
}

func readInternetGatewayAttachment(b body) {
	c, _ := b.ref("internet_gateway_id", wantIGW, nil)
	if g := b.network.InternetGateways[model.InternetGatewayID(c.id)]; g != nil {
		g.VPC = b.vpc("vpc_id")
	}
}

func readEgressOnlyInternetGateway(b body) {
	b.network.EgressOnlyInternetGateways[model.EgressOnlyInternetGatewayID(b.r.id())] =
		&model.EgressOnlyInternetGateway{ID: model.EgressOnlyInternetGatewayID(b.r.id()), Meta: b.meta(), VPC: b.vpc("vpc_id")}
}
