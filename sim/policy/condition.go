package policy

import (
	"fmt"
	"slices"
	"strings"
)

// condition is one operator on one key of a statement's Condition. All of them
// must hold for the statement to match.
type condition struct {
	op       operator
	relation relation
	key      string // as written
	folded   string
	operands []operand
	at       Place
	// unclear is set when the operator or the values cannot be understood.
	unclear bool
}

// finding is what came of a part of a statement, and what it hangs on where it
// is open.
type finding struct {
	truth truth
	open  []string // condition keys, or "Action", "Resource", "Principal"
}

func (c condition) String() string {
	const most = 3
	var texts []string
	for i, o := range c.operands {
		if i == most && len(c.operands) > most+1 {
			texts = append(texts, fmt.Sprintf("and %d more", len(c.operands)-most))
			break
		}
		texts = append(texts, o.text)
	}
	return fmt.Sprintf("%s %s [%s]", c.op.name, c.key, strings.Join(texts, ", "))
}

// holds evaluates a condition against a request (POL-6).
func (c condition) holds(ctx foldedContext) finding {
	if c.unclear {
		return finding{}
	}
	value := ctx[c.folded]
	if c.op.compare == compareNull {
		return c.null(value)
	}
	var f finding
	switch value.state {
	case stateAbsent:
		return finding{truth: c.absent()}
	case stateUnknown:
		// The key may be absent or there, with any value.
		f = c.present(value, ctx)
		f.truth = f.truth.both(c.absent())
	case statePresent:
		f = c.present(value, ctx)
	default:
		panic(fmt.Sprintf("policy: value state %d", uint8(value.state)))
	}
	if f.truth != maybe {
		return finding{truth: f.truth}
	}
	understood := !slices.ContainsFunc(c.operands, func(o operand) bool { return o.unclear })
	if len(value.values) == 0 || len(f.open) == 0 && understood {
		f.open = append(f.open, c.key)
	}
	slices.Sort(f.open)
	f.open = slices.Compact(f.open)
	return f
}

// absent is what becomes of a condition whose key the request does not have.
func (c condition) absent() truth {
	switch {
	case c.op.ifExists, c.op.set == forAllValues:
		return yes
	case c.op.set == forAnyValue:
		return no
	}
	return truthOf(c.op.negated)
}

// present evaluates a condition whose key the request has.
func (c condition) present(value Value, ctx foldedContext) finding {
	if len(value.values) == 0 {
		return c.matchOne(value, "", ctx)
	}
	if c.op.set == forAllValues && len(value.values) == 1 && value.values[0] == "" {
		// ForAllValues counts an empty string as no values at all.
		return finding{truth: yes}
	}
	var all finding
	for i, v := range value.values {
		f := c.matchOne(value, v, ctx)
		switch {
		case i == 0:
			all.truth = f.truth
		case c.op.set == forAllValues:
			all.truth = all.truth.and(f.truth)
		case c.op.set == forAnyValue:
			all.truth = all.truth.or(f.truth)
		default:
			// A multivalued key without a set operator.
			all.truth = all.truth.both(f.truth)
		}
		all.open = append(all.open, f.open...)
	}
	return all
}

// matchOne evaluates the operator for one value of the request: the values of
// the policy are alternatives, and a negated operator wants none of them.
func (c condition) matchOne(value Value, text string, ctx foldedContext) finding {
	f := finding{truth: no}
	known := len(value.values) > 0
	tokens := []token{{kind: unknown}}
	if known && c.op.compare.variables() {
		tokens = literals(text, c.op.compare == compareStringFold)
	}
	for _, o := range c.operands {
		var t truth
		var open []string
		switch {
		case c.op.compare.variables():
			t, open = o.testText(c.op.compare, tokens, ctx)
		case known:
			t = o.testValue(c.op.compare, c.relation, text)
		case c.op.compare == compareIP && value.within.IsValid():
			t = o.testWithin(value.within)
		default:
			t = maybe
		}
		f.truth = f.truth.or(t)
		f.open = append(f.open, open...)
	}
	if c.op.negated {
		f.truth = f.truth.not()
	}
	return f
}

// null evaluates the Null operator: true wants the key absent, false wants it
// there. Whether an empty string is null is not documented.
func (c condition) null(value Value) finding {
	var isNull truth
	switch text, one := value.one(); {
	case value.state == stateAbsent:
		isNull = yes
	case value.state == statePresent && !(one && text == ""):
		isNull = no
	}
	f := finding{truth: no}
	for _, o := range c.operands {
		t := isNull
		switch {
		case o.unclear:
			t = maybe
		case !o.truth:
			t = isNull.not()
		}
		f.truth = f.truth.or(t)
	}
	if f.truth == maybe {
		f.open = []string{c.key}
	}
	return f
}
