// Package model says what a design is: VPCs, subnets, route tables, network
// ACLs, security groups, network interfaces, gateways and what owns interfaces,
// under AWS's own names, with the place in the input that each of them, and each
// of their rules, comes from.
//
// A Network is data. Nothing here reads a file and nothing here decides what
// happens to a packet: package loader makes a Network, package sim walks it.
//
// What the input leaves open is never written as an empty value: it is an
// Unknown on the rule, the resource or, for a kind of resource that the input
// lacks altogether, on the VPC (see VPC.Missing). A zero value never opens
// anything: a zero network ACL action denies, a zero route is a black hole, a
// zero source/destination check is on.
//
// A Network is built once and then only read; reading is safe from many
// goroutines.
package model
