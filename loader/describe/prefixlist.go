package describe

import (
	"path"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// prefixList is what one place says of a prefix list: describe-managed-prefix-lists
// has no entries, describe-prefix-lists has no more than the name beside them,
// get-managed-prefix-list-entries has nothing else.
type prefixList struct {
	model.PrefixList
	entries bool // whether Entries are told
	bare    bool // whether nothing but Entries is told
}

// readPrefixList reads an element of PrefixLists, of either call.
func readPrefixList(r *reader) {
	m := r.begin()
	var l prefixList
	var name string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "PrefixListId":
			l.ID = model.PrefixListID(r.str())
		case "PrefixListName":
			name = r.str()
		case "PrefixListArn":
			m.ARN = r.str()
		case "AddressFamily":
			l.IPv6 = strings.EqualFold(r.str(), "IPv6")
		case "MaxEntries":
			l.MaxEntries = r.integer().n
		case "Cidrs":
			l.entries = r.dec.PeekKind() == '['
			for ok := r.array(); ok && r.element(); {
				at := r.here()
				if p := r.prefix(); p.IsValid() {
					l.Entries = append(l.Entries, model.PrefixListEntry{Prefix: p, Provenance: at})
				} else {
					l.entries = false
				}
			}
		case "Entries":
			l.Entries, l.entries = r.prefixListEntries()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(l.ID))
	if !ok {
		return
	}
	l.Meta = meta
	if l.Name = name; strings.HasPrefix(name, "com.amazonaws.") {
		l.Account = "" // AWS's own, whoever lists it
	}
	r.prefixLists = append(r.prefixLists, &l)
}

// prefixListEntries reads [{"Cidr": …, "Description": …}]; false where they are
// not, or not all, readable.
func (r *reader) prefixListEntries() ([]model.PrefixListEntry, bool) {
	var entries []model.PrefixListEntry
	all := r.dec.PeekKind() == '['
	for ok := r.array(); ok && r.element(); {
		e := model.PrefixListEntry{Provenance: r.here()}
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case "Cidr":
				e.Prefix = r.prefix()
			case "Description":
				e.Description = r.str()
			default:
				r.skip()
			}
		}
		if e.Prefix.IsValid() {
			entries = append(entries, e)
		} else {
			all = false
		}
	}
	return entries, all && r.err == nil
}

func readSubjectPrefixList(r *reader) { r.document.prefixList = model.PrefixListID(r.str()) }

// readPrefixListEntries reads the Entries of get-managed-prefix-list-entries.
func readPrefixListEntries(r *reader) {
	d := &r.document
	at := r.here()
	entries, all := r.prefixListEntries()
	if !all {
		return // what is not all of them is as good as none
	}
	d.entriesPlace = at
	if entries == nil {
		entries = []model.PrefixListEntry{}
	}
	d.entries = entries
}

// finishPrefixListEntries ties the document's entries to the list that it names,
// or else to the one that the file is named after.
func (r *reader) finishPrefixListEntries() {
	d := &r.document
	if r.err != nil || d.entries == nil {
		return
	}
	if name := stem(r.path); d.prefixList == "" &&
		(strings.HasPrefix(name, "pl-") || strings.HasSuffix(path.Dir(strings.ReplaceAll(r.path, `\`, "/")), "get-managed-prefix-list-entries")) {
		d.prefixList = model.PrefixListID(name)
	}
	if d.prefixList == "" {
		r.report(model.Diagnostic{Severity: model.Warning, Provenance: d.entriesPlace, Summary: "entries of a prefix list that is not named; they are skipped",
			Detail: "Name the file after its list: get-managed-prefix-list-entries/pl-….json."})
		return
	}
	l := prefixList{entries: true, bare: true}
	l.ID, l.Entries, l.Provenance = d.prefixList, d.entries, d.entriesPlace
	l.Account, l.Region = r.scope.account, r.scope.region
	r.prefixLists = append(r.prefixLists, &l)
}

// mergePrefixLists joins what the calls say of each list. A list's entries
// remain unknown where no call told them.
func (b *builder) mergePrefixLists() {
	lists := map[model.PrefixListID]*prefixList{}
	entries := map[model.PrefixListID]*prefixList{}
	for _, p := range b.parts {
		for _, l := range p.prefixLists {
			if l.entries {
				e := &prefixList{}
				e.ID, e.Meta, e.Entries = l.ID, model.Meta{Provenance: l.Provenance}, l.Entries
				put(b, p, entries, e.ID, e, &e.Meta)
			}
			if old := lists[l.ID]; old == nil || old.bare && !l.bare {
				lists[l.ID] = l
			} else if !l.bare {
				old.fill(l)
			}
		}
	}
	for id, l := range lists {
		// The entries' own call is the more exact of two that differ only in
		// being the one or the other.
		l.Entries = nil
		if e := entries[id]; e != nil {
			l.Entries = e.Entries
			for _, entry := range e.Entries {
				l.IPv6 = l.IPv6 || entry.Prefix.Addr().Is6()
			}
		} else {
			l.EntriesUnknown = &model.Unknown{Subject: string(id), Attribute: "Entries", Provenance: l.Provenance,
				Reason: "the snapshot does not have them; run aws ec2 get-managed-prefix-list-entries --prefix-list-id " + string(id)}
		}
		b.network.PrefixLists[id] = &l.PrefixList
	}
}

// fill takes over what l lacks.
func (l *prefixList) fill(other *prefixList) {
	l.IPv6 = l.IPv6 || other.IPv6
	l.MaxEntries = max(l.MaxEntries, other.MaxEntries)
	for _, field := range []struct{ mine, others *string }{{&l.Name, &other.Name}, {&l.ARN, &other.ARN}} {
		if *field.mine == "" {
			*field.mine = *field.others
		}
	}
	if l.Tags == nil {
		l.Tags = other.Tags
	}
	if l.Account == "" {
		l.Account = other.Account
	}
	if l.Region == "" {
		l.Region = other.Region
	}
}
