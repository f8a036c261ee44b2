# How resources refer to one another: counts, for_each, locals, modules, dynamic
# blocks, and what AWS makes with a VPC.
variable "ports" { default = [22, 443] }

locals {
  vpc_id  = aws_vpc.main.id
  subnets = [for s in aws_subnet.app : s.id]
}

resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }

resource "aws_subnet" "app" {
  for_each          = { a = "10.0.0.0/24", b = "10.0.1.0/24" }
  vpc_id            = local.vpc_id
  cidr_block        = each.value
  availability_zone = "eu-west-1${each.key}"
}

resource "aws_subnet" "public" {
  count                   = 2
  vpc_id                  = aws_vpc.main.id
  cidr_block              = cidrsubnet(aws_vpc.main.cidr_block, 8, 10 + count.index)
  map_public_ip_on_launch = true
}

resource "aws_internet_gateway" "main" { vpc_id = local.vpc_id }

resource "aws_eip" "nat" {
  count  = 2
  domain = "vpc"
}

resource "aws_nat_gateway" "main" {
  count         = 2
  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = element(aws_subnet.public[*].id, count.index)
}

resource "aws_route_table" "app" {
  for_each = aws_subnet.app
  vpc_id   = aws_vpc.main.id
}

resource "aws_route_table_association" "app" {
  for_each       = aws_subnet.app
  subnet_id      = each.value.id
  route_table_id = aws_route_table.app[each.key].id
}

resource "aws_route" "nat" {
  route_table_id         = aws_route_table.app["a"].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main[1].id
}

resource "aws_route" "main" {
  route_table_id         = aws_vpc.main.main_route_table_id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = local.vpc_id
  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
  egress {
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}

# Two blocks, two groups: the plan does not tell which has which, the text does.
resource "aws_security_group" "both" {
  name   = "both"
  vpc_id = aws_vpc.main.id
  ingress {
    from_port       = 22
    to_port         = 22
    protocol        = "tcp"
    security_groups = [aws_security_group.web.id]
  }
  ingress {
    from_port       = 80
    to_port         = 80
    protocol        = "tcp"
    security_groups = [aws_security_group.db.id]
  }
}

resource "aws_security_group" "db" {
  name   = "db"
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "db" {
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = module.app["blue"].group
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_security_group_rule" "db" {
  type              = "ingress"
  security_group_id = aws_security_group.db.id
  self              = true
  protocol          = "all"
  from_port         = 0
  to_port           = 0
}

resource "aws_security_group_rule" "ping" {
  type              = "ingress"
  security_group_id = aws_vpc.main.default_security_group_id
  protocol          = "icmp"
  from_port         = 8
  to_port           = 0
  cidr_blocks       = ["10.0.0.0/8", "192.168.7.0/24"]
}

resource "aws_network_acl" "app" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = local.subnets
  ingress {
    rule_no    = 100
    protocol   = "-1"
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}

resource "aws_network_acl_rule" "out" {
  network_acl_id = aws_network_acl.app.id
  egress         = true
  rule_number    = 100
  protocol       = "tcp"
  rule_action    = "allow"
  cidr_block     = "10.0.0.0/16"
  from_port      = 1024
  to_port        = 65535
}

module "app" {
  for_each = toset(["blue", "green"])
  source   = "./mod"
  vpc_id   = aws_vpc.main.id
  subnets  = local.subnets
  groups   = [aws_security_group.web.id]
}

resource "aws_network_interface" "appliance" {
  subnet_id         = aws_subnet.app["a"].id
  private_ips       = ["10.0.0.50"]
  source_dest_check = false
  security_groups   = [aws_security_group.web.id, aws_security_group.db.id]
}

resource "aws_instance" "appliance" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  network_interface {
    device_index         = 0
    network_interface_id = aws_network_interface.appliance.id
  }
  tags = { Name = "appliance", "vpcwalk:nat" = "true" }
}

resource "aws_eip" "appliance" {
  domain            = "vpc"
  network_interface = aws_network_interface.appliance.id
}

resource "aws_route" "inspect" {
  route_table_id         = aws_route_table.app["b"].id
  destination_cidr_block = "192.168.0.0/16"
  network_interface_id   = aws_instance.appliance.primary_network_interface_id
}

resource "aws_instance" "public" {
  count                  = 2
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.public[count.index].id
  vpc_security_group_ids = ["sg-0123456789abcdef0", aws_security_group.web.id]
}
