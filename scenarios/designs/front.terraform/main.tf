# The design of front.yaml.
resource "aws_vpc" "Shop" { cidr_block = "10.4.0.0/16" }
resource "aws_vpc" "Buyer" { cidr_block = "10.5.0.0/16" }
resource "aws_internet_gateway" "Igw" { vpc_id = aws_vpc.Shop.id }
resource "aws_subnet" "Guard" {
  vpc_id            = aws_vpc.Shop.id
  cidr_block        = "10.4.0.0/28"
  availability_zone = "us-east-1a"
}
resource "aws_route_table_association" "Guard" {
  route_table_id = aws_route_table.GuardOut.id
  subnet_id      = aws_subnet.Guard.id
}
resource "aws_subnet" "PubA" {
  vpc_id            = aws_vpc.Shop.id
  cidr_block        = "10.4.1.0/24"
  availability_zone = "us-east-1a"
}
resource "aws_route_table_association" "PubA" {
  route_table_id = aws_route_table.PublicOut.id
  subnet_id      = aws_subnet.PubA.id
}
resource "aws_subnet" "PubB" {
  vpc_id            = aws_vpc.Shop.id
  cidr_block        = "10.4.2.0/24"
  availability_zone = "us-east-1b"
}
resource "aws_route_table_association" "PubB" {
  route_table_id = aws_route_table.PublicOut.id
  subnet_id      = aws_subnet.PubB.id
}
resource "aws_subnet" "AppA" {
  vpc_id            = aws_vpc.Shop.id
  cidr_block        = "10.4.11.0/24"
  availability_zone = "us-east-1a"
}
resource "aws_route_table_association" "AppA" {
  route_table_id = aws_route_table.Inside.id
  subnet_id      = aws_subnet.AppA.id
}
resource "aws_subnet" "AppB" {
  vpc_id            = aws_vpc.Shop.id
  cidr_block        = "10.4.12.0/24"
  availability_zone = "us-east-1b"
}
resource "aws_route_table_association" "AppB" {
  route_table_id = aws_route_table.Inside.id
  subnet_id      = aws_subnet.AppB.id
}
resource "aws_subnet" "Desk" {
  vpc_id            = aws_vpc.Buyer.id
  cidr_block        = "10.5.1.0/24"
  availability_zone = "us-east-1a"
}
resource "aws_subnet" "Annex" {
  vpc_id            = aws_vpc.Buyer.id
  cidr_block        = "10.5.2.0/24"
  availability_zone = "us-east-1b"
}
resource "aws_route_table" "Edge" { vpc_id = aws_vpc.Shop.id }
resource "aws_route_table" "GuardOut" { vpc_id = aws_vpc.Shop.id }
resource "aws_route_table" "PublicOut" { vpc_id = aws_vpc.Shop.id }
resource "aws_route_table" "Inside" { vpc_id = aws_vpc.Shop.id }
resource "aws_route_table_association" "Edge" {
  route_table_id = aws_route_table.Edge.id
  gateway_id     = aws_internet_gateway.Igw.id
}
locals {
  wall = one([for s in aws_networkfirewall_firewall.Wall.firewall_status[0].sync_states : s.attachment[0].endpoint_id])
}
resource "aws_route" "EdgeA" {
  route_table_id         = aws_route_table.Edge.id
  destination_cidr_block = "10.4.1.0/24"
  vpc_endpoint_id        = local.wall
}
resource "aws_route" "EdgeB" {
  route_table_id         = aws_route_table.Edge.id
  destination_cidr_block = "10.4.2.0/24"
  vpc_endpoint_id        = local.wall
}
resource "aws_route" "PublicOut" {
  route_table_id         = aws_route_table.PublicOut.id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = local.wall
}
resource "aws_route" "GuardOut" {
  route_table_id         = aws_route_table.GuardOut.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.Igw.id
}
resource "aws_security_group" "FrontGroup" {
  name   = "FrontGroup"
  vpc_id = aws_vpc.Shop.id
}
resource "aws_security_group" "WebGroup" {
  name   = "WebGroup"
  vpc_id = aws_vpc.Shop.id
}
resource "aws_vpc_security_group_egress_rule" "WebGroupOut" {
  security_group_id = aws_security_group.WebGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_security_group" "ApiGroup" {
  name   = "ApiGroup"
  vpc_id = aws_vpc.Shop.id
}
resource "aws_vpc_security_group_egress_rule" "ApiGroupOut" {
  security_group_id = aws_security_group.ApiGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_security_group" "InnerGroup" {
  name   = "InnerGroup"
  vpc_id = aws_vpc.Shop.id
}
resource "aws_vpc_security_group_egress_rule" "InnerGroupOut" {
  security_group_id = aws_security_group.InnerGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_security_group" "LedgerGroup" {
  name   = "LedgerGroup"
  vpc_id = aws_vpc.Shop.id
}
resource "aws_security_group" "DeskGroup" {
  name   = "DeskGroup"
  vpc_id = aws_vpc.Buyer.id
}
resource "aws_security_group" "BooksGroup" {
  name   = "BooksGroup"
  vpc_id = aws_vpc.Buyer.id
}
resource "aws_vpc_security_group_egress_rule" "BooksGroupOut" {
  security_group_id = aws_security_group.BooksGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_vpc_security_group_ingress_rule" "Front80" {
  security_group_id = aws_security_group.FrontGroup.id
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_vpc_security_group_ingress_rule" "Front443" {
  security_group_id = aws_security_group.FrontGroup.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_vpc_security_group_ingress_rule" "Front8443" {
  security_group_id = aws_security_group.FrontGroup.id
  ip_protocol       = "tcp"
  from_port         = 8443
  to_port           = 8443
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_vpc_security_group_ingress_rule" "WebIn" {
  security_group_id            = aws_security_group.WebGroup.id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.FrontGroup.id
}
resource "aws_vpc_security_group_ingress_rule" "ApiIn" {
  security_group_id            = aws_security_group.ApiGroup.id
  ip_protocol                  = "tcp"
  from_port                    = 9091
  to_port                      = 9091
  referenced_security_group_id = aws_security_group.FrontGroup.id
}
resource "aws_vpc_security_group_ingress_rule" "InnerIn" {
  security_group_id = aws_security_group.InnerGroup.id
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = "10.5.1.0/24"
}
resource "aws_vpc_security_group_ingress_rule" "LedgerIn" {
  security_group_id            = aws_security_group.LedgerGroup.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.InnerGroup.id
}
resource "aws_vpc_security_group_ingress_rule" "Books5432" {
  security_group_id = aws_security_group.BooksGroup.id
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = "10.5.0.0/16"
}
resource "aws_vpc_security_group_ingress_rule" "Books443" {
  security_group_id = aws_security_group.BooksGroup.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "10.5.0.0/16"
}
resource "aws_vpc_security_group_egress_rule" "FrontWeb" {
  security_group_id            = aws_security_group.FrontGroup.id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.WebGroup.id
}
resource "aws_vpc_security_group_egress_rule" "FrontApi" {
  security_group_id            = aws_security_group.FrontGroup.id
  ip_protocol                  = "tcp"
  from_port                    = 9090
  to_port                      = 9090
  referenced_security_group_id = aws_security_group.ApiGroup.id
}
resource "aws_vpc_security_group_egress_rule" "LedgerOut" {
  security_group_id = aws_security_group.LedgerGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "127.0.0.1/32"
}
resource "aws_vpc_security_group_egress_rule" "DeskOut" {
  security_group_id = aws_security_group.DeskGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "10.5.0.0/16"
}
resource "aws_instance" "WebA" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.AppA.id
  vpc_security_group_ids = [aws_security_group.WebGroup.id]
}
resource "aws_instance" "WebB" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.AppB.id
  vpc_security_group_ids = [aws_security_group.WebGroup.id]
}
resource "aws_instance" "Api" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.AppA.id
  vpc_security_group_ids = [aws_security_group.ApiGroup.id]
}
resource "aws_instance" "Ledger" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.AppA.id
  vpc_security_group_ids = [aws_security_group.LedgerGroup.id]
}
resource "aws_instance" "Clerk" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.Desk.id
  vpc_security_group_ids = [aws_security_group.DeskGroup.id]
}
resource "aws_instance" "Intern" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.Annex.id
  vpc_security_group_ids = [aws_security_group.DeskGroup.id]
}
resource "aws_lb_target_group" "Webs" {
  name     = "Webs"
  protocol = "HTTP"
  port     = 8080
  vpc_id   = aws_vpc.Shop.id
}
resource "aws_lb_target_group" "Apis" {
  name     = "Apis"
  protocol = "HTTP"
  port     = 9090
  vpc_id   = aws_vpc.Shop.id
  health_check { port = 9091 }
}
resource "aws_lb_target_group" "Ledgers" {
  name     = "Ledgers"
  protocol = "TCP"
  port     = 5432
  vpc_id   = aws_vpc.Shop.id
}
resource "aws_lb_target_group_attachment" "WebA" {
  target_group_arn = aws_lb_target_group.Webs.arn
  target_id        = aws_instance.WebA.id
}
resource "aws_lb_target_group_attachment" "WebB" {
  target_group_arn = aws_lb_target_group.Webs.arn
  target_id        = aws_instance.WebB.id
}
resource "aws_lb_target_group_attachment" "Api" {
  target_group_arn = aws_lb_target_group.Apis.arn
  target_id        = aws_instance.Api.id
}
resource "aws_lb_target_group_attachment" "Ledger" {
  target_group_arn = aws_lb_target_group.Ledgers.arn
  target_id        = aws_instance.Ledger.id
}
resource "aws_lb" "Front" {
  name            = "Front"
  subnets         = [aws_subnet.PubA.id, aws_subnet.PubB.id]
  security_groups = [aws_security_group.FrontGroup.id]
}
resource "aws_lb_listener" "Front80" {
  load_balancer_arn = aws_lb.Front.arn
  protocol          = "HTTP"
  port              = 80
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
resource "aws_lb_listener" "Front443" {
  load_balancer_arn = aws_lb.Front.arn
  protocol          = "HTTPS"
  port              = 443
  certificate_arn   = "arn:aws:acm:us-east-1:111122223333:certificate/0123"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.Webs.arn
  }
}
resource "aws_lb_listener" "Front8443" {
  load_balancer_arn = aws_lb.Front.arn
  protocol          = "HTTPS"
  port              = 8443
  certificate_arn   = "arn:aws:acm:us-east-1:111122223333:certificate/0123"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.Webs.arn
  }
}
resource "aws_lb_listener_rule" "Api" {
  listener_arn = aws_lb_listener.Front8443.arn
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.Apis.arn
  }
  condition {
    path_pattern { values = ["/api/*"] }
  }
}
resource "aws_lb" "Inner" {
  name                             = "Inner"
  load_balancer_type               = "network"
  internal                         = true
  enable_cross_zone_load_balancing = true
  subnets                          = [aws_subnet.AppA.id, aws_subnet.AppB.id]
  security_groups                  = [aws_security_group.InnerGroup.id]
}
resource "aws_lb_listener" "Inner" {
  load_balancer_arn = aws_lb.Inner.arn
  protocol          = "TCP"
  port              = 5432
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.Ledgers.arn
  }
}
resource "aws_vpc_endpoint_service" "Books" {
  acceptance_required        = false
  allowed_principals         = ["*"]
  network_load_balancer_arns = [aws_lb.Inner.arn]
}
resource "aws_vpc_endpoint" "Counter" {
  vpc_id             = aws_vpc.Buyer.id
  vpc_endpoint_type  = "Interface"
  service_name       = aws_vpc_endpoint_service.Books.service_name
  subnet_ids         = [aws_subnet.Desk.id]
  security_group_ids = [aws_security_group.BooksGroup.id]
}
resource "aws_networkfirewall_firewall" "Wall" {
  name                = "Wall"
  vpc_id              = aws_vpc.Shop.id
  firewall_policy_arn = aws_networkfirewall_firewall_policy.Policy.arn
  subnet_mapping { subnet_id = aws_subnet.Guard.id }
}
resource "aws_networkfirewall_firewall_policy" "Policy" {
  name = "Policy"
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
    stateful_default_actions           = ["aws:drop_strict"]
    stateful_engine_options { rule_order = "STRICT_ORDER" }
    stateless_rule_group_reference {
      priority     = 10
      resource_arn = aws_networkfirewall_rule_group.Quick.arn
    }
    stateful_rule_group_reference {
      priority     = 100
      resource_arn = aws_networkfirewall_rule_group.Served.arn
    }
  }
}
resource "aws_networkfirewall_rule_group" "Quick" {
  name     = "Quick"
  type     = "STATELESS"
  capacity = 10
  rule_group {
    rules_source {
      stateless_rules_and_custom_actions {
        stateless_rule {
          priority = 1
          rule_definition {
            actions = ["aws:drop"]
            match_attributes {
              source { address_definition = "198.51.100.0/24" }
              destination { address_definition = "0.0.0.0/0" }
            }
          }
        }
        stateless_rule {
          priority = 2
          rule_definition {
            actions = ["aws:forward_to_sfe"]
            match_attributes {
              protocols = [6]
              source { address_definition = "0.0.0.0/0" }
              destination { address_definition = "0.0.0.0/0" }
            }
          }
        }
      }
    }
  }
}
resource "aws_networkfirewall_rule_group" "Served" {
  name     = "Served"
  type     = "STATEFUL"
  capacity = 10
  rule_group {
    stateful_rule_options { rule_order = "STRICT_ORDER" }
    rules_source {
      rules_string = <<-EOT
        pass tcp any any -> $HOME_NET 443 (msg:"shop"; sid:1;)
        pass tcp 203.0.113.0/24 any -> $HOME_NET 8443 (msg:"partners"; sid:2;)
      EOT
    }
  }
}
