package model

import "strings"

// ARN is an Amazon Resource Name, as far as it tells where a resource belongs.
type ARN struct {
	Service  string // "s3"
	Region   Region // empty for what has none
	Account  AccountID
	Resource string // what follows the account
}

// ParseARN takes an ARN apart; the zero ARN stands for a text that is none.
func ParseARN(text string) ARN {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return ARN{}
	}
	return ARN{Service: parts[2], Region: Region(parts[3]), Account: AccountID(parts[4]), Resource: parts[5]}
}

// arnServices are the services that ARNs call by another name than endpoints do.
var arnServices = map[string]string{
	"monitoring": "cloudwatch", "email-smtp": "ses", "kinesis-firehose": "firehose", "kinesis-streams": "kinesis",
	"git-codecommit": "codecommit", "ssmmessages": "ssm", "ec2messages": "ssm", "memory-db": "memorydb",
}

// ARNService is the service as ARNs and actions name it: ecr for ecr.api.
func (s Service) ARNService() string {
	if name, ok := arnServices[s.Name]; ok {
		return name
	}
	name, _, _ := strings.Cut(s.Name, ".")
	return name
}

// Actions is any action of the service, as policies write it; empty where it is
// not AWS's own, which has none.
func (s Service) Actions() string {
	switch {
	case !s.IsAWS():
		return ""
	case s.Name == "ssmmessages" || s.Name == "ec2messages":
		return s.Name + ":*"
	}
	return s.ARNService() + ":*"
}
