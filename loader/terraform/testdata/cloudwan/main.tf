# A core network whose policy names attachments that are only planned, one whose
# policy is a text, and a transit gateway that belongs to somebody else.
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }

resource "aws_subnet" "main" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_networkmanager_global_network" "main" {}

resource "aws_networkmanager_core_network" "main" {
  global_network_id = aws_networkmanager_global_network.main.id
}

resource "aws_networkmanager_core_network_policy_attachment" "main" {
  core_network_id = aws_networkmanager_core_network.main.id
  policy_document = data.aws_networkmanager_core_network_policy_document.main.json
}

data "aws_networkmanager_core_network_policy_document" "main" {
  core_network_configuration {
    asn_ranges = ["64512-64555"]
    edge_locations { location = "eu-west-1" }
    edge_locations { location = "us-east-1" }
  }
  segments {
    name                          = "shared"
    require_attachment_acceptance = false
  }
  segments {
    name                = "spokes"
    isolate_attachments = true
    edge_locations      = ["eu-west-1"]
    allow_filter        = ["shared"]
  }
  segment_actions {
    action     = "share"
    mode       = "attachment-route"
    segment    = "shared"
    share_with = ["*"]
  }
  segment_actions {
    action                  = "create-route"
    segment                 = "spokes"
    destination_cidr_blocks = ["0.0.0.0/0"]
    destinations            = [aws_networkmanager_vpc_attachment.main.id]
  }
  segment_actions {
    action                  = "create-route"
    segment                 = "spokes"
    destination_cidr_blocks = ["10.99.0.0/16"]
    destinations            = ["blackhole"]
  }
  attachment_policies {
    rule_number     = 200
    condition_logic = "or"
    conditions {
      type     = "tag-value"
      operator = "equals"
      key      = "segment"
      value    = "shared"
    }
    action {
      association_method = "constant"
      segment            = "shared"
    }
  }
  attachment_policies {
    rule_number = 100
    conditions {
      type = "tag-exists"
      key  = "segment"
    }
    action {
      association_method = "tag"
      tag_value_of_key   = "segment"
    }
  }
}

resource "aws_networkmanager_vpc_attachment" "main" {
  core_network_id = aws_networkmanager_core_network.main.id
  vpc_arn         = aws_vpc.main.arn
  subnet_arns     = [aws_subnet.main.arn]
  tags            = { segment = "shared" }
  options {
    appliance_mode_support = true
    ipv6_support           = false
  }
}

resource "aws_networkmanager_attachment_accepter" "main" {
  attachment_id   = aws_networkmanager_vpc_attachment.main.id
  attachment_type = aws_networkmanager_vpc_attachment.main.attachment_type
}

resource "aws_networkmanager_connect_attachment" "sdwan" {
  core_network_id         = aws_networkmanager_core_network.main.id
  transport_attachment_id = aws_networkmanager_vpc_attachment.main.id
  edge_location           = "eu-west-1"
  options { protocol = "GRE" }
}

resource "aws_customer_gateway" "office" {
  bgp_asn    = 65000
  ip_address = "203.0.113.9"
  type       = "ipsec.1"
}

resource "aws_vpn_connection" "office" {
  customer_gateway_id = aws_customer_gateway.office.id
  type                = "ipsec.1"
}

resource "aws_networkmanager_site_to_site_vpn_attachment" "office" {
  core_network_id    = aws_networkmanager_core_network.main.id
  vpn_connection_arn = aws_vpn_connection.office.arn
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block       = "10.0.0.0/8"
    core_network_arn = aws_networkmanager_core_network.main.arn
  }
}

resource "aws_networkmanager_core_network" "text" {
  global_network_id = aws_networkmanager_global_network.main.id
}

resource "aws_networkmanager_core_network_policy_attachment" "text" {
  core_network_id = aws_networkmanager_core_network.text.id
  policy_document = jsonencode({
    version = "2021.12"
    core-network-configuration = {
      asn-ranges     = ["64512-64555"]
      edge-locations = [{ location = "eu-west-1" }]
    }
    segments = [{ name = "a" }, { name = "b", require-attachment-acceptance = false, deny-filter = ["a"] }]
    segment-actions = [
      { action = "share", mode = "attachment-route", segment = "b", share-with = { except = ["c"] } },
      { action = "create-route", segment = "a", destination-cidr-blocks = ["10.8.0.0/16"], destinations = ["attachment-0123456789abcdef0"] },
      { action = "send-via", segment = "a", mode = "single-hop", when-sent-to = { segments = "*" }, via = { network-function-groups = ["inspection"] } },
    ]
    attachment-policies = [{ rule-number = 1, condition-logic = "and", conditions = [{ type = "any" }], action = { association-method = "constant", segment = "a" } }]
  })
}

# The transit gateway of another configuration.
resource "aws_ec2_transit_gateway_vpc_attachment" "foreign" {
  transit_gateway_id = "tgw-0123456789abcdef0"
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.main.id]
}

resource "aws_ec2_transit_gateway_route_table_association" "foreign" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.foreign.id
  transit_gateway_route_table_id = "tgw-rtb-0123456789abcdef0"
}

resource "aws_ec2_transit_gateway" "joined" {}

resource "aws_networkmanager_transit_gateway_peering" "joined" {
  core_network_id     = aws_networkmanager_core_network.main.id
  transit_gateway_arn = aws_ec2_transit_gateway.joined.arn
}

resource "aws_networkmanager_transit_gateway_route_table_attachment" "joined" {
  peering_id                      = aws_networkmanager_transit_gateway_peering.joined.id
  transit_gateway_route_table_arn = aws_ec2_transit_gateway_route_table.joined.arn
}

resource "aws_ec2_transit_gateway_route_table" "joined" { transit_gateway_id = aws_ec2_transit_gateway.joined.id }

resource "aws_ec2_transit_gateway_route_table_association" "joined" {
  transit_gateway_attachment_id  = aws_networkmanager_transit_gateway_peering.joined.transit_gateway_peering_attachment_id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.joined.id
}
