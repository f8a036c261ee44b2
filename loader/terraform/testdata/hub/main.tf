# Hub and spoke: two spokes that reach the shared services and the internet by
# the hub, and not each other.
locals {
  spokes = { blue = "10.1.0.0/16", green = "10.2.0.0/16" }
}

resource "aws_ec2_transit_gateway" "hub" {
  default_route_table_association = "disable"
  default_route_table_propagation = "disable"
  transit_gateway_cidr_blocks     = ["10.255.0.0/24"]
}

# The spokes.
resource "aws_vpc" "spoke" {
  for_each   = local.spokes
  cidr_block = each.value
}

resource "aws_subnet" "app" {
  for_each          = local.spokes
  vpc_id            = aws_vpc.spoke[each.key].id
  cidr_block        = cidrsubnet(each.value, 8, 1)
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "transit" {
  for_each          = local.spokes
  vpc_id            = aws_vpc.spoke[each.key].id
  cidr_block        = cidrsubnet(each.value, 12, 0)
  availability_zone = "eu-west-1a"
}

resource "aws_route_table" "spoke" {
  for_each = local.spokes
  vpc_id   = aws_vpc.spoke[each.key].id
  route {
    cidr_block         = "0.0.0.0/0"
    transit_gateway_id = aws_ec2_transit_gateway.hub.id
  }
  depends_on = [aws_ec2_transit_gateway_vpc_attachment.spoke]
}

resource "aws_route_table_association" "app" {
  for_each       = local.spokes
  subnet_id      = aws_subnet.app[each.key].id
  route_table_id = aws_route_table.spoke[each.key].id
}

resource "aws_ec2_transit_gateway_vpc_attachment" "spoke" {
  for_each           = local.spokes
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  vpc_id             = aws_vpc.spoke[each.key].id
  subnet_ids         = [aws_subnet.transit[each.key].id]
}

resource "aws_network_interface" "app" {
  for_each        = local.spokes
  subnet_id       = aws_subnet.app[each.key].id
  private_ips     = [cidrhost(aws_subnet.app[each.key].cidr_block, 10)]
  security_groups = [aws_security_group.app[each.key].id]
}

resource "aws_instance" "app" {
  for_each      = local.spokes
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  network_interface {
    device_index         = 0
    network_interface_id = aws_network_interface.app[each.key].id
  }
}

resource "aws_security_group" "app" {
  for_each = local.spokes
  name     = "app"
  vpc_id   = aws_vpc.spoke[each.key].id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# The hub: shared services, and the way out.
resource "aws_vpc" "shared" { cidr_block = "10.0.0.0/16" }

resource "aws_subnet" "shared" {
  vpc_id            = aws_vpc.shared.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "public" {
  vpc_id            = aws_vpc.shared.id
  cidr_block        = "10.0.2.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "shared_transit" {
  vpc_id            = aws_vpc.shared.id
  cidr_block        = "10.0.0.0/28"
  availability_zone = "eu-west-1a"
}

resource "aws_internet_gateway" "shared" { vpc_id = aws_vpc.shared.id }

resource "aws_eip" "nat" { domain = "vpc" }

resource "aws_nat_gateway" "out" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}

resource "aws_ec2_managed_prefix_list" "spokes" {
  name           = "spokes"
  address_family = "IPv4"
  max_entries    = 5
  dynamic "entry" {
    for_each = local.spokes
    content {
      cidr = entry.value
    }
  }
}

resource "aws_route_table" "shared" {
  vpc_id = aws_vpc.shared.id
  route {
    destination_prefix_list_id = aws_ec2_managed_prefix_list.spokes.id
    transit_gateway_id         = aws_ec2_transit_gateway.hub.id
  }
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.out.id
  }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.shared.id
}

resource "aws_route" "public_out" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.shared.id
}

resource "aws_route" "public_spokes" {
  for_each               = local.spokes
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = each.value
  transit_gateway_id     = aws_ec2_transit_gateway_vpc_attachment.shared.transit_gateway_id
}

resource "aws_route_table_association" "shared" {
  for_each       = { shared = aws_subnet.shared.id, transit = aws_subnet.shared_transit.id }
  subnet_id      = each.value
  route_table_id = aws_route_table.shared.id
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_ec2_transit_gateway_vpc_attachment" "shared" {
  transit_gateway_id                              = aws_ec2_transit_gateway.hub.id
  vpc_id                                          = aws_vpc.shared.id
  subnet_ids                                      = [aws_subnet.shared_transit.id]
  ipv6_support                                    = "enable"
  appliance_mode_support                          = "enable"
  transit_gateway_default_route_table_association = false
  transit_gateway_default_route_table_propagation = false
}

# Spokes see the hub and no spoke; the hub sees all spokes.
resource "aws_ec2_transit_gateway_route_table" "spokes" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  tags               = { Name = "spokes" }
}

resource "aws_ec2_transit_gateway_route_table" "hub" {
  transit_gateway_id = aws_ec2_transit_gateway.hub.id
  tags               = { Name = "hub" }
}

resource "aws_ec2_transit_gateway_route_table_association" "spoke" {
  for_each                       = aws_ec2_transit_gateway_vpc_attachment.spoke
  transit_gateway_attachment_id  = each.value.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
}

resource "aws_ec2_transit_gateway_route_table_propagation" "spoke" {
  for_each                       = local.spokes
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.spoke[each.key].id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.hub.id
}

resource "aws_ec2_transit_gateway_route_table_association" "shared" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.shared.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.hub.id
}

resource "aws_ec2_transit_gateway_route_table_propagation" "shared" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.shared.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
}

resource "aws_ec2_transit_gateway_route" "out" {
  destination_cidr_block         = "0.0.0.0/0"
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.shared.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
}

resource "aws_ec2_transit_gateway_route" "between" {
  for_each                       = toset(["10.1.0.0/16", "10.2.0.0/16"])
  destination_cidr_block         = each.value
  blackhole                      = true
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
}
