# What is chosen at apply: each setting beside what hangs on it.

resource "terraform_data" "chosen" {
  for_each = toset(["yes", "text", "cidr", "number"])
}

locals {
  yes    = terraform_data.chosen["yes"].id == "true"
  number = tonumber(terraform_data.chosen["number"].id)
  text   = terraform_data.chosen["text"].id
  cidr   = terraform_data.chosen["cidr"].id
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "main" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_security_group" "all" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "web" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.main.id
  vpc_security_group_ids = [aws_security_group.all.id]
}

# Endpoints: whether names lead to them, and of which service.

resource "aws_vpc_endpoint" "sqs" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-west-1.sqs"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.main.id]
  security_group_ids  = [aws_security_group.all.id]
  private_dns_enabled = local.yes
}

resource "aws_vpc_endpoint" "any" {
  vpc_id              = aws_vpc.main.id
  service_name        = local.text
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.main.id]
  security_group_ids  = [aws_security_group.all.id]
  private_dns_enabled = true
}

resource "aws_vpc_endpoint" "quiet" {
  vpc_id             = aws_vpc.main.id
  service_name       = "com.amazonaws.eu-west-1.kms"
  vpc_endpoint_type  = "Interface"
  subnet_ids         = [aws_subnet.main.id]
  security_group_ids = [aws_security_group.all.id]
}

resource "aws_vpc_endpoint_private_dns" "quiet" {
  vpc_endpoint_id     = aws_vpc_endpoint.quiet.id
  private_dns_enabled = local.yes
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-west-1.s3"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.main.id]
  security_group_ids  = [aws_security_group.all.id]
  private_dns_enabled = true
  dns_options {
    private_dns_only_for_inbound_resolver_endpoint = local.yes
  }
}

# Balancers: their settings, and those of their target groups.

resource "aws_lb" "main" {
  load_balancer_type               = "network"
  internal                         = true
  subnets                          = [aws_subnet.main.id]
  enable_cross_zone_load_balancing = local.yes
}

resource "aws_lb_listener" "main" {
  load_balancer_arn = aws_lb.main.arn
  protocol          = "TCP"
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.plain.arn
  }
}

resource "aws_lb_target_group" "plain" {
  vpc_id   = aws_vpc.main.id
  protocol = "TCP"
  port     = 80
}

resource "aws_lb_target_group" "preserving" {
  vpc_id             = aws_vpc.main.id
  protocol           = "TCP"
  port               = 80
  preserve_client_ip = local.text
}

resource "aws_lb_target_group" "checked" {
  vpc_id   = aws_vpc.main.id
  protocol = "TCP"
  port     = 80
  health_check {
    port = local.text
  }
}

resource "aws_lb_target_group_attachment" "each" {
  for_each         = { plain = aws_lb_target_group.plain.arn, preserving = aws_lb_target_group.preserving.arn, checked = aws_lb_target_group.checked.arn }
  target_group_arn = each.value
  target_id        = aws_instance.web.id
}

resource "aws_elb" "old" {
  internal                  = true
  subnets                   = [aws_subnet.main.id]
  cross_zone_load_balancing = local.yes
  instances                 = [aws_instance.web.id]
  listener {
    instance_port     = 80
    instance_protocol = "tcp"
    lb_port           = 80
    lb_protocol       = "tcp"
  }
}

resource "aws_globalaccelerator_accelerator" "each" {
  for_each = toset(["enabled", "protocol", "weight"])
  name     = each.key
  enabled  = each.key == "enabled" ? local.yes : true
}

resource "aws_globalaccelerator_listener" "enabled" {
  accelerator_arn = aws_globalaccelerator_accelerator.each["enabled"].arn
  protocol        = "TCP"
  port_range {
    from_port = 80
    to_port   = 80
  }
}

resource "aws_globalaccelerator_listener" "protocol" {
  accelerator_arn = aws_globalaccelerator_accelerator.each["protocol"].arn
  protocol        = local.text
  port_range {
    from_port = 80
    to_port   = 80
  }
}

resource "aws_globalaccelerator_listener" "weight" {
  accelerator_arn = aws_globalaccelerator_accelerator.each["weight"].arn
  protocol        = "TCP"
  port_range {
    from_port = 80
    to_port   = 80
  }
}

resource "aws_globalaccelerator_endpoint_group" "weight" {
  listener_arn = aws_globalaccelerator_listener.weight.id
  endpoint_configuration {
    endpoint_id = aws_instance.web.id
    weight      = local.number
  }
}

# Hybrid networks.

resource "aws_vpn_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_customer_gateway" "main" {
  bgp_asn    = 65000
  ip_address = "203.0.113.9"
  type       = "ipsec.1"
}

resource "aws_vpn_connection" "main" {
  vpn_gateway_id      = aws_vpn_gateway.main.id
  customer_gateway_id = aws_customer_gateway.main.id
  type                = "ipsec.1"
  static_routes_only  = local.yes
}

resource "aws_vpn_connection_route" "main" {
  vpn_connection_id      = aws_vpn_connection.main.id
  destination_cidr_block = "192.168.0.0/16"
}

resource "aws_ec2_transit_gateway" "main" {
  security_group_referencing_support = local.text
}

resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
  transit_gateway_id = aws_ec2_transit_gateway.main.id
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.main.id]
}

resource "aws_ec2_client_vpn_endpoint" "main" {
  client_cidr_block      = local.cidr
  server_certificate_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  vpc_id                 = aws_vpc.main.id
  security_group_ids     = [aws_security_group.all.id]
  authentication_options {
    type                       = "certificate-authentication"
    root_certificate_chain_arn = "arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  }
  connection_log_options {
    enabled = false
  }
}

resource "aws_networkfirewall_firewall_policy" "main" {
  name = "main"
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
    stateful_rule_group_reference {
      resource_arn = "arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/BotNetCommandAndControlDomainsStrictOrder"
      override {
        action = local.text
      }
    }
  }
}
