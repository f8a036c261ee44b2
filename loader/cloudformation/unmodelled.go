package cloudformation

import (
	"maps"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// unmodelledTypes could carry or filter packets, and are not read, or only as
// owners of interfaces.
var unmodelledTypes = []string{
	"AWS::EC2::CarrierGateway",
	"AWS::EC2::VPCEncryptionControl",
	"AWS::EC2::SpotFleet", "AWS::EC2::EC2Fleet",
	"AWS::RAM::ResourceShare",
	"AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink",
	"AWS::EMR::Cluster", "AWS::Glue::Connection", "AWS::WorkSpaces::Workspace", "AWS::SageMaker::Model", "AWS::SageMaker::Domain",
}

// unmodelledFamilies begin the names of such types, as far as no reader has them.
var unmodelledFamilies = []string{
	"AWS::EC2::TransitGateway", "AWS::EC2::ClientVpn", "AWS::EC2::VPN", "AWS::EC2::LocalGateway", "AWS::EC2::RouteServer",
	"AWS::ElasticLoadBalancingV2::", "AWS::NetworkFirewall::", "AWS::NetworkManager::", "AWS::VpcLattice::", "AWS::DirectConnect::",
	"AWS::GlobalAccelerator::", "AWS::Route53Resolver::",
}

// harmless are types of those families that decide about no packet.
var harmless = []string{
	"AWS::EC2::TransitGatewayConnectPeer", "AWS::EC2::TransitGatewayMeteringPolicy", "AWS::EC2::TransitGatewayMeteringPolicyEntry",
	"AWS::NetworkFirewall::LoggingConfiguration", "AWS::NetworkFirewall::TLSInspectionConfiguration",
	"AWS::ElasticLoadBalancingV2::ListenerCertificate", "AWS::ElasticLoadBalancingV2::TrustStore", "AWS::ElasticLoadBalancingV2::TrustStoreRevocation",
	"AWS::Route53Resolver::ResolverQueryLoggingConfig", "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
	"AWS::NetworkManager::GlobalNetwork", "AWS::NetworkManager::Site", "AWS::NetworkManager::Device", "AWS::NetworkManager::Link",
	"AWS::NetworkManager::LinkAssociation", "AWS::NetworkManager::CustomerGatewayAssociation", "AWS::NetworkManager::TransitGatewayRegistration",
	"AWS::NetworkManager::ConnectPeer",
	"AWS::VpcLattice::AccessLogSubscription", "AWS::VpcLattice::ResourcePolicy", "AWS::VpcLattice::DomainVerification",
	"AWS::GlobalAccelerator::CrossAccountAttachment",
	"AWS::DirectConnect::Connection", "AWS::DirectConnect::Lag",
}

func isUnmodelled(typ string) bool {
	if read[typ] || slices.Contains(harmless, typ) {
		return false
	}
	return slices.Contains(unmodelledTypes, typ) ||
		slices.ContainsFunc(unmodelledFamilies, func(f string) bool { return strings.HasPrefix(typ, f) })
}

// misspelt reports types that are nearly a type which is read: AWS has no two of
// one service that are so near, so the resource is meant and left out.
func (b *builder) misspelt() {
	for _, typ := range sortedKeys(b.byType) {
		service, name, ok := cutType(typ)
		if !ok || modelled[typ] || isUnmodelled(typ) || slices.Contains(harmless, typ) {
			continue
		}
		for _, known := range slices.Sorted(maps.Keys(modelled)) {
			s, n, _ := cutType(known)
			if s != service || model.EditDistance(strings.ToLower(name), strings.ToLower(n), 2) > 2 {
				continue
			}
			for _, r := range b.byType[typ] {
				b.report(model.Warning, "", r, r.node.get("Type").at, "did you mean "+known+"?", "%s is of the type %s, which is not known; it is left out", r.name, typ)
			}
			break
		}
	}
}

// cutType splits AWS::EC2::VPC into AWS::EC2 and VPC.
func cutType(typ string) (service, name string, ok bool) {
	i := strings.LastIndex(typ, "::")
	if i < 0 || !strings.HasPrefix(typ, "AWS::") {
		return "", "", false
	}
	return strings.ToLower(typ[:i]), typ[i+2:], true
}
