// Package firewall says what the rules of AWS Network Firewall do with sets of
// packets. It knows nothing of the way that packets take.
//
//	packet --> stateless list --pass--> on
//	                |        \--drop--> gone
//	             forward
//	                v
//	           stateful list, asked for the flow's first packet and, for TCP,
//	           for what the client sends once the connection stands
//
// Each list is compiled once. A rule that may or may not match, because it looks
// further into the packet than a flow tells or because the design leaves it open,
// takes part on both sides: only flows whose fate hangs on it are unknown.
//
// What the engine asks is whether a rule's five-tuple matches the header as it
// stands at the firewall; it answers by a Narrow.
//
// # What is spoken
//
// Rules about application protocols match TCP connections in which that protocol
// is spoken, which a flow does not tell. With the host's name given the client is
// taken to speak TLS on port 443, HTTP on port 80 and one of them elsewhere.
// Without it port 22 is taken for SSH, which is neither, and all else is open
// (NFW-11).
package firewall
