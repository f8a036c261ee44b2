variable "zones" { type = list(string) }

resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }

# More than ten, so that the order of indexes is not that of their texts.
resource "aws_subnet" "counted" {
  count      = 11
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
}

resource "aws_subnet" "zoned" {
  for_each          = toset(var.zones)
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, 100 + index(var.zones, each.key))
  availability_zone = each.key
}

output "vpc_id" { value = aws_vpc.main.id }
output "counted" { value = aws_subnet.counted[*].id }
output "zoned" { value = values(aws_subnet.zoned)[*].id }
output "by_zone" { value = { for zone, subnet in aws_subnet.zoned : zone => subnet.id } }
output "reversed" { value = reverse(aws_subnet.counted[*].id) }
output "objects" { value = aws_subnet.zoned }
