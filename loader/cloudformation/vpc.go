package cloudformation

import (
	"cmp"
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
	i := b.identify(r, "InternetGatewayId", r.get("InternetGatewayId"), model.KindInternetGateway)
	if i.id == "" {
		b.attachVPNGateway(r, b.vpc(r, "VpcId", r.get("VpcId")))
		return
	}
	vpc, gap := b.attachedVPC(r)
	g := b.network.InternetGateways[model.InternetGatewayID(i.id)]
	if g == nil {
		g = &model.InternetGateway{ID: model.InternetGatewayID(i.id), Meta: model.Meta{Account: r.stack.account, Region: r.stack.region, Provenance: r.at}}
		g.Provenance.Address = ""
		b.network.InternetGateways[g.ID] = g
	}
	switch {
	case g.VPC == "" || g.AttachmentUnknown != nil && gap == nil:
		g.VPC, g.AttachmentUnknown = vpc, gap
	case g.VPC != vpc && g.AttachmentUnknown == nil && gap == nil:
		b.report(model.Error, "VPC-15", r, r.at, "Detach one of them.", "the internet gateway %s is attached to %s already", g.ID, g.VPC)
	}
}

// attachedVPC is the VPC that a gateway is attached to (IGW-1). The gap is set
// where that is not decided: it is then one that it may be, if the templates hold
// such a VPC and put nothing into what the property stands for.
func (b *builder) attachedVPC(r *resource) (model.VPCID, *model.Unknown) {
	v := r.get("VpcId")
	i := b.identify(r, "VpcId", v, model.KindVPC)
	if i.gap != nil && b.network.VPCs[model.VPCID(i.id)] == nil && v.kind == openValue {
		for _, c := range v.open.choices {
			if to, with := c.reference(); to != nil && with == "" && b.network.VPCs[model.VPCID(to.id)] != nil {
				return model.VPCID(to.id), i.gap
			}
		}
	}
	return b.vpc(r, "VpcId", v), r.doubt()
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
	const name = "InternetGatewayBlockMode"
	v := r.get(name)
	s := model.BlockPublicAccess{Account: r.stack.account, Region: r.stack.region, Provenance: r.at, Unknown: r.doubt()}
	text, _ := v.literal()
	mode, known := publicAccessModes[text]
	if s.Mode = mode; !known {
		if gap := v.gap(); gap != nil {
			s.Unknown = r.unknown(name, gap, v.at)
		} else {
			s.Unknown = b.unreadable(r, "BPA-1", name, v.at, "%s is no mode: expected off, block-ingress or block-bidirectional", quote(text))
		}
	}
	b.network.BlockPublicAccess = append(b.network.BlockPublicAccess, s)
}

// readBlockPublicAccessExclusion reads an exclusion (BPA-1). Where it is open what
// it is of, there may be one of each that the templates hold. The weaker of two
// modes is in the stronger.
func (b *builder) readBlockPublicAccessExclusion(r *resource) {
	const name = "InternetGatewayExclusionMode"
	add := func(vpc model.VPCID, subnet model.SubnetID, egress bool, gap *model.Unknown) {
		b.network.BlockPublicAccessExclusions = append(b.network.BlockPublicAccessExclusions,
			model.BlockPublicAccessExclusion{ID: r.id, VPC: vpc, Subnet: subnet, AllowEgress: egress, Unknown: gap, Provenance: r.at})
	}
	var egress bool
	var weaker *model.Unknown // why only the weaker mode is sure
	switch mode := r.get(name); {
	case mode.show() == "allow-egress":
		egress = true
	case mode.gap() != nil:
		weaker = r.unknown(name, mode.gap(), mode.at)
	case mode.show() != "allow-bidirectional":
		b.unreadable(r, "BPA-1", name, mode.at, "%s is no mode: expected allow-bidirectional or allow-egress", quote(mode.show()))
		return
	}
	each := func(vpc model.VPCID, subnet model.SubnetID, gap *model.Unknown) {
		if weaker != nil {
			add(vpc, subnet, true, gap)
		}
		add(vpc, subnet, egress, cmp.Or(gap, weaker))
	}
	vpc := b.identify(r, "VpcId", r.get("VpcId"), model.KindVPC)
	subnet := b.identify(r, "SubnetId", r.get("SubnetId"), model.KindSubnet)
	switch gap := cmp.Or(vpc.gap, subnet.gap); {
	case vpc.id == "" && subnet.id == "":
		b.report(model.Warning, "BPA-1", r, r.at, "VpcId: !Ref Vpc, or SubnetId: !Ref Subnet", "%s excludes no VPC and no subnet", r.name)
	case gap == nil, b.network.VPCs[model.VPCID(vpc.id)] != nil, b.network.Subnets[model.SubnetID(subnet.id)] != nil:
		each(model.VPCID(vpc.id), model.SubnetID(subnet.id), r.doubt())
	case vpc.gap != nil:
		for _, v := range model.Sorted(b.network.VPCs) {
			each(v.ID, "", gap)
		}
	default:
		for _, s := range model.Sorted(b.network.Subnets) {
			each("", s.ID, gap)
		}
	}
}
