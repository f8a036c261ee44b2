package terraform

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/loader/design"
	"github.com/vpcwalk/vpcwalk/model"
)

// builder makes one network of a document.
type builder struct {
	*document
	network *model.Network
	byID    map[string][]*resource  // those that exist, by ID and by ARN, managed ones first
	byName  map[[2]string]*resource // those that do not exist yet, by type and name; nil for a name of several
	aliases map[*resource]string    // see idOf

	// adopted are what aws_default_* resources take over, by VPC.
	adoptedTables map[model.VPCID]model.RouteTableID
	adoptedACLs   map[model.VPCID]model.NetworkACLID
	adoptedGroups map[model.VPCID]model.SecurityGroupID
	mainTables    map[model.VPCID]model.RouteTableID

	// written has what the configuration lists inline, mixed what has resources
	// of their own besides, and where.
	written map[listed]bool
	mixed   map[listed]model.Provenance
	// changing are the rules, routes and associations of their own as they are
	// before the plan: what a resource computes of itself has them too.
	changing map[string]bool
	// openIPv6 counts the subnets that lie in a block which stands for the one
	// that Amazon will assign, by VPC.
	openIPv6 map[model.VPCID]uint16

	elasticIPs  map[string]*elasticIP
	maybePublic map[string]*model.Unknown // interfaces and instances that may get an Elastic IP address
	attachments map[model.InterfaceID]attachment
	extraGroups map[model.InterfaceID][]extraGroup
	endpoints   []*endpoint
	afterwards  []func() // see later
	// attachedVPNs are the virtual private gateways of which the VPC is known.
	attachedVPNs map[model.VPNGatewayID]bool
	machines     []*machine
	vpcsByID     map[model.VPCID][]*resource // see vpcResources

	between
}

func newBuilder(d *document) *builder {
	b := &builder{
		document: d, network: model.NewNetwork(), byID: map[string][]*resource{}, byName: map[[2]string]*resource{}, aliases: map[*resource]string{},
		adoptedTables: map[model.VPCID]model.RouteTableID{}, adoptedACLs: map[model.VPCID]model.NetworkACLID{},
		adoptedGroups: map[model.VPCID]model.SecurityGroupID{}, mainTables: map[model.VPCID]model.RouteTableID{},
		written: map[listed]bool{}, mixed: map[listed]model.Provenance{}, changing: map[string]bool{}, openIPv6: map[model.VPCID]uint16{},
		elasticIPs: map[string]*elasticIP{}, attachments: map[model.InterfaceID]attachment{},
		extraGroups: map[model.InterfaceID][]extraGroup{}, maybePublic: map[string]*model.Unknown{},
		between: newBetween(), attachedVPNs: map[model.VPNGatewayID]bool{},
	}
	d.diagnostics = nil // decode has given those before
	for _, r := range d.resources {
		r.place = d.place(r)
		if name, _ := r.values["name"].(string); name != "" && !r.exists() {
			key := [2]string{r.kind, name}
			if _, several := b.byName[key]; several {
				b.byName[key] = nil
			} else {
				b.byName[key] = r
			}
		}
		if r.exists() && !relation[strings.TrimPrefix(r.kind, dataPrefix)] {
			b.byID[r.id()] = append(b.byID[r.id()], r)
			if arn, _ := r.values["arn"].(string); arn != "" && arn != r.id() {
				b.byID[arn] = append(b.byID[arn], r)
			}
		}
	}
	for _, rs := range b.byID {
		slices.SortStableFunc(rs, func(x, y *resource) int { return cmp.Compare(rank(x), rank(y)) })
	}
	return b
}

// rank puts managed resources before data sources.
func rank(r *resource) int {
	if r.isData() {
		return 1
	}
	return 0
}

// build reads all resources, a kind after the other, and then adds what AWS
// makes by itself.
func (b *builder) build() {
	byKind := map[string][]*resource{}
	for _, r := range b.resources {
		byKind[r.kind] = append(byKind[r.kind], r)
	}
	b.adopt(byKind)
	b.prior()
	read := map[string]bool{}
	for _, step := range readers {
		for _, kind := range step.kinds {
			read[kind] = true
			for _, r := range byKind[kind] {
				step.read(b.body(r))
			}
		}
	}
	b.listUnmodelled(byKind, read)
	b.link()
	b.dropNameless()
	design.Complete(b.network)
	b.network.Unmodelled = slices.Clip(b.network.Unmodelled)
	b.settleScopes()
}

// dropNameless drops what got into the network because an attribute that must name
// a resource is empty: all that names none would be taken to name it.
func (b *builder) dropNameless() {
	v := reflect.ValueOf(b.network).Elem()
	for i := range v.NumField() {
		m := v.Field(i)
		if m.Kind() != reflect.Map {
			continue
		}
		none := reflect.Zero(m.Type().Key())
		if x := m.MapIndex(none); x.IsValid() {
			place := cmp.Or(placeOf(x), model.Provenance{File: b.path, Line: 1})
			b.diagnostics = append(b.diagnostics, model.Diagnostic{Severity: model.Error, Resource: place.Address, Provenance: place,
				Summary: cmp.Or(place.Address, "a resource") + ": an attribute that must name another resource is empty"})
			m.SetMapIndex(none, reflect.Value{})
		}
	}
}

// idOf is the ID of the resource that r is, or is a view of.
func (b *builder) idOf(r *resource) string {
	of, ok := views[r.kind]
	if !ok {
		return r.id()
	}
	id, ok := b.aliases[r]
	if !ok {
		b.aliases[r] = r.id()
		if c, _ := b.body(r).ref(of.attribute, of.want(), nil); c.id != "" {
			id = c.id
		} else {
			id = r.id()
		}
		b.aliases[r] = id
	}
	return id
}

// later does what needs to have all resources read.
func (b *builder) later(f func()) { b.afterwards = append(b.afterwards, f) }

// link joins what only the whole document tells.
func (b *builder) link() {
	b.linkMainTables()
	for _, f := range b.afterwards {
		f()
	}
	b.linkInstances()
	b.linkEndpoints()
	b.linkAcceptance()
	b.linkTransitGateways()
	b.linkListeners()
	b.linkTargets()
	b.linkAccelerators()
	b.linkElasticIPs()
	b.linkGroups()
	b.linkMixed()
	b.linkNamedVPCs()
	for _, o := range b.network.Owners {
		slices.Sort(o.Interfaces)
	}
}

// linkNamedVPCs makes the VPCs that are only named.
func (b *builder) linkNamedVPCs() {
	n := b.network
	name := func(id model.VPCID, at model.Provenance) {
		if id != "" && n.VPCs[id] == nil {
			n.VPCs[id] = design.NamedVPC(id, "the plan only names this VPC", at)
		}
	}
	for _, x := range model.Sorted(n.Subnets) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.RouteTables) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.NetworkACLs) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.SecurityGroups) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.InternetGateways) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.VPCPeeringConnections) {
		name(x.Requester.VPC, x.Provenance)
		name(x.Accepter.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.TransitGatewayAttachments) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.CoreNetworkAttachments) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.VPNGateways) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.VPCEndpoints) {
		name(x.VPC, x.Provenance)
	}
	for _, x := range model.Sorted(n.NATGateways) {
		name(x.VPC, x.Provenance)
	}
}

// settleScopes gives what does not tell its account or Region those of its VPC.
func (b *builder) settleScopes() {
	n := b.network
	settle := func(id model.VPCID, m *model.Meta) {
		if v := n.VPCs[id]; v != nil {
			m.Account, m.Region = cmp.Or(m.Account, v.Account), cmp.Or(m.Region, v.Region)
		}
	}
	for _, x := range n.Subnets {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.RouteTables {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.NetworkACLs {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.SecurityGroups {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.Interfaces {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.Instances {
		settle(x.VPC, &x.Meta)
	}
	for _, x := range n.Owners {
		settle(x.VPC, &x.Meta)
	}
}
