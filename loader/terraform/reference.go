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
	// several does the same where there may be several, of which a reference does
	// not tell which one is meant.
	several func(b *builder, r *resource, attribute string) ([]string, bool)
	// makers are the types of resource that made and several know, by the
	// attribute: a local may have it.
	makers []maker
	// hidden are others, for a reference whose attribute an index hides:
	// aws_vpc.main[count.index].default_security_group_id.
	hidden []maker
	// usual is the attribute by which resources of other types have it, as a rule.
	usual string
	// literal begins IDs of this kind; empty for those of no common form.
	literal string
}

// maker is a type of resource that something is made along with.
type maker struct{ kind, attribute string }

func (w *want) names(r *resource, attribute string) bool {
	return slices.Contains(w.types, r.kind) &&
		(attribute == "" || attribute == "id" || attribute == "arn" || slices.Contains(w.attributes, attribute))
}

// candidates gives what an attribute that is known only after apply may refer to.
func (b body) candidates(name string, w *want) *search {
	s := &search{b: b.builder, want: w, self: b.r, attribute: name, has: map[string]bool{}, seen: map[string]bool{}}
	e := b.expression(name)
	if b.whole != nil {
		// Of several blocks the plan has all references together; the text, where
		// it is at hand, has those of each.
		if own := b.sources.nested(b, name); own != nil {
			s.own = true
			s.follow(own, b.frame(b.r))
			return s
		}
	}
	if e == nil || e.ExpressionData == nil || b.someDynamic(name, w) {
		// A dynamic block, of which the configuration says nothing.
		if written, ok := b.sources.written(b, name); ok {
			s.follow(written, b.frame(b.r))
			return s
		}
		if e != nil && e.ExpressionData != nil {
			s.follow(e.References, b.frame(b.r))
		}
		s.scope(b.r.module)
		return s
	}
	s.follow(e.References, b.frame(b.r))
	return s
}

// someDynamic reports whether some of the blocks like this one are dynamic: there
// are more than the configuration has, or more of them leave the attribute open
// than it has references for.
func (b body) someDynamic(name string, w *want) bool {
	if b.dynamic || b.whole == nil {
		return b.dynamic
	}
	opens := 0
	for _, x := range b.siblings {
		if _, state := x.get(name); state == open {
			opens++
		}
	}
	for _, ref := range whole(b.whole.References) {
		s := &search{b: b.builder, want: w, self: b.r, attribute: name, has: map[string]bool{}, seen: map[string]bool{}}
		if s.follow([]string{ref}, b.frame(b.r)); len(s.found) > 0 || s.open {
			opens--
		}
	}
	return opens > 0 || b.sources.dynamic(b.r, strings.TrimSpace(b.path))
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
		return b.literal(b.str(name), w), nil
	}
	if c, ok := b.byKey(name, w); ok && keep == nil {
		b.assume(name, byIndexText)
		return c, nil
	}
	s := b.candidates(name, w)
	// What has its ID already would make the attribute known.
	found := rest(s.found, func(c candidate) bool { return c.r != nil && !c.r.exists() })
	if keep != nil {
		found = rest(found, keep)
	}
	if len(found) > 1 && (oneBlock(found) || s.tuple && s.placed) && b.sources.plainIndex(b.r, name) {
		if same := rest(found, func(c candidate) bool { return c.same }); len(same) == 1 {
			found = same
			if !s.placed {
				b.assume(name, byIndexText)
			}
		}
	}
	if len(found) == 1 && !s.open {
		if s.placed {
			b.assume(name, byPlaceText)
		}
		return found[0], nil
	}
	u := b.unknownAt(name)
	if len(found) > 1 {
		u.Reason += "; it may be any of " + list(found)
	}
	return candidate{}, u
}

// oneBlock reports whether the candidates are instances of one resource block:
// an index into several blocks put together means another thing.
func oneBlock(cs []candidate) bool {
	return !slices.ContainsFunc(cs, func(c candidate) bool {
		return c.r == nil || c.r.block() != cs[0].r.block() || c.r.module.name != cs[0].r.module.name
	})
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
		out = append(out, b.literal(id, w))
	}
	if unknowns == 0 {
		return out, nil
	}
	if c, ok := b.byKey(name, w); ok && unknowns == -1 && len(b.siblings) < 2 {
		b.assume(name, byIndexText)
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
		if same := rest(found, func(c candidate) bool { return !c.indexed || c.same }); !b.sources.plainIndex(b.r, name) ||
			!oneBlock(slices.DeleteFunc(slices.Clone(found), func(c candidate) bool { return !c.indexed })) {
			s.open = true
		} else if len(same) < len(found) {
			found = same
			b.assume(name, byIndexText)
		}
	}
	all := 0
	for _, c := range found {
		if c.bare && !c.indexed {
			all++
		}
	}
	if all > 1 && unknowns < 0 {
		switch plain, told := b.sources.plainList(b.r, name); {
		case !plain:
			s.open = true
		case !told:
			b.assume(name, "which resources it is made of; taken to be all of their instances")
		}
	}
	for _, id := range b.sources.literals(b.r, name, w.literal) {
		if c := b.literal(id, w); !slices.ContainsFunc(append(out, found...), func(o candidate) bool { return o.id == id }) {
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

// literal is the resource with a known ID or ARN: one that is wanted, where
// several kinds of resource use one name, and one by its name where it does not
// exist yet. What only an ARN names has that for its ID.
func (b *builder) literal(text string, w *want) candidate {
	all := b.byID[text]
	for _, r := range all {
		if w.names(r, "") {
			return candidate{id: b.idOf(r), r: r}
		}
	}
	if len(all) > 0 && all[0].id() == text {
		return candidate{id: text, r: all[0]}
	}
	if slices.Contains(w.attributes, "name") {
		for _, kind := range w.types {
			if r := b.byName[[2]string{kind, text}]; r != nil {
				return candidate{id: b.idOf(r), r: r}
			}
		}
	}
	return candidate{id: text}
}

// one is the ID of what an attribute refers to; empty where it is unset. What is
// open is something of its own, of which nothing is known.
func (b body) one(name string, w *want) string {
	c, u := b.ref(name, w, nil)
	if u != nil {
		return b.r.address + " " + b.path + name
	}
	return c.id
}

// maybe are the IDs of what an open attribute may refer to.
func (b body) maybe(name string, w *want) []string {
	var out []string
	for _, c := range b.candidates(name, w).found {
		out = append(out, c.id)
	}
	return out
}

// byPlaceText is noted where an index selects from a list that is passed on.
const byPlaceText = "that an index selects it from a list; taken to be the one in that place"

// either is what an attribute refers to, or, where that is open, all that it may.
func (b body) either(c candidate, name string, w *want) []string {
	if c.id != "" {
		return []string{c.id}
	}
	return b.maybe(name, w)
}

const byIndexText = "that an index selects it; taken to be the instance with the same key"

// assume notes, once for each block of the configuration, that what the plan
// tells of a reference was taken for something.
func (b body) assume(name, what string) {
	at := b.r.block()
	if b.r.module.address != "" {
		at = b.r.module.address + "." + at
	}
	if b.sources.found(b.r) && (what == byIndexText || what == byPlaceText) {
		return // the source says so
	}
	b.diagnostics = append(b.diagnostics, model.Diagnostic{Severity: model.Note, Resource: at,
		Provenance: model.Provenance{File: b.r.place.File, Line: b.r.place.Line, Address: at},
		Summary:    fmt.Sprintf("%s %s%s: the plan tells only %s", at, b.path, name, what)})
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
