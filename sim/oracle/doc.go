// Package oracle says what a network does to one packet and its reply, a second
// time: slowly, from the rules alone, with nothing of package sim but its codes.
// Tests hold the engine against it.
//
// A packet has one address, one port and one protocol; there are no sets, nothing
// is compiled, and every rule is a loop over the model's own slices. What a
// question leaves to chance is part of the packet: the ports that translators
// pick, the zones that transit gateways pick, and the winner of each tie between
// prefix lists.
//
// Covered are sections 1 to 11 of the rules of a VPC as far as they move packets,
// gateway VPC endpoints and Block Public Access, and sections 1 to 4 of those between
// VPCs:
//
//   - delivery in a subnet, longest prefix match, ties, black holes, replaced
//     local routes, routes to subnets, propagated routes inside the VPC;
//   - gateway route tables, middleboxes, NAT instances;
//   - internet gateways with their translation and the way back in, egress-only
//     gateways, NAT gateways (zonal, private, regional, NAT64);
//   - network ACLs, security groups with references and prefix lists;
//   - link-local services, port 25, interfaces that are not attached or whose
//     instance does not run, several addresses, delegated prefixes;
//   - peering connections; transit gateways with zones, appliance mode, route and
//     policy tables, peering attachments, group references.
//
// Not covered is what a design may leave unknown: whatever carries a
// model.Unknown, addresses that are not assigned yet, kinds of resource that are
// missing. Nor are interface and Gateway Load Balancer endpoints, load balancers,
// groups that are used in several VPCs, routes of a Route Server, pools of
// addresses brought along, NAT gateways with several addresses, regional ones whose
// VPC has a gateway route table or that send to a transit gateway, NAT64 within one
// subnet (NAT-22), VPCs that overlap (TGW-18), two transit gateways at one inspection
// VPC (TGW-32), and what leads on premises: a route to such a target makes a Leg
// Unmodelled.
package oracle
