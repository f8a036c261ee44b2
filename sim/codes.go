package sim

// Code says why a packet does not pass. AWS Reachability Analyzer's own code
// where it has one.
type Code string

// Codes that the walk gives.
const (
	BadState                           Code = "BAD_STATE"
	BadStateRoute                      Code = "BAD_STATE_ROUTE"
	ELBv2NoTargetsInAZ                 Code = "ELBV2_NO_TARGETS_IN_AZ"
	ENIAddressRestriction              Code = "ENI_ADDRESS_RESTRICTION"
	ENISGRulesMismatch                 Code = "ENI_SG_RULES_MISMATCH"
	ENISourceDestCheckRestriction      Code = "ENI_SOURCE_DEST_CHECK_RESTRICTION"
	FirewallRulesRestriction           Code = "FIREWALL_RULES_RESTRICTION"
	GatewayRejectsSpoofedTraffic       Code = "GATEWAY_REJECTS_SPOOFED_TRAFFIC"
	GWLBDestinationPortRestriction     Code = "GWLB_DESTINATION_PORT_RESTRICTION"
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
	BadStateAttachment                 Code = "BAD_STATE_ATTACHMENT"
	BadStateVPN                        Code = "BAD_STATE_VPN"
	UnknownDestination                 Code = "UNKNOWN_DESTINATION"
	VGWPrivateIPAssociationForEgress   Code = "VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS"
	VGWPrivateIPAssociationIngress     Code = "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"
	TGWBadStateVPN                     Code = "TGW_BAD_STATE_VPN"
	VPCBlockPublicAccessEnabled        Code = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"
	VPCEGatewayEgressSourceRestriction Code = "VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION"
	VPCEGatewayProtocolRestriction     Code = "VPCE_GATEWAY_PROTOCOL_RESTRICTION"
	VPCEIntraVPCTraffic                Code = "VPCE_INTRA_VPC_TRAFFIC"
	UnassociatedComponent              Code = "UNASSOCIATED_COMPONENT"
	ELBACLRestriction                  Code = "ELB_ACL_RESTRICTION"
	ELBInstalledAZRestriction          Code = "ELB_INSTALLED_AZ_RESTRICTION"
	ELBListenersMismatch               Code = "ELB_LISTENERS_MISMATCH"
	ELBNotCrossZone                    Code = "ELB_NOT_CROSSZONE"
	ELBv2ListenerHasNoTG               Code = "ELBV2_LISTENER_HAS_NO_TG"
	ELBv2ListenerRequiresTGAccept      Code = "ELBV2_LISTENER_REQUIRES_TG_ACCEPT"
	ELBv2ListenersMismatch             Code = "ELBV2_LISTENERS_MISMATCH"
	ELBv2SourceAddressPreservation     Code = "ELBV2_SOURCE_ADDRESS_PRESERVATION"
	TargetAddressRestriction           Code = "TARGET_ADDRESS_RESTRICTION"
	TargetPortRestriction              Code = "TARGET_PORT_RESTRICTION"
	VPCEServiceNotInstalledInAZ        Code = "VPCE_SERVICE_NOT_INSTALLED_IN_AZ"

	// Codes that AWS has no word for.
	AsymmetricMiddlebox    Code = "ASYMMETRIC_MIDDLEBOX"
	AsymmetricReturn       Code = "ASYMMETRIC_RETURN"
	DNSUnresolved          Code = "DNS_UNRESOLVED"
	EIGWInbound            Code = "EIGW_INBOUND"
	EndpointNoICMP         Code = "ENDPOINT_NO_ICMP"
	EndpointNotAvailable   Code = "ENDPOINT_NOT_AVAILABLE"
	Loop                   Code = "LOOP"
	NATInbound             Code = "NAT_INBOUND"
	ClientVPNAuthorization Code = "CLIENT_VPN_AUTHORIZATION"
	NLBHairpin             Code = "NLB_HAIRPIN"
	NotTransitive          Code = "NOT_TRANSITIVE"
	OnPremisesRestriction  Code = "ON_PREMISES_RESTRICTION"
	Port25Restriction      Code = "PORT25_RESTRICTION"
	VPNTrafficSelector     Code = "VPN_TRAFFIC_SELECTOR"

	// Codes of gaps, in an indeterminate answer.
	UnknownResource Code = "UNKNOWN_RESOURCE" // the input lacks what decides
	UnknownValue    Code = "UNKNOWN_VALUE"    // known only after apply
	NotModelled     Code = "NOT_MODELLED"     // a component that is not walked through
)

// The rest of Reachability Analyzer's codes, so that what it prints can be
// looked up too: those of components between VPCs and of load balancers, and
// those with which it says why one candidate way is not the one taken.
const (
	CannotRoute                    Code = "CANNOT_ROUTE"
	DisconnectedVPCs               Code = "DISCONNECTED_VPCS"
	ELBListenerPortRestriction     Code = "ELB_LISTENER_PORT_RESTRICTION"
	ELBv2ListenerPortRestriction   Code = "ELBV2_LISTENER_PORT_RESTRICTION"
	GWLBProtocolRestriction        Code = "GWLB_PROTOCOL_RESTRICTION"
	HigherPriorityRoute            Code = "HIGHER_PRIORITY_ROUTE"
	IGWDestinationInVPCCIDRs       Code = "IGW_DESTINATION_ADDRESS_IN_VPC_CIDRS"
	IGWNATReflection               Code = "IGW_NAT_REFLECTION"
	MoreSpecificRoute              Code = "MORE_SPECIFIC_ROUTE"
	NGWDestAddressPreservation     Code = "NGW_DEST_ADDRESS_PRESERVATION"
	NGWSourceAddressReassign       Code = "NGW_SOURCE_ADDRESS_REASSIGN"
	NoPath                         Code = "NO_PATH"
	NoSourceOrDestination          Code = "NO_SOURCE_OR_DESTINATION"
	PCXRequiresAddressInVPCCIDR    Code = "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"
	RemapEphemeralPort             Code = "REMAP_EPHEMERAL_PORT"
	SGReferencingSupport           Code = "SG_REFERENCING_SUPPORT"
	TGWAttachMissingRTBAssociation Code = "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION"
	TGWAttachVPCAZRestriction      Code = "TGW_ATTACH_VPC_AZ_RESTRICTION"
	TGWRouteAZRestriction          Code = "TGW_ROUTE_AZ_RESTRICTION"
	TGWRTBBadStateRoute            Code = "TGW_RTB_BAD_STATE_ROUTE"
	TGWRTBCannotRoute              Code = "TGW_RTB_CANNOT_ROUTE"
	TGWRTBHigherPriorityRoute      Code = "TGW_RTB_HIGHER_PRIORITY_ROUTE"
	TGWRTBMoreSpecificRoute        Code = "TGW_RTB_MORE_SPECIFIC_ROUTE"
	TGWRTBNoRouteToAttachment      Code = "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT"
	TGWRTBRoutesAreUnknown         Code = "TGW_RTB_ROUTES_ARE_UNKNOWN"
	UnknownPeeredSGs               Code = "UNKNOWN_PEERED_SGS"
	UnsupportedComponent           Code = "UNSUPPORTED_COMPONENT"
	VPCLocalRouteCIDRRestriction   Code = "VPC_LOCAL_ROUTE_CIDR_RESTRICTION"
)
