package describe

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readVPC reads an element of Vpcs. Of the blocks only those that are associated
// count (VPC-9); the primary one always is, and comes first (VPC-1).
func readVPC(r *reader) {
	m := r.begin()
	var v model.VPC
	var primary, others, v6 []cidrBlock
	var state blockPublicAccessState
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "VpcId":
			v.ID = model.VPCID(r.str())
		case "CidrBlock":
			primary = append(primary, cidrBlock{r.prefix(), r.place(r.at)})
		case "CidrBlockAssociationSet":
			others = r.associatedBlocks("CidrBlock", "CidrBlockState")
		case "Ipv6CidrBlockAssociationSet":
			v6 = r.associatedBlocks("Ipv6CidrBlock", "Ipv6CidrBlockState")
		case "IsDefault":
			v.IsDefault = r.boolean()
		case "BlockPublicAccessStates":
			state = r.blockPublicAccessState()
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(v.ID))
	if !ok {
		return
	}
	v.Meta = meta
	for _, b := range slices.Concat(primary, others, v6) {
		if b.prefix.IsValid() && !slices.Contains(v.CIDRs, b.prefix) {
			v.CIDRs = append(v.CIDRs, b.prefix)
			v.CIDRProvenance = append(v.CIDRProvenance, b.place)
		}
	}
	r.vpcs = append(r.vpcs, &v)
	if state.vpc = v.ID; state.mode != "" {
		r.bpaStates = append(r.bpaStates, state)
	}
}

type cidrBlock struct {
	prefix netip.Prefix
	place  model.Provenance
}

// associatedBlocks reads a CidrBlockAssociationSet or its IPv6 twin, of a VPC or
// a subnet, and gives the blocks in state associated. A state that is not told
// does not rule a block out.
func (r *reader) associatedBlocks(block, state string) []cidrBlock {
	var blocks []cidrBlock
	for ok := r.array(); ok && r.element(); {
		var b cidrBlock
		var s string
		for ok := r.object(); ok && r.member(); {
			switch r.key {
			case block:
				b = cidrBlock{r.prefix(), r.place(r.at)}
			case state:
				s = r.inner("State")
			default:
				r.skip()
			}
		}
		if b.prefix.IsValid() && (s == "" || strings.EqualFold(s, "associated")) {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// vpcAttributes is the output of describe-vpc-attribute: one call, one
// attribute, but one file may hold both.
type vpcAttributes struct {
	vpc                model.VPCID
	support, hostnames *bool
	place              model.Provenance
}

func readDNSSupport(r *reader) {
	r.document.dnsPlace = r.here()
	r.document.dnsSupport = r.attributeValue()
}

func readDNSHostnames(r *reader) {
	r.document.dnsPlace = r.here()
	r.document.dnsHostname = r.attributeValue()
}

func readSubjectVPC(r *reader) { r.document.vpc = model.VPCID(r.str()) }

// attributeValue reads {"Value": true}.
func (r *reader) attributeValue() *bool {
	var value *bool
	for ok := r.object(); ok && r.member(); {
		if r.key == "Value" {
			b := r.boolean()
			value = &b
		} else {
			r.skip()
		}
	}
	return value
}

// finishVPCAttributes ties the document's attributes to the VPC that it names,
// or else to the one that the file is named after.
func (r *reader) finishVPCAttributes() {
	d := &r.document
	if r.err != nil || d.dnsSupport == nil && d.dnsHostname == nil {
		return
	}
	if name := stem(r.path); d.vpc == "" && strings.HasPrefix(name, "vpc-") {
		d.vpc = model.VPCID(name)
	}
	if d.vpc == "" {
		r.report(model.Diagnostic{Severity: model.Error, Provenance: d.dnsPlace, Summary: "a VPC attribute without a VPC",
			Detail: "Name the file after its VPC (describe-vpc-attribute/vpc-….json), or add \"VpcId\" beside the attribute."})
		return
	}
	r.attributes = append(r.attributes, vpcAttributes{d.vpc, d.dnsSupport, d.dnsHostname, d.dnsPlace})
}

// linkVPCAttributes sets the DNS attributes; what is not told is AWS's default
// (VPC-12).
func (b *builder) linkVPCAttributes() {
	for _, v := range b.network.VPCs {
		v.EnableDNSSupport, v.EnableDNSHostnames, v.DNSAssumed = true, v.IsDefault, true
	}
	for _, p := range b.parts {
		for _, a := range p.attributes {
			v := b.network.VPCs[a.vpc]
			if v == nil {
				continue // of a VPC that the snapshot says nothing else about
			}
			if a.support != nil {
				v.EnableDNSSupport = *a.support
			}
			if a.hostnames != nil {
				v.EnableDNSHostnames = *a.hostnames
			}
			v.DNSAssumed = false
		}
	}
}

// linkNamedVPCs makes the VPCs that resources name and no Vpcs gives. Their
// blocks are those of the local routes, of which there is one for each (VPC-10).
func (b *builder) linkNamedVPCs() {
	n := b.network
	b.eachMember(func(id model.VPCID, m *model.Meta) {
		if id == "" {
			return
		}
		v := n.VPCs[id]
		if v == nil {
			v = &model.VPC{ID: id, Missing: map[model.Kind]*model.Unknown{}}
			v.Account, v.Region, v.Provenance = m.Account, m.Region, m.Provenance
			v.Missing[model.KindVPC] = &model.Unknown{Subject: string(id), Attribute: "Vpcs",
				Reason: "the snapshot names the VPC and does not describe it; run aws ec2 describe-vpcs", Provenance: m.Provenance}
			n.VPCs[id] = v
		}
		if v.Missing[model.KindVPC] == nil {
			return
		}
		if v.Region == "" {
			v.Region = m.Region
		}
		if v.Account == "" {
			v.Account = m.Account
		}
	})
	for _, t := range model.Sorted(n.RouteTables) {
		v := n.VPCs[t.VPC]
		if v == nil || v.Missing[model.KindVPC] == nil {
			continue
		}
		for _, route := range t.Routes {
			if route.Target.IsLocal() && route.Prefix.IsValid() && !slices.Contains(v.CIDRs, route.Prefix) {
				v.CIDRs = append(v.CIDRs, route.Prefix)
				v.CIDRProvenance = append(v.CIDRProvenance, route.Provenance)
			}
		}
	}
}
