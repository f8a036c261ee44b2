package render

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

// shortKinds are the words with which text names components, as people say them
// and as AWS's IDs begin. A kind that is not here is named in full.
var shortKinds = map[model.Kind]string{
	model.KindInterface:                 "eni",
	model.KindRouteTable:                "rtb",
	model.KindNetworkACL:                "acl",
	model.KindSecurityGroup:             "sg",
	model.KindInternetGateway:           "igw",
	model.KindEgressOnlyInternetGateway: "eigw",
	model.KindNATGateway:                "nat",
	model.KindVPCEndpoint:               "vpce",
	model.KindVPCPeeringConnection:      "pcx",
	model.KindTransitGateway:            "tgw",
	model.KindTransitGatewayAttachment:  "tgw-attach",
	model.KindTransitGatewayRouteTable:  "tgw-rtb",
	model.KindTransitGatewayPolicyTable: "tgw-ptb",
	model.KindVPNGateway:                "vgw",
	model.KindVPNConnection:             "vpn",
	model.KindClientVPNEndpoint:         "cvpn",
	model.KindVPCEndpointService:        "vpce-svc",
	model.KindVirtualInterface:          "dxvif",
	model.KindInternet:                  "",
	model.KindOnPremises:                "",
}

// componentText names a component: its name if it has one, else its ID, after
// the kind where the ID does not begin with that.
func componentText(c sim.Component) string {
	name := c.ID
	if c.Name != "" {
		name = c.Name
	}
	words := strings.ReplaceAll(string(c.Type), "-", " ")
	kind, ok := shortKinds[c.Type]
	if !ok {
		kind = words
	}
	says := strings.HasPrefix(strings.ToLower(name), words) || strings.HasPrefix(name, kind+"-") || name == kind
	if kind == "" || says {
		return clean(name)
	}
	if name == "" {
		return kind
	}
	return clean(kind + " " + name)
}

// fullComponentText names a component so that it can be looked up: with its ID
// beside its name.
func fullComponentText(c sim.Component) string {
	s := componentText(c)
	if c.Name != "" && c.Name != c.ID && c.ID != "" {
		s += " (" + clean(c.ID) + ")"
	}
	return s
}

// maxListed is how many items of a list of addresses text shows.
const maxListed = 3

// listText shortens a comma-separated list of addresses or ports and says so.
func listText(list string, all bool) string {
	items := strings.Split(list, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	if all || len(items) <= maxListed {
		return clean(strings.Join(items, ", "))
	}
	return fmt.Sprintf("%s and %d more", clean(strings.Join(items[:maxListed-1], ", ")), len(items)-maxListed+1)
}

// sentence makes text of an answer ready to show: long lists of addresses in it
// are shortened, unless all is asked for.
func sentence(text string, all bool) string {
	if all || strings.Count(text, ",") < maxListed {
		return clean(text)
	}
	words := strings.Split(text, " ")
	for i, w := range words {
		if strings.Count(strings.Trim(w, ","), ",") < maxListed {
			continue
		}
		list := strings.TrimRight(w, ",;.")
		words[i] = listText(list, false) + w[len(list):]
	}
	return clean(strings.Join(words, " "))
}

// flowText says who talks to whom about what: "web 10.0.1.10 -> db 10.0.20.15,
// tcp 5432". The source port is said where sourcePort is set.
func flowText(f sim.Flow, sourcePort, all bool) string {
	s := endText(f.From, f.SourceIP, all) + " -> " + endText(f.To, f.DestinationIP, all)
	if t := trafficText(f.Header); t != "" {
		s += ", " + t
	}
	if sourcePort && f.SourcePort != "" {
		s += ", from port " + listText(f.SourcePort, all)
	}
	return s
}

func endText(name, ip string, all bool) string {
	switch {
	case ip == "" || ip == name:
		return clean(name)
	case name != "" && (ip == internet || ip == "0.0.0.0/0" || ip == "::/0"): // any address, since it has none yet
		return clean(name)
	case strings.HasPrefix(ip, name+" "): // "internet except 10.0.0.0/8"
		return listText(ip, all)
	case name == "":
		return listText(ip, all)
	}
	return clean(name) + " " + listText(ip, all)
}

// trafficText is a header's protocol with its destination port or ICMP type.
func trafficText(h sim.Header) string {
	s := h.Protocol
	if _, err := strconv.Atoi(s); err == nil {
		s = "protocol " + s
	}
	if h.DestinationPort != "" {
		s += " " + h.DestinationPort
	}
	switch {
	case h.ICMPType == "":
	case h.ICMPCode == "":
		s += " type " + h.ICMPType
	default:
		s += " type " + h.ICMPType + " code " + h.ICMPCode
	}
	return clean(s)
}

// headerText is a packet as it stands at a hop.
func headerText(h sim.Header) string {
	s := trafficText(sim.Header{Protocol: h.Protocol, ICMPType: h.ICMPType, ICMPCode: h.ICMPCode})
	return s + " from " + addressText(h.SourceIP, h.SourcePort) + " to " + addressText(h.DestinationIP, h.DestinationPort)
}

func addressText(ip, port string) string {
	if port == "" {
		return listText(ip, true)
	}
	return listText(ip, true) + " port " + listText(port, true)
}

func verdictStyle(v model.Verdict) style {
	switch v {
	case model.Reachable:
		return green
	case model.Blocked:
		return red
	case model.Partial, model.Indeterminate:
		return yellow
	}
	panic(fmt.Sprintf("render: verdict %d", uint8(v)))
}

// markOf is how a hop is marked: the way goes on, it does not, or that is open.
func markOf(a sim.Action) (string, style) {
	switch a {
	case sim.ActionAllow, sim.ActionRoute, sim.ActionTranslate, sim.ActionForward, sim.ActionDeliver, sim.ActionResolve:
		return "ok", green
	case sim.ActionDeny, sim.ActionDrop:
		return "NO", red
	case sim.ActionUnknown:
		return "??", yellow
	}
	panic(fmt.Sprintf("render: action %q", string(a)))
}

// hopNames names the components that hops are at, a component that has several
// hops in a row once, and marks those where the way does not simply go on.
func hopNames(hops []sim.Hop) []string {
	var names []string
	for i, h := range hops {
		if isVainDelivery(hops, i) {
			continue
		}
		name := componentText(h.Component)
		if mark, _ := markOf(h.Action); mark != "ok" {
			name = mark + " " + name
		}
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return names
}

// isVainDelivery reports whether a hop is a delivery at a component that has just
// refused the packet: the walk notes the refusal and goes on, to find every
// blocker, and a reader would take the delivery for a contradiction.
func isVainDelivery(hops []sim.Hop, i int) bool {
	if i == 0 || hops[i].Action != sim.ActionDeliver || hops[i].Component != hops[i-1].Component {
		return false
	}
	mark, _ := markOf(hops[i-1].Action)
	return mark == "NO"
}
