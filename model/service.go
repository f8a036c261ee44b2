package model

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Service is an AWS service, or one that somebody offers by PrivateLink, as a
// VPC endpoint names it.
type Service struct {
	// Name is what the service name has after the Region: s3, ecr.api; for an
	// endpoint service of somebody's own its whole name.
	Name string
	// Region is empty where the text names none: the Region of whoever asks.
	Region Region
}

// The parts of AWS's service names: com.amazonaws.REGION.NAME, and
// aws.PRODUCT.REGION.NAME.
var (
	regionPart      = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
	servicePrefixes = []string{"com.amazonaws.", "cn.com.amazonaws."}
)

// ParseService reads a service's name, in full or short.
func ParseService(name string) Service {
	for _, prefix := range servicePrefixes {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		if strings.HasPrefix(rest, "vpce.") {
			return Service{Name: name} // somebody's own endpoint service
		}
		region, short, ok := strings.Cut(rest, ".")
		if ok && strings.HasPrefix(region, "${") {
			return Service{Name: short} // a template's own Region, which is not given
		}
		if !ok || !regionPart.MatchString(region) {
			return Service{Name: rest} // com.amazonaws.s3-global.accesspoint
		}
		return Service{Name: short, Region: Region(region)}
	}
	return Service{Name: name}
}

// In is the service in a Region, unless it names one itself.
func (s Service) In(r Region) Service {
	if s.Region == "" && s.IsAWS() {
		s.Region = r
	}
	return s
}

// IsAWS reports whether the service is AWS's own, which has public addresses
// too; all others are reached by their endpoints only.
func (s Service) IsAWS() bool {
	return !strings.HasPrefix(s.Name, "com.amazonaws.vpce.") && !strings.HasPrefix(s.Name, "cn.com.amazonaws.vpce.")
}

// Same reports whether both are one service. A Region that is not told may be
// any.
func (s Service) Same(t Service) bool {
	return s.Name == t.Name && (s.Region == t.Region || s.Region == "" || t.Region == "")
}

func (s Service) String() string {
	if s.Region == "" {
		return s.Name
	}
	return "com.amazonaws." + string(s.Region) + "." + s.Name
}

// serviceHosts are the services whose public host name is not NAME.REGION.
var serviceHosts = map[string]string{
	"ecr.api":         "api.ecr",
	"ecr.dkr":         "dkr.ecr",
	"kinesis-streams": "kinesis",
}

// Host is the service's public host name, as far as the Region is known.
func (s Service) Host() string {
	name := s.Name
	if !s.IsAWS() {
		return name
	}
	if h, ok := serviceHosts[name]; ok {
		name = h
	}
	switch {
	case s.Region == "":
		return name + ".amazonaws.com"
	case strings.HasPrefix(string(s.Region), "cn-"):
		return name + "." + string(s.Region) + ".amazonaws.com.cn"
	}
	return name + "." + string(s.Region) + ".amazonaws.com"
}

// serviceNames are AWS's services that can be asked about whether or not the
// network has an endpoint for them.
var serviceNames = []string{
	"access-analyzer", "acm-pca", "appconfig", "appconfigdata", "application-autoscaling", "appmesh-envoy-management", "apprunner",
	"athena", "auditmanager", "autoscaling", "autoscaling-plans", "backup", "batch", "bedrock", "bedrock-agent-runtime", "bedrock-runtime",
	"cassandra", "cloudformation", "cloudhsmv2", "cloudtrail", "codeartifact.api", "codeartifact.repositories", "codebuild", "codecommit",
	"codedeploy", "codedeploy-commands-secure", "codepipeline", "comprehend", "config", "databrew", "dataexchange", "datasync", "dms",
	"dynamodb", "ebs", "ec2", "ec2messages", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "eks", "eks-auth",
	"elastic-inference.runtime", "elasticache", "elasticbeanstalk", "elasticbeanstalk-health", "elasticfilesystem",
	"elasticloadbalancing", "elasticmapreduce", "email-smtp", "emr-containers", "emr-serverless", "events", "execute-api", "fis", "fsx",
	"git-codecommit", "glue", "grafana", "guardduty", "guardduty-data", "imagebuilder", "inspector2", "iot.data", "kafka", "kendra",
	"kinesis-firehose", "kinesis-streams", "kms", "lakeformation", "lambda", "license-manager", "logs", "macie2", "memory-db",
	"mgn", "monitoring", "networkmanager", "notebook", "oam", "organizations", "pinpoint", "polly", "qldb.session", "ram", "rds",
	"rds-data", "redshift", "redshift-data", "rekognition", "resource-groups", "s3", "s3-outposts", "s3express", "sagemaker.api",
	"sagemaker.featurestore-runtime", "sagemaker.runtime", "scheduler", "secretsmanager", "securityhub", "servicecatalog",
	"servicediscovery", "ses", "signin", "sns", "sqs", "ssm", "ssm-contacts", "ssm-incidents", "ssmmessages", "states", "storagegateway",
	"sts", "swf", "synthetics", "sync-states", "textract", "tagging", "transcribe", "transfer", "translate", "verifiedpermissions",
	"vpc-lattice", "wafv2", "workspaces", "xray",
}

// compositeServices stand for several services that a task needs together.
var compositeServices = map[string][]string{
	"session-manager": {"ssm", "ssmmessages"},       // SSM-2, SSM-3
	"ecr":             {"ecr.api", "ecr.dkr", "s3"}, // ECS-1: S3 has the layers of an image
}

// selectService resolves service:NAME. Any service that an endpoint of the
// network is for is known, beside AWS's own.
func (s *Selector) selectService(text, name string) (Selection, error) {
	if name == "" {
		return Selection{}, &SelectError{Text: text, Reason: "names no service: write service:s3"}
	}
	sel := Selection{Kind: SelectService}
	if parts, ok := compositeServices[name]; ok {
		for _, p := range parts {
			sel.Services = append(sel.Services, Service{Name: p})
		}
		return sel, nil
	}
	asked := ParseService(name)
	if s.services[asked.Name] {
		sel.Services = []Service{asked}
		return sel, nil
	}
	err := &SelectError{Text: text, Reason: "names no AWS service, nor one that a VPC endpoint of the network is for"}
	for _, near := range nearest(asked.Name, slices.Sorted(maps.Keys(s.services))) {
		err.Suggestions = append(err.Suggestions, "service:"+near)
	}
	return Selection{}, err
}

// knownServices are the names of all services that can be asked about.
func knownServices(n *Network) map[string]bool {
	known := map[string]bool{}
	for _, name := range serviceNames {
		known[name] = true
	}
	for name := range compositeServices {
		known[name] = true
	}
	for _, e := range n.VPCEndpoints {
		if e.Service != "" {
			known[ParseService(e.Service).Name] = true
		}
	}
	return known
}
