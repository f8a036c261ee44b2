package cloudformation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// check reports names that stand for nothing, wherever in the stack's template
// they are, and resources that need each other in a circle. The parts of a
// template that no reader evaluates are looked at too: AWS would refuse them.
func (s *stack) check() {
	c := &checker{stack: s, needs: map[string][]need{}}
	for _, r := range s.order {
		if r.condition != "" {
			c.condition(r.condition, r.node.get("Condition").at)
		}
		if r.absent() {
			continue
		}
		c.owner = r.name
		c.walk(r.properties(), true)
		c.dependencies(r)
	}
	c.owner = ""
	if n := s.outputNodes; n != nil && n.kind == mappingNode {
		for _, item := range n.items {
			live := true
			if cond := item.get("Condition"); cond != nil && cond.kind == scalarNode {
				c.condition(cond.text, cond.at)
				t := s.condition(cond.text)
				live = t.open != nil || t.yes
			}
			if live {
				c.walk(item.get("Value"), true)
				c.walk(item.path("Export.Name"), true)
			}
		}
	}
	if n := s.conditionNodes; n != nil && n.kind == mappingNode {
		for i, k := range n.keys {
			c.owner = conditionOwner + k.text
			c.walk(n.items[i], true)
		}
	}
	c.circles()
}

// conditionOwner begins the names of conditions among those of resources.
const conditionOwner = "condition "

// need is a reference from one resource to another.
type need struct {
	to string
	at model.Provenance
}

type checker struct {
	*stack
	owner string // whose expressions are walked
	needs map[string][]need
}

// walk visits an expression. live is false where a condition takes it out.
func (c *checker) walk(n *node, live bool) {
	if n == nil || n.kind == nullNode || n.kind == scalarNode || !live {
		return
	}
	name, arg := n.call()
	switch name {
	case "Ref":
		if arg.kind == scalarNode {
			c.name(arg.text, n.at)
			return
		}
	case "Fn::GetAtt":
		if resource, _, ok := c.attributeOf(arg); ok {
			c.resource(resource, n.at)
		}
	case "Fn::Sub":
		text, own, ok := c.subArguments(arg)
		if !ok {
			break
		}
		for _, p := range subPieces(text) {
			if !p.variable || own.get(p.text) != nil {
				continue
			}
			if resource, _, isAttribute := strings.Cut(p.text, "."); isAttribute {
				c.resource(resource, arg.at)
			} else {
				c.name(p.text, arg.at)
			}
		}
		c.walk(own, live)
		return
	case "Fn::If":
		if arg.kind == listNode && len(arg.items) == 3 && arg.items[0].kind == scalarNode {
			c.condition(arg.items[0].text, arg.items[0].at)
			t := c.stack.condition(arg.items[0].text)
			c.walk(arg.items[1], t.open != nil || t.yes)
			c.walk(arg.items[2], t.open != nil || !t.yes)
			return
		}
	case "Condition":
		if arg.kind == scalarNode && (c.owner == "" || strings.HasPrefix(c.owner, conditionOwner)) {
			c.condition(arg.text, arg.at)
			return
		}
	case "":
		n = c.expand(n)
	}
	for _, item := range n.items {
		c.walk(item, live)
	}
}

// dependencies reports what DependsOn names and the template lacks. What a condition
// takes out is no dependency.
func (c *checker) dependencies(r *resource) {
	list := r.node.get("DependsOn")
	if list == nil {
		return
	}
	names := list.items
	if list.kind == scalarNode {
		names = []*node{list}
	}
	for _, n := range names {
		if n.kind != scalarNode {
			continue
		}
		if on := c.resources[n.text]; on == nil || !on.absent() {
			c.resource(n.text, n.at)
		}
	}
}

// name is what Ref may name: a parameter, a resource, a pseudo parameter.
func (c *checker) name(name string, at model.Provenance) {
	if strings.HasPrefix(name, "AWS::") || c.template.root.get("Parameters").get(name) != nil {
		return
	}
	c.refer(name, at, "parameter or resource")
}

func (c *checker) resource(name string, at model.Provenance) { c.refer(name, at, "resource") }

func (c *checker) refer(name string, at model.Provenance, what string) {
	switch r := c.resources[name]; {
	case r == nil && c.template.macros:
		// A macro may make it.
	case r == nil:
		c.errorf(at, c.didYouMean(name, func() []string {
			known := slices.Collect(maps.Keys(c.resources))
			if what != "resource" {
				known = append(known, keysOf(c.template.root.get("Parameters"))...)
			}
			return known
		}), "the template has no %s %s", what, quote(name))
	case r.absent():
		c.errorf(at, "Refer to it under the same condition.", "%s is not created, since its condition %s is false", name, r.condition)
	case c.owner != "":
		c.needs[c.owner] = append(c.needs[c.owner], need{name, at})
	}
}

func (c *checker) condition(name string, at model.Provenance) {
	if c.conditionNodes.get(name) == nil {
		c.errorf(at, c.didYouMean(name, func() []string { return keysOf(c.conditionNodes) }), "the template has no condition %s", quote(name))
		return
	}
	if strings.HasPrefix(c.owner, conditionOwner) {
		c.needs[c.owner] = append(c.needs[c.owner], need{conditionOwner + name, at})
	}
}

// circles reports each circle of references once, at the reference that closes
// it.
func (c *checker) circles() {
	const visiting, done = 1, 2
	state := map[string]int{}
	var way []string
	var visit func(name string)
	visit = func(name string) {
		state[name] = visiting
		way = append(way, name)
		for _, n := range c.needs[name] {
			switch state[n.to] {
			case 0:
				visit(n.to)
			case visiting:
				circle := append(slices.Clone(way[slices.Index(way, n.to):]), n.to)
				what := "resources refer to each other in a circle"
				if strings.HasPrefix(name, conditionOwner) {
					what = "conditions refer to each other in a circle"
				}
				for i, x := range circle {
					circle[i] = strings.TrimPrefix(x, conditionOwner)
				}
				c.errorf(n.at, "Take one of the references out, for example into a resource of its own.", "%s: %s", what, strings.Join(circle, " -> "))
			case done:
			default:
				panic(fmt.Sprintf("cloudformation: state %d", state[n.to]))
			}
		}
		way = way[:len(way)-1]
		state[name] = done
	}
	for _, name := range slices.Sorted(maps.Keys(c.needs)) {
		if state[name] == 0 {
			visit(name)
		}
	}
}
