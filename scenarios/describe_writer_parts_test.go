package scenarios

import (
	"maps"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// filters writes route tables, network ACLs, prefix lists and security groups.
func (s *snapshot) filters() {
	n := s.network
	for _, t := range model.Sorted(n.RouteTables) {
		list, routes, vgws := []object{}, []object{}, []object{}
		association := func(key string, value any, main bool) {
			o := object{"Main": main, "RouteTableId": t.ID, "AssociationState": object{"State": "associated"}}
			if key != "" {
				o[key] = value
			}
			list = append(list, o)
		}
		if t.Main {
			association("", nil, true)
		}
		for _, x := range model.Sorted(n.Subnets) {
			if x.RouteTable == t.ID {
				association("SubnetId", x.ID, false)
			}
		}
		for _, g := range t.Gateways {
			association("GatewayId", g, false)
		}
		for i := range t.Routes {
			routes = append(routes, s.route(&t.Routes[i]))
		}
		routes = append(routes, s.vgwRoutes(t)...)
		for _, g := range t.PropagatingVGWs {
			vgws = append(vgws, object{"GatewayId": g})
		}
		s.add("RouteTables", &t.Meta, resource(&t.Meta, "Tags").with("RouteTableId", t.ID, "VpcId", t.VPC, "Associations", list, "Routes", routes, "PropagatingVgws", vgws))
	}
	for _, a := range model.Sorted(n.NetworkACLs) {
		list, entries := []object{}, []object{}
		for _, x := range model.Sorted(n.Subnets) {
			if x.NetworkACL == a.ID || x.NetworkACL == "" && a.IsDefault && a.VPC == x.VPC {
				list = append(list, object{"NetworkAclId": a.ID, "SubnetId": x.ID})
			}
		}
		for _, r := range a.Rules {
			entries = append(entries, aclEntry(r))
		}
		for _, d := range []model.Direction{model.Ingress, model.Egress} {
			entries = append(entries,
				aclEntry(model.NetworkACLRule{Number: 32767, Direction: d, Traffic: model.AllTraffic, Prefix: netip.MustParsePrefix("0.0.0.0/0")}),
				aclEntry(model.NetworkACLRule{Number: 32768, Direction: d, Traffic: model.AllTraffic, Prefix: netip.MustParsePrefix("::/0")}))
		}
		s.add("NetworkAcls", &a.Meta, resource(&a.Meta, "Tags").with("NetworkAclId", a.ID, "VpcId", a.VPC, "IsDefault", a.IsDefault, "Associations", list, "Entries", entries))
	}
	for _, l := range model.Sorted(n.PrefixLists) {
		m, family, entries := l.Meta, "IPv4", []object{}
		if l.IPv6 {
			family = "IPv6"
		}
		o := resource(&m, "Tags").with("PrefixListId", l.ID, "PrefixListName", l.Name, "AddressFamily", family, "State", "create-complete")
		if strings.HasPrefix(l.Name, "com.amazonaws.") {
			o["OwnerId"] = "AWS"
		}
		if l.MaxEntries > 0 {
			o["MaxEntries"] = l.MaxEntries
		}
		s.add("PrefixLists", &m, o)
		if l.EntriesUnknown != nil {
			continue
		}
		for _, e := range l.Entries {
			entries = append(entries, object{"Cidr": e.Prefix, "Description": e.Description})
		}
		s.files[filepath.Join(scopeFolder(m.Account, m.Region), "get-managed-prefix-list-entries", string(l.ID)+".json")] = object{"Entries": entries}
	}
	for _, g := range model.Sorted(n.SecurityGroups) {
		in, out := []object{}, []object{}
		for _, r := range g.Rules {
			if r.Direction == model.Ingress {
				in = append(in, permission(g, r))
			} else {
				out = append(out, permission(g, r))
			}
		}
		s.add("SecurityGroups", &g.Meta, resource(&g.Meta, "Tags").with("GroupId", g.ID, "GroupName", g.GroupName, "VpcId", g.VPC, "Description", "a group",
			"IpPermissions", in, "IpPermissionsEgress", out))
		for _, v := range g.AssociatedVPCs {
			s.add("SecurityGroupVpcAssociations", &g.Meta, object{"GroupId": g.ID, "VpcId": v, "State": "associated"})
		}
	}
}

func protocolNumber(p model.Protocol) string { return strconv.Itoa(int(p)) }

func aclEntry(r model.NetworkACLRule) object {
	o := object{"RuleNumber": r.Number, "Egress": r.Direction == model.Egress, "RuleAction": r.Action.String(), "Protocol": protocolNumber(r.Traffic.Protocol)}
	if r.Prefix.Addr().Is6() {
		o["Ipv6CidrBlock"] = r.Prefix
	} else {
		o["CidrBlock"] = r.Prefix
	}
	switch p := r.Traffic.Protocol; {
	case p.HasPorts():
		o["PortRange"] = object{"From": r.Traffic.Ports.From, "To": r.Traffic.Ports.To}
	case p.IsICMP():
		o["IcmpTypeCode"] = object{"Type": r.Traffic.ICMP.Type, "Code": r.Traffic.ICMP.Code}
	}
	return o
}

func permission(g *model.SecurityGroup, r model.SecurityGroupRule) object {
	protocol := r.Traffic.Protocol.String()
	if r.Traffic.Protocol == model.AllProtocols {
		protocol = "-1"
	}
	o := object{"IpProtocol": protocol, "IpRanges": []object{}, "Ipv6Ranges": []object{}, "PrefixListIds": []object{}, "UserIdGroupPairs": []object{}}
	switch p := r.Traffic.Protocol; {
	case p.HasPorts():
		o.with("FromPort", r.Traffic.Ports.From, "ToPort", r.Traffic.Ports.To)
	case p.IsICMP():
		o.with("FromPort", r.Traffic.ICMP.Type, "ToPort", r.Traffic.ICMP.Code)
	}
	switch {
	case r.Peer.Group != "":
		pair := object{"GroupId": r.Peer.Group}
		if account := r.Peer.GroupAccount; account != "" {
			pair["UserId"] = account
		} else if g.Account != "" {
			pair["UserId"] = g.Account
		}
		if r.Peer.GroupVPC != "" {
			pair["VpcId"] = r.Peer.GroupVPC
		}
		if r.Peer.Stale {
			pair["PeeringStatus"] = "deleted"
		}
		o["UserIdGroupPairs"] = []object{pair}
	case r.Peer.PrefixList != "":
		o["PrefixListIds"] = []object{{"PrefixListId": r.Peer.PrefixList}}
	case r.Peer.Prefix.Addr().Is6():
		o["Ipv6Ranges"] = []object{{"CidrIpv6": r.Peer.Prefix}}
	default:
		o["IpRanges"] = []object{{"CidrIp": r.Peer.Prefix}}
	}
	return o
}

// interfaces writes instances, interfaces, Elastic IPs and databases.
func (s *snapshot) interfaces() {
	n := s.network
	for _, i := range model.Sorted(n.Instances) {
		m := i.Meta
		m.Account = ""
		o := resource(&m, "Tags").with("InstanceId", i.ID, "VpcId", i.VPC, "State", object{"Name": i.State})
		if i.Platform == model.PlatformWindows {
			o["Platform"] = "windows"
		}
		list := []object{}
		for _, id := range i.Interfaces {
			list = append(list, object{"NetworkInterfaceId": id})
		}
		reservation := object{"Instances": []object{o.with("NetworkInterfaces", list)}}
		if i.Account != "" {
			reservation["OwnerId"] = i.Account
		}
		s.add("Reservations", &i.Meta, reservation)
	}
	for _, i := range model.Sorted(n.Interfaces) {
		s.networkInterface(i)
	}
	for _, e := range model.Sorted(n.ElasticIPs) {
		m := e.Meta
		m.Account = ""
		o := resource(&m, "Tags").with("AllocationId", e.ID, "PublicIp", e.PublicIP, "Domain", "vpc")
		if e.Interface != "" {
			o["NetworkInterfaceId"] = e.Interface
		}
		if e.PrivateIP.IsValid() {
			o["PrivateIpAddress"] = e.PrivateIP
		}
		s.add("Addresses", &e.Meta, o)
	}
	for _, w := range model.Sorted(n.Owners) {
		if w.Type != "rds" {
			continue
		}
		groups, subnets := []object{}, []object{}
		for _, id := range w.Interfaces {
			subnets = append(subnets, object{"SubnetIdentifier": n.Interfaces[id].Subnet})
			for _, g := range n.Interfaces[id].Groups {
				groups = append(groups, object{"VpcSecurityGroupId": g})
			}
		}
		m := w.Meta
		m.Account = ""
		s.add("DBInstances", &w.Meta, resource(&m, "TagList").with("DBInstanceIdentifier", w.Name, "DBInstanceArn", w.ARN, "Endpoint", object{"Port": w.Port},
			"VpcSecurityGroups", groups, "DBSubnetGroup", object{"VpcId": w.VPC, "Subnets": subnets}))
	}
}

func (s *snapshot) networkInterface(i *model.Interface) {
	o := resource(&i.Meta, "TagSet").with("NetworkInterfaceId", i.ID, "VpcId", i.VPC, "SubnetId", i.Subnet, "Status", "in-use",
		"SourceDestCheck", !i.SourceDestCheckDisabled, "RequesterManaged", i.RequesterManaged)
	if i.Type != "" {
		o["InterfaceType"] = i.Type
	}
	if i.DenyAllIGWTraffic {
		o["DenyAllIgwTraffic"] = true
	}
	groups, v4, v6, p4, p6 := []object{}, []object{}, []object{}, []object{}, []object{}
	for _, g := range i.Groups {
		groups = append(groups, object{"GroupId": g})
	}
	for _, a := range i.Addresses {
		if a.IP.Is6() {
			v6 = append(v6, object{"Ipv6Address": a.IP})
			continue
		}
		x := object{"PrivateIpAddress": a.IP, "Primary": len(v4) == 0}
		if a.Public.IsValid() {
			x["Association"] = object{"PublicIp": a.Public}
		}
		if v4 = append(v4, x); len(v4) == 1 {
			o["PrivateIpAddress"] = a.IP
		}
	}
	for _, p := range i.Prefixes {
		if p.Addr().Is6() {
			p6 = append(p6, object{"Ipv6Prefix": p})
		} else {
			p4 = append(p4, object{"Ipv4Prefix": p})
		}
	}
	o.with("Groups", groups, "PrivateIpAddresses", v4, "Ipv6Addresses", v6, "Ipv4Prefixes", p4, "Ipv6Prefixes", p6)
	attachment := object{"DeviceIndex": i.DeviceIndex, "Status": "attached"}
	switch {
	case i.Detached:
		o["Status"] = "available"
		attachment = nil
	case i.Owner.Kind == model.KindInstance:
		attachment["InstanceId"] = i.Owner.ID
	case i.Owner.Kind == model.KindClientVPNEndpoint:
		o.with("RequesterManaged", true, "Description", "ClientVPN Endpoint resource "+i.Owner.ID)
	case i.Owner.Kind == model.KindResourceGateway:
		o.with("RequesterManaged", true, "Description", "VPC Lattice resource gateway "+i.Owner.ID)
	case s.network.LoadBalancers[model.OwnerID(i.Owner.ID)] != nil:
		o.with("RequesterManaged", true, "Description", "ELB "+strings.TrimPrefix(i.Owner.ID, "classic-load-balancer/"))
	case i.Owner.Kind == model.KindOwner:
		w := s.network.Owners[model.OwnerID(i.Owner.ID)]
		o.with("RequesterManaged", true, "Description", ownerDescriptions[w.Type](w))
	}
	if attachment != nil {
		o["Attachment"] = attachment
	}
	s.add("NetworkInterfaces", &i.Meta, o)
}

// ownerDescriptions are what AWS writes into the description of an owner's
// interface, for those types whose name it tells.
var ownerDescriptions = map[string]func(*model.Owner) string{
	"lambda": func(o *model.Owner) string {
		return "AWS Lambda VPC ENI-" + o.Name + "-01234567-89ab-cdef-0123-456789abcdef"
	},
	"rds":                       func(*model.Owner) string { return "RDSNetworkInterface" },
	"load-balancer":             func(o *model.Owner) string { return "ELB app/" + o.Name + "/0123456789abcdef" },
	"instance-connect-endpoint": func(o *model.Owner) string { return "EC2 Instance Connect Endpoint " + o.Name },
	"ecs-task": func(o *model.Owner) string {
		return "arn:aws:ecs:us-east-1:111122223333:attachment/" + o.Name
	},
}

// gateways writes gateways of all kinds and VPC endpoints.
func (s *snapshot) gateways() {
	n := s.network
	attached := func(v model.VPCID, state string) []object {
		if v == "" {
			return []object{}
		}
		return []object{{"VpcId": v, "State": state}}
	}
	for _, g := range model.Sorted(n.InternetGateways) {
		s.add("InternetGateways", &g.Meta, resource(&g.Meta, "Tags").with("InternetGatewayId", g.ID, "Attachments", attached(g.VPC, "available")))
	}
	for _, g := range model.Sorted(n.EgressOnlyInternetGateways) {
		m := g.Meta
		m.Account = ""
		s.add("EgressOnlyInternetGateways", &g.Meta, resource(&m, "Tags").with("EgressOnlyInternetGatewayId", g.ID, "Attachments", attached(g.VPC, "attached")))
	}
	for _, g := range model.Sorted(n.NATGateways) {
		m, list := g.Meta, []object{}
		m.Account = ""
		o := resource(&m, "Tags").with("NatGatewayId", g.ID, "VpcId", g.VPC, "State", g.State.String(), "ConnectivityType", "public", "AvailabilityMode", "zonal")
		for i, a := range g.Addresses {
			x := object{"IsPrimary": i == 0, "Status": "succeeded"}
			if a.Private.IsValid() {
				x["PrivateIp"] = a.Private
			}
			if a.Public.IsValid() {
				x["PublicIp"] = a.Public
			}
			if a.Interface != "" {
				x["NetworkInterfaceId"] = a.Interface
			}
			if i < len(g.Zones) {
				x["AvailabilityZone"] = g.Zones[i]
			}
			list = append(list, x)
		}
		o["NatGatewayAddresses"] = list
		if g.Private {
			o["ConnectivityType"] = "private"
		}
		if g.Regional {
			o.with("AvailabilityMode", "regional", "AutoProvisionZones", "enabled")
			if g.Zones != nil {
				o["AutoProvisionZones"] = "disabled"
			}
			if g.RouteTable != "" {
				o["RouteTableId"] = g.RouteTable
			}
		} else {
			o["SubnetId"] = g.Subnet
		}
		s.add("NatGateways", &g.Meta, o)
	}
	for _, e := range model.Sorted(n.VPCEndpoints) {
		groups, names := []object{}, []object{}
		for _, g := range e.Groups {
			groups = append(groups, object{"GroupId": g})
		}
		for _, d := range e.DNSNames {
			names = append(names, object{"DnsName": d})
		}
		o := resource(&e.Meta, "Tags").with("VpcEndpointId", e.ID, "VpcEndpointType", e.Type, "VpcId", e.VPC, "ServiceName", e.Service, "State", e.State,
			"RouteTableIds", e.RouteTables, "SubnetIds", e.Subnets, "NetworkInterfaceIds", e.Interfaces, "Groups", groups, "DnsEntries", names,
			"PrivateDnsEnabled", e.PrivateDNSEnabled, "DnsOptions", object{"PrivateDnsOnlyForInboundResolverEndpoint": e.PrivateDNSOnlyForInboundResolver})
		if e.IPAddressType != "" {
			o["IpAddressType"] = e.IPAddressType
		}
		if e.Policy != "" {
			o["PolicyDocument"] = e.Policy
		}
		if e.ResourceConfiguration != "" {
			o["ResourceConfigurationArn"] = arn("vpc-lattice", &e.Meta, "resourceconfiguration/"+string(e.ResourceConfiguration))
		}
		if e.ServiceNetwork != "" {
			o["ServiceNetworkArn"] = arn("vpc-lattice", &e.Meta, "servicenetwork/"+string(e.ServiceNetwork))
		}
		s.add("VpcEndpoints", &e.Meta, o)
	}
}
