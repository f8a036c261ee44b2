package model

// topology joins what resources say of each other, in the order of their IDs.
type topology struct {
	network       *Network
	mainTables    map[VPCID][]*RouteTable
	defaultACLs   map[VPCID][]*NetworkACL
	tablesIn      map[VPCID][]*RouteTable
	subnetsOf     map[VPCID][]*Subnet
	interfacesIn  map[SubnetID][]*Interface
	gatewayTables map[string][]*RouteTable // by internet or virtual private gateway
}

func newTopology(n *Network) topology {
	t := topology{
		network:       n,
		mainTables:    map[VPCID][]*RouteTable{},
		defaultACLs:   map[VPCID][]*NetworkACL{},
		tablesIn:      map[VPCID][]*RouteTable{},
		subnetsOf:     map[VPCID][]*Subnet{},
		interfacesIn:  map[SubnetID][]*Interface{},
		gatewayTables: map[string][]*RouteTable{},
	}
	for _, rt := range Sorted(n.RouteTables) {
		t.tablesIn[rt.VPC] = append(t.tablesIn[rt.VPC], rt)
		if rt.Main {
			t.mainTables[rt.VPC] = append(t.mainTables[rt.VPC], rt)
		}
		for _, g := range rt.Gateways {
			t.gatewayTables[g] = append(t.gatewayTables[g], rt)
		}
	}
	for _, acl := range Sorted(n.NetworkACLs) {
		if acl.IsDefault {
			t.defaultACLs[acl.VPC] = append(t.defaultACLs[acl.VPC], acl)
		}
	}
	for _, sn := range Sorted(n.Subnets) {
		t.subnetsOf[sn.VPC] = append(t.subnetsOf[sn.VPC], sn)
	}
	for _, i := range Sorted(n.Interfaces) {
		t.interfacesIn[i.Subnet] = append(t.interfacesIn[i.Subnet], i)
	}
	return t
}

// tablesOf are the route tables that the subnet may use: the associated one,
// else the VPC's main table (SUB-7); every one of the VPC where the input leaves
// the association open; none where the table is not given.
func (t *topology) tablesOf(sn *Subnet) []*RouteTable {
	if sn.RouteTableUnknown != nil {
		return t.tablesIn[sn.VPC]
	}
	if sn.RouteTable == "" {
		return t.mainTables[sn.VPC]
	}
	if rt := t.network.RouteTables[sn.RouteTable]; rt != nil {
		return []*RouteTable{rt}
	}
	return nil
}
