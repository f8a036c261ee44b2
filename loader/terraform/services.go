package terraform

// service says where a type of resource has the subnets and groups of its
// interfaces.
type service struct {
	word    string   // Owner.Type
	names   []string // attributes with its name
	blocks  []string // the blocks around the attributes below, outermost first
	subnets []string // lists of subnets, or single ones
	groups  []string
	port    uint16
	// sendsOnly says that nothing connects to it (LAM-1).
	sendsOnly bool
	// ipv6 has whether they use IPv6 where their subnets have it, and public whether
	// they get public addresses.
	ipv6   string
	public string
	// subnetGroup names a subnet group instead of subnets.
	subnetGroup string
	address     string // attribute with the address of its only interface
}

// services are what has interfaces in subnets and nothing peculiar beside.
var services = map[string]service{
	"aws_lambda_function": {word: "lambda", names: []string{"function_name"}, blocks: []string{"vpc_config"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, sendsOnly: true, ipv6: "ipv6_allowed_for_dual_stack"},
	"aws_ecs_service": {word: "ecs-task", names: []string{"name"}, blocks: []string{"network_configuration"},
		subnets: []string{"subnets"}, groups: []string{"security_groups"}, public: "assign_public_ip"},
	"aws_ecs_task_set": {word: "ecs-task", blocks: []string{"network_configuration"},
		subnets: []string{"subnets"}, groups: []string{"security_groups"}, public: "assign_public_ip"},
	"aws_eks_cluster": {word: "eks", names: []string{"name"}, blocks: []string{"vpc_config"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 443},
	"aws_eks_fargate_profile": {word: "eks-pod", names: []string{"fargate_profile_name"}, subnets: []string{"subnet_ids"}},
	"aws_efs_mount_target": {word: "efs",
		subnets: []string{"subnet_id"}, groups: []string{"security_groups"}, port: 2049, address: "ip_address"},
	"aws_fsx_lustre_file_system": {word: "fsx",
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 988},
	"aws_fsx_windows_file_system": {word: "fsx",
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 445},
	"aws_fsx_ontap_file_system": {word: "fsx", subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}},
	"aws_fsx_openzfs_file_system": {word: "fsx",
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 2049},

	"aws_elasticache_cluster": {word: "elasticache", names: []string{"cluster_id"},
		subnetGroup: "subnet_group_name", groups: []string{"security_group_ids"}},
	"aws_elasticache_replication_group": {word: "elasticache", names: []string{"replication_group_id"},
		subnetGroup: "subnet_group_name", groups: []string{"security_group_ids"}, port: 6379},
	"aws_elasticache_serverless_cache": {word: "elasticache", names: []string{"name"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 6379},
	"aws_memorydb_cluster": {word: "memorydb", names: []string{"name"},
		subnetGroup: "subnet_group_name", groups: []string{"security_group_ids"}, port: 6379},
	"aws_dax_cluster": {word: "dax", names: []string{"cluster_name"},
		subnetGroup: "subnet_group_name", groups: []string{"security_group_ids"}, port: 8111},
	"aws_db_proxy": {word: "rds-proxy", names: []string{"name"},
		subnets: []string{"vpc_subnet_ids"}, groups: []string{"vpc_security_group_ids"}},
	"aws_db_proxy_endpoint": {word: "rds-proxy", names: []string{"db_proxy_endpoint_name"},
		subnets: []string{"vpc_subnet_ids"}, groups: []string{"vpc_security_group_ids"}},
	"aws_redshiftserverless_workgroup": {word: "redshift", names: []string{"workgroup_name"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 5439, public: "publicly_accessible"},
	"aws_opensearch_domain": {word: "opensearch", names: []string{"domain_name"}, blocks: []string{"vpc_options"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 443},
	"aws_elasticsearch_domain": {word: "opensearch", names: []string{"domain_name"}, blocks: []string{"vpc_options"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 443},
	"aws_msk_cluster": {word: "msk", names: []string{"cluster_name"}, blocks: []string{"broker_node_group_info"},
		subnets: []string{"client_subnets"}, groups: []string{"security_groups"}},
	"aws_msk_serverless_cluster": {word: "msk", names: []string{"cluster_name"}, blocks: []string{"vpc_config"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 9098},
	"aws_mskconnect_connector": {word: "msk-connect", names: []string{"name"}, blocks: []string{"kafka_cluster", "apache_kafka_cluster", "vpc"},
		subnets: []string{"subnets"}, groups: []string{"security_groups"}, sendsOnly: true},
	"aws_mq_broker": {word: "mq", names: []string{"broker_name"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_groups"}, public: "publicly_accessible"},
	"aws_dms_replication_instance": {word: "dms", names: []string{"replication_instance_id"},
		subnetGroup: "replication_subnet_group_id", groups: []string{"vpc_security_group_ids"}, public: "publicly_accessible"},

	"aws_apigatewayv2_vpc_link": {word: "vpc-link", names: []string{"name"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, sendsOnly: true},
	"aws_apprunner_vpc_connector": {word: "app-runner", names: []string{"vpc_connector_name"},
		subnets: []string{"subnets"}, groups: []string{"security_groups"}, sendsOnly: true},
	"aws_batch_compute_environment": {word: "batch", names: []string{"compute_environment_name", "name"}, blocks: []string{"compute_resources"},
		subnets: []string{"subnets"}, groups: []string{"security_group_ids"}},
	"aws_codebuild_project": {word: "codebuild", names: []string{"name"}, blocks: []string{"vpc_config"},
		subnets: []string{"subnets"}, groups: []string{"security_group_ids"}, sendsOnly: true},
	"aws_synthetics_canary": {word: "canary", names: []string{"name"}, blocks: []string{"vpc_config"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, sendsOnly: true},
	"aws_glue_connection": {word: "glue", names: []string{"name"}, blocks: []string{"physical_connection_requirements"},
		subnets: []string{"subnet_id"}, groups: []string{"security_group_id_list"}, sendsOnly: true},
	"aws_mwaa_environment": {word: "mwaa", names: []string{"name"}, blocks: []string{"network_configuration"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}},
	"aws_sagemaker_notebook_instance": {word: "sagemaker", names: []string{"name"},
		subnets: []string{"subnet_id"}, groups: []string{"security_groups"}},
	"aws_sagemaker_domain": {word: "sagemaker", names: []string{"domain_name"}, subnets: []string{"subnet_ids"}},
	"aws_emr_cluster": {word: "emr", names: []string{"name"}, blocks: []string{"ec2_attributes"},
		subnets: []string{"subnet_id", "subnet_ids"}, groups: []string{"emr_managed_master_security_group", "emr_managed_slave_security_group"}},
	"aws_cloud9_environment_ec2": {word: "cloud9", names: []string{"name"}, subnets: []string{"subnet_id"}},
	"aws_directory_service_directory": {word: "directory", names: []string{"name"}, blocks: []string{"vpc_settings"},
		subnets: []string{"subnet_ids"}},
	"aws_transfer_server": {word: "transfer", blocks: []string{"endpoint_details"},
		subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 22},
	"aws_route53_resolver_endpoint": {word: "resolver", names: []string{"name"}, groups: []string{"security_group_ids"}, port: 53},
	"aws_ec2_instance_connect_endpoint": {word: "instance-connect-endpoint",
		subnets: []string{"subnet_id"}, groups: []string{"security_group_ids"}, sendsOnly: true},
}

func serviceKinds() []string { return sortedKeys(services) }
