package model

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Provenance is the place in the input that a thing comes from.
// The zero value means that the thing was not written anywhere: AWS makes it
// (a VPC's default network ACL in a design that does not mention it).
type Provenance struct {
	File    string // as the user named it
	Line    int    // from 1; 0 where the input has no lines to speak of
	Column  int    // from 1, in bytes; 0 where unknown
	Address string // Terraform address or CloudFormation logical ID
}

// IsZero reports whether p names no place.
func (p Provenance) IsZero() bool { return p == Provenance{} }

// String gives file:line:column, as compilers do, with what is known of it, or
// the address where no file is known.
func (p Provenance) String() string {
	s := p.File
	if s == "" {
		return p.Address
	}
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
		if p.Column > 0 {
			s += ":" + strconv.Itoa(p.Column)
		}
	}
	return s
}

// Compare orders places by file, line and column.
func (p Provenance) Compare(q Provenance) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line),
		cmp.Compare(p.Column, q.Column), cmp.Compare(p.Address, q.Address))
}

// Unknown is something that the input leaves open, with a word on what would
// settle it. A nil *Unknown means that nothing is open.
type Unknown struct {
	Subject    string // the resource that has the gap: "acl-1", "aws_instance.web"
	Attribute  string // what of it: "cidr_block", "rules"
	Reason     string // why: "known only after apply", "the snapshot has no NetworkAcls"
	Provenance Provenance
}

func (u Unknown) String() string {
	s := u.Subject
	if u.Attribute != "" {
		s += " " + u.Attribute
	}
	if u.Reason != "" {
		s += ": " + u.Reason
	}
	return s
}

// Severity of a Diagnostic.
type Severity uint8

// Severities, the worst first.
const (
	Error   Severity = iota // AWS would refuse it, or no meaning is left
	Warning                 // it loads, and something about it deserves a look
	Note                    // said once so that nothing is skipped silently
)

func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Note:
		return "note"
	}
	panic(fmt.Sprintf("model: severity %d", uint8(s)))
}

// Diagnostic is one finding about an input: what is wrong, where, and what to do.
type Diagnostic struct {
	Severity   Severity
	Rule       string // the rule that it breaks ("VPC-6"), if one is written down
	Summary    string // one line, without the place
	Detail     string // what to do about it; may be empty
	Resource   string // the ID of the resource it is about; may be empty
	Provenance Provenance
}

// Error makes a Diagnostic usable where Go wants an error.
func (d Diagnostic) Error() string {
	s := ""
	if !d.Provenance.IsZero() {
		s = d.Provenance.String() + ": "
	}
	s += d.Severity.String() + ": " + d.Summary
	if d.Rule != "" {
		s += " [" + d.Rule + "]"
	}
	if d.Detail != "" {
		s += "\n    " + d.Detail
	}
	return s
}

// Diagnostics collects findings. Warnings never turn into errors.
type Diagnostics []Diagnostic

// HasErrors reports whether any of them is an Error.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sort orders them by place, then severity, then text, and drops repetitions, so
// that a run's messages do not depend on the order in which inputs were read.
func (ds Diagnostics) Sort() Diagnostics {
	slices.SortFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(a.Provenance.Compare(b.Provenance), cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Summary, b.Summary),
			cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Detail, b.Detail))
	})
	return slices.Compact(ds)
}

// Meta is what every resource has.
type Meta struct {
	Name       string            // the Name tag, or the name in the design; may be empty
	ARN        string            // may be empty
	Tags       map[string]string // nil when there are none
	Account    AccountID         // the owner's
	Region     Region
	Provenance Provenance
}

// Sorted gives a map's values in the order of their keys.
func Sorted[K cmp.Ordered, V any](m map[K]V) []V {
	vs := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		vs = append(vs, m[k])
	}
	return vs
}
