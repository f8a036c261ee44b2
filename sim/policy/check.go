package policy

import (
	"fmt"
	"slices"
)

// longestEndpointPolicy is the size of an endpoint policy in characters, white
// space included (POL-4).
const longestEndpointPolicy = 20480

// leastLiteral is how many characters must stand beside a wildcard in a string
// condition of an endpoint policy (POL-12).
const leastLiteral = 6

// systemIDKeys are the global keys whose values AWS makes up, in lower case.
var systemIDKeys = []string{
	"aws:principalaccount", "aws:principalorgid", "aws:resourceaccount", "aws:resourceorgid",
	"aws:sourceaccount", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid",
}

// Check gives what AWS refuses, or does not promise to heed, in a policy of this
// kind although its grammar is right (POL-3, POL-4, POL-12). Parse has already
// told what is wrong with the grammar.
func (p *Policy) Check(kind Kind) []Problem {
	if kind == ResourcePolicy {
		return nil
	}
	var problems []Problem
	report := func(at Place, rule, format string, args ...any) {
		problems = append(problems, Problem{Place: at, Rule: rule, Message: fmt.Sprintf(format, args...)})
	}
	if p.size > longestEndpointPolicy {
		report(Place{Line: 1, Column: 1}, "POL-4", "the policy has %d characters: an endpoint policy has at most %d", p.size, longestEndpointPolicy)
	}
	for _, s := range p.Statements {
		if !s.has.has(elementResource) && !s.unclear.has(elementOther) {
			report(s.Place, "", "%s has neither Resource nor NotResource", s)
		}
		if kind == GatewayEndpointPolicy && slices.ContainsFunc(s.principals, func(p principal) bool { return p.kind != everyone }) {
			report(s.Place, "POL-3", "%s names a principal: in a gateway endpoint's policy it must be *, "+
				"narrowed with aws:PrincipalArn; an account there is its root user alone", s)
		}
		for _, c := range s.conditions {
			if message := c.endpointRule(); message != "" {
				report(c.at, "POL-12", "%s", message)
			}
		}
	}
	slices.SortFunc(problems, compareProblems)
	return problems
}

// endpointRule tells which rule of endpoint policies a condition breaks.
func (c condition) endpointRule() string {
	if c.unclear {
		return ""
	}
	systemID := slices.Contains(systemIDKeys, c.folded)
	if systemID && c.op.compare == compareNumber {
		return fmt.Sprintf("%s cannot be compared as a number in an endpoint policy", c.key)
	}
	for _, o := range c.operands {
		switch {
		case o.pattern == nil || !o.pattern.wild():
		case systemID:
			return fmt.Sprintf("%s cannot have wildcards in an endpoint policy: %q", c.key, o.text)
		case c.op.compare == compareLike && !o.pattern.anchored():
			return fmt.Sprintf("a wildcard in an endpoint policy needs %d characters in a row before or after it: %q", leastLiteral, o.text)
		}
	}
	return ""
}

// wild reports whether a pattern has wildcards.
func (p *pattern) wild() bool { return slices.ContainsFunc(p.tokens, token.wild) }

func (t token) wild() bool { return t.kind == anyRun || t.kind == anyOne }

// anchored reports whether each wildcard has enough characters beside it. A
// variable counts as enough.
func (p *pattern) anchored() bool {
	before := 0
	for i, t := range p.tokens {
		if !t.wild() {
			before += t.weight()
			continue
		}
		after := 0
		for _, u := range p.tokens[i+1:] {
			if u.wild() {
				break
			}
			after += u.weight()
		}
		if before < leastLiteral && after < leastLiteral {
			return false
		}
		before = 0
	}
	return true
}

func (t token) weight() int {
	if t.kind == reference {
		return leastLiteral
	}
	return 1
}
