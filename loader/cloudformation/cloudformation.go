package cloudformation

import (
	"cmp"
	"maps"
	"slices"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// Options are what the user says beside the templates.
type Options struct {
	// Parameters are values of parameters, by NAME or STACK/NAME, and of pseudo
	// parameters such as AWS::Region.
	Parameters map[string]string
}

// Read reads templates as one design: every template is a stack, unless another
// nests it. Where a cdk.out folder's manifest.json is among the files it tells
// the stacks, their names, accounts and Regions.
//
// The order of files does not matter. The network is never nil; where there are
// errors among the diagnostics, which are sorted, it holds what could be read.
// Read keeps no reference to the files' data and may be called from several
// goroutines at once.
func Read(files []input.File, o Options) (*model.Network, model.Diagnostics) {
	return readWithin(files, o, usual)
}

// readWithin is Read with other limits.
func readWithin(files []input.File, o Options, l limits) (*model.Network, model.Diagnostics) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b input.File) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), slices.Compare(a.Dirs, b.Dirs), slices.Compare(a.Data, b.Data))
	})
	r := &reader{options: o, limits: l, told: map[model.Provenance]bool{}, counted: map[string]*model.Unmodelled{}, assets: map[string]string{}}
	r.parseAll(files)
	r.makeStacks()
	r.checkGiven()
	for _, s := range r.stacks {
		s.check()
	}
	b := newBuilder(r)
	b.build()
	return b.network, r.diags.Sort()
}

// reader holds what the files of one design say.
type reader struct {
	options   Options
	templates []*template
	manifests []*manifest
	assets    map[string]string // files that the CDK uploads, by their name there
	stacks    []*stack          // parents before their nested stacks
	exported  map[string][]export
	diags     model.Diagnostics
	told      map[model.Provenance]bool
	counted   map[string]*model.Unmodelled

	limits    limits
	limited   []string // what was reported of them
	values    int      // of all templates
	steps     int      // of evaluation, all together
	suggested int      // names instead of unknown ones
	copied    int      // values that loops and nested stacks have made
	depth     int      // of the evaluation that is going on
}

// warned reports whether it is asked for the first time about a place.
func (r *reader) warned(at model.Provenance) bool {
	first := !r.told[at]
	r.told[at] = true
	return first
}

func (r *reader) parseAll(files []input.File) {
	var foreign model.Diagnostics
	for _, f := range files {
		root, ds := parse(f, &r.limits)
		r.diags = append(r.diags, ds...)
		if root == nil {
			continue
		}
		if isManifest(root) {
			r.manifests = append(r.manifests, readManifest(f, root))
			continue
		}
		if isAssets(root) {
			r.readAssets(f, root)
			continue
		}
		t := newTemplate(f, root)
		if t == nil {
			foreign = append(foreign, model.Diagnostic{Severity: model.Error, Provenance: model.Provenance{File: f.Path, Line: 1, Column: 1},
				Summary: "the file is no CloudFormation template: it has no section Resources"})
			continue
		}
		r.diags = append(r.diags, t.checkSections()...)
		r.values += t.size
		r.templates = append(r.templates, t)
	}
	for _, d := range foreign {
		d.Severity = model.Warning
		switch {
		case len(r.manifests) > 0:
			continue // a cdk.out folder has files of the CDK's own
		case len(r.templates) == 0:
			d.Severity = model.Error
		}
		r.diags = append(r.diags, d)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// unmodelled counts a resource that is known and not modelled.
func (r *reader) unmodelled(x *resource) {
	u := r.counted[x.typ]
	if u == nil {
		u = &model.Unmodelled{Type: x.typ, Provenance: x.at}
		r.counted[x.typ] = u
	}
	u.Count++
}
