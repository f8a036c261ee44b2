# Associations that are resources of their own, and what they leave open.
resource "terraform_data" "later" { input = "x" }


resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "app" {
  count      = 2
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.${count.index}.0/24"
}

resource "aws_route_table" "app" {
  count  = 2
  vpc_id = aws_vpc.main.id
}

# The main table is open: the second subnet has its own.
resource "aws_main_route_table_association" "main" {
  vpc_id         = aws_vpc.main.id
  route_table_id = aws_route_table.app[length(terraform_data.later.output) % 2].id
}

resource "aws_route_table_association" "own" {
  subnet_id      = aws_subnet.app[1].id
  route_table_id = aws_route_table.app[1].id
}

# So is the table of the gateway.
resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }

resource "aws_route_table_association" "gateway" {
  gateway_id     = aws_internet_gateway.main.id
  route_table_id = aws_route_table.app[length(terraform_data.later.output) % 2].id
}

resource "aws_security_group" "main" {
  count  = 2
  vpc_id = aws_vpc.main.id
}

# A group that is added leaves the default group where it is (ssm), or replaces
# it (kms).
resource "aws_vpc_endpoint" "service" {
  for_each          = toset(["ssm", "kms", "ecr.api", "sts"])
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type = "Interface"
}

resource "aws_vpc_endpoint_subnet_association" "service" {
  for_each        = toset(["ssm", "kms"])
  vpc_endpoint_id = aws_vpc_endpoint.service[each.key].id
  subnet_id       = aws_subnet.app[1].id
}

resource "aws_vpc_endpoint_security_group_association" "ssm" {
  vpc_endpoint_id   = aws_vpc_endpoint.service["ssm"].id
  security_group_id = aws_security_group.main[0].id
}

resource "aws_vpc_endpoint_security_group_association" "kms" {
  vpc_endpoint_id             = aws_vpc_endpoint.service["kms"].id
  security_group_id           = aws_security_group.main[0].id
  replace_default_association = true
}

# Which endpoint is open.
resource "aws_vpc_endpoint_security_group_association" "either" {
  vpc_endpoint_id   = [aws_vpc_endpoint.service["ecr.api"].id, aws_vpc_endpoint.service["sts"].id][length(terraform_data.later.output) % 2]
  security_group_id = aws_security_group.main[1].id
}

resource "aws_vpc_endpoint_subnet_association" "either" {
  vpc_endpoint_id = [aws_vpc_endpoint.service["ecr.api"].id, aws_vpc_endpoint.service["sts"].id][length(terraform_data.later.output) % 2]
  subnet_id       = aws_subnet.app[0].id
}

# An address that is chosen, in a subnet that only the block names.
resource "aws_vpc_endpoint" "logs" {
  vpc_id             = aws_vpc.main.id
  service_name       = "com.amazonaws.eu-west-1.logs"
  vpc_endpoint_type  = "Interface"
  security_group_ids = [aws_security_group.main[0].id]
  subnet_configuration {
    ipv4      = "10.0.1.77"
    subnet_id = aws_subnet.app[1].id
  }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each     = toset(["s3", "dynamodb"])
  vpc_id       = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.${each.key}"
}

resource "aws_vpc_endpoint_route_table_association" "s3" {
  vpc_endpoint_id = aws_vpc_endpoint.gateway["s3"].id
  route_table_id  = aws_route_table.app[0].id
}

resource "aws_vpc_endpoint_route_table_association" "either" {
  vpc_endpoint_id = [aws_vpc_endpoint.gateway["s3"].id, aws_vpc_endpoint.gateway["dynamodb"].id][length(terraform_data.later.output) % 2]
  route_table_id  = aws_route_table.app[1].id
}

# An entry of one of two lists, and not of the third.
resource "aws_ec2_managed_prefix_list" "main" {
  count          = 3
  name           = "list-${count.index}"
  address_family = "IPv4"
  max_entries    = 2
}

resource "aws_ec2_managed_prefix_list_entry" "known" {
  prefix_list_id = aws_ec2_managed_prefix_list.main[2].id
  cidr           = "10.0.0.0/24"
}

resource "aws_ec2_managed_prefix_list_entry" "either" {
  prefix_list_id = [aws_ec2_managed_prefix_list.main[0].id, aws_ec2_managed_prefix_list.main[1].id][length(terraform_data.later.output) % 2]
  cidr           = "10.0.1.0/24"
}

# A group in either of two other VPCs.
resource "aws_vpc" "other" {
  count      = 2
  cidr_block = "10.${count.index + 1}.0.0/16"
}

resource "aws_vpc_security_group_vpc_association" "either" {
  security_group_id = aws_security_group.main[0].id
  vpc_id            = aws_vpc.other[length(terraform_data.later.output) % 2].id
}

# One VPC is in a service network for certain, another in one of two.
resource "aws_vpclattice_service_network" "main" {
  count = 2
  name  = "network-${count.index}"
}

resource "aws_vpclattice_service_network_vpc_association" "main" {
  vpc_identifier             = aws_vpc.main.id
  service_network_identifier = aws_vpclattice_service_network.main[0].id
}

resource "aws_vpclattice_service_network_vpc_association" "either" {
  vpc_identifier             = aws_vpc.other[0].id
  service_network_identifier = aws_vpclattice_service_network.main[length(terraform_data.later.output) % 2].id
}

resource "aws_vpclattice_service" "orders" {
  count = 2
  name  = "orders-${count.index}"
}

resource "aws_vpclattice_service_network_service_association" "orders" {
  service_identifier         = aws_vpclattice_service.orders[0].id
  service_network_identifier = aws_vpclattice_service_network.main[0].id
}

resource "aws_vpclattice_listener" "either" {
  name               = "https"
  protocol           = "HTTPS"
  service_identifier = aws_vpclattice_service.orders[length(terraform_data.later.output) % 2].id
  default_action {
    fixed_response { status_code = 404 }
  }
}
