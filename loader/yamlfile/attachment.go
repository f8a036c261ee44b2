package yamlfile

import (
	"net/netip"

	"github.com/vpcwalk/vpcwalk/model"
)

// attachment is what an attachment of a transit gateway and one of a core network
// may say alike.
type attachment struct {
	common
	status
	typ           value[model.AttachmentType]
	to            []kindRef // what it leads to
	resource      value[string]
	subnets       list[ref]
	applianceMode value[bool]
	ipv6          value[bool]
	referencing   value[bool]
	options       *gap // open
	accepted      value[bool]
	prefixes      list[value[netip.Prefix]]
}

// attachmentKinds are what an attachment may lead to, by the key that names it.
var attachmentKinds = []struct {
	key  string
	kind model.Kind
	typ  model.AttachmentType
	doc  string
}{
	{"vpc", model.KindVPC, model.AttachVPC, "the VPC that it leads to"},
	{"vpn", model.KindVPNConnection, model.AttachVPN, "the VPN connection that it leads to"},
	{"direct_connect_gateway", model.KindDirectConnectGateway, model.AttachDirectConnectGateway, "the Direct Connect gateway that it leads to"},
	{"connect", model.KindTransitGatewayAttachment, model.AttachConnect, "of a Connect attachment: its transport attachment"},
	{"peer", model.KindTransitGateway, model.AttachPeering, "of a peering: the other transit gateway"},
	{"firewall", model.KindFirewall, model.AttachNetworkFunction, "the Network Firewall that it leads to"},
	{"client_vpn", model.KindClientVPNEndpoint, model.AttachClientVPN, "the Client VPN endpoint that it leads to"},
}

// attachmentTypeOf is the type of the attachments that lead to a kind of resource.
func attachmentTypeOf(kind model.Kind) model.AttachmentType {
	for _, k := range attachmentKinds {
		if k.kind == kind {
			return k.typ
		}
	}
	panic("yamlfile: no attachment leads to a " + string(kind))
}

var (
	attachmentStates = workingIn{"available", "modifying"} // TGW-1
	attachmentType   = word("a type of attachment",
		[]string{"vpc", "vpn", "vpn-concentrator", "direct-connect-gateway", "connect", "peering", "network-function", "client-vpn"},
		[]model.AttachmentType{model.AttachVPC, model.AttachVPN, model.AttachVPNConcentrator, model.AttachDirectConnectGateway, model.AttachConnect,
			model.AttachPeering, model.AttachNetworkFunction, model.AttachClientVPN})
)

func attachmentKeys[T any](at func(*T) *attachment) []field[T] {
	keys := commonKeys(func(t *T) *common { return &at(t).common })
	keys = append(keys, statusKeys(func(t *T) *status { return &at(t).status }, attachmentStates)...)
	for _, k := range attachmentKinds {
		keys = append(keys, take(k.key, refTo, func(t *T, to ref) { at(t).to = append(at(t).to, kindRef{k.kind, to}) }, k.doc))
	}
	return append(keys,
		key("type", attachmentType, func(t *T) *value[model.AttachmentType] { return &at(t).typ }, "its type, where it does not follow from what it leads to"),
		key("resource", text, func(t *T) *value[string] { return &at(t).resource }, "the ID of what it leads to, where no other key names that"),
		key("subnets", many(refTo), func(t *T) *list[ref] { return &at(t).subnets }, "of a VPC attachment: a subnet in each zone that it serves (TGW-2, TGW-3)"),
		key("appliance_mode", yesNo, func(t *T) *value[bool] { return &at(t).applianceMode }, "appliance mode (TGW-30); false by default"),
		key("ipv6", yesNo, func(t *T) *value[bool] { return &at(t).ipv6 }, "IPv6 support (TGW-9); false by default"),
		key("security_group_referencing", yesNo, func(t *T) *value[bool] { return &at(t).referencing }, "whether groups of the VPC may be referenced through it (TGW-26); true by default"),
		key("options_unknown", gapDetailRef, func(t *T) **gap { return &at(t).options }, "why appliance mode, IPv6 support and group referencing are not known"),
		key("accepted", acceptance, func(t *T) *value[bool] { return &at(t).accepted }, "whether it is accepted (TGW-34, CWAN-8); true by default; false is a state that does not work"),
		key("prefixes", many(cidr), func(t *T) *list[value[netip.Prefix]] { return &at(t).prefixes }, "prefixes that it learns by BGP; none by default"),
	)
}

// stateOf gives an attachment's state and whether it works; pending is the state
// of one that is not accepted.
func (f *attachment) stateOf(pending string) (string, bool) {
	if f.accepted.gap == nil && !f.accepted.or(true) && !f.state.set {
		f.state = value[string]{v: pending, set: true, at: f.accepted.at}
	}
	return f.status.of(attachmentStates)
}

// leadsTo finds what an attachment leads to: its type and the resource's ID.
func (b *builder) leadsTo(s *scope, key string, at model.Provenance, f *attachment) (typ model.AttachmentType, id string) {
	switch {
	case len(f.to) > 1:
		b.d.errorf(f.to[1].at, "leave one", "the attachment %s leads to two things", quote(key))
	case len(f.to) == 0 && !f.typ.written():
		b.d.errorf(at, "vpc: NAME, vpn: NAME, peer: NAME, or its type", "the attachment %s leads to nothing", quote(key))
	}
	typ = f.typ.v
	if len(f.to) == 0 {
		return typ, f.resource.or("")
	}
	to := &f.to[0]
	for _, k := range attachmentKinds {
		if k.kind == to.kind && !f.typ.set {
			typ = k.typ
		}
	}
	id = b.id(to.kind, s, &to.ref)
	return typ, id
}

// attachmentSubnets are the subnets of a VPC attachment, looked up in its VPC.
func (b *builder) attachmentSubnets(key string, at model.Provenance, f *attachment, typ model.AttachmentType, vpc model.VPCID) []model.SubnetID {
	closed(b.d, &f.subnets, "the subnets of an attachment")
	if typ == model.AttachVPC && !f.subnets.set && b.scopeOf(vpc) != nil {
		b.d.ruleError(at, "TGW-2", "subnets: a list of one in each zone", "the attachment %s lacks its subnets", quote(key))
	}
	return refsOf[model.SubnetID](b, model.KindSubnet, b.scopeOf(vpc), &f.subnets)
}

// scopeOf is the VPC with that ID, or nil.
func (b *builder) scopeOf(vpc model.VPCID) *scope {
	for _, s := range b.scopes {
		if s.id == vpc {
			return s
		}
	}
	return nil
}
