// Package loader turns what people have into a model.Network: snapshots of
// accounts, Terraform plans and states, vpcwalk's own YAML. It is the only place
// that knows file formats; each has a package below this one. What a file is its
// content tells, never its name.
//
//	paths ── collect ── detect ──┬─ describe  ─┐
//	                             ├─ terraform ─┤
//	                             ├─ yamlfile  ─┼─ merge ── model.Network
//	                             └─ …         ─┘
//
// Nothing is skipped silently: what cannot be represented is a Diagnostic that
// names file, line and resource.
package loader

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/cloudformation"
	"github.com/vpcwalk/vpcwalk/loader/describe"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
	"github.com/vpcwalk/vpcwalk/model"
)

// Load reads every path (a file, a folder and those in it, or "-" for standard
// input) and merges what it finds into one network: where two paths give one
// resource differently the later path wins, with a warning. The snapshot files of
// one path are read as one snapshot, the templates of all paths as one design. A
// Terraform state that lies in a folder with a plan of its configuration is
// passed over, with a note.
//
// The network is never nil; when there are errors among the diagnostics, which
// are sorted, it holds what could be read. The network is the caller's.
func Load(paths []string, stdin io.Reader) (*model.Network, model.Diagnostics) {
	return LoadWith(paths, Options{}, stdin)
}

// LoadWith is Load with options.
func LoadWith(paths []string, o Options, stdin io.Reader) (*model.Network, model.Diagnostics) {
	s := newSource(o, stdin)
	n := s.load(paths, nil)
	s.checkParameters()
	return n, s.diags.Sort()
}

// load reads paths in order. within are the YAML files that name these paths as
// their network, so that none names itself.
func (s *source) load(paths []string, within []string) *model.Network {
	var m merger
	var snapshots []piece
	stacks := piece{at: -1}
	for _, path := range paths {
		files, inFolder := s.collect(path, isInput)
		if inFolder && len(files) == 0 {
			s.emptyFolder(path)
			continue
		}
		before := len(s.diags)
		var described []input.File
		var networks []*model.Network
		var designed []piece
		known := false
		for _, f := range files {
			format, c := detect(f)
			if format == nil && !inFolder && yamlfile.Resembles(f.Data) {
				networks = append(networks, s.loadYAML(f, within, inFolder)...)
				continue
			}
			if format == nil && inFolder && inAssembly(f.Path, files) {
				continue // one of the CDK's own files
			}
			if format == nil {
				d := unrecognised(f, c, inFolder)
				known = known || d.Severity == model.Error
				s.diags = append(s.diags, d)
				continue
			}
			known = true
			switch format.read {
			case snapshot:
				described = append(described, f)
			case ownYAML:
				networks = append(networks, s.loadYAML(f, within, inFolder)...)
			case planOrState:
				designed = append(designed, piece{files: []input.File{f}, at: len(networks)})
				networks = append(networks, nil) // until all of the path are known
			case templates:
				stacks.files = append(stacks.files, f)
			case notRead:
				s.problem(model.Error, f.Path, format.advice, "this is a %s", format.name)
			default:
				panic("loader: no reader " + format.name)
			}
		}
		if inFolder && !known {
			s.diags = s.diags[:before] // one message instead of one for each file
			s.emptyFolder(path)
		}
		networks = s.plansAndStates(designed, networks)
		if len(described) > 0 {
			p := piece{files: described, at: len(m.networks)}
			p.network, p.diags = describe.Read(described)
			snapshots = append(snapshots, p)
			m.networks = append(m.networks, p.network)
		}
		if len(stacks.files) > 0 && stacks.at < 0 {
			stacks.at = len(m.networks)
			m.networks = append(m.networks, nil) // until all templates are known
		}
		m.networks = append(m.networks, networks...)
	}
	if stacks.at >= 0 {
		s.templates = true
		m.networks[stacks.at], stacks.diags = cloudformation.Read(stacks.files, cloudformation.Options{Parameters: s.options.Parameters})
		s.diags = append(s.diags, stacks.diags...)
	}
	s.join(&m, snapshots)
	n, diags := m.merge()
	s.diags = append(s.diags, diags...)
	return n
}

func (s *source) emptyFolder(path string) {
	detail := expected
	if tf, err := filepath.Glob(filepath.Join(path, "*.tf")); err == nil && len(tf) > 0 {
		detail = "it holds a Terraform configuration: run terraform plan -out PLANFILE, then terraform show -json PLANFILE, and give its output"
	}
	s.problem(model.Error, path, detail, "no input found in this folder")
}

// inAssembly reports whether a file lies in a cdk.out folder, or below one.
func inAssembly(path string, files []input.File) bool {
	return slices.ContainsFunc(files, func(f input.File) bool {
		folder, name := filepath.Split(f.Path)
		return name == "manifest.json" && strings.HasPrefix(path, folder) && cloudformation.IsManifest(f.Data)
	})
}

// piece is a part of the input whose files are read together.
type piece struct {
	files   []input.File
	network *model.Network
	diags   model.Diagnostics
	at      int // its place among the networks to merge
}

// join reads several snapshots as one where none has a resource of another: they
// are parts of one snapshot then, given one by one, and what ties them together
// (which subnet uses which route table) is lost when each is read by itself. With
// another input between them they stay apart, for that one is to win over the
// earlier and lose to the later.
func (s *source) join(m *merger, snapshots []piece) {
	n := len(snapshots)
	if n > 1 && snapshots[n-1].at-snapshots[0].at == n-1 && disjoint(snapshots) {
		var all []input.File
		for _, p := range snapshots {
			all = append(all, p.files...)
		}
		whole, diags := describe.Read(all)
		s.diags = append(s.diags, diags...)
		m.networks = slices.Replace(m.networks, snapshots[0].at, snapshots[0].at+n, whole)
		return
	}
	for _, p := range snapshots {
		s.diags = append(s.diags, p.diags...)
	}
}

// loadYAML reads a file of our own format and the inputs that it names; its own
// network comes last. Of a folder's files only those count that hold a network:
// a suite may lie beside what it is about.
func (s *source) loadYAML(f input.File, within []string, inFolder bool) []*model.Network {
	if inFolder && slices.Contains(within, absolute(f.Path)) {
		return nil
	}
	doc, diags := yamlfile.Read(f)
	if inFolder && doc != nil && doc.Network == nil && doc.Suite != nil {
		return nil
	}
	s.diags = append(s.diags, diags...)
	if doc == nil {
		return nil
	}
	var out []*model.Network
	if len(doc.Networks) > 0 {
		if n := s.named(f.Path, doc.Networks, doc.NetworksAt, within); n != nil {
			out = append(out, n)
		}
	}
	if doc.Network != nil {
		out = append(out, doc.Network)
	}
	if len(out) == 0 && !diags.HasErrors() && len(doc.Networks) == 0 {
		s.problem(model.Error, f.Path, "vpcs: {main: {cidr: 10.0.0.0/16}}, or network: FILE", "the file has tests and no network")
	}
	return out
}

// named loads the inputs that a YAML file names, at a place of it, as its network.
func (s *source) named(file string, networks []string, at model.Provenance, within []string) *model.Network {
	self := absolute(file)
	if slices.Contains(within, self) {
		s.problemAt(model.Error, at, "name another file with network:", "the file names itself as its network, by way of others or directly")
		return nil
	}
	if len(within) > 0 {
		if s.chained++; s.chained > s.limits.chained {
			if s.chained == s.limits.chained+1 {
				s.problemAt(model.Error, at, "name the inputs in the file itself", "files that are named by network: name others more than %d times", s.limits.chained)
			}
			return nil
		}
	}
	return s.loadNamed(networks, at, append(slices.Clip(within), self))
}

// loadNamed is load of inputs that a file names at a place of it.
func (s *source) loadNamed(paths []string, at model.Provenance, within []string) *model.Network {
	before := s.namedAt
	s.namedAt = at
	defer func() { s.namedAt = before }()
	return s.load(paths, within)
}
