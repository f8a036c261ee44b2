package terraform

import (
	"cmp"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// owner adds an owner of interfaces; its name is the first of the attributes that
// is known, else its name in the configuration.
func (b body) owner(word string, names ...string) *model.Owner {
	o := &model.Owner{ID: model.OwnerID(b.r.id()), Meta: b.named(names...), Type: word}
	if b.network.Owners[o.ID] != nil {
		o.ID = model.OwnerID(b.r.address) // services use one name in several ways
	}
	b.network.Owners[o.ID] = o
	return o
}

// spread gives an owner an interface in each of some subnets.
func (b body) spread(o *model.Owner, kind model.Kind, subnets []model.SubnetID) []*model.Interface {
	typ := "interface"
	if o.Type == "lambda" || o.Type == "network_load_balancer" {
		typ = o.Type
	}
	var out []*model.Interface
	for _, s := range subnets {
		i := b.newInterface(model.InterfaceID(string(o.ID)+"/"+string(s)), s, model.OwnerRef{Kind: kind, ID: string(o.ID)}, typ)
		i.RequesterManaged = true
		if o.VPC = i.VPC; o.VPC == "" {
			o.VPC = model.VPCID(string(s) + " vpc_id")
		}
		o.Interfaces = append(o.Interfaces, i.ID)
		out = append(out, i)
	}
	return out
}

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
	// public has whether its interfaces get public addresses.
	public string
	// groupless says that without groups there are none, not the default group.
	groupless bool
	// subnetGroup names a subnet group instead of subnets.
	subnetGroup string
	address     string // attribute with the address of its only interface
}

// services are what has interfaces in subnets and nothing peculiar beside.
var services = map[string]service{
	"aws_lambda_function":         {word: "lambda", names: []string{"function_name"}, blocks: []string{"vpc_config"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, sendsOnly: true},
	"aws_ecs_service":             {word: "ecs-task", names: []string{"name"}, blocks: []string{"network_configuration"}, subnets: []string{"subnets"}, groups: []string{"security_groups"}, public: "assign_public_ip"},
	"aws_ecs_task_set":            {word: "ecs-task", blocks: []string{"network_configuration"}, subnets: []string{"subnets"}, groups: []string{"security_groups"}, public: "assign_public_ip"},
	"aws_eks_cluster":             {word: "eks", names: []string{"name"}, blocks: []string{"vpc_config"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 443},
	"aws_eks_fargate_profile":     {word: "eks-pod", names: []string{"fargate_profile_name"}, subnets: []string{"subnet_ids"}},
	"aws_efs_mount_target":        {word: "efs", subnets: []string{"subnet_id"}, groups: []string{"security_groups"}, port: 2049, address: "ip_address"},
	"aws_fsx_lustre_file_system":  {word: "fsx", subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 988},
	"aws_fsx_windows_file_system": {word: "fsx", subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 445},
	"aws_fsx_ontap_file_system":   {word: "fsx", subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}},
	"aws_fsx_openzfs_file_system": {word: "fsx", subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 2049},

	"aws_elasticache_cluster":           {word: "elasticache", names: []string{"cluster_id"}, subnetGroup: "subnet_group_name", groups: []string{"security_group_ids"}},
	"aws_elasticache_replication_group": {word: "elasticache", names: []string{"replication_group_id"}, subnetGroup: "subnet_group_name", groups: []string{"security_group_ids"}, port: 6379},
	"aws_elasticache_serverless_cache":  {word: "elasticache", names: []string{"name"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 6379},
	"aws_memorydb_cluster":              {word: "memorydb", names: []string{"name"}, subnetGroup: "subnet_group_name", groups: []string{"security_group_ids"}, port: 6379},
	"aws_dax_cluster":                   {word: "dax", names: []string{"cluster_name"}, subnetGroup: "subnet_group_name", groups: []string{"security_group_ids"}, port: 8111},
	"aws_db_proxy":                      {word: "rds-proxy", names: []string{"name"}, subnets: []string{"vpc_subnet_ids"}, groups: []string{"vpc_security_group_ids"}},
	"aws_db_proxy_endpoint":             {word: "rds-proxy", names: []string{"db_proxy_endpoint_name"}, subnets: []string{"vpc_subnet_ids"}, groups: []string{"vpc_security_group_ids"}},
	"aws_redshiftserverless_workgroup":  {word: "redshift", names: []string{"workgroup_name"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 5439, public: "publicly_accessible"},
	"aws_opensearch_domain":             {word: "opensearch", names: []string{"domain_name"}, blocks: []string{"vpc_options"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 443},
	"aws_elasticsearch_domain":          {word: "opensearch", names: []string{"domain_name"}, blocks: []string{"vpc_options"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 443},
	"aws_msk_cluster":                   {word: "msk", names: []string{"cluster_name"}, blocks: []string{"broker_node_group_info"}, subnets: []string{"client_subnets"}, groups: []string{"security_groups"}},
	"aws_msk_serverless_cluster":        {word: "msk", names: []string{"cluster_name"}, blocks: []string{"vpc_config"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 9098},
	"aws_mskconnect_connector":          {word: "msk-connect", names: []string{"name"}, blocks: []string{"kafka_cluster", "apache_kafka_cluster", "vpc"}, subnets: []string{"subnets"}, groups: []string{"security_groups"}, sendsOnly: true},
	"aws_mq_broker":                     {word: "mq", names: []string{"broker_name"}, subnets: []string{"subnet_ids"}, groups: []string{"security_groups"}, public: "publicly_accessible"},
	"aws_dms_replication_instance":      {word: "dms", names: []string{"replication_instance_id"}, subnetGroup: "replication_subnet_group_id", groups: []string{"vpc_security_group_ids"}, public: "publicly_accessible"},

	"aws_apigatewayv2_vpc_link":         {word: "vpc-link", names: []string{"name"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, sendsOnly: true},
	"aws_apprunner_vpc_connector":       {word: "app-runner", names: []string{"vpc_connector_name"}, subnets: []string{"subnets"}, groups: []string{"security_groups"}, sendsOnly: true},
	"aws_batch_compute_environment":     {word: "batch", names: []string{"compute_environment_name", "name"}, blocks: []string{"compute_resources"}, subnets: []string{"subnets"}, groups: []string{"security_group_ids"}},
	"aws_codebuild_project":             {word: "codebuild", names: []string{"name"}, blocks: []string{"vpc_config"}, subnets: []string{"subnets"}, groups: []string{"security_group_ids"}, sendsOnly: true},
	"aws_synthetics_canary":             {word: "canary", names: []string{"name"}, blocks: []string{"vpc_config"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, sendsOnly: true},
	"aws_glue_connection":               {word: "glue", names: []string{"name"}, blocks: []string{"physical_connection_requirements"}, subnets: []string{"subnet_id"}, groups: []string{"security_group_id_list"}, sendsOnly: true},
	"aws_mwaa_environment":              {word: "mwaa", names: []string{"name"}, blocks: []string{"network_configuration"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}},
	"aws_sagemaker_notebook_instance":   {word: "sagemaker", names: []string{"name"}, subnets: []string{"subnet_id"}, groups: []string{"security_groups"}},
	"aws_sagemaker_domain":              {word: "sagemaker", names: []string{"domain_name"}, subnets: []string{"subnet_ids"}},
	"aws_emr_cluster":                   {word: "emr", names: []string{"name"}, blocks: []string{"ec2_attributes"}, subnets: []string{"subnet_id", "subnet_ids"}, groups: []string{"emr_managed_master_security_group", "emr_managed_slave_security_group"}},
	"aws_cloud9_environment_ec2":        {word: "cloud9", names: []string{"name"}, subnets: []string{"subnet_id"}},
	"aws_directory_service_directory":   {word: "directory", names: []string{"name"}, blocks: []string{"vpc_settings"}, subnets: []string{"subnet_ids"}},
	"aws_transfer_server":               {word: "transfer", blocks: []string{"endpoint_details"}, subnets: []string{"subnet_ids"}, groups: []string{"security_group_ids"}, port: 22},
	"aws_route53_resolver_endpoint":     {word: "resolver", names: []string{"name"}, groups: []string{"security_group_ids"}, port: 53},
	"aws_ec2_instance_connect_endpoint": {word: "instance-connect-endpoint", subnets: []string{"subnet_id"}, groups: []string{"security_group_ids"}, sendsOnly: true},
}

func serviceKinds() []string { return sortedKeys(services) }

// readService reads an owner by its entry in services. One without subnets is not
// in a VPC.
func readService(b body) {
	s := services[b.r.kind]
	x := b
	for _, name := range s.blocks {
		var ok bool
		blocks, u := x.blocks(name)
		if ok = len(blocks) > 0; !ok {
			if u != nil {
				b.problem(model.Warning, "", "%s: known only after apply; whether it is in a VPC is not known, and it is left out", name)
			}
			return
		}
		x = blocks[0]
	}
	subnets := x.serviceSubnets(&s)
	if len(subnets) == 0 {
		return
	}
	o := b.owner(s.word, s.names...)
	o.Port, o.SendsOnly = s.port, s.sendsOnly
	if n, ok := b.integer("port"); ok && n > 0 && n < 1<<16 {
		o.Port = uint16(n)
	}
	if s.word != "lambda" {
		o.Platform = model.PlatformLinux
	}
	for _, i := range b.spread(o, model.KindOwner, subnets) {
		for _, name := range s.groups {
			groups, u := x.serviceGroups(name)
			i.Groups, i.GroupsUnknown = append(i.Groups, groups...), cmp.Or(i.GroupsUnknown, u)
		}
		if b.r.kind == "aws_eks_cluster" || b.r.kind == "aws_eks_fargate_profile" {
			b.eksGroups(i)
		}
		if len(i.Groups) == 0 && i.GroupsUnknown == nil {
			if len(s.groups) == 0 {
				i.GroupsUnknown = &model.Unknown{Subject: string(o.ID), Attribute: "security groups", Reason: "the service makes its own", Provenance: b.r.place}
			} else {
				i.Groups = []model.SecurityGroupID{b.defaultGroup(i.VPC)}
			}
		}
		if s.address != "" {
			b.addresses(i, s.address, nil, "")
		}
		if s.public != "" {
			if i.PublicUnknown = x.open(s.public); x.boolean(s.public) {
				i.PublicUnassigned = true
			}
		}
	}
	if b.r.kind == "aws_route53_resolver_endpoint" {
		o.SendsOnly = b.str("direction") == "OUTBOUND"
	}
}

// serviceGroups reads a list of groups, or a single one.
func (b body) serviceGroups(name string) ([]model.SecurityGroupID, *model.Unknown) {
	if v, _ := b.get(name); v != nil {
		if id, ok := v.(string); ok {
			return []model.SecurityGroupID{model.SecurityGroupID(id)}, nil
		}
	}
	return b.groupsOf(name, "", false)
}

// serviceSubnets reads the subnets of a service: a list, single ones, or those of
// a subnet group.
func (b body) serviceSubnets(s *service) []model.SubnetID {
	if s.subnetGroup != "" {
		subnets, _ := b.groupSubnets(s.subnetGroup)
		return subnets
	}
	var out []model.SubnetID
	if b.r.kind == "aws_route53_resolver_endpoint" {
		blocks, _ := b.blocks("ip_address")
		for _, x := range blocks {
			if id := x.subnet("subnet_id", nil); id != "" {
				out = append(out, id)
			}
		}
	}
	for _, name := range s.subnets {
		v, _ := b.get(name)
		if _, isString := v.(string); isString || b.open(name) != nil && name == "subnet_id" {
			if id := b.subnet(name, b.holdsAddress(s.address)); id != "" {
				out = append(out, id)
			}
			continue
		}
		subnets, _ := b.subnetsOf(name)
		out = append(out, subnets...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// groupSubnets are the subnets of the subnet group that an attribute names; one
// of the default VPC's where it names none.
func (b body) groupSubnets(name string) ([]model.SubnetID, *model.Unknown) {
	c, u := b.ref(name, wantSubnetGroup, nil)
	if c.id == "" && u == nil {
		return []model.SubnetID{b.defaultSubnet()}, nil
	}
	for _, r := range b.resources {
		if u == nil && wantSubnetGroup.names(r, "") && (r == c.r || r.id() == c.id || r.values["name"] == c.id) {
			return b.body(r).subnetsOf("subnet_ids")
		}
	}
	u = firstOpen(u, b.unmanaged(name))
	return []model.SubnetID{b.openSubnet(name, u)}, u
}

// eksGroups adds the group that EKS makes for a cluster.
func (b body) eksGroups(i *model.Interface) {
	cluster := b.r
	if b.r.kind != "aws_eks_cluster" {
		c, u := b.ref("cluster_name", wantEKS, nil)
		if cluster = b.launcher(c, "aws_eks_cluster"); cluster == nil {
			i.GroupsUnknown = firstOpen(u, b.unmanaged("cluster_name"))
			return
		}
	}
	i.Groups = append(i.Groups, b.clusterGroup(cluster))
}
