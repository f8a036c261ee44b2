package terraform

import (
	"slices"
	"strconv"
	"strings"
)

// candidate is what a reference may mean.
type candidate struct {
	id string
	r  *resource // nil for a literal ID
	// bare says that the reference does not tell which instance of a resource or
	// module it means, indexed that count.index or the like selects one, and same
	// that this one has the key of the referring one.
	bare, indexed, same bool
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
	// mixed says that the list which was found has several parts, tuple that it is
	// as its text lists it, and placed that an index selected from a list.
	mixed, tuple, placed bool
	visits               int
}

// frame is where an expression stands: a resource instance, or a module call,
// with the key of its instance.
type frame struct {
	module *module
	key    string
	each   []string // the references of for_each
	value  any      // each.value, where for_each is a constant
}

// follow adds what the references of an expression lead to.
func (s *search) follow(references []string, at frame) {
	first := len(s.found)
	indexed, single, mixed := false, true, s.mixed
	key := at.key
	var followed []string
	for _, ref := range whole(references) {
		switch {
		case ref == "count.index", ref == "each.key":
			indexed = true
		case ref == "each.value" || strings.HasPrefix(ref, "each.value.") || strings.HasPrefix(ref, "each.value["):
			indexed, single = true, false
			if text := entry(at.value, ref); text != "" {
				key = text
			}
			s.follow(at.each, frame{module: at.module})
		default:
			if slices.Contains(followed, ref) {
				continue // list[count.index % length(list)]
			}
			followed = append(followed, ref)
			before := len(s.found)
			s.reference(ref, at)
			single = single && len(s.found) == before+1 && !s.found[before].bare
		}
	}
	if len(followed) > 1 {
		s.tuple = single && first == 0 && !indexed
		s.mixed = mixed || !s.tuple
	}
	if !indexed {
		return
	}
	byKey := false
	for i := first; i < len(s.found); i++ {
		if c := &s.found[i]; c.r != nil && c.bare && !c.indexed {
			own := c.key()
			// A map that is made of a list has its indexes as texts.
			c.indexed, c.same = true, strings.Trim(own, `"`) == strings.Trim(key, `"`)
			byKey = byKey || c.same
		}
	}
	if !byKey && len(followed) == 1 && first == 0 && !single && slices.Contains(references, "count.index") {
		s.byPlace(at.key)
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
	if s.visits++; s.seen[visit] || s.visits > mostVisits {
		s.open = s.open || s.visits > mostVisits
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
		name := segments[1].name
		plain := s.b.sources.passesOn(at.module.parent, "module."+at.module.name, name)
		s.picked(segments[1].key, plain, func(s *search) { s.variable(name, at.module) })
	case "local":
		if refs, chosen := s.b.sources.local(at.module, segments[1].name); refs != nil {
			plain := plainText(s.b.sources.of(at.module).locals[segments[1].name])
			s.picked(segments[1].key, plain, func(s *search) {
				s.scoped = s.scoped || chosen
				s.follow(refs, frame{module: at.module})
			})
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
				s.among(rest[0].key == "" && r.key != "", func() { s.resource(r, attribute, len(rest) > 2) })
			}
		}
	}
}

// among adds candidates, bare ones where the reference is.
func (s *search) among(bare bool, add func()) {
	first := len(s.found)
	add()
	for i := first; bare && i < len(s.found); i++ {
		s.found[i].bare = true
	}
}

// resource adds what an attribute of a resource has.
func (s *search) resource(r *resource, attribute string, nested bool) {
	if s.want.made != nil {
		if id, ok := s.want.made(s.b, r, attribute); ok {
			s.add(candidate{id: id, r: r})
			return
		}
	}
	if s.want.names(r, attribute) {
		if r.isData() && !r.exists() {
			s.open = true // it may find what the plan itself creates
			return
		}
		s.add(candidate{id: s.b.idOf(r), r: r})
		return
	}
	if s.want.several != nil {
		if ids, ok := s.want.several(s.b, r, attribute); ok {
			for _, id := range ids {
				s.add(candidate{id: id, r: r})
			}
			return
		}
	}
	if attribute == "" {
		for _, x := range slices.Concat(s.want.makers, s.want.hidden) {
			if x.kind == r.kind {
				s.resource(r, x.attribute, nested)
				return
			}
		}
		attribute = s.attribute // with an index that is not told, the rest is not either
		if usual := s.want.usual; usual != "" && r.values[attribute] == nil && r.unknown[attribute] == nil {
			attribute = usual
		}
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
		s.add(s.b.literal(id, s.want))
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
			o := c.config.Outputs[name]
			if o == nil || o.Expression == nil || o.Expression.ExpressionData == nil {
				continue
			}
			key := ""
			if len(segments) > 1 && (call.key != "" || c.key == "") {
				key = segments[1].key
			}
			s.picked(key, s.b.sources.passesOn(c, "output."+name, "value"), func(s *search) {
				s.among(call.key == "" && c.key != "", func() { s.follow(o.Expression.References, frame{module: c}) })
			})
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
			for _, x := range s.want.makers {
				if x.kind == r.kind {
					s.resource(r, x.attribute, false)
				}
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

// entry is what each.value, or an attribute of it, is in a constant: a text or a
// number; empty where it is neither.
func entry(value any, ref string) string {
	if rest, ok := strings.CutPrefix(ref, "each.value."); ok {
		object, _ := value.(map[string]any)
		value = object[rest]
	} else if ref != "each.value" {
		return ""
	}
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// frame is where a resource's expressions stand.
func (b *builder) frame(r *resource) frame {
	f := frame{module: r.module, key: r.key}
	if r.config != nil && r.config.ForEachExpression != nil && r.config.ForEachExpression.ExpressionData != nil {
		f.each = r.config.ForEachExpression.References
		if entries, ok := r.config.ForEachExpression.ConstantValue.(map[string]any); ok {
			f.value = entries[strings.Trim(r.key, `"`)]
		}
		if own, ok := b.sources.eachEntry(r); ok {
			f.each = own
		}
	}
	return f
}
