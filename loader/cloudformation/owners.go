package cloudformation

// ownerType says how a type of resource that has interfaces in subnets tells of
// them: paths of properties, and what they are where the template is silent.
type ownerType struct {
	typ  string
	word string // model.Owner.Type
	name string // the property that is its name

	subnets []string // of which the first that is there counts
	groups  []string
	// subnetGroup names a subnet group, whose type and property are below.
	subnetGroup string

	port        string // a property, or
	defaultPort uint16
	sendsOnly   bool
	// noGroups says that without groups it has none, rather than the default
	// group of the VPC.
	noGroups bool
	// optional says that without subnets it is in no VPC.
	optional bool
	// public tells whether its interfaces get public addresses: a property that
	// is true, or has this value.
	public, publicValue string
	publicDefault       bool
	// images says that it runs instances, of whatever image.
	images bool
}

func subnets(paths ...string) []string { return paths }

// owners are the types that are read as owners of interfaces, an interface in
// each of their subnets.
var owners = []ownerType{
	{typ: "AWS::ElasticLoadBalancingV2::LoadBalancer", word: "load-balancer", name: "Name", subnets: subnets("Subnets", "SubnetMappings"), groups: []string{"SecurityGroups"},
		public: "Scheme", publicValue: "internet-facing", publicDefault: true},
	{typ: "AWS::ElasticLoadBalancing::LoadBalancer", word: "classic-load-balancer", name: "LoadBalancerName", subnets: subnets("Subnets"), groups: []string{"SecurityGroups"},
		public: "Scheme", publicValue: "internet-facing", publicDefault: true},
	{typ: "AWS::Lambda::Function", word: "lambda", name: "FunctionName", subnets: subnets("VpcConfig.SubnetIds"), groups: []string{"VpcConfig.SecurityGroupIds"}, optional: true},
	{typ: "AWS::Serverless::Function", word: "lambda", name: "FunctionName", subnets: subnets("VpcConfig.SubnetIds"), groups: []string{"VpcConfig.SecurityGroupIds"}, optional: true},
	{typ: "AWS::ECS::Service", word: "ecs-task", name: "ServiceName", subnets: subnets("NetworkConfiguration.AwsvpcConfiguration.Subnets"),
		groups: []string{"NetworkConfiguration.AwsvpcConfiguration.SecurityGroups"}, optional: true,
		public: "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", publicValue: "ENABLED"},
	{typ: "AWS::EKS::Cluster", word: "eks", name: "Name", subnets: subnets("ResourcesVpcConfig.SubnetIds"), groups: []string{"ResourcesVpcConfig.SecurityGroupIds"}, defaultPort: 443},
	{typ: "AWS::EKS::Nodegroup", word: "eks-node", name: "NodegroupName", subnets: subnets("Subnets"), images: true},
	{typ: "AWS::RDS::DBInstance", word: "rds", name: "DBInstanceIdentifier", subnetGroup: "DBSubnetGroupName", groups: []string{"VPCSecurityGroups"}, port: "Port", public: "PubliclyAccessible"},
	{typ: "AWS::RDS::DBCluster", word: "rds", name: "DBClusterIdentifier", subnetGroup: "DBSubnetGroupName", groups: []string{"VpcSecurityGroupIds"}, port: "Port", public: "PubliclyAccessible"},
	{typ: "AWS::RDS::DBProxy", word: "rds-proxy", name: "DBProxyName", subnets: subnets("VpcSubnetIds"), groups: []string{"VpcSecurityGroupIds"}},
	{typ: "AWS::RDS::DBProxyEndpoint", word: "rds-proxy", name: "DBProxyEndpointName", subnets: subnets("VpcSubnetIds"), groups: []string{"VpcSecurityGroupIds"}},
	{typ: "AWS::Neptune::DBCluster", word: "rds", name: "DBClusterIdentifier", subnetGroup: "DBSubnetGroupName", groups: []string{"VpcSecurityGroupIds"}, port: "DBPort", defaultPort: 8182},
	{typ: "AWS::DocDB::DBCluster", word: "rds", name: "DBClusterIdentifier", subnetGroup: "DBSubnetGroupName", groups: []string{"VpcSecurityGroupIds"}, port: "Port", defaultPort: 27017},
	{typ: "AWS::ElastiCache::CacheCluster", word: "elasticache", name: "ClusterName", subnetGroup: "CacheSubnetGroupName", groups: []string{"VpcSecurityGroupIds"}, port: "Port"},
	{typ: "AWS::ElastiCache::ReplicationGroup", word: "elasticache", name: "ReplicationGroupId", subnetGroup: "CacheSubnetGroupName", groups: []string{"SecurityGroupIds"}, port: "Port", defaultPort: 6379},
	{typ: "AWS::ElastiCache::ServerlessCache", word: "elasticache", name: "ServerlessCacheName", subnets: subnets("SubnetIds"), groups: []string{"SecurityGroupIds"}},
	{typ: "AWS::MemoryDB::Cluster", word: "memorydb", name: "ClusterName", subnetGroup: "SubnetGroupName", groups: []string{"SecurityGroupIds"}, port: "Port", defaultPort: 6379},
	{typ: "AWS::DAX::Cluster", word: "dax", name: "ClusterName", subnetGroup: "SubnetGroupName", groups: []string{"SecurityGroupIds"}, defaultPort: 8111},
	{typ: "AWS::Redshift::Cluster", word: "redshift", name: "ClusterIdentifier", subnetGroup: "ClusterSubnetGroupName", groups: []string{"VpcSecurityGroupIds"}, port: "Port", defaultPort: 5439, public: "PubliclyAccessible"},
	{typ: "AWS::RedshiftServerless::Workgroup", word: "redshift", name: "WorkgroupName", subnets: subnets("SubnetIds"), groups: []string{"SecurityGroupIds"}, port: "Port", defaultPort: 5439, public: "PubliclyAccessible"},
	{typ: "AWS::OpenSearchService::Domain", word: "opensearch", name: "DomainName", subnets: subnets("VPCOptions.SubnetIds"), groups: []string{"VPCOptions.SecurityGroupIds"}, defaultPort: 443, optional: true},
	{typ: "AWS::Elasticsearch::Domain", word: "opensearch", name: "DomainName", subnets: subnets("VPCOptions.SubnetIds"), groups: []string{"VPCOptions.SecurityGroupIds"}, defaultPort: 443, optional: true},
	{typ: "AWS::MSK::Cluster", word: "msk", name: "ClusterName", subnets: subnets("BrokerNodeGroupInfo.ClientSubnets"), groups: []string{"BrokerNodeGroupInfo.SecurityGroups"}},
	{typ: "AWS::MSK::ServerlessCluster", word: "msk", name: "ClusterName", subnets: subnets("VpcConfigs"), groups: []string{"VpcConfigs"}, defaultPort: 9098},
	{typ: "AWS::AmazonMQ::Broker", word: "mq", name: "BrokerName", subnets: subnets("SubnetIds"), groups: []string{"SecurityGroups"}, public: "PubliclyAccessible"},
	{typ: "AWS::DMS::ReplicationInstance", word: "dms", name: "ReplicationInstanceIdentifier", subnetGroup: "ReplicationSubnetGroupIdentifier", groups: []string{"VpcSecurityGroupIds"}, public: "PubliclyAccessible", publicDefault: true},
	{typ: "AWS::EFS::MountTarget", word: "efs", subnets: subnets("SubnetId"), groups: []string{"SecurityGroups"}, defaultPort: 2049},
	{typ: "AWS::FSx::FileSystem", word: "fsx", subnets: subnets("SubnetIds"), groups: []string{"SecurityGroupIds"}},
	{typ: "AWS::EC2::InstanceConnectEndpoint", word: "instance-connect-endpoint", subnets: subnets("SubnetId"), groups: []string{"SecurityGroupIds"}},
	{typ: "AWS::ApiGatewayV2::VpcLink", word: "vpc-link", name: "Name", subnets: subnets("SubnetIds"), groups: []string{"SecurityGroupIds"}},
	{typ: "AWS::AppRunner::VpcConnector", word: "app-runner", name: "VpcConnectorName", subnets: subnets("Subnets"), groups: []string{"SecurityGroups"}},
	{typ: "AWS::Batch::ComputeEnvironment", word: "batch", name: "ComputeEnvironmentName", subnets: subnets("ComputeResources.Subnets"), groups: []string{"ComputeResources.SecurityGroupIds"}, optional: true, images: true},
	{typ: "AWS::CodeBuild::Project", word: "codebuild", name: "Name", subnets: subnets("VpcConfig.Subnets"), groups: []string{"VpcConfig.SecurityGroupIds"}, optional: true},
	{typ: "AWS::SageMaker::NotebookInstance", word: "sagemaker", name: "NotebookInstanceName", subnets: subnets("SubnetId"), groups: []string{"SecurityGroupIds"}, optional: true},
	{typ: "AWS::MWAA::Environment", word: "mwaa", name: "Name", subnets: subnets("NetworkConfiguration.SubnetIds"), groups: []string{"NetworkConfiguration.SecurityGroupIds"}},
	{typ: "AWS::Synthetics::Canary", word: "canary", name: "Name", subnets: subnets("VPCConfig.SubnetIds"), groups: []string{"VPCConfig.SecurityGroupIds"}, sendsOnly: true, optional: true},
	{typ: "AWS::Transfer::Server", word: "transfer", subnets: subnets("EndpointDetails.SubnetIds"), groups: []string{"EndpointDetails.SecurityGroupIds"}, optional: true},
	{typ: "AWS::DirectoryService::MicrosoftAD", word: "directory", name: "Name", subnets: subnets("VpcSettings.SubnetIds"), noGroups: true},
	{typ: "AWS::DirectoryService::SimpleAD", word: "directory", name: "Name", subnets: subnets("VpcSettings.SubnetIds"), noGroups: true},
	{typ: "AWS::Route53Resolver::ResolverEndpoint", word: "resolver", name: "Name", subnets: subnets("IpAddresses"), groups: []string{"SecurityGroupIds"}, defaultPort: 53},
}

// subnetGroups are the types that a subnetGroup property names, and the property
// of theirs that lists the subnets.
var subnetGroups = map[string]string{
	"AWS::RDS::DBSubnetGroup":           "SubnetIds",
	"AWS::Neptune::DBSubnetGroup":       "SubnetIds",
	"AWS::DocDB::DBSubnetGroup":         "SubnetIds",
	"AWS::ElastiCache::SubnetGroup":     "SubnetIds",
	"AWS::MemoryDB::SubnetGroup":        "SubnetIds",
	"AWS::DAX::SubnetGroup":             "SubnetIds",
	"AWS::Redshift::ClusterSubnetGroup": "SubnetIds",
	"AWS::DMS::ReplicationSubnetGroup":  "SubnetIds",
}

// enginePorts are the ports that database engines listen on by default, by the
// beginning of their name.
var enginePorts = []struct {
	engine string
	port   uint16
}{
	{"aurora-postgresql", 5432}, {"postgres", 5432}, {"aurora", 3306}, {"mysql", 3306}, {"mariadb", 3306}, {"oracle", 1521},
	{"sqlserver", 1433}, {"custom-sqlserver", 1433}, {"db2", 50000}, {"memcached", 11211}, {"redis", 6379}, {"valkey", 6379},
}
