package policy

import "strings"

// conditions reads the Condition of a statement.
func (d *document) conditions(s *Statement, n node, variables bool) {
	if n.kind != '{' {
		d.report(n.at, "Condition is an object, not %s", quoted(n))
		s.unclear |= elementCondition
		return
	}
	operators := map[string]bool{}
	for _, m := range n.members {
		name := m.name.text
		op, rel, err := parseOperator(name)
		if err != nil {
			d.report(m.name.at, "%s", err)
		}
		if operators[name] {
			// Which of the two counts is open.
			d.report(m.name.at, "%s is there twice in the Condition of %s: put its keys together", name, s)
			s.unclear |= elementCondition
		}
		operators[name] = true
		if m.value.kind != '{' {
			d.report(m.value.at, "%s takes an object of keys and values, not %s", name, quoted(m.value))
			s.unclear |= elementCondition
			continue
		}
		keys := map[string]bool{}
		for _, k := range m.value.members {
			folded := strings.ToLower(k.name.text)
			c := condition{op: op, relation: rel, key: k.name.text, folded: folded, at: d.place(k.name.at), unclear: err != nil}
			if keys[folded] {
				d.report(k.name.at, "%s is there twice under %s: put its values into a list", k.name.text, name)
				s.unclear |= elementCondition
			}
			keys[folded] = true
			d.operands(&c, k.value, err == nil && variables, err == nil)
			s.conditions = append(s.conditions, c)
		}
		if err != nil && len(m.value.members) == 0 {
			s.unclear |= elementCondition
		}
	}
}

// operands reads the values of one key. Numbers and booleans may be written
// without quotation marks.
func (d *document) operands(c *condition, n node, variables, known bool) {
	items := []node{n}
	if n.kind == '[' {
		if items = n.items; len(items) == 0 {
			d.report(n.at, "%s %s has no values", c.op.name, c.key)
			c.unclear = true
		}
	}
	for _, item := range items {
		switch item.kind {
		case '"', '0', 't', 'f':
		default:
			d.report(item.at, "a value of %s is a string, a number or a boolean, not %s", c.key, kindName(item.kind))
			c.unclear = true
			continue
		}
		if !known {
			c.operands = append(c.operands, operand{text: item.text, unclear: true})
			continue
		}
		o, err := parseOperand(item.text, c.op.compare, variables)
		if err != nil {
			d.report(item.at, "%s %s: %s", c.op.name, c.key, err)
		}
		c.operands = append(c.operands, o)
	}
}
