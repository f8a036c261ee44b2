package yamlfile

import (
	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// blockPublicAccess is VPC Block Public Access of an account in a Region.
type blockPublicAccess struct {
	placed
	mode       value[model.BlockPublicAccessMode]
	account    value[model.AccountID]
	region     value[string]
	exclusions list[exclusion]
}

type exclusion struct {
	placed
	id          value[string]
	vpc, subnet ref
	allowEgress value[bool]
	gap         *gap
}

var bpaMode = word("a mode of VPC Block Public Access", []string{"off", "block-bidirectional", "block-ingress"},
	[]model.BlockPublicAccessMode{model.BlockPublicAccessOff, model.BlockBidirectional, model.BlockIngress})

var blockPublicAccessShape = object("block public access", "VPC Block Public Access of an account in a Region (BPA-1).", []field[blockPublicAccess]{
	key("mode", open(bpaMode), func(p *blockPublicAccess) *value[model.BlockPublicAccessMode] { return &p.mode }, "off, block-bidirectional or block-ingress"),
	key("account", account, func(p *blockPublicAccess) *value[model.AccountID] { return &p.account }, "the account; the file's by default"),
	key("region", text, func(p *blockPublicAccess) *value[string] { return &p.region }, "the Region; the file's by default"),
	key("exclusions", many(exclusionShape), func(p *blockPublicAccess) *list[exclusion] { return &p.exclusions }, "VPCs and subnets that are exempt"),
})

var exclusionShape = object("an exclusion", "A VPC or subnet that VPC Block Public Access leaves alone.", []field[exclusion]{
	key("id", text, func(x *exclusion) *value[string] { return &x.id }, "its ID"),
	key("vpc", refTo, func(x *exclusion) *ref { return &x.vpc }, "the VPC that is exempt"),
	key("subnet", refTo, func(x *exclusion) *ref { return &x.subnet }, "the subnet that is exempt"),
	must(key("mode", word("an exclusion's mode", []string{"allow-bidirectional", "allow-egress"}, []bool{false, true}),
		func(x *exclusion) *value[bool] { return &x.allowEgress }, "allow-bidirectional or allow-egress")),
	key("unknown", gapDetailRef, func(x *exclusion) **gap { return &x.gap }, "why it is open whether there is this exclusion"),
})

func (b *builder) buildBlockPublicAccess(p *blockPublicAccess) {
	if p.mode.set {
		b.n.BlockPublicAccess = append(b.n.BlockPublicAccess, model.BlockPublicAccess{
			Account: p.account.or(b.outer.Account), Region: model.Region(p.region.or(string(b.outer.Region))), Mode: p.mode.v, Unknown: p.mode.gap.unknown("VPC Block Public Access", "mode"), Provenance: p.at})
	}
	for i := range p.exclusions.items {
		x := &p.exclusions.items[i]
		if x.vpc.isSet() == x.subnet.isSet() {
			b.d.errorf(x.at, "vpc: NAME or subnet: NAME", "an exclusion names one VPC or one subnet")
			continue
		}
		b.n.BlockPublicAccessExclusions = append(b.n.BlockPublicAccessExclusions, model.BlockPublicAccessExclusion{
			ID: x.id.or(""), VPC: model.VPCID(b.id(model.KindVPC, nil, &x.vpc)), Subnet: model.SubnetID(b.id(model.KindSubnet, nil, &x.subnet)),
			AllowEgress: x.allowEgress.v, Unknown: x.gap.unknown(x.id.or("an exclusion"), "exclusion"), Provenance: x.at})
	}
}

// port25 tells the accounts that may send to port 25 (LL-9).
type port25 struct {
	all      bool // the file's own account
	accounts []value[model.AccountID]
}

var port25Shape = shape[port25]{
	read: func(d *decoder, n *yaml.Node, into *port25) {
		if n.Kind == yaml.ScalarNode && (n.Value == "true" || n.Value == "false") {
			into.all = n.Value == "true"
			return
		}
		var l list[value[model.AccountID]]
		many(account).read(d, n, &l)
		if l.gap != nil {
			d.errorf(l.at, "true, false or account IDs", "port_25_allowed cannot be left open")
		}
		for _, a := range l.items {
			if a.set {
				into.accounts = append(into.accounts, a)
			}
		}
	},
	schema: func(c *schemas) schema {
		return schema{"anyOf": []any{schema{"type": "boolean"}, account.schema(c), schema{"type": "array", "items": account.schema(c)}}}
	},
}
