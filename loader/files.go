package loader

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// limits bound what is read.
type limits struct {
	// file is how large a file may be, in bytes.
	file int64
	// links is how many links to folders are followed: folders that link to each
	// other twice each have very many paths.
	links int
	// chained is how many times inputs are read because a file names them that is
	// named itself, for the same reason.
	chained int
	// again is how many bytes are read of files that were read twice before, since
	// links or lists of network: lead to them: each time makes a network.
	again int
}

var usual = limits{file: 1 << 30, links: 5_000, chained: 5_000, again: 8 << 20}

// leastAgain is what a small file counts when it is read again, in bytes.
const leastAgain = 1 << 10

// source reads files, and standard input once.
type source struct {
	options   Options
	templates bool // there were some
	stdin     io.Reader
	got       bool
	data      []byte
	err       error
	limits    limits           // for each network
	links     int              // links to folders that were followed
	chained   int              // inputs that are named by inputs which are named themselves
	before    map[string]int   // how often files were read, by what they are without links
	again     int              // bytes of files that were read again and again
	namedAt   model.Provenance // where a file names the inputs that are loaded; zero for those that the caller names
	diags     model.Diagnostics
}

func newSource(o Options, stdin io.Reader) *source {
	return &source{options: o, stdin: stdin, limits: usual, before: map[string]int{}}
}

func (s *source) problem(severity model.Severity, path, detail, format string, args ...any) {
	s.problemAt(severity, model.Provenance{File: path}, detail, format, args...)
}

func (s *source) problemAt(severity model.Severity, at model.Provenance, detail, format string, args ...any) {
	s.diags = append(s.diags, model.Diagnostic{Severity: severity, Summary: fmt.Sprintf(format, args...), Detail: detail, Provenance: at})
}

// file reads one file; false when it cannot be read, which is reported.
func (s *source) file(path string, dirs []string) (input.File, bool) {
	f := input.File{Path: path, Dirs: dirs}
	var err error
	if path == "-" {
		f.Data, err = s.standardInput()
	} else {
		f.Data, err = s.readFile(path)
	}
	if err != nil {
		s.problem(model.Error, path, "", "cannot be read: %s", reason(err))
		return f, false
	}
	return f, s.mayRead(path, len(f.Data))
}

// reason is what is wrong with a path, without the path, which is said beside it.
func reason(err error) error {
	var perr *fs.PathError
	if errors.As(err, &perr) {
		return perr.Err
	}
	return err
}

// startAgain forgets what was read for another network.
func (s *source) startAgain() {
	s.before, s.again, s.links, s.chained = map[string]int{}, 0, 0, 0
}

// mayRead counts a file of so many bytes. It reports, once, where links and lists
// lead to the same files more often than makes sense.
func (s *source) mayRead(path string, bytes int) bool {
	real := path
	if path != "-" {
		if p, err := filepath.EvalSymlinks(absolute(path)); err == nil {
			real = p
		}
	}
	if s.before[real]++; s.before[real] <= 2 { // as an override of a folder's, for example
		return true
	}
	if s.again > s.limits.again {
		return false // which was said
	}
	if s.again += max(bytes, leastAgain); s.again > s.limits.again {
		s.problem(model.Error, path, "name each file once: links, and lists of network: in several files, lead to the same files here",
			"cannot be read: more than %d MiB would be read of files that were read twice before", s.limits.again>>20)
		return false
	}
	return true
}

func (s *source) readFile(path string) ([]byte, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > s.limits.file {
		return nil, s.tooLarge()
	}
	if info.Mode().IsRegular() {
		data := make([]byte, info.Size())
		n, err := io.ReadFull(r, data)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil // it shrank meanwhile
		}
		return data[:n], err
	}
	return s.readAll(r)
}

// readAll reads what does not tell its size beforehand.
func (s *source) readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, s.limits.file+1))
	if err == nil && int64(len(data)) > s.limits.file {
		return nil, s.tooLarge()
	}
	return data, err
}

func (s *source) tooLarge() error {
	return fmt.Errorf("it is larger than %d MiB; split it into several files of a folder", s.limits.file>>20)
}

func (s *source) standardInput() ([]byte, error) {
	if !s.got {
		s.got = true
		if s.stdin == nil {
			s.err = errors.New("there is no standard input")
		} else {
			s.data, s.err = s.readAll(s.stdin)
		}
	}
	return s.data, s.err
}

// collect gives the files that a path names: itself, or those of the folder that
// it is, in order. inFolder tells which.
func (s *source) collect(path string, wanted func(name string) bool) (files []input.File, inFolder bool) {
	if path == "-" {
		if f, ok := s.file(path, nil); ok {
			files = append(files, f)
		}
		return files, false
	}
	if path == "" {
		s.problemAt(model.Error, s.namedAt, "name a file or folder, or - for standard input; a variable in the command may have no value", "the path of an input is empty")
		return nil, false
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		s.walk(path, nil, nil, wanted, &files)
		return files, true
	case err != nil && !s.namedAt.IsZero():
		s.problemAt(model.Error, s.namedAt, "", "the network %s cannot be read: %s", path, reason(err))
		return nil, false
	}
	if f, ok := s.file(path, nil); ok { // a path that is not there is reported here, too
		files = append(files, f)
	}
	return files, false
}

// walk reads a folder and those in it. Links are followed; above are the real
// paths of the folders that it lies in, so that a link to one of them ends the
// walk there.
func (s *source) walk(folder string, dirs, above []string, wanted func(string) bool, files *[]input.File) {
	full, err := filepath.EvalSymlinks(folder)
	if err == nil {
		full, err = filepath.Abs(full)
	}
	var entries []os.DirEntry
	if err == nil {
		entries, err = os.ReadDir(folder)
	}
	if err != nil {
		s.problem(model.Error, folder, "", "cannot be read: %s", reason(err))
		return
	}
	if slices.Contains(above, full) {
		s.problem(model.Warning, folder, "", "the link leads back to a folder that it lies in: not followed")
		return
	}
	above = append(slices.Clip(above), full)
	for _, e := range entries {
		// testdata holds what tests of the program want to go wrong, as in Go.
		if strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata" {
			continue
		}
		path := filepath.Join(folder, e.Name())
		info, err := os.Stat(path)
		switch {
		case err != nil:
			if wanted(e.Name()) {
				s.problem(model.Error, path, "", "cannot be read: the link leads nowhere")
			}
		case info.IsDir():
			if e.Type()&fs.ModeSymlink != 0 {
				if s.links++; s.links > s.limits.links {
					if s.links == s.limits.links+1 {
						s.problem(model.Error, path, "give folders without links among them", "cannot be read: there are more than %d links to folders", s.limits.links)
					}
					continue
				}
			}
			s.walk(path, append(slices.Clip(dirs), e.Name()), above, wanted, files)
		case info.Mode().IsRegular() && wanted(e.Name()):
			if f, ok := s.file(path, dirs); ok {
				*files = append(*files, f)
			}
		}
	}
}

// isInput reports whether a file of a folder may be an input. What it is its
// content says; the name only spares reading pictures and prose.
func isInput(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".yaml", ".yml", ".template", ".tfstate", ".tfplan":
		return true
	}
	return false
}

// isYAML reports whether a file of a folder may be a suite.
func isYAML(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		return true
	}
	return false
}

// absolute is a path that does not depend on the current directory, as far as
// that is known.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
