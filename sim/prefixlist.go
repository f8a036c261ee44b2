package sim

import (
	"net/netip"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim/packet"
)

// prefixList is a compiled prefix list (PL-4).
type prefixList struct {
	id       model.PrefixListID
	prefixes []netip.Prefix // without repetition
	addrs    packet.Addrs
	unknown  *model.Unknown
	ipv6     bool
	// service says that it is AWS's own list of a service's addresses, of which
	// tells whose.
	service bool
	of      model.Service
}

// mayHold is where the addresses of a list lie whose entries are not known.
func (l *prefixList) mayHold() packet.Addrs {
	switch {
	case !l.service || l.of.Name != "s3" && l.of.Name != "dynamodb":
		return packet.AllAddrs
	case l.ipv6:
		return publicIPv6
	}
	return publicIPv4 // GWEP-7
}

// prefixList gives a list by ID; one that the input lacks is unknown.
func (e *Engine) prefixList(id model.PrefixListID) *prefixList {
	if l, ok := e.prefixLists[id]; ok {
		return l
	}
	return &prefixList{id: id, unknown: missing(model.KindPrefixList, string(id), nil)}
}

func compilePrefixList(m *model.PrefixList) *prefixList {
	l := &prefixList{id: m.ID, unknown: m.EntriesUnknown, ipv6: m.IPv6}
	if strings.HasPrefix(m.Name, "com.amazonaws.") {
		l.service, l.of = true, serviceOfList(m.Name, m.Region)
	}
	seen := map[netip.Prefix]bool{}
	for _, en := range m.Entries {
		if p := en.Prefix.Masked(); !seen[p] {
			seen[p] = true
			l.prefixes = append(l.prefixes, p)
		}
	}
	l.addrs = packet.Prefixes(l.prefixes)
	return l
}
