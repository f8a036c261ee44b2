variable "vpc_id" {}
variable "subnets" {}
variable "groups" {}

resource "aws_security_group" "this" {
  name   = "app"
  vpc_id = var.vpc_id
  egress = []
}

resource "aws_lambda_function" "this" {
  function_name = "app"
  role          = "arn:aws:iam::123456789012:role/app"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
  vpc_config {
    subnet_ids         = var.subnets
    security_group_ids = concat(var.groups, [aws_security_group.this.id])
  }
}

output "group" { value = aws_security_group.this.id }
