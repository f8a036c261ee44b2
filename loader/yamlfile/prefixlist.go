package yamlfile

import (
	"net/netip"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

type prefixList struct {
	common
	entries    list[prefixEntry]
	ipv6       value[bool]
	maxEntries value[int]
}

type prefixEntry struct {
	placed
	cidr        value[netip.Prefix]
	description value[string]
}

var prefixEntryShape = orText(object("a prefix list entry", "A CIDR with a description.", []field[prefixEntry]{
	must(key("cidr", cidr, func(e *prefixEntry) *value[netip.Prefix] { return &e.cidr }, "the CIDR")),
	key("description", text, func(e *prefixEntry) *value[string] { return &e.description }, "what it is"),
}), `^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$`, "a CIDR", func(d *decoder, at model.Provenance, s string, into *prefixEntry) {
	cidr.read(d, scalarNode(s, at), &into.cidr)
})

var (
	prefixEntries = many(prefixEntryShape)

	prefixListObject = object("a prefix list", "A managed prefix list.", commonKeys(func(l *prefixList) *common { return &l.common }), []field[prefixList]{
		key("entries", prefixEntries, func(l *prefixList) *list[prefixEntry] { return &l.entries }, "its CIDRs"),
		key("address_family", word("an address family", []string{"IPv4", "IPv6"}, []bool{false, true}), func(l *prefixList) *value[bool] { return &l.ipv6 }, "IPv4 or IPv6 (PL-1); that of the entries by default"),
		key("max_entries", number("a number of entries", 1, 100_000), func(l *prefixList) *value[int] { return &l.maxEntries }, "the most entries that it may have"),
	})

	// prefixListShape reads a list of CIDRs alone as a prefix list, too.
	prefixListShape = shape[prefixList]{
		read: func(d *decoder, n *yaml.Node, into *prefixList) {
			if n.Kind == yaml.MappingNode && d.readGap(n) == nil {
				prefixListObject.read(d, n, into)
				return
			}
			prefixEntries.read(d, n, &into.entries)
		},
		schema: func(c *schemas) schema {
			return schema{"anyOf": []any{prefixListObject.schema(c), prefixEntries.schema(c)}}
		},
	}
)

func (b *builder) buildPrefixList(e *entry[prefixList]) {
	f := &e.v
	id := model.PrefixListID(b.idOf(model.KindPrefixList, nil, e.key))
	m := &model.PrefixList{ID: id, Meta: f.meta(e.key, e.at, b.outer), MaxEntries: f.maxEntries.or(0),
		EntriesUnknown: f.entries.gap.unknown(string(id), "entries")}
	for i, p := range f.entries.items {
		if i == 0 {
			m.IPv6 = p.cidr.v.Addr().Is6()
		}
		if p.cidr.set {
			m.Entries = append(m.Entries, model.PrefixListEntry{Prefix: p.cidr.v, Description: p.description.or(""), Provenance: p.at})
		}
	}
	m.IPv6 = f.ipv6.or(m.IPv6)
	for _, p := range m.Entries {
		if p.Prefix.Addr().Is6() != m.IPv6 {
			b.d.ruleError(p.Provenance, "PL-1", "make a list of each family", "the prefix list %s holds IPv4 and IPv6", quote(e.key))
			break
		}
	}
	b.n.PrefixLists[id] = m
}
