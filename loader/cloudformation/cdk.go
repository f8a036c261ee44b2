package cloudformation

import (
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
		d := deployed{template: path.Join(m.folder, file.text), name: k.text, parameters: map[string]string{}}
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
