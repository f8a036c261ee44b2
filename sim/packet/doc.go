// Package packet has sets of packets: exact sets over protocol, source and
// destination address, source and destination port or ICMP type and code, and
// the ports that translators pick at random. It is the only place that does
// port and address-range arithmetic.
//
// All values are immutable: an operation gives a new value or one of its
// operands, and never writes to either. They are safe for concurrent use.
package packet
