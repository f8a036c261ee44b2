package terraform

import (
	"cmp"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readLoadBalancer reads a load balancer as the owner of its nodes' interfaces,
// one in each of its subnets.
func readLoadBalancer(b body) {
	words := map[string]string{"": "load-balancer", "application": "load-balancer", "network": "network-load-balancer", "gateway": "gateway-load-balancer"}
	word, ok := words[b.str("load_balancer_type")]
	if b.r.kind == "aws_elb" {
		word, ok = "classic-load-balancer", true
	}
	if !ok {
		b.problem(model.Error, "", "load_balancer_type: %q is no type of load balancer", b.str("load_balancer_type"))
		return
	}
	if b.r.isData() && b.network.Owners[model.OwnerID(b.r.id())] != nil {
		return
	}
	o := b.owner(word, "name")
	mappings, _ := b.blocks("subnet_mapping")
	type node struct {
		body
		address string
	}
	nodes := map[model.SubnetID]node{}
	var subnets []model.SubnetID
	for _, m := range mappings {
		id := m.subnet("subnet_id", m.holdsAddress("private_ipv4_address"))
		if id == "" {
			continue
		}
		if _, twice := nodes[id]; !twice {
			subnets = append(subnets, id)
		}
		nodes[id] = node{m, m.str("private_ipv4_address")}
	}
	if len(subnets) == 0 {
		subnets, _ = b.subnetsOf("subnets")
	}
	for _, i := range b.spread(o, model.KindLoadBalancer, subnets) {
		if word != "gateway-load-balancer" {
			// Application and Classic ones without groups have the default group; the
			// others have none (ENI-10).
			i.Groups, i.GroupsUnknown = b.groupsOf("security_groups", i.VPC, word == "load-balancer" || word == "classic-load-balancer")
		}
		i.Unassigned6 = strings.HasPrefix(b.str("ip_address_type"), "dualstack") && b.hasIPv6(i.Subnet)
		i.PublicUnknown = b.open("internal")
		i.PublicUnassigned = !b.boolean("internal") && word != "gateway-load-balancer" && i.PublicUnknown == nil && b.str("ip_address_type") != "dualstack-without-public-ipv4"
		if m, ok := nodes[i.Subnet]; ok && m.address != "" {
			m.addresses(i, "private_ipv4_address", nil, "")
			if c, _ := m.ref("allocation_id", wantAddress, nil); b.elasticIPs[c.id] != nil {
				b.publish(i, b.elasticIPs[c.id].PublicIP)
			}
		}
	}
	o.VPC = cmp.Or(o.VPC, model.VPCID(b.str("vpc_id")))
}
