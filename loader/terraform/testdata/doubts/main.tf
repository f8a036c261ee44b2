# Parts of VPNs, routes and listeners that are known only after apply: what the
# plan leaves open stays open, and what it tells by a detour is found.
resource "aws_eip" "partner" { domain = "vpc" }

resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }

resource "aws_subnet" "app" {
  count      = 2
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.${count.index}.0/24"
}

resource "aws_ec2_client_vpn_endpoint" "staff" {
  client_cidr_block      = "172.20.0.0/22"
  server_certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/x"
  vpc_id                 = aws_vpc.main.id
  authentication_options {
    type                = "directory-service-authentication"
    active_directory_id = "d-1234567890"
  }
  connection_log_options { enabled = false }
}

resource "aws_ec2_client_vpn_network_association" "staff" {
  count                  = 2
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.staff.id
  subnet_id              = aws_subnet.app[count.index].id
}

# The index hides the attribute.
resource "aws_ec2_client_vpn_route" "site" {
  count                  = 2
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.staff.id
  destination_cidr_block = "192.168.0.0/16"
  target_vpc_subnet_id   = aws_ec2_client_vpn_network_association.staff[count.index].subnet_id
}

resource "aws_ec2_client_vpn_route" "partner" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.staff.id
  destination_cidr_block = "${aws_eip.partner.public_ip}/32"
  target_vpc_subnet_id   = aws_subnet.app[0].id
}

resource "aws_ec2_client_vpn_authorization_rule" "partner" {
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.staff.id
  target_network_cidr    = "${aws_eip.partner.public_ip}/32"
  authorize_all_groups   = true
}

resource "aws_vpn_gateway" "main" { vpc_id = aws_vpc.main.id }

resource "aws_customer_gateway" "site" {
  bgp_asn    = 65000
  ip_address = "198.51.100.1"
  type       = "ipsec.1"
}

resource "aws_vpn_connection" "site" {
  vpn_gateway_id      = aws_vpn_gateway.main.id
  customer_gateway_id = aws_customer_gateway.site.id
  type                = "ipsec.1"
  static_routes_only  = true
}

resource "aws_vpn_connection_route" "site" {
  vpn_connection_id      = aws_vpn_connection.site.id
  destination_cidr_block = "192.168.0.0/16"
}

resource "aws_vpn_connection_route" "partner" {
  vpn_connection_id      = aws_vpn_connection.site.id
  destination_cidr_block = "${aws_eip.partner.public_ip}/32"
}

resource "aws_route_table" "either" {
  count  = 2
  vpc_id = aws_vpc.main.id
}

resource "aws_vpn_gateway_route_propagation" "either" {
  vpn_gateway_id = aws_vpn_gateway.main.id
  route_table_id = aws_route_table.either[length(aws_eip.partner.id) % 2].id
}

resource "aws_dx_gateway" "site" {
  name            = "site"
  amazon_side_asn = "64512"
}

resource "aws_dx_gateway_association" "site" {
  dx_gateway_id         = aws_dx_gateway.site.id
  associated_gateway_id = aws_vpn_gateway.main.id
  allowed_prefixes      = ["${aws_eip.partner.public_ip}/32"]
}

# The endpoints of services are no targets of routes.
resource "aws_vpc_endpoint" "service" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.eu-west-1.ssm"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.app[0].id]
}

resource "aws_networkfirewall_firewall" "main" {
  name                = "main"
  firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/main"
  vpc_id              = aws_vpc.main.id
  subnet_mapping { subnet_id = aws_subnet.app[1].id }
}

locals {
  inspection = one([for s in aws_networkfirewall_firewall.main.firewall_status[0].sync_states : s.attachment[0].endpoint_id])
}

resource "aws_route" "inspection" {
  route_table_id         = aws_route_table.either[0].id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = local.inspection
}

# A constant tells which target group is whose.
resource "aws_lb" "main" {
  name               = "main"
  internal           = true
  load_balancer_type = "network"
  subnets            = aws_subnet.app[*].id
}

resource "aws_lb_target_group" "main" {
  for_each = toset(["blue", "green"])
  name     = each.key
  port     = 80
  protocol = "TCP"
  vpc_id   = aws_vpc.main.id
}

resource "aws_lb_listener" "main" {
  for_each          = { 80 = "blue", 81 = "green" }
  load_balancer_arn = aws_lb.main.arn
  port              = each.key
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main[each.value].arn
  }
}

# Policies and settings that are resources of their own.
resource "aws_vpc_endpoint_private_dns" "service" {
  vpc_endpoint_id     = aws_vpc_endpoint.service.id
  private_dns_enabled = true
}

resource "aws_vpc_endpoint_policy" "service" {
  vpc_endpoint_id = aws_vpc_endpoint.service.id
  policy          = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "*", Resource = "*" }] })
}

resource "aws_vpc_endpoint" "storage" {
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "*", Resource = "*", Condition = { StringEquals = { "aws:SourceVpc" = aws_vpc.main.id } } }] })
}

resource "aws_s3_bucket" "logs" { bucket = "logs-of-main" }

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*", Condition = { StringNotEquals = { "aws:SourceVpce" = aws_vpc_endpoint.storage.id } } }] })
}
