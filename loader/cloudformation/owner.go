package cloudformation

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readOwner reads what has interfaces in subnets and is no instance: an interface
// in each subnet that it may use, since which it will use is not known.
func (b *builder) readOwner(r *resource, t ownerType) {
	r.inheritGlobals()
	nets := b.ownerSubnets(r, t)
	if nets.kind == absent {
		if !t.optional {
			b.report(model.Note, "", r, r.at, "", "the template does not say in which subnets %s is; it is left out", r.name)
		} else if t.typ == "AWS::ECS::Service" {
			b.report(model.Note, "", r, r.at, "", "%s has no interfaces of its own: its tasks use those of the instances that they run on", r.name)
		}
		return
	}
	o := &model.Owner{ID: model.OwnerID(r.id), Meta: b.meta(r), Type: t.word, SendsOnly: t.sendsOnly || model.SendsOnly(t.word), Port: b.ownerPort(r, t)}
	if name, ok := r.get(t.name).literal(); t.name != "" && ok {
		o.Name = name
	}
	kind := model.KindOwner
	if strings.HasSuffix(t.word, "load-balancer") {
		kind = model.KindLoadBalancer
		o.Type = balancerWord(r, t)
	}
	b.network.Owners[o.ID] = o
	groups, attribute := b.ownerGroups(r, t)
	o.VPC = b.groupVPC(r, attribute, groups)
	b.ownInterfaces(r, o, kind, nets, func(i *model.Interface, s *model.Subnet) {
		switch {
		case groups.kind == absent && (t.noGroups || o.Type == "network-load-balancer" || o.Type == "gateway-load-balancer"):
			if t.noGroups {
				i.GroupsUnknown = r.unknown("SecurityGroups", &open{reason: "the service makes the group of its interfaces"}, r.at)
			}
		default:
			i.Groups, i.GroupsUnknown = b.groups(r, attribute, groups, i.VPC)
		}
		if !t.images {
			i.Unassigned6 = hasIPv6(s) && (!i.Unassigned4 || dualStack(r))
		}
		b.ownerPublic(r, t, i, s)
	})
}

func hasIPv6(s *model.Subnet) bool {
	return s != nil && slices.ContainsFunc(s.CIDRs, func(p netip.Prefix) bool { return p.Addr().Is6() })
}

// dualStack reports whether a service is told to take IPv6 addresses: what AWS
// runs does not get them by its subnet's habit, as instances do (SUB-11).
func dualStack(r *resource) bool {
	for _, path := range []string{"IpAddressType", "IPAddressType", "NetworkType", "VpcConfig.Ipv6AllowedForDualStack"} {
		switch text := strings.ToLower(r.get(path).show()); text {
		case "dualstack", "dual-stack", "dual_stack", "dual", "ipv6", "dualstack-without-public-ipv4", "true":
			return true
		}
	}
	return false
}

// ownInterfaces makes an interface in each subnet and gives it to an owner.
func (b *builder) ownInterfaces(r *resource, o *model.Owner, kind model.Kind, nets value, settle func(*model.Interface, *model.Subnet)) {
	list, _ := b.identities(r, "SubnetIds", nets, model.KindSubnet)
	if multi, _ := r.get("MultiAZ").literal(); o.Type == "rds" && multi != "true" {
		list = b.inZone(list, zoneName(r.get("AvailabilityZone")))
	}
	for _, subnet := range list {
		id := r.stack.prefix + "eni-" + r.name
		if len(list) > 1 {
			id += "-" + subnet.name
		}
		i, s := b.newInterface(r, id, subnet, o.VPC)
		i.Owner = model.OwnerRef{Kind: kind, ID: string(o.ID)}
		switch o.Type {
		case "lambda", "network-load-balancer", "gateway-load-balancer":
			i.Type = strings.ReplaceAll(o.Type, "-", "_")
		}
		if s != nil {
			o.VPC = s.VPC
		}
		settle(i, s)
		if i.VPC == "" {
			i.VPC = o.VPC
		}
		if !slices.Contains(o.Interfaces, i.ID) {
			o.Interfaces = append(o.Interfaces, i.ID)
		}
	}
}

// inZone leaves those subnets that may be in a zone: all of them where it or
// theirs is not known by a name of the same sort.
func (b *builder) inZone(list []identity, zone string) []identity {
	stands := func(name string) bool { return strings.Contains(name, "[") }
	return slices.DeleteFunc(list, func(i identity) bool {
		s := b.network.Subnets[model.SubnetID(i.id)]
		return zone != "" && s != nil && s.AvailabilityZone != "" && s.AvailabilityZone != zone && stands(s.AvailabilityZone) == stands(zone)
	})
}

// ownerSubnets gives the subnets of an owner, absent where nothing tells them.
func (b *builder) ownerSubnets(r *resource, t ownerType) value {
	for _, path := range t.subnets {
		if v := r.get(path); v.kind != absent {
			return members(v, "SubnetId", "SubnetIds")
		}
	}
	if t.subnetGroup == "" {
		return value{}
	}
	v := r.get(t.subnetGroup)
	if v.kind == absent {
		if c, _ := r.get("DBClusterIdentifier").reference(); c != nil && c != r {
			v = c.get(t.subnetGroup) // an Aurora instance is where its cluster is
		}
	}
	if v.kind == absent {
		v = r.get("ReplicationGroupSubnetGroup")
	}
	to, _ := v.reference()
	switch {
	case v.kind == absent:
		return value{}
	case to != nil && subnetGroups[to.typ] != "":
		return to.get(subnetGroups[to.typ])
	}
	if name, ok := v.literal(); ok {
		for typ, property := range subnetGroups {
			for _, g := range b.byType[typ] {
				if slices.ContainsFunc([]string{"DBSubnetGroupName", "CacheSubnetGroupName", "SubnetGroupName", "ReplicationSubnetGroupIdentifier"},
					func(key string) bool { return strings.EqualFold(g.get(key).show(), name) }) {
					return g.get(property)
				}
			}
		}
		return opened(open{label: "subnet group " + name, reason: "no template has the subnet group " + name}, v.at)
	}
	gap := v.gap()
	if gap == nil {
		return value{}
	}
	return opened(*gap, v.at)
}

// members gives the subnets, or groups, of a list whose items may be objects that
// name them.
func members(v value, keys ...string) value {
	if v.kind != listValue {
		return v
	}
	out := value{kind: listValue, at: v.at}
	for _, item := range v.items {
		if item.kind != objectValue {
			out.items = append(out.items, item)
			continue
		}
		for _, key := range keys {
			if m := item.member(key); m.kind != absent {
				out.items = append(out.items, m)
			}
		}
	}
	return out
}

func (b *builder) ownerGroups(r *resource, t ownerType) (v value, attribute string) {
	attribute = "SecurityGroupIds"
	for _, path := range t.groups {
		attribute = path
		if v = members(r.get(path), "SecurityGroups", "SecurityGroupIds"); v.kind != absent {
			break
		}
	}
	if c, _ := r.get("DBClusterIdentifier").reference(); v.kind == absent && c != nil && c != r {
		v = c.get("VpcSecurityGroupIds") // an Aurora instance has its cluster's
	}
	switch t.typ {
	case "AWS::EKS::Cluster":
		v = value{kind: listValue, at: r.at, items: append([]value{refer(r, "ClusterSecurityGroupId", r.at)}, v.list()...)}
	case "AWS::EKS::Nodegroup":
		v = b.nodeGroups(r)
	}
	return v, attribute
}

// ownerPort is the port that an owner listens on, 0 where that is not known.
func (b *builder) ownerPort(r *resource, t ownerType) uint16 {
	if t.port != "" {
		if n := b.number(r, t.port, r.get(t.port)); n.given && n.gap == nil && n.n > 0 && n.n <= 65535 {
			return uint16(n.n)
		}
	}
	if t.typ == "AWS::ECS::Service" {
		for _, balancer := range r.get("LoadBalancers").list() {
			if n := b.number(r, "ContainerPort", balancer.member("ContainerPort")); n.gap == nil && n.n > 0 && n.n <= 65535 {
				return uint16(n.n)
			}
		}
	}
	engine := strings.ToLower(r.get("Engine").show())
	for _, e := range enginePorts {
		if engine != "" && t.defaultPort == 0 && strings.HasPrefix(engine, e.engine) {
			return e.port
		}
	}
	return t.defaultPort
}

// ownerPublic says whether an owner's interface gets a public address.
func (b *builder) ownerPublic(r *resource, t ownerType, i *model.Interface, s *model.Subnet) {
	if t.images && t.public == "" {
		b.publicAddress(r, i, s, value{}, true)
		return
	}
	if t.public == "" || !i.Unassigned4 || r.get("IpAddressType").show() == "dualstack-without-public-ipv4" {
		return
	}
	v := r.get(t.public)
	switch {
	case v.kind == absent && t.typ == "AWS::RDS::DBInstance":
		// RDS makes a database public that does not say, if its VPC has an
		// internet gateway.
		if vpc := b.network.VPCs[i.VPC]; vpc == nil || vpc.Missing[model.KindInternetGateway] != nil {
			i.PublicUnknown = r.unknown(t.public, &open{reason: "it hangs on whether the VPC has an internet gateway, which is not known"}, r.at)
		}
		for _, g := range b.network.InternetGateways {
			i.PublicUnassigned = i.PublicUnassigned || g.VPC == i.VPC && i.VPC != ""
		}
	case v.kind == absent:
		i.PublicUnassigned = t.publicDefault
	case t.publicValue == "":
		i.PublicUnassigned, i.PublicUnknown = b.flag(r, t.public, v, t.publicDefault)
	case v.gap() != nil:
		i.PublicUnknown = r.unknown(t.public, v.gap(), v.at)
	default:
		i.PublicUnassigned = strings.EqualFold(v.show(), t.publicValue)
	}
}

func balancerWord(r *resource, t ownerType) string {
	switch r.get("Type").show() {
	case "network":
		return "network-load-balancer"
	case "gateway":
		return "gateway-load-balancer"
	}
	return t.word
}
