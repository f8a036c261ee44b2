package cloudformation

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

// sameAsRef are the attributes that are what Ref gives, or another ID of the
// same resource, by type.
var sameAsRef = map[string][]string{
	"AWS::EC2::VPC":                             {"VpcId"},
	"AWS::EC2::Subnet":                          {"SubnetId"},
	"AWS::EC2::RouteTable":                      {"RouteTableId"},
	"AWS::EC2::SecurityGroup":                   {"GroupId", "Id"},
	"AWS::EC2::NetworkAcl":                      {"Id"},
	"AWS::EC2::InternetGateway":                 {"InternetGatewayId"},
	"AWS::EC2::EgressOnlyInternetGateway":       {"Id"},
	"AWS::EC2::NatGateway":                      {"NatGatewayId"},
	"AWS::EC2::EIP":                             {"AllocationId"},
	"AWS::EC2::NetworkInterface":                {"Id"},
	"AWS::EC2::Instance":                        {"InstanceId"},
	"AWS::EC2::PrefixList":                      {"PrefixListId", "Arn"},
	"AWS::EC2::VPCEndpoint":                     {"Id"},
	"AWS::EC2::VPCEndpointService":              {"ServiceId"},
	"AWS::EC2::LaunchTemplate":                  {"LaunchTemplateId"},
	"AWS::EC2::TransitGateway":                  {"Id", "TransitGatewayArn"},
	"AWS::EC2::TransitGatewayAttachment":        {"Id"},
	"AWS::EC2::TransitGatewayVpcAttachment":     {"Id"},
	"AWS::EC2::TransitGatewayPeeringAttachment": {"TransitGatewayAttachmentId"},
	"AWS::EC2::TransitGatewayConnect":           {"TransitGatewayAttachmentId"},
	"AWS::EC2::TransitGatewayRouteTable":        {"TransitGatewayRouteTableId"},
	"AWS::EC2::VPCPeeringConnection":            {"Id"},
	"AWS::EC2::VPNGateway":                      {"VPNGatewayId"},
	"AWS::EC2::VPNConnection":                   {"VpnConnectionId"},
	"AWS::EC2::VPNConcentrator":                 {"VpnConcentratorId"},
	"AWS::EC2::CustomerGateway":                 {"CustomerGatewayId"},
	"AWS::EC2::CarrierGateway":                  {"CarrierGatewayId"},

	"AWS::DirectConnect::DirectConnectGateway": {"DirectConnectGatewayId", "DirectConnectGatewayArn"},

	"AWS::NetworkManager::CoreNetwork":                        {"CoreNetworkArn", "CoreNetworkId"},
	"AWS::NetworkManager::TransitGatewayPeering":              {"PeeringId"},
	"AWS::NetworkManager::VpcAttachment":                      {"AttachmentId"},
	"AWS::NetworkManager::ConnectAttachment":                  {"AttachmentId"},
	"AWS::NetworkManager::SiteToSiteVpnAttachment":            {"AttachmentId"},
	"AWS::NetworkManager::DirectConnectGatewayAttachment":     {"AttachmentId"},
	"AWS::NetworkManager::TransitGatewayRouteTableAttachment": {"AttachmentId"},

	"AWS::NetworkFirewall::Firewall":               {"FirewallArn", "FirewallId"},
	"AWS::NetworkFirewall::FirewallPolicy":         {"FirewallPolicyArn", "FirewallPolicyId"},
	"AWS::NetworkFirewall::RuleGroup":              {"RuleGroupArn", "RuleGroupId"},
	"AWS::NetworkFirewall::VpcEndpointAssociation": {"EndpointId"},

	"AWS::ElasticLoadBalancingV2::LoadBalancer": {"LoadBalancerArn"},
	"AWS::ElasticLoadBalancingV2::Listener":     {"ListenerArn"},
	"AWS::ElasticLoadBalancingV2::TargetGroup":  {"TargetGroupArn"},
	"AWS::EKS::Cluster":                         {"Arn"},

	"AWS::VpcLattice::ServiceNetwork":        {"Arn", "Id"},
	"AWS::VpcLattice::Service":               {"Arn", "Id"},
	"AWS::VpcLattice::Listener":              {"Arn", "Id"},
	"AWS::VpcLattice::TargetGroup":           {"Arn", "Id"},
	"AWS::VpcLattice::ResourceGateway":       {"Arn", "Id"},
	"AWS::VpcLattice::ResourceConfiguration": {"Arn", "Id"},

	"AWS::GlobalAccelerator::Accelerator": {"AcceleratorArn"},
	"AWS::GlobalAccelerator::Listener":    {"ListenerArn"},
}

// companions are attributes that are the ID of something that comes with the
// resource.
var companions = map[string][]string{
	"AWS::EC2::VPC":             {"DefaultSecurityGroup", "DefaultNetworkAcl"},
	"AWS::EKS::Cluster":         {"ClusterSecurityGroupId"},
	"AWS::EC2::TransitGateway":  {associationDefault, propagationDefault},
	"AWS::EC2::VPNConnection":   {attachmentAttribute},
	"AWS::EC2::VPNConcentrator": {attachmentAttribute},
	firewallType:                {attachmentAttribute},
}

// fromProperty are attributes that a property of another name decides, where it
// is set.
var fromProperty = map[string]map[string]string{
	"AWS::EC2::Instance":         {"PrivateIp": "PrivateIpAddress"},
	"AWS::EC2::NetworkInterface": {"PrimaryPrivateIpAddress": "PrivateIpAddress"},
	"AWS::RDS::DBInstance":       {"Endpoint.Port": "Port"},
	"AWS::RDS::DBCluster":        {"Endpoint.Port": "Port"},
}

// hasPlainID reports whether the resource's ID holds no characters but letters,
// digits and hyphens: all of EC2's do, ARNs do not.
func (r *resource) hasPlainID() bool {
	return strings.HasPrefix(r.typ, "AWS::EC2::") && r.typ != "AWS::EC2::EIP" // whose Ref is an address
}

// attribute gives what Fn::GetAtt gives: an ID, a property that is known from the
// template, or something that is known only when the resource is there.
func (r *resource) attribute(name string, at model.Provenance) value {
	if slices.Contains(sameAsRef[r.typ], name) {
		return refer(r, "", at)
	}
	if slices.Contains(companions[r.typ], name) {
		return refer(r, name, at)
	}
	switch {
	case r.typ == "AWS::EC2::VPC" && name == "Ipv6CidrBlocks":
		return r.ipv6Blocks(at)
	case r.typ == firewallType && name == "EndpointIds":
		return r.firewallEndpoints(at)
	}
	property := name
	if p, ok := fromProperty[r.typ][name]; ok {
		property = p
	}
	if n := r.properties().path(property); n != nil && strings.HasPrefix(r.typ, "AWS::") {
		if v := r.evaluated(property, n); v.kind != absent {
			v.at = at
			return v
		}
	}
	reason := r.name + "." + name + " is known only when the stack is deployed"
	if strings.HasPrefix(r.typ, "Custom::") || r.typ == "AWS::CloudFormation::CustomResource" {
		reason = "the custom resource " + r.name + " decides " + name + " when the stack is deployed"
	}
	return opened(open{label: r.id + "." + name, reason: reason, of: r, attribute: name}, at)
}

// evaluated gives a property that other expressions use, evaluated once.
func (r *resource) evaluated(property string, n *node) value {
	if v, ok := r.known[property]; ok {
		return v
	}
	if r.known == nil {
		r.known = map[string]value{}
	}
	r.known[property] = opened(open{reason: r.name + " refers to itself"}, n.at)
	v := r.stack.eval(n)
	r.known[property] = v
	return v
}

// ipv6Blocks are the IPv6 blocks of a VPC: those that its VPCCidrBlock resources
// tell, and a stand-in for the one that Amazon assigns (VPC-11).
func (r *resource) ipv6Blocks(at model.Provenance) value {
	if r.busy {
		return opened(open{reason: r.name + " refers to itself"}, at)
	}
	r.busy = true
	defer func() { r.busy = false }()
	out := value{kind: listValue, at: at}
	for _, b := range r.stack.order {
		if b.typ != "AWS::EC2::VPCCidrBlock" || b.absent() {
			continue
		}
		if of, _ := r.stack.eval(b.properties().get("VpcId")).reference(); of != r {
			continue
		}
		if n := b.properties().get("Ipv6CidrBlock"); n != nil {
			out.items = append(out.items, r.stack.eval(n))
		} else if yes, ok := parseBool(r.stack.eval(b.properties().get("AmazonProvidedIpv6CidrBlock")).show()); yes && ok {
			out.items = append(out.items, plain(design.StandInIPv6(model.VPCID(r.id)).String(), at))
		}
	}
	if len(out.items) == 0 {
		return opened(open{label: r.id + ".Ipv6CidrBlocks", reason: "the template assigns " + r.name + " no IPv6 block"}, at)
	}
	return out
}
