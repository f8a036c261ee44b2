package sim

// analyzerCodes are those with which Reachability Analyzer speaks of a question's
// filters and of its own limits. No walk gives them; they are here so that what it
// prints can be looked up.
var analyzerCodes = []CodeInfo{
	{
		Code: "COMPONENT_FILTER_RESTRICTION", Group: GroupInput,
		Meaning: "No way leads through the component that the analysis was told to go through.",
		Mend:    "Leave the filter out to see the way that there is; a suite asks for a way with through.",
	},
	{
		Code: "COMPONENT_FILTER_RESTRICTION_REMOVED_COMPONENT", Group: GroupInput,
		Meaning: "The only ways lead through a component that a filter of the analysis takes out.",
		Mend:    "Leave the filter out, or give the packets a way around the component.",
	},
	filterCode("SOURCE", "SOURCE_ADDRESS", "source address"),
	filterCode("SOURCE", "DESTINATION_ADDRESS", "destination address"),
	filterCode("SOURCE", "SOURCE_PORT_RANGE", "source port"),
	filterCode("SOURCE", "DESTINATION_PORT_RANGE", "destination port"),
	filterCode("SOURCE", "PROTOCOL", "protocol"),
	filterCode("DESTINATION", "SOURCE_ADDRESS", "source address"),
	filterCode("DESTINATION", "DESTINATION_ADDRESS", "destination address"),
	filterCode("DESTINATION", "SOURCE_PORT_RANGE", "source port"),
	filterCode("DESTINATION", "DESTINATION_PORT_RANGE", "destination port"),
	filterCode("DESTINATION", "PROTOCOL", "protocol"),
	{
		Code: "IGW_EXPECTS_PUBLIC_ADDRESS", Group: GroupInput,
		Meaning: "The analysis begins or ends at an internet gateway, and the address that it asks about there is not public.",
		Mend:    "Ask about a public address, or leave the address out.",
	},
	{
		Code: "ASSUMPTION_PRESERVE_CLIENT_IP_IS_DISABLED", Group: GroupLoadBalancer,
		Meaning: "The target group's attributes could not be read; the balancer was taken to use its own address towards targets.",
		Mend:    "Let the analysis read the target group's attributes, for rules on targets see another client otherwise.",
	},
	{
		Code: "ASSUMPTION_PRESERVE_CLIENT_IP_IS_ENABLED", Group: GroupLoadBalancer,
		Meaning: "The target group's attributes could not be read; the balancer was taken to keep the client's address towards targets.",
		Mend:    "Let the analysis read the target group's attributes, for rules on targets see another client otherwise.",
	},
	{
		Code: "AVAILABILITY_ZONE_CROSSED", Group: GroupVPC,
		Meaning: "The way leads from one Availability Zone into another. It is a note, not an obstacle.",
		Mend:    "Where that is not wanted, give each zone components of its own (a NAT gateway, an endpoint) and routes to them.",
	},
	{
		Code: "FIREWALL_UNSUPPORTED_HIGHER_PRIORITY_RULES", Group: GroupFirewall,
		Meaning: "Rules with options that the analysis does not read come before the rule that it found, and may decide otherwise.",
		Mend:    "Read those rules by eye, or test the traffic.",
	},
	{
		Code: "FIREWALL_UNSUPPORTED_HIGHER_PRIORITY_RULE_GROUP_TYPE", Group: GroupFirewall,
		Meaning: "A rule group of a type that the analysis does not read comes before the rule that it found, and may decide otherwise.",
		Mend:    "Read that rule group by eye, or test the traffic.",
	},
	{
		Code: "FIREWALL_UNSUPPORTED_RULE_OPTIONS", Group: GroupFirewall,
		Meaning: "The rule that decides has options that the analysis does not read.",
		Mend:    "Read the rule by eye, or test the traffic.",
	},
	{
		Code: "MISSING_TARGET_GROUP_ATTRIBUTES", Group: GroupLoadBalancer,
		Meaning: "The target group's attributes could not be read, and the analysis went without them.",
		Mend:    "Let the analysis read the target group's attributes.",
	},
	{
		Code: "PATH_THROUGH_GWLB_NOT_CHECKED", Group: GroupLoadBalancer,
		Meaning: "The way leads through a Gateway Load Balancer, and the analysis did not look at the balancer and its appliances.",
		Mend:    "Analyse the way from the balancer to its targets too; what the appliances decide no analysis can say.",
	},
	{
		Code: "RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY", Group: GroupTransitGateway,
		Meaning: "A transit gateway's packets reach the endpoint, whose subnet has no route back to the transit gateway: replies may be lost.",
		Mend:    "Add a route for the clients' networks to the transit gateway in the route table of the endpoint's subnet.",
	},
	{
		Code: "TRANSIT_GATEWAY_APPLIANCE_MODE_RECOMMENDED", Group: GroupTransitGateway,
		Meaning: "The way leads to a firewall behind a transit gateway attachment whose appliance mode is off: the two directions may take different zones.",
		Mend:    "Enable appliance mode on the attachment of the inspection VPC.",
	},
	{
		Code: "UNIDIRECTIONAL_PATH_ANALYSIS_ONLY", Group: GroupInput,
		Meaning: "The analysis looked at the way there alone; the reply may still be blocked.",
		Mend:    "Analyse the way back too. The walk here looks at both unless it is asked for one way.",
	},
}

// filterCode is the code of a packet filter at one end of the analysis.
func filterCode(end, field, words string) CodeInfo {
	where := "leaves the source"
	if end == "DESTINATION" {
		where = "arrives at the destination"
	}
	return CodeInfo{
		Code: Code("FILTER_AT_" + end + "_" + field), Group: GroupInput,
		Meaning: "No way has a packet that, as it " + where + ", has the " + words + " which the analysis filters by.",
		Mend:    "Leave the filter out to see which packets there are, or filter by what translators on the way leave in the header.",
	}
}
