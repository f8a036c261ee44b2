package describe

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readResourceGateway reads a resource gateway (RES-2).
func readResourceGateway(r *reader) {
	m := r.begin()
	g := &model.ResourceGateway{}
	var id string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "vpcIdentifier", "vpcId":
			g.VPC = model.VPCID(lastPart(r.str()))
		case "subnetIds":
			g.Subnets = strs[model.SubnetID](r)
		case "securityGroupIds":
			g.Groups = strs[model.SecurityGroupID](r)
		case "status":
			g.State = r.str()
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	meta, ok := r.latticeEnd(m, id)
	if !ok {
		return
	}
	g.ID, g.Meta, g.Available = model.ResourceGatewayID(id), meta, isActive(g.State)
	r.fact(func(b *builder, p *part) { view(b, p, b.lattice.gateways, g.ID, g, &g.Meta) })
}

// readResourceConfiguration reads a resource configuration (RES-1). Only
// get-resource-configuration tells what it defines.
func readResourceConfiguration(r *reader) {
	m := r.begin()
	c := &model.ResourceConfiguration{}
	var id string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "resourceGatewayId":
			c.Gateway = model.ResourceGatewayID(r.str())
		case "resourceConfigurationGroupId":
			c.Parent = model.ResourceConfigurationID(r.str())
		case "type":
			c.Type = strings.ToUpper(r.str())
		case "status":
			c.State = r.str()
		case "portRanges":
			for ok := r.array(); ok && r.element(); {
				text := r.str()
				if ports, err := portRange(text); err == nil {
					c.Ports = append(c.Ports, ports)
				} else {
					r.problem(model.Error, "RES-1", r.field()+": "+err.Error(), "")
				}
			}
		case "resourceConfigurationDefinition":
			r.resourceDefinition(c)
		default:
			if !r.latticeCommon(&m, &id) {
				r.skip()
			}
		}
	}
	meta, ok := r.latticeEnd(m, id)
	if !ok {
		return
	}
	c.ID, c.Meta, c.Available = model.ResourceConfigurationID(id), meta, isActive(c.State)
	r.fact(func(b *builder, p *part) { view(b, p, b.lattice.configurations, c.ID, c, &c.Meta) })
}

func (r *reader) resourceDefinition(c *model.ResourceConfiguration) {
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "ipResource":
			text := r.inner("ipAddress")
			if ip, err := netip.ParseAddr(text); err == nil {
				c.Address = ip
			} else if text != "" {
				r.problem(model.Error, "RES-1", r.field()+": "+quote(text)+" is not an IP address", "")
			}
		case "dnsResource":
			c.Domain = r.inner("domainName")
		case "arnResource":
			c.ResourceARN = r.inner("arn")
		default:
			r.skip()
		}
	}
}

// linkResources puts resource gateways and what is behind them into the network. A
// configuration that does not tell what it defines is left out: where it leads is
// unknown.
func (b *builder) linkResources() {
	s, n := &b.lattice, b.network
	for _, g := range model.Sorted(s.gateways) {
		for _, i := range model.Sorted(b.interfaces) {
			if strings.Contains(i.description, string(g.ID)) && i.RequesterManaged {
				g.Interfaces = append(g.Interfaces, i.ID)
			}
		}
		n.ResourceGateways[g.ID] = g
	}
	for _, c := range model.Sorted(s.configurations) {
		if c.Type != "GROUP" && !c.Address.IsValid() && c.Domain == "" && c.ResourceARN == "" {
			b.report(model.Diagnostic{Severity: model.Note, Rule: "RES-1", Resource: string(c.ID), Provenance: c.Provenance,
				Summary: "what the resource configuration " + string(c.ID) + " defines is not told, so where it leads is unknown",
				Detail:  "Run aws vpc-lattice get-resource-configuration --resource-configuration-identifier " + string(c.ID) + "."})
			continue
		}
		for _, o := range model.Sorted(n.Owners) {
			if c.ResourceARN != "" && o.ARN == c.ResourceARN {
				c.Owner = o.ID
			}
		}
		n.ResourceConfigurations[c.ID] = c
	}
}

// sortedIDs gives a map's keys in order.
func sortedIDs[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
