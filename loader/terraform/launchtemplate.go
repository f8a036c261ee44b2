package terraform

import (
	"github.com/vpcwalk/vpcwalk/model"
)

// template is what a launch template or configuration says of the interface of
// the instances that it launches.
type template struct {
	subnet     model.SubnetID
	groups     []model.SecurityGroupID
	groupsOpen *model.Unknown
	public     *bool // nil where it does not say
	publicOpen *model.Unknown
	ipv6       bool // it asks for IPv6 addresses; the subnet may give them as well
}

// template reads what launches an instance or the instances of a group: a launch
// template, be it in a mixed instances policy, or a launch configuration. One that
// the configuration does not manage leaves everything open.
func (b body) template() template {
	x, id, name := b, "id", "name"
	lt, ok := b.first("launch_template")
	if !ok {
		for _, block := range []string{"mixed_instances_policy", "launch_template", "launch_template_specification"} {
			if x, ok = x.first(block); !ok {
				break
			}
		}
		if lt = x; ok {
			id, name = "launch_template_id", "launch_template_name"
		}
	}
	if ok {
		c, u := lt.ref(id, wantTemplate, nil)
		if c.r == nil && u == nil {
			c, u = lt.ref(name, wantTemplate, nil)
		}
		if r := b.launcher(c, "aws_launch_template"); r != nil {
			return b.body(r).launchTemplate()
		}
		return lt.openTemplate(firstOpen(u, lt.unmanaged(id)))
	}
	if _, s := b.get("launch_configuration"); s == unset {
		return template{}
	}
	c, u := b.ref("launch_configuration", wantConfiguration, nil)
	if r := b.launcher(c, "aws_launch_configuration"); r != nil {
		x := b.body(r)
		t := x.launchedBy(x, "security_groups")
		return t
	}
	return b.openTemplate(firstOpen(u, b.unmanaged("launch_configuration")))
}

func (b body) openTemplate(u *model.Unknown) template {
	return template{groupsOpen: u, publicOpen: u}
}

// unmanaged is the gap that a reference to something outside leaves.
func (b body) unmanaged(name string) *model.Unknown {
	u := b.unknownAt(name)
	u.Reason = "the configuration does not manage what it names"
	return u
}

// launcher finds the resource that a template's ID or name stands for.
func (b *builder) launcher(c candidate, kind string) *resource {
	if c.r != nil && c.r.kind == kind {
		return c.r
	}
	for _, r := range b.resources {
		if r.kind == kind && c.id != "" && (r.id() == c.id || r.values["name"] == c.id) {
			return r
		}
	}
	return nil
}

func (b body) launchTemplate() template {
	if nic, ok := b.primaryOf("network_interfaces"); ok {
		t := nic.launchedBy(nic, "security_groups")
		if t.subnet = nic.subnet("subnet_id", nil); len(t.groups) == 0 && t.groupsOpen == nil {
			t.groups, t.groupsOpen = b.groupsOf("vpc_security_group_ids", "", false)
		}
		if blocks, _ := b.blocks("network_interfaces"); len(blocks) > 1 && t.public == nil && t.publicOpen == nil {
			t.public = new(false) // AWS assigns none by itself to one of several
		}
		return t
	}
	return b.launchedBy(b, "vpc_security_group_ids")
}

// primaryOf is the block of a kind that is about an instance's primary interface:
// blocks are in any order, and those without an index are about that.
func (b body) primaryOf(name string) (body, bool) {
	blocks, _ := b.blocks(name)
	for _, x := range blocks {
		if index, _ := x.integer("device_index"); index == 0 && x.open("device_index") == nil {
			return x, true
		}
	}
	return b.first(name)
}

func (b body) launchedBy(x body, groups string) template {
	var t template
	t.groups, t.groupsOpen = x.groupsOf(groups, "", false)
	t.publicOpen = x.open("associate_public_ip_address")
	if v, s := x.get("associate_public_ip_address"); s == known {
		t.public = new(v == true || v == "true")
	}
	count, _ := x.integer("ipv6_address_count")
	list, _ := x.list("ipv6_addresses")
	t.ipv6 = count > 0 || len(list) > 0
	return t
}

// readAutoScalingGroup reads an Auto Scaling group as the owner of an interface
// in each of its subnets, any of which an instance may be launched in.
func readAutoScalingGroup(b body) {
	t := b.template()
	subnets, _ := b.subnetsOf("vpc_zone_identifier")
	if len(subnets) == 0 {
		if subnets = []model.SubnetID{t.subnet}; t.subnet == "" {
			subnets = []model.SubnetID{b.defaultSubnet()}
		}
	}
	o := b.owner("auto-scaling-group", "name")
	for _, i := range b.spread(o, model.KindOwner, subnets) {
		b.launched(i, t)
	}
}

// launched settles an interface of an instance that a group launches.
func (b body) launched(i *model.Interface, t template) {
	i.Groups, i.GroupsUnknown = append([]model.SecurityGroupID{}, t.groups...), t.groupsOpen
	if len(i.Groups) == 0 && i.GroupsUnknown == nil {
		i.Groups = []model.SecurityGroupID{b.defaultGroup(i.VPC)}
	}
	s := b.network.Subnets[i.Subnet]
	i.Unassigned6 = s != nil && b.hasIPv6(s.ID) && (t.ipv6 || s.AssignIPv6AddressOnCreation || !b.hasIPv4(s.ID))
	b.launchPublic(i, "", t)
}

// readNodeGroup reads the nodes of an EKS managed node group. Without groups in a
// launch template they have the one that EKS makes for the cluster.
func readNodeGroup(b body) {
	t := b.template()
	subnets, _ := b.subnetsOf("subnet_ids")
	o := b.owner("eks-node", "node_group_name")
	if b.str("ami_type") != "" {
		o.Platform = model.PlatformLinux
	}
	if len(t.groups) == 0 && t.groupsOpen == nil {
		c, u := b.ref("cluster_name", wantEKS, nil)
		cluster := b.launcher(c, "aws_eks_cluster")
		switch {
		case cluster != nil:
			t.groups = []model.SecurityGroupID{b.clusterGroup(cluster)}
		default:
			t.groupsOpen = firstOpen(u, b.unmanaged("cluster_name"))
		}
	}
	for _, i := range b.spread(o, model.KindOwner, subnets) {
		b.launched(i, t)
	}
}

// clusterGroup is the security group that EKS makes for a cluster: its members
// may reach each other, and everything else (EKS user guide, "cluster security
// group").
func (b *builder) clusterGroup(r *resource) model.SecurityGroupID {
	id := model.SecurityGroupID(r.address + ".vpc_config[0].cluster_security_group_id")
	var vpc model.VPCID
	if c, ok := b.body(r).first("vpc_config"); ok {
		if real := c.str("cluster_security_group_id"); real != "" {
			id = model.SecurityGroupID(real)
		}
		if subnets, _ := c.subnetsOf("subnet_ids"); len(subnets) > 0 && b.network.Subnets[subnets[0]] != nil {
			vpc = b.network.Subnets[subnets[0]].VPC
		}
	}
	v := b.network.VPCs[vpc]
	if v == nil {
		v = &model.VPC{ID: vpc}
	}
	if b.network.SecurityGroups[id] == nil {
		g := b.makeDefaultGroup(v, id)
		g.GroupName, g.Name, g.Provenance = "eks-cluster-sg-"+r.label(), "", r.place
		b.network.SecurityGroups[id] = g
	}
	return id
}
