package yamlfile

import (
	"github.com/vpcwalk/vpcwalk/model"
)

// gateway is an internet gateway or an egress-only one.
type gateway struct {
	common
	key   string // as a short form gives it
	named bool   // false: "true" was written, and it is named after its VPC
	// attachment is set where it is open whether it is attached.
	attachment *gap
}

var gatewayShape = orText(object("a gateway", "An internet gateway or an egress-only internet gateway.", append(commonKeys(func(g *gateway) *common { return &g.common }),
	key("attachment_unknown", gapDetailRef, func(g *gateway) **gap { return &g.attachment }, "why it is open whether it is attached; internet gateways only"))),
	"", "the gateway's name; true names it after its VPC; false is none", func(d *decoder, at model.Provenance, s string, into *gateway) {
		switch into.named = true; s {
		case "true":
			into.named = false
		case "", "false":
			into.named = false
			into.key = "false"
		default:
			into.key = s
		}
	})

// declareGateways makes a VPC's gateways of one kind known.
func (b *builder) declareGateways(s *scope, kind model.Kind, suffix string, l *list[gateway]) {
	kept := l.items[:0]
	for _, g := range l.items {
		switch {
		case g.id.set:
			g.key = g.id.v
		case !g.named && g.key == "false":
			continue
		case g.key == "":
			g.key = s.key + suffix
		}
		if g.attachment != nil && kind != model.KindInternetGateway {
			b.d.errorf(g.attachment.at, "leave it out", "only of an internet gateway it may be open whether it is attached")
		}
		kept = append(kept, g)
		b.names.declare(kind, s, g.key, g.id.or(""), g.at)
	}
	l.items = kept
	if l.gap != nil {
		s.file.missing = append(s.file.missing, missing{kind, *l.gap})
	}
}

func (b *builder) buildInternetGateway(g *gateway, id string, vpc model.VPCID, outer model.Meta) {
	b.n.InternetGateways[model.InternetGatewayID(id)] = &model.InternetGateway{
		ID: model.InternetGatewayID(id), Meta: g.meta(g.key, g.at, outer), VPC: vpc, AttachmentUnknown: g.attachment.unknown(id, "attachment")}
}

func (b *builder) buildEgressOnlyGateway(g *gateway, id string, vpc model.VPCID, outer model.Meta) {
	b.n.EgressOnlyInternetGateways[model.EgressOnlyInternetGatewayID(id)] = &model.EgressOnlyInternetGateway{
		ID: model.EgressOnlyInternetGatewayID(id), Meta: g.meta(g.key, g.at, outer), VPC: vpc}
}
