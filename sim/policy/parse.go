package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Parse reads a policy document. It always returns a Policy: what could not be
// understood is a Problem with its place, in the order of the document, and
// unknown when the policy is evaluated. Without problems the policy is one that
// AWS could take, as far as its grammar goes; Check has rules that depend on
// what it is attached to.
func Parse(data []byte) (*Policy, []Problem) {
	d := newDocument(data)
	p := &Policy{size: utf8.RuneCount(data)}
	root, ok := d.tree()
	if !ok {
		p.unreadable = true
		return p, d.sorted()
	}
	d.policy(p, root)
	return p, d.sorted()
}

func (d *document) policy(p *Policy, root node) {
	if root.kind != '{' {
		d.report(root.at, "a policy is a JSON object, not %s", kindName(root.kind))
		p.unreadable = true
		return
	}
	var statement *node
	// AWS's default, in which policies have no variables.
	variables := false
	seen := map[string]bool{}
	for _, m := range root.members {
		name := m.name.text
		if seen[name] {
			d.report(m.name.at, "%s is there twice", name)
			p.unreadable = true
			continue
		}
		seen[name] = true
		switch name {
		case "Version":
			switch m.value.text {
			case "2012-10-17":
				variables = true
			case "2008-10-17":
			default:
				d.report(m.value.at, "Version is 2012-10-17 or 2008-10-17, not %s", quoted(m.value))
				p.unreadable = true
			}
		case "Id":
			d.text(m.value, name)
		case "Statement":
			statement = &m.value
		default:
			d.report(m.name.at, "%q is not an element of a policy: it has Version, Id and Statement", name)
		}
	}
	if statement == nil {
		d.report(root.at, "the policy has no Statement")
		p.unreadable = true
		return
	}
	statements := []node{*statement}
	if statement.kind == '[' {
		statements = statement.items
	}
	for i, n := range statements {
		p.Statements = append(p.Statements, d.statement(n, i+1, variables))
	}
}

func (d *document) statement(n node, index int, variables bool) *Statement {
	s := &Statement{Index: index, Place: d.place(n.at)}
	if n.kind != '{' {
		d.report(n.at, "a statement is a JSON object, not %s", kindName(n.kind))
		s.unclear |= elementOther
		return s
	}
	seen := map[string]bool{}
	effect := false
	for _, m := range n.members {
		name := m.name.text
		if seen[name] {
			// Which of the two counts is open.
			d.report(m.name.at, "%s is there twice in %s", name, s)
			s.unclear |= elementsByName[name]
			if name == "Effect" {
				s.Effect = EffectUnknown
			}
			continue
		}
		seen[name] = true
		switch name {
		case "Sid":
			s.Sid, _ = d.text(m.value, name)
		case "Effect":
			effect = true
			s.Effect = d.effect(m.value)
		case "Principal", "NotPrincipal":
			d.element(s, m)
			d.principals(s, m.value, name)
		case "Action", "NotAction":
			d.element(s, m)
			s.actions = d.patterns(s, elementAction, m, syntax{wildcards: true, fold: true})
		case "Resource", "NotResource":
			d.element(s, m)
			s.resources = d.patterns(s, elementResource, m,
				syntax{wildcards: true, variables: variables, parts: arnParts, spills: true})
		case "Condition":
			d.element(s, m)
			d.conditions(s, m.value, variables)
		default:
			d.report(m.name.at, "%q is not an element of a statement: it has Sid, Effect, Principal, Action, "+
				"Resource, Condition, and NotPrincipal, NotAction, NotResource", name)
			s.unclear |= elementOther
		}
	}
	if !effect {
		d.report(n.at, "%s has no Effect", s)
	}
	if !s.has.has(elementPrincipal) {
		d.report(n.at, "%s has no Principal, which a policy of a resource or an endpoint needs", s)
	}
	if !s.has.has(elementAction) {
		d.report(n.at, "%s has neither Action nor NotAction", s)
	}
	if s.negated.has(elementPrincipal) && s.Effect == Allow {
		d.report(n.at, "%s has NotPrincipal with Allow, which AWS does not support", s)
		s.unclear |= elementPrincipal
	}
	return s
}

// elementsByName has the elements that decide whether a statement matches.
var elementsByName = map[string]elements{
	"Principal": elementPrincipal, "NotPrincipal": elementPrincipal,
	"Action": elementAction, "NotAction": elementAction,
	"Resource": elementResource, "NotResource": elementResource,
	"Condition": elementCondition,
}

// element notes that a statement has an element, in its plain or negated form
// but not both.
func (d *document) element(s *Statement, m member) {
	e := elementsByName[m.name.text]
	if s.has.has(e) {
		d.report(m.name.at, "%s beside its opposite in %s", m.name.text, s)
		s.unclear |= e
	}
	s.has |= e
	if strings.HasPrefix(m.name.text, "Not") {
		s.negated |= e
	}
}

func (d *document) effect(n node) Effect {
	if n.kind == '"' {
		switch n.text {
		case "Allow":
			return Allow
		case "Deny":
			return Deny
		}
	}
	d.report(n.at, "Effect is Allow or Deny, not %s", quoted(n))
	return EffectUnknown
}

// patterns reads the texts of Action and Resource.
func (d *document) patterns(s *Statement, e elements, m member, syn syntax) []*pattern {
	texts, ok := d.texts(m.value, m.name.text)
	if !ok {
		s.unclear |= e
	}
	var patterns []*pattern
	for _, n := range texts {
		p := compilePattern(n.text, syn)
		if p.unclear {
			d.report(n.at, "%s has a policy variable that is not written ${key} or ${key, 'default'}", quoted(n))
			s.unclear |= e
		}
		patterns = append(patterns, p)
	}
	return patterns
}

func (d *document) principals(s *Statement, n node, name string) {
	switch {
	case n.kind == '"' && n.text == "*":
		s.principals = append(s.principals, principal{kind: everyone, text: "*"})
		return
	case n.kind != '{' || len(n.members) == 0:
		d.report(n.at, `%s is "*" or an object like {"AWS": "111122223333"}, not %s`, name, quoted(n))
		s.unclear |= elementPrincipal
		return
	}
	for _, m := range n.members {
		texts, ok := d.texts(m.value, name)
		if !ok {
			s.unclear |= elementPrincipal
		}
		for _, t := range texts {
			p, ok := parsePrincipal(m.name.text, t.text)
			if !ok {
				d.report(t.at, "%s %s %s is no principal: AWS takes an account ID or an ARN without wildcards, "+
					"Service a service's name, and there are Federated and CanonicalUser", name, m.name.text, quoted(t))
				s.unclear |= elementPrincipal
			}
			s.principals = append(s.principals, p)
		}
	}
}

// text reads a string.
func (d *document) text(n node, name string) (string, bool) {
	if n.kind != '"' {
		d.report(n.at, "%s is a string, not %s", name, quoted(n))
		return "", false
	}
	return n.text, true
}

// texts reads a string, or a list of some.
func (d *document) texts(n node, name string) ([]node, bool) {
	items := []node{n}
	if n.kind == '[' {
		if items = n.items; len(items) == 0 {
			d.report(n.at, "%s is an empty list", name)
			return nil, false
		}
	}
	var texts []node
	for _, item := range items {
		if _, ok := d.text(item, name); ok {
			texts = append(texts, item)
		}
	}
	return texts, len(texts) == len(items)
}

func kindName(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '[':
		return "a list"
	case '{':
		return "an object"
	}
	panic(fmt.Sprintf("policy: JSON kind %q", byte(k)))
}

// quoted gives a value for a message.
func quoted(n node) string {
	if n.kind == '"' {
		const most = 60
		text := []rune(n.text)
		if len(text) > most {
			return fmt.Sprintf("%q…", string(text[:most]))
		}
		return fmt.Sprintf("%q", n.text)
	}
	return kindName(n.kind)
}
