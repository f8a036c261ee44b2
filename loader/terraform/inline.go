package terraform

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// Rules, routes and associations are written in two ways: inline, in the
// resource that has them, or as resources of their own. Inline that is set, be it
// to [], is all there should be. Where it is left out, the provider computes it:
// it then repeats, as it was before the plan, what the resources of their own
// say, and they count.

// listed is an attribute that lists rules, routes or entries inline.
type listed struct{ id, name string }

// note remembers whether an attribute is written inline.
func (b body) note(id, name string) {
	if b.r.config != nil && b.configured(name) {
		b.written[listed{id, name}] = true
	}
}

// standalone remembers that a resource of its own adds to what an attribute of
// the one with an ID lists.
func (b body) standalone(id, name string) {
	if _, ok := b.mixed[listed{id, name}]; !ok {
		b.mixed[listed{id, name}] = b.r.place
	}
}

// linkMixed warns of what is written in both ways.
func (b *builder) linkMixed() {
	for l, at := range b.mixed {
		if b.written[l] {
			b.diagnostics = append(b.diagnostics, model.Diagnostic{Severity: model.Warning, Resource: l.id, Provenance: at,
				Summary: fmt.Sprintf("%s lists its %s inline, and some are resources of their own; all of them are taken", l.id, l.name),
				Detail:  "At the next apply Terraform would remove those of their own again. Write all of them in one way."})
		}
	}
}

// superseded reports whether an element of a computed attribute is there because
// of a resource of its own, which tells by itself what becomes of it.
func (b body) superseded(name, id string, parts ...any) bool {
	return !b.configured(name) && b.changing[changeKey(id, parts...)]
}

func changeKey(id string, parts ...any) string {
	return strings.TrimSpace(fmt.Sprintln(append([]any{id}, parts...)...))
}

// prior notes what the resources of their own were before the plan.
func (b *builder) prior() {
	all := b.diagnostics
	for _, r := range b.before {
		r.place = model.Provenance{File: b.path, Address: r.address}
		x := b.body(r)
		add := func(id string, parts ...any) { b.changing[changeKey(id, parts...)] = true }
		switch r.kind {
		case "aws_security_group_rule":
			for _, rule := range x.olderRules() {
				add(x.str("security_group_id"), ruleKey(&rule))
			}
		case "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule":
			rule := x.groupRule()
			add(x.str("security_group_id"), ruleKey(&rule))
		case "aws_route":
			route := x.route("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")
			add(x.str("route_table_id"), route.Destination())
		case "aws_network_acl_rule":
			rule := x.aclRule(direction(x.boolean("egress")), "rule_number", "rule_action")
			add(x.str("network_acl_id"), rule.Direction, rule.Number)
		case "aws_network_acl_association":
			add(x.str("network_acl_id"), x.str("subnet_id"))
		case "aws_ec2_managed_prefix_list_entry":
			add(x.str("prefix_list_id"), x.prefix("cidr"))
		case "aws_vpc_endpoint_route_table_association":
			add(x.str("vpc_endpoint_id"), x.str("route_table_id"))
		case "aws_vpc_endpoint_subnet_association":
			add(x.str("vpc_endpoint_id"), x.str("subnet_id"))
		case "aws_vpc_endpoint_security_group_association":
			add(x.str("vpc_endpoint_id"), x.str("security_group_id"))
		case "aws_vpn_connection_route":
			add(x.str("vpn_connection_id"), x.prefix("destination_cidr_block"))
		case "aws_vpc_endpoint_service_allowed_principal":
			add(x.str("vpc_endpoint_service_id"), x.str("principal_arn"))
		case "aws_network_interface_sg_attachment":
			add(x.str("network_interface_id"), x.str("security_group_id"))
		default:
			panic("terraform: no change of " + r.kind)
		}
	}
	b.diagnostics = all // what is about to change need not be right
}
