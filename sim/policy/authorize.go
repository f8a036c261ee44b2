package policy

import "slices"

// Attached is a policy on the way of a request.
type Attached struct {
	Kind Kind
	// To is what the policy is attached to, for the text of an Authorization:
	// "vpce-1", "arn:aws:s3:::logs". It may be empty.
	To string
	// Policy is nil where none is given: all is allowed (POL-2).
	Policy *Policy
}

// Authorization is what all policies on the way come to.
type Authorization struct {
	// Decision is Allowed, Denied or Unknown; Denied is also what no statement
	// allows.
	Decision Decision
	// Results has what each policy says, in the order in which they were given.
	Results []Result
	// By is the index of the policy that decides, or that the decision hangs on;
	// -1 where all allow.
	By int
	// Why is a sentence without its full stop.
	Why string
	// Open names what an Unknown decision hangs on, as in Result, of all
	// policies together.
	Open []string
	// AssumesIdentity is set on an Allowed that no resource policy grants to more
	// than the principal's account: it holds if the principal's own policies
	// allow the request (POL-1). A principal of another account than the
	// resource's needs them in any case.
	AssumesIdentity bool
}

// Authorize combines the policies on the way of a request (POL-1): it is allowed
// when all of them allow it, and denied when one of them denies it or has
// statements that allow and none that allows this. An endpoint's policy never
// grants by itself, and a resource policy without any Allow does not either:
// what they leave alone is up to the principal's own policies, which are taken
// to allow.
//
// When the request names no resource and one resource policy is given, the
// request is for what that is attached to, as far as its statements tell. A
// request that needs several resources, as one through an S3 access point does
// (POL-13), is one question for each.
//
// The policies are given in the order of the way, an endpoint's before that of
// the resource; the order matters to nothing but By and Why.
func Authorize(r Request, policies ...Attached) Authorization {
	q := r.question()
	if r.Resource == "" {
		if p := onlyResourcePolicy(policies); p != nil {
			if resources := p.attachedResources(); len(resources) > 0 {
				q.resources = resources
			}
		}
	}
	a := Authorization{Decision: Allowed, By: -1, AssumesIdentity: true}
	for i, at := range policies {
		result := at.Policy.ask(at.Kind, q).guarded(at.Kind)
		a.Results = append(a.Results, result)
		if at.Kind == ResourcePolicy && result.Decision == Allowed && result.Statement != nil &&
			result.Statement.names(q.who, at.Kind) {
			a.AssumesIdentity = false
		}
		if worse(result.Decision, a) {
			a.By = i
			a.Decision = result.Decision
		}
		a.Open = append(a.Open, result.Open...)
	}
	switch a.Decision {
	case Allowed:
		a.Open = nil
		a.Why = "no policy on the way denies it"
		for _, result := range a.Results {
			if result.Statement != nil {
				a.Why = result.Why // a resource's policy comes after its endpoint's
			}
		}
		return a
	case Unknown:
		slices.Sort(a.Open)
		a.Open = slices.Compact(a.Open)
	case Denied, NotAllowed:
		a.Decision, a.Open = Denied, nil
	}
	a.AssumesIdentity = false
	a.Why = a.Results[a.By].Why
	if to := policies[a.By].To; to != "" {
		a.Why = to + ": " + a.Why
	}
	return a
}

// guarded is result, where a resource policy that grants nothing leaves alone
// what it does not deny.
func (t tally) guarded(kind Kind) Result {
	if kind != ResourcePolicy || !t.guard {
		return t.result(kind)
	}
	if t.deny == no {
		return Result{Decision: Allowed, Why: "the resource policy does not deny it, and grants nothing"}
	}
	t.allow = yes
	return t.result(kind)
}

// worse reports whether a policy's decision goes before what there is so far: an
// explicit denial before an implicit one, and both before what is not known.
func worse(d Decision, a Authorization) bool {
	rank := [...]int{Allowed: 0, Unknown: 1, NotAllowed: 2, Denied: 3}
	return rank[d] > rank[a.Decision]
}

func onlyResourcePolicy(policies []Attached) *Policy {
	var only *Policy
	for _, at := range policies {
		if at.Kind != ResourcePolicy || at.Policy == nil {
			continue
		}
		if only != nil {
			return nil
		}
		only = at.Policy
	}
	return only
}
