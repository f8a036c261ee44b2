package yamlfile

import (
	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

func (w *writer) resourceGateway(g *model.ResourceGateway, in *inVPC) mapping {
	m := w.resource(string(g.ID), g.Meta, in.meta)
	m.status(g.State, g.Available, latticeStates)
	m.items("subnets", refs(w, model.KindSubnet, g.Subnets), false)
	w.groups(m, g.Groups, nil, string(g.ID), in.groups(false))
	owner := model.OwnerRef{Kind: model.KindResourceGateway, ID: string(g.ID)}
	if !w.spreads(owner, g.Subnets, g.Interfaces, model.Interface{Type: "interface", Groups: g.Groups}, in) {
		w.ownedInterfaces(m, owner, g.Interfaces, "interface", in, false)
	}
	return m
}

func (w *writer) resourceConfiguration(r *model.ResourceConfiguration) mapping {
	m := w.resource(string(r.ID), r.Meta, w.outer)
	usual := "SINGLE"
	switch {
	case r.Parent != "":
		usual = "CHILD"
	case r.ResourceARN != "":
		usual = "ARN"
	}
	m.text("type", r.Type, usual)
	m.status(r.State, r.Available, latticeStates)
	m.add("gateway", w.ref(model.KindResourceGateway, string(r.Gateway)))
	m.add("parent", w.ref(model.KindResourceConfiguration, string(r.Parent)))
	m.items("ports", portNodes(r.Ports), false)
	m.add("ip", addressNode(r.Address))
	m.text("domain", r.Domain, "")
	m.text("resource_arn", r.ResourceARN, "")
	m.add("owner", w.ref(model.KindOwner, string(r.Owner)))
	m.add("instance", w.ref(model.KindInstance, string(r.Instance)))
	return m
}

func (w *writer) serviceNetwork(n *model.ServiceNetwork) mapping {
	m := w.resource(string(n.ID), n.Meta, w.outer)
	var vpcs []*yaml.Node
	for i := range n.VPCs {
		v := &n.VPCs[i]
		one := newMapping()
		one.add("vpc", w.refOrNone(model.KindVPC, string(v.VPC)))
		groups := refs(w, model.KindSecurityGroup, v.Groups)
		if v.GroupsUnknown != nil {
			groups = append(groups, gapNode(v.GroupsUnknown, string(n.ID), "security_groups"))
		}
		one.items("security_groups", groups, false)
		one.status(v.State, v.Active, latticeStates)
		if len(one.n.Content) == 2 && one.n.Content[1].Kind == yaml.ScalarNode {
			vpcs = append(vpcs, one.n.Content[1])
			continue
		}
		vpcs = append(vpcs, one.n)
	}
	m.items("vpcs", vpcs, false)
	services := refs(w, model.KindLatticeService, n.Services)
	if n.Unknown != nil {
		services = append(services, gapNode(n.Unknown, string(n.ID), "services"))
	}
	m.items("services", services, false)
	m.items("resources", refs(w, model.KindResourceConfiguration, n.Resources), false)
	return m
}

func (w *writer) latticeService(s *model.LatticeService) mapping {
	m := w.resource(string(s.ID), s.Meta, w.outer)
	m.status(s.State, s.Active, latticeStates)
	m.text("domain", s.Domain, "")
	w.listeners(m, s.Listeners, nil, string(s.ID), "")
	m.flag("auth_policy", s.AuthPolicy, false)
	return m
}
