package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// module is a module that is linked in, or Go itself with its standard library.
type module struct {
	path, version string
	texts         []text
}

// text is a file that tells a licence, or belongs to one.
type text struct {
	name, file string
	text, sum  string
	licence    string // an SPDX expression, or notice; empty where unknown
}

// licences are the SPDX identifiers of its texts, each once.
func (m *module) licences() []string {
	var ids []string
	for _, t := range m.texts {
		if t.licence != "" && t.licence != notice {
			ids = append(ids, strings.Split(t.licence, " AND ")...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (m *module) has(s string) bool {
	return slices.ContainsFunc(m.texts, func(t text) bool { return t.text == s })
}

// source is where exactly this source can be had, as the MPL asks to say.
func (m *module) source() string {
	if m.path == goItself {
		return "https://go.dev/dl/" + m.version + ".src.tar.gz"
	}
	upper := regexp.MustCompile(`[A-Z]`) // the module proxy's way to write them
	path := upper.ReplaceAllStringFunc(m.path, func(s string) string { return "!" + strings.ToLower(s) })
	return "https://proxy.golang.org/" + path + "/@v/" + m.version + ".zip"
}

const goItself = "Go standard library"

// listed is what is read of go list.
type listed struct {
	Dir    string
	Module *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// modules gives what packages are built from on all platforms, by path. They must
// be in the module cache or within reach.
func modules(packages []string, tests bool) ([]*module, error) {
	if len(packages) == 0 {
		return nil, errors.New("name the packages, such as ./cmd/vpcwalk")
	}
	found := map[string]*module{}
	seen := map[string]bool{}
	for _, platform := range platforms {
		ps, err := list(platform, packages, tests)
		if err != nil {
			return nil, err
		}
		for _, p := range ps {
			if p.Module == nil || p.Module.Main || seen[p.Dir] {
				continue
			}
			m := found[p.Module.Path]
			if m == nil {
				m = &module{path: p.Module.Path, version: p.Module.Version}
				found[m.path] = m
			}
			if err := m.read(p.Dir, p.Module.Dir, seen); err != nil {
				return nil, err
			}
		}
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	std := &module{path: goItself, version: runtime.Version()}
	dir := strings.TrimSpace(string(root))
	if err := std.read(dir, dir, seen); err != nil {
		return nil, err
	}
	return append(slices.SortedFunc(maps.Values(found), func(a, b *module) int { return cmp.Compare(a.path, b.path) }), std), nil
}

func list(platform string, packages []string, tests bool) ([]listed, error) {
	args := []string{"list", "-deps", "-json=Dir,Module"}
	if tests {
		args = append(args, "-test")
	}
	goos, goarch, _ := strings.Cut(platform, "/")
	cmd := exec.Command("go", append(args, packages...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w", platform, err)
	}
	var ps []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return ps, nil
		case err != nil:
			return nil, fmt.Errorf("go list for %s: %w", platform, err)
		}
		ps = append(ps, p)
	}
}

// legal are the names of files that tell what may be done with the code around
// them.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|unlicense)`)

// read takes the texts of a package's folder and of those above it, up to the
// module's; none twice.
func (m *module) read(dir, top string, seen map[string]bool) error {
	for ; !seen[dir]; dir = filepath.Dir(dir) {
		seen[dir] = true
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Type().IsRegular() && legal.MatchString(e.Name()) && filepath.Ext(e.Name()) != ".go" {
				if err := m.add(dir, top, e); err != nil {
					return err
				}
			}
		}
		if dir == top {
			return nil
		}
	}
	return nil
}

func (m *module) add(dir, top string, e fs.DirEntry) error {
	file := filepath.Join(dir, e.Name())
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	name, err := filepath.Rel(top, file)
	if err != nil {
		return err
	}
	sum := sum(string(data))
	m.texts = append(m.texts, text{name: filepath.ToSlash(name), file: file, text: string(data), sum: sum, licence: known[sum]})
	return nil
}
