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

// maxFile is the largest file that is read, in bytes.
const maxFile = 1 << 30

// source reads files, and standard input once.
type source struct {
	options   Options
	templates bool // there were some
	stdin     io.Reader
	got       bool
	data      []byte
	err       error
	limit     int64
	diags     model.Diagnostics
}

func newSource(o Options, stdin io.Reader) *source {
	return &source{options: o, stdin: stdin, limit: maxFile}
}

func (s *source) problem(severity model.Severity, path, detail, format string, args ...any) {
	s.diags = append(s.diags, model.Diagnostic{Severity: severity, Summary: fmt.Sprintf(format, args...), Detail: detail,
		Provenance: model.Provenance{File: path}})
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
		var perr *fs.PathError
		if errors.As(err, &perr) {
			err = perr.Err
		}
		s.problem(model.Error, path, "", "cannot be read: %s", err)
		return f, false
	}
	return f, true
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
	if info.Size() > s.limit {
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
	data, err := io.ReadAll(io.LimitReader(r, s.limit+1))
	if err == nil && int64(len(data)) > s.limit {
		return nil, s.tooLarge()
	}
	return data, err
}

func (s *source) tooLarge() error {
	return fmt.Errorf("it is larger than %d MiB; split it into several files of a folder", s.limit>>20)
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
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		s.walk(path, nil, nil, wanted, &files)
		return files, true
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
		var perr *fs.PathError
		if errors.As(err, &perr) {
			err = perr.Err
		}
		s.problem(model.Error, folder, "", "cannot be read: %s", err)
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
