// Package lint finds what in a network can never matter, is gone, or is written
// twice: network ACL and security group rules that others decide before or with
// them, references that match nothing, routes that never win or lead nowhere, what
// nothing uses.
//
//	model.Network -> sim.Compile -> what each rule means, as sets -> set arithmetic -> findings
//
// A finding is proved and not guessed: a rule is called redundant when the exact set
// of packets that it admits is within what the others admit, for every packet. What
// the design leaves open is given the benefit of the doubt: a rule that may or may
// not match covers nothing, a table whose routes are not all known finds fault with
// none of them, and nothing is called unused where the input lacks what might use
// it.
//
// What the design lets through is no business of this package, nor is what AWS would
// refuse: see model.Network.Validate.
package lint
