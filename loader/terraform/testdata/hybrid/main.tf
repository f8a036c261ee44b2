# What joins networks, with what only a plan leaves open.
provider "aws" {
  alias                       = "far"
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}

resource "aws_vpc" "a" { cidr_block = "10.1.0.0/16" }
resource "aws_vpc" "b" { cidr_block = "10.2.0.0/16" }
resource "aws_vpc" "far" {
  provider   = aws.far
  cidr_block = "10.3.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.a.id
  cidr_block        = "10.1.1.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.b.id
  cidr_block        = "10.2.1.0/24"
  availability_zone = "eu-west-1a"
}

# Peering: accepted by itself, by an accepter, by nobody here.
resource "aws_vpc_peering_connection" "ab" {
  vpc_id      = aws_vpc.a.id
  peer_vpc_id = aws_vpc.b.id
  auto_accept = true
  accepter { allow_remote_vpc_dns_resolution = true }
}

resource "aws_vpc_peering_connection" "far" {
  vpc_id      = aws_vpc.a.id
  peer_vpc_id = aws_vpc.far.id
  peer_region = "us-east-1"
}

resource "aws_vpc_peering_connection_accepter" "far" {
  provider                  = aws.far
  vpc_peering_connection_id = aws_vpc_peering_connection.far.id
  auto_accept               = true
}

resource "aws_vpc_peering_connection_options" "far" {
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.far.id
  requester { allow_remote_vpc_dns_resolution = true }
}

resource "aws_vpc_peering_connection" "partner" {
  vpc_id        = aws_vpc.b.id
  peer_vpc_id   = "vpc-0123456789abcdef0"
  peer_owner_id = "222233334444"
}

resource "aws_vpc_peering_connection_accepter" "foreign" {
  vpc_peering_connection_id = "pcx-0123456789abcdef0"
  auto_accept               = true
}

resource "aws_route_table" "a" {
  vpc_id = aws_vpc.a.id
  route {
    cidr_block                = "10.3.0.0/16"
    vpc_peering_connection_id = aws_vpc_peering_connection_accepter.far.id
  }
}

# Transit gateways: default tables, peering, Connect.
resource "aws_ec2_transit_gateway" "near" {
  vpn_ecmp_support                   = "disable"
  security_group_referencing_support = "enable"
}

resource "aws_ec2_transit_gateway" "far" { provider = aws.far }

resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
  transit_gateway_id = aws_ec2_transit_gateway.near.id
  vpc_id             = aws_vpc.a.id
  subnet_ids         = [aws_subnet.a.id]
}

resource "aws_ec2_transit_gateway_vpc_attachment" "b" {
  transit_gateway_id                              = aws_ec2_transit_gateway.near.id
  vpc_id                                          = aws_vpc.b.id
  subnet_ids                                      = [aws_subnet.b.id]
  transit_gateway_default_route_table_association = false
  security_group_referencing_support              = "disable"
}

resource "aws_ec2_transit_gateway_route_table" "b" {
  transit_gateway_id = aws_ec2_transit_gateway.near.id
}

resource "aws_ec2_transit_gateway_route_table_association" "b" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.b.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.b.id
}

resource "aws_ec2_transit_gateway_peering_attachment" "far" {
  transit_gateway_id      = aws_ec2_transit_gateway.near.id
  peer_transit_gateway_id = aws_ec2_transit_gateway.far.id
  peer_region             = "us-east-1"
}

data "aws_ec2_transit_gateway_peering_attachment" "far" {
  provider = aws.far
  filter {
    name   = "transit-gateway-id"
    values = [aws_ec2_transit_gateway.far.id]
  }
  depends_on = [aws_ec2_transit_gateway_peering_attachment.far]
}

resource "aws_ec2_transit_gateway_peering_attachment_accepter" "far" {
  provider                      = aws.far
  transit_gateway_attachment_id = data.aws_ec2_transit_gateway_peering_attachment.far.id
}

resource "aws_ec2_transit_gateway_peering_attachment" "partner" {
  count                   = 0
  transit_gateway_id      = aws_ec2_transit_gateway.near.id
  peer_transit_gateway_id = "tgw-0123456789abcdef0"
  peer_region             = "us-east-1"
}

resource "aws_ec2_transit_gateway_route" "far" {
  destination_cidr_block         = "10.3.0.0/16"
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_peering_attachment_accepter.far.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway.near.association_default_route_table_id
}

resource "aws_ec2_transit_gateway_prefix_list_reference" "sites" {
  prefix_list_id                 = aws_ec2_managed_prefix_list.sites.id
  transit_gateway_attachment_id  = aws_vpn_connection.transit.transit_gateway_attachment_id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.b.id
}

resource "aws_ec2_managed_prefix_list" "sites" {
  name           = "sites"
  address_family = "IPv4"
  max_entries    = 1
  entry { cidr = "192.168.0.0/16" }
}

resource "aws_ec2_transit_gateway_connect" "sdwan" {
  transit_gateway_id                              = aws_ec2_transit_gateway.near.id
  transport_attachment_id                         = aws_ec2_transit_gateway_vpc_attachment.a.id
  transit_gateway_default_route_table_propagation = false
}

# Another default table: what is attached may have either.
resource "aws_ec2_transit_gateway" "changed" {}

resource "aws_ec2_transit_gateway_route_table" "changed" {
  transit_gateway_id = aws_ec2_transit_gateway.changed.id
}

resource "aws_ec2_transit_gateway_default_route_table_association" "changed" {
  transit_gateway_id             = aws_ec2_transit_gateway.changed.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.changed.id
}

resource "aws_ec2_transit_gateway_vpc_attachment" "changed" {
  transit_gateway_id = aws_ec2_transit_gateway.changed.id
  vpc_id             = aws_vpc.a.id
  subnet_ids         = [aws_subnet.a.id]
}

resource "aws_ec2_transit_gateway_policy_table" "p" { transit_gateway_id = aws_ec2_transit_gateway.changed.id }

# VPN.
resource "aws_customer_gateway" "office" {
  bgp_asn    = 65000
  ip_address = "203.0.113.9"
  type       = "ipsec.1"
}

resource "aws_vpn_gateway" "a" {
  vpc_id = aws_vpc.a.id
}

resource "aws_vpn_gateway" "b" {}

resource "aws_vpn_gateway_attachment" "b" {
  vpc_id         = aws_vpc.b.id
  vpn_gateway_id = aws_vpn_gateway.b.id
}

resource "aws_vpn_gateway_route_propagation" "a" {
  vpn_gateway_id = aws_vpn_gateway.a.id
  route_table_id = aws_route_table.a.id
}

resource "aws_route_table" "edge" { vpc_id = aws_vpc.a.id }

resource "aws_route_table_association" "edge" {
  gateway_id     = aws_vpn_gateway.a.id
  route_table_id = aws_route_table.edge.id
}

resource "aws_vpn_connection" "static" {
  customer_gateway_id      = aws_customer_gateway.office.id
  vpn_gateway_id           = aws_vpn_gateway.a.id
  type                     = "ipsec.1"
  static_routes_only       = true
  local_ipv4_network_cidr  = "192.168.0.0/16"
  remote_ipv4_network_cidr = "10.1.0.0/16"
}

resource "aws_vpn_connection_route" "office" {
  destination_cidr_block = "192.168.10.0/24"
  vpn_connection_id      = aws_vpn_connection.static.id
}

resource "aws_vpn_connection" "transit" {
  customer_gateway_id = aws_customer_gateway.office.id
  transit_gateway_id  = aws_ec2_transit_gateway.near.id
  type                = "ipsec.1"
}

data "aws_ec2_transit_gateway_vpn_attachment" "transit" {
  transit_gateway_id = aws_ec2_transit_gateway.near.id
  vpn_connection_id  = aws_vpn_connection.transit.id
}

resource "aws_ec2_transit_gateway_route" "office" {
  destination_cidr_block         = "192.168.20.0/24"
  transit_gateway_attachment_id  = data.aws_ec2_transit_gateway_vpn_attachment.transit.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway.near.propagation_default_route_table_id
}

# Direct Connect.
resource "aws_dx_gateway" "dx" {
  name            = "dx"
  amazon_side_asn = "64512"
}

resource "aws_dx_gateway" "private" {
  name            = "private"
  amazon_side_asn = "64513"
}

resource "aws_dx_gateway_association" "transit" {
  dx_gateway_id         = aws_dx_gateway.dx.id
  associated_gateway_id = aws_ec2_transit_gateway.near.id
  allowed_prefixes      = ["10.0.0.0/8"]
}

resource "aws_dx_gateway_association" "private" {
  dx_gateway_id         = aws_dx_gateway.private.id
  associated_gateway_id = aws_vpn_gateway.b.id
}

data "aws_ec2_transit_gateway_dx_gateway_attachment" "dx" {
  transit_gateway_id = aws_ec2_transit_gateway.near.id
  dx_gateway_id      = aws_dx_gateway.dx.id
  depends_on         = [aws_dx_gateway_association.transit]
}

resource "aws_ec2_transit_gateway_route_table_propagation" "dx" {
  transit_gateway_attachment_id  = data.aws_ec2_transit_gateway_dx_gateway_attachment.dx.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.b.id
}

resource "aws_dx_transit_virtual_interface" "dx" {
  connection_id    = "dxcon-zzzzzzzz"
  dx_gateway_id    = aws_dx_gateway.dx.id
  name             = "transit"
  vlan             = 4094
  address_family   = "ipv4"
  bgp_asn          = 65352
  sitelink_enabled = true
}

resource "aws_dx_private_virtual_interface" "direct" {
  connection_id  = "dxcon-zzzzzzzz"
  vpn_gateway_id = aws_vpn_gateway.b.id
  name           = "private"
  vlan           = 4093
  address_family = "ipv4"
  bgp_asn        = 65352
}

resource "aws_dx_public_virtual_interface" "public" {
  connection_id         = "dxcon-zzzzzzzz"
  name                  = "public"
  vlan                  = 4092
  address_family        = "ipv4"
  bgp_asn               = 65352
  amazon_address        = "175.45.176.1/30"
  customer_address      = "175.45.176.2/30"
  route_filter_prefixes = ["210.52.109.0/24"]
}

resource "aws_dx_hosted_private_virtual_interface" "hosted" {
  connection_id    = "dxcon-zzzzzzzz"
  owner_account_id = "222233334444"
  name             = "hosted"
  vlan             = 4091
  address_family   = "ipv4"
  bgp_asn          = 65352
}

resource "aws_dx_hosted_private_virtual_interface_accepter" "hosted" {
  virtual_interface_id = aws_dx_hosted_private_virtual_interface.hosted.id
  dx_gateway_id        = aws_dx_gateway.private.id
}

# Client VPN.
resource "aws_ec2_client_vpn_endpoint" "staff" {
  server_certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  client_cidr_block      = "10.200.0.0/22"
  split_tunnel           = true
  vpc_id                 = aws_vpc.a.id
  security_group_ids     = [aws_security_group.staff.id]
  authentication_options {
    type                       = "certificate-authentication"
    root_certificate_chain_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  }
  connection_log_options { enabled = false }
}

resource "aws_security_group" "staff" { vpc_id = aws_vpc.a.id }

resource "aws_ec2_client_vpn_network_association" "a" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.staff.id
  subnet_id              = aws_subnet.a.id
}

resource "aws_ec2_client_vpn_route" "b" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.staff.id
  destination_cidr_block = "10.2.0.0/16"
  target_vpc_subnet_id   = aws_ec2_client_vpn_network_association.a.subnet_id
}

resource "aws_ec2_client_vpn_route" "clients" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.staff.id
  destination_cidr_block = "10.200.0.0/22"
  target_vpc_subnet_id   = "local"
}

resource "aws_ec2_client_vpn_authorization_rule" "all" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.staff.id
  target_network_cidr    = aws_vpc.a.cidr_block
  authorize_all_groups   = true
}

resource "aws_ec2_client_vpn_authorization_rule" "some" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.staff.id
  target_network_cidr    = "10.2.0.0/16"
  access_group_id        = "ops"
}
