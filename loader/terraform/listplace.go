package terraform

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A list that is passed on by an output, a variable or a local has the instances
// of a counted resource, or what its text lists, in an order that Terraform
// defines; an index selects one by its place. So module.vpc.private_subnets[0],
// where the output is aws_subnet.private[*].id, is the first private subnet.

// mostVisits bounds how many references are followed for one attribute: lists
// that select from lists could be followed more often than there is time.
const mostVisits = 10_000

// picked follows what makes a list or map, and takes what a key selects of it:
// all of it where the key does not tell.
func (s *search) picked(key string, plain bool, follow func(*search)) {
	if key == "" {
		follow(s)
		return
	}
	// What was followed before is followed again: each index selects for itself.
	inner := &search{b: s.b, want: s.want, self: s.self, attribute: s.attribute, has: map[string]bool{}, seen: maps.Clone(s.seen), visits: s.visits}
	follow(inner)
	s.visits = inner.visits
	if c, ok := inner.at(key); ok && plain {
		c.bare, c.indexed, c.same = false, false, false
		s.placed = true
		s.add(c)
		return
	}
	for _, c := range inner.found {
		s.add(c)
	}
	s.open, s.scoped = s.open || inner.open, s.scoped || inner.scoped
	s.choice, s.mixed = s.choice || inner.choice, s.mixed || inner.mixed
}

// at is what a key, as written in a reference, selects of the list or map that
// the search found.
func (s *search) at(key string) (candidate, bool) {
	if s.open || s.scoped || s.choice || s.mixed || len(s.found) == 0 {
		return candidate{}, false
	}
	if strings.HasPrefix(key, `"`) {
		i := slices.IndexFunc(s.found, func(c candidate) bool { return c.bare && c.key() == key })
		if i < 0 || !oneBlock(s.found) {
			return candidate{}, false
		}
		return s.found[i], true
	}
	n, err := strconv.Atoi(key)
	list := s.inOrder()
	if err != nil || n < 0 || n >= len(list) {
		return candidate{}, false
	}
	return list[n], true
}

// inOrder is a list as Terraform orders it: the instances of one resource by
// their keys, or what a text lists; nil where it is neither.
func (s *search) inOrder() []candidate {
	found := s.found
	if s.tuple {
		return found
	}
	if len(found) == 0 || slices.ContainsFunc(found, func(c candidate) bool { return !c.bare }) || !oneBlock(found) {
		return nil
	}
	r := found[0].r
	all := len(r.module.resources[r.block()])
	if r.key == "" && r.module.parent != nil {
		all = len(r.module.parent.children[r.module.name])
	}
	if len(found) != all {
		return nil
	}
	return slices.SortedFunc(slices.Values(found), func(a, b candidate) int { return compareKeys(a.key(), b.key()) })
}

// compareKeys orders the keys of instances as Terraform does: indexes by number,
// the keys of a for_each as texts.
func compareKeys(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	if errX == nil && errY == nil {
		return cmp.Compare(x, y)
	}
	return strings.Compare(a, b)
}

// byPlace marks the one that count.index selects of a list by its place, which is
// counted on from the beginning where the list is shorter: element does so, and
// an index with the remainder.
func (s *search) byPlace(key string) {
	n, err := strconv.Atoi(key)
	list := s.inOrder()
	if err != nil || n < 0 || len(list) == 0 || s.open || s.scoped || s.choice || s.mixed {
		return
	}
	same := list[n%len(list)].id
	for i := range s.found {
		s.found[i].indexed, s.found[i].same = true, s.found[i].id == same
	}
	s.placed = true
}

// key tells the instance of a candidate: its own key, or that of its module.
func (c candidate) key() string {
	if c.r == nil {
		return ""
	}
	return cmp.Or(c.r.key, c.r.module.key)
}

var (
	filtered = regexp.MustCompile(`\bif\b`)
	called   = regexp.MustCompile(`\b(\w+)\(`)
	looped   = regexp.MustCompile(`\bfor\s+(\w+)\s*(?:,\s*(\w+)\s*)?in\s+([^:]+):\s*(?:(\S+)\s*=>)?`)
	// orderly are the functions that leave the order of a list, or the keys of a map.
	orderly = []string{"values", "compact", "flatten", "tolist", "tomap", "try", "coalescelist"}
)

// plainText reports whether an expression passes on instances in their order and
// under their keys, as far as its text tells.
func plainText(text string) bool {
	written := strings.HasPrefix(strings.TrimSpace(text), "[") && !looped.MatchString(text) // as it is listed
	if strings.Contains(text, "?") || filtered.MatchString(text) || !written && oneOf.MatchString(text) {
		return false
	}
	for _, m := range called.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(orderly, m[1]) {
			return false
		}
	}
	for _, m := range looped.FindAllStringSubmatch(text, -1) {
		// Over anything but the resources themselves the order may be another, and
		// under another key than theirs.
		if !direct.MatchString(m[3]) && !strings.Contains(m[3], "module.") || m[4] != "" && (m[2] == "" || m[4] != m[1]) {
			return false
		}
	}
	return true
}

// passesOn reports whether the text of a block's attribute is plain; true where
// there is no text.
func (s *sources) passesOn(m *module, block, attribute string) bool {
	if m == nil {
		return true
	}
	b, ok := s.of(m).blocks[block]
	if !ok {
		return true
	}
	return !slices.ContainsFunc(b.values(attribute), func(text string) bool { return !plainText(text) })
}
