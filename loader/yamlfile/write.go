package yamlfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// Write writes a network in this format, sorted and as short as the defaults
// allow. Read gives the same network again, with the new file's provenance. What
// a rule does not read (the ports of a rule for all protocols) is left out, as is
// the difference between an instance that is running and one of which no state is
// told.
//
// It is an error when parts of the network contradict each other in a way that
// the format cannot say, such as an interface that is in another VPC than its
// subnet; nothing is written then.
func Write(w io.Writer, n *model.Network) error {
	x := newWriter(n)
	root := x.document()
	if len(x.errs) > 0 {
		return errors.Join(x.errs...)
	}
	layout(root)
	root.Style = 0
	d, err := yaml.NewDumper(w, yaml.WithLineWidth(-1), yaml.WithIndent(2))
	if err != nil {
		return fmt.Errorf("yamlfile: %w", err)
	}
	if err := d.Dump(root); err != nil {
		return fmt.Errorf("yamlfile: %w", err)
	}
	return d.Close()
}

// writer turns a network into YAML nodes.
type writer struct {
	n     *model.Network
	outer model.Meta // the account and Region that most VPCs have
	// nested are the interfaces that are written with their owner, and that.
	nested map[model.InterfaceID]model.OwnerRef
	// places are what lies in each VPC.
	places map[model.VPCID]*contents
	errs   []error
}

func (w *writer) errorf(format string, args ...any) {
	w.errs = append(w.errs, fmt.Errorf(format, args...))
}

// contents are the resources of one VPC, by ID.
type contents struct {
	id          model.VPCID
	subnets     []*model.Subnet
	routeTables []*model.RouteTable
	acls        []*model.NetworkACL
	groups      []*model.SecurityGroup
	interfaces  []*model.Interface
	instances   []*model.Instance
	owners      []*model.Owner
	nats        []*model.NATGateway
	endpoints   []*model.VPCEndpoint
	igws        []*model.InternetGateway
	eigws       []*model.EgressOnlyInternetGateway
	vgws        []*model.VPNGateway
	balancers   []*model.LoadBalancer
	targets     []*model.TargetGroup
	firewalls   []*model.Firewall
	resources   []*model.ResourceGateway
}

func newWriter(n *model.Network) *writer {
	w := &writer{n: n, nested: map[model.InterfaceID]model.OwnerRef{}, places: map[model.VPCID]*contents{}}
	w.outer = mostCommon(n)
	for _, v := range model.Sorted(n.VPCs) {
		w.place(v.ID)
	}
	for _, s := range model.Sorted(n.Subnets) {
		c := w.place(s.VPC)
		c.subnets = append(c.subnets, s)
	}
	for _, t := range model.Sorted(n.RouteTables) {
		c := w.place(t.VPC)
		c.routeTables = append(c.routeTables, t)
	}
	for _, a := range model.Sorted(n.NetworkACLs) {
		c := w.place(a.VPC)
		c.acls = append(c.acls, a)
	}
	for _, g := range model.Sorted(n.SecurityGroups) {
		c := w.place(g.VPC)
		c.groups = append(c.groups, g)
	}
	for _, i := range model.Sorted(n.Instances) {
		c := w.place(i.VPC)
		c.instances = append(c.instances, i)
	}
	for _, o := range model.Sorted(n.Owners) {
		c := w.place(o.VPC)
		if l := n.LoadBalancers[o.ID]; l == nil || w.nodesOf(l) == nil {
			c.owners = append(c.owners, o)
		}
	}
	for _, l := range model.Sorted(n.LoadBalancers) {
		c := w.place(l.VPC)
		c.balancers = append(c.balancers, l)
	}
	for _, g := range model.Sorted(n.TargetGroups) {
		if g.VPC != "" {
			c := w.place(g.VPC)
			c.targets = append(c.targets, g)
		}
	}
	for _, f := range model.Sorted(n.Firewalls) {
		if f.VPC != "" {
			c := w.place(f.VPC)
			c.firewalls = append(c.firewalls, f)
		}
	}
	for _, g := range model.Sorted(n.ResourceGateways) {
		c := w.place(g.VPC)
		c.resources = append(c.resources, g)
	}
	for _, g := range model.Sorted(n.NATGateways) {
		c := w.place(g.VPC)
		c.nats = append(c.nats, g)
	}
	for _, v := range model.Sorted(n.VPCEndpoints) {
		c := w.place(v.VPC)
		c.endpoints = append(c.endpoints, v)
	}
	w.nest()
	for _, i := range model.Sorted(n.Interfaces) {
		if c := w.place(i.VPC); w.nested[i.ID].IsZero() {
			c.interfaces = append(c.interfaces, i)
		}
	}
	for _, g := range model.Sorted(n.InternetGateways) {
		if g.VPC != "" {
			c := w.place(g.VPC)
			c.igws = append(c.igws, g)
		}
	}
	for _, g := range model.Sorted(n.EgressOnlyInternetGateways) {
		if g.VPC != "" {
			c := w.place(g.VPC)
			c.eigws = append(c.eigws, g)
		}
	}
	for _, g := range model.Sorted(n.VPNGateways) {
		if g.VPC != "" {
			c := w.place(g.VPC)
			c.vgws = append(c.vgws, g)
		}
	}
	return w
}

func (w *writer) place(id model.VPCID) *contents {
	c := w.places[id]
	if c == nil {
		c = &contents{id: id}
		w.places[id] = c
	}
	return c
}

// nest finds the interfaces that are written with their owner: those that it
// lists, that say that they belong to it, and that lie in its VPC or a subnet.
func (w *writer) nest() {
	try := func(owner model.OwnerRef, vpc model.VPCID, ids []model.InterfaceID) {
		for _, id := range ids {
			if i := w.n.Interfaces[id]; i != nil && i.Owner == owner && (i.VPC == vpc || w.n.Subnets[i.Subnet] != nil) {
				w.nested[id] = owner
			}
		}
	}
	for _, i := range w.n.Instances {
		try(model.OwnerRef{Kind: model.KindInstance, ID: string(i.ID)}, i.VPC, i.Interfaces)
	}
	for _, o := range w.n.Owners {
		try(model.OwnerRef{Kind: model.KindOwner, ID: string(o.ID)}, o.VPC, o.Interfaces)
	}
	for _, v := range w.n.VPCEndpoints {
		try(model.OwnerRef{Kind: model.KindVPCEndpoint, ID: string(v.ID)}, v.VPC, v.Interfaces)
	}
	for _, l := range w.n.LoadBalancers {
		if o := w.nodesOf(l); o != nil {
			try(model.OwnerRef{Kind: model.KindLoadBalancer, ID: string(l.ID)}, l.VPC, o.Interfaces)
		}
	}
	for _, g := range w.n.ResourceGateways {
		try(model.OwnerRef{Kind: model.KindResourceGateway, ID: string(g.ID)}, g.VPC, g.Interfaces)
	}
	for _, c := range w.n.ClientVPNEndpoints {
		w.nestClientVPN(c)
	}
}

// mostCommon gives the account and Region that most VPCs have.
func mostCommon(n *model.Network) model.Meta {
	type pair struct {
		account model.AccountID
		region  model.Region
	}
	count := map[pair]int{}
	for _, v := range n.VPCs {
		count[pair{v.Account, v.Region}]++
	}
	var best pair
	most := 0
	for p, c := range count {
		if c > most || c == most && cmp.Or(cmp.Compare(p.account, best.account), cmp.Compare(p.region, best.region)) < 0 {
			best, most = p, c
		}
	}
	return model.Meta{Account: best.account, Region: best.region}
}

// document makes the root.
func (w *writer) document() *yaml.Node {
	root := newMapping()
	root.text("account", string(w.outer.Account), "")
	root.text("region", string(w.outer.Region), "")

	vpcs := newMapping()
	for _, c := range model.Sorted(w.places) {
		key := string(c.id)
		if key == "" {
			key = w.unplacedKey()
		}
		vpcs.add(key, w.vpc(key, c))
	}
	root.section("vpcs", vpcs)

	lists := newMapping()
	for _, l := range model.Sorted(w.n.PrefixLists) {
		lists.add(string(l.ID), w.prefixList(l))
	}
	root.section("prefix_lists", lists)

	eips := newMapping()
	for _, e := range model.Sorted(w.n.ElasticIPs) {
		eips.add(string(e.ID), w.elasticIP(e))
	}
	root.section("elastic_ips", eips)

	igws, eigws := newMapping(), newMapping()
	for _, g := range model.Sorted(w.n.InternetGateways) {
		if g.VPC == "" {
			igws.add(string(g.ID), w.resource(string(g.ID), g.Meta, w.outer).n)
		}
	}
	for _, g := range model.Sorted(w.n.EgressOnlyInternetGateways) {
		if g.VPC == "" {
			eigws.add(string(g.ID), w.resource(string(g.ID), g.Meta, w.outer).n)
		}
	}
	root.section("internet_gateways", igws)
	root.section("egress_only_internet_gateways", eigws)
	w.joining(root)
	w.accountKeys(root)
	if root.empty() {
		root.add("vpcs", newMapping().n)
	}
	return root.n
}

// unplacedKey is a key for what names no VPC.
func (w *writer) unplacedKey() string {
	key := "unplaced"
	for w.n.VPCs[model.VPCID(key)] != nil {
		key += "_"
	}
	return key
}

// accountKeys writes what lies in no VPC.
func (w *writer) accountKeys(root mapping) {
	var settings []*yaml.Node
	for _, p := range w.n.BlockPublicAccess {
		m := newMapping()
		m.add("mode", cmp.Or(gapNode(p.Unknown, "VPC Block Public Access", "mode"), str(p.Mode.String())))
		m.text("account", string(p.Account), string(w.outer.Account))
		m.text("region", string(p.Region), string(w.outer.Region))
		settings = append(settings, m.n)
	}
	if len(w.n.BlockPublicAccessExclusions) > 0 {
		if len(settings) == 0 {
			settings = append(settings, newMapping().n)
		}
		var exclusions []*yaml.Node
		for _, e := range w.n.BlockPublicAccessExclusions {
			m := newMapping()
			m.text("id", e.ID, "")
			m.add("vpc", w.ref(model.KindVPC, string(e.VPC)))
			m.add("subnet", w.ref(model.KindSubnet, string(e.Subnet)))
			m.add("mode", str(map[bool]string{false: "allow-bidirectional", true: "allow-egress"}[e.AllowEgress]))
			m.open("unknown", e.Unknown, cmp.Or(e.ID, "an exclusion"), "exclusion")
			exclusions = append(exclusions, m.n)
		}
		mapping{settings[0]}.add("exclusions", onLines(sequenceOf(exclusions)))
	}
	policies := newMapping()
	for _, p := range model.Sorted(w.n.ResourcePolicies) {
		policies.add(p.Resource, cmp.Or(policyNode(p.Policy, p.PolicyUnknown, p.Resource), str("")))
	}
	root.section("resource_policies", policies)

	root.add("block_public_access", oneOrList(settings))

	w.onPremises(root)

	if slices.Equal(w.n.Port25Allowed, []model.AccountID{w.outer.Account}) {
		root.add("port_25_allowed", plain("true"))
	} else if len(w.n.Port25Allowed) > 0 {
		root.add("port_25_allowed", sequenceOf(texts(w.n.Port25Allowed)))
	}

	counts := map[string]int{}
	for _, u := range w.n.Unmodelled {
		counts[u.Type] += u.Count
	}
	unmodelled := newMapping()
	for _, u := range w.n.Unmodelled {
		if c, ok := counts[u.Type]; ok && u.Type != "" {
			unmodelled.number(u.Type, c, -1)
			delete(counts, u.Type)
		}
	}
	root.section("unmodelled", unmodelled)
}

// resource begins a resource with what every one may say of itself.
func (w *writer) resource(key string, meta, outer model.Meta) mapping {
	m := newMapping()
	m.text("name", meta.Name, defaultName(key, meta.Tags))
	m.text("arn", meta.ARN, "")
	m.text("account", string(meta.Account), string(outer.Account))
	m.text("region", string(meta.Region), string(outer.Region))
	if len(meta.Tags) > 0 {
		tags := newMapping()
		keys := make([]string, 0, len(meta.Tags))
		for k := range meta.Tags {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			tags.add(k, str(meta.Tags[k]))
		}
		m.add("tags", tags.n)
	}
	return m
}

// gapNode writes something open as a value: unknown, or with what is known of it.
func gapNode(u *model.Unknown, subject, attribute string) *yaml.Node {
	if u == nil {
		return nil
	}
	detail := gapDetailNode(u, subject, attribute)
	if detail == nil {
		return plain("unknown")
	}
	m := newMapping()
	m.n.Content = append(m.n.Content, plain("unknown"), detail)
	return m.n
}

// gapDetailNode writes the reason for something open, and its subject and
// attribute where they are not those of the place; nil where all is as usual.
func gapDetailNode(u *model.Unknown, subject, attribute string) *yaml.Node {
	m := newMapping()
	m.text("reason", u.Reason, usualReason)
	m.text("subject", u.Subject, subject)
	m.text("attribute", u.Attribute, attribute)
	switch {
	case m.empty():
		return nil
	case len(m.n.Content) == 2 && u.Reason != usualReason && u.Reason != "true":
		return str(u.Reason)
	}
	return m.n
}
