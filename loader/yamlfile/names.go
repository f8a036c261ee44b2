package yamlfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// decl is a resource that the file names.
type decl struct {
	kind  model.Kind
	scope *scope // nil at top level
	key   string
	id    string
	fixed bool // the file, or a rule of the format, gives the ID
	at    model.Provenance
}

// names finds resources by what the file calls them.
type names struct {
	decls  []*decl
	byName map[model.Kind]map[string][]*decl // by key and by ID
}

// declare makes a resource known by its key. An empty id lets assign choose.
func (n *names) declare(kind model.Kind, s *scope, key, id string, at model.Provenance) *decl {
	x := &decl{kind: kind, scope: s, key: key, id: id, fixed: id != "", at: at}
	n.decls = append(n.decls, x)
	return x
}

// assign gives every resource its ID: its key, or VPC/KEY where several VPCs have
// the key. It reports IDs that two resources of a kind have.
func (n *names) assign(d *decoder) {
	type kindKey struct {
		kind model.Kind
		key  string
	}
	uses := map[kindKey]map[*scope]bool{}
	for _, x := range n.decls {
		k := kindKey{x.kind, x.key}
		if uses[k] == nil {
			uses[k] = map[*scope]bool{}
		}
		uses[k][x.scope] = true
	}
	n.byName = map[model.Kind]map[string][]*decl{}
	first := map[kindKey]*decl{}
	for _, x := range n.decls {
		if !x.fixed {
			x.id = x.key
			if len(uses[kindKey{x.kind, x.key}]) > 1 && x.scope != nil {
				x.id = x.scope.holder + "/" + x.key
			}
		}
		if before := first[kindKey{x.kind, x.id}]; before != nil {
			d.errorf(x.at, "it is first used in line "+fmt.Sprint(before.at.Line)+"; give one of them another name", "two resources of type %s have the ID %s", x.kind, quote(x.id))
			continue
		}
		first[kindKey{x.kind, x.id}] = x
		m := n.byName[x.kind]
		if m == nil {
			m = map[string][]*decl{}
			n.byName[x.kind] = m
		}
		m[x.key] = append(m[x.key], x)
		if x.id != x.key {
			m[x.id] = append(m[x.id], x)
		}
	}
}

// find gives what a name stands for among some kinds: what the own VPC or the top
// level has, else what the whole file has, else VPC/KEY. An empty list means
// nothing, more than one that the name is not clear.
func (n *names) find(s *scope, name string, kinds ...model.Kind) []*decl {
	var near, all []*decl
	for _, k := range kinds {
		for _, x := range n.byName[k][name] {
			all = append(all, x)
			if x.scope == s || x.scope == nil {
				near = append(near, x)
			}
		}
	}
	if len(near) > 0 {
		return near
	}
	if len(all) > 0 {
		return all
	}
	vpc, key, qualified := strings.Cut(name, "/")
	if !qualified {
		return nil
	}
	for _, k := range kinds {
		for _, x := range n.byName[k][key] {
			if x.scope != nil && (x.scope.key == vpc || x.scope.holder == vpc) {
				all = append(all, x)
			}
		}
	}
	return all
}

// known lists the names that a reference from s could use.
func (n *names) known(s *scope, kinds ...model.Kind) []string {
	var out []string
	for _, x := range n.decls {
		if !slices.Contains(kinds, x.kind) {
			continue
		}
		switch {
		case x.scope == s || x.scope == nil:
			out = append(out, x.key)
		default:
			out = append(out, x.id)
		}
	}
	return out
}

// resolve gives what a reference stands for, or reports why it stands for
// nothing. what names the thing wanted: "route table".
func (b *builder) resolve(s *scope, r *ref, what string, kinds ...model.Kind) *decl {
	if r.id.set {
		return &decl{kind: kinds[0], id: r.id.v, fixed: true, at: r.at}
	}
	if r.name == "" {
		return nil // not written, or reported when it was read
	}
	found := b.names.find(s, r.name, kinds...)
	switch len(found) {
	case 1:
		return found[0]
	case 0:
		detail := didYouMean(r.name, b.names.known(s, kinds...))
		if detail == "" {
			detail = "the file has none"
		}
		if awsID.MatchString(r.name) {
			detail = fmt.Sprintf("if it is meant to lie outside the design, write {id: %s}", r.name)
		}
		b.d.errorf(r.at, detail, "there is no %s %s", what, quote(r.name))
		return nil
	}
	places := make([]string, len(found))
	for i, x := range found {
		places[i] = string(x.kind) + " " + x.id
	}
	slices.Sort(places)
	b.d.errorf(r.at, "write VPC/NAME, or name the kind: "+oneOf(places), "%s %s stands for several things", what, quote(r.name))
	return nil
}

// kindWords are the kinds whose name in a message is not AWS's resource type.
var kindWords = map[model.Kind]string{
	model.KindVPC:                   "VPC",
	model.KindNetworkACL:            "network ACL",
	model.KindNATGateway:            "NAT gateway",
	model.KindVPCEndpoint:           "VPC endpoint",
	model.KindElasticIP:             "Elastic IP",
	model.KindVPCPeeringConnection:  "VPC peering connection",
	model.KindVPNGateway:            "VPN gateway",
	model.KindVPNConnection:         "VPN connection",
	model.KindDirectConnectGateway:  "Direct Connect gateway",
	model.KindVirtualInterface:      "virtual interface",
	model.KindClientVPNEndpoint:     "Client VPN endpoint",
	model.KindTargetGroup:           "target group",
	model.KindVPCEndpointService:    "endpoint service",
	model.KindResourceGateway:       "resource gateway",
	model.KindResourceConfiguration: "resource configuration",
	model.KindServiceNetwork:        "service network",
	model.KindLatticeService:        "VPC Lattice service",
	model.KindFirewallRuleGroup:     "firewall rule group",
	model.KindVPCOrigin:             "VPC origin",
}

// kindWord is a kind's name in a message.
func kindWord(k model.Kind) string {
	if word, ok := kindWords[k]; ok {
		return word
	}
	return strings.ReplaceAll(string(k), "-", " ")
}

// has reports whether the file has anything of a kind.
func (n *names) has(kind model.Kind) bool { return len(n.byName[kind]) > 0 }

// idOrOutside resolves a reference to one kind. In a file that has none of it,
// the name is the ID of something outside the design.
func (b *builder) idOrOutside(kind model.Kind, s *scope, r *ref) string {
	if r.name != "" && !b.names.has(kind) {
		return r.name
	}
	return b.id(kind, s, r)
}

// preferred resolves a reference to the first of some kinds that has the name.
func (b *builder) preferred(s *scope, r *ref, what string, kinds ...model.Kind) *decl {
	for _, k := range kinds {
		if r.name != "" && len(b.names.find(s, r.name, k)) > 0 {
			return b.resolve(s, r, what, k)
		}
	}
	return b.resolve(s, r, what, kinds...)
}

// id resolves a reference to one kind; "" where it is not written or not found.
func (b *builder) id(kind model.Kind, s *scope, r *ref) string {
	if x := b.resolve(s, r, kindWord(kind), kind); x != nil {
		return x.id
	}
	return ""
}

// ids resolves a list of references to one kind.
func (b *builder) ids(kind model.Kind, s *scope, l *list[ref]) []string {
	var out []string
	for i := range l.items {
		if id := b.id(kind, s, &l.items[i]); id != "" {
			out = append(out, id)
		}
	}
	return out
}

// idOf is the ID of a resource by its key.
func (b *builder) idOf(kind model.Kind, s *scope, key string) string {
	for _, x := range b.names.byName[kind][key] {
		if x.scope == s {
			return x.id
		}
	}
	return key // its ID is already reported as used twice
}
