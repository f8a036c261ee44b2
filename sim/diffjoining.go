package sim

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/vpcwalk/vpcwalk/model"
)

// compared are the kinds whose parts resources tells one by one, and those that
// decide about no packet. All others are what joins networks, and what stands in
// front of servers or in between.
var compared = map[model.Kind]bool{
	model.KindVPC:                       true,
	model.KindSubnet:                    true,
	model.KindRouteTable:                true,
	model.KindPrefixList:                true,
	model.KindNetworkACL:                true,
	model.KindSecurityGroup:             true,
	model.KindInterface:                 true,
	model.KindInstance:                  true,
	model.KindOwner:                     true,
	model.KindInternetGateway:           true,
	model.KindEgressOnlyInternetGateway: true,
	model.KindNATGateway:                true,
	model.KindVPCEndpoint:               true,

	model.KindElasticIP:            true, // an interface has its address
	model.KindCustomerGateway:      true,
	model.KindDirectConnectGateway: true, // its associations decide
}

// joiningResources lists the rest: whatever such a resource says of itself is a
// part that can change.
func (e *Engine) joiningResources(rename func(model.Kind, string) string) []resource {
	var out []resource
	for _, t := range e.network.Tables() {
		if compared[t.Kind] {
			continue
		}
		for _, id := range t.IDs() {
			v := t.Resources.MapIndex(id)
			meta := model.MetaOf(v)
			f := &facets{rename: rename}
			f.fields(v.Elem(), meta.Provenance)
			out = append(out, resource{resourceKey{t.Kind, rename(t.Kind, id.String())}, meta, f.list})
		}
	}
	return out
}

// idKinds are the kinds of resource that typed IDs name. An OwnerID is a balancer's
// too; names do not ask which.
var idKinds = func() map[reflect.Type]model.Kind {
	kinds := map[reflect.Type]model.Kind{}
	for _, t := range model.NewNetwork().Tables() {
		if id := t.Resources.Type().Key(); id != reflect.TypeFor[string]() && kinds[id] == "" {
			kinds[id] = t.Kind
		}
	}
	return kinds
}()

// fields adds what a resource says of itself: lists of rules, routes and the like
// one by one, everything else as an attribute.
func (f *facets) fields(v reflect.Value, at model.Provenance) {
	for i := range v.NumField() {
		name, x := v.Type().Field(i).Name, v.Field(i)
		switch {
		case name == "ID" || name == "Meta":
		case x.Kind() == reflect.Slice && x.Type().Elem().Kind() == reflect.Struct && x.Type().Elem() != reflect.TypeFor[netip.Prefix]() && x.Type().Elem() != reflect.TypeFor[netip.Addr]():
			for k := range x.Len() {
				where := at
				if p := x.Index(k).FieldByName("Provenance"); p.IsValid() && !p.IsZero() {
					where = p.Interface().(model.Provenance)
				}
				f.rule(facet{key: strings.TrimSuffix(fieldWords(name), "s") + " " + f.valueText(x.Index(k)), where: where})
			}
		case !x.IsZero():
			f.attribute(fieldWords(name), f.valueText(x), at)
		default:
			f.attribute(fieldWords(name), "", at)
		}
	}
}

// valueText writes a value of the model for people, and so that equal values read
// alike.
func (f *facets) valueText(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case model.Provenance:
		return ""
	case *model.Unknown:
		if x == nil {
			return ""
		}
		return "not known: " + x.Reason
	case fmt.Stringer:
		if v.Kind() != reflect.Pointer && !v.IsZero() {
			return x.String()
		}
	}
	if v.IsZero() {
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		if k, ok := idKinds[v.Type()]; ok {
			return f.rename(k, v.String())
		}
		return v.String()
	case reflect.Pointer:
		return f.valueText(v.Elem())
	case reflect.Slice, reflect.Array:
		var out []string
		for i := range v.Len() {
			out = append(out, f.valueText(v.Index(i)))
		}
		return strings.Join(out, ", ")
	case reflect.Map:
		var out []string
		for _, k := range v.MapKeys() {
			out = append(out, fmt.Sprint(k.Interface())+" "+f.valueText(v.MapIndex(k)))
		}
		slices.Sort(out)
		return strings.Join(out, "; ")
	case reflect.Struct:
		if text := v.FieldByName("Text"); text.IsValid() && !text.IsZero() {
			return text.String() // as it was written
		}
		var out []string
		for i := range v.NumField() {
			if x := v.Field(i); v.Type().Field(i).IsExported() && !x.IsZero() {
				text := f.valueText(x)
				if x.Kind() == reflect.Bool {
					text = fieldWords(v.Type().Field(i).Name)
				}
				if text != "" {
					out = append(out, text)
				}
			}
		}
		return strings.Join(out, " ")
	case reflect.Bool:
		return "yes"
	}
	return fmt.Sprint(v.Interface())
}

// fieldWords writes a Go name as words: ApplianceMode is "appliance mode".
func fieldWords(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		starts := unicode.IsUpper(r) && (i == 0 || !unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if starts && i > 0 {
			b.WriteByte(' ')
		}
		if starts && (i+1 == len(runes) || !unicode.IsUpper(runes[i+1])) {
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// meetJoining notes what decides beside a component that a flow meets: the policy
// behind a firewall's endpoint, the target groups behind a balancer.
func (s *diffSide) meetJoining(m *metFlow, c Component) {
	n := s.network
	switch c.Type {
	case model.KindTransitGatewayAttachment:
		if a := n.TransitGatewayAttachments[model.TransitGatewayAttachmentID(c.ID)]; a != nil {
			s.note(m, model.KindVPNConnection, a.Resource)
			s.meetDirectConnect(m, model.DirectConnectGatewayID(a.Resource))
		}
	case model.KindVPNGateway:
		for _, a := range n.DirectConnectGatewayAssociations {
			if string(a.VPNGateway) == c.ID {
				s.meetDirectConnect(m, a.Gateway)
			}
		}
	case model.KindVPCEndpoint:
		for _, f := range n.Firewalls {
			if slices.ContainsFunc(f.Endpoints, func(x model.FirewallEndpoint) bool { return string(x.ID) == c.ID }) {
				s.meetFirewall(m, f)
			}
		}
	case model.KindFirewall:
		if f := n.Firewalls[model.FirewallID(c.ID)]; f != nil {
			s.meetFirewall(m, f)
		}
	case model.KindLoadBalancer:
		s.meetBalancer(m, model.OwnerID(c.ID))
	}
}

func (s *diffSide) meetDirectConnect(m *metFlow, id model.DirectConnectGatewayID) {
	for _, a := range s.network.DirectConnectGatewayAssociations {
		if id != "" && a.Gateway == id {
			s.note(m, model.KindDirectConnectGatewayAssociation, a.ID)
		}
	}
	for _, v := range s.network.VirtualInterfaces {
		if id != "" && v.Gateway == id {
			s.note(m, model.KindVirtualInterface, string(v.ID))
		}
	}
}

func (s *diffSide) meetFirewall(m *metFlow, f *model.Firewall) {
	s.note(m, model.KindFirewall, string(f.ID))
	s.note(m, model.KindFirewallPolicy, string(f.Policy))
	if p := s.network.FirewallPolicies[f.Policy]; p != nil {
		for _, g := range slices.Concat(p.StatelessGroups, p.StatefulGroups) {
			s.note(m, model.KindFirewallRuleGroup, string(g.Group))
		}
	}
}

func (s *diffSide) meetBalancer(m *metFlow, id model.OwnerID) {
	b := s.network.LoadBalancers[id]
	if b == nil {
		return
	}
	s.note(m, model.KindLoadBalancer, string(id))
	for _, l := range b.Listeners {
		for _, g := range l.TargetGroups {
			s.note(m, model.KindTargetGroup, string(g))
		}
	}
}
