# The design of dual-stack.yaml. Its IPv6 block is of an address pool, so that it
# is known beforehand.
resource "aws_vpc" "Vpc" { cidr_block = "10.8.0.0/16" }
resource "aws_vpc_ipv6_cidr_block_association" "Vpc" {
  vpc_id            = aws_vpc.Vpc.id
  ipv6_cidr_block   = "2600:1f18:1234::/56"
  ipv6_ipam_pool_id = "ipam-pool-0123456789abcdef0"
}
resource "aws_internet_gateway" "Igw" { vpc_id = aws_vpc.Vpc.id }
resource "aws_egress_only_internet_gateway" "Eigw" { vpc_id = aws_vpc.Vpc.id }
locals {
  subnets = {
    Edge = { cidr = "10.8.0.0/24", cidr6 = null, table = "Out", public = false }
    Pub  = { cidr = "10.8.1.0/24", cidr6 = "2600:1f18:1234:1::/64", table = "Inspected", public = true }
    Priv = { cidr = "10.8.2.0/24", cidr6 = "2600:1f18:1234:2::/64", table = "Closed", public = false }
  }
}
resource "aws_subnet" "s" {
  for_each                        = local.subnets
  vpc_id                          = aws_vpc.Vpc.id
  cidr_block                      = each.value.cidr
  ipv6_cidr_block                 = each.value.cidr6
  assign_ipv6_address_on_creation = each.value.cidr6 != null
  map_public_ip_on_launch         = each.value.public
  tags                            = { Name = each.key }
}
resource "aws_route_table" "Out" {
  vpc_id = aws_vpc.Vpc.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.Igw.id
  }
}
resource "aws_route_table" "Inspected" {
  vpc_id = aws_vpc.Vpc.id
  route {
    cidr_block           = "0.0.0.0/0"
    network_interface_id = aws_network_interface.eniFw.id
  }
  route {
    ipv6_cidr_block = "::/0"
    gateway_id      = aws_internet_gateway.Igw.id
  }
}
resource "aws_route_table" "Closed" { vpc_id = aws_vpc.Vpc.id }
resource "aws_route" "Closed" {
  route_table_id              = aws_route_table.Closed.id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.Eigw.id
}
resource "aws_route_table" "Ingress" { vpc_id = aws_vpc.Vpc.id }
resource "aws_route" "Ingress" {
  route_table_id         = aws_route_table.Ingress.id
  destination_cidr_block = "10.8.1.0/24"
  network_interface_id   = aws_network_interface.eniFw.id
}
resource "aws_route_table_association" "Ingress" {
  route_table_id = aws_route_table.Ingress.id
  gateway_id     = aws_internet_gateway.Igw.id
}
resource "aws_route_table_association" "Edge" {
  route_table_id = aws_route_table.Out.id
  subnet_id      = aws_subnet.s["Edge"].id
}
resource "aws_route_table_association" "Pub" {
  route_table_id = aws_route_table.Inspected.id
  subnet_id      = aws_subnet.s["Pub"].id
}
resource "aws_route_table_association" "Priv" {
  route_table_id = aws_route_table.Closed.id
  subnet_id      = aws_subnet.s["Priv"].id
}
resource "aws_ec2_managed_prefix_list" "Offices" {
  name           = "Offices"
  address_family = "IPv4"
  max_entries    = 4
  entry { cidr = "203.0.113.0/24" }
  entry { cidr = "198.51.100.128/25" }
}
resource "aws_security_group" "Any" {
  name   = "Any"
  vpc_id = aws_vpc.Vpc.id
  ingress {
    protocol         = "-1"
    from_port        = 0
    to_port          = 0
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
  egress {
    protocol         = "-1"
    from_port        = 0
    to_port          = 0
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}
resource "aws_security_group" "Office" {
  name   = "Office"
  vpc_id = aws_vpc.Vpc.id
}
resource "aws_vpc_security_group_ingress_rule" "Ssh" {
  security_group_id = aws_security_group.Office.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  prefix_list_id    = aws_ec2_managed_prefix_list.Offices.id
}
resource "aws_security_group_rule" "Ping" {
  type              = "ingress"
  security_group_id = aws_security_group.Office.id
  protocol          = "icmp"
  from_port         = 8
  to_port           = -1
  cidr_blocks       = ["10.8.0.0/16"]
}
resource "aws_vpc_security_group_egress_rule" "Https" {
  security_group_id = aws_security_group.Office.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_id    = aws_ec2_managed_prefix_list.Offices.id
}
resource "aws_network_interface" "eniFw" {
  subnet_id         = aws_subnet.s["Edge"].id
  security_groups   = [aws_security_group.Any.id]
  source_dest_check = false
}
resource "aws_eip" "Fw" {
  domain            = "vpc"
  network_interface = aws_network_interface.eniFw.id
}
resource "aws_instance" "Fw" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  network_interface {
    device_index         = 0
    network_interface_id = aws_network_interface.eniFw.id
  }
  tags = { "vpcwalk:nat" = "false" }
}
resource "aws_instance" "Host" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.s["Pub"].id
  vpc_security_group_ids = [aws_security_group.Any.id, aws_security_group.Office.id]
}
resource "aws_instance" "Inner" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.s["Priv"].id
  vpc_security_group_ids = [aws_security_group.Any.id]
}
resource "aws_lambda_function" "Resize" {
  function_name = "resize"
  role          = "arn:aws:iam::123456789012:role/x"
  runtime       = "python3.12"
  handler       = "x.y"
  filename      = "code.zip"
  vpc_config {
    subnet_ids         = [aws_subnet.s["Priv"].id]
    security_group_ids = [aws_security_group.Any.id]
  }
}
resource "aws_vpc_endpoint" "S3" {
  vpc_id          = aws_vpc.Vpc.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.Closed.id]
}
resource "aws_vpc_endpoint" "Logs" {
  vpc_id              = aws_vpc.Vpc.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.us-east-1.logs"
  subnet_ids          = [aws_subnet.s["Priv"].id]
  security_group_ids  = [aws_security_group.Any.id]
  private_dns_enabled = false
}
