package describe

import (
	"reflect"

	"github.com/vpcwalk/vpcwalk/model"
)

// A fact is something that a file tells, which joins the others when all files
// have been read.
type fact func(b *builder, p *part)

func (r *reader) fact(f fact) { r.facts = append(r.facts, f) }

// resource is a fact that is a resource as the file has it.
func resource[K ~string, V any](r *reader, into func(*model.Network) map[K]*V, id K, v *V, m *model.Meta) {
	r.fact(func(b *builder, p *part) { view(b, p, into(b.network), id, v, m) })
}

// view adds a resource that several accounts and Regions may list, each as it
// sees it: what one view leaves out the other fills in, such as tags, which only
// their own account sees. Where both tell and differ, the owner's word counts, or
// else the later one, with a warning (T-SHR-3).
func view[K ~string, V any](b *builder, p *part, into map[K]*V, id K, v *V, m *model.Meta) {
	old, ok := into[id]
	if !ok {
		into[id] = v
		b.from[string(id)] = p.scope.account
		return
	}
	if same(old, v) {
		return
	}
	from := b.from[string(id)]
	winner, other, account := *v, *old, p.scope.account
	if from != p.scope.account && from != "" && from == m.Account {
		winner, other, account = *old, *v, from
	}
	ownersWord := from != p.scope.account && account != "" && account == m.Account
	fill(reflect.ValueOf(&winner).Elem(), reflect.ValueOf(&other).Elem())
	fill(reflect.ValueOf(&other).Elem(), reflect.ValueOf(&winner).Elem())
	if same(old, &winner) {
		return // it has been told
	}
	if !ownersWord && !same(&winner, &other) {
		b.differs(string(id), provenanceOf(old), m.Provenance)
	}
	into[id] = &winner
	b.from[string(id)] = account
}

// fill takes what is zero in a from b. Booleans stay, since false may be told, and
// what a has settled is not opened again.
func fill(a, b reflect.Value) {
	switch {
	case a.Kind() == reflect.Bool || a.Type() == reflect.TypeFor[*model.Unknown]():
	case a.Kind() == reflect.Struct && a.Type() != provenanceType && a.Type().PkgPath() != "net/netip":
		for i := range a.NumField() {
			fill(a.Field(i), b.Field(i))
		}
	case a.IsZero() && a.CanSet():
		a.Set(b)
	}
}
