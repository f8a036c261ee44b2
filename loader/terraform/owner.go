package terraform

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// owner adds an owner of interfaces; its name is the first of the attributes that
// is known, else its name in the configuration.
func (b body) owner(word string, names ...string) *model.Owner {
	o := &model.Owner{ID: model.OwnerID(b.r.id()), Meta: b.named(names...), Type: word}
	if b.network.Owners[o.ID] != nil {
		o.ID = model.OwnerID(b.r.address) // services use one name in several ways
	}
	b.network.Owners[o.ID] = o
	b.owners[b.r] = o
	return o
}

// spread gives an owner an interface in each of some subnets.
func (b body) spread(o *model.Owner, kind model.Kind, subnets []model.SubnetID) []*model.Interface {
	typ := "interface"
	switch o.Type {
	case "lambda", "network-load-balancer", "gateway-load-balancer":
		typ = strings.ReplaceAll(o.Type, "-", "_")
	}
	var out []*model.Interface
	for _, s := range subnets {
		i := b.newInterface(model.InterfaceID(string(o.ID)+"/"+string(s)), s, model.OwnerRef{Kind: kind, ID: string(o.ID)}, typ)
		i.RequesterManaged = true
		if o.VPC = i.VPC; o.VPC == "" {
			o.VPC = model.VPCID(string(s) + " vpc_id")
		}
		o.Interfaces = append(o.Interfaces, i.ID)
		out = append(out, i)
	}
	return out
}

// readService reads an owner by its entry in services. One without subnets is not
// in a VPC.
func readService(b body) {
	s := services[b.r.kind]
	x := b
	for _, name := range s.blocks {
		var ok bool
		blocks, u := x.blocks(name)
		if ok = len(blocks) > 0; !ok {
			if u != nil {
				b.problem(model.Warning, "", "%s: known only after apply; whether it is in a VPC is not known, and it is left out", name)
			}
			return
		}
		x = blocks[0]
	}
	subnets := x.serviceSubnets(&s)
	if len(subnets) == 0 {
		return
	}
	o := b.owner(s.word, s.names...)
	o.Port, o.SendsOnly = s.port, s.sendsOnly || model.SendsOnly(s.word)
	if n, ok := b.integer("port"); ok && n > 0 && n < 1<<16 {
		o.Port = uint16(n)
	}
	if s.word != "lambda" {
		o.Platform = model.PlatformLinux
	}
	for _, i := range b.spread(o, model.KindOwner, subnets) {
		for _, name := range s.groups {
			groups, u := x.serviceGroups(name)
			i.Groups, i.GroupsUnknown = append(i.Groups, groups...), cmp.Or(i.GroupsUnknown, u)
		}
		if b.r.kind == "aws_eks_cluster" || b.r.kind == "aws_eks_fargate_profile" {
			b.eksGroups(i)
		}
		if len(i.Groups) == 0 && i.GroupsUnknown == nil {
			if len(s.groups) == 0 {
				i.GroupsUnknown = &model.Unknown{Subject: string(o.ID), Attribute: "security groups", Reason: "the service makes its own", Provenance: b.r.place}
			} else {
				i.Groups = []model.SecurityGroupID{b.defaultGroup(i.VPC)}
			}
		}
		if s.address != "" {
			b.addresses(i, s.address, nil, "")
		}
		i.Unassigned6 = s.ipv6 != "" && x.boolean(s.ipv6) && b.hasIPv6(i.Subnet) // LAM-3
		if s.public != "" {
			if i.PublicUnknown = x.open(s.public); x.boolean(s.public) {
				i.PublicUnassigned = true
			}
		}
	}
	if b.r.kind == "aws_route53_resolver_endpoint" {
		o.SendsOnly = b.str("direction") == "OUTBOUND"
	}
}

// serviceGroups reads a list of groups, or a single one.
func (b body) serviceGroups(name string) ([]model.SecurityGroupID, *model.Unknown) {
	if v, _ := b.get(name); v != nil {
		if id, ok := v.(string); ok {
			return []model.SecurityGroupID{model.SecurityGroupID(id)}, nil
		}
	}
	return b.groupsOf(name, "", false)
}

// serviceSubnets reads the subnets of a service: a list, single ones, or those of
// a subnet group.
func (b body) serviceSubnets(s *service) []model.SubnetID {
	if s.subnetGroup != "" {
		subnets, _ := b.groupSubnets(s.subnetGroup)
		return subnets
	}
	var out []model.SubnetID
	if b.r.kind == "aws_route53_resolver_endpoint" {
		blocks, _ := b.blocks("ip_address")
		for _, x := range blocks {
			if id := x.subnet("subnet_id", nil); id != "" {
				out = append(out, id)
			}
		}
	}
	for _, name := range s.subnets {
		v, _ := b.get(name)
		if _, isString := v.(string); isString || b.open(name) != nil && name == "subnet_id" {
			if id := b.subnet(name, b.holdsAddress(s.address)); id != "" {
				out = append(out, id)
			}
			continue
		}
		subnets, _ := b.subnetsOf(name)
		out = append(out, subnets...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// groupSubnets are the subnets of the subnet group that an attribute names; one
// of the default VPC's where it names none.
func (b body) groupSubnets(name string) ([]model.SubnetID, *model.Unknown) {
	c, u := b.ref(name, wantSubnetGroup, nil)
	if c.id == "" && u == nil {
		return []model.SubnetID{b.defaultSubnet()}, nil
	}
	for _, r := range b.resources {
		if u == nil && wantSubnetGroup.names(r, "") && (r == c.r || r.id() == c.id || r.values["name"] == c.id) {
			return b.body(r).subnetsOf("subnet_ids")
		}
	}
	u = firstOpen(u, b.unmanaged(name))
	return []model.SubnetID{b.openSubnet(name, u)}, u
}

// eksGroups adds the group that EKS makes for a cluster.
func (b body) eksGroups(i *model.Interface) {
	cluster := b.r
	if b.r.kind != "aws_eks_cluster" {
		c, u := b.ref("cluster_name", wantEKS, nil)
		if cluster = b.launcher(c, "aws_eks_cluster"); cluster == nil {
			i.GroupsUnknown = firstOpen(u, b.unmanaged("cluster_name"))
			return
		}
	}
	i.Groups = append(i.Groups, b.clusterGroup(cluster))
}
