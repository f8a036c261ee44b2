package model

import (
	"fmt"
	"strings"
)

// Verdict is the answer to a question. The zero value is Blocked.
type Verdict uint8

// Verdicts.
const (
	Blocked       Verdict = iota // nothing of the question passes
	Partial                      // some of it passes, some does not
	Indeterminate                // the design leaves open what decides it
	Reachable                    // all of it passes, there and back
)

func (v Verdict) String() string {
	switch v {
	case Blocked:
		return "blocked"
	case Partial:
		return "partial"
	case Indeterminate:
		return "indeterminate"
	case Reachable:
		return "reachable"
	}
	panic(fmt.Sprintf("model: verdict %d", uint8(v)))
}

// ParseVerdict reads a verdict's name.
func ParseVerdict(s string) (Verdict, error) {
	for v := Blocked; v <= Reachable; v++ {
		if s == v.String() {
			return v, nil
		}
	}
	return 0, fmt.Errorf("%q is not a verdict: use reachable, partial, blocked or indeterminate", s)
}

// Leg is one of the two directions of a flow.
type Leg uint8

// Legs.
const (
	Forward Leg = iota
	Return
)

func (l Leg) String() string {
	switch l {
	case Forward:
		return "forward"
	case Return:
		return "return"
	}
	panic(fmt.Sprintf("model: leg %d", uint8(l)))
}

// Family narrows a question to one IP version.
type Family uint8

// Families.
const (
	AnyFamily Family = iota // every family that both ends have
	IPv4
	IPv6
)

// Question asks whether one thing can reach another. From and To are texts that
// Network.Select understands.
type Question struct {
	From, To string
	Protocol Protocol
	// Ports are the destination ports, for TCP and UDP.
	Ports PortRange
	// SourcePorts narrows the client's ports; nil: the client's own ephemeral
	// range, all of which must pass.
	SourcePorts *PortRange
	// ICMP is the type and code to send; nil: an echo request.
	ICMP   *ICMPTypeCode
	Family Family
	// OneWay asks for the forward leg alone.
	OneWay bool
	// Host is the name that the client sends, as TLS server name and HTTP host;
	// empty: not told (NFW-11).
	Host string
	// Principal, Action and Resource are of the request that policies on the way
	// are asked about: an ARN or account, "s3:GetObject", an ARN. Empty is any.
	Principal, Action, Resource string
}

func (q Question) String() string {
	t := Traffic{Protocol: q.Protocol, Ports: q.Ports, ICMP: AnyICMP}
	if q.ICMP != nil {
		t.ICMP = *q.ICMP
	}
	return strings.Join([]string{q.From, "->", q.To + ",", t.String()}, " ")
}

// Expectation is one line of a suite: a question and what its answer should be.
type Expectation struct {
	Name string
	Question
	Expect Verdict
	// Because has codes, all of which some blocker must have.
	Because []string
	// At names the component, by ID or name, of a blocker that has one of
	// Because's codes, or of any blocker where Because is empty.
	At string
	// Through has components, by ID or name, that are on the forward way in this
	// order.
	Through []string
	// Established asks what becomes of the connection when the network turns into
	// that of After: the path of an input.
	Established bool
	After       string
	// Authorization is what the policies on the way say; empty: anything.
	Authorization Authorization
	// Only are packets that alone may pass: nothing else of the question may, and
	// where Expect is Reachable they must. Nil where Expect says all.
	Only []Traffic
	// ExceptThrough has components, by ID or name: what passes through one of
	// them on the forward way is exempt from Expect, which is then Blocked.
	ExceptThrough []string
	// AllowEmpty lets the expectation hold where a selector matches nothing.
	AllowEmpty bool
	Provenance Provenance
}

// Suite is a file of expectations about one network.
type Suite struct {
	Name string // from the file, or the file's name
	File string
	// Networks are the inputs that the suite names, as paths relative to the
	// current directory; empty where the suite holds its own network.
	Networks     []string
	Expectations []Expectation
}
