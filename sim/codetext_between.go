package sim

// betweenCodes are about VPC endpoints and what connects VPCs.
var betweenCodes = []CodeInfo{
	{
		Code: EndpointNoICMP, Group: GroupEndpoint, Own: true,
		Meaning: "An interface endpoint does not answer ping.",
		Mend:    "Test the endpoint with a TCP connection to the service's port (443 for AWS services).",
	},
	{
		Code: EndpointNotAvailable, Group: GroupEndpoint, Own: true,
		Meaning: "The VPC endpoint is not in state available: it is pending, failed, rejected or being deleted.",
		Mend:    "Have the service's owner accept the connection, or recreate the endpoint.",
	},
	{
		Code: VPCEGatewayEgressSourceRestriction, Group: GroupEndpoint,
		Meaning: "Replies from a gateway endpoint come only from the addresses of the service's prefix list, and this address is not one of them.",
		Mend:    "Address the service in the endpoint's own Region; other Regions are reached by the internet.",
	},
	{
		Code: VPCEGatewayProtocolRestriction, Group: GroupEndpoint,
		Meaning: "A gateway endpoint carries TCP and ICMP echo requests, and nothing else.",
		Mend:    "Use TCP 443.",
	},
	{
		Code: VPCEIntraVPCTraffic, Group: GroupEndpoint,
		Meaning: "A VPC endpoint starts no connections: only the consumer's side can.",
		Mend:    "Ask the opposite direction; for connections from the provider, connect the VPCs or publish a service there too.",
	},
	{
		Code: VPCEServiceNotInstalledInAZ, Group: GroupEndpoint,
		Meaning: "The endpoint service is not offered in the endpoint's Availability Zone.",
		Mend:    "Place the endpoint in zones that the service supports; compare zones by ID across accounts.",
	},
	{
		Code: DisconnectedVPCs, Group: GroupPeering,
		Meaning: "Source and destination are in two VPCs that nothing connects.",
		Mend:    "Connect them: peering for two VPCs, a transit gateway for more, an endpoint service for a single service.",
	},
	{
		Code: PCXRequiresAddressInVPCCIDR, Group: GroupPeering,
		Meaning: "A peering connection carries packets between addresses of its two VPCs only; it leads no further.",
		Mend:    "Peer the VPCs directly, or use a transit gateway where traffic has to pass through.",
	},
	{
		Code: UnknownPeeredSGs, Group: GroupPeering,
		Meaning: "The peer VPC's security groups are not known, so rules that name them count as not matching.",
		Mend:    "Add the peer account's data to the input, or admit the peer by CIDR.",
	},
	{
		Code: SGReferencingSupport, Group: GroupTransitGateway,
		Meaning: "The transit gateway or its attachment does not carry security group identity, so rules that name a group of another VPC cannot match.",
		Mend:    "Enable security group referencing on the transit gateway and on both attachments (inbound rules only), or admit by CIDR.",
	},
	{
		Code: TGWAttachMissingRTBAssociation, Group: GroupTransitGateway,
		Meaning: "The attachment is associated with no transit gateway route table, so what comes in by it is dropped.",
		Mend:    "Associate the attachment with a route table.",
	},
	{
		Code: TGWAttachVPCAZRestriction, Group: GroupTransitGateway,
		Meaning: "The transit gateway keeps a packet in the zone it came from (in appliance mode: in the zone of the forward way), and this interface is in another.",
		Mend:    "Attach the VPC in all zones that are used; enable appliance mode where a stateful appliance sits behind the attachment.",
	},
	{
		Code: TGWBadStateVPN, Group: GroupTransitGateway,
		Meaning: "The VPN behind the transit gateway is down.",
		Mend:    "Bring up at least one of the VPN's tunnels.",
	},
	{
		Code: TGWRouteAZRestriction, Group: GroupTransitGateway,
		Meaning: "The transit gateway has no attachment subnet in the source's Availability Zone, so resources there cannot send to it.",
		Mend:    "Add a subnet of that zone to the attachment.",
	},
	{
		Code: TGWRTBBadStateRoute, Group: GroupTransitGateway,
		Meaning: "The transit gateway's route for the destination is a black hole.",
		Mend:    "Remove the black hole, or repair the attachment that the route points at.",
	},
	{
		Code: TGWRTBCannotRoute, Group: GroupTransitGateway,
		Meaning: "The transit gateway route does not hold the packet's destination.",
		Mend:    "Add or propagate a route for the destination.",
	},
	{
		Code: TGWRTBHigherPriorityRoute, Group: GroupTransitGateway,
		Meaning: "Another transit gateway route for the same CIDR wins: static before propagated.",
		Mend:    "Remove the route that wins, or make the wanted one more specific.",
	},
	{
		Code: TGWRTBMoreSpecificRoute, Group: GroupTransitGateway,
		Meaning: "A transit gateway route with a longer prefix takes the packet to another attachment.",
		Mend:    "Remove or narrow the more specific route.",
	},
	{
		Code: TGWRTBNoRouteToAttachment, Group: GroupTransitGateway,
		Meaning: "The transit gateway route table has no route to that attachment.",
		Mend:    "Add a static route, or propagate the attachment's routes into the table.",
	},
	{
		Code: TGWRTBRoutesAreUnknown, Group: GroupTransitGateway,
		Meaning: "The routes of the transit gateway route table are not known.",
		Mend:    "Add them to the input (aws ec2 search-transit-gateway-routes).",
	},
	{
		Code: BadStateVPN, Group: GroupVPN,
		Meaning: "The VPN connection is not up.",
		Mend:    "Bring up at least one of its tunnels.",
	},
	{
		Code: VPNTrafficSelector, Group: GroupVPN, Own: true,
		Meaning: "The packet is outside the traffic selectors of the VPN connection: the network CIDRs on the on-premises side and on AWS's.",
		Mend:    "Widen the connection's local or remote network CIDR; the default of both is everything.",
	},
	{
		Code: ClientVPNAuthorization, Group: GroupVPN, Own: true,
		Meaning: "No authorization rule of the Client VPN endpoint lets the user reach the destination: of the rules that hold it only those with the longest prefix count.",
		Mend:    "Add an authorization rule for the user's group, or all users, with that longest prefix.",
	},
	{
		Code: OnPremisesRestriction, Group: GroupVPN, Own: true,
		Meaning: "The design says which addresses in AWS the network on premises accepts, and this is none of them.",
		Mend:    "Let the routers and firewalls there accept it, and add it to what the design says that they accept.",
	},
	{
		Code: VGWPrivateIPAssociationForEgress, Group: GroupVPN,
		Meaning: "A virtual private gateway sends out only packets from addresses of interfaces that are attached in its VPC.",
		Mend:    "Send from an interface of the VPC; to pass through the VPC use a transit gateway.",
	},
	{
		Code: VGWPrivateIPAssociationIngress, Group: GroupVPN,
		Meaning: "A virtual private gateway takes in only packets for private addresses of interfaces that are attached in its VPC.",
		Mend:    "Address an interface of the VPC; to pass through the VPC use a transit gateway.",
	},
	{
		Code: FirewallRulesRestriction, Group: GroupFirewall,
		Meaning: "A rule, or the default action, of AWS Network Firewall drops the packet.",
		Mend:    "Add a pass rule that is evaluated earlier, or change the policy's default action.",
	},
}
