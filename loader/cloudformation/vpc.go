package cloudformation

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

func (b *builder) readVPC(r *resource) {
	v := &model.VPC{ID: model.VPCID(r.id), Meta: b.meta(r)}
	v.EnableDNSSupport, _ = b.flag(r, "EnableDnsSupport", r.get("EnableDnsSupport"), true) // VPC-12
	v.EnableDNSHostnames, _ = b.flag(r, "EnableDnsHostnames", r.get("EnableDnsHostnames"), false)
	block := r.get("CidrBlock")
	p, gap := b.prefix(r, "CidrBlock", block)
	switch {
	case gap != nil:
		b.openBlock(v, gap)
	case p.IsValid():
		addBlock(v, p, block.at)
	case r.get("Ipv4IpamPoolId").kind != absent:
		b.openBlock(v, r.unknown("CidrBlock", &open{reason: "IPAM assigns the block when the stack is deployed"}, r.at))
	default:
		b.report(model.Error, "VPC-1", r, r.at, "CidrBlock: 10.0.0.0/16", "the VPC %s has no CidrBlock", r.name)
	}
	b.network.VPCs[v.ID] = v
}

func addBlock(v *model.VPC, p netip.Prefix, at model.Provenance) {
	v.CIDRs, v.CIDRProvenance = append(v.CIDRs, p), append(v.CIDRProvenance, at)
}

// openBlock notes that a VPC has a block that is not known: which addresses are
// local is open.
func (b *builder) openBlock(v *model.VPC, gap *model.Unknown) {
	if v.Missing == nil {
		v.Missing = map[model.Kind]*model.Unknown{}
	}
	v.Missing[model.KindVPC] = gap
}

// readVPCCIDRBlock reads an additional block (VPC-6), of IPv4 or IPv6 (VPC-11).
func (b *builder) readVPCCIDRBlock(r *resource) {
	v := b.network.VPCs[b.vpc(r, "VpcId", r.get("VpcId"))]
	if v == nil {
		return
	}
	if gap := r.doubt(); gap != nil {
		b.openBlock(v, gap)
		return
	}
	for _, attribute := range []string{"CidrBlock", "Ipv6CidrBlock"} {
		block := r.get(attribute)
		switch p, gap := b.prefix(r, attribute, block); {
		case gap != nil:
			b.openBlock(v, gap)
		case p.IsValid():
			addBlock(v, p, block.at)
		}
	}
	amazon, gap := b.flag(r, "AmazonProvidedIpv6CidrBlock", r.get("AmazonProvidedIpv6CidrBlock"), false)
	switch {
	case gap != nil || r.get("Ipv4IpamPoolId").kind != absent || r.get("Ipv6IpamPoolId").kind != absent && r.get("Ipv6CidrBlock").kind == absent:
		b.openBlock(v, r.unknown("CidrBlock", &open{reason: "which block it is is known only when the stack is deployed"}, r.at))
	case amazon:
		p := design.StandInIPv6(v.ID)
		addBlock(v, p, r.at)
		b.report(model.Note, "VPC-11", r, r.at, "", "%s stands for the IPv6 block that Amazon will assign to %s", p, v.ID)
	}
}

func (b *builder) readInternetGateway(r *resource) {
	b.network.InternetGateways[model.InternetGatewayID(r.id)] = &model.InternetGateway{ID: model.InternetGatewayID(r.id), Meta: b.meta(r)}
}

// readGatewayAttachment attaches an internet gateway or a virtual private gateway.
func (b *builder) readGatewayAttachment(r *resource) {
	vpc := b.vpc(r, "VpcId", r.get("VpcId"))
	b.attachVPNGateway(r, vpc)
	i := b.identify(r, "InternetGatewayId", r.get("InternetGatewayId"), model.KindInternetGateway)
	if i.id == "" {
		return
	}
	g := b.network.InternetGateways[model.InternetGatewayID(i.id)]
	if g == nil {
		g = &model.InternetGateway{ID: model.InternetGatewayID(i.id), Meta: model.Meta{Account: r.stack.account, Region: r.stack.region, Provenance: r.at}}
		g.Provenance.Address = ""
		b.network.InternetGateways[g.ID] = g
	}
	if g.VPC != "" && g.VPC != vpc {
		b.report(model.Error, "VPC-15", r, r.at, "Detach one of them.", "the internet gateway %s is attached to %s already", g.ID, g.VPC)
		return
	}
	g.VPC = vpc
}

func (b *builder) readEgressOnlyInternetGateway(r *resource) {
	id := model.EgressOnlyInternetGatewayID(r.id)
	b.network.EgressOnlyInternetGateways[id] = &model.EgressOnlyInternetGateway{ID: id, Meta: b.meta(r), VPC: b.vpc(r, "VpcId", r.get("VpcId"))}
}

var publicAccessModes = map[string]model.BlockPublicAccessMode{
	"off": model.BlockPublicAccessOff, "block-bidirectional": model.BlockBidirectional, "block-ingress": model.BlockIngress,
}

// readBlockPublicAccess reads the setting of the stack's account and Region
// (BPA-1).
func (b *builder) readBlockPublicAccess(r *resource) {
	v := r.get("InternetGatewayBlockMode")
	text, _ := v.literal()
	mode, ok := publicAccessModes[text]
	if !ok || r.doubt() != nil {
		b.report(model.Warning, "BPA-1", r, v.at, "", "the mode of Block Public Access is not known; it is taken to block both ways")
		mode = model.BlockBidirectional
	}
	b.network.BlockPublicAccess = append(b.network.BlockPublicAccess, model.BlockPublicAccess{
		Account: r.stack.account, Region: r.stack.region, Mode: mode, Provenance: r.at})
}

func (b *builder) readBlockPublicAccessExclusion(r *resource) {
	x := model.BlockPublicAccessExclusion{ID: r.id, Provenance: r.at}
	x.AllowEgress = r.get("InternetGatewayExclusionMode").show() == "allow-egress"
	if v := r.get("VpcId"); v.kind != absent {
		x.VPC = b.vpc(r, "VpcId", v)
	}
	x.Subnet = model.SubnetID(b.identify(r, "SubnetId", r.get("SubnetId"), model.KindSubnet).id)
	b.network.BlockPublicAccessExclusions = append(b.network.BlockPublicAccessExclusions, x)
}
