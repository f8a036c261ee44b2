package terraform

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// module is an instance of a module: the root, or one that a module block with
// its count or for_each makes.
type module struct {
	parent  *module
	address string // module.a["x"].module.b, empty for the root
	name    string
	key     string // of the instance, as written in the address; empty without count and for_each
	config  *tfjson.ConfigModule
	call    *tfjson.ModuleCall
	// resources has the instances by their address without module and key:
	// aws_subnet.private, data.aws_vpc.main.
	resources map[string][]*resource
	children  map[string][]*module
}

func newModule(parent *module, name, key string) *module {
	m := &module{parent: parent, name: name, key: key, resources: map[string][]*resource{}, children: map[string][]*module{}}
	if parent == nil {
		return m
	}
	m.address = "module." + name
	if key != "" {
		m.address += "[" + key + "]"
	}
	if parent.address != "" {
		m.address = parent.address + "." + m.address
	}
	if parent.config != nil {
		if m.call = parent.config.ModuleCalls[name]; m.call != nil {
			m.config = m.call.Module
		}
	}
	parent.children[name] = append(parent.children[name], m)
	return m
}

// child gives the instance of a module block that a literal key names, making it
// where no resource has: it may pass values through.
func (m *module) child(name, key string) *module {
	for _, c := range m.children[name] {
		if c.key == key {
			return c
		}
	}
	return newModule(m, name, key)
}

// maxModules is how deep modules may lie in each other: each level of a long address
// is a module with an address of its own.
const maxModules = 100

// moduleAt gives the instance with an address, nil where it is none.
func (d *document) moduleAt(address string) *module {
	m := d.root
	for address != "" {
		segments, ok := splitReference(address)
		if !ok || len(segments)%2 != 0 || len(segments) > 2*maxModules {
			return nil
		}
		for i := 0; i < len(segments); i += 2 {
			if segments[i].name != "module" {
				return nil
			}
			m = m.child(segments[i+1].name, segments[i+1].key)
		}
		address = ""
	}
	return m
}

// index files the resources under their modules and finds their configuration.
func (d *document) index() {
	slices.SortStableFunc(d.resources, func(a, b *resource) int { return cmp.Compare(a.address, b.address) })
	type block struct{ kind, name string }
	known := map[*tfjson.ConfigModule]map[block]*tfjson.ConfigResource{}
	for _, r := range d.resources {
		m := r.module
		m.resources[r.block()] = append(m.resources[r.block()], r)
		if m.config == nil {
			continue
		}
		blocks := known[m.config]
		if blocks == nil {
			blocks = make(map[block]*tfjson.ConfigResource, len(m.config.Resources))
			for _, c := range m.config.Resources {
				if c != nil {
					blocks[block{configKind(c), c.Name}] = c
				}
			}
			known[m.config] = blocks
		}
		if c := blocks[block{r.kind, r.name}]; c != nil {
			r.config = c
		}
	}
}

func configKind(c *tfjson.ConfigResource) string {
	if c.Mode == tfjson.DataResourceMode {
		return dataPrefix + c.Type
	}
	return c.Type
}

// segment is one part of a reference or address: name, or name[key].
type segment struct{ name, key string }

// splitReference cuts aws_subnet.private["a.b"].id into its segments. It reports
// false for what is no such thing.
func splitReference(s string) ([]segment, bool) {
	var out []segment
	for s != "" {
		end := strings.IndexAny(s, ".[")
		if end < 0 {
			end = len(s)
		}
		x := segment{name: s[:end]}
		if x.name == "" {
			return nil, false
		}
		for s = s[end:]; strings.HasPrefix(s, "["); {
			n := keyEnd(s)
			if n < 0 {
				return nil, false
			}
			if x.key == "" {
				x.key = s[1:n]
			}
			s = s[n+1:]
		}
		out = append(out, x)
		if s == "" {
			return out, true
		}
		if s[0] != '.' || len(s) == 1 {
			return nil, false
		}
		s = s[1:]
	}
	return out, len(out) > 0
}

// keyEnd is the place of the bracket that closes the one at s[0], quotes minded;
// -1 if there is none.
func keyEnd(s string) int {
	quoted := false
	for i := 1; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ']' && !quoted:
			return i
		}
	}
	return -1
}

func (s segment) String() string {
	if s.key == "" {
		return s.name
	}
	return fmt.Sprintf("%s[%s]", s.name, s.key)
}
