package render

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// longFolder is from how many columns on a folder that all places share is told
// once, at the top, and not at every place.
const longFolder = 24

// commonFolder is the folder that all files of an answer lie in, if it is worth
// telling apart; empty otherwise.
func commonFolder(a *sim.Answer) string {
	folder, first := "", true
	add := func(p model.Provenance) {
		if p.File == "" {
			return
		}
		dir := path.Dir(filepath.ToSlash(p.File))
		if first {
			folder, first = dir, false
		}
		for folder != "." && folder != "/" && dir != folder && !strings.HasPrefix(dir, folder+"/") {
			folder = path.Dir(folder)
		}
	}
	for _, w := range a.Paths {
		for _, hops := range [][]sim.Hop{w.Forward, w.Return} {
			for _, h := range hops {
				add(h.Provenance)
			}
		}
	}
	for _, x := range a.Explanations {
		add(x.Provenance)
		for _, n := range x.Nearest {
			add(n.Provenance)
		}
	}
	for _, u := range a.Unknowns {
		add(u.Provenance)
	}
	if len(folder) < longFolder {
		return ""
	}
	return folder
}

// place is where something is written, below the folder that the answer names.
func (v answerView) place(p model.Provenance) string {
	s := placeText(p)
	if v.folder == "" {
		return s
	}
	return strings.TrimPrefix(filepath.ToSlash(s), clean(v.folder)+"/")
}
