package cloudformation

import (
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// root is a stack that no other nests.
type root struct {
	template *template
	deployed
}

// makeStacks finds the root stacks and instantiates them and what they nest.
func (r *reader) makeStacks() {
	nested := map[*template]bool{}
	for _, t := range r.templates {
		resources := t.root.get("Resources")
		if resources == nil || resources.kind != mappingNode {
			continue
		}
		for _, n := range resources.items {
			if typ := n.get("Type"); typ != nil && typ.text == stackType {
				if child := r.nestedTemplate(t, n); child != nil {
					nested[child] = true
				}
			}
		}
	}
	var roots []root
	inFolder := map[string]bool{}
	used := map[*template]bool{}
	for _, m := range r.manifests {
		inFolder[m.folder] = true
		for _, d := range m.stacks {
			i := slices.IndexFunc(r.templates, func(t *template) bool { return strings.ReplaceAll(t.path, `\`, "/") == d.template })
			if i < 0 {
				r.diags = append(r.diags, model.Diagnostic{Severity: model.Error, Provenance: d.at,
					Summary: "the template " + quote(base(d.template)) + " is not given, or cannot be read"})
				continue
			}
			used[r.templates[i]] = true
			roots = append(roots, root{r.templates[i], d})
		}
	}
	for _, t := range r.templates {
		switch {
		case used[t] || nested[t]:
		case inFolder[folder(t.path)]:
			r.diags = append(r.diags, model.Diagnostic{Severity: model.Note, Provenance: model.Provenance{File: t.path},
				Summary: "the folder's manifest does not name this template; it is passed over"})
		default:
			roots = append(roots, root{t, deployed{name: stem(t.path)}})
		}
	}
	if len(roots) == 0 { // templates that nest each other in a ring
		for _, t := range r.templates[:min(1, len(r.templates))] {
			roots = append(roots, root{t, deployed{name: stem(t.path)}})
		}
	}
	for _, x := range roots {
		s := &stack{template: x.template, stackName: x.name, account: x.account, region: x.region, given: x.parameters}
		if len(roots) > 1 {
			s.prefix = uniqueName(roots, x) + "/"
		}
		r.newStack(s)
	}
}

// uniqueName tells a stack from the others by its name, or by its file where
// several have the name.
func uniqueName(roots []root, x root) string {
	for _, name := range []func(root) string{
		func(x root) string { return x.name },
		func(x root) string { return base(x.template.path) },
	} {
		same := 0
		for _, y := range roots {
			if name(y) == name(x) {
				same++
			}
		}
		if same == 1 {
			return name(x)
		}
	}
	return x.template.path
}
