package scenarios

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
)

// object is a JSON object as aws … describe-* prints it.
type object map[string]any

// snapshot is the documents of a folder, by path below it.
type snapshot struct {
	network *model.Network
	files   map[string]object
	scopes  map[string]bool
}

// lists are the calls that a whole snapshot has for every account and Region,
// with or without resources.
var lists = []string{
	"Vpcs", "Subnets", "RouteTables", "NetworkAcls", "SecurityGroups", "NetworkInterfaces", "Reservations", "InternetGateways",
	"EgressOnlyInternetGateways", "NatGateways", "Addresses", "PrefixLists", "VpcEndpoints", "VpcBlockPublicAccessExclusions",
	"SecurityGroupVpcAssociations", "DBInstances",
	"VpcPeeringConnections", "TransitGateways", "TransitGatewayAttachments", "TransitGatewayVpcAttachments", "TransitGatewayPeeringAttachments",
	"TransitGatewayConnects", "TransitGatewayRouteTables", "TransitGatewayPolicyTables", "VpnGateways", "CustomerGateways", "VpnConnections",
	"directConnectGateways", "directConnectGatewayAssociations", "virtualInterfaces", "ClientVpnEndpoints", "Attachments",
	"LoadBalancers", "LoadBalancerDescriptions", "TargetGroups", "ServiceConfigurations", "VpcEndpointConnections", "Accelerators",
}

// writeSnapshot writes a network as a snapshot of the accounts and Regions that
// it has.
func writeSnapshot(t *testing.T, n *model.Network, folder string) {
	t.Helper()
	s := &snapshot{network: n, files: map[string]object{}, scopes: map[string]bool{}}
	s.vpcs()
	s.filters()
	s.interfaces()
	s.gateways()
	s.peerings()
	s.transitGateways()
	s.vpns()
	s.directConnect()
	s.clientVPNs()
	s.coreNetworks()
	s.balancers()
	s.endpointServices()
	s.edge()
	s.lattice()
	s.firewalls()
	for scope := range s.scopes {
		for _, key := range lists {
			s.list(scope, key)
		}
	}
	for path, doc := range s.files {
		text, err := json.MarshalIndent(doc, "", "    ")
		require.NoError(t, err)
		path = filepath.Join(folder, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o644))
	}
}

func scopeFolder(account model.AccountID, region model.Region) string {
	return filepath.Join(string(account), string(region))
}

// list gives the document of a call, with its list.
func (s *snapshot) list(scope, key string) object {
	path := filepath.Join(scope, key+".json")
	if s.files[path] == nil {
		s.files[path] = object{key: []object{}}
	}
	return s.files[path]
}

func (s *snapshot) add(key string, m *model.Meta, o object) {
	scope := scopeFolder(m.Account, m.Region)
	s.scopes[scope] = true
	doc := s.list(scope, key)
	doc[key] = append(doc[key].([]object), o)
}

// resource starts a resource's object with what all have.
func resource(m *model.Meta, tags string) object {
	o := object{}
	if m.Account != "" {
		o["OwnerId"] = m.Account
	}
	list := []object{}
	for _, k := range sortedKeys(m.Tags) {
		list = append(list, object{"Key": k, "Value": m.Tags[k]})
	}
	if _, ok := m.Tags["Name"]; !ok && m.Name != "" {
		list = append(list, object{"Key": "Name", "Value": m.Name})
	}
	o[tags] = list
	return o
}

func (o object) with(pairs ...any) object {
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i].(string)] = pairs[i+1]
	}
	return o
}

// split parts blocks by family, the first IPv4 block alone.
func split(ps []netip.Prefix) (first string, v4, v6 []netip.Prefix) {
	for _, p := range ps {
		if p.Addr().Is6() {
			v6 = append(v6, p)
			continue
		}
		if first == "" {
			first = p.String()
		}
		v4 = append(v4, p)
	}
	return first, v4, v6
}

func associations(key string, ps []netip.Prefix) []object {
	list := []object{}
	for _, p := range ps {
		list = append(list, object{key: p, key + "State": object{"State": "associated"}})
	}
	return list
}

func (s *snapshot) vpcs() {
	n := s.network
	for _, v := range model.Sorted(n.VPCs) {
		first, v4, v6 := split(v.CIDRs)
		s.add("Vpcs", &v.Meta, resource(&v.Meta, "Tags").with("VpcId", v.ID, "State", "available", "CidrBlock", first, "IsDefault", v.IsDefault,
			"CidrBlockAssociationSet", associations("CidrBlock", v4), "Ipv6CidrBlockAssociationSet", associations("Ipv6CidrBlock", v6)))
		if !v.DNSAssumed {
			path := filepath.Join(scopeFolder(v.Account, v.Region), "describe-vpc-attribute", string(v.ID)+".json")
			s.files[path] = object{"VpcId": v.ID, "EnableDnsSupport": object{"Value": v.EnableDNSSupport}, "EnableDnsHostnames": object{"Value": v.EnableDNSHostnames}}
		}
	}
	for _, x := range model.Sorted(n.Subnets) {
		first, _, v6 := split(x.CIDRs)
		o := resource(&x.Meta, "Tags").with("SubnetId", x.ID, "VpcId", x.VPC, "State", "available", "AvailabilityZone", x.AvailabilityZone,
			"MapPublicIpOnLaunch", x.MapPublicIPOnLaunch, "AssignIpv6AddressOnCreation", x.AssignIPv6AddressOnCreation, "EnableDns64", x.EnableDNS64,
			"Ipv6CidrBlockAssociationSet", associations("Ipv6CidrBlock", v6))
		if first != "" {
			o["CidrBlock"] = first
		}
		if x.AvailabilityZoneID != "" {
			o["AvailabilityZoneId"] = x.AvailabilityZoneID
		}
		s.add("Subnets", &x.Meta, o)
	}
	for _, b := range n.BlockPublicAccess {
		o := object{"InternetGatewayBlockMode": b.Mode.String(), "State": "update-complete"}
		if b.Account != "" {
			o["AwsAccountId"] = b.Account
		}
		if b.Region != "" {
			o["AwsRegion"] = b.Region
		}
		s.files[filepath.Join(scopeFolder(b.Account, b.Region), "bpa-options.json")] = object{"VpcBlockPublicAccessOptions": o}
	}
	for _, e := range n.BlockPublicAccessExclusions {
		m, what, mode := &model.Meta{}, "vpc/"+string(e.VPC), "allow-bidirectional"
		if v := n.VPCs[e.VPC]; v != nil {
			m = &v.Meta
		}
		if x := n.Subnets[e.Subnet]; x != nil {
			m, what = &x.Meta, "subnet/"+string(e.Subnet)
		}
		if e.AllowEgress {
			mode = "allow-egress"
		}
		s.add("VpcBlockPublicAccessExclusions", m, object{"ExclusionId": e.ID, "InternetGatewayExclusionMode": mode, "State": "create-complete",
			"ResourceArn": strings.Join([]string{"arn:aws:ec2", string(m.Region), string(m.Account), what}, ":")})
	}
	for _, p := range n.ResourcePolicies {
		s.files[filepath.Join("policies", strings.NewReplacer(":", "-", "/", "-").Replace(p.Resource)+".json")] = object{"ARN": p.Resource, "Policy": p.Policy}
	}
}

// targetKey is the member of a route that names a target of the kind.
func targetKey(k model.Kind) string {
	switch k {
	case model.KindVPC, model.KindInternetGateway, model.KindVPNGateway, model.KindVPCEndpoint:
		return "GatewayId"
	case model.KindInterface:
		return "NetworkInterfaceId"
	case model.KindInstance:
		return "InstanceId"
	case model.KindNATGateway:
		return "NatGatewayId"
	case model.KindTransitGateway:
		return "TransitGatewayId"
	case model.KindVPCPeeringConnection:
		return "VpcPeeringConnectionId"
	case model.KindEgressOnlyInternetGateway:
		return "EgressOnlyInternetGatewayId"
	case model.KindCoreNetwork:
		return "CoreNetworkArn"
	case model.KindCarrierGateway:
		return "CarrierGatewayId"
	case model.KindLocalGateway:
		return "LocalGatewayId"
	}
	panic("scenarios: route target " + string(k))
}

func (s *snapshot) route(r *model.Route) object {
	o := object{"State": r.State.String(), "Origin": r.Origin.String()}
	switch {
	case r.PrefixList != "":
		o["DestinationPrefixListId"] = r.PrefixList
	case r.Prefix.Addr().Is6():
		o["DestinationIpv6CidrBlock"] = r.Prefix
	default:
		o["DestinationCidrBlock"] = r.Prefix
	}
	if r.Target.ID == "" { // a black hole's target may be gone
		return o
	}
	o[targetKey(r.Target.Kind)] = r.Target.ID
	switch i := s.network.Instances[model.InstanceID(r.Target.ID)]; {
	case r.Target.Kind == model.KindInstance && i != nil && len(i.Interfaces) > 0:
		o["NetworkInterfaceId"] = i.Interfaces[0]
	case r.Target.Kind == model.KindInterface:
		if x := s.network.Interfaces[model.InterfaceID(r.Target.ID)]; x != nil && x.Owner.Kind == model.KindInstance {
			o["InstanceId"] = x.Owner.ID
		}
	}
	return o
}
