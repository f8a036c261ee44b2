package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type packed struct {
	name, data string
	mode       fs.FileMode
	at         time.Time
}

func unpack(t *testing.T, file string) []packed {
	var all []packed
	if filepath.Ext(file) == ".zip" {
		zr, err := zip.OpenReader(file)
		require.NoError(t, err)
		defer zr.Close()
		for _, f := range zr.File {
			r, err := f.Open()
			require.NoError(t, err)
			data, err := io.ReadAll(r)
			require.NoError(t, err)
			all = append(all, packed{f.Name, string(data), f.Mode(), f.Modified.UTC()})
		}
		return all
	}
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	zr, err := gzip.NewReader(f)
	require.NoError(t, err)
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		data, err := io.ReadAll(tr)
		require.NoError(t, err)
		all = append(all, packed{h.Name, string(data), h.FileInfo().Mode(), h.ModTime.UTC()})
	}
}

// Copies of the same files, with other times, owners' rights and folders, give
// the same archive, which holds what went in.
func TestWrite(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)
	want := []packed{{"x_1/vpcwalk", "program", 0o755, at}, {"x_1/LICENSE", "text", 0o644, at}}
	for _, kind := range []string{".tar.gz", ".zip"} {
		t.Run(kind, func(t *testing.T) {
			var archives [2][]byte
			for i := range archives {
				dir := t.TempDir()
				program, text := filepath.Join(dir, "vpcwalk"), filepath.Join(dir, "LICENSE")
				require.NoError(t, os.WriteFile(program, []byte("program"), 0o600|fs.FileMode(i)<<6))
				require.NoError(t, os.WriteFile(text, []byte("text"), 0o600))
				require.NoError(t, os.Chtimes(text, time.Time{}, at.AddDate(i, 0, 0)))
				out := filepath.Join(dir, "x_1"+kind)
				require.NoError(t, write(out, at, []string{program, text}))
				assert.Equal(t, want, unpack(t, out))
				var err error
				archives[i], err = os.ReadFile(out)
				require.NoError(t, err)
			}
			assert.Equal(t, archives[0], archives[1])
		})
	}
}

func TestWriteRefuses(t *testing.T) {
	dir := t.TempDir()
	require.ErrorContains(t, write(filepath.Join(dir, "x.rar"), time.Unix(0, 0), nil), "neither")
	out := filepath.Join(dir, "x.zip")
	require.Error(t, write(out, time.Unix(0, 0), []string{filepath.Join(dir, "absent")}))
	assert.NoFileExists(t, out)
}
