// Command archive packs files so that the same files give the same bytes,
// whatever machine packs them: nothing of the file system but names and contents
// goes in.
//
//	archive -time SECONDS -o NAME.tar.gz|NAME.zip FILE...
//
// The files lie in a folder NAME in the archive, in the order given. Those named
// vpcwalk or vpcwalk.exe can be run. The time is that of all of them.
package main

import (
	"archive/tar"
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	seconds := flag.Int64("time", 0, "the time of all files, in seconds since 1970")
	out := flag.String("o", "", "the archive")
	flag.Parse()
	if err := write(*out, time.Unix(*seconds, 0).UTC(), flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "archive:", err)
		os.Exit(1)
	}
}

// write makes the archive; nothing is left of it after an error.
func write(out string, at time.Time, files []string) error {
	pack := packTarGzip
	folder, ok := strings.CutSuffix(filepath.Base(out), ".tar.gz")
	if !ok {
		pack = packZip
		if folder, ok = strings.CutSuffix(filepath.Base(out), ".zip"); !ok {
			return fmt.Errorf("%q is neither .tar.gz nor .zip", out)
		}
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	err = errors.Join(pack(f, folder, at, files), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(out))
	}
	return nil
}

func mode(file string) fs.FileMode {
	if name := filepath.Base(file); name == "vpcwalk" || name == "vpcwalk.exe" {
		return 0o755
	}
	return 0o644
}

func packTarGzip(w io.Writer, folder string, at time.Time, files []string) error {
	zw, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	tw := tar.NewWriter(zw)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		h := &tar.Header{Format: tar.FormatUSTAR, Typeflag: tar.TypeReg, Name: path.Join(folder, filepath.Base(file)),
			Mode: int64(mode(file)), Size: int64(len(data)), ModTime: at}
		if err := tw.WriteHeader(h); err != nil {
			return err
		}
		if _, err := tw.Write(data); err != nil {
			return err
		}
	}
	return errors.Join(tw.Close(), zw.Close())
}

func packZip(w io.Writer, folder string, at time.Time, files []string) error {
	zw := zip.NewWriter(w)
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		h := &zip.FileHeader{Name: path.Join(folder, filepath.Base(file)), Method: zip.Deflate, Modified: at}
		h.SetMode(mode(file))
		fw, err := zw.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := fw.Write(data); err != nil {
			return err
		}
	}
	return zw.Close()
}
