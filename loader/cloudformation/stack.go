package cloudformation

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

const stackType = "AWS::CloudFormation::Stack"

// stack is a template with values for its parameters.
type stack struct {
	reader   *reader
	template *template
	// stackName is AWS::StackName; prefix begins the IDs of its resources.
	stackName, prefix string
	account           model.AccountID
	region            model.Region
	// parent and resource are told for a nested stack.
	parent   *stack
	resource *resource
	given    map[string]string // parameters, by the CDK's manifest

	resources      map[string]*resource
	order          []*resource
	conditionNodes *node
	outputNodes    *node
	parameters     map[string]value
	conditions     map[string]truth
	outputs        map[string]value
	children       map[string]*stack // by logical ID; nil where the template is not given
}

// resource is a resource of a stack.
type resource struct {
	stack     *stack
	name, id  string
	typ       string
	node      *node
	condition string
	at        model.Provenance
	busy      bool             // its IPv6 blocks are being evaluated
	known     map[string]value // properties that others use
}

// newStack fills a stack in and makes it and those that it nests known to the
// reader.
func (r *reader) newStack(s *stack) *stack {
	s.reader, s.template.used = r, true
	s.parameters, s.conditions, s.outputs = map[string]value{}, map[string]truth{}, map[string]value{}
	s.resources, s.children = map[string]*resource{}, map[string]*stack{}
	r.stacks = append(r.stacks, s)
	s.conditionNodes = s.expand(s.template.root.get("Conditions"))
	s.outputNodes = s.expand(s.template.root.get("Outputs"))
	nodes := s.expand(s.template.root.get("Resources"))
	if nodes == nil || nodes.kind != mappingNode {
		return s
	}
	for i, k := range nodes.keys {
		if i == r.limits.resources {
			s.errorf(k.at, "AWS takes no more than 500; the others are left out.", "the template has more than %d resources", r.limits.resources)
			break
		}
		s.addResource(k, nodes.items[i])
	}
	for _, x := range s.order {
		if x.typ == stackType {
			s.child(x)
		}
	}
	return s
}

func (s *stack) addResource(key, n *node) {
	r := &resource{stack: s, name: key.text, id: s.prefix + key.text, node: n, at: key.at}
	r.at.Address = key.text
	if n.kind != mappingNode {
		if name, _, _ := strings.Cut(key.text, "::"); name != "Fn" {
			s.errorf(n.at, "", "the resource %s is not written as %s", key.text, n.describe())
		}
		return
	}
	if t := n.get("Type"); t != nil && t.kind == scalarNode {
		r.typ = t.text
	} else if !strings.HasPrefix(key.text, "Fn::") {
		s.errorf(key.at, "Type: AWS::EC2::VPC, for example", "the resource %s has no Type", key.text)
	}
	if c := n.get("Condition"); c != nil && c.kind == scalarNode {
		r.condition = c.text
	}
	if s.resources[r.name] != nil {
		s.reader.diags = append(s.reader.diags, model.Diagnostic{Severity: model.Warning, Provenance: key.at, Resource: r.id,
			Summary: fmt.Sprintf("the resource %s is given twice; this one counts", key.text)})
		for i, x := range s.order {
			if x.name == r.name {
				s.order[i] = r
			}
		}
	} else {
		s.order = append(s.order, r)
	}
	s.resources[r.name] = r
}

// presence says whether the resource is created.
func (r *resource) presence() truth {
	if r.condition == "" {
		return truth{yes: true}
	}
	return r.stack.condition(r.condition)
}

// absent reports whether the resource is certainly not created.
func (r *resource) absent() bool {
	t := r.presence()
	return t.open == nil && !t.yes
}

func (r *resource) properties() *node { return r.node.get("Properties") }

func (s *stack) file() string { return stem(s.template.path) }

func (s *stack) errorf(at model.Provenance, detail, format string, args ...any) {
	s.reader.diags = append(s.reader.diags, model.Diagnostic{Severity: model.Error, Provenance: at, Summary: fmt.Sprintf(format, args...), Detail: detail})
}

// child gives the stack of an AWS::CloudFormation::Stack resource, nil where its
// template is not given.
func (s *stack) child(r *resource) *stack {
	if c, ok := s.children[r.name]; ok {
		return c
	}
	s.children[r.name] = nil
	if r.absent() {
		return nil
	}
	t := s.reader.nestedTemplate(s.template, r.node)
	if t == nil {
		url := "its template"
		if n := r.properties().get("TemplateURL"); n != nil {
			if text := lastText(n); text != "" {
				url = quote(text)
			}
		}
		s.reader.diags = append(s.reader.diags, model.Diagnostic{Severity: model.Warning, Provenance: r.at, Resource: r.id,
			Summary: fmt.Sprintf("the template of the nested stack %s is not given: what it holds is unknown", r.name),
			Detail:  "Give the file that " + url + " names as well."})
		s.reader.unmodelled(r)
		return nil
	}
	for outer := s; outer != nil; outer = outer.parent {
		if outer.template == t {
			s.errorf(r.at, "", "the nested stack %s holds itself", r.name)
			return nil
		}
	}
	if most := s.reader.limits.stacks; len(s.reader.stacks) >= most {
		s.exceeded(r.at, "Give the templates of fewer stacks at once.", "the templates make more than %d stacks", most)
		return nil
	}
	if t.used && !s.copies(t.size+resourceCost*len(keysOf(t.root.get("Resources"))), r.at) {
		return nil
	}
	c := s.reader.newStack(&stack{template: t, stackName: s.stackName + "-" + r.name, prefix: s.prefix + r.name + "/",
		account: s.account, region: s.region, parent: s, resource: r})
	s.children[r.name] = c
	return c
}

// nestedOutput gives an output of a nested stack: Outputs.NAME.
func (s *stack) nestedOutput(r *resource, attribute string, at model.Provenance) value {
	name, ok := strings.CutPrefix(attribute, "Outputs.")
	if !ok {
		return s.wrong(at, "a nested stack has the attributes Outputs.NAME, not %s", attribute)
	}
	label := r.id + ".Outputs." + name
	c := s.child(r)
	if c == nil {
		return opened(open{label: label, reason: "the template of the nested stack " + r.name + " is not given"}, at)
	}
	if c.outputNodes.get(name) == nil {
		s.errorf(at, s.didYouMean(name, func() []string { return keysOf(c.outputNodes) }), "the nested stack %s has no output %s", r.name, quote(name))
		return opened(open{label: label, reason: "the nested stack " + r.name + " has no output " + name}, at)
	}
	v := c.output(name)
	v.at = at
	return v
}

// output gives the value of an output, once.
func (s *stack) output(name string) value {
	if v, ok := s.outputs[name]; ok {
		return v
	}
	n := s.outputNodes.get(name)
	s.outputs[name] = opened(open{label: s.prefix + "Outputs." + name, reason: "the output " + name + " refers to itself"}, n.at)
	v := s.eval(n.get("Value"))
	if v.kind == absent {
		v = plain("", n.at)
	}
	if v.kind == listValue {
		v = joinList(v)
	}
	s.outputs[name] = v
	return v
}

// export is an output that other stacks may import.
type export struct {
	stack *stack
	name  string
}

// exports are those of all stacks, by the name under which they are imported.
func (r *reader) exports() map[string][]export {
	if r.exported != nil {
		return r.exported
	}
	r.exported = map[string][]export{}
	found := map[string][]export{}
	for _, s := range r.stacks {
		if s.outputNodes == nil || s.outputNodes.kind != mappingNode {
			continue
		}
		for i, k := range s.outputNodes.keys {
			n := s.outputNodes.items[i]
			name := n.path("Export.Name")
			if name == nil {
				continue
			}
			if c := n.get("Condition"); c != nil && c.kind == scalarNode {
				if t := s.condition(c.text); t.open == nil && !t.yes {
					continue
				}
			}
			v := s.eval(name)
			if _, ok := v.textParts(); !ok {
				continue
			}
			key := v.show()
			for _, other := range found[key] {
				if other.stack.account == s.account && other.stack.region == s.region {
					s.errorf(name.at, "", "the export %s is also made at %s", quote(key), other.stack.outputNodes.get(other.name).at)
				}
			}
			found[key] = append(found[key], export{s, k.text})
		}
	}
	r.exported = found
	return found
}
