# The design of two-tier.yaml.
resource "aws_vpc" "Vpc" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_internet_gateway" "Igw" { vpc_id = aws_vpc.Vpc.id }
resource "aws_subnet" "WebA" {
  vpc_id                  = aws_vpc.Vpc.id
  cidr_block              = cidrsubnet(aws_vpc.Vpc.cidr_block, 8, 0)
  availability_zone       = "us-east-1a"
  map_public_ip_on_launch = true
}
resource "aws_subnet" "AppA" {
  vpc_id            = aws_vpc.Vpc.id
  cidr_block        = cidrsubnet(aws_vpc.Vpc.cidr_block, 8, 1)
  availability_zone = "us-east-1a"
}
resource "aws_subnet" "DataA" {
  vpc_id            = aws_vpc.Vpc.id
  cidr_block        = cidrsubnet(aws_vpc.Vpc.cidr_block, 8, 2)
  availability_zone = "us-east-1a"
}
resource "aws_subnet" "DataB" {
  vpc_id            = aws_vpc.Vpc.id
  cidr_block        = cidrsubnet(aws_vpc.Vpc.cidr_block, 8, 3)
  availability_zone = "us-east-1b"
}
resource "aws_route_table" "Public" {
  vpc_id = aws_vpc.Vpc.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.Igw.id
  }
}
resource "aws_route_table_association" "Public" {
  route_table_id = aws_route_table.Public.id
  subnet_id      = aws_subnet.WebA.id
}
resource "aws_route_table" "Private" { vpc_id = aws_vpc.Vpc.id }
resource "aws_route" "Private" {
  route_table_id         = aws_route_table.Private.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.Nat.id
}
resource "aws_route_table_association" "Private" {
  route_table_id = aws_route_table.Private.id
  subnet_id      = aws_subnet.AppA.id
}
resource "aws_eip" "Nat" { domain = "vpc" }
resource "aws_nat_gateway" "Nat" {
  subnet_id     = aws_subnet.WebA.id
  allocation_id = aws_eip.Nat.id
}
resource "aws_network_acl" "Data" {
  vpc_id     = aws_vpc.Vpc.id
  subnet_ids = [aws_subnet.DataA.id, aws_subnet.DataB.id]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 5432
    to_port    = 5432
    cidr_block = "10.0.1.0/24"
  }
}
resource "aws_network_acl_rule" "DataOut" {
  network_acl_id = aws_network_acl.Data.id
  rule_number    = 100
  egress         = true
  rule_action    = "allow"
  protocol       = "6"
  from_port      = 32768
  to_port        = 60999
  cidr_block     = "10.0.1.0/24"
}
resource "aws_security_group" "WebGroup" {
  name   = "WebGroup"
  vpc_id = aws_vpc.Vpc.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "AppGroup" {
  name   = "AppGroup"
  vpc_id = aws_vpc.Vpc.id
}
resource "aws_security_group_rule" "AppIn" {
  type                     = "ingress"
  security_group_id        = aws_security_group.AppGroup.id
  protocol                 = "tcp"
  from_port                = 8080
  to_port                  = 8080
  source_security_group_id = aws_security_group.WebGroup.id
}
resource "aws_security_group_rule" "AppOut" {
  type              = "egress"
  security_group_id = aws_security_group.AppGroup.id
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  cidr_blocks       = ["0.0.0.0/0"]
}
resource "aws_security_group" "DataGroup" {
  name   = "DataGroup"
  vpc_id = aws_vpc.Vpc.id
}
resource "aws_vpc_security_group_ingress_rule" "DataIn" {
  security_group_id            = aws_security_group.DataGroup.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.AppGroup.id
}
resource "aws_vpc_security_group_egress_rule" "DataOut" {
  security_group_id = aws_security_group.DataGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "127.0.0.1/32"
}
resource "aws_instance" "Web" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.WebA.id
  vpc_security_group_ids = [aws_security_group.WebGroup.id]
}
resource "aws_instance" "App" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.AppA.id
  private_ip             = "10.0.1.10"
  vpc_security_group_ids = [aws_security_group.AppGroup.id]
}
resource "aws_db_subnet_group" "Orders" {
  name       = "orders"
  subnet_ids = [aws_subnet.DataA.id, aws_subnet.DataB.id]
}
resource "aws_db_instance" "Orders" {
  identifier             = "orders"
  engine                 = "postgres"
  instance_class         = "db.t3.micro"
  allocated_storage      = 20
  username               = "x"
  password               = "not-read-by-anyone"
  port                   = 5432
  publicly_accessible    = false
  db_subnet_group_name   = aws_db_subnet_group.Orders.name
  vpc_security_group_ids = [aws_security_group.DataGroup.id]
  skip_final_snapshot    = true
}
