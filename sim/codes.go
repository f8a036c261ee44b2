package sim

// Code says why a packet does not pass. AWS Reachability Analyzer's own code
// where it has one.
type Code string

// Codes that the walk gives.
const (
	BadState                           Code = "BAD_STATE"
	BadStateRoute                      Code = "BAD_STATE_ROUTE"
	ENIAddressRestriction              Code = "ENI_ADDRESS_RESTRICTION"
	ENISGRulesMismatch                 Code = "ENI_SG_RULES_MISMATCH"
	ENISourceDestCheckRestriction      Code = "ENI_SOURCE_DEST_CHECK_RESTRICTION"
	GatewayRejectsSpoofedTraffic       Code = "GATEWAY_REJECTS_SPOOFED_TRAFFIC"
	IGWDestinationNotInRFC1918Egress   Code = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS"
	IGWDestinationNotInRFC6598Egress   Code = "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS"
	IGWPrivateIPAssociationForIngress  Code = "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
	IGWPublicIPAssociationForEgress    Code = "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"
	IGWSourceNotInRFC1918Ingress       Code = "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS"
	IGWSourceNotInRFC6598Ingress       Code = "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS"
	IngressRTBNoPublicIP               Code = "INGRESS_RTB_NO_PUBLIC_IP"
	IngressRTBTrafficRedirection       Code = "INGRESS_RTB_TRAFFIC_REDIRECTION"
	NGWRequiresSourceInVPC             Code = "NGW_REQUIRES_SOURCE_IN_VPC"
	NoPossibleDestination              Code = "NO_POSSIBLE_DESTINATION"
	NoRouteToDestination               Code = "NO_ROUTE_TO_DESTINATION"
	ProtocolRestriction                Code = "PROTOCOL_RESTRICTION"
	RegionalNGWRouteAZRestriction      Code = "REGIONAL_NGW_ROUTE_AZ_RESTRICTION"
	SGHasNoRules                       Code = "SG_HAS_NO_RULES"
	SGReferencesNotPreserved           Code = "SG_REFERENCES_NOT_PRESERVED"
	SubnetACLRestriction               Code = "SUBNET_ACL_RESTRICTION"
	VPCBlockPublicAccessEnabled        Code = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"
	VPCEGatewayEgressSourceRestriction Code = "VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION"
	VPCEGatewayProtocolRestriction     Code = "VPCE_GATEWAY_PROTOCOL_RESTRICTION"
	VPCEIntraVPCTraffic                Code = "VPCE_INTRA_VPC_TRAFFIC"
	UnassociatedComponent              Code = "UNASSOCIATED_COMPONENT"

	// Codes that AWS has no word for.
	AsymmetricMiddlebox  Code = "ASYMMETRIC_MIDDLEBOX"
	AsymmetricReturn     Code = "ASYMMETRIC_RETURN"
	DNSUnresolved        Code = "DNS_UNRESOLVED"
	EIGWInbound          Code = "EIGW_INBOUND"
	EndpointNoICMP       Code = "ENDPOINT_NO_ICMP"
	EndpointNotAvailable Code = "ENDPOINT_NOT_AVAILABLE"
	Loop                 Code = "LOOP"
	NATInbound           Code = "NAT_INBOUND"
	NotTransitive        Code = "NOT_TRANSITIVE"
	Port25Restriction    Code = "PORT25_RESTRICTION"

	// Codes of gaps, in an indeterminate answer.
	UnknownResource Code = "UNKNOWN_RESOURCE" // the input lacks what decides
	UnknownValue    Code = "UNKNOWN_VALUE"    // known only after apply
	NotModelled     Code = "NOT_MODELLED"     // a component that is not walked through
)
