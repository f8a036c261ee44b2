package main

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// law is a test that holds for whatever is drawn at random.
type law struct {
	pkg, test string
	says      string // the first sentence of its comment, or its name
	cases     int
	counts    []count
	result    string // PASS, FAIL or SKIP; empty where it did not run
}

type count struct {
	of string
	n  int
}

// fuzzTarget is a fuzz target and how many inputs are kept for it.
type fuzzTarget struct {
	pkg, name string
	kept      int
}

// properties finds the laws and the fuzz targets below a folder, in order.
func properties(root string) (laws []law, targets []fuzzTarget, err error) {
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder := filepath.Dir(path)
		pkg := "./" + filepath.ToSlash(folder)
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil {
				continue
			}
			switch name := fn.Name.Name; {
			case strings.HasPrefix(name, "Test") && callsRapid(fn):
				laws = append(laws, law{pkg: pkg, test: name, says: sentence(fn)})
			case strings.HasPrefix(name, "Fuzz"):
				kept, err := filepath.Glob(filepath.Join(folder, "testdata", "fuzz", name, "*"))
				if err != nil {
					return err
				}
				targets = append(targets, fuzzTarget{pkg, name, len(kept)})
			}
		}
		return nil
	})
	slices.SortFunc(laws, func(a, b law) int { return cmp.Or(cmp.Compare(a.pkg, b.pkg), cmp.Compare(a.test, b.test)) })
	slices.SortFunc(targets, func(a, b fuzzTarget) int { return cmp.Or(cmp.Compare(a.pkg, b.pkg), cmp.Compare(a.name, b.name)) })
	return laws, targets, err
}

func callsRapid(fn *ast.FuncDecl) bool {
	found := false
	ast.Inspect(fn, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "rapid" && (s.Sel.Name == "Check" || s.Sel.Name == "MakeCheck") {
				found = true
			}
		}
		return !found
	})
	return found
}

// sentence is the first sentence of a test's comment, or its name in words.
func sentence(fn *ast.FuncDecl) string {
	text := strings.Join(strings.Fields(fn.Doc.Text()), " ")
	text = strings.TrimLeft(strings.TrimPrefix(text, fn.Name.Name), ": ")
	for _, verb := range []string{"is the law of sets: ", "holds that "} {
		text = strings.TrimPrefix(text, verb)
	}
	if before, _, ok := strings.Cut(text, ". "); ok {
		text = before
	}
	if text = strings.TrimSuffix(text, "."); text != "" {
		return text
	}
	var words []string
	for i, r := range strings.TrimPrefix(fn.Name.Name, "Test") {
		if r >= 'A' && r <= 'Z' && i > 0 || len(words) == 0 {
			words = append(words, "")
		}
		words[len(words)-1] += strings.ToLower(string(r))
	}
	return strings.Join(words, " ")
}

// packagesOf are the packages of the laws, each once.
func packagesOf(laws []law) []string {
	var out []string
	for _, l := range laws {
		if !slices.Contains(out, l.pkg) {
			out = append(out, l.pkg)
		}
	}
	return out
}
