package loader_test

import (
	"flag"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader"
	"github.com/vpcwalk/vpcwalk/loader/hostiletest"
	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
	"github.com/vpcwalk/vpcwalk/model"
)

var (
	hostileAll  = flag.Bool("hostile.all", false, "read every hostile input instead of a sample")
	hostileKeep = flag.String("hostile.keep", "", "a folder for the hostile inputs that fail")
	hostileSeed = flag.Uint64("hostile.seed", 1, "which sample of the hostile inputs is read")
)

// TestHostileInput reads every fixture of every format, cut off at each 1 % and
// with each scalar replaced by each hostile value: nothing panics, hangs or takes
// all memory, and each error has a place. By default a sample is read, the same
// each time unless -hostile.seed says otherwise; -hostile.all reads all, which
// takes hours.
func TestHostileInput(t *testing.T) {
	seeds := hostileInputs(t)
	require.Greater(t, len(seeds), 200)
	guard := hostiletest.NewGuard(t)
	sample := rand.New(rand.NewPCG(*hostileSeed, 0))
	scratch := t.TempDir()
	truncations, replacements := 3, 10
	if testing.Short() {
		truncations, replacements = 1, 3
	}
	for _, s := range seeds {
		s.copy(t, scratch)
		for _, v := range s.variants(sample, truncations, replacements) {
			s.read(t, guard, v)
		}
		require.NoError(t, os.RemoveAll(s.copied))
	}
}

// hostileInput is one file of an input: of a folder that is read as a whole, or by
// itself.
type hostileInput struct {
	root string // the folder or file that is given to the loader
	file string // the file in it, or root
	data []byte

	copied, target string // root and file in the scratch folder
}

// hostileInputs are our fixtures and scenarios.
func hostileInputs(t *testing.T) []*hostileInput {
	var out []*hostileInput
	add := func(root string, wanted func(string) bool) {
		require.NoError(t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !wanted(path) {
				return err
			}
			data, err := os.ReadFile(path)
			out = append(out, &hostileInput{root: root, file: path, data: data})
			return err
		}))
	}
	for _, pattern := range []string{"describe/testdata/*/*", "cloudformation/testdata/*/*", "terraform/testdata/*", "yamlfile/testdata/*/*"} {
		roots, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, root := range roots {
			add(root, func(path string) bool {
				return !strings.HasSuffix(path, ".golden") && !strings.HasSuffix(path, ".fail") && !strings.HasSuffix(path, ".tf")
			})
		}
	}
	scenarios, err := filepath.Glob("../scenarios/*")
	require.NoError(t, err)
	for _, path := range scenarios {
		add(path, func(path string) bool { return filepath.Ext(path) == ".yaml" })
	}
	for _, s := range out {
		if strings.HasPrefix(s.root, "../scenarios") {
			s.root = s.file // by itself: suites share no network
		}
	}
	return out
}

// copy puts the seed's root into a folder where its file can be changed.
func (s *hostileInput) copy(t *testing.T, scratch string) {
	s.copied = filepath.Join(scratch, filepath.Base(s.root))
	rel, err := filepath.Rel(s.root, s.file)
	require.NoError(t, err)
	s.target = filepath.Join(s.copied, rel)
	if s.root != s.file {
		require.NoError(t, os.CopyFS(s.copied, os.DirFS(s.root)))
	}
}

// variants are what is made of the seed: so many truncations and replacements, or
// all of them.
func (s *hostileInput) variants(r *rand.Rand, truncations, replacements int) []hostiletest.Variant {
	cut := hostiletest.Truncations(s.data)
	if !*hostileAll {
		r.Shuffle(len(cut), func(i, j int) { cut[i], cut[j] = cut[j], cut[i] })
		cut = cut[:min(len(cut), truncations)]
	}
	scalars, values := hostiletest.Scalars(s.data), hostiletest.Values()
	if len(scalars) == 0 {
		return cut
	}
	if *hostileAll {
		for _, x := range scalars {
			for _, v := range values {
				cut = append(cut, hostiletest.Replaced(s.data, x, v))
			}
		}
		return cut
	}
	for range replacements {
		cut = append(cut, hostiletest.Replaced(s.data, scalars[r.IntN(len(scalars))], values[r.IntN(len(values))]))
	}
	return cut
}

// read loads a variant as a user would, and does with the network what the
// program does before it asks anything.
func (s *hostileInput) read(t *testing.T, guard *hostiletest.Guard, v hostiletest.Variant) {
	require.NoError(t, os.WriteFile(s.target, v.Data, 0o600))
	name := s.file + ": " + v.What
	ok := guard.Run(name, func() {
		n, diags := loader.Load([]string{s.copied}, nil)
		if filepath.Ext(s.file) == ".yaml" {
			_, more := loader.LoadSuites([]string{s.copied}, nil, nil)
			diags = append(diags, more...)
		}
		if found := n.Validate(); !diags.HasErrors() {
			diags = append(diags, found...) // else they are about what is left of the input
		}
		model.NewGraph(n)
		if !diags.HasErrors() {
			_ = yamlfile.Write(io.Discard, n) // an error where the network contradicts itself
		}
		if kind := nameless(n); kind != "" && !diags.HasErrors() {
			t.Errorf("%s: one of the %s has no ID, and nothing is said", name, kind)
			s.keep(t, v)
		}
		for _, d := range diags {
			if d.Severity == model.Error && !placed(d) {
				t.Errorf("%s: an error without a place: %s", name, d)
				s.keep(t, v)
			}
		}
	})
	if !ok {
		s.keep(t, v)
	}
}

// keep puts an input that failed the test where it can be looked at.
func (s *hostileInput) keep(t *testing.T, v hostiletest.Variant) {
	if *hostileKeep != "" {
		name := strings.NewReplacer("/", "-", "..-", "").Replace(s.file)
		require.NoError(t, os.WriteFile(filepath.Join(*hostileKeep, name), v.Data, 0o600))
	}
}

// nameless gives the kind of resource of which a network has one without an ID,
// which whatever names none would be taken to name; "" where there is no such kind.
func nameless(n *model.Network) string {
	v := reflect.ValueOf(n).Elem()
	for i := range v.NumField() {
		if m := v.Field(i); m.Kind() == reflect.Map && m.Type().Key().Kind() == reflect.String && m.MapIndex(reflect.Zero(m.Type().Key())).IsValid() {
			return v.Type().Field(i).Name
		}
	}
	return ""
}

// placed reports whether a finding says where: a line, or an address in a plan.
// What is about a file as a whole names the file.
func placed(d model.Diagnostic) bool {
	whole := slices.ContainsFunc([]string{"cannot be read", "the file is empty", "the file is of no known format", "no input found", "no suite found",
		"the file has", "this is a", "the suite has no network", "format version"}, func(s string) bool { return strings.HasPrefix(d.Summary, s) })
	return d.Provenance.Line > 0 || d.Provenance.Address != "" || whole && d.Provenance.File != ""
}
