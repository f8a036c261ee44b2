package terraform

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// document is what one file says: its resource instances, and for a plan the
// configuration that they come from.
type document struct {
	path      string
	root      *module
	resources []*resource // in the order of their addresses
	// before has what a plan says of rules and associations as they are now.
	before      []*resource
	config      *tfjson.Config
	variables   map[string]any // the root module's
	partial     int            // resources that lack what Terraform writes of all
	sources     *sources
	diagnostics model.Diagnostics
}

// maxPartial is for how many resources that lack what Terraform writes it is said.
const maxPartial = 100

// decode reads a file of any of the three kinds; the document is nil where
// nothing of it can be read.
func decode(f input.File, o Options) (*document, model.Diagnostics) {
	data := bytes.TrimPrefix(f.Data, []byte("\ufeff"))
	fail := func(line int, detail, format string, args ...any) (*document, model.Diagnostics) {
		return nil, model.Diagnostics{{Severity: model.Error, Summary: fmt.Sprintf(format, args...), Detail: detail,
			Provenance: model.Provenance{File: f.Path, Line: line}}}
	}
	const run = "Run terraform show -json PLANFILE (or without PLANFILE, for the state), and give its output."
	if bytes.HasPrefix(data, []byte("PK")) {
		return fail(0, run, "this is a binary plan file")
	}
	var head struct {
		FormatVersion string          `json:"format_version"`
		Version       *int            `json:"version"`
		PlannedValues json.RawMessage `json:"planned_values"`
		Resources     json.RawMessage `json:"resources"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return fail(lineOf(data, err), run, "%s", readable(err))
	}
	d := &document{path: f.Path, root: newModule(nil, "", ""), sources: newSources(f.Path)}
	var err error
	switch {
	case head.FormatVersion != "" && head.PlannedValues != nil:
		var p tfjson.Plan
		if err = json.Unmarshal(data, &p); err == nil {
			d.plan(&p, o)
		}
	case head.FormatVersion != "":
		var s tfjson.State
		if err = json.Unmarshal(data, &s); err == nil && s.Values != nil {
			d.addModule(s.Values.RootModule, nil)
		}
	case head.Version != nil && *head.Version == 4:
		err = d.stateFile(data)
	case head.Version != nil:
		return fail(1, "Use a Terraform of version 0.12 or later, or give the output of terraform show -json.",
			"state files of version %d are not read, only those of version 4", *head.Version)
	default:
		return fail(1, run, "this is neither a Terraform plan nor a state")
	}
	if err != nil {
		if strings.Contains(err.Error(), "format version") {
			return fail(0, "Format versions from 0.1 up to, and not including, 2.0 are read. Make the JSON with another version of Terraform.",
				"format version %s is not read", head.FormatVersion)
		}
		return fail(lineOf(data, err), run, "%s", readable(err))
	}
	d.index()
	return d, d.diagnostics
}

// readable says what is wrong with a document without Go's names.
func readable(err error) string {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		field := wrong.Field
		if field == "" {
			field = "the document"
		}
		return fmt.Sprintf("%s: Terraform writes no %s here", field, wrong.Value)
	case errors.As(err, &syntax) && strings.Contains(syntax.Error(), "unexpected end"):
		return "the JSON ends too early"
	case errors.As(err, &syntax):
		return "not JSON: " + syntax.Error()
	}
	return err.Error()
}

// lineOf is the line of an error of the JSON decoder, 0 where it tells none.
func lineOf(data []byte, err error) int {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	offset := int64(-1)
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &wrong) && (strings.HasPrefix(wrong.Field, "configuration") || strings.Contains(wrong.Field, "outputs")):
		// Those have decoders of their own, which count from their beginning: the
		// line where the whole of it begins must do.
		top, _, _ := strings.Cut(wrong.Field, ".")
		offset = int64(bytes.Index(data, []byte(strconv.Quote(top))))
	case errors.As(err, &wrong):
		offset = wrong.Offset
	}
	if offset < 0 {
		return 0
	}
	return 1 + bytes.Count(data[:min(int(offset), len(data))], []byte("\n"))
}

// plan takes the planned values, or the prior state, and the configuration.
func (d *document) plan(p *tfjson.Plan, o Options) {
	d.variables = map[string]any{}
	for name, v := range p.Variables {
		if v != nil {
			d.variables[name] = v.Value
		}
	}
	if p.Config != nil {
		d.config = p.Config
		d.root.config = p.Config.RootModule
	}
	var prior *tfjson.StateModule
	if p.PriorState != nil && p.PriorState.Values != nil {
		prior = p.PriorState.Values.RootModule
	}
	if o.Current {
		if d.config = nil; prior == nil {
			d.report(model.Note, "", "the plan has no prior state: nothing of it exists yet", "")
		}
		d.root.config = nil
		d.addModule(prior, nil)
		return
	}
	changes := map[string]*tfjson.ResourceChange{}
	for _, c := range p.ResourceChanges {
		if c == nil || c.Change == nil || c.DeposedKey != "" {
			continue
		}
		changes[c.Address] = c
		if before, ok := c.Change.Before.(map[string]any); ok && standalone[c.Type] {
			d.before = append(d.before, &resource{address: c.Address, kind: c.Type, values: before})
		}
	}
	if p.PlannedValues != nil {
		d.addModule(p.PlannedValues.RootModule, changes)
	}
	d.addData(prior)
	if p.Complete != nil && !*p.Complete {
		d.report(model.Warning, "", "the plan is not complete: it has only a part of what will be there", "Plan without -target.")
	}
}

// addModule adds the resources of a module and of those below it.
func (d *document) addModule(m *tfjson.StateModule, changes map[string]*tfjson.ResourceChange) {
	if m == nil {
		return
	}
	for _, r := range m.Resources {
		if r != nil && r.DeposedKey == "" {
			d.add(m.Address, r, changes[r.Address])
		}
	}
	for _, c := range m.ChildModules {
		d.addModule(c, changes)
	}
}

// addData adds the data sources that were read before the plan was made; planned
// values have only those that will be read later.
func (d *document) addData(m *tfjson.StateModule) {
	planned := make(map[string]bool, len(d.resources))
	for _, r := range d.resources {
		planned[r.address] = true
	}
	d.addDataBut(m, planned)
}

// addDataBut adds the data sources of a module and those below it that are not
// planned.
func (d *document) addDataBut(m *tfjson.StateModule, planned map[string]bool) {
	if m == nil {
		return
	}
	for _, r := range m.Resources {
		if r != nil && r.Mode == tfjson.DataResourceMode && !planned[r.Address] {
			planned[r.Address] = true
			d.add(m.Address, r, nil)
		}
	}
	for _, c := range m.ChildModules {
		d.addDataBut(c, planned)
	}
}

func (d *document) add(module string, r *tfjson.StateResource, c *tfjson.ResourceChange) {
	if r.Address == "" || r.Type == "" || r.Name == "" {
		if d.partial++; d.partial <= maxPartial {
			d.report(model.Error, cmp.Or(r.Address, r.Type+"."+r.Name), "a resource lacks its address, type or name", "Terraform writes all three; the file was changed by hand. No more than 100 of these are listed.")
		}
		return
	}
	x := &resource{address: r.Address, kind: r.Type, name: r.Name, key: keyText(r.Index), provider: r.ProviderName, values: r.AttributeValues}
	if r.Mode == tfjson.DataResourceMode {
		x.kind = dataPrefix + r.Type
	}
	if c != nil {
		x.unknown, _ = c.Change.AfterUnknown.(map[string]any)
		if after, ok := c.Change.After.(map[string]any); ok {
			// What of a list is unknown is left out of the planned values, and null here.
			x.values = after
		}
	}
	if x.module = d.moduleAt(module); x.module == nil {
		d.report(model.Error, r.Address, fmt.Sprintf("%.80q is not the address of a module", module), fmt.Sprintf("Modules may lie %d deep in each other.", maxModules))
		return
	}
	d.resources = append(d.resources, x)
}

func (d *document) report(s model.Severity, resource, summary, detail string) {
	d.diagnostics = append(d.diagnostics, model.Diagnostic{Severity: s, Resource: resource, Summary: summary, Detail: detail,
		Provenance: model.Provenance{File: d.path, Address: resource}})
}
