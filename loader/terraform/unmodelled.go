package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// carriers begin the types of resource that carry or filter packets, or answer
// them. Those of them that are not read are unmodelled.
var carriers = []string{
	"aws_vpc", "aws_vpn_", "aws_customer_gateway", "aws_dx_", "aws_ec2_transit_gateway", "aws_ec2_client_vpn_", "aws_ec2_carrier_gateway",
	"aws_ec2_local_gateway", "aws_ec2_traffic_mirror", "aws_networkfirewall_", "aws_networkmanager_", "aws_route53_resolver_", "aws_vpclattice_",
	"aws_globalaccelerator_", "aws_lb_", "aws_alb_", "aws_app_cookie", "aws_elb_attachment", "aws_autoscaling_attachment", "aws_verifiedaccess_",
	"aws_api_gateway_vpc_link", "aws_default_", "aws_network_", "aws_nat_", "aws_route", "aws_security_group", "aws_eip", "aws_ec2_fleet",
	"aws_spot_fleet_request", "aws_appstream_fleet", "aws_workspaces_", "aws_ram_",
}

// harmless are types that begin so and decide about no packet.
var harmless = []string{
	"aws_vpc_dhcp_options", "aws_default_vpc_dhcp_options", "aws_vpc_ipam", "aws_eip_domain_name", "aws_route53_record", "aws_route53_zone",
	"aws_route53_health_check", "aws_lb_cookie", "aws_lb_ssl", "aws_lb_listener_certificate",
	"aws_network_performance", "aws_route53_resolver_query_log", "aws_vpc_network_performance", "aws_ram_",
	"aws_dx_connection", "aws_dx_lag", "aws_dx_bgp_peer", "aws_dx_macsec", "aws_dx_hosted_connection",
	"aws_networkfirewall_logging", "aws_networkfirewall_resource_policy", "aws_networkfirewall_tls_inspection",
	"aws_networkmanager_global_network", "aws_networkmanager_site", "aws_networkmanager_link", "aws_networkmanager_device", "aws_networkmanager_connection",
	"aws_networkmanager_customer_gateway_association", "aws_networkmanager_transit_gateway_registration", "aws_networkmanager_connect_peer",
	"aws_networkmanager_transit_gateway_connect_peer_association", "aws_ec2_transit_gateway_connect_peer", "aws_vpclattice_access_log",
	"aws_vpclattice_resource_policy", "aws_vpc_endpoint_connection_notification", "aws_vpc_endpoint_service_private_dns", "aws_lb_trust_store",
}

// used are types that other readers look up.
var used = map[string]bool{
	"aws_launch_template": true, "aws_launch_configuration": true, "aws_db_subnet_group": true, "aws_docdb_subnet_group": true,
	"aws_neptune_subnet_group": true, "aws_elasticache_subnet_group": true, "aws_redshift_subnet_group": true,
	"aws_dx_gateway_association_proposal": true, "aws_memorydb_subnet_group": true, "aws_dax_subnet_group": true, "aws_dms_replication_subnet_group": true,
}

// listUnmodelled lists the types that are not read.
func (b *builder) listUnmodelled(byKind map[string][]*resource, read map[string]bool) {
	begins := func(kind string, list []string) bool {
		return slices.ContainsFunc(list, func(p string) bool { return strings.HasPrefix(kind, p) })
	}
	var others []string
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		rs := byKind[kind]
		switch {
		case read[kind], used[kind], strings.HasPrefix(kind, dataPrefix), !strings.HasPrefix(kind, "aws_"):
		case begins(kind, carriers) && !begins(kind, harmless):
			b.network.Unmodelled = append(b.network.Unmodelled, model.Unmodelled{Type: kind, Count: len(rs), Provenance: rs[0].place})
		default:
			others = append(others, kind)
		}
	}
	if len(others) > 0 {
		b.report(model.Note, "", "not read, since no packet meets them: "+strings.Join(others, ", "), "")
	}
}
