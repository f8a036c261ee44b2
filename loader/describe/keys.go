package describe

import "github.com/vpcwalk/vpcwalk/model"

// documents tells, by its top-level key, how a document is read. A new kind of
// resource is one line here and one file.
var documents map[string]func(*reader)

// Some readers read documents within documents, so the table cannot be the
// variable's initial value.
func init() {
	documents = map[string]func(*reader){
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
		"Functions":                      readFunctions,
		"tasks":                          readTasks,
		"services":                       readContainerServices,
		"InstanceConnectEndpoints":       list("", readInstanceConnectEndpoint),
		"Policy":                         readResourcePolicy,
		"ResourcePolicy":                 readResourcePolicy,
		"ARN":                            readSubjectARN,

		// describe-classic-link-instances, and the name that some tools give it.
		"Instances":            list("", readClassicLink),
		"ClassicLinkInstances": list("", readClassicLink),

		"VpcPeeringConnections":                list(model.KindVPCPeeringConnection, readVPCPeeringConnection),
		"TransitGateways":                      list(model.KindTransitGateway, readTransitGateway),
		"TransitGatewayAttachments":            list(model.KindTransitGatewayAttachment, readAttachment),
		"TransitGatewayVpcAttachments":         list("", readVPCAttachment),
		"TransitGatewayPeeringAttachments":     list("", readPeeringAttachment),
		"TransitGatewayConnects":               list("", readConnectAttachment),
		"TransitGatewayRouteTables":            list(model.KindTransitGatewayRouteTable, readTransitGatewayRouteTable),
		"TransitGatewayRouteTablePropagations": readPropagations,
		"TransitGatewayPrefixListReferences":   list("", readPrefixListReference),
		"TransitGatewayPolicyTables":           list(model.KindTransitGatewayPolicyTable, readPolicyTable),
		"TransitGatewayPolicyTableEntries":     readPolicyTableEntries,
		"TransitGatewayRouteTableId":           readSubject,
		"TransitGatewayPolicyTableId":          readSubject,
		"TransitGatewayPropagations":           list("", nested),
		"TransitGatewayStaticRoutes":           readStaticRoutes,
		"Routes":                               readRoutes,
		"AdditionalRoutesAvailable":            readMoreRoutes,
		"Associations":                         readAssociations,

		"VpnGateways":      list(model.KindVPNGateway, readVPNGateway),
		"VpnConnections":   list(model.KindVPNConnection, readVPNConnection),
		"CustomerGateways": list(model.KindCustomerGateway, readCustomerGateway),

		"directConnectGateways":            list(model.KindDirectConnectGateway, readDirectConnectGateway),
		"directConnectGatewayAssociations": list(kindDirectConnectAssociation, readDirectConnectAssociation),
		"virtualInterfaces":                list(model.KindVirtualInterface, readVirtualInterface),

		"ClientVpnEndpoints":      list(model.KindClientVPNEndpoint, readClientVPNEndpoint),
		"ClientVpnTargetNetworks": clientVPNList(clientVPNNetworks, readClientVPNNetwork),
		"AuthorizationRules":      clientVPNList(clientVPNAuthorizations, readClientVPNAuthorization),

		"CoreNetwork":                        readCoreNetwork,
		"CoreNetworkPolicy":                  readCoreNetworkPolicy,
		"Attachments":                        list(model.KindCoreNetworkAttachment, readCoreAttachment),
		"VpcAttachment":                      readCoreVPCAttachment,
		"SiteToSiteVpnAttachment":            readCoreVPCAttachment,
		"ConnectAttachment":                  readCoreVPCAttachment,
		"DirectConnectGatewayAttachment":     readCoreVPCAttachment,
		"TransitGatewayRouteTableAttachment": readCoreVPCAttachment,

		"LoadBalancers":            list(model.KindLoadBalancer, readLoadBalancer),
		"LoadBalancerDescriptions": list("", readClassicLoadBalancer),
		"LoadBalancerArn":          readSubject,
		"LoadBalancerName":         readSubject,
		"Listeners":                readListeners,
		"Rules":                    list("", readRule),
		"TargetGroups":             list(model.KindTargetGroup, readTargetGroup),
		"TargetGroupArn":           readSubject,
		"TargetHealthDescriptions": readTargetHealth,
		"Attributes":               readAttributes,
		"InstanceStates":           readInstanceStates,
		"LoadBalancerListeners":    list("", nested),
		"LoadBalancerAttributes":   readClassicAttributes,
		"LoadBalancerTargetHealth": list("", nested),

		"ServiceConfigurations":  list(model.KindVPCEndpointService, readEndpointService),
		"AllowedPrincipals":      readAllowedPrincipals,
		"VpcEndpointConnections": list("", readEndpointConnection),

		"Firewall":                     readFirewall,
		"FirewallStatus":               readFirewallStatus,
		"VpcEndpointAssociation":       readFirewallAssociation,
		"VpcEndpointAssociationStatus": readFirewallAssociationStatus,
		"FirewallPolicy":               readFirewallPolicy,
		"FirewallPolicyResponse":       readFirewallResponse,
		"RuleGroup":                    readRuleGroup,
		"RuleGroupResponse":            readFirewallResponse,

		"Accelerators":   list(model.KindAccelerator, readAccelerator),
		"EndpointGroups": list("", readEndpointGroup),
		"VpcOrigin":      readVPCOrigin,

		"items": readLatticeItems,

		// What packets may meet and the model does not have.
		"TransitGatewayConnectPeers": ignored, "TransitGatewayAttachmentPropagations": ignored, // the attachments and tables tell all of it
		"TransitGatewayMulticastDomains": unmodelled, "VpnConcentrators": unmodelled,
		"NetworkRoutes": unmodelled, "Peerings": unmodelled,
		"CarrierGateways": unmodelled, "LocalGateways": unmodelled,
		"RouteServers": unmodelled, "RouteServerPropagations": unmodelled, "RouteServerEndpoints": unmodelled,
		"RouteServerPeers": unmodelled, "RouteServerAssociations": unmodelled,
		"ResolverEndpoints": unmodelled, "ResolverRules": unmodelled, "ResolverRuleAssociations": unmodelled, "IpAddresses": unmodelled,
		"FirewallRuleGroups": unmodelled, "FirewallRules": unmodelled, "FirewallRuleGroupAssociations": unmodelled,
		"FirewallConfigs": unmodelled, "Domains": unmodelled,
		"DBClusters": unmodelled, "DBProxies": unmodelled, "CacheClusters": unmodelled, "ReplicationGroups": unmodelled,
		"ServerlessCaches": unmodelled, "Clusters": unmodelled, "DomainStatusList": unmodelled, "MountTargets": unmodelled,
		"cluster": unmodelled, "nodegroup": unmodelled,
		"AutoScalingGroups": unmodelled, "LaunchTemplateVersions": unmodelled, "Items": unmodelled,
		"VpcEncryptionControls": unmodelled,

		// What decides about no packet.
		"AvailabilityZones": ignored, "DhcpOptions": ignored, "Tags": ignored, "TagDescriptions": ignored, "InstanceStatuses": ignored,
		"MovingAddressStatuses": ignored, "PlacementGroups": ignored, "Hosts": ignored, "FlowLogs": ignored, "KeyPairs": ignored,
		"Images": ignored, "Volumes": ignored, "Snapshots": ignored, "Regions": ignored, "AccountAttributes": ignored,
		"ServiceNames": ignored, "ServiceDetails": ignored, "DBSubnetGroups": ignored, "CacheSubnetGroups": ignored,
		"NetworkInsightsPaths": ignored, "NetworkInsightsAnalyses": ignored, "StaleSecurityGroupSet": ignored,
		"SecurityGroupReferenceSet": ignored, "EnableNetworkAddressUsageMetrics": ignored,
		"NextToken": readNextPage, "nextToken": readNextPage, "Marker": readNextPage, "NextMarker": readNextPage, "ResponseMetadata": ignored, "status_code": ignored,
		"directConnectGatewayAttachments": ignored, // the virtual interfaces tell what they are attached to
		"VpcEndpointAssociations":         ignored, // DNS names of resource and service network endpoints
		"UpdateToken":                     ignored, "CoreNetworks": ignored, "VpcOriginList": ignored, "ETag": ignored,
		"resourceShares": ignored, "failures": ignored, "resourceShareAssociations": ignored,
	}
}

// shared has the keys that documents of other kinds may have too: a list under
// one of them still makes a describe call's output, anything else does not.
var shared = map[string]bool{
	"Entries": true, "Instances": true, "Routes": true, "Associations": true, "Attachments": true, "Rules": true,
	"Listeners": true, "Attributes": true, "Domains": true, "Functions": true, "services": true, "tasks": true, "cluster": true,
	"nodegroup": true, "items": true, "Items": true, "Clusters": true, "Tags": true, "Images": true, "Volumes": true,
	"Snapshots": true, "Regions": true, "Hosts": true, "NextToken": true, "nextToken": true, "Marker": true, "NextMarker": true,
	"ResponseMetadata": true, "status_code": true, "ARN": true, "VpcId": true, "PrefixListId": true, "Firewall": true, "Peerings": true,
	"LoadBalancerArn": true, "LoadBalancerName": true, "TargetGroupArn": true, "TransitGatewayRouteTableId": true, "TransitGatewayPolicyTableId": true, "ETag": true,
	"UpdateToken": true, "failures": true, "Addresses": true, "IpAddresses": true, "Accelerators": true,
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

	subject string // what names the subject of the answers
	answers []answer
	wrapped bool // an element of a list of answers
	static  bool // of static routes
	more    bool // the routes are not all there are

	firewall     *firewall
	association  firewallAssociation
	firewallPart firewallPart
	policyOf     *model.FirewallPolicy
	group        *model.FirewallRuleGroup
	references   map[string]model.PrefixListID
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
	if read := r.latticeDocument(); read != nil {
		r.known = true
		read(r)
		return
	}
	if r.object() {
		r.members(false)
	}
	r.finishVPCAttributes()
	r.finishPrefixListEntries()
	r.finishResourcePolicy()
	r.finishAnswers()
	r.finishFirewall()
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
