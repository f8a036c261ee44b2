# What stays open until apply, and must not be guessed.

resource "terraform_data" "choice" {}

resource "aws_vpc" "a" { cidr_block = "10.1.0.0/16" }
resource "aws_vpc" "b" { cidr_block = "10.2.0.0/16" }

resource "aws_subnet" "a" {
  count      = 3
  vpc_id     = aws_vpc.a.id
  cidr_block = cidrsubnet(aws_vpc.a.cidr_block, 8, count.index)
}

resource "aws_eip" "partner" { domain = "vpc" }

# Two blocks, two groups: the plan does not tell which has which, and the text
# only to who calculates.
resource "aws_security_group" "two" {
  vpc_id = aws_vpc.a.id
  ingress {
    from_port       = 20 + 2
    to_port         = 22
    protocol        = "tcp"
    security_groups = [aws_security_group.one.id]
  }
  ingress {
    from_port       = 80
    to_port         = 80
    protocol        = "tcp"
    security_groups = [aws_security_group.three.id]
  }
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.9.0.0/16", "${aws_eip.partner.public_ip}/32"]
  }
}
resource "aws_security_group" "one" { vpc_id = aws_vpc.a.id }
resource "aws_security_group" "three" { vpc_id = aws_vpc.a.id }

# A rule of a group that only apply tells.
resource "aws_security_group_rule" "somewhere" {
  type              = "ingress"
  security_group_id = element([aws_security_group.one.id, aws_security_group.three.id], length(terraform_data.choice.id) % 2)
  protocol          = "tcp"
  from_port         = 1
  to_port           = 1
  cidr_blocks       = ["0.0.0.0/0"]
}

# Another index than its own.
resource "aws_instance" "shifted" {
  count         = 2
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.a[count.index + 1].id
}

# The known address tells the subnet whatever the index.
resource "aws_instance" "settled" {
  count         = 2
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.a[count.index + 1].id
  private_ip    = cidrhost(aws_subnet.a[count.index + 1].cidr_block, 9)
}

resource "aws_vpc" "pooled" {
  ipv4_ipam_pool_id   = "ipam-pool-0123456789abcdef0"
  ipv4_netmask_length = 24
}

resource "aws_subnet" "either" {
  vpc_id     = length(terraform_data.choice.id) > 40 ? aws_vpc.a.id : aws_vpc.b.id
  cidr_block = "10.2.7.0/24"
}

resource "aws_route_table" "odd" {
  vpc_id = aws_vpc.b.id
  route {
    cidr_block = "${aws_eip.partner.public_ip}/32"
    gateway_id = aws_internet_gateway.b.id
  }
}
resource "aws_internet_gateway" "b" { vpc_id = aws_vpc.b.id }

resource "aws_instance" "default" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
}

resource "aws_subnet" "shared" {
  vpc_id     = "vpc-0fedcba9876543210"
  cidr_block = "172.31.200.0/24"
}

resource "aws_ec2_transit_gateway" "hub" {}
resource "aws_s3_bucket" "logs" {}

resource "aws_route" "hub" {
  route_table_id         = aws_route_table.odd.id
  destination_cidr_block = "10.0.0.0/8"
  transit_gateway_id     = aws_ec2_transit_gateway.hub.id
}
