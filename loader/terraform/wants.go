package terraform

import (
	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

// What attributes refer to.
var (
	wantVPC     = &want{usual: "vpc_id", types: []string{"aws_vpc", "aws_default_vpc", "data.aws_vpc"}, literal: "vpc-"}
	wantSubnet  = &want{usual: "subnet_id", types: []string{"aws_subnet", "aws_default_subnet", "data.aws_subnet"}, literal: "subnet-"}
	wantPeering = &want{usual: "vpc_peering_connection_id", types: []string{"aws_vpc_peering_connection", "aws_vpc_peering_connection_accepter", "data.aws_vpc_peering_connection"}, literal: "pcx-"}
	wantTable   = &want{usual: "route_table_id", types: []string{"aws_route_table", "aws_default_route_table", "data.aws_route_table"}, literal: "rtb-",
		attributes: []string{"default_route_table_id", "route_table_id"}, hidden: []maker{{"aws_vpc", "default_route_table_id"}},
		made: func(b *builder, r *resource, attribute string) (string, bool) {
			if isVPC(r) && (attribute == "default_route_table_id" || attribute == "main_route_table_id") {
				return string(b.defaultTable(r)), true
			}
			return "", false
		}}
	wantACL = &want{types: []string{"aws_network_acl", "aws_default_network_acl"}, literal: "acl-", attributes: []string{"default_network_acl_id"},
		hidden: []maker{{"aws_vpc", "default_network_acl_id"}},
		made: func(b *builder, r *resource, attribute string) (string, bool) {
			if isVPC(r) && attribute == "default_network_acl_id" {
				return string(b.defaultACL(r)), true
			}
			return "", false
		}}
	wantGroup = &want{usual: "security_group_id", types: []string{"aws_security_group", "aws_default_security_group", "data.aws_security_group"}, literal: "sg-",
		hidden: []maker{{"aws_vpc", "default_security_group_id"}, {"aws_eks_cluster", "vpc_config"}},
		made: func(b *builder, r *resource, attribute string) (string, bool) {
			switch {
			case isVPC(r) && attribute == "default_security_group_id":
				return string(b.defaultGroup(model.VPCID(r.id()))), true
			case r.kind == "aws_eks_cluster" && attribute == "vpc_config":
				return string(b.clusterGroup(r)), true
			}
			return "", false
		}}
	wantPrefixList = &want{types: []string{"aws_ec2_managed_prefix_list", "data.aws_ec2_managed_prefix_list", "data.aws_prefix_list"}, literal: "pl-",
		attributes: []string{"prefix_list_id"}, hidden: []maker{{"aws_vpc_endpoint", "prefix_list_id"}},
		made: func(b *builder, r *resource, attribute string) (string, bool) {
			if r.kind == "aws_vpc_endpoint" && attribute == "prefix_list_id" {
				return string(b.endpointPrefixList(r)), true
			}
			return "", false
		}}
	wantGateway       = &want{types: []string{"aws_internet_gateway", "data.aws_internet_gateway", "aws_vpn_gateway", "data.aws_vpn_gateway"}}
	wantVPNGW         = &want{types: []string{"aws_vpn_gateway", "data.aws_vpn_gateway"}, literal: "vgw-"}
	wantIGW           = &want{types: []string{"aws_internet_gateway", "data.aws_internet_gateway"}, literal: "igw-"}
	wantEIGW          = &want{types: []string{"aws_egress_only_internet_gateway"}, literal: "eigw-"}
	wantNAT           = &want{types: []string{"aws_nat_gateway", "data.aws_nat_gateway"}, literal: "nat-"}
	wantTransit       = &want{types: []string{"aws_ec2_transit_gateway", "data.aws_ec2_transit_gateway"}, literal: "tgw-"}
	wantCore          = &want{types: []string{"aws_networkmanager_core_network"}, attributes: []string{"core_network_arn", "core_network_id"}, literal: "core-network-"}
	wantCarrier       = &want{types: []string{"aws_ec2_carrier_gateway"}, literal: "cagw-"}
	wantLocal         = &want{types: []string{"data.aws_ec2_local_gateway"}, literal: "lgw-"}
	wantVPCE          = &want{types: []string{"aws_vpc_endpoint", "data.aws_vpc_endpoint"}, literal: "vpce-"}
	wantAddress       = &want{usual: "allocation_id", types: []string{"aws_eip", "data.aws_eip"}, literal: "eipalloc-", attributes: []string{"allocation_id"}}
	wantMachine       = &want{types: []string{"aws_instance", "data.aws_instance", "aws_spot_instance_request"}, literal: "i-", attributes: []string{"spot_instance_id"}}
	wantNIC           = &want{usual: "network_interface_id", types: []string{"aws_network_interface", "data.aws_network_interface"}, literal: "eni-"}
	wantTemplate      = &want{types: []string{"aws_launch_template"}, attributes: []string{"name"}}
	wantConfiguration = &want{types: []string{"aws_launch_configuration"}, attributes: []string{"name"}}
	wantEKS           = &want{types: []string{"aws_eks_cluster"}, attributes: []string{"name"}}
	wantDBCluster     = &want{types: []string{"aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"}, attributes: []string{"cluster_identifier"}}
	wantSubnetGroup   = &want{types: []string{"aws_db_subnet_group", "aws_docdb_subnet_group", "aws_neptune_subnet_group", "aws_elasticache_subnet_group",
		"aws_redshift_subnet_group", "aws_memorydb_subnet_group", "aws_dax_subnet_group", "aws_dms_replication_subnet_group"},
		attributes: []string{"name", "replication_subnet_group_id"}}
)

func init() {
	// An instance's primary interface may itself be named by reference.
	wantNIC.hidden = []maker{{"aws_instance", "primary_network_interface_id"}}
	wantNIC.made = func(b *builder, r *resource, attribute string) (string, bool) {
		if attribute == "primary_network_interface_id" && wantMachine.names(r, "") {
			return string(b.primaryInterface(r)), true
		}
		return "", false
	}
}

func isVPC(r *resource) bool { return r.kind == "aws_vpc" || r.kind == "aws_default_vpc" }

// defaultTable is the route table that a VPC comes with.
func (b *builder) defaultTable(r *resource) model.RouteTableID {
	vpc := model.VPCID(r.id())
	if id, ok := b.adoptedTables[vpc]; ok {
		return id
	}
	for _, name := range []string{"default_route_table_id", "main_route_table_id"} {
		if id := b.body(r).str(name); id != "" {
			return model.RouteTableID(id)
		}
	}
	return design.MainTableID(vpc)
}

// defaultACL is the network ACL that a VPC comes with.
func (b *builder) defaultACL(r *resource) model.NetworkACLID {
	vpc := model.VPCID(r.id())
	if id, ok := b.adoptedACLs[vpc]; ok {
		return id
	}
	if id := b.body(r).str("default_network_acl_id"); id != "" {
		return model.NetworkACLID(id)
	}
	return design.DefaultACLID(vpc)
}

// defaultGroup is the security group that a VPC comes with.
func (b *builder) defaultGroup(vpc model.VPCID) model.SecurityGroupID {
	if id, ok := b.adoptedGroups[vpc]; ok {
		return id
	}
	for _, r := range b.vpcResources(vpc) {
		if id := b.body(r).str("default_security_group_id"); id != "" {
			return model.SecurityGroupID(id)
		}
	}
	return design.DefaultGroupID(vpc)
}
