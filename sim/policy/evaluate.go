package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Decision is what a policy says to a request.
type Decision uint8

// Decisions. The zero value is Unknown.
const (
	Unknown    Decision = iota // it hangs on something that the request leaves open
	Allowed                    // a statement allows it, and none denies it
	Denied                     // a statement denies it
	NotAllowed                 // no statement allows it, whether or not one denies it
)

func (d Decision) String() string {
	switch d {
	case Unknown:
		return "unknown"
	case Allowed:
		return "allowed"
	case Denied:
		return "denied"
	case NotAllowed:
		return "not allowed"
	}
	panic(fmt.Sprintf("policy: decision %d", uint8(d)))
}

// Result is what one policy says to a request, and why.
type Result struct {
	Decision Decision
	// Statement is the first one that allows or denies, or that hangs on what
	// is open. Where nothing allows it is the Allow statement that comes nearest
	// to it; nil where there is none.
	Statement *Statement
	// Why is a sentence without its full stop.
	Why string
	// Open names what an Unknown decision hangs on, sorted: condition keys as the
	// policy writes them, and "Principal", "Action", "Resource" where the request
	// does not say enough of them. It is empty otherwise, and where the policy
	// itself could not be understood.
	Open []string
}

// Evaluate asks one policy. A nil policy is the default policy of an endpoint,
// which allows all (POL-2), and of a resource, which is to have none: it leaves
// the request to the principal's own policies, which are taken to allow.
func Evaluate(p *Policy, kind Kind, r Request) Result {
	return p.ask(kind, r.question()).result(kind)
}

// tally is what the statements of a policy come to.
type tally struct {
	deny, allow truth
	// guard is set when no statement can allow anything.
	guard bool
	// denies, allows and nearest are the statements to name.
	denies, allows, nearest *outcome
	unreadable, byDefault   bool
}

// outcome is what came of one statement.
type outcome struct {
	statement  *Statement
	truth      truth
	failed     int      // how many of its elements and conditions do not match
	mismatch   elements // which elements
	conditions []truth  // as in the statement
	open       []string // sorted
	ctx        foldedContext
}

func (p *Policy) ask(kind Kind, q question) tally {
	switch {
	case p == nil:
		return tally{deny: no, allow: yes, byDefault: true}
	case p.unreadable:
		return tally{unreadable: true}
	}
	t := tally{deny: no, allow: no, guard: true}
	for _, s := range p.Statements {
		o := s.ask(kind, q)
		matches := o.truth
		if s.Effect == EffectUnknown {
			matches = matches.and(maybe)
		}
		if s.Effect != Allow {
			t.denies = stronger(t.denies, t.deny, &o, matches)
			t.deny = t.deny.or(matches)
		}
		if s.Effect != Deny {
			t.guard = false
			t.allows = stronger(t.allows, t.allow, &o, matches)
			t.allow = t.allow.or(matches)
			if t.nearest == nil || o.failed < t.nearest.failed {
				t.nearest = &o
			}
		}
	}
	return t
}

// stronger gives the outcome to name: the first one that matches, or else the
// first one that may.
func stronger(old *outcome, sofar truth, o *outcome, matches truth) *outcome {
	if matches == yes && sofar != yes || matches == maybe && sofar == no {
		return o
	}
	return old
}

func (t tally) result(kind Kind) Result {
	switch {
	case t.unreadable:
		return Result{Decision: Unknown, Why: "the " + kind.String() + " cannot be read"}
	case t.byDefault && kind == ResourcePolicy:
		return Result{Decision: Allowed, Why: "there is no resource policy"}
	case t.byDefault:
		return Result{Decision: Allowed, Why: "the default endpoint policy allows all"}
	case t.deny == yes:
		return Result{Decision: Denied, Statement: t.denies.statement,
			Why: fmt.Sprintf("%s of the %s denies it%s", t.denies.statement, kind, t.denies.because())}
	case t.allow == no:
		r := Result{Decision: NotAllowed, Why: fmt.Sprintf("no statement of the %s allows it", kind)}
		if t.nearest != nil {
			r.Statement = t.nearest.statement
			r.Why += fmt.Sprintf("; nearest is %s%s", t.nearest.statement, t.nearest.because())
		}
		return r
	case t.deny == maybe:
		return hangs(t.denies, kind, "may deny it")
	case t.allow == maybe:
		return hangs(t.allows, kind, "may allow it")
	}
	return Result{Decision: Allowed, Statement: t.allows.statement,
		Why: fmt.Sprintf("%s of the %s allows it%s", t.allows.statement, kind, t.allows.because())}
}

func hangs(o *outcome, kind Kind, verb string) Result {
	r := Result{Decision: Unknown, Statement: o.statement, Open: o.open,
		Why: fmt.Sprintf("%s of the %s %s", o.statement, kind, verb)}
	if len(o.open) > 0 {
		r.Why += ": that hangs on " + strings.Join(o.open, ", ")
	} else {
		r.Why += ": it is not written as AWS wants it"
	}
	return r
}

// because says which conditions made a statement match, or what kept it from
// matching.
func (o *outcome) because() string {
	var parts []string
	for _, e := range []elements{elementPrincipal, elementAction, elementResource} {
		if o.mismatch.has(e) {
			parts = append(parts, "its "+o.statement.name(e)+" does not match")
		}
	}
	for i, c := range o.statement.conditions {
		if o.conditions[i] != o.truth {
			continue
		}
		verb := "holds"
		if o.truth == no {
			verb = "does not hold"
		}
		parts = append(parts, fmt.Sprintf("%s %s (%s is %s)", c, verb, c.key, o.ctx[c.folded]))
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// ask evaluates one statement: all of its elements must match.
func (s *Statement) ask(kind Kind, q question) outcome {
	o := outcome{statement: s, truth: yes, ctx: q.ctx}
	add := func(e elements, f finding) {
		o.truth = o.truth.and(f.truth)
		switch f.truth {
		case no:
			o.failed++
			o.mismatch |= e
		case maybe:
			o.open = append(o.open, f.open...)
		case yes:
		}
	}
	add(elementPrincipal, s.principalMatches(q.who, kind))
	add(elementAction, s.actionMatches(q))
	add(elementResource, s.resourceMatches(kind, q))
	for _, c := range s.conditions {
		f := c.holds(q.ctx)
		if s.unclear.has(elementCondition) {
			f = finding{}
		}
		add(elementCondition, f)
		o.conditions = append(o.conditions, f.truth)
	}
	if s.unclear.has(elementCondition | elementOther) {
		add(elementOther, finding{})
	}
	slices.Sort(o.open)
	o.open = slices.Compact(o.open)
	return o
}

// name is that of an element as the statement has it.
func (s *Statement) name(e elements) string {
	not := ""
	if s.negated.has(e) {
		not = "Not"
	}
	switch e {
	case elementPrincipal:
		return not + "Principal"
	case elementAction:
		return not + "Action"
	case elementResource:
		return not + "Resource"
	}
	panic(fmt.Sprintf("policy: element %d", uint8(e)))
}

// actionMatches evaluates Action or NotAction; case does not matter.
func (s *Statement) actionMatches(q question) finding {
	if s.unclear.has(elementAction) || !s.has.has(elementAction) {
		return finding{}
	}
	t := no
	for _, p := range s.actions {
		t = t.or(matchTokens(p.tokens, q.action))
	}
	if s.negated.has(elementAction) {
		t = t.not()
	}
	return finding{t, []string{"Action"}}
}

// resourceMatches evaluates Resource or NotResource. A resource policy that has
// neither speaks of what it is attached to, as those of Amazon ECR do.
func (s *Statement) resourceMatches(kind Kind, q question) finding {
	switch {
	case s.unclear.has(elementResource):
		return finding{}
	case !s.has.has(elementResource):
		if kind == ResourcePolicy {
			return finding{truth: yes}
		}
		return finding{}
	}
	var all finding
	for i, asked := range q.resources {
		f := s.resourceMatch(asked, q.ctx)
		if i == 0 {
			all.truth = f.truth
		} else {
			all.truth = all.truth.both(f.truth)
		}
		all.open = append(all.open, f.open...)
	}
	if all.truth != maybe {
		return finding{truth: all.truth}
	}
	if len(all.open) == 0 {
		all.open = []string{"Resource"}
	}
	return all
}

func (s *Statement) resourceMatch(asked []token, ctx foldedContext) finding {
	f := finding{truth: no}
	null := false
	for _, p := range s.resources {
		r := p.resolve(ctx, false)
		if r.null {
			null = true
			continue
		}
		t := matchTokens(r.tokens, asked)
		if t == no && p.short() {
			// An ARN of fewer than six parts is completed in identity-based
			// policies; elsewhere that is not documented.
			t = maybe.and(truthOf(overlaps(append(slices.Clone(r.tokens), token{kind: anyRun}), asked)))
		}
		if t == maybe {
			f.open = append(f.open, r.open...)
		}
		f.truth = f.truth.or(t)
	}
	if s.negated.has(elementResource) {
		if f.truth = f.truth.not(); f.truth == yes && null {
			// A variable without a value matches no resource; what that makes of
			// NotResource is not documented.
			f.truth = maybe
		}
	}
	return f
}

// short reports whether a pattern is an ARN that lacks some of its parts.
func (p *pattern) short() bool {
	return strings.HasPrefix(p.text, "arn:") && strings.Count(p.text, ":") < arnParts
}
