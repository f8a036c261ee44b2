# A firewall in two zones, its endpoints named in the ways that people name them.
variable "zone" { default = "eu-west-1b" }

locals {
  zones = ["eu-west-1a", "eu-west-1b"]
  by_zone = {
    for s in aws_networkfirewall_firewall.main.firewall_status[0].sync_states : s.availability_zone => s.attachment[0].endpoint_id
  }
}

resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }

resource "aws_subnet" "firewall" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet("10.0.0.0/16", 8, count.index)
  availability_zone = local.zones[count.index]
}

resource "aws_subnet" "app" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet("10.0.0.0/16", 8, 10 + count.index)
  availability_zone = local.zones[count.index]
}

resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }

resource "aws_networkfirewall_firewall" "main" {
  name                = "main"
  vpc_id              = aws_vpc.main.id
  firewall_policy_arn = aws_networkfirewall_firewall_policy.main.arn
  dynamic "subnet_mapping" {
    for_each = aws_subnet.firewall[*].id
    content {
      subnet_id = subnet_mapping.value
    }
  }
}

resource "aws_networkfirewall_firewall_policy" "main" {
  name = "main"
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:drop"]
    stateful_default_actions           = ["aws:drop_strict", "aws:alert_strict"]
    stateful_engine_options {
      rule_order              = "STRICT_ORDER"
      stream_exception_policy = "REJECT"
    }
    policy_variables {
      rule_variables {
        key = "HOME_NET"
        ip_set { definition = ["10.0.0.0/8", "192.168.7.7"] }
      }
    }
    stateless_rule_group_reference {
      priority     = 20
      resource_arn = aws_networkfirewall_rule_group.stateless.arn
    }
    stateful_rule_group_reference {
      priority     = 2
      resource_arn = aws_networkfirewall_rule_group.domains.arn
    }
    stateful_rule_group_reference {
      priority     = 1
      resource_arn = aws_networkfirewall_rule_group.standard.arn
    }
    stateful_rule_group_reference {
      priority     = 3
      resource_arn = aws_networkfirewall_rule_group.text.arn
    }
    stateful_rule_group_reference {
      priority     = 4
      resource_arn = "arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/ThreatSignaturesBotnetStrictOrder"
      override { action = "DROP_TO_ALERT" }
    }
  }
}

resource "aws_networkfirewall_rule_group" "stateless" {
  name     = "stateless"
  capacity = 10
  type     = "STATELESS"
  rule_group {
    rules_source {
      stateless_rules_and_custom_actions {
        stateless_rule {
          priority = 2
          rule_definition {
            actions = ["aws:drop"]
            match_attributes {
              protocols = [6, 17]
              source { address_definition = "203.0.113.0/24" }
              source_port { from_port = 0 }
              destination { address_definition = "0.0.0.0/0" }
              destination_port {
                from_port = 23
                to_port   = 25
              }
              tcp_flag {
                flags = ["SYN"]
                masks = ["SYN", "ACK"]
              }
            }
          }
        }
        stateless_rule {
          priority = 1
          rule_definition {
            actions = ["aws:pass"]
            match_attributes {
              protocols = [1]
            }
          }
        }
      }
    }
  }
}

resource "aws_networkfirewall_rule_group" "standard" {
  name     = "standard"
  capacity = 10
  type     = "STATEFUL"
  rule_group {
    stateful_rule_options { rule_order = "STRICT_ORDER" }
    rule_variables {
      ip_sets {
        key = "WEB"
        ip_set { definition = ["10.0.10.0/24", "10.0.11.0/24"] }
      }
      port_sets {
        key = "WEB_PORTS"
        port_set { definition = ["443", "8080:8090"] }
      }
    }
    reference_sets {
      ip_set_references {
        key = "PARTNERS"
        ip_set_reference { reference_arn = aws_ec2_managed_prefix_list.partners.arn }
      }
    }
    rules_source {
      stateful_rule {
        action = "PASS"
        header {
          protocol         = "TCP"
          source           = "$PARTNERS"
          source_port      = "ANY"
          destination      = "$WEB"
          destination_port = "$WEB_PORTS"
          direction        = "FORWARD"
        }
        rule_option {
          keyword  = "sid"
          settings = ["1"]
        }
      }
      stateful_rule {
        action = "DROP"
        header {
          protocol         = "IP"
          source           = "10.0.99.0/24"
          source_port      = "ANY"
          destination      = "ANY"
          destination_port = "ANY"
          direction        = "ANY"
        }
        rule_option {
          keyword  = "sid"
          settings = ["2"]
        }
      }
    }
  }
}

resource "aws_networkfirewall_rule_group" "domains" {
  name     = "domains"
  capacity = 10
  type     = "STATEFUL"
  rule_group {
    stateful_rule_options { rule_order = "STRICT_ORDER" }
    rules_source {
      rules_source_list {
        generated_rules_type = "ALLOWLIST"
        target_types         = ["TLS_SNI"]
        targets              = [".example.com", "example.org"]
      }
    }
  }
}

resource "aws_networkfirewall_rule_group" "text" {
  name     = "text"
  capacity = 10
  type     = "STATEFUL"
  rules    = <<-EOT
    # what the applications need
    pass tcp $HOME_NET any -> $EXTERNAL_NET 443 (msg:"out"; flow:to_server,established; sid:10;)
    drop udp any any <> any 53 (sid:11;)
  EOT
}

resource "aws_ec2_managed_prefix_list" "partners" {
  name           = "partners"
  address_family = "IPv4"
  max_entries    = 2
  entry { cidr = "198.51.100.0/24" }
}

# By the subnet of the same index.
resource "aws_route_table" "app" {
  count  = 2
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    vpc_endpoint_id = element([
      for s in tolist(aws_networkfirewall_firewall.main.firewall_status[0].sync_states) : s.attachment[0].endpoint_id
      if s.attachment[0].subnet_id == aws_subnet.firewall[count.index].id
    ], 0)
  }
}

resource "aws_route_table" "edge" { vpc_id = aws_vpc.main.id }

resource "aws_route_table_association" "edge" {
  gateway_id     = aws_internet_gateway.main.id
  route_table_id = aws_route_table.edge.id
}

# By the zone of the subnet that is protected, which a local's text tells.
resource "aws_route" "edge" {
  count                  = 2
  route_table_id         = aws_route_table.edge.id
  destination_cidr_block = aws_subnet.app[count.index].cidr_block
  vpc_endpoint_id        = local.by_zone[aws_subnet.app[count.index].availability_zone]
}

resource "aws_route_table" "named" { vpc_id = aws_vpc.main.id }

# By a zone.
resource "aws_route" "by_text" {
  route_table_id         = aws_route_table.named.id
  destination_cidr_block = "192.0.2.0/24"
  vpc_endpoint_id        = { for s in aws_networkfirewall_firewall.main.firewall_status[0].sync_states : s.availability_zone => s.attachment[0].endpoint_id }["eu-west-1b"]
}

resource "aws_route" "by_variable" {
  route_table_id         = aws_route_table.named.id
  destination_cidr_block = "198.51.100.0/24"
  vpc_endpoint_id        = [for s in aws_networkfirewall_firewall.main.firewall_status[0].sync_states : s.attachment[0].endpoint_id if s.availability_zone == var.zone][0]
}

resource "aws_route" "by_key" {
  for_each               = { "eu-west-1a" = "203.0.113.0/25" }
  route_table_id         = aws_route_table.named.id
  destination_cidr_block = each.value
  vpc_endpoint_id        = local.by_zone[each.key]
}

# Of no certain place: the first that the set gives, and the second.
resource "aws_route" "first" {
  route_table_id         = aws_route_table.named.id
  destination_cidr_block = "10.50.0.0/16"
  vpc_endpoint_id        = tolist(aws_networkfirewall_firewall.main.firewall_status[0].sync_states)[0].attachment[0].endpoint_id
}

resource "aws_route" "second" {
  route_table_id         = aws_route_table.named.id
  destination_cidr_block = "10.51.0.0/16"
  vpc_endpoint_id        = tolist(aws_networkfirewall_firewall.main.firewall_status[0].sync_states)[1].attachment[0].endpoint_id
}

# Of a place that the expression does not take.
resource "aws_route" "elsewhere" {
  route_table_id         = aws_route_table.named.id
  destination_cidr_block = "10.52.0.0/16"
  vpc_endpoint_id        = [for s in aws_networkfirewall_firewall.main.firewall_status[0].sync_states : s.attachment[0].endpoint_id if s.availability_zone != "eu-west-1a"][0]
}

# A firewall with one endpoint has no other.
resource "aws_networkfirewall_firewall" "one" {
  name                = "one"
  vpc_id              = aws_vpc.main.id
  firewall_policy_arn = aws_networkfirewall_firewall_policy.main.arn
  subnet_mapping { subnet_id = aws_subnet.firewall[0].id }
}

resource "aws_route" "one" {
  route_table_id         = aws_route_table.named.id
  destination_cidr_block = "10.53.0.0/16"
  vpc_endpoint_id        = tolist(aws_networkfirewall_firewall.one.firewall_status[0].sync_states)[0].attachment[0].endpoint_id
}
