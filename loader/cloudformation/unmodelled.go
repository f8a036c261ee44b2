package cloudformation

import (
	"slices"
	"strings"
)

// unmodelledTypes could carry or filter packets, and are not read, or only as
// owners of interfaces.
var unmodelledTypes = []string{
	"AWS::EC2::VPCPeeringConnection",
	"AWS::EC2::VPNGateway", "AWS::EC2::VPNConnection", "AWS::EC2::VPNConnectionRoute", "AWS::EC2::CustomerGateway", "AWS::EC2::VPNConcentrator",
	"AWS::EC2::CarrierGateway",
	"AWS::EC2::VPCEndpointService", "AWS::EC2::VPCEndpointServicePermissions",
	"AWS::EC2::VPCEncryptionControl",
	"AWS::EC2::SpotFleet", "AWS::EC2::EC2Fleet",
	"AWS::ElasticLoadBalancing::LoadBalancer",
	"AWS::RAM::ResourceShare",
	"AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink",
	"AWS::EMR::Cluster", "AWS::Glue::Connection", "AWS::WorkSpaces::Workspace", "AWS::SageMaker::Model", "AWS::SageMaker::Domain",
}

// unmodelledFamilies begin the names of such types.
var unmodelledFamilies = []string{
	"AWS::EC2::TransitGateway", "AWS::EC2::ClientVpn", "AWS::EC2::LocalGateway", "AWS::EC2::RouteServer",
	"AWS::ElasticLoadBalancingV2::", "AWS::NetworkFirewall::", "AWS::NetworkManager::", "AWS::VpcLattice::", "AWS::DirectConnect::",
	"AWS::GlobalAccelerator::", "AWS::Route53Resolver::",
}

// harmless are types of those families that decide about no packet.
var harmless = []string{
	"AWS::NetworkFirewall::LoggingConfiguration", "AWS::NetworkFirewall::TLSInspectionConfiguration",
	"AWS::ElasticLoadBalancingV2::ListenerCertificate", "AWS::ElasticLoadBalancingV2::TrustStore", "AWS::ElasticLoadBalancingV2::TrustStoreRevocation",
	"AWS::Route53Resolver::ResolverQueryLoggingConfig", "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
	"AWS::NetworkManager::Site", "AWS::NetworkManager::Device", "AWS::NetworkManager::Link", "AWS::NetworkManager::LinkAssociation",
}

func isUnmodelled(typ string) bool {
	if slices.Contains(harmless, typ) {
		return false
	}
	return slices.Contains(unmodelledTypes, typ) ||
		slices.ContainsFunc(unmodelledFamilies, func(f string) bool { return strings.HasPrefix(typ, f) })
}
