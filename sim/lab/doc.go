// Package lab builds a model.Network out of Linux network namespaces and sends
// real packets through it, so that tests can hold the engine's verdicts against
// what a kernel does.
//
// Each part of the design becomes what it resembles most:
//
//	interface         a namespace with its addresses; its security groups are a
//	                  conntrack filter there, on the way in and on the way out
//	subnet            a bridge, and a router with the subnet's route table; its
//	                  network ACL is a filter there that keeps no state
//	VPC               a router that knows the subnets: what "local" leads to
//	internet gateway  a router that rewrites addresses one to one, without state
//	NAT gateway       a host of its subnet that masquerades
//	peering           a router that delivers into the far VPC
//	transit gateway   a router with a table for each route table and zone, linked
//	                  to each subnet that an attachment names
//	the internet      a namespace with a few hosts
//
// The kernel finds the longest prefix, keeps the state of connections,
// translates, and carries replies: none of it is taken from package sim, which
// the lab never asks. So the lab proves the composition of state, replies,
// longest prefix and translation. It does not prove that AWS behaves that way:
// which table, filter or translator stands where is our reading of AWS's
// documentation, and both share it.
//
// Which groups a packet's sender has is no part of a packet. In the lab a bit of
// the DSCP field carries it ("identity is intact"), and whatever loses the
// identity in AWS clears the bit (SG-20); the addresses of a group's members do
// the rest.
//
// The lab speaks IPv4. What it has no likeness for, Build refuses: VPC endpoints,
// balancers, firewalls, VPNs, gateway route tables, instances that forward,
// anything that the design leaves open.
//
// Building needs root on Linux. Namespaces have no names; file descriptors hold
// them, so nothing is left behind even by a process that is killed.
package lab
