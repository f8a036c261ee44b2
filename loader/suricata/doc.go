// Package suricata reads the stateful rules of AWS Network Firewall: the text of
// a rule group's RulesString, and the options of its standard rules (NFW-10,
// NFW-13).
//
// What a rule says about a packet's five-tuple, the direction of its flow and the
// name that TLS or HTTP carries is read. Keywords that only say how the rule is
// told (msg, sid, metadata) are left out. Every other keyword narrows what the
// rule matches in a way that the model does not follow: it is named among the
// rule's Opaque keywords, and the rule may match or not.
//
// Both forms go through the same code, so that a standard rule and its text mean
// the same.
package suricata
