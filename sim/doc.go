// Package sim says what a design does: it compiles a model.Network into an
// immutable Engine and walks packets, or sets of packets, through it, there and
// back.
//
// One kind of component is one file (networkacl.go, securitygroup.go,
// routetable.go, internetgateway.go, …), and that file is the only place that
// says what the component does to a packet. All of them do it on sets: the plain
// walk carries the set of flows in question from hop to hop, a hop says which
// part of it it denies, which part it cannot know, and where the rest goes next.
//
//	source interface ── subnet edge ── route table ── gateway … ── subnet edge ── destination interface
//	      egress          network ACL     lookup        translate     network ACL        ingress
//	      ◄───────────────────────────── and the reply, the same way back ─────────────────────────────►
//
// The package reads no file and prints nothing.
package sim
