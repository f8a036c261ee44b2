package lint

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

func aboutList(pl *model.PrefixList) about {
	return about{kind: model.KindPrefixList, id: string(pl.ID), name: pl.Name, at: pl.Provenance}
}

// isAWSManaged reports a list that AWS keeps, which nobody can mend.
func isAWSManaged(pl *model.PrefixList) bool {
	return pl.Account == "AWS" || strings.HasPrefix(pl.Name, "com.amazonaws.")
}

// prefixLists finds entries that lie in other entries of the same list (PL-4).
func (l *linter) prefixLists() {
	for _, pl := range model.Sorted(l.n.PrefixLists) {
		if isAWSManaged(pl) {
			continue
		}
		entries := map[netip.Prefix]*model.PrefixListEntry{} // the first of equal ones
		order := make([]*model.PrefixListEntry, len(pl.Entries))
		for i := range pl.Entries {
			order[i] = &pl.Entries[i]
		}
		slices.SortStableFunc(order, func(a, b *model.PrefixListEntry) int { return cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits()) })
		for _, e := range order { // the widest first
			wider := holder(entries, e.Prefix)
			if wider == nil {
				entries[e.Prefix] = e
				continue
			}
			a := aboutList(pl)
			a.rule, a.at = e.Prefix.String(), place(e.Provenance, pl.Provenance)
			text := fmt.Sprintf("entry %s of %s lies in its entry %s", e.Prefix, aboutList(pl), wider.Prefix)
			if wider.Prefix == e.Prefix {
				text = fmt.Sprintf("entry %s of %s is written twice", e.Prefix, aboutList(pl))
			}
			l.report(PrefixListEntryRedundant, a, []Related{{wider.Prefix.String(), place(wider.Provenance, pl.Provenance)}}, text, "delete it")
		}
	}
}

// holder is the entry that holds p.
func holder(entries map[netip.Prefix]*model.PrefixListEntry, p netip.Prefix) *model.PrefixListEntry {
	for bits := 0; bits <= p.Bits(); bits++ {
		if wider, err := p.Addr().Prefix(bits); err == nil && entries[wider] != nil {
			return entries[wider]
		}
	}
	return nil
}
