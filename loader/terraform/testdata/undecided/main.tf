# What a plan leaves open at the edge of a VPC: what Block Public Access blocks, what
# VPNs carry, what gateways are attached to; and resources without arguments.
resource "terraform_data" "later" { input = "x" }

resource "aws_vpc" "main" {
  count      = 3
  cidr_block = "10.${count.index}.0.0/16"
}

resource "aws_subnet" "main" {
  count                   = 3
  vpc_id                  = aws_vpc.main[count.index].id
  cidr_block              = "10.${count.index}.0.0/24"
  map_public_ip_on_launch = true
}

resource "aws_vpc_block_public_access_options" "main" {
  internet_gateway_block_mode = terraform_data.later.output
}

resource "aws_vpc_block_public_access_exclusion" "either" {
  vpc_id                          = aws_vpc.main[length(terraform_data.later.output) % 2].id
  internet_gateway_exclusion_mode = "allow-bidirectional"
}

resource "aws_vpc_block_public_access_exclusion" "how" {
  subnet_id                       = aws_subnet.main[2].id
  internet_gateway_exclusion_mode = terraform_data.later.output
}

# The gateway of the first VPC or the second, and the one of the third VPC or another.
resource "aws_internet_gateway" "either" {
  vpc_id = [aws_vpc.main[0].id, aws_vpc.main[1].id][length(terraform_data.later.output) % 2]
}

resource "aws_internet_gateway" "third" { count = 2 }

resource "aws_internet_gateway_attachment" "third" {
  vpc_id              = aws_vpc.main[2].id
  internet_gateway_id = aws_internet_gateway.third[length(terraform_data.later.output) % 2].id
}

resource "aws_route" "out" {
  count                  = 3
  route_table_id         = aws_vpc.main[count.index].main_route_table_id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = count.index < 2 ? aws_internet_gateway.either.id : aws_internet_gateway.third[0].id
}

resource "aws_route" "second" {
  route_table_id         = aws_vpc.main[1].main_route_table_id
  destination_cidr_block = "198.18.0.0/15"
  gateway_id             = aws_internet_gateway.either.id
}

# A gateway without an argument is attached by a resource of its own.
resource "aws_vpn_gateway" "main" {}

resource "aws_vpn_gateway_attachment" "main" {
  vpc_id         = aws_vpc.main[length(terraform_data.later.output) % 2].id
  vpn_gateway_id = aws_vpn_gateway.main.id
}

resource "aws_route" "site" {
  route_table_id         = aws_vpc.main[1].main_route_table_id
  destination_cidr_block = "192.168.0.0/16"
  gateway_id             = aws_vpn_gateway.main.id
}

resource "aws_customer_gateway" "main" {
  bgp_asn    = 65000
  ip_address = "198.51.100.1"
  type       = "ipsec.1"
}

resource "aws_vpn_connection" "main" {
  vpn_gateway_id          = aws_vpn_gateway.main.id
  customer_gateway_id     = aws_customer_gateway.main.id
  type                    = "ipsec.1"
  static_routes_only      = true
  local_ipv4_network_cidr = terraform_data.later.output
}

# An address without an argument is nobody's.
resource "aws_eip" "spare" {}

resource "aws_security_group" "main" {
  count  = 2
  vpc_id = aws_vpc.main[1].id
}

# The primary interface is the second that is written.
resource "aws_launch_template" "main" {
  name = "main"
  network_interfaces {
    device_index    = 1
    subnet_id       = aws_subnet.main[0].id
    security_groups = [aws_security_group.main[0].id]
  }
  network_interfaces {
    device_index                = 0
    associate_public_ip_address = false
    subnet_id                   = aws_subnet.main[1].id
    security_groups             = [aws_security_group.main[1].id]
  }
}

resource "aws_instance" "main" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  launch_template {
    id      = aws_launch_template.main.id
    version = "$Latest"
  }
}
