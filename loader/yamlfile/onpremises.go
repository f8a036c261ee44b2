package yamlfile

import (
	"net/netip"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// onPremises is what lies behind VPNs and Direct Connect: prefixes, and networks
// by name.
type onPremises struct {
	prefixes []value[netip.Prefix]
	networks []entry[onPremisesNetwork]
}

// onPremisesNetwork is a network outside AWS (PATH-8).
type onPremisesNetwork struct {
	common
	cidrs, advertises, accepts list[value[netip.Prefix]]
	via                        list[ref]
}

var onPremisesNetworkShape = object("an on-premises network", "A network outside AWS (PATH-8).", commonKeys(func(o *onPremisesNetwork) *common { return &o.common }), []field[onPremisesNetwork]{
	key("cidr", many(cidr), func(o *onPremisesNetwork) *list[value[netip.Prefix]] { return &o.cidrs }, "the addresses that are there"),
	key("via", many(refTo), func(o *onPremisesNetwork) *list[ref] { return &o.via }, "the VPN connections, virtual interfaces and transit gateway attachments that lead to it; all by default"),
	key("advertises", many(cidr), func(o *onPremisesNetwork) *list[value[netip.Prefix]] { return &o.advertises }, "the prefixes that its routers announce; its cidr by default"),
	key("accepts", many(cidr), func(o *onPremisesNetwork) *list[value[netip.Prefix]] { return &o.accepts }, "the addresses in AWS that its routers and firewalls let in and send to; whatever AWS announces by default"),
})

var onPremisesSection = section(onPremisesNetworkShape)

// onPremisesShape reads networks by name, or a list of prefixes and of such
// networks.
var onPremisesShape = shape[onPremises]{
	read: func(d *decoder, n *yaml.Node, into *onPremises) {
		one := func(n *yaml.Node) {
			if d.readGap(n) != nil {
				d.errorf(d.at(n), "leave it out, or write what is known", "on_premises cannot be left open")
				return
			}
			if n.Kind == yaml.MappingNode {
				var networks []entry[onPremisesNetwork]
				onPremisesSection.read(d, n, &networks)
				into.networks = append(into.networks, networks...)
				return
			}
			var p value[netip.Prefix]
			cidr.read(d, n, &p)
			into.prefixes = append(into.prefixes, p)
		}
		if n.Kind != yaml.SequenceNode {
			one(n)
			return
		}
		for _, item := range n.Content {
			one(follow(item))
		}
	},
	schema: func(c *schemas) schema {
		one := schema{"anyOf": []any{cidr.schema(c), onPremisesSection.schema(c)}}
		return schema{"anyOf": []any{one, schema{"type": "array", "items": one}}}
	},
}

func (b *builder) buildOnPremisesNetwork(e *entry[onPremisesNetwork]) {
	f := &e.v
	id := model.OnPremisesID(b.idOf(model.KindOnPremises, nil, e.key))
	for _, l := range []*list[value[netip.Prefix]]{&f.cidrs, &f.advertises, &f.accepts} {
		closed(b.d, l, "an on-premises network")
	}
	closed(b.d, &f.via, "via")
	m := &model.OnPremisesNetwork{ID: id, Meta: f.meta(e.key, e.at, b.outer), CIDRs: prefixesOf(&f.cidrs), Advertises: prefixesOf(&f.advertises), Accepts: prefixesOf(&f.accepts)}
	for i := range f.via.items {
		// An attachment that a connection has without writing it has its name, too.
		if x := b.preferred(nil, &f.via.items[i], "VPN connection, virtual interface or attachment",
			model.KindVPNConnection, model.KindVirtualInterface, model.KindTransitGatewayAttachment, model.KindCoreNetworkAttachment); x != nil {
			m.Via = append(m.Via, x.id)
		}
	}
	b.n.OnPremisesNetworks[id] = m
}
