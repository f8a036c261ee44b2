package model

import "net/netip"

// Side tells which end of a flow a text names; some texts mean another thing as
// a source than as a destination.
type Side uint8

// Sides.
const (
	Source Side = iota
	Destination
)

// SelectionKind is the kind of thing that a source or destination is.
type SelectionKind uint8

// Kinds of selection.
const (
	SelectInterfaces SelectionKind = iota // interfaces of the network
	SelectPrefix                          // an address or CIDR taken literally
	SelectInternet                        // the word internet
	SelectService                         // an AWS service: service:s3
	SelectOutside                         // something outside the VPCs that the design describes
)

// Selection is what the text of a source or destination stands for.
type Selection struct {
	Text string
	Kind SelectionKind
	// Ends are what SelectInterfaces stands for, by interface ID. Owner is what
	// they all belong to, where the text names it.
	Ends  []End
	Owner OwnerRef
	// Prefix is what SelectPrefix stands for: an address as a source or
	// destination that no interface of the network has as a private address, or
	// an address as a destination, taken as the header has it. VPC tells where a
	// private address is looked for; empty where it follows from the other end.
	Prefix netip.Prefix
	VPC    VPCID
	// Services are what SelectService stands for: one, or several that are needed
	// together.
	Services []Service
	// Outside is what SelectOutside stands for: an on-premises network, a Client VPN
	// endpoint's clients, an accelerator, a VPC origin, a VPC Lattice service. Group is that of the users of
	// a Client VPN endpoint (NAME/GROUP); empty: users of no group.
	Outside OwnerRef
	Group   string
	// Notes are said in the answer: other interfaces of the instance, say.
	Notes []string
}

// End is one interface at an end of a flow, and the addresses of it that are
// meant.
type End struct {
	Interface InterfaceID
	// Addresses are private addresses and IPv6 addresses of the interface.
	// Empty with Unassigned families: any address of its subnet.
	Addresses []netip.Addr
	// Literal says that Addresses are all that is meant, wherever they are used: an
	// interface that will get more addresses stands for none of them.
	Literal bool
	// Subnet is set, and Interface empty, for a subnet without interfaces: one
	// hypothetical interface in it that no group restricts, with Addresses, or
	// with any address of the subnet where there are none.
	Subnet SubnetID
}
