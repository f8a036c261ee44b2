package sim

// internetCodes are about the VPC's edge to the internet.
var internetCodes = []CodeInfo{
	{
		Code: EIGWInbound, Group: GroupInternet, Own: true,
		Meaning: "An egress-only internet gateway lets in replies alone; this packet starts a flow from outside.",
		Mend:    "Reach the IPv6 address by an internet gateway, and restrict what may come in with security groups.",
	},
	{
		Code: GatewayRejectsSpoofedTraffic, Group: GroupInternet,
		Meaning: "The gateway drops a packet that comes from the VPC with a source address which is not its sender's.",
		Mend:    "Let the forwarding instance translate to its own address, or send from the interface that has the address.",
	},
	{
		Code: IGWDestinationInVPCCIDRs, Group: GroupInternet,
		Meaning: "An internet gateway takes in packets only for addresses of its VPC.",
		Mend:    "Address an interface of the VPC that the gateway is attached to.",
	},
	{
		Code: IGWDestinationNotInRFC1918Egress, Group: GroupInternet,
		Meaning: "An internet gateway drops outbound packets to private addresses (10/8, 172.16/12, 192.168/16).",
		Mend:    "Add a route for the private range to the gateway that leads there: peering, transit gateway, VPN or Direct Connect.",
	},
	{
		Code: IGWDestinationNotInRFC6598Egress, Group: GroupInternet,
		Meaning: "An internet gateway drops outbound packets to shared address space (100.64/10).",
		Mend:    "Add a route for the range to the gateway that leads there: peering, transit gateway, VPN or Direct Connect.",
	},
	{
		Code: IGWNATReflection, Group: GroupInternet,
		Meaning: "The way leaves by the internet gateway and comes back through it, to a public address of the same VPC; Reachability Analyzer does not follow such ways.",
		Mend:    "Use the private address inside the VPC.",
	},
	{
		Code: IGWPrivateIPAssociationForIngress, Group: GroupInternet,
		Meaning: "The packet from the internet is not for a public address of an interface that is attached in this VPC.",
		Mend:    "If it should be public, associate an Elastic IP; better, put a load balancer in front. If not, nothing is wrong: this is what keeps the interface private.",
	},
	{
		Code: IGWPublicIPAssociationForEgress, Group: GroupInternet,
		Meaning: "The packet goes to the internet gateway from an address that has no public IPv4 address, so the gateway drops it.",
		Mend:    "Route the subnet's internet traffic to a NAT gateway, or give the interface a public or Elastic IP address.",
	},
	{
		Code: IGWSourceNotInRFC1918Ingress, Group: GroupInternet,
		Meaning: "An internet gateway drops packets that arrive from private addresses (10/8, 172.16/12, 192.168/16).",
		Mend:    "Private networks reach a VPC by peering, transit gateway, VPN or Direct Connect; declare on-premises ranges in the design.",
	},
	{
		Code: IGWSourceNotInRFC6598Ingress, Group: GroupInternet,
		Meaning: "An internet gateway drops packets that arrive from shared address space (100.64/10).",
		Mend:    "Such networks reach a VPC by peering, transit gateway, VPN or Direct Connect; declare on-premises ranges in the design.",
	},
	{
		Code: IngressRTBNoPublicIP, Group: GroupInternet,
		Meaning: "The internet gateway's route table sends the packet to an appliance whose interface has no public IP address.",
		Mend:    "Associate a public or Elastic IP address with the appliance's interface, or use a Gateway Load Balancer endpoint.",
	},
	{
		Code: IngressRTBTrafficRedirection, Group: GroupInternet,
		Meaning: "The subnet's inbound traffic is redirected to an appliance, so its direct route to the internet gateway cannot be used.",
		Mend:    "Route the subnet's outbound traffic to the same appliance.",
	},
	{
		Code: NATInbound, Group: GroupInternet, Own: true,
		Meaning: "A NAT gateway forwards replies alone; a flow that starts outside does not get through, and the gateway itself answers nothing.",
		Mend:    "Publish the destination with a load balancer or a public IP address, or start the connection from inside.",
	},
	{
		Code: NGWDestAddressPreservation, Group: GroupInternet,
		Meaning: "A NAT gateway never changes the destination address.",
		Mend:    "Address the destination itself; for port forwarding use a load balancer.",
	},
	{
		Code: NGWRequiresSourceInVPC, Group: GroupInternet,
		Meaning: "A NAT gateway serves interfaces of its own VPC alone, not packets that come over peering, a VPN or Direct Connect.",
		Mend:    "Give the other network a NAT gateway of its own, or bring its traffic in by a transit gateway.",
	},
	{
		Code: NGWSourceAddressReassign, Group: GroupInternet,
		Meaning: "Behind a NAT gateway the packet's source is the gateway's private address.",
		Mend:    "Admit the NAT gateway's address, not the client's, in the filters behind it.",
	},
	{
		Code: RegionalNGWRouteAZRestriction, Group: GroupInternet,
		Meaning: "The regional NAT gateway is in manual mode and not registered in the Availability Zone that the packet comes from.",
		Mend:    "Register the zone with an Elastic IP address, or switch the gateway to automatic mode.",
	},
	{
		Code: VPCBlockPublicAccessEnabled, Group: GroupInternet,
		Meaning: "VPC Block Public Access drops internet traffic, whatever routes, groups and network ACLs say.",
		Mend:    "Add an exclusion for the VPC or subnet, or change the account's mode. In block-ingress mode outbound traffic passes only by NAT or egress-only gateways.",
	},
}
