package cloudformation

import (
	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

// readAutoScalingGroup reads an Auto Scaling group as the owner of an interface
// in each of its subnets, which stand for the instances that it will run.
func (b *builder) readAutoScalingGroup(r *resource) {
	nets := r.get("VPCZoneIdentifier")
	if nets.kind == absent {
		b.report(model.Note, "", r, r.at, "", "the template does not say in which subnets %s is; it is left out", r.name)
		return
	}
	o := &model.Owner{ID: model.OwnerID(r.id), Meta: b.meta(r), Type: "auto-scaling-group"}
	if name, ok := r.get("AutoScalingGroupName").literal(); ok {
		o.Name = name
	}
	b.network.Owners[o.ID] = o
	groups, public, gap := b.launched(r)
	o.VPC = b.groupVPC(r, "SecurityGroups", groups)
	b.ownInterfaces(r, o, model.KindOwner, commaList(nets), func(i *model.Interface, s *model.Subnet) {
		if gap != nil {
			i.GroupsUnknown = gap
		} else {
			i.Groups, i.GroupsUnknown = b.groups(r, "SecurityGroups", groups, i.VPC)
		}
		b.publicAddress(r, i, s, public, true)
		if gap != nil && public.kind == absent {
			i.PublicUnknown = gap
		}
	})
}

// commaList reads a list that may be one text with commas.
func commaList(v value) value {
	if parts, ok := v.textParts(); ok && v.kind == textValue {
		return splitParts(parts, ",", v.at)
	}
	return v
}

// launched tells the groups of the instances that an Auto Scaling group runs and
// whether they get public addresses. gap is why that is not known.
func (b *builder) launched(r *resource) (groups, public value, gap *model.Unknown) {
	for _, path := range []string{"LaunchTemplate", "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification"} {
		if v := r.get(path); v.kind != absent {
			return b.templateGroups(r, "LaunchTemplate", b.launchTemplateData(r, v))
		}
	}
	v := r.get("LaunchConfigurationName")
	if to, _ := v.reference(); to != nil && to.typ == "AWS::AutoScaling::LaunchConfiguration" {
		return b.namedGroups(to.get("SecurityGroups")).orAbsent(), to.get("AssociatePublicIpAddress"), nil
	}
	if to, _ := r.get("InstanceId").reference(); to != nil {
		return to.get("SecurityGroupIds"), value{}, nil
	}
	return value{}, value{}, r.unknown("LaunchTemplate", &open{reason: "no template has what " + r.name + " launches"}, r.at)
}

// templateGroups reads the groups of a launch template's data.
func (b *builder) templateGroups(r *resource, attribute string, data value) (groups, public value, gap *model.Unknown) {
	if data.kind == openValue {
		return value{}, value{}, r.unknown(attribute, data.open, data.at)
	}
	if nic := b.primaryInterface(r, data.member("NetworkInterfaces")); nic.kind != absent {
		groups = nic.member("Groups")
		if public = nic.member("AssociatePublicIpAddress"); public.kind == absent && len(data.member("NetworkInterfaces").list()) > 1 {
			public = plain("false", nic.at) // AWS assigns none by itself to one of several
		}
	}
	if groups.kind == absent {
		groups = data.member("SecurityGroupIds")
	}
	if groups.kind == absent {
		groups = b.namedGroups(data.member("SecurityGroups")).orAbsent()
	}
	return groups, public, nil
}

// primaryInterface is the item of NetworkInterfaces that is about the interface of
// index 0: items are in any order, and one without an index is about that.
func (b *builder) primaryInterface(r *resource, v value) value {
	list := v.list()
	for _, item := range list {
		if index := b.number(r, "DeviceIndex", item.member("DeviceIndex")); index.gap == nil && index.n == 0 {
			return item
		}
	}
	if len(list) > 0 {
		return list[0]
	}
	return value{}
}

// orAbsent takes an empty list for none at all.
func (v value) orAbsent() value {
	if v.kind == listValue && len(v.items) == 0 {
		return value{}
	}
	return v
}

// clusterGroupID is the ID of the group that EKS makes with a cluster.
func clusterGroupID(r *resource) model.SecurityGroupID {
	return model.SecurityGroupID(r.id + "-cluster")
}

// readClusterGroup makes the cluster security group of an EKS cluster: it lets
// its own members in and everything out. The cluster's own interfaces and the
// nodes of managed node groups are in it.
func (b *builder) readClusterGroup(r *resource) {
	list, _ := b.identities(r, "SubnetIds", r.get("ResourcesVpcConfig.SubnetIds"), model.KindSubnet)
	id := clusterGroupID(r)
	g := &model.SecurityGroup{ID: id, GroupName: "eks-cluster-sg-" + r.name, Meta: model.Meta{Account: r.stack.account, Region: r.stack.region, Provenance: r.at}}
	g.Provenance.Address = ""
	for _, i := range list {
		if s := b.network.Subnets[model.SubnetID(i.id)]; s != nil {
			g.VPC = s.VPC
		}
	}
	v := b.network.VPCs[g.VPC]
	g.Rules = append([]model.SecurityGroupRule{{Direction: model.Ingress, Traffic: model.AllTraffic, Peer: model.Peer{Group: id}}},
		design.DefaultEgress(v == nil || design.HasIPv6(v), model.Provenance{})...)
	b.network.SecurityGroups[id] = g
}

// nodeGroups are the groups of a managed node group: those of its launch
// template, else the cluster's.
func (b *builder) nodeGroups(r *resource) value {
	if v := r.get("LaunchTemplate"); v.kind != absent {
		alias := value{kind: objectValue, at: v.at, keys: []string{"LaunchTemplateId", "LaunchTemplateName"}, items: []value{v.member("Id"), v.member("Name")}}
		groups, _, gap := b.templateGroups(r, "LaunchTemplate", b.launchTemplateData(r, alias))
		if gap != nil {
			return opened(open{reason: gap.Reason}, v.at)
		}
		if groups.kind != absent {
			return groups
		}
	}
	name := r.get("ClusterName")
	if to, _ := name.reference(); to != nil && to.typ == "AWS::EKS::Cluster" {
		return refer(to, "ClusterSecurityGroupId", name.at)
	}
	for _, c := range b.byType["AWS::EKS::Cluster"] {
		if text, ok := name.literal(); ok && c.get("Name").show() == text {
			return refer(c, "ClusterSecurityGroupId", name.at)
		}
	}
	return opened(open{reason: "the security group of the cluster " + name.show() + " is in no template"}, r.at)
}
