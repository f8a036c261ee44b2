package terraform

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readPrefixList reads a managed prefix list, or a data source that tells of one.
func readPrefixList(b body) {
	l := &model.PrefixList{ID: model.PrefixListID(b.r.id()), Meta: b.meta(), IPv6: strings.EqualFold(b.str("address_family"), "IPv6")}
	if old := b.network.PrefixLists[l.ID]; old != nil && old.EntriesUnknown == nil {
		return
	}
	l.Name = b.str("name")
	if strings.HasPrefix(l.Name, "com.amazonaws.") {
		l.Account = ""
	}
	l.MaxEntries, _ = b.integer("max_entries")
	name := "entry"
	switch b.r.kind {
	case "data.aws_ec2_managed_prefix_list":
		name = "entries"
	case "data.aws_prefix_list":
		b.serviceAddresses(l, "cidr_blocks")
		b.network.PrefixLists[l.ID] = l
		return
	}
	entries, u := b.blocks(name)
	l.EntriesUnknown = u
	b.note(string(l.ID), name)
	for _, e := range entries {
		if u := e.open("cidr"); u != nil {
			l.EntriesUnknown = u
		} else if p := e.prefix("cidr"); p.IsValid() && !b.superseded(name, string(l.ID), p.String()) {
			l.Entries = append(l.Entries, model.PrefixListEntry{Prefix: p, Description: e.str("description"), Provenance: b.r.place})
		}
	}
	b.network.PrefixLists[l.ID] = l
}

// serviceAddresses are the prefixes of an AWS service, where the input has them.
func (b body) serviceAddresses(l *model.PrefixList, name string) {
	list, unknowns := b.list(name)
	if len(list) == 0 || unknowns != 0 {
		l.EntriesUnknown = &model.Unknown{Subject: string(l.ID), Attribute: "entries",
			Reason: "the plan does not list AWS's addresses of the service", Provenance: b.r.place}
		return
	}
	slices.Sort(list)
	for _, text := range list {
		if p := b.parsePrefix(name, text); p.IsValid() {
			l.Entries = append(l.Entries, model.PrefixListEntry{Prefix: p, Provenance: b.r.place})
			l.IPv6 = p.Addr().Is6()
		}
	}
}

// readPrefixListEntry reads an entry that is a resource of its own.
func readPrefixListEntry(b body) {
	c, u := b.ref("prefix_list_id", wantPrefixList, nil)
	if u != nil {
		for _, id := range b.maybe("prefix_list_id", wantPrefixList) {
			if l := b.network.PrefixLists[model.PrefixListID(id)]; l != nil {
				l.EntriesUnknown = cmp.Or(l.EntriesUnknown, u)
			}
		}
		return
	}
	b.standalone(c.id, "entry")
	l := b.network.PrefixLists[model.PrefixListID(c.id)]
	if l == nil {
		l = &model.PrefixList{ID: model.PrefixListID(c.id), Meta: model.Meta{Provenance: b.r.place}}
		l.EntriesUnknown = &model.Unknown{Subject: c.id, Attribute: "entries", Reason: "the configuration does not manage this prefix list", Provenance: b.r.place}
		b.network.PrefixLists[l.ID] = l
	}
	if u := b.open("cidr"); u != nil {
		l.EntriesUnknown = u
		return
	}
	p := b.prefix("cidr")
	if p.IsValid() && !slices.ContainsFunc(l.Entries, func(e model.PrefixListEntry) bool { return e.Prefix == p }) {
		l.Entries = append(l.Entries, model.PrefixListEntry{Prefix: p, Description: b.str("description"), Provenance: b.r.place})
	}
}

// endpointPrefixList is the prefix list of the service that a gateway endpoint
// leads to (GWEP-2): the one with its name, made where there is none.
func (b *builder) endpointPrefixList(r *resource) model.PrefixListID {
	x := b.body(r)
	service := x.str("service_name")
	for _, l := range model.Sorted(b.network.PrefixLists) {
		if l.Name == service && service != "" {
			return l.ID
		}
	}
	id := model.PrefixListID(cmp.Or(x.str("prefix_list_id"), service, r.address+".prefix_list_id"))
	if b.network.PrefixLists[id] == nil {
		l := &model.PrefixList{ID: id, Meta: model.Meta{Name: service, Provenance: r.place}}
		_, l.Region = b.scope(r)
		x.serviceAddresses(l, "cidr_blocks")
		b.network.PrefixLists[id] = l
	}
	return id
}
