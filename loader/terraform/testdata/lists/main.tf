# What an index selects of a list that a module, a variable or a local passes on,
# what dynamic blocks add to others, and what an index hides of a reference.
module "network" {
  source = "./network"
  zones  = ["eu-west-1b", "eu-west-1a"]
}

module "zoned" {
  source     = "./app"
  subnet_ids = module.network.zoned
}

module "listed" {
  source     = "./app"
  subnet_ids = [module.network.counted[3], module.network.by_zone["eu-west-1b"]]
}

locals {
  zoned = module.network.zoned
}

resource "aws_instance" "tenth" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = module.network.counted[10]
}

resource "aws_instance" "object" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = module.network.objects["eu-west-1b"].id
}

resource "aws_instance" "element" {
  count         = 3
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = element(module.network.zoned, count.index)
}

# Only the text tells that these are not in the order of the resources.
resource "aws_instance" "reversed" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = module.network.reversed[0]
}

# Only the text tells what a local is.
resource "aws_instance" "local" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = local.zoned[1]
}

resource "aws_internet_gateway" "main" { vpc_id = module.network.vpc_id }
resource "aws_vpn_gateway" "main" { vpc_id = module.network.vpc_id }

resource "aws_route_table" "main" {
  vpc_id = module.network.vpc_id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
  dynamic "route" {
    for_each = ["192.168.0.0/16"]
    content {
      cidr_block = route.value
      gateway_id = aws_vpn_gateway.main.id
    }
  }
}

resource "aws_route_table_association" "main" {
  for_each = {
    tenth = [module.network.counted[10], aws_route_table.main.id]
  }
  subnet_id      = each.value[0]
  route_table_id = each.value[1]
}

resource "aws_security_group" "one" { vpc_id = module.network.vpc_id }
resource "aws_security_group" "other" { vpc_id = module.network.vpc_id }

resource "aws_security_group" "mixed" {
  vpc_id = module.network.vpc_id
  ingress {
    protocol        = "tcp"
    from_port       = 22
    to_port         = 22
    security_groups = [aws_security_group.one.id]
  }
  dynamic "ingress" {
    for_each = [443]
    content {
      protocol        = "tcp"
      from_port       = ingress.value
      to_port         = ingress.value
      security_groups = [aws_security_group.other.id]
    }
  }
}

resource "aws_vpc" "spoke" {
  count      = 2
  cidr_block = "10.${count.index + 1}.0.0/16"
}

resource "aws_security_group_rule" "spoke" {
  count             = 2
  type              = "ingress"
  security_group_id = aws_vpc.spoke[count.index].default_security_group_id
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["10.0.0.0/8"]
}

resource "aws_route" "spoke" {
  count                  = 2
  route_table_id         = aws_vpc.spoke[count.index].default_route_table_id
  destination_cidr_block = "0.0.0.0/0"
  transit_gateway_id     = aws_ec2_transit_gateway.main.id
}

resource "aws_ec2_transit_gateway" "main" {}
