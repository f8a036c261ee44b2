package yamlfile

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// peering is a VPC peering connection.
type peering struct {
	common
	status
	vpcs                list[ref]
	requester, accepter peeringSide
	accepted            value[bool]
}

// peeringSide is one of the two VPCs, in the design or not.
type peeringSide struct {
	placed
	vpc     ref
	account value[model.AccountID]
	region  value[string]
	cidrs   list[value[netip.Prefix]]
	dns     value[bool]
}

var (
	peeringStates = workingIn{"active"}
	// acceptance is whether somebody has accepted what AWS asks them to accept.
	acceptance = open(yesNo)
)

const pendingAcceptance = "pending-acceptance"

var peeringShape = object("a VPC peering connection", "A connection of exactly two VPCs (PEER-1).", commonKeys(func(p *peering) *common { return &p.common }),
	statusKeys(func(p *peering) *status { return &p.status }, peeringStates), []field[peering]{
		key("vpcs", many(refTo), func(p *peering) *list[ref] { return &p.vpcs }, "the two VPCs, the requester first"),
		key("requester", peeringSideShape, func(p *peering) *peeringSide { return &p.requester }, "the VPC that asked for it"),
		key("accepter", peeringSideShape, func(p *peering) *peeringSide { return &p.accepter }, "the other VPC"),
		key("accepted", acceptance, func(p *peering) *value[bool] { return &p.accepted }, "whether the accepter accepts it; true by default; false is the state pending-acceptance"),
	})

var peeringSideShape = orText(object("a side of a peering", "A VPC of a peering connection.", []field[peeringSide]{
	key("vpc", refTo, func(s *peeringSide) *ref { return &s.vpc }, "the VPC"),
	key("id", text, func(s *peeringSide) *value[string] { return &s.vpc.id }, "the ID of a VPC that the design does not hold"),
	key("account", account, func(s *peeringSide) *value[model.AccountID] { return &s.account }, "its account; that of the VPC in the design, or of the connection, by default"),
	key("region", text, func(s *peeringSide) *value[string] { return &s.region }, "its Region; the same default"),
	key("cidr", many(cidr), func(s *peeringSide) *list[value[netip.Prefix]] { return &s.cidrs }, "its blocks, where the design does not hold the VPC"),
	key("allow_dns_resolution", yesNo, func(s *peeringSide) *value[bool] { return &s.dns }, "AllowDnsResolutionFromRemoteVpc (PEER-13); false by default"),
}), `^.+$`, "a VPC, by its name or ID", func(d *decoder, at model.Provenance, s string, into *peeringSide) {
	refTo.read(d, scalarNode(s, at), &into.vpc)
})

func (b *builder) buildPeering(e *entry[peering]) {
	f := &e.v
	id := model.VPCPeeringConnectionID(b.idOf(model.KindVPCPeeringConnection, nil, e.key))
	closed(b.d, &f.vpcs, "vpcs")
	if f.vpcs.set {
		if f.requester.vpc.isSet() || f.accepter.vpc.isSet() || len(f.vpcs.items) != 2 {
			b.d.ruleError(f.vpcs.at, "PEER-1", "vpcs: [a, b], or requester: a and accepter: b", "the peering connection %s does not join two VPCs", quote(e.key))
			return
		}
		f.requester.vpc, f.accepter.vpc = f.vpcs.items[0], f.vpcs.items[1]
	}
	if !f.requester.vpc.isSet() || !f.accepter.vpc.isSet() {
		b.d.ruleError(e.at, "PEER-1", "vpcs: [a, b], or requester: a and accepter: b", "the peering connection %s lacks one of its two VPCs", quote(e.key))
	}
	m := &model.VPCPeeringConnection{ID: id, Meta: f.meta(e.key, e.at, b.outer), AcceptanceUnknown: f.accepted.gap.unknown(string(id), "accepted")}
	if f.accepted.gap == nil && !f.accepted.or(true) && !f.state.set {
		f.state = value[string]{v: pendingAcceptance, set: true, at: f.accepted.at}
	}
	m.State, m.Active = f.of(peeringStates)
	m.Requester, m.Accepter = b.peeringSide(&f.requester, m.Meta), b.peeringSide(&f.accepter, m.Meta)
	b.n.VPCPeeringConnections[id] = m
}

func (b *builder) peeringSide(f *peeringSide, meta model.Meta) model.PeeringSide {
	closed(b.d, &f.cidrs, "the CIDRs of a peering connection")
	m := model.PeeringSide{VPC: model.VPCID(b.id(model.KindVPC, nil, &f.vpc)), CIDRs: prefixesOf(&f.cidrs), AllowDNSResolution: f.dns.or(false)}
	if v := b.n.VPCs[m.VPC]; v != nil {
		meta = v.Meta
	}
	m.Account, m.Region = f.account.or(meta.Account), model.Region(f.region.or(string(meta.Region)))
	return m
}
