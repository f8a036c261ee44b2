package yamlfile

import (
	"path/filepath"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// Document is what a file of the format holds.
type Document struct {
	// Network is nil when the file says nothing of a network itself.
	Network *model.Network
	// Suite is nil when the file has no tests. Its Networks are those below.
	Suite *model.Suite
	// Networks are the inputs that the file names, relative to the current
	// directory like the file itself; "-" is standard input.
	Networks []string
	// NetworksAt is where the file names them.
	NetworksAt model.Provenance
}

// Read reads a file. It finds every error that it can, and never panics. The
// document is nil when the file is not YAML, and not to be relied on when there
// are errors. Read is safe for concurrent use.
func Read(f input.File) (*Document, model.Diagnostics) {
	root, diags := parse(f)
	if diags.HasErrors() {
		return nil, diags
	}
	d := &decoder{file: f.Path}
	var file document
	documentShape.read(d, root, &file)
	doc := &Document{}
	for _, n := range file.networks.items {
		doc.Networks = append(doc.Networks, relativeTo(f.Path, n.v))
	}
	doc.NetworksAt = file.networks.at
	if file.networks.gap != nil {
		d.errorf(file.networks.at, "name a file or folder", "the network of a suite cannot be left open")
	}
	if file.hasNetwork {
		doc.Network = buildNetwork(d, &file)
	}
	if len(file.tests) > 0 {
		doc.Suite = d.suite(&file, f.Path)
		doc.Suite.Networks = doc.Networks
	}
	if doc.Network == nil && doc.Suite == nil && len(doc.Networks) == 0 && len(d.diags) == 0 {
		d.errorf(file.at, "vpcs: {main: {cidr: 10.0.0.0/16}}, or network: FILE", "the file has neither a network nor tests")
	}
	return doc, d.all()
}

// relativeTo gives a path that a file names relative to itself.
func relativeTo(file, path string) string {
	if path == "-" || filepath.IsAbs(path) || file == "-" {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}
