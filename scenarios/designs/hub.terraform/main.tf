# The design of hub.yaml.
resource "aws_vpc" "Orders" { cidr_block = "10.1.0.0/16" }
resource "aws_vpc" "Billing" { cidr_block = "10.2.0.0/16" }
resource "aws_vpc" "Shared" { cidr_block = "10.9.0.0/16" }
resource "aws_subnet" "OrdersApp" {
  vpc_id            = aws_vpc.Orders.id
  cidr_block        = "10.1.1.0/24"
  availability_zone = "us-east-1a"
}
resource "aws_route_table_association" "OrdersApp" {
  route_table_id = aws_route_table.OrdersOut.id
  subnet_id      = aws_subnet.OrdersApp.id
}
resource "aws_subnet" "OrdersData" {
  vpc_id            = aws_vpc.Orders.id
  cidr_block        = "10.1.2.0/24"
  availability_zone = "us-east-1a"
}
resource "aws_route_table_association" "OrdersData" {
  route_table_id = aws_route_table.OrdersPeered.id
  subnet_id      = aws_subnet.OrdersData.id
}
resource "aws_subnet" "OrdersTransit" {
  vpc_id            = aws_vpc.Orders.id
  cidr_block        = "10.1.255.0/28"
  availability_zone = "us-east-1a"
}
resource "aws_subnet" "BillingApp" {
  vpc_id            = aws_vpc.Billing.id
  cidr_block        = "10.2.1.0/24"
  availability_zone = "us-east-1a"
}
resource "aws_route_table_association" "BillingApp" {
  route_table_id = aws_route_table.BillingOut.id
  subnet_id      = aws_subnet.BillingApp.id
}
resource "aws_subnet" "BillingData" {
  vpc_id            = aws_vpc.Billing.id
  cidr_block        = "10.2.2.0/24"
  availability_zone = "us-east-1a"
}
resource "aws_route_table_association" "BillingData" {
  route_table_id = aws_route_table.BillingPeered.id
  subnet_id      = aws_subnet.BillingData.id
}
resource "aws_subnet" "BillingTransit" {
  vpc_id            = aws_vpc.Billing.id
  cidr_block        = "10.2.255.0/28"
  availability_zone = "us-east-1a"
}
resource "aws_subnet" "SharedTools" {
  vpc_id            = aws_vpc.Shared.id
  cidr_block        = "10.9.1.0/24"
  availability_zone = "us-east-1a"
}
resource "aws_route_table_association" "SharedTools" {
  route_table_id = aws_route_table.SharedOut.id
  subnet_id      = aws_subnet.SharedTools.id
}
resource "aws_subnet" "SharedTransit" {
  vpc_id            = aws_vpc.Shared.id
  cidr_block        = "10.9.255.0/28"
  availability_zone = "us-east-1a"
}
resource "aws_route_table" "OrdersOut" { vpc_id = aws_vpc.Orders.id }
resource "aws_route_table" "OrdersPeered" { vpc_id = aws_vpc.Orders.id }
resource "aws_route_table" "BillingOut" { vpc_id = aws_vpc.Billing.id }
resource "aws_route_table" "BillingPeered" { vpc_id = aws_vpc.Billing.id }
resource "aws_route_table" "SharedOut" { vpc_id = aws_vpc.Shared.id }
resource "aws_route" "OrdersNet" {
  route_table_id         = aws_route_table.OrdersOut.id
  destination_cidr_block = "10.0.0.0/8"
  transit_gateway_id     = aws_ec2_transit_gateway_vpc_attachment.OrdersAttachment.transit_gateway_id
}
resource "aws_route" "OrdersHq" {
  route_table_id         = aws_route_table.OrdersOut.id
  destination_cidr_block = "192.168.0.0/16"
  transit_gateway_id     = aws_ec2_transit_gateway.Hub.id
}
resource "aws_route" "BillingNet" {
  route_table_id         = aws_route_table.BillingOut.id
  destination_cidr_block = "10.0.0.0/8"
  transit_gateway_id     = aws_ec2_transit_gateway_vpc_attachment.BillingAttachment.transit_gateway_id
}
resource "aws_route" "BillingHq" {
  route_table_id         = aws_route_table.BillingOut.id
  destination_cidr_block = "192.168.0.0/16"
  transit_gateway_id     = aws_ec2_transit_gateway.Hub.id
}
resource "aws_route" "SharedNet" {
  route_table_id         = aws_route_table.SharedOut.id
  destination_cidr_block = "10.0.0.0/8"
  transit_gateway_id     = aws_ec2_transit_gateway_vpc_attachment.SharedAttachment.transit_gateway_id
}
resource "aws_route" "SharedHq" {
  route_table_id         = aws_route_table.SharedOut.id
  destination_cidr_block = "192.168.0.0/16"
  transit_gateway_id     = aws_ec2_transit_gateway.Hub.id
}
resource "aws_route" "OrdersPeer" {
  route_table_id            = aws_route_table.OrdersPeered.id
  destination_cidr_block    = "10.2.2.0/24"
  vpc_peering_connection_id = aws_vpc_peering_connection.Peering.id
}
resource "aws_route" "BillingPeer" {
  route_table_id            = aws_route_table.BillingPeered.id
  destination_cidr_block    = "10.1.2.0/24"
  vpc_peering_connection_id = aws_vpc_peering_connection.Peering.id
}
resource "aws_route" "BillingStray" {
  route_table_id            = aws_route_table.BillingOut.id
  destination_cidr_block    = "10.1.2.0/24"
  vpc_peering_connection_id = aws_vpc_peering_connection.Peering.id
}
resource "aws_security_group" "OrdersGroup" {
  name   = "OrdersGroup"
  vpc_id = aws_vpc.Orders.id
}
resource "aws_vpc_security_group_egress_rule" "OrdersGroupOut" {
  security_group_id = aws_security_group.OrdersGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_security_group" "DatabaseGroup" {
  name   = "DatabaseGroup"
  vpc_id = aws_vpc.Orders.id
}
resource "aws_vpc_security_group_egress_rule" "DatabaseGroupOut" {
  security_group_id = aws_security_group.DatabaseGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_security_group" "BillingGroup" {
  name   = "BillingGroup"
  vpc_id = aws_vpc.Billing.id
}
resource "aws_vpc_security_group_egress_rule" "BillingGroupOut" {
  security_group_id = aws_security_group.BillingGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_security_group" "ReportsGroup" {
  name   = "ReportsGroup"
  vpc_id = aws_vpc.Billing.id
}
resource "aws_security_group" "RegistryGroup" {
  name   = "RegistryGroup"
  vpc_id = aws_vpc.Shared.id
}
resource "aws_vpc_security_group_egress_rule" "RegistryGroupOut" {
  security_group_id = aws_security_group.RegistryGroup.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_vpc_security_group_ingress_rule" "OrdersIn" {
  security_group_id = aws_security_group.OrdersGroup.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "10.0.0.0/8"
}
resource "aws_vpc_security_group_ingress_rule" "OrdersHqIn" {
  security_group_id = aws_security_group.OrdersGroup.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "192.168.0.0/16"
}
resource "aws_vpc_security_group_ingress_rule" "DatabaseIn" {
  security_group_id            = aws_security_group.DatabaseGroup.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.ReportsGroup.id
}
resource "aws_vpc_security_group_ingress_rule" "BillingIn" {
  security_group_id = aws_security_group.BillingGroup.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "10.0.0.0/8"
}
resource "aws_vpc_security_group_ingress_rule" "BillingHqIn" {
  security_group_id = aws_security_group.BillingGroup.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "192.168.0.0/16"
}
resource "aws_vpc_security_group_ingress_rule" "RegistryIn" {
  security_group_id            = aws_security_group.RegistryGroup.id
  ip_protocol                  = "tcp"
  from_port                    = 8443
  to_port                      = 8443
  referenced_security_group_id = aws_security_group.OrdersGroup.id
}
resource "aws_vpc_security_group_ingress_rule" "RegistryHqIn" {
  security_group_id = aws_security_group.RegistryGroup.id
  ip_protocol       = "tcp"
  from_port         = 8443
  to_port           = 8443
  cidr_ipv4         = "192.168.0.0/16"
}
resource "aws_vpc_security_group_egress_rule" "ReportsOut" {
  security_group_id            = aws_security_group.ReportsGroup.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.DatabaseGroup.id
}
resource "aws_instance" "OrdersApi" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.OrdersApp.id
  vpc_security_group_ids = [aws_security_group.OrdersGroup.id]
}
resource "aws_instance" "Database" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.OrdersData.id
  vpc_security_group_ids = [aws_security_group.DatabaseGroup.id]
}
resource "aws_instance" "BillingApi" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.BillingApp.id
  vpc_security_group_ids = [aws_security_group.BillingGroup.id]
}
resource "aws_instance" "Reports" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.BillingData.id
  vpc_security_group_ids = [aws_security_group.ReportsGroup.id]
}
resource "aws_instance" "Clerk" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.BillingData.id
  vpc_security_group_ids = [aws_security_group.BillingGroup.id]
}
resource "aws_instance" "Registry" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.SharedTools.id
  vpc_security_group_ids = [aws_security_group.RegistryGroup.id]
}
resource "aws_vpc_peering_connection" "Peering" {
  vpc_id      = aws_vpc.Orders.id
  peer_vpc_id = aws_vpc.Billing.id
  auto_accept = true
}
resource "aws_ec2_transit_gateway" "Hub" {
  default_route_table_association    = "disable"
  default_route_table_propagation    = "disable"
  security_group_referencing_support = "enable"
}
resource "aws_ec2_transit_gateway_route_table" "Spokes" { transit_gateway_id = aws_ec2_transit_gateway.Hub.id }
resource "aws_ec2_transit_gateway_route_table" "Services" { transit_gateway_id = aws_ec2_transit_gateway.Hub.id }
resource "aws_customer_gateway" "Router" {
  bgp_asn    = 65000
  ip_address = "192.0.2.1"
  type       = "ipsec.1"
}
resource "aws_vpn_connection" "Vpn" {
  transit_gateway_id  = aws_ec2_transit_gateway.Hub.id
  customer_gateway_id = aws_customer_gateway.Router.id
  type                = "ipsec.1"
}
resource "aws_ec2_transit_gateway_vpc_attachment" "OrdersAttachment" {
  transit_gateway_id                              = aws_ec2_transit_gateway.Hub.id
  vpc_id                                          = aws_vpc.Orders.id
  subnet_ids                                      = [aws_subnet.OrdersTransit.id]
  security_group_referencing_support              = "enable"
  transit_gateway_default_route_table_association = false
  transit_gateway_default_route_table_propagation = false
}
resource "aws_ec2_transit_gateway_vpc_attachment" "BillingAttachment" {
  transit_gateway_id                              = aws_ec2_transit_gateway.Hub.id
  vpc_id                                          = aws_vpc.Billing.id
  subnet_ids                                      = [aws_subnet.BillingTransit.id]
  security_group_referencing_support              = "enable"
  transit_gateway_default_route_table_association = false
  transit_gateway_default_route_table_propagation = false
}
resource "aws_ec2_transit_gateway_vpc_attachment" "SharedAttachment" {
  transit_gateway_id                              = aws_ec2_transit_gateway.Hub.id
  vpc_id                                          = aws_vpc.Shared.id
  subnet_ids                                      = [aws_subnet.SharedTransit.id]
  security_group_referencing_support              = "enable"
  transit_gateway_default_route_table_association = false
  transit_gateway_default_route_table_propagation = false
}
resource "aws_ec2_transit_gateway_route_table_association" "Orders" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.OrdersAttachment.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Spokes.id
}
resource "aws_ec2_transit_gateway_route_table_association" "Billing" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.BillingAttachment.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Spokes.id
}
resource "aws_ec2_transit_gateway_route_table_association" "Shared" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.SharedAttachment.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Services.id
}
resource "aws_ec2_transit_gateway_route_table_association" "Vpn" {
  transit_gateway_attachment_id  = aws_vpn_connection.Vpn.transit_gateway_attachment_id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Services.id
}
resource "aws_ec2_transit_gateway_route_table_propagation" "OrdersServices" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.OrdersAttachment.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Services.id
}
resource "aws_ec2_transit_gateway_route_table_propagation" "BillingServices" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.BillingAttachment.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Services.id
}
resource "aws_ec2_transit_gateway_route_table_propagation" "SharedSpokes" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.SharedAttachment.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Spokes.id
}
resource "aws_ec2_transit_gateway_route_table_propagation" "SharedServices" {
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.SharedAttachment.id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Services.id
}
resource "aws_ec2_transit_gateway_route_table_propagation" "VpnSpokes" {
  transit_gateway_attachment_id  = aws_vpn_connection.Vpn.transit_gateway_attachment_id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Spokes.id
}
resource "aws_ec2_transit_gateway_route_table_propagation" "VpnServices" {
  transit_gateway_attachment_id  = aws_vpn_connection.Vpn.transit_gateway_attachment_id
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Services.id
}
resource "aws_ec2_transit_gateway_route" "Isolation" {
  destination_cidr_block         = "10.0.0.0/8"
  blackhole                      = true
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Spokes.id
}
resource "aws_ec2_transit_gateway_route" "PeeredOnly" {
  destination_cidr_block         = "10.1.2.0/24"
  blackhole                      = true
  transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.Services.id
}
