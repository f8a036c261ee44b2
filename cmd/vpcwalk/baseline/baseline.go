package baseline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/vpcwalk/vpcwalk/model"
)

// Finding is what a file accepts: a finding of any command, as far as it has to
// be known again in another run.
type Finding struct {
	// Fingerprint stays the same while the finding does, wherever its lines move;
	// see Fingerprint. Two findings may share one: each needs an acceptance.
	Fingerprint string
	Code        string
	Resource    string // the ID of the resource that it is about
	Summary     string // written beside the fingerprint, for people; not compared
}

// Fingerprint makes a Finding's fingerprint of what makes it the one that it is.
// Do not give it places in files.
func Fingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// File is a baseline. The zero value accepts nothing. It is not changed by use.
type File struct {
	Accepted []Finding
	Waivers  []Waiver
}

// Waiver lets the findings of a code stand for a while.
type Waiver struct {
	Code string
	// Resource is an ID, or a pattern of path.Match; empty for every resource.
	Resource string
	// Fingerprint narrows the waiver to one finding; empty for all of the code.
	Fingerprint string
	Reason      string
	Expires     time.Time // the last day on which it counts, at midnight UTC
	Provenance  model.Provenance
}

// Covers reports whether the waiver is about a finding, whatever its date.
func (w *Waiver) Covers(f Finding) bool {
	if w.Code != f.Code || w.Fingerprint != "" && w.Fingerprint != f.Fingerprint {
		return false
	}
	ok, err := path.Match(w.Resource, f.Resource)
	return w.Resource == "" || w.Resource == f.Resource || err == nil && ok
}

// ExpiredOn reports whether the waiver has ceased to count at an instant.
func (w *Waiver) ExpiredOn(now time.Time) bool { return !now.UTC().Before(w.Expires.AddDate(0, 0, 1)) }

// Standing is what a file says of a finding.
type Standing uint8

// Standings. The zero value is the one that lets nothing through.
const (
	New      Standing = iota // the file does not cover it
	Accepted                 // it was there when the file was written
	Waived                   // a waiver that still counts covers it
)

// Result is what a file makes of a command's findings.
type Result struct {
	// Standings has one for each finding, in their order.
	Standings []Standing
	// By has, at the same index, the waiver of a waived finding; nil otherwise.
	By []*Waiver
	// Expired are the waivers that have ceased to count, in the order of the file:
	// each fails the run.
	Expired []*Waiver
}

// Count says how many findings have a standing.
func (r *Result) Count(s Standing) int {
	n := 0
	for _, x := range r.Standings {
		if x == s {
			n++
		}
	}
	return n
}

// Apply tells the standing of each finding at an instant. A waiver that counts
// goes before an acceptance; an acceptance covers one finding.
func (f *File) Apply(findings []Finding, now time.Time) Result {
	r := Result{Standings: make([]Standing, len(findings)), By: make([]*Waiver, len(findings))}
	left := map[string]int{}
	for _, a := range f.Accepted {
		left[a.Fingerprint]++
	}
	for i, x := range findings {
		at := slices.IndexFunc(f.Waivers, func(w Waiver) bool { return !w.ExpiredOn(now) && w.Covers(x) })
		switch {
		case at >= 0:
			r.Standings[i], r.By[i] = Waived, &f.Waivers[at]
		case left[x.Fingerprint] > 0:
			left[x.Fingerprint]--
			r.Standings[i] = Accepted
		}
	}
	for i := range f.Waivers {
		if f.Waivers[i].ExpiredOn(now) {
			r.Expired = append(r.Expired, &f.Waivers[i])
		}
	}
	return r
}

// Accept gives a file that accepts the findings, and keeps the waivers of f; what
// these cover at an instant is not accepted beside.
func (f *File) Accept(findings []Finding, now time.Time) *File {
	out := &File{Waivers: f.Waivers}
	waived := (&File{Waivers: f.Waivers}).Apply(findings, now)
	for i, x := range findings {
		if waived.Standings[i] != Waived {
			out.Accepted = append(out.Accepted, x)
		}
	}
	slices.SortStableFunc(out.Accepted, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	return out
}
