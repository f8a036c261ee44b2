package hostiletest

import (
	"flag"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	all    = flag.Bool("hostile.all", false, "read all beginnings of inputs and replace all scalars instead of a sample of both, which takes an hour")
	part   = flag.Int("hostile.part", 0, "with -hostile.all: which part of the inputs is read, from 0")
	parts  = flag.Int("hostile.parts", 1, "with -hostile.all: into how many parts the inputs are dealt")
	kept   = flag.String("hostile.keep", "", "a folder for the hostile inputs that fail, and, as last, the one that is read")
	sample = flag.Uint64("hostile.seed", 1, "which sample of the hostile inputs is read")
)

// An Input is one file of an input that is good, or bad in a way of its own: of a
// folder that is read as a whole, or by itself.
type Input struct {
	File string // as it lies in the repository
	Root string // the folder or file to load, in a scratch folder

	data   []byte
	target string // the file in the scratch folder
}

// Inputs calls use with each file of our fixtures and scenarios, copied to where
// it can be changed. top is the repository.
func Inputs(t *testing.T, top string, use func(*Input)) {
	scratch := t.TempDir()
	for _, f := range fixtures(t, top) {
		data, err := os.ReadFile(f.file)
		require.NoError(t, err)
		name, err := filepath.Rel(top, f.file)
		require.NoError(t, err)
		rel, err := filepath.Rel(f.root, f.file)
		require.NoError(t, err)
		in := &Input{File: filepath.ToSlash(name), Root: filepath.Join(scratch, filepath.Base(f.root)), data: data}
		in.target = filepath.Join(in.Root, rel)
		if f.root != f.file {
			require.NoError(t, os.CopyFS(in.Root, os.DirFS(f.root)))
		}
		use(in)
		require.NoError(t, os.RemoveAll(in.Root))
	}
}

type fixture struct{ root, file string }

// fixtures are the files of all formats, with what each is read together with.
func fixtures(t *testing.T, top string) []fixture {
	var out []fixture
	for _, of := range []struct {
		pattern  string
		together bool
	}{
		{"loader/describe/testdata/*/*", true}, {"loader/cloudformation/testdata/*/*", true}, {"loader/terraform/testdata/*", true},
		{"loader/yamlfile/testdata/*/*", false}, {"scenarios/*", false},
	} {
		roots, err := filepath.Glob(filepath.Join(top, filepath.FromSlash(of.pattern)))
		require.NoError(t, err)
		require.NotEmpty(t, roots)
		for _, root := range roots {
			if strings.Contains(filepath.ToSlash(root), "/testdata/fuzz") {
				continue // what fuzzing found is hostile already
			}
			require.NoError(t, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
				switch ext := filepath.Ext(path); {
				case err != nil || e.IsDir():
				case of.together && ext != ".golden" && ext != ".tf":
					out = append(out, fixture{root, path})
				case !of.together && ext == ".yaml":
					out = append(out, fixture{path, path})
				}
				return err
			}))
		}
	}
	return out
}

// Good is the input as it is.
func (in *Input) Good() Variant { return Variant{"as it is", in.data} }

// Variants are what is made of the input: so many truncations and replacements,
// the same for one -hostile.seed, or what -hostile.all says.
func (in *Input) Variants(truncations, replacements int) iter.Seq[Variant] {
	if *all {
		return in.all
	}
	out := Truncations(in.data)
	scalars, values := Scalars(in.data), Values()
	r := rand.New(rand.NewPCG(*sample, uint64(len(in.data))))
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	out = out[:min(len(out), truncations)]
	for range min(replacements, len(scalars)*len(values)) {
		out = append(out, Replaced(in.data, scalars[r.IntN(len(scalars))], values[r.IntN(len(values))]))
	}
	return slices.Values(out)
}

// all makes one variant after the other, since all of them together take some GB,
// of the part that the flags choose: every truncation, and scalars that are not
// alike with each of the plain values and two of the elaborate ones, in turn.
func (in *Input) all(yield func(Variant) bool) {
	n := 0
	mine := func() bool {
		n++
		return n%*parts == *part
	}
	for _, v := range Truncations(in.data) {
		if mine() && !yield(v) {
			return
		}
	}
	plain, elaborate := plainValues(), elaborateValues()
	seen := map[string]bool{}
	turn := int(*sample)
	for _, s := range Scalars(in.data) {
		if seen[s.like] {
			continue
		}
		seen[s.like] = true
		turn += 2
		for _, v := range append(plain, elaborate[turn%len(elaborate)], elaborate[(turn+1)%len(elaborate)]) {
			if mine() && !yield(Replaced(in.data, s, v)) {
				return
			}
		}
	}
}

// Put writes a variant where the input's file was.
func (in *Input) Put(t *testing.T, v Variant) {
	require.NoError(t, os.WriteFile(in.target, v.Data, 0o600))
	if *kept != "" { // what overflows the stack or takes all memory cannot be kept afterwards
		require.NoError(t, os.WriteFile(filepath.Join(*kept, "last"+filepath.Ext(in.File)), v.Data, 0o600))
	}
}

// Failed reports what is wrong with a variant, and keeps it where -hostile.keep
// says.
func (in *Input) Failed(t *testing.T, v Variant, format string, args ...any) {
	t.Helper()
	t.Errorf(in.File+": "+v.What+": "+format, args...)
	in.Keep(t, v)
}

// Keep keeps a variant where -hostile.keep says.
func (in *Input) Keep(t *testing.T, v Variant) {
	if *kept != "" {
		require.NoError(t, os.WriteFile(filepath.Join(*kept, strings.ReplaceAll(in.File, "/", "-")), v.Data, 0o600))
	}
}
