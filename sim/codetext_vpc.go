package sim

// vpcCodes are about interfaces, filters and routes inside a VPC.
var vpcCodes = []CodeInfo{
	{
		Code: AsymmetricMiddlebox, Group: GroupVPC, Own: true,
		Meaning: "The reply misses the appliance, NAT or firewall that the request crossed, or crosses one that the request missed.",
		Mend:    "Route both directions through the same appliance: give the destination's subnet the mirror image of the route that sends requests to it.",
	},
	{
		Code: AsymmetricReturn, Group: GroupVPC, Own: true,
		Meaning: "The reply does not arrive where the request came from: it comes back another way, or with addresses that the source does not know.",
		Mend:    "Make the route tables of both ends send request and reply over the same gateway, so that its translation is undone on the way back.",
	},
	{
		Code: BadState, Group: GroupVPC,
		Meaning: "A component on the way is not up: a stopped instance, a detached interface, a NAT gateway that failed or is being deleted.",
		Mend:    "Bring the component up, or route around it.",
	},
	{
		Code: BadStateAttachment, Group: GroupVPC,
		Meaning: "The attachment that ties two components together is not in a working state.",
		Mend:    "Accept, repair or recreate the attachment.",
	},
	{
		Code: BadStateRoute, Group: GroupVPC,
		Meaning: "The most specific route for the packet is a black hole: its target is gone or not usable, and no wider route takes over.",
		Mend:    "Point the route at a target that exists, or delete it so that a wider route applies.",
	},
	{
		Code: CannotRoute, Group: GroupVPC,
		Meaning: "The route's CIDR or prefix list does not hold the packet's destination.",
		Mend:    "Add a route for the destination; this one is not meant for it.",
	},
	{
		Code: DNSUnresolved, Group: GroupVPC, Own: true,
		Meaning: "The name does not resolve from where the source stands, so no packet is ever sent.",
		Mend:    "Switch on the VPC's DNS support and DNS host names, and check the private hosted zone or the endpoint's private DNS.",
	},
	{
		Code: ENIAddressRestriction, Group: GroupVPC,
		Meaning: "A network interface sends and receives only packets that carry one of its own private addresses.",
		Mend:    "Assign the address to the interface, or use the one that it has.",
	},
	{
		Code: ENISGRulesMismatch, Group: GroupVPC,
		Meaning: "The interface's security groups have rules for this direction, and none of them admits the packet.",
		Mend:    "Add a rule for the protocol, port and peer to one of the interface's groups, or put the peer into a group that a rule already names.",
	},
	{
		Code: ENISourceDestCheckRestriction, Group: GroupVPC,
		Meaning: "The source/destination check drops a packet that is neither from nor to an address of the interface.",
		Mend:    "Switch the check off on instances that forward (NAT, firewall, router appliances); elsewhere correct the route that sends the packet here.",
	},
	{
		Code: HigherPriorityRoute, Group: GroupVPC,
		Meaning: "Another route for the same CIDR wins: the local route and static routes before prefix lists, those before propagated ones.",
		Mend:    "Remove or change the route that wins, or make this one more specific.",
	},
	{
		Code: Loop, Group: GroupVPC, Own: true,
		Meaning: "The packet comes back to a component that it has already crossed with the same header: it goes round until its time to live ends.",
		Mend:    "Break the circle: one of the route tables in it must send the destination somewhere else.",
	},
	{
		Code: MoreSpecificRoute, Group: GroupVPC,
		Meaning: "A route with a longer prefix takes the packet elsewhere.",
		Mend:    "Remove or narrow the more specific route, or make the wanted one as specific.",
	},
	{
		Code: NoPossibleDestination, Group: GroupVPC,
		Meaning: "The way ends at a component that has nowhere to deliver the packet: nothing owns the address, or the next hop is out of sight.",
		Mend:    "Check the address; if it lies in another account or Region, add that account's data to the input.",
	},
	{
		Code: NoRouteToDestination, Group: GroupVPC,
		Meaning: "The subnet's route table has no route that holds the destination.",
		Mend:    "Add a route for the destination to that table, or associate the subnet with a table that has one.",
	},
	{
		Code: NotTransitive, Group: GroupVPC, Own: true,
		Meaning: "The packet comes from outside the VPC and would use a gateway that serves the VPC's own interfaces alone (a gateway endpoint, a NAT gateway, a virtual private gateway).",
		Mend:    "Give the network that the packet comes from a gateway or an interface endpoint of its own, or connect it by a transit gateway.",
	},
	{
		Code: Port25Restriction, Group: GroupVPC, Own: true,
		Meaning: "EC2 drops outbound TCP port 25 to public addresses unless AWS has lifted the restriction for the account.",
		Mend:    "Submit mail on port 587 or 465 through a relay, or ask AWS to remove the restriction and declare that in the design.",
	},
	{
		Code: ProtocolRestriction, Group: GroupVPC,
		Meaning: "The component does not carry this IP protocol; a NAT gateway, for one, takes TCP, UDP and ICMP only.",
		Mend:    "Use a protocol that the component carries (IPsec as UDP 4500, for one), or a way that avoids it.",
	},
	{
		Code: RemapEphemeralPort, Group: GroupVPC,
		Meaning: "A NAT gateway or load balancer sends on with a source port of its own, from 1024 to 65535.",
		Mend:    "Let network ACLs admit replies to all of 1024-65535 where such a component is the client.",
	},
	{
		Code: SGHasNoRules, Group: GroupVPC,
		Meaning: "The interface's security groups have no rule at all for this direction, so everything is dropped.",
		Mend:    "Add a rule to one of the groups. Terraform creates groups without the outbound rule that AWS adds by default.",
	},
	{
		Code: SGReferencesNotPreserved, Group: GroupVPC,
		Meaning: "A rule names the sender's security group, but the sender's identity was lost on the way (a translation, an appliance, a load balancer), so the rule cannot match.",
		Mend:    "Admit the address that the packet arrives with by CIDR or prefix list, or let the packet come by a way that keeps group identity.",
	},
	{
		Code: SubnetACLRestriction, Group: GroupVPC,
		Meaning: "The subnet's network ACL denies the packet, by a rule or because no rule allows it.",
		Mend:    "Allow it with a number lower than the rule that denies. Network ACLs keep no state: replies need their own rule for the client's ephemeral ports.",
	},
	{
		Code: UnassociatedComponent, Group: GroupVPC,
		Meaning: "The component is attached to no VPC, or has no address of the packet's family.",
		Mend:    "Attach it to the VPC, or give it an address of that family.",
	},
	{
		Code: VPCLocalRouteCIDRRestriction, Group: GroupVPC,
		Meaning: "The local route reaches only the VPC's own CIDR blocks, and the destination is in none of them.",
		Mend:    "Add a route for the destination, or associate its range with the VPC.",
	},
}
