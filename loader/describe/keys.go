package describe

import "github.com/vpcwalk/vpcwalk/model"

// documents tells, by its top-level key, how a document is read. A new kind of
// resource is one line here and one file.
var documents = map[string]func(*reader){
	"Vpcs":                           list(model.KindVPC, readVPC),
	"EnableDnsSupport":               readDNSSupport,
	"EnableDnsHostnames":             readDNSHostnames,
	"VpcId":                          readSubjectVPC,
	"Subnets":                        list(model.KindSubnet, readSubnet),
	"RouteTables":                    list(model.KindRouteTable, readRouteTable),
	"PrefixLists":                    list(model.KindPrefixList, readPrefixList),
	"PrefixListId":                   readSubjectPrefixList,
	"Entries":                        readPrefixListEntries,
	"NetworkAcls":                    list(model.KindNetworkACL, readNetworkACL),
	"SecurityGroups":                 list(model.KindSecurityGroup, readSecurityGroup),
	"SecurityGroupRules":             list("", readGroupRule),
	"SecurityGroupVpcAssociations":   list("", readGroupVPC),
	"NetworkInterfaces":              list(model.KindInterface, readInterface),
	"Reservations":                   list(model.KindInstance, readReservation),
	"Addresses":                      list(model.KindElasticIP, readElasticIP),
	"InternetGateways":               list(model.KindInternetGateway, readInternetGateway),
	"EgressOnlyInternetGateways":     list(model.KindEgressOnlyInternetGateway, readEgressOnlyInternetGateway),
	"NatGateways":                    list(model.KindNATGateway, readNATGateway),
	"VpcEndpoints":                   list(model.KindVPCEndpoint, readVPCEndpoint),
	"VpcBlockPublicAccessOptions":    readBlockPublicAccess,
	"VpcBlockPublicAccessExclusions": list("", readBlockPublicAccessExclusion),
	"DBInstances":                    list("", readDBInstance),
	"Policy":                         readResourcePolicy,
	"ResourcePolicy":                 readResourcePolicy,
	"ARN":                            readSubjectARN,

	// describe-classic-link-instances, and the name that some tools give it.
	"Instances":            list("", readClassicLink),
	"ClassicLinkInstances": list("", readClassicLink),

	// What other VPCs, the premises and balancers are reached through.
	"VpcPeeringConnections": unmodelled,
	"TransitGateways":       unmodelled, "TransitGatewayAttachments": unmodelled, "TransitGatewayVpcAttachments": unmodelled,
	"TransitGatewayRouteTables": unmodelled, "TransitGatewayPeeringAttachments": unmodelled,
	"TransitGatewayConnects": unmodelled, "TransitGatewayConnectPeers": unmodelled,
	"TransitGatewayRouteTablePropagations": unmodelled, "TransitGatewayAttachmentPropagations": unmodelled,
	"TransitGatewayPrefixListReferences": unmodelled, "TransitGatewayPolicyTables": unmodelled,
	"TransitGatewayPolicyTableEntries": unmodelled, "TransitGatewayMulticastDomains": unmodelled,
	"TransitGatewayPropagations": unmodelled, "TransitGatewayStaticRoutes": unmodelled,
	"Routes": unmodelled, "Associations": unmodelled,
	"VpnGateways": unmodelled, "VpnConnections": unmodelled, "CustomerGateways": unmodelled, "VpnConcentrators": unmodelled,
	"ClientVpnEndpoints": unmodelled, "ClientVpnTargetNetworks": unmodelled, "AuthorizationRules": unmodelled,
	"directConnectGateways": unmodelled, "directConnectGatewayAssociations": unmodelled,
	"directConnectGatewayAttachments": unmodelled, "virtualInterfaces": unmodelled,
	"CoreNetwork": unmodelled, "CoreNetworkPolicy": unmodelled, "Attachments": unmodelled, "VpcAttachment": unmodelled,
	"NetworkRoutes": unmodelled, "Peerings": unmodelled,
	"CarrierGateways": unmodelled, "LocalGateways": unmodelled,
	"RouteServers": unmodelled, "RouteServerPropagations": unmodelled, "RouteServerEndpoints": unmodelled,
	"RouteServerPeers": unmodelled, "RouteServerAssociations": unmodelled,
	"LoadBalancers": unmodelled, "LoadBalancerDescriptions": unmodelled, "Listeners": unmodelled, "Rules": unmodelled,
	"TargetGroups": unmodelled, "TargetHealthDescriptions": unmodelled, "Attributes": unmodelled,
	"LoadBalancerListeners": unmodelled, "LoadBalancerAttributes": unmodelled, "LoadBalancerTargetHealth": unmodelled,
	"Accelerators":          unmodelled,
	"ServiceConfigurations": unmodelled, "VpcEndpointConnections": unmodelled, "VpcEndpointAssociations": unmodelled,
	"AllowedPrincipals": unmodelled, "InstanceConnectEndpoints": unmodelled,
	"Firewall": unmodelled, "FirewallStatus": unmodelled, "FirewallPolicy": unmodelled, "FirewallPolicyResponse": unmodelled,
	"RuleGroup": unmodelled, "RuleGroupResponse": unmodelled, "VpcEndpointAssociation": unmodelled, "VpcEndpointAssociationStatus": unmodelled,
	"ResolverEndpoints": unmodelled, "ResolverRules": unmodelled, "ResolverRuleAssociations": unmodelled, "IpAddresses": unmodelled,
	"FirewallRuleGroups": unmodelled, "FirewallRules": unmodelled, "FirewallRuleGroupAssociations": unmodelled,
	"FirewallConfigs": unmodelled, "Domains": unmodelled,
	"DBClusters": unmodelled, "DBProxies": unmodelled, "CacheClusters": unmodelled, "ReplicationGroups": unmodelled,
	"ServerlessCaches": unmodelled, "Clusters": unmodelled, "DomainStatusList": unmodelled, "MountTargets": unmodelled,
	"Functions": unmodelled, "services": unmodelled, "tasks": unmodelled, "cluster": unmodelled, "nodegroup": unmodelled,
	"AutoScalingGroups": unmodelled, "LaunchTemplateVersions": unmodelled, "items": unmodelled, "Items": unmodelled,
	"VpcEncryptionControls": unmodelled,

	// What decides about no packet.
	"AvailabilityZones": ignored, "DhcpOptions": ignored, "Tags": ignored, "TagDescriptions": ignored, "InstanceStatuses": ignored,
	"MovingAddressStatuses": ignored, "PlacementGroups": ignored, "Hosts": ignored, "FlowLogs": ignored, "KeyPairs": ignored,
	"Images": ignored, "Volumes": ignored, "Snapshots": ignored, "Regions": ignored, "AccountAttributes": ignored,
	"ServiceNames": ignored, "ServiceDetails": ignored, "DBSubnetGroups": ignored, "CacheSubnetGroups": ignored,
	"NetworkInsightsPaths": ignored, "NetworkInsightsAnalyses": ignored, "StaleSecurityGroupSet": ignored,
	"SecurityGroupReferenceSet": ignored, "EnableNetworkAddressUsageMetrics": ignored, "AdditionalRoutesAvailable": ignored,
	"NextToken": readNextPage, "nextToken": readNextPage, "Marker": readNextPage, "NextMarker": readNextPage, "ResponseMetadata": ignored, "status_code": ignored,
	"LoadBalancerArn": ignored, "TargetGroupArn": ignored, "TransitGatewayRouteTableId": ignored,
}

// shared has the keys that documents of other kinds may have too: a list under
// one of them still makes a describe call's output, anything else does not.
var shared = map[string]bool{
	"Entries": true, "Instances": true, "Routes": true, "Associations": true, "Attachments": true, "Rules": true,
	"Listeners": true, "Attributes": true, "Domains": true, "Functions": true, "services": true, "tasks": true, "cluster": true,
	"nodegroup": true, "items": true, "Items": true, "Clusters": true, "Tags": true, "Images": true, "Volumes": true,
	"Snapshots": true, "Regions": true, "Hosts": true, "NextToken": true, "nextToken": true, "Marker": true, "NextMarker": true,
	"ResponseMetadata": true, "status_code": true, "ARN": true, "VpcId": true, "PrefixListId": true, "Firewall": true, "Peerings": true,
	"LoadBalancerArn": true, "TargetGroupArn": true, "Addresses": true, "IpAddresses": true, "Accelerators": true,
}

// list reads a list of resources, each with read. A list is there even when it
// is empty: then there are none of the kind.
func list(kind model.Kind, read func(*reader)) func(*reader) {
	return func(r *reader) {
		if !r.array() {
			return
		}
		if kind != "" {
			r.given[kind] = true
		}
		for r.element() {
			read(r)
		}
	}
}

func ignored(r *reader) { r.skip() }

// readNextPage reads the token that asks for the next page: the output is not
// all of it, and whether the rest is in another file cannot be told.
func readNextPage(r *reader) {
	if r.str() != "" {
		r.problem(model.Note, "", r.field()+": the output is one page of several; see to it that all of them are here", "")
	}
}

// unmodelled counts resources that are known and not modelled.
func unmodelled(r *reader) {
	found := model.Unmodelled{Type: r.key, Provenance: r.here()}
	switch r.dec.PeekKind() {
	case '[':
		for ok := r.array(); ok && r.element(); {
			if found.Count == 0 {
				found.Provenance = r.here()
			}
			found.Count++
			r.skip()
		}
	case 'n':
		r.skip()
	default: // one resource, not a list
		found.Count = 1
		r.skip()
	}
	if found.Count > 0 && r.err == nil {
		r.part.unmodelled = append(r.part.unmodelled, found)
	}
}

// document is what a call's output says beside its list, and the lists that make
// no sense without it.
type document struct {
	vpc         model.VPCID
	dnsSupport  *bool
	dnsHostname *bool
	dnsPlace    model.Provenance

	prefixList   model.PrefixListID
	entries      []model.PrefixListEntry
	entriesPlace model.Provenance

	arn, policy string
	policyPlace model.Provenance
}

// topLevel reads one document.
func (r *reader) topLevel() {
	r.document = document{}
	if at := r.here(); r.dec.PeekKind() != '{' {
		if r.skip(); r.err == nil {
			r.skipped("", at)
		}
		return
	}
	if r.object() {
		r.members(false)
	}
	r.finishVPCAttributes()
	r.finishPrefixListEntries()
	r.finishResourcePolicy()
}

func (r *reader) members(wrapped bool) {
	for r.member() {
		name, at := r.key, r.here()
		read, ok := documents[r.key]
		switch {
		case ok:
			r.known = true
			read(r)
		case r.key == "data" && !wrapped && r.dec.PeekKind() == '{':
			// A recorded HTTP answer has the call's output inside.
			if r.object() {
				r.members(true)
			}
		default:
			r.skipped(name, at)
			r.skip()
		}
	}
}
