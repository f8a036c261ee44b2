variable "subnet_ids" { type = list(string) }

resource "aws_instance" "first" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = var.subnet_ids[0]
}

resource "aws_instance" "around" {
  count         = 3
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  subnet_id     = var.subnet_ids[count.index % length(var.subnet_ids)]
}
