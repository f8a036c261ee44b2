package mutation

import (
	"net/netip"
	"reflect"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// value finds the mutants of one value by its type.
func (f *finder) value(v reflect.Value, at place) {
	switch x := v.Interface().(type) {
	case netip.Prefix:
		f.prefix(x, at)
		return
	case netip.Addr:
		if x.IsValid() {
			f.set(at, "next", x.Next())
		}
		return
	case model.PortRange:
		f.ports(x, at)
		return
	case model.ICMPTypeCode:
		if x != model.AnyICMP {
			x.Type = (x.Type + 1) % 20
			f.set(at, "other type", x)
		}
		return
	case model.Protocol:
		to := model.TCP
		if x == model.TCP {
			to = model.UDP
		}
		f.set(at, "other protocol", to)
		return
	case model.Target:
		f.target(x, at)
		return
	case model.Direction:
		f.set(at, "turned", 1-x)
		return
	case model.Action:
		f.set(at, "flipped", 1-x)
		return
	case model.FirewallAction:
		to := model.FirewallPass
		if x == model.FirewallPass {
			to = model.FirewallDrop
		}
		f.set(at, "flipped", to)
		return
	case model.RouteState:
		if x == model.RouteActive {
			f.set(at, "black hole", model.RouteBlackhole)
		} else {
			f.set(at, "active", model.RouteActive)
		}
		return
	case model.NATGatewayState:
		if x == model.NATGatewayAvailable {
			f.set(at, "failed", model.NATGatewayFailed)
		} else {
			f.set(at, "available", model.NATGatewayAvailable)
		}
		return
	case model.BlockPublicAccessMode:
		f.set(at, "other mode", (x+1)%3)
		return
	case model.OwnerRef, model.RouteOrigin, model.Kind:
		return
	}
	f.byKind(v, at)
}

func (f *finder) byKind(v reflect.Value, at place) {
	switch v.Kind() {
	case reflect.Bool:
		f.add(at, "flipped", func(v reflect.Value) { v.SetBool(!v.Bool()) })
	case reflect.Struct:
		f.structure(v, at)
	case reflect.Slice:
		f.slice(v, at)
	case reflect.Pointer:
		if !v.IsNil() {
			if e := v.Elem(); e.Kind() == reflect.Bool {
				to := !e.Bool()
				f.add(at, "flipped", func(v reflect.Value) { v.Set(reflect.ValueOf(&to)) })
			}
		}
	case reflect.Uint16:
		if v.Uint() != 0 {
			f.add(at, "next", func(v reflect.Value) { v.SetUint(v.Uint() + 1) })
		}
	case reflect.String:
		f.text(v, at)
	}
}

func (f *finder) set(at place, what string, to any) {
	f.add(at, what, func(v reflect.Value) { v.Set(reflect.ValueOf(to)) })
}

// text retargets IDs and zones, and changes the addresses and ports of Suricata
// rules. Other texts stay.
func (f *finder) text(v reflect.Value, at place) {
	was := v.String()
	if ids := f.ids[v.Type()]; len(ids) > 0 && was != "" {
		k := slices.IndexFunc(ids, func(x reflect.Value) bool { return x.String() == was })
		if other := ids[(k+1)%len(ids)]; other.String() != was {
			f.add(at, "retargeted", func(v reflect.Value) { v.Set(other) })
		}
		return
	}
	switch last := at.path[len(at.path)-1].field; last {
	case "AvailabilityZone":
		if k := slices.Index(f.zones, was); len(f.zones) > 1 && k >= 0 {
			f.set(at, "other zone", f.zones[(k+1)%len(f.zones)])
		}
	case "Source", "Destination", "SourcePort", "DestinationPort":
		to := "any"
		if was == "any" {
			to = map[bool]string{true: "1", false: "198.51.100.77/32"}[last == "SourcePort" || last == "DestinationPort"]
		}
		f.set(at, "changed", to)
	}
}

func (f *finder) prefix(p netip.Prefix, at place) {
	if !p.IsValid() {
		return
	}
	if p.Bits() < p.Addr().BitLen() {
		f.set(at, "narrowed", netip.PrefixFrom(p.Addr(), p.Bits()+1))
	}
	if p.Bits() > 0 {
		f.set(at, "widened", netip.PrefixFrom(p.Addr(), p.Bits()-1).Masked())
	}
}

func (f *finder) ports(r model.PortRange, at place) {
	if r == (model.PortRange{}) {
		return
	}
	if r.From == r.To {
		f.set(at, "shifted", model.PortRange{From: r.From - 1, To: r.To - 1})
		return
	}
	f.set(at, "lower half", model.PortRange{From: r.From, To: r.From + (r.To-r.From)/2})
	f.set(at, "upper half", model.PortRange{From: r.From + (r.To-r.From)/2 + 1, To: r.To})
}

func (f *finder) target(t model.Target, at place) {
	others := f.targets[f.vpc]
	if k := slices.Index(others, t); len(others) > 1 && k >= 0 {
		f.set(at, "retargeted", others[(k+1)%len(others)])
	}
}
