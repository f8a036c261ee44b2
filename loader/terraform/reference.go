package terraform

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// awsID is the form of the IDs that AWS gives to network resources.
var awsID = regexp.MustCompile(`^[a-z]+(-[a-z]+)*-[0-9a-f]{8}([0-9a-f]{9})?$`)

// symbolic reports whether an ID is an address, or an expression on one.
func symbolic(id string) bool { return strings.Contains(id, "aws_") && strings.Contains(id, ".") }

// want is what an attribute refers to.
type want struct {
	types []string // the resource types whose ID it has
	// attributes are those, beside id and arn, that name the resource itself.
	attributes []string
	// made gives what AWS makes along with a resource of another type, by the
	// attribute that has its ID.
	made func(b *builder, r *resource, attribute string) (id string, ok bool)
	// literal begins IDs of this kind; empty for those of no common form.
	literal string
}

func (w *want) names(r *resource, attribute string) bool {
	return slices.Contains(w.types, r.kind) &&
		(attribute == "" || attribute == "id" || attribute == "arn" || slices.Contains(w.attributes, attribute))
}

// candidate is what a reference may mean.
type candidate struct {
	id string
	r  *resource // nil for a literal ID
	// indexed says that the reference is to an instance that count.index or the
	// like selects, and same that this one has the key of the referring one.
	indexed, same bool
}

// kind is the type of the resource, empty for a literal ID.
func (c candidate) kind() string {
	if c.r == nil {
		return ""
	}
	return c.r.kind
}

// search follows the references of one attribute.
type search struct {
	b         *builder
	want      *want
	self      *resource
	attribute string // the one that is resolved
	found     []candidate
	has       map[string]bool // the IDs of found
	// open says that something could not be followed and may mean anything,
	// scoped that one of those found is meant, or some, and not which.
	open, scoped bool
	seen         map[string]bool
	choice       bool // a condition may choose between what was found
	own          bool // the references are those of this block alone
}

// frame is where an expression stands: a resource instance, or a module call,
// with the key of its instance.
type frame struct {
	module *module
	key    string
	each   []string // the references of for_each
}

// follow adds what the references of an expression lead to.
func (s *search) follow(references []string, at frame) {
	first := len(s.found)
	indexed := false
	for _, ref := range whole(references) {
		switch {
		case ref == "count.index", ref == "each.key":
			indexed = true
		case ref == "each.value" || strings.HasPrefix(ref, "each.value."):
			indexed = true
			s.follow(at.each, frame{module: at.module})
		default:
			s.reference(ref, at)
		}
	}
	if !indexed {
		return
	}
	for i := first; i < len(s.found); i++ {
		if c := &s.found[i]; c.r != nil && !c.indexed {
			key := c.r.key
			if key == "" {
				key = c.r.module.key
			}
			// A map that is made of a list has its indexes as texts.
			c.indexed, c.same = true, strings.Trim(key, `"`) == strings.Trim(at.key, `"`)
		}
	}
}

// whole leaves out the references that only repeat the beginning of the one
// before: Terraform lists a.b[0].id, a.b[0] and a.b for a.b[0].id.
func whole(references []string) []string {
	var out []string
	last := ""
	for _, r := range references {
		if n := len(r); n < len(last) && last[:n] == r && (last[n] == '.' || last[n] == '[') {
			last = r
			continue
		}
		out = append(out, r)
		last = r
	}
	return out
}

// reference adds what one reference leads to.
func (s *search) reference(ref string, at frame) {
	visit := at.module.address + " " + ref + " " + at.key
	if s.seen[visit] {
		return
	}
	s.seen[visit] = true
	segments, ok := splitReference(ref)
	if !ok || len(segments) < 2 {
		s.open = true
		return
	}
	switch first := segments[0].name; first {
	case "path", "terraform", "self":
	case "var":
		s.variable(segments[1].name, at.module)
	case "local":
		if refs := s.b.sources.local(at.module, segments[1].name); refs != nil {
			s.follow(refs, frame{module: at.module})
			return
		}
		s.scope(at.module)
	case "module":
		s.outputs(segments[1:], at.module)
	default:
		kind := first
		rest := segments[1:]
		if first == "data" {
			if len(rest) < 2 {
				return
			}
			kind, rest = dataPrefix+rest[0].name, rest[1:]
		}
		attribute := ""
		if len(rest) > 1 {
			attribute = rest[1].name
		}
		for _, r := range at.module.resources[kind+"."+rest[0].name] {
			if (rest[0].key == "" || rest[0].key == r.key) && r != s.self {
				s.resource(r, attribute, len(rest) > 2)
			}
		}
	}
}

// resource adds what an attribute of a resource has.
func (s *search) resource(r *resource, attribute string, nested bool) {
	if s.want.names(r, attribute) {
		if r.isData() && !r.exists() {
			s.open = true // it may find what the plan itself creates
			return
		}
		s.add(candidate{id: s.b.idOf(r), r: r})
		return
	}
	if s.want.made != nil {
		if id, ok := s.want.made(s.b, r, attribute); ok {
			s.add(candidate{id: id, r: r})
			return
		}
	}
	if attribute == "" {
		attribute = s.attribute // with an index that is not told, the rest is not either
	}
	if nested {
		u := r.unknown[attribute]
		s.open = s.open || u != nil && u != false
		return
	}
	if attribute == "id" || attribute == "arn" {
		return // of a resource of another type
	}
	x := s.b.body(r)
	switch v, state := x.get(attribute); state {
	case known:
		switch v := v.(type) {
		case string:
			s.literal(v)
		case []any:
			for _, v := range v {
				if v, ok := v.(string); ok {
					s.literal(v)
				}
			}
		}
	case open:
		if e := x.expression(attribute); e != nil && e.ExpressionData != nil {
			s.follow(e.References, s.b.frame(r))
		} else {
			s.open = true
		}
	case unset:
		if u, ok := r.unknown[attribute].(bool); ok && u && mayBeID(r, attribute) {
			s.open = true // AWS will choose it
		}
	}
}

// mayBeID reports whether what a provider computes may be the ID of something:
// addresses, names and ports of AWS's resources are not.
func mayBeID(r *resource, attribute string) bool {
	return !strings.HasPrefix(strings.TrimPrefix(r.kind, dataPrefix), "aws_") || slices.Contains(relays, r.kind) ||
		slices.ContainsFunc([]string{"id", "ids", "arn", "arns"}, func(end string) bool { return strings.HasSuffix(attribute, end) })
}

func (s *search) literal(id string) {
	if s.want.literal != "" && strings.HasPrefix(id, s.want.literal) {
		if r := s.b.byID[id]; r != nil {
			s.add(candidate{id: id, r: r})
		} else {
			s.add(candidate{id: id})
		}
	}
}

func (s *search) add(c candidate) {
	if !s.has[c.id] {
		s.has[c.id] = true
		s.found = append(s.found, c)
	}
}

// variable follows what the caller of a module passes in.
func (s *search) variable(name string, m *module) {
	var v any
	switch {
	case m.parent == nil:
		v = s.b.variables[name]
	case m.call != nil && m.call.Expressions[name] != nil && m.call.Expressions[name].ExpressionData != nil:
		e := m.call.Expressions[name]
		if len(e.References) > 0 {
			at := frame{module: m.parent, key: m.key}
			if f := m.call.ForEachExpression; f != nil && f.ExpressionData != nil {
				at.each = f.References
			}
			s.follow(e.References, at)
			return
		}
		v = e.ConstantValue
	case m.config != nil && m.config.Variables[name] != nil:
		v = m.config.Variables[name].Default
	}
	switch v := v.(type) {
	case bool:
		s.choice = true
	case string:
		s.literal(v)
	case []any:
		for _, v := range v {
			if v, ok := v.(string); ok {
				s.literal(v)
			}
		}
	}
}

// outputs follows an output of a module, or all of them where the reference does
// not tell which.
func (s *search) outputs(segments []segment, m *module) {
	call := segments[0]
	children := m.children[call.name]
	if len(children) == 0 && m.config != nil && m.config.ModuleCalls[call.name] != nil {
		children = []*module{m.child(call.name, call.key)}
	}
	for _, c := range slices.Clone(children) {
		if call.key != "" && call.key != c.key || c.config == nil {
			continue
		}
		for _, name := range sortedKeys(c.config.Outputs) {
			if len(segments) > 1 && name != segments[1].name {
				continue
			}
			if o := c.config.Outputs[name]; o != nil && o.Expression != nil && o.Expression.ExpressionData != nil {
				s.follow(o.Expression.References, frame{module: c})
			}
		}
	}
}

// relays are the types of resource whose attributes may be IDs of anything.
var relays = []string{"aws_cloudformation_stack", "terraform_data", "data.external", "data.terraform_remote_state"}

// scope adds everything of the kind that an expression in a module can name.
func (s *search) scope(m *module) {
	s.scoped = true
	if visit := "scope " + m.address; s.seen[visit] {
		return
	} else {
		s.seen[visit] = true
	}
	// What of all this cannot be followed is hardly what is meant.
	open := s.open
	defer func() { s.open = open }()
	for _, name := range sortedKeys(m.resources) {
		for _, r := range m.resources[name] {
			open = open || slices.Contains(relays, r.kind)
			if r != s.self && s.want.names(r, "") && (r.exists() || !r.isData()) {
				s.add(candidate{id: s.b.idOf(r), r: r})
			}
		}
	}
	if m.config == nil {
		return
	}
	for _, name := range sortedKeys(m.config.Variables) {
		s.variable(name, m)
	}
	for _, name := range sortedKeys(m.config.ModuleCalls) {
		s.outputs([]segment{{name: name}}, m)
	}
}

// frame is where a resource's expressions stand.
func (b *builder) frame(r *resource) frame {
	f := frame{module: r.module, key: r.key}
	if r.config != nil && r.config.ForEachExpression != nil && r.config.ForEachExpression.ExpressionData != nil {
		f.each = r.config.ForEachExpression.References
	}
	return f
}

// candidates gives what an attribute that is known only after apply may refer to.
func (b body) candidates(name string, w *want) *search {
	s := &search{b: b.builder, want: w, self: b.r, attribute: name, has: map[string]bool{}, seen: map[string]bool{}}
	e := b.expression(name)
	if e == nil || e.ExpressionData == nil {
		// A dynamic block, of which the configuration says nothing.
		s.scope(b.r.module)
		return s
	}
	references := e.References
	if b.whole != nil {
		// Of several blocks the plan has all references together; the text, where
		// it is at hand, has those of each.
		if own := b.sources.nested(b, name); own != nil {
			references, s.own = own, true
		}
	}
	s.follow(references, b.frame(b.r))
	return s
}

// byKey is the shorter way for the usual TYPE.NAME[count.index].id: it finds what
// candidates would leave of all instances, without listing them.
func (b body) byKey(name string, w *want) (candidate, bool) {
	e := b.expression(name)
	if e == nil || e.ExpressionData == nil || len(e.References) != 2 || b.r.key == "" ||
		e.References[1] != "count.index" && e.References[1] != "each.key" {
		return candidate{}, false
	}
	all := b.r.module.resources[e.References[0]]
	if len(all) < 2 || !slices.Contains(w.types, all[0].kind) || all[0].kind == b.r.kind || !b.sources.plainIndex(b.r, name) {
		return candidate{}, false
	}
	for _, r := range all {
		if r.key == b.r.key && !r.exists() && !r.isData() {
			return candidate{id: b.idOf(r), r: r, indexed: true, same: true}, len(b.sources.literals(b.r, name, w.literal)) == 0
		}
	}
	return candidate{}, false
}

// ref resolves an attribute that refers to one resource. The candidate is zero
// where it is unset; the gap is set where it is open. keep, which may be nil,
// tells which candidates other attributes of the resource leave.
func (b body) ref(name string, w *want, keep func(candidate) bool) (candidate, *model.Unknown) {
	switch _, state := b.get(name); state {
	case unset:
		return candidate{}, nil
	case known:
		return b.literal(b.str(name)), nil
	}
	if c, ok := b.byKey(name, w); ok && keep == nil {
		b.assume(name)
		return c, nil
	}
	s := b.candidates(name, w)
	// What has its ID already would make the attribute known.
	found := rest(s.found, func(c candidate) bool { return c.r != nil && !c.r.exists() })
	if keep != nil {
		found = rest(found, keep)
	}
	if len(found) > 1 && b.sources.plainIndex(b.r, name) {
		if same := rest(found, func(c candidate) bool { return c.same }); len(same) == 1 {
			found = same
			b.assume(name)
		}
	}
	if len(found) == 1 && !s.open {
		return found[0], nil
	}
	u := b.unknownAt(name)
	if len(found) > 1 {
		u.Reason += "; it may be any of " + list(found)
	}
	return candidate{}, u
}

// rest are the candidates that fit, or all where none does.
func rest(cs []candidate, fits func(candidate) bool) []candidate {
	out := slices.DeleteFunc(slices.Clone(cs), func(c candidate) bool { return !fits(c) })
	if len(out) == 0 {
		return cs
	}
	return out
}

// refs resolves an attribute that refers to any number of resources. With a gap,
// there may be others beside those found.
func (b body) refs(name string, w *want) ([]candidate, *model.Unknown) {
	literals, unknowns := b.list(name)
	var out []candidate
	for _, id := range literals {
		out = append(out, b.literal(id))
	}
	if unknowns == 0 {
		return out, nil
	}
	if c, ok := b.byKey(name, w); ok && unknowns == -1 && len(b.siblings) < 2 {
		b.assume(name)
		return append(out, c), nil
	}
	s := b.candidates(name, w)
	var found []candidate
	for _, c := range s.found {
		if !slices.ContainsFunc(out, func(o candidate) bool { return o.id == c.id }) {
			found = append(found, c)
		}
	}
	if slices.ContainsFunc(found, func(c candidate) bool { return c.indexed }) {
		if same := rest(found, func(c candidate) bool { return !c.indexed || c.same }); !b.sources.plainIndex(b.r, name) {
			s.open = true
		} else if len(same) < len(found) {
			found = same
			b.assume(name)
		}
	}
	for _, id := range b.sources.literals(b.r, name, w.literal) {
		if c := b.literal(id); !slices.ContainsFunc(append(out, found...), func(o candidate) bool { return o.id == id }) {
			found = append(found, c)
		}
	}
	// Which of several blocks has which reference is not told.
	sharers := 0
	for _, x := range b.siblings {
		if _, state := x.get(name); state == open {
			sharers++
		}
	}
	settled := len(found) > 0 && (unknowns < 0 || len(found) == unknowns)
	switch {
	case settled && !s.open && len(found) == 1:
		return append(out, found...), nil
	case settled && !s.open && !s.scoped && !s.choice && (b.whole == nil || s.own || sharers <= 1):
		return append(out, found...), nil
	}
	u := b.unknownAt(name)
	if len(found) > 0 {
		u.Reason += "; it may be any of " + list(found)
	}
	return out, u
}

// literal is the resource with a known ID.
func (b *builder) literal(id string) candidate { return candidate{id: id, r: b.byID[id]} }

// assume notes, once for each block of the configuration, that a reference by
// index was taken for the instance with the same key.
func (b body) assume(name string) {
	at := b.r.block()
	if b.r.module.address != "" {
		at = b.r.module.address + "." + at
	}
	note := model.Diagnostic{Severity: model.Note, Resource: b.r.block(), Provenance: b.r.place,
		Summary: fmt.Sprintf("%s %s%s: the plan tells only that an index selects it; taken to be the instance with the same key", at, b.path, name)}
	if b.sources.found(b.r) {
		return // the source says so
	}
	note.Resource, note.Provenance.Address = at, at
	b.diagnostics = append(b.diagnostics, note)
}

// list names a few candidates.
func list(cs []candidate) string {
	const few = 4
	var names []string
	for _, c := range cs {
		names = append(names, c.id)
	}
	slices.Sort(names)
	if len(names) > few {
		names = append(names[:few], fmt.Sprintf("%d others", len(names)-few))
	}
	return strings.Join(names, ", ")
}
