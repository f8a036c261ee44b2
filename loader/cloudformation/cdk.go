package cloudformation

import (
	"bytes"
	"path"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// manifest is what a cdk.out folder says of its stacks.
type manifest struct {
	folder string
	stacks []deployed
}

// deployed is a stack as the CDK will deploy it.
type deployed struct {
	template, name string
	account        model.AccountID
	region         model.Region
	parameters     map[string]string
	at             model.Provenance // where the manifest names the template
}

// IsManifest reports whether the document is the manifest of a cdk.out folder.
func IsManifest(data []byte) bool {
	if !bytes.Contains(data, []byte(`"artifacts"`)) || !Sniff(data) {
		return false
	}
	root, _ := parse(input.File{Data: data}, &usual)
	return root != nil && isManifest(root)
}

// isAssets reports whether a document is the CDK's list of the files that a stack
// uses.
func isAssets(root *node) bool {
	return root.get("version") != nil && root.get("files") != nil && root.get("files").kind == mappingNode
}

// readAssets notes under which names files are uploaded, by those names: nested
// stacks refer to their templates so.
func (r *reader) readAssets(f input.File, root *node) {
	files := root.get("files")
	for _, n := range files.items {
		source := n.path("source.path")
		uploads := n.get("destinations")
		if source == nil || uploads == nil || uploads.kind != mappingNode {
			continue
		}
		for _, u := range uploads.items {
			if key := u.get("objectKey"); key != nil {
				r.assets[base(key.text)] = path.Join(folder(f.Path), source.text)
			}
		}
	}
}

func isManifest(root *node) bool {
	return root.get("version") != nil && root.get("artifacts") != nil && root.get("artifacts").kind == mappingNode
}

// readManifest reads a cloud assembly's manifest.json.
func readManifest(f input.File, root *node) *manifest {
	m := &manifest{folder: folder(f.Path)}
	artifacts := root.get("artifacts")
	for i, k := range artifacts.keys {
		a := artifacts.items[i]
		file := a.path("properties.templateFile")
		if t := a.get("type"); t == nil || t.text != "aws:cloudformation:stack" || file == nil {
			continue
		}
		d := deployed{template: path.Join(m.folder, file.text), name: k.text, parameters: map[string]string{}, at: file.at}
		if n := a.path("properties.stackName"); n != nil {
			d.name = n.text
		}
		if n := a.get("environment"); n != nil {
			account, region, _ := strings.Cut(strings.TrimPrefix(n.text, "aws://"), "/")
			if account != "unknown-account" {
				d.account = model.AccountID(account)
			}
			if region != "unknown-region" {
				d.region = model.Region(region)
			}
		}
		if ps := a.path("properties.parameters"); ps != nil && ps.kind == mappingNode {
			for j, p := range ps.keys {
				d.parameters[p.text] = ps.items[j].text
			}
		}
		m.stacks = append(m.stacks, d)
	}
	return m
}
