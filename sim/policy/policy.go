package policy

import (
	"cmp"
	"fmt"
	"strconv"
)

// Policy is one policy document. It is made by Parse, and read only.
type Policy struct {
	// Statements are in the order of the document; those that could not be
	// understood are among them, and match perhaps.
	Statements []*Statement
	// unreadable is set when there are no statements to speak of: the document
	// is not JSON, or not a policy.
	unreadable bool
	size       int // in characters, for POL-4
}

// Statement is one statement of a policy.
type Statement struct {
	Index  int    // from 1
	Sid    string // may be empty
	Effect Effect
	Place

	principals []principal
	resources  []*pattern
	actions    []*pattern
	conditions []condition
	has        elements
	// unclear names the elements that could not be understood, so that whether
	// the statement matches is open wherever it hangs on them.
	unclear elements
	// negated has Principal, Action or Resource where the statement is written
	// with NotPrincipal, NotAction or NotResource.
	negated elements
}

// elements is a set of the elements of a statement.
type elements uint8

const (
	elementPrincipal elements = 1 << iota
	elementAction
	elementResource
	elementCondition
	elementOther // one that AWS does not know
)

func (e elements) has(f elements) bool { return e&f != 0 }

func (s *Statement) String() string {
	if s.Sid != "" {
		return fmt.Sprintf("statement %d (%q)", s.Index, s.Sid)
	}
	return "statement " + strconv.Itoa(s.Index)
}

// Effect is what a statement does to the requests that it matches.
type Effect uint8

// Effects. The zero value is that of a statement whose effect is not written
// as AWS wants it: it may do either.
const (
	EffectUnknown Effect = iota
	Allow
	Deny
)

func (e Effect) String() string {
	switch e {
	case EffectUnknown:
		return "unknown"
	case Allow:
		return "Allow"
	case Deny:
		return "Deny"
	}
	panic(fmt.Sprintf("policy: effect %d", uint8(e)))
}

// Place is a place in a policy document.
type Place struct {
	Offset int // in bytes, from 0
	Line   int // from 1
	Column int // in bytes, from 1
}

// Problem is something about a policy that AWS would refuse, or that could not
// be understood.
type Problem struct {
	Place
	Rule    string // the rule that it breaks ("POL-4"), if one is written down
	Message string // one line: what is wrong, and what was expected
}

// Error makes a Problem usable where Go wants an error.
func (p Problem) Error() string {
	s := fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Message)
	if p.Rule != "" {
		s += " [" + p.Rule + "]"
	}
	return s
}

func compareProblems(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
}

// Kind is what a policy is attached to.
type Kind uint8

// Kinds.
const (
	ResourcePolicy          Kind = iota // a bucket policy, key policy, queue policy …
	GatewayEndpointPolicy               // of a gateway endpoint (POL-3)
	InterfaceEndpointPolicy             // of an interface endpoint
)

func (k Kind) String() string {
	switch k {
	case ResourcePolicy:
		return "resource policy"
	case GatewayEndpointPolicy, InterfaceEndpointPolicy:
		return "endpoint policy"
	}
	panic(fmt.Sprintf("policy: kind %d", uint8(k)))
}
