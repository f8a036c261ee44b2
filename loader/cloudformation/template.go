package cloudformation

import (
	"path"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// template is one file, parsed.
type template struct {
	path string
	root *node
	size int  // how many values it has
	used bool // by a stack
	// macros says that something rewrites the template when it is deployed, so
	// that names which it does not have may still be there.
	macros bool
}

// newTemplate reads the sections of a template; nil where the document is none.
func newTemplate(f input.File, root *node) *template {
	if root.get("Resources") == nil && root.get("AWSTemplateFormatVersion") == nil {
		return nil
	}
	t := &template{path: f.Path, root: root, size: size(root)}
	if n := root.get("Transform"); n != nil {
		names := []*node{n}
		if n.kind == listNode {
			names = n.items
		}
		t.macros = slices.ContainsFunc(names, func(n *node) bool { return n.text != "AWS::LanguageExtensions" })
	}
	return t
}

// checkSections reports sections that are not mappings.
func (t *template) checkSections() model.Diagnostics {
	var ds model.Diagnostics
	for _, name := range []string{"Parameters", "Mappings", "Conditions", "Resources", "Outputs"} {
		if n := t.root.get(name); n != nil && n.kind != mappingNode && n.kind != nullNode {
			ds = append(ds, model.Diagnostic{Severity: model.Error, Provenance: n.at, Summary: "the section " + name + " is not written as " + n.describe()})
		}
	}
	if n := t.root.get("Resources"); n == nil || n.kind == nullNode || n.kind == mappingNode && len(n.keys) == 0 {
		at := model.Provenance{File: t.path, Line: 1, Column: 1}
		ds = append(ds, model.Diagnostic{Severity: model.Error, Provenance: at, Summary: "the template has no resources"})
	}
	return ds
}

// base is a path's last element.
func base(p string) string { return path.Base(strings.ReplaceAll(p, `\`, "/")) }

// folder is a path without its last element.
func folder(p string) string { return path.Dir(strings.ReplaceAll(p, `\`, "/")) }

// stem is a template's name: that of its file without the endings of templates.
func stem(p string) string {
	name := base(p)
	for _, ending := range []string{".json", ".yaml", ".yml", ".template", ".nested"} {
		if s, ok := strings.CutSuffix(name, ending); ok && s != "" {
			name = s
		}
	}
	return name
}

// nestedTemplate finds the file of a nested stack's template: the one that the
// CDK names in the metadata, or the one that has the URL's last element for a
// name. Of several the one nearest to the parent's folder counts.
func (r *reader) nestedTemplate(parent *template, resource *node) *template {
	var names []string
	if n := resource.get("Metadata").get("aws:asset:path"); n != nil {
		names = append(names, n.text)
	}
	if text := lastText(resource.get("Properties").get("TemplateURL")); text != "" {
		if uploaded, ok := r.assets[base(text)]; ok {
			names = append(names, uploaded)
		}
		names = append(names, text)
	}
	for _, wanted := range names {
		for _, same := range []func(*template) bool{
			func(t *template) bool { return base(t.path) == base(wanted) },
			func(t *template) bool { return stem(t.path) == stem(wanted) },
		} {
			var found *template
			for _, t := range r.templates {
				if t != parent && same(t) && (found == nil || folder(t.path) == folder(parent.path) && folder(found.path) != folder(parent.path)) {
					found = t
				}
			}
			if found != nil {
				return found
			}
		}
		if base(parent.path) == base(wanted) {
			return parent
		}
	}
	return nil
}

// lastText is the last text of an expression that holds a path: in a URL that is
// put together, its end.
func lastText(n *node) string {
	if n == nil {
		return ""
	}
	switch n.kind {
	case scalarNode:
		return n.text
	case listNode, mappingNode:
		if f, arg := n.call(); f == "Fn::Sub" && arg.kind == listNode && len(arg.items) > 0 {
			return lastText(arg.items[0])
		}
		for _, item := range slices.Backward(n.items) {
			if text := lastText(item); strings.ContainsAny(text, "./") {
				return text
			}
		}
	}
	return ""
}
