package describe

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// Read reads all files of one snapshot into one network. The order of files
// does not matter: where two give one resource differently, the one whose path
// sorts last wins, with a warning. The diagnostics are sorted; if there are
// errors among them, the network holds what could be read.
//
// Read keeps no reference to the files' data. It may be called from several
// goroutines at once.
func Read(files []input.File) (*model.Network, model.Diagnostics) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b input.File) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), slices.Compare(a.Dirs, b.Dirs), slices.Compare(a.Data, b.Data))
	})
	b := newBuilder()
	b.parts = readAll(files)
	b.merge()
	b.link()
	return b.network, b.diagnostics()
}

// readAll reads every file by itself, the largest first so that none is left
// over at the end.
func readAll(files []input.File) []*part {
	parts := make([]*part, len(files))
	order := make([]int, len(files))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(files[b].Data), len(files[a].Data)) })
	next := make(chan int, len(order))
	for _, i := range order {
		next <- i
	}
	close(next)
	var wg sync.WaitGroup
	for range min(len(files), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				parts[i] = readFile(files[i])
			}
		})
	}
	wg.Wait()
	return parts
}

// Sniff reports whether the document looks like output of a describe call: a
// JSON object with at least one top-level key that only such output has, or one
// that it shares with other formats and that holds a list here.
func Sniff(data []byte) bool {
	r := newReader("", decodeText(data))
	return sniff(r, false)
}

func sniff(r *reader, wrapped bool) bool {
	if r.dec.PeekKind() != '{' {
		return false
	}
	if !wrapped && r.latticeDocument() != nil {
		return true
	}
	if !r.object() {
		return false
	}
	for r.member() {
		key := r.key
		_, known := documents[key]
		switch {
		case known && !shared[key]:
			return true
		case known && r.dec.PeekKind() == '[':
			return true
		case key == "data" && !wrapped:
			if sniff(r, true) {
				return true
			}
			if r.err != nil {
				return false
			}
			continue
		}
		r.skip()
	}
	return false
}

// stem is a file's name without folders and without .json.
func stem(path string) string {
	path = strings.ReplaceAll(path, `\`, "/")
	path = path[strings.LastIndexByte(path, '/')+1:]
	return strings.TrimSuffix(path, ".json")
}
