// Package cloudformation reads CloudFormation templates, and so what the CDK
// synthesizes: JSON and YAML, one stack or several, before anything is deployed.
//
//	files ── parse ──► templates ── stacks ──► resources ── one reader a type ──► model.Network
//	         (nodes with   (roots and nested,    (properties are evaluated       (build.go, owners.go;
//	          their place)  parameters bound)     when a reader asks)             design.Complete adds defaults)
//
// A resource's logical ID is its ID; where several stacks are loaded it is
// STACK/LOGICALID, and a nested stack's name is its logical ID in its parent.
//
// What AWS makes beside a resource and gives no logical ID has an ID of the
// resource's: Tgw/default is a transit gateway's default route table,
// Vpn/attachment the attachment of a VPN connection, Firewall-Subnet the endpoint
// of a firewall in a subnet. The order of a firewall's EndpointIds is not promised:
// a route to one of them has every endpoint for a target that it may have.
//
// # Values
//
// A property is a text, a list, an object, or open: known only when the stack is
// deployed, or given by somebody who did not give it. A text may have parts that
// are open, or that stand for a resource. What is open is never guessed: it
// becomes an Unknown on exactly the rule, route or attribute that it decides,
// with the place of the expression. An open value that names something, such as
// a parameter for a VPC, is the ID of that thing: two uses of one parameter mean
// one VPC, of which the design tells nothing else.
//
// Evaluated are Ref, GetAtt, Sub, Join, Select, Split, Cidr, GetAZs, If, FindInMap
// (with DefaultValue), ImportValue, Base64, Length, ToJsonString, ForEach, the
// condition functions, and SAM's Globals for functions. Transform and Include, SSM
// parameters, custom resources and most attributes are open.
//
// # Unmodelled
//
// Network.Unmodelled lists the types that could carry or filter packets and are
// not read (unmodelled.go). Types that cannot (roles, buckets, alarms) are passed
// over.
package cloudformation
