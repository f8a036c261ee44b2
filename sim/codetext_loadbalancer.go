package sim

// loadBalancerCodes are about load balancers and their targets.
var loadBalancerCodes = []CodeInfo{
	{
		Code: ELBACLRestriction, Group: GroupLoadBalancer,
		Meaning: "The network ACL of a Classic Load Balancer's subnet denies what the balancer sends, even to a target in the same subnet.",
		Mend:    "Allow the targets' ports in the outbound rules of the balancer's subnets.",
	},
	{
		Code: ELBInstalledAZRestriction, Group: GroupLoadBalancer,
		Meaning: "A load balancer sends only to targets in Availability Zones that are enabled for it.",
		Mend:    "Enable the target's zone on the balancer.",
	},
	{
		Code: ELBListenerPortRestriction, Group: GroupLoadBalancer,
		Meaning: "A Classic Load Balancer's listener fixes the port it takes and the instance port it sends to, and this packet has another.",
		Mend:    "Add a listener for the pair of ports.",
	},
	{
		Code: ELBListenersMismatch, Group: GroupLoadBalancer,
		Meaning: "No listener of the Classic Load Balancer takes this protocol and port.",
		Mend:    "Add a listener.",
	},
	{
		Code: ELBNotCrossZone, Group: GroupLoadBalancer,
		Meaning: "Cross-zone load balancing is off, so a node sends only to targets in its own zone.",
		Mend:    "Enable cross-zone load balancing, or register targets in every enabled zone.",
	},
	{
		Code: ELBv2ListenerHasNoTG, Group: GroupLoadBalancer,
		Meaning: "The listener's target groups have no targets, or it has no target group.",
		Mend:    "Register targets.",
	},
	{
		Code: ELBv2ListenerPortRestriction, Group: GroupLoadBalancer,
		Meaning: "The packet's port is not the listener's.",
		Mend:    "Use the listener's port, or add a listener for this one.",
	},
	{
		Code: ELBv2ListenerRequiresTGAccept, Group: GroupLoadBalancer,
		Meaning: "No target group behind the listener accepts the packet.",
		Mend:    "Check protocol, port and targets of the listener's target groups.",
	},
	{
		Code: ELBv2ListenersMismatch, Group: GroupLoadBalancer,
		Meaning: "No listener of the load balancer takes this protocol and port.",
		Mend:    "Add a listener.",
	},
	{
		Code: ELBv2NoTargetsInAZ, Group: GroupLoadBalancer,
		Meaning: "The target group has no registered target in the Availability Zone in question.",
		Mend:    "Register a target there, or enable cross-zone load balancing.",
	},
	{
		Code: ELBv2SourceAddressPreservation, Group: GroupLoadBalancer,
		Meaning: "The target group preserves client addresses, so the load balancer may not send from its own.",
		Mend:    "Admit the clients' addresses at the target, or switch client IP preservation off.",
	},
	{
		Code: GWLBDestinationPortRestriction, Group: GroupLoadBalancer,
		Meaning: "A Gateway Load Balancer reaches its targets on UDP port 6081 only.",
		Mend:    "Let the appliance's filters admit UDP 6081.",
	},
	{
		Code: GWLBProtocolRestriction, Group: GroupLoadBalancer,
		Meaning: "A Gateway Load Balancer talks GENEVE over UDP to its targets, and nothing else.",
		Mend:    "Let the appliance's filters admit UDP 6081.",
	},
	{
		Code: NLBHairpin, Group: GroupLoadBalancer, Own: true,
		Meaning: "A target that reaches itself through its own Network Load Balancer, with client addresses preserved, gets a packet from its own address and drops it.",
		Mend:    "Switch client IP preservation off, or let the target talk to itself directly.",
	},
	{
		Code: TargetAddressRestriction, Group: GroupLoadBalancer,
		Meaning: "A load balancer sends only to addresses that are registered as targets.",
		Mend:    "Register the address in the target group.",
	},
	{
		Code: TargetPortRestriction, Group: GroupLoadBalancer,
		Meaning: "A load balancer sends only to the port with which the target is registered.",
		Mend:    "Register the target with the port that it listens on.",
	},
}

// inputCodes are about the question, or about what the input does not tell.
var inputCodes = []CodeInfo{
	{
		Code: NoPath, Group: GroupInput,
		Meaning: "No way was found that could be examined: the source cannot start connections, the two are not connected, or a feature is not supported.",
		Mend:    "Check that the source can send at all, and that the design connects the two.",
	},
	{
		Code: NoSourceOrDestination, Group: GroupInput,
		Meaning: "The source or destination that was named does not exist.",
		Mend:    "Check the name, and that the input holds the account and Region it is in.",
	},
	{
		Code: NotModelled, Group: GroupInput, Own: true,
		Meaning: "The packet meets a component that vpcwalk does not walk through, so what becomes of it is not known.",
		Mend:    "Ask for both halves of the way separately, up to the component and from it.",
	},
	{
		Code: UnknownDestination, Group: GroupInput,
		Meaning: "There is not enough information to follow the packet further.",
		Mend:    "Add what is missing to the input.",
	},
	{
		Code: UnknownResource, Group: GroupInput,
		Meaning: "The input lacks a resource that decides: it is named but not described, or its whole kind is missing.",
		Mend:    "Add it to the input: the missing describe call, or the account that owns the resource.",
	},
	{
		Code: UnknownValue, Group: GroupInput, Own: true,
		Meaning: "A value that decides is known only after the design is applied, or comes from outside the input.",
		Mend:    "Set the value in the design, give the parameter, or ask again with the state after apply.",
	},
	{
		Code: UnsupportedComponent, Group: GroupInput,
		Meaning: "Reachability Analyzer does not support this type of component as a source or destination.",
		Mend:    "Ask for the component's network interface.",
	},
}
