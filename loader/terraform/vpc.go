package terraform

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

// readVPC reads a VPC that the configuration manages.
func readVPC(b body) {
	v := &model.VPC{
		ID: model.VPCID(b.r.id()), Meta: b.meta(),
		EnableDNSSupport: b.boolOr("enable_dns_support", true), EnableDNSHostnames: b.boolean("enable_dns_hostnames"), // VPC-12
	}
	b.addBlock(v, "cidr_block")
	b.addBlock(v, "ipv6_cidr_block")
	if len(v.CIDRs) == 0 || v.CIDRs[0].Addr().Is6() {
		v.Missing = map[model.Kind]*model.Unknown{model.KindVPC: b.unknownAt("cidr_block")} // an IPAM pool's choice
	}
	pooled := b.str("ipv6_ipam_pool_id") != "" || b.open("ipv6_ipam_pool_id") != nil
	if b.unknown["ipv6_cidr_block"] == true && (pooled || b.boolean("assign_generated_ipv6_cidr_block")) {
		b.standIn(v, "ipv6_cidr_block")
	}
	b.network.VPCs[v.ID] = v
}

func (b body) addBlock(v *model.VPC, name string) {
	if p := b.prefix(name); p.IsValid() && !slices.Contains(v.CIDRs, p) {
		v.CIDRs = append(v.CIDRs, p)
		v.CIDRProvenance = append(v.CIDRProvenance, b.r.place)
	}
}

// standIn gives the VPC a block that stands for the IPv6 block that it will get.
// Nothing of the design tells one such block from another, or else there is none.
func (b body) standIn(v *model.VPC, name string) {
	if told := b.globalIPv6(); told != "" {
		// Its subnets' blocks stay open, and so whatever goes over IPv6.
		b.problem(model.Note, "", "%s is known only after apply, and so is whether it overlaps %s", name, told)
		return
	}
	v.CIDRs = append(v.CIDRs, design.StandInIPv6(v.ID))
	v.CIDRProvenance = append(v.CIDRProvenance, b.r.place)
	b.openIPv6[v.ID] = 0
	b.problem(model.Note, "", "%s is known only after apply; %s stands for it", name, v.CIDRs[len(v.CIDRs)-1])
}

var globalUnicast = netip.MustParsePrefix("2000::/3")

// globalIPv6 finds an IPv6 prefix of the design that may or may not overlap the
// block that Amazon will assign.
func (b *builder) globalIPv6() string {
	var find func(v any) string
	find = func(v any) string {
		switch v := v.(type) {
		case string:
			if !strings.Contains(v, ":") || !strings.Contains(v, "/") {
				return ""
			}
			if p, err := netip.ParsePrefix(v); err == nil && p.Bits() > 3 && globalUnicast.Overlaps(p) {
				return v
			}
		case []any:
			for _, item := range v {
				if s := find(item); s != "" {
					return s
				}
			}
		case map[string]any:
			for _, k := range sortedKeys(v) {
				if s := find(v[k]); s != "" {
					return s
				}
			}
		}
		return ""
	}
	for _, r := range b.resources {
		if s := find(r.values); s != "" {
			return s
		}
	}
	return ""
}

// nextIPv6 is the block that stands for the next subnet's in a VPC whose own is
// not known.
func (b *builder) nextIPv6(v model.VPCID) (netip.Prefix, bool) {
	n, ok := b.openIPv6[v]
	if !ok || n > 255 {
		return netip.Prefix{}, false
	}
	b.openIPv6[v] = n + 1
	a := design.StandInIPv6(v).Addr().As16()
	binary.BigEndian.PutUint16(a[6:], binary.BigEndian.Uint16(a[6:])|n)
	return netip.PrefixFrom(netip.AddrFrom16(a), 64), true
}

// readNamedVPC reads a VPC that the configuration does not manage: what lies in
// it besides is not known (a decision).
func readNamedVPC(b body) {
	id := model.VPCID(b.r.id())
	if old := b.network.VPCs[id]; old != nil && old.Missing[model.KindSubnet] == nil {
		return // managed in this very configuration
	}
	v := design.NamedVPC(id, "the configuration names this VPC and does not manage it", b.r.place)
	v.Meta = b.meta()
	v.IsDefault = b.r.kind == "aws_default_vpc" || b.boolean("default")
	if _, s := b.get("enable_dns_support"); s == known {
		v.DNSAssumed = false
	}
	v.EnableDNSSupport, v.EnableDNSHostnames = b.boolOr("enable_dns_support", true), b.boolOr("enable_dns_hostnames", v.IsDefault)
	b.addBlock(v, "cidr_block")
	associations, _ := b.blocks("cidr_block_associations")
	for _, a := range associations {
		if s := a.str("state"); s == "" || strings.EqualFold(s, "associated") { // VPC-9
			a.addBlock(v, "cidr_block")
		}
	}
	b.addBlock(v, "ipv6_cidr_block")
	if len(v.CIDRs) > 0 {
		delete(v.Missing, model.KindVPC)
	}
	b.network.VPCs[id] = v
}

// readVPCBlock reads another block of a VPC (VPC-1).
func readVPCBlock(b body) {
	id := b.vpc("vpc_id")
	v := b.network.VPCs[id]
	if v == nil {
		return
	}
	name := "cidr_block"
	if b.r.kind == "aws_vpc_ipv6_cidr_block_association" {
		name = "ipv6_cidr_block"
	}
	if b.addBlock(v, name); b.prefix(name).IsValid() {
		return
	}
	if _, taken := b.openIPv6[id]; name == "ipv6_cidr_block" && !taken {
		b.standIn(v, name)
		return
	}
	if v.Missing == nil {
		v.Missing = map[model.Kind]*model.Unknown{}
	}
	v.Missing[model.KindVPC] = b.unknownAt(name)
}

// vpc is the VPC that an attribute names. Where that is open it is one of its
// own, of which nothing is known; where it is unset, the default VPC.
func (b body) vpc(name string) model.VPCID {
	c, u := b.ref(name, wantVPC, nil)
	switch {
	case u != nil:
		id := model.VPCID(b.r.address + " " + b.path + name)
		b.network.VPCs[id] = design.NamedVPC(id, u.Attribute+": "+u.Reason, b.r.place)
		return id
	case c.id == "":
		return b.defaultVPC()
	}
	return model.VPCID(c.id)
}

// defaultVPC is the default VPC of the resource's Region.
func (b body) defaultVPC() model.VPCID {
	_, region := b.scope(b.r)
	for _, v := range model.Sorted(b.network.VPCs) {
		if v.IsDefault && (v.Region == region || v.Region == "" || region == "") {
			return v.ID
		}
	}
	id := model.VPCID(strings.TrimSpace(fmt.Sprintf("default VPC %s", region)))
	v := design.NamedVPC(id, "the configuration does not manage the default VPC", b.r.place)
	v.IsDefault, v.EnableDNSHostnames, v.Region = true, true, region
	v.Provenance = model.Provenance{}
	b.network.VPCs[id] = v
	return id
}

// vpcResources are the resources that describe a VPC: managed ones come first.
func (b *builder) vpcResources(id model.VPCID) []*resource {
	if b.vpcsByID == nil {
		b.vpcsByID = map[model.VPCID][]*resource{}
		for _, data := range []bool{false, true} {
			for _, r := range b.resources {
				if r.isData() == data && wantVPC.names(r, "") {
					b.vpcsByID[model.VPCID(r.id())] = append(b.vpcsByID[model.VPCID(r.id())], r)
				}
			}
		}
	}
	return b.vpcsByID[id]
}

// adopt finds what aws_default_* resources take over.
func (b *builder) adopt(byKind map[string][]*resource) {
	for _, r := range byKind["aws_default_route_table"] {
		b.adoptedTables[b.adoptedFrom(r, "default_route_table_id")] = model.RouteTableID(r.id())
	}
	for _, r := range byKind["aws_default_network_acl"] {
		b.adoptedACLs[b.adoptedFrom(r, "default_network_acl_id")] = model.NetworkACLID(r.id())
	}
	for _, r := range byKind["aws_default_security_group"] {
		b.adoptedGroups[b.adoptedFrom(r, "default_security_group_id")] = model.SecurityGroupID(r.id())
	}
}

// adoptedFrom is the VPC whose default an aws_default_* resource takes over. It
// is named by what it adopts, or by itself.
func (b *builder) adoptedFrom(r *resource, attribute string) model.VPCID {
	x := b.body(r)
	if id := x.str("vpc_id"); id != "" {
		return model.VPCID(id)
	}
	if id := x.str(attribute); id != "" {
		for _, v := range b.resources {
			if isVPC(v) && (b.body(v).str(attribute) == id || v.values["main_route_table_id"] == id) {
				return model.VPCID(v.id())
			}
		}
	}
	name := attribute
	if x.open("vpc_id") != nil {
		name = "vpc_id"
	}
	of := &want{types: wantVPC.types, attributes: []string{attribute, "main_route_table_id"}}
	if c, u := x.ref(name, of, nil); u == nil && c.id != "" {
		return model.VPCID(c.id)
	}
	if _, s := x.get(name); s == unset {
		return x.defaultVPC()
	}
	return x.vpc(name)
}
