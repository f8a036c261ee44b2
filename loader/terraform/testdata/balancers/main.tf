# What stands in front of others: load balancers with their targets, endpoint
# services, VPC Lattice, accelerators.
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }

resource "aws_vpc" "consumer" { cidr_block = "10.9.0.0/16" }

resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }

resource "aws_subnet" "main" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet("10.0.0.0/16", 8, count.index)
  availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
}

resource "aws_subnet" "consumer" {
  vpc_id            = aws_vpc.consumer.id
  cidr_block        = "10.9.1.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_security_group" "web" { vpc_id = aws_vpc.main.id }

resource "aws_instance" "web" {
  count         = 2
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.main[count.index].id
}

# An Application Load Balancer: instances, Auto Scaling groups, tasks.
resource "aws_lb" "web" {
  name            = "web"
  internal        = true
  subnets         = aws_subnet.main[*].id
  security_groups = [aws_security_group.web.id]
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  default_action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.instances.arn
        weight = 80
      }
      target_group {
        arn    = aws_lb_target_group.group.arn
        weight = 20
      }
      target_group {
        arn    = aws_lb_target_group.retired.arn
        weight = 0
      }
    }
  }
}

resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 10
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tasks.arn
  }
  condition {
    path_pattern { values = ["/api/*"] }
  }
}

resource "aws_lb_target_group" "instances" {
  name     = "instances"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.main.id
  health_check {
    port     = "9090"
    protocol = "HTTP"
  }
}

resource "aws_lb_target_group_attachment" "instances" {
  count            = 2
  target_group_arn = aws_lb_target_group.instances.arn
  target_id        = aws_instance.web[count.index].id
}

resource "aws_lb_target_group" "group" {
  name                              = "group"
  port                              = 80
  protocol                          = "HTTP"
  vpc_id                            = aws_vpc.main.id
  load_balancing_cross_zone_enabled = "false"
}

resource "aws_lb_target_group" "retired" {
  name     = "retired"
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.main.id
}

resource "aws_launch_template" "app" {
  name     = "app"
  image_id = "ami-0123456789abcdef0"
}

resource "aws_autoscaling_group" "app" {
  name                = "app"
  min_size            = 1
  max_size            = 2
  vpc_zone_identifier = aws_subnet.main[*].id
  target_group_arns   = [aws_lb_target_group.group.arn]
  launch_template { id = aws_launch_template.app.id }
}

resource "aws_autoscaling_attachment" "app" {
  autoscaling_group_name = aws_autoscaling_group.app.name
  lb_target_group_arn    = aws_lb_target_group.addresses.arn
}

resource "aws_lb_target_group" "tasks" {
  name        = "tasks"
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.main.id
}

resource "aws_ecs_service" "api" {
  name            = "api"
  task_definition = "api:1"
  network_configuration {
    subnets         = aws_subnet.main[*].id
    security_groups = [aws_security_group.web.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.tasks.arn
    container_name   = "api"
    container_port   = 3000
  }
}

# A service whose tasks have their hosts' addresses.
resource "aws_ecs_service" "bridge" {
  name            = "bridge"
  task_definition = "bridge:1"
  load_balancer {
    target_group_arn = aws_lb_target_group.retired.arn
    container_name   = "bridge"
    container_port   = 80
  }
}

# A Network Load Balancer: addresses, and an Application Load Balancer.
resource "aws_lb" "service" {
  name                                                         = "service"
  load_balancer_type                                           = "network"
  internal                                                     = true
  enable_cross_zone_load_balancing                             = true
  enforce_security_group_inbound_rules_on_private_link_traffic = "off"
  security_groups                                              = [aws_security_group.web.id]
  dynamic "subnet_mapping" {
    for_each = aws_subnet.main
    content {
      subnet_id = subnet_mapping.value.id
    }
  }
}

resource "aws_lb_listener" "tcp" {
  load_balancer_arn = aws_lb.service.arn
  port              = 5432
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.addresses.arn
  }
}

resource "aws_lb_target_group" "addresses" {
  name               = "addresses"
  port               = 5432
  protocol           = "TCP"
  target_type        = "ip"
  preserve_client_ip = "false"
  vpc_id             = aws_vpc.main.id
}

resource "aws_lb_target_group_attachment" "literal" {
  target_group_arn  = aws_lb_target_group.addresses.arn
  target_id         = "192.168.1.10"
  port              = 5433
  availability_zone = "all"
}

resource "aws_lb_target_group_attachment" "instance" {
  target_group_arn = aws_lb_target_group.addresses.arn
  target_id        = aws_instance.web[0].private_ip
}

resource "aws_lb_listener" "alb" {
  load_balancer_arn = aws_lb.service.arn
  port              = 443
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.alb.arn
  }
}

resource "aws_lb_target_group" "alb" {
  name        = "alb"
  port        = 443
  protocol    = "TCP"
  target_type = "alb"
  vpc_id      = aws_vpc.main.id
}

resource "aws_lb_target_group_attachment" "alb" {
  target_group_arn = aws_lb_target_group.alb.arn
  target_id        = aws_lb.web.arn
}

resource "aws_lb_target_group" "function" {
  name        = "function"
  target_type = "lambda"
}

resource "aws_lb_target_group_attachment" "function" {
  target_group_arn = aws_lb_target_group.function.arn
  target_id        = "arn:aws:lambda:eu-west-1:111122223333:function:f"
}

# A Classic Load Balancer.
resource "aws_elb" "old" {
  name            = "old"
  internal        = true
  subnets         = aws_subnet.main[*].id
  security_groups = [aws_security_group.web.id]
  instances       = [aws_instance.web[0].id]
  listener {
    lb_port           = 443
    lb_protocol       = "ssl"
    instance_port     = 8443
    instance_protocol = "tcp"
  }
  health_check {
    target              = "HTTP:8080/health"
    interval            = 30
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_elb_attachment" "old" {
  elb      = aws_elb.old.id
  instance = aws_instance.web[1].id
}

# An endpoint service: one consumer is accepted, one is not.
resource "aws_vpc_endpoint_service" "service" {
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.service.arn]
  allowed_principals         = ["arn:aws:iam::222233334444:root"]
}

resource "aws_vpc_endpoint_service_allowed_principal" "more" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.service.id
  principal_arn           = "arn:aws:iam::333344445555:root"
}

resource "aws_vpc_endpoint" "accepted" {
  vpc_id            = aws_vpc.consumer.id
  service_name      = aws_vpc_endpoint_service.service.service_name
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.consumer.id]
}

resource "aws_vpc_endpoint_connection_accepter" "accepted" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.service.id
  vpc_endpoint_id         = aws_vpc_endpoint.accepted.id
}

resource "aws_vpc_endpoint" "waiting" {
  vpc_id            = aws_vpc.consumer.id
  service_name      = aws_vpc_endpoint_service.service.service_name
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.consumer.id]
}

# A Gateway Load Balancer and its endpoint.
resource "aws_lb" "appliances" {
  name               = "appliances"
  load_balancer_type = "gateway"
  subnets            = [aws_subnet.main[0].id]
}

resource "aws_lb_listener" "appliances" {
  load_balancer_arn = aws_lb.appliances.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.appliances.arn
  }
}

resource "aws_lb_target_group" "appliances" {
  name     = "appliances"
  port     = 6081
  protocol = "GENEVE"
  vpc_id   = aws_vpc.main.id
  health_check {
    port     = 80
    protocol = "TCP"
  }
}

resource "aws_vpc_endpoint_service" "appliances" {
  acceptance_required        = false
  gateway_load_balancer_arns = [aws_lb.appliances.arn]
}

resource "aws_vpc_endpoint" "appliances" {
  vpc_id            = aws_vpc.consumer.id
  service_name      = aws_vpc_endpoint_service.appliances.service_name
  vpc_endpoint_type = aws_vpc_endpoint_service.appliances.service_type
  subnet_ids        = [aws_subnet.consumer.id]
}

# VPC Lattice.
resource "aws_vpclattice_service_network" "mesh" {
  name = "mesh"
}

resource "aws_vpclattice_service_network_vpc_association" "consumer" {
  vpc_identifier             = aws_vpc.consumer.id
  service_network_identifier = aws_vpclattice_service_network.mesh.id
}

resource "aws_vpclattice_service" "orders" {
  name      = "orders"
  auth_type = "AWS_IAM"
}

resource "aws_vpclattice_service_network_service_association" "orders" {
  service_identifier         = aws_vpclattice_service.orders.id
  service_network_identifier = aws_vpclattice_service_network.mesh.id
}

resource "aws_vpclattice_listener" "orders" {
  name               = "orders"
  protocol           = "HTTPS"
  service_identifier = aws_vpclattice_service.orders.id
  default_action {
    fixed_response { status_code = 404 }
  }
}

resource "aws_vpclattice_listener_rule" "orders" {
  name                = "orders"
  listener_identifier = aws_vpclattice_listener.orders.listener_id
  service_identifier  = aws_vpclattice_service.orders.id
  priority            = 10
  match {
    http_match { method = "GET" }
  }
  action {
    forward {
      target_groups { target_group_identifier = aws_vpclattice_target_group.orders.id }
    }
  }
}

resource "aws_vpclattice_target_group" "orders" {
  name = "orders"
  type = "INSTANCE"
  config {
    port           = 8080
    protocol       = "HTTP"
    vpc_identifier = aws_vpc.main.id
  }
}

resource "aws_vpclattice_target_group_attachment" "orders" {
  target_group_identifier = aws_vpclattice_target_group.orders.id
  target {
    id   = aws_instance.web[1].id
    port = 8081
  }
}

resource "aws_vpclattice_resource_gateway" "db" {
  name               = "database"
  vpc_id             = aws_vpc.main.id
  subnet_ids         = [aws_subnet.main[0].id]
  security_group_ids = [aws_security_group.web.id]
}

resource "aws_vpclattice_resource_configuration" "db" {
  name                        = "database"
  resource_gateway_identifier = aws_vpclattice_resource_gateway.db.id
  port_ranges                 = ["5432", "6000-6010"]
  protocol                    = "TCP"
  resource_configuration_definition {
    ip_resource { ip_address = "10.0.0.50" }
  }
}

resource "aws_vpclattice_service_network_resource_association" "db" {
  resource_configuration_identifier = aws_vpclattice_resource_configuration.db.id
  service_network_identifier        = aws_vpclattice_service_network.mesh.id
}

resource "aws_vpc_endpoint" "db" {
  vpc_id                     = aws_vpc.consumer.id
  resource_configuration_arn = aws_vpclattice_resource_configuration.db.arn
  vpc_endpoint_type          = "Resource"
  subnet_ids                 = [aws_subnet.consumer.id]
}

# Newer ways in.
resource "aws_globalaccelerator_accelerator" "front" { name = "front" }

resource "aws_globalaccelerator_listener" "front" {
  accelerator_arn = aws_globalaccelerator_accelerator.front.arn
  protocol        = "TCP"
  port_range {
    from_port = 443
    to_port   = 443
  }
  port_range {
    from_port = 80
    to_port   = 80
  }
}

resource "aws_globalaccelerator_endpoint_group" "front" {
  listener_arn = aws_globalaccelerator_listener.front.arn
  endpoint_configuration {
    endpoint_id                    = aws_lb.web.arn
    client_ip_preservation_enabled = true
    weight                         = 100
  }
  endpoint_configuration {
    endpoint_id = aws_instance.web[0].id
    weight      = 50
  }
  port_override {
    listener_port = 80
    endpoint_port = 8080
  }
}

resource "aws_cloudfront_vpc_origin" "web" {
  vpc_origin_endpoint_config {
    name                   = "web"
    arn                    = aws_lb.web.arn
    http_port              = 8080
    https_port             = 8443
    origin_protocol_policy = "https-only"
    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}
