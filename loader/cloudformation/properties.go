package cloudformation

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

// get gives a property, or what lies under a path in it: "VpcConfig.SubnetIds".
func (r *resource) get(path string) value {
	first, rest, deeper := strings.Cut(path, ".")
	var v value
	properties := r.properties()
	switch n := properties.get(first); {
	case n != nil:
		v = r.stack.eval(n)
	case properties == nil || properties.kind != mappingNode:
		return value{}
	default:
		if name, _ := properties.call(); name != "" {
			v = r.stack.eval(properties).member(first)
		} else if t := properties.get("Fn::Transform"); t != nil {
			return r.stack.transform(t, t.at)
		}
	}
	if deeper {
		for key := range strings.SplitSeq(rest, ".") {
			v = v.member(key)
		}
	}
	return v
}

// unknown says that an attribute of a resource is open.
func (r *resource) unknown(attribute string, gap *open, at model.Provenance) *model.Unknown {
	at.Address = r.name
	return &model.Unknown{Subject: r.id, Attribute: attribute, Reason: gap.reason, Provenance: at}
}

// unreadable is the gap of something that was reported.
func (b *builder) unreadable(r *resource, rule string, attribute string, at model.Provenance, format string, args ...any) *model.Unknown {
	text := fmt.Sprintf(format, args...)
	b.report(model.Error, rule, r, at, "", "%s: %s", attribute, text)
	return r.unknown(attribute, &open{reason: text}, at)
}

func parseBool(s string) (yes, ok bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "yes", "on":
		return true, true
	case "false", "no", "off":
		return false, true
	}
	return false, false
}

// flag reads a boolean; what is absent is otherwise.
func (b *builder) flag(r *resource, attribute string, v value, otherwise bool) (bool, *model.Unknown) {
	if v.kind == absent {
		return otherwise, nil
	}
	if gap := v.gap(); gap != nil {
		return otherwise, r.unknown(attribute, gap, v.at)
	}
	text, _ := v.literal()
	yes, ok := parseBool(text)
	if !ok {
		return otherwise, b.unreadable(r, "", attribute, v.at, "%s is neither true nor false", quote(text))
	}
	return yes, nil
}

// number is an integer that may be absent or open.
type number struct {
	n     int
	given bool
	gap   *model.Unknown
}

func (b *builder) number(r *resource, attribute string, v value) number {
	if v.kind == absent {
		return number{}
	}
	if gap := v.gap(); gap != nil {
		return number{given: true, gap: r.unknown(attribute, gap, v.at)}
	}
	text, _ := v.literal()
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(text), ".0"))
	if err != nil {
		return number{given: true, gap: b.unreadable(r, "", attribute, v.at, "%s is not a number", quote(text))}
	}
	return number{n: n, given: true}
}

// prefix reads a CIDR block; the zero Prefix where it is absent or open. Host bits
// are cleared as AWS clears them (VPC-5).
func (b *builder) prefix(r *resource, attribute string, v value) (netip.Prefix, *model.Unknown) {
	if v.kind == absent {
		return netip.Prefix{}, nil
	}
	if gap := v.gap(); gap != nil {
		return netip.Prefix{}, r.unknown(attribute, gap, v.at)
	}
	text, _ := v.literal()
	p, err := netip.ParsePrefix(strings.TrimSpace(text))
	if err != nil || p.Addr().Is4In6() {
		return netip.Prefix{}, b.unreadable(r, "", attribute, v.at, "%s is not a CIDR block", quote(text))
	}
	if p != p.Masked() {
		b.report(model.Warning, "VPC-5", r, v.at, "", "%s: %s has host bits set; it is read as %s", attribute, p, p.Masked())
	}
	return p.Masked(), nil
}

// address reads an IP address of a family; the zero Addr where it is absent or
// open.
func (b *builder) address(r *resource, attribute string, v value, v6 bool) (netip.Addr, *model.Unknown) {
	if v.kind == absent {
		return netip.Addr{}, nil
	}
	if gap := v.gap(); gap != nil {
		return netip.Addr{}, r.unknown(attribute, gap, v.at)
	}
	text, _ := v.literal()
	a, err := netip.ParseAddr(strings.TrimSpace(text))
	if err != nil || a.Is6() != v6 || a.Zone() != "" || a.Is4In6() {
		return netip.Addr{}, b.unreadable(r, "", attribute, v.at, "%s is not an %s address", quote(text), map[bool]string{false: "IPv4", true: "IPv6"}[v6])
	}
	return a, nil
}

// types are those whose Ref is the ID of a resource of a kind.
var types = map[model.Kind][]string{
	model.KindVPC:                       {"AWS::EC2::VPC"},
	model.KindSubnet:                    {"AWS::EC2::Subnet"},
	model.KindRouteTable:                {"AWS::EC2::RouteTable"},
	model.KindPrefixList:                {"AWS::EC2::PrefixList"},
	model.KindNetworkACL:                {"AWS::EC2::NetworkAcl"},
	model.KindSecurityGroup:             {"AWS::EC2::SecurityGroup"},
	model.KindInterface:                 {"AWS::EC2::NetworkInterface"},
	model.KindInstance:                  {"AWS::EC2::Instance"},
	model.KindElasticIP:                 {"AWS::EC2::EIP"},
	model.KindInternetGateway:           {"AWS::EC2::InternetGateway"},
	model.KindEgressOnlyInternetGateway: {"AWS::EC2::EgressOnlyInternetGateway"},
	model.KindNATGateway:                {"AWS::EC2::NatGateway"},
	model.KindVPCEndpoint:               {"AWS::EC2::VPCEndpoint", firewallEndpointType},
	model.KindVPNGateway:                {"AWS::EC2::VPNGateway"},
	model.KindVPCPeeringConnection:      {"AWS::EC2::VPCPeeringConnection"},
	model.KindTransitGateway:            {"AWS::EC2::TransitGateway"},
	model.KindCarrierGateway:            {"AWS::EC2::CarrierGateway"},
	model.KindLocalGateway:              {},
	model.KindCoreNetwork:               {"AWS::NetworkManager::CoreNetwork"},

	model.KindTransitGatewayAttachment: {"AWS::EC2::TransitGatewayVpcAttachment", "AWS::EC2::TransitGatewayAttachment",
		"AWS::EC2::TransitGatewayPeeringAttachment", "AWS::EC2::TransitGatewayConnect"},
	model.KindTransitGatewayRouteTable: {"AWS::EC2::TransitGatewayRouteTable"},
	model.KindCustomerGateway:          {"AWS::EC2::CustomerGateway"},
	model.KindVPNConnection:            {"AWS::EC2::VPNConnection"},
	model.KindDirectConnectGateway:     {"AWS::DirectConnect::DirectConnectGateway"},
	model.KindClientVPNEndpoint:        {"AWS::EC2::ClientVpnEndpoint"},
	model.KindCoreNetworkAttachment: {"AWS::NetworkManager::VpcAttachment", "AWS::NetworkManager::SiteToSiteVpnAttachment", "AWS::NetworkManager::ConnectAttachment",
		"AWS::NetworkManager::DirectConnectGatewayAttachment", "AWS::NetworkManager::TransitGatewayRouteTableAttachment"},
	model.KindLoadBalancer:          {balancerType, classicType},
	model.KindTargetGroup:           {"AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::VpcLattice::TargetGroup"},
	model.KindVPCEndpointService:    {endpointServiceType},
	model.KindResourceGateway:       {"AWS::VpcLattice::ResourceGateway"},
	model.KindResourceConfiguration: {"AWS::VpcLattice::ResourceConfiguration"},
	model.KindServiceNetwork:        {"AWS::VpcLattice::ServiceNetwork"},
	model.KindLatticeService:        {"AWS::VpcLattice::Service"},
	model.KindFirewall:              {firewallType},
	model.KindFirewallPolicy:        {"AWS::NetworkFirewall::FirewallPolicy"},
	model.KindFirewallRuleGroup:     {"AWS::NetworkFirewall::RuleGroup"},
	model.KindAccelerator:           {"AWS::GlobalAccelerator::Accelerator"},
}

// identity is what a property names.
type identity struct {
	// id is never empty where the property is there. For what is open it is a
	// name that stands for the thing.
	id string
	// name is how the thing is called inside other IDs.
	name string
	gap  *model.Unknown
	at   model.Provenance
	// resource is what the templates hold; nil for anything else.
	resource *resource
}

// outside reports whether the ID is one of something that the templates do not
// hold, as AWS has it.
func (i identity) outside() bool { return i.id != "" && i.resource == nil && i.gap == nil }

// identify reads the ID of a resource of a kind; the zero identity where it is
// absent.
func (b *builder) identify(r *resource, attribute string, v value, kind model.Kind) identity {
	if v.kind == absent {
		return identity{}
	}
	at := v.at
	at.Address = r.name
	if to, with := v.reference(); to != nil {
		if id, ok := companion(to, with, kind); ok {
			return identity{id: id, name: id, at: at, resource: to}
		}
		if with == "" && slices.Contains(types[kind], to.typ) {
			return identity{id: to.id, name: to.name, at: at, resource: to}
		}
		if with == "" && modelled[to.typ] {
			gap := b.unreadable(r, "", attribute, v.at, "%s is of the type %s, not %s", to.name, to.typ, strings.Join(types[kind], " or "))
			return identity{id: r.id + "." + attribute, name: attribute, gap: gap, at: at}
		}
		return identity{id: to.id, name: to.name, at: at, gap: r.unknown(attribute, v.gap(), at)}
	}
	if text, ok := v.literal(); ok {
		text = strings.TrimSpace(text)
		if text == "" {
			return identity{}
		}
		return identity{id: text, name: text, at: at}
	}
	gap := v.gap()
	if gap == nil {
		return identity{id: r.id + "." + attribute, name: attribute, at: at, gap: b.unreadable(r, "", attribute, v.at, "one ID is expected")}
	}
	label := r.id + "." + attribute
	if v.kind == openValue && gap.label != "" {
		label = gap.label
	}
	return identity{id: label, name: label, at: at, gap: r.unknown(attribute, gap, at)}
}

// companion gives the ID of something that comes with a resource.
func companion(to *resource, with string, kind model.Kind) (string, bool) {
	switch {
	case with == "DefaultSecurityGroup" && kind == model.KindSecurityGroup:
		return string(design.DefaultGroupID(model.VPCID(to.id))), true
	case with == "DefaultNetworkAcl" && kind == model.KindNetworkACL:
		return string(design.DefaultACLID(model.VPCID(to.id))), true
	case with == "ClusterSecurityGroupId" && kind == model.KindSecurityGroup:
		return string(clusterGroupID(to)), true
	case with == associationDefault && kind == model.KindTransitGatewayRouteTable, with == propagationDefault && kind == model.KindTransitGatewayRouteTable:
		return string(defaultTableOf(to, with)), true
	case with == attachmentAttribute && kind == model.KindTransitGatewayAttachment:
		return string(attachmentOf(to)), true
	case strings.HasPrefix(with, endpointAttribute) && kind == model.KindVPCEndpoint:
		return string(firewallEndpointID(to, strings.TrimPrefix(with, endpointAttribute))), true
	}
	return "", false
}

// elsewhere warns of a resource that is a part of something that no template has:
// that stays unknown.
func (b *builder) elsewhere(r *resource, i identity) {
	switch {
	case i.id == "":
	case i.gap != nil:
		b.report(model.Warning, "", r, i.at, "What it adds to is unknown, and stays so.", "%s belongs to what is not known: %s", r.name, i.gap.Reason)
	default:
		b.report(model.Warning, "", r, i.at, "What it adds to is unknown; give the input that has it as well.", "%s belongs to %s, which no template has", r.name, i.id)
	}
}

// identities reads a list of IDs. open is set where the list may have others.
func (b *builder) identities(r *resource, attribute string, v value, kind model.Kind) (list []identity, open *model.Unknown) {
	for _, item := range v.list() {
		if item.kind == listValue {
			more, gap := b.identities(r, attribute, item, kind)
			list = append(list, more...)
			if gap != nil {
				open = gap
			}
			continue
		}
		i := b.identify(r, attribute, item, kind)
		if i.id == "" {
			continue
		}
		if i.gap != nil {
			open = i.gap
		}
		list = append(list, i)
	}
	return list, open
}

// vpc reads a VpcId. A VPC that the templates only name becomes one of which
// nothing is known.
func (b *builder) vpc(r *resource, attribute string, v value) model.VPCID {
	i := b.identify(r, attribute, v, model.KindVPC)
	switch {
	case i.id == "":
		return ""
	case i.resource == nil && b.network.VPCs[model.VPCID(i.id)] == nil:
		reason := "the templates name it and do not hold it"
		if i.gap != nil {
			reason = i.gap.Reason
		}
		m := design.NamedVPC(model.VPCID(i.id), reason, i.at)
		m.Account, m.Region = r.stack.account, r.stack.region
		m.Provenance.Address = ""
		b.network.VPCs[m.ID] = m
	}
	return model.VPCID(i.id)
}

// ruleItem is an item of a list of rules. gap is told where a condition that is
// not decided chooses it, or where all of it is open.
type ruleItem struct {
	value
	gap *open
}

// ruleItems gives the items of a list of rules, and every choice of those that a
// condition decides on.
func ruleItems(v value) []ruleItem {
	var out []ruleItem
	var add func(v value, gap *open)
	add = func(v value, gap *open) {
		switch {
		case v.kind == absent:
		case v.kind == listValue:
			for _, item := range v.items {
				add(item, gap)
			}
		case v.kind == openValue && len(v.open.choices) > 0:
			for _, c := range v.open.choices {
				add(c, v.open)
			}
		case v.kind == openValue:
			out = append(out, ruleItem{v, v.open})
		default:
			out = append(out, ruleItem{v, gap})
		}
	}
	add(v, nil)
	return out
}
