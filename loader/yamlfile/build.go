package yamlfile

import (
	"net/netip"
	"reflect"

	"github.com/vpcwalk/vpcwalk/model"
)

// scope is a VPC while its network is built; or a transit gateway or core
// network, of which only key, holder, at and meta are set.
type scope struct {
	key          string
	holder       string // the ID of what it is
	id           model.VPCID
	at           model.Provenance
	meta         model.Meta
	file         *vpc
	vpc          *model.VPC
	defaultGroup model.SecurityGroupID
}

// builder makes a network of a file: first everything is declared, so that names
// can stand before what they name, then it is built.
type builder struct {
	d      *decoder
	n      *model.Network
	file   *document
	outer  model.Meta // the file's account and Region
	names  names
	scopes []*scope
	hubs   []*hub
	// byAddress are the Elastic IPs so far.
	byAddress map[netip.Addr]*model.ElasticIP
}

// buildNetwork makes the network of a file.
func buildNetwork(d *decoder, f *document) *model.Network {
	b := &builder{d: d, n: model.NewNetwork(), file: f, byAddress: map[netip.Addr]*model.ElasticIP{},
		outer: model.Meta{Account: f.account.or(""), Region: model.Region(f.region.or(""))}}
	b.declare()
	b.names.assign(d)
	b.build()
	b.refuseNameless()
	return b.n
}

// refuseNameless refuses resources whose ID is written and empty: whatever names none
// would name them.
func (b *builder) refuseNameless() {
	for _, t := range b.n.Tables() {
		if r := t.Resources.MapIndex(reflect.Zero(t.Resources.Type().Key())); r.IsValid() {
			b.d.errorf(model.MetaOf(r).Provenance, "leave the ID out, and the key is the ID", "the ID of a resource of type %s is empty", t.Kind)
		}
	}
}

// declareAll makes the members of a section known.
func declareAll[T any](b *builder, kind model.Kind, s *scope, entries []entry[T], at func(*T) *common) {
	for i := range entries {
		e := &entries[i]
		b.names.declare(kind, s, e.key, at(&e.v).id.or(""), e.at)
	}
}

func (b *builder) declare() {
	f := b.file
	declareAll(b, model.KindPrefixList, nil, f.prefixLists, func(l *prefixList) *common { return &l.common })
	declareAll(b, model.KindElasticIP, nil, f.elasticIPs, func(e *elasticIP) *common { return &e.common })
	declareAll(b, model.KindInternetGateway, nil, f.internetGateways, func(g *gateway) *common { return &g.common })
	declareAll(b, model.KindEgressOnlyInternetGateway, nil, f.egressOnlyGateways, func(g *gateway) *common { return &g.common })
	for i := range f.vpcs {
		e := &f.vpcs[i]
		s := &scope{key: e.key, holder: e.v.id.or(e.key), id: model.VPCID(e.v.id.or(e.key)), at: e.at, meta: e.v.meta(e.key, e.at, b.outer), file: &e.v}
		b.scopes = append(b.scopes, s)
		b.names.declare(model.KindVPC, nil, e.key, string(s.id), e.at)
		b.declareVPC(s)
	}
	b.declareJoining()
}

func (b *builder) declareVPC(s *scope) {
	v := s.file
	b.declareGateways(s, model.KindInternetGateway, "-igw", &v.internetGateways)
	b.declareGateways(s, model.KindEgressOnlyInternetGateway, "-eigw", &v.egressOnlyGateways)
	b.attachVPNGateways(s)
	b.declareGateways(s, model.KindVPNGateway, "-vgw", &v.vpnGateways)
	declareAll(b, model.KindSubnet, s, v.subnets, func(x *subnet) *common { return &x.common })
	declareNamed(b, model.KindRouteTable, s, v.routeTables, "main", func(x *routeTable) *common { return &x.common })
	declareNamed(b, model.KindNetworkACL, s, v.networkACLs, "default", func(x *networkACL) *common { return &x.common })
	declareNamed(b, model.KindSecurityGroup, s, v.securityGroups, "default", func(x *securityGroup) *common { return &x.common })
	declareAll(b, model.KindInstance, s, v.instances, func(x *instance) *common { return &x.common })
	for i := range v.instances {
		e := &v.instances[i]
		b.declareInterfaces(s, e.key, &e.v.nic, e.v.interfaceID, e.v.interfaces, e.at)
	}
	declareAll(b, model.KindInterface, s, v.networkInterfaces, func(x *nic) *common { return &x.common })
	declareAll(b, model.KindOwner, s, v.owners, func(x *owner) *common { return &x.common })
	for i := range v.owners {
		e := &v.owners[i]
		e.v.spread(b, e)
		b.declareInterfaces(s, e.key, &e.v.nic, e.v.interfaceID, e.v.interfaces, e.at)
	}
	declareAll(b, model.KindNATGateway, s, v.natGateways, func(x *natGateway) *common { return &x.common })
	declareAll(b, model.KindVPCEndpoint, s, v.vpcEndpoints, func(x *vpcEndpoint) *common { return &x.common })
	for i := range v.vpcEndpoints {
		e := &v.vpcEndpoints[i]
		b.inferType(&e.v)
		e.v.spread(e.key)
		b.declareOwned(s, e.v.interfaces)
	}
	for i := range v.loadBalancers {
		b.declareLoadBalancer(s, &v.loadBalancers[i])
	}
	for i := range v.resourceGateways {
		b.declareResourceGateway(s, &v.resourceGateways[i])
	}
	declareAll(b, model.KindTargetGroup, s, v.targetGroups, func(x *targetGroup) *common { return &x.common })
	declareAll(b, model.KindVPCEndpointService, s, v.endpointServices, func(x *endpointService) *common { return &x.common })
}

// declareNamed makes a section known one of whose keys AWS gives a meaning: main,
// default. That one's ID is VPC-KEY, as though the file had not mentioned it.
func declareNamed[T any](b *builder, kind model.Kind, s *scope, entries []entry[T], special string, at func(*T) *common) {
	for i := range entries {
		e := &entries[i]
		id := at(&e.v).id.or("")
		if id == "" && e.key == special {
			id = s.key + "-" + special
		}
		b.names.declare(kind, s, e.key, id, e.at)
	}
}

// build makes the resources, each kind after those that it asks something of.
func (b *builder) build() {
	f := b.file
	for i := range f.prefixLists {
		b.buildPrefixList(&f.prefixLists[i])
	}
	for i := range f.elasticIPs {
		b.buildElasticIP(&f.elasticIPs[i])
	}
	for i := range f.internetGateways {
		e := &f.internetGateways[i]
		e.v.key, e.v.at = e.key, e.at
		b.buildInternetGateway(&e.v, b.idOf(model.KindInternetGateway, nil, e.key), "", b.outer)
	}
	for i := range f.egressOnlyGateways {
		e := &f.egressOnlyGateways[i]
		e.v.key, e.v.at = e.key, e.at
		b.buildEgressOnlyGateway(&e.v, b.idOf(model.KindEgressOnlyInternetGateway, nil, e.key), "", b.outer)
	}
	each := func(build func(s *scope)) {
		for _, s := range b.scopes {
			build(s)
		}
	}
	each(b.buildVPC)
	each(func(s *scope) {
		v := s.file
		for i := range v.internetGateways.items {
			g := &v.internetGateways.items[i]
			b.buildInternetGateway(g, b.idOf(model.KindInternetGateway, s, g.key), s.id, s.meta)
		}
		for i := range v.egressOnlyGateways.items {
			g := &v.egressOnlyGateways.items[i]
			b.buildEgressOnlyGateway(g, b.idOf(model.KindEgressOnlyInternetGateway, s, g.key), s.id, s.meta)
		}
		for i := range v.vpnGateways.items {
			g := &v.vpnGateways.items[i]
			b.buildVPNGateway(g, b.idOf(model.KindVPNGateway, s, g.key), s.id, s.meta)
		}
		buildAll(s, v.subnets, b.buildSubnet)
		buildAll(s, v.networkACLs, b.buildNetworkACL)
		buildAll(s, v.securityGroups, b.buildSecurityGroup)
		b.addDefaults(s)
	})
	each(func(s *scope) {
		buildAll(s, s.file.instances, b.buildInstance)
		buildAll(s, s.file.owners, b.buildOwner)
		buildAll(s, s.file.loadBalancers, b.buildLoadBalancer)
	})
	each(func(s *scope) {
		buildAll(s, s.file.networkInterfaces, b.buildNetworkInterface)
		buildAll(s, s.file.natGateways, b.buildNATGateway)
		buildAll(s, s.file.targetGroups, b.buildTargetGroup)
		buildAll(s, s.file.endpointServices, b.buildEndpointService)
		buildAll(s, s.file.resourceGateways, b.buildResourceGateway)
		buildAll(s, s.file.firewalls, b.buildFirewall)
	})
	b.buildJoining()
	each(func(s *scope) { buildAll(s, s.file.vpcEndpoints, b.buildVPCEndpoint) })
	for i := range f.elasticIPs {
		b.associateElasticIP(&f.elasticIPs[i])
	}
	each(func(s *scope) {
		buildAll(s, s.file.routeTables, b.buildRouteTable)
		b.addMainRouteTable(s)
	})
	each(func(s *scope) {
		if s.file.asWritten.or(false) {
			return
		}
		for i := range s.file.vpcEndpoints {
			id := b.idOf(model.KindVPCEndpoint, s, s.file.vpcEndpoints[i].key)
			b.addEndpointRoutes(b.n.VPCEndpoints[model.VPCEndpointID(id)])
		}
	})
	b.buildRest()
}

func buildAll[T any](s *scope, entries []entry[T], build func(*scope, *entry[T])) {
	for i := range entries {
		build(s, &entries[i])
	}
}

// buildRest fills what lies in no VPC.
func (b *builder) buildRest() {
	f := b.file
	for i := range f.resourcePolicies {
		b.buildResourcePolicy(&f.resourcePolicies[i])
	}
	for i := range f.blockPublicAccess.items {
		b.buildBlockPublicAccess(&f.blockPublicAccess.items[i])
	}
	for _, p := range f.onPremises.prefixes {
		if p.set {
			b.n.OnPremises = append(b.n.OnPremises, p.v)
		}
	}
	if f.port25.all {
		b.n.Port25Allowed = append(b.n.Port25Allowed, b.outer.Account)
	}
	for _, a := range f.port25.accounts {
		b.n.Port25Allowed = append(b.n.Port25Allowed, a.v)
	}
	for _, u := range f.unmodelled {
		b.n.Unmodelled = append(b.n.Unmodelled, model.Unmodelled{Type: u.key, Count: u.v.v, Provenance: u.at})
	}
	closed(b.d, &f.blockPublicAccess, "block_public_access")
}

// addDefaults makes what AWS makes with a VPC and the file does not write: the
// default security group (SG-4) and the default network ACL (NACL-3).
func (b *builder) addDefaults(s *scope) {
	if !s.lacks(model.KindSecurityGroup) {
		for i := range s.file.securityGroups {
			e := &s.file.securityGroups[i]
			id := model.SecurityGroupID(b.idOf(model.KindSecurityGroup, s, e.key))
			if g := b.n.SecurityGroups[id]; g != nil && g.GroupName == "default" {
				s.defaultGroup = id
			}
		}
		if s.defaultGroup == "" {
			s.defaultGroup = model.SecurityGroupID(s.key + "-default")
			b.n.SecurityGroups[s.defaultGroup] = &model.SecurityGroup{ID: s.defaultGroup, Meta: s.made("default"), VPC: s.id, GroupName: "default",
				Rules: append([]model.SecurityGroupRule{selfRule(s.defaultGroup)}, defaultEgress(s.hasIPv6())...)}
		}
	}
	if s.lacks(model.KindNetworkACL) {
		return
	}
	for i := range s.file.networkACLs {
		if e := &s.file.networkACLs[i]; e.v.isDefault.or(e.key == "default") {
			return
		}
	}
	id := model.NetworkACLID(s.key + "-default")
	b.n.NetworkACLs[id] = &model.NetworkACL{ID: id, Meta: s.made("default"), VPC: s.id, IsDefault: true,
		Rules: append(defaultACLRules(model.Ingress, s.hasIPv6()), defaultACLRules(model.Egress, s.hasIPv6())...)}
}

// addMainRouteTable makes the main table of a VPC that marks none: it has the
// local routes alone (VPC-16).
func (b *builder) addMainRouteTable(s *scope) {
	if s.lacks(model.KindRouteTable) {
		return
	}
	for i := range s.file.routeTables {
		if e := &s.file.routeTables[i]; e.v.main.or(e.key == "main") {
			return
		}
	}
	id := model.RouteTableID(s.key + "-main")
	t := &model.RouteTable{ID: id, Meta: s.made("main"), VPC: s.id, Main: true}
	t.Routes = b.localRoutes(s, t)
	b.n.RouteTables[id] = t
}

// made is the Meta of what AWS makes by itself: it is written nowhere.
func (s *scope) made(name string) model.Meta {
	return model.Meta{Name: name, Account: s.meta.Account, Region: s.meta.Region}
}
