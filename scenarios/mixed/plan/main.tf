# A team's part of a VPC that another team owns and describe/ has: a subnet
# without a route table of its own, and an instance that theirs may reach.
variable "vpc_id" { default = "vpc-0a1b2c3d4e5f60001" }
variable "bastions" { default = "sg-0a1b2c3d4e5f60001" }

resource "aws_subnet" "app" {
  vpc_id            = var.vpc_id
  cidr_block        = "10.20.8.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_security_group" "app" {
  name   = "app"
  vpc_id = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id            = aws_security_group.app.id
  ip_protocol                  = "tcp"
  from_port                    = 22
  to_port                      = 22
  referenced_security_group_id = var.bastions
}

resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = aws_security_group.app.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_instance" "app" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.app.id
  vpc_security_group_ids = [aws_security_group.app.id]
}
