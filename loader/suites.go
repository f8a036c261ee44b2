package loader

import (
	"io"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
	"github.com/vpcwalk/vpcwalk/model"
)

// LoadedSuite is a suite with the network that it is about.
type LoadedSuite struct {
	Suite *model.Suite
	// Network is the same pointer for suites that name the same inputs. It is
	// never nil.
	Network *model.Network
	// After are the networks that expectations about established connections
	// name, by that name.
	After map[string]*model.Network
}

// LoadSuites reads scenario files, and folders of them: every *.yaml and *.yml
// below a folder that has tests. Each suite comes with the network that it holds
// or names; every named network is loaded once. networkOverride, if it is not
// empty, takes the place of the network of every suite.
//
// The suites are in the order of the paths, those of a folder by name. The
// diagnostics are sorted.
func LoadSuites(paths []string, networkOverride []string, stdin io.Reader) ([]LoadedSuite, model.Diagnostics) {
	return LoadSuitesWith(paths, networkOverride, Options{}, stdin)
}

// LoadSuitesWith is LoadSuites with options, which hold for every network that is
// loaded.
func LoadSuitesWith(paths []string, networkOverride []string, o Options, stdin io.Reader) ([]LoadedSuite, model.Diagnostics) {
	s := newSource(o, stdin)
	cache := map[string]*model.Network{}
	network := func(paths []string, at model.Provenance, within []string) *model.Network {
		key := strings.Join(paths, "\x00")
		if cache[key] == nil {
			s.startAgain()
			cache[key] = s.loadNamed(paths, at, within)
		}
		return cache[key]
	}
	var out []LoadedSuite
	for _, path := range paths {
		files, inFolder := s.collect(path, isYAML)
		found := false
		for _, f := range files {
			if inFolder && !yamlfile.Sniff(f.Data) {
				continue
			}
			doc, diags := yamlfile.Read(f)
			if doc == nil || doc.Suite == nil {
				if inFolder && !diags.HasErrors() {
					continue // a network that suites name
				}
				found = true
				s.diags = append(s.diags, diags...)
				if !diags.HasErrors() {
					s.problem(model.Error, f.Path, "tests: [{from: web, to: db, port: 5432, expect: reachable}]", "the file has no tests")
				}
				continue
			}
			found = true
			s.diags = append(s.diags, diags...)
			l := LoadedSuite{Suite: doc.Suite, Network: doc.Network}
			switch {
			case len(networkOverride) > 0:
				l.Network = network(networkOverride, model.Provenance{}, nil)
			case len(doc.Networks) > 0:
				l.Network = network(doc.Networks, doc.NetworksAt, []string{absolute(f.Path)})
				if doc.Network != nil {
					m := merger{networks: []*model.Network{l.Network, doc.Network}}
					var merged model.Diagnostics
					l.Network, merged = m.merge()
					s.diags = append(s.diags, merged...)
				}
			case l.Network == nil:
				l.Network = model.NewNetwork()
				if !diags.HasErrors() {
					s.problem(model.Error, f.Path, "write vpcs: or network: FILE, or give one with -n", "the suite has no network")
				}
			}
			for i := range l.Suite.Expectations {
				c := &l.Suite.Expectations[i]
				if path := c.After; path != "" && l.After[path] == nil {
					if l.After == nil {
						l.After = map[string]*model.Network{}
					}
					l.After[path] = network([]string{path}, c.Provenance, []string{absolute(f.Path)})
				}
			}
			out = append(out, l)
		}
		if inFolder && !found {
			s.problem(model.Error, path, "a suite is a YAML file with tests:", "no suite found in this folder")
		}
	}
	s.checkParameters()
	return out, s.diags.Sort()
}
