package describe

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// readPolicyTable reads an element of TransitGatewayPolicyTables (TGW-21).
func readPolicyTable(r *reader) {
	m := r.begin()
	var t model.TransitGatewayPolicyTable
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "TransitGatewayPolicyTableId":
			t.ID = model.TransitGatewayPolicyTableID(r.str())
		case "TransitGatewayId":
			t.TransitGateway = model.TransitGatewayID(r.str())
		default:
			if !r.common(&m) {
				r.skip()
			}
		}
	}
	meta, ok := r.end(m, string(t.ID))
	if !ok {
		return
	}
	t.Meta = meta
	r.fact(func(b *builder, p *part) { view(b, p, b.transit.policies, t.ID, &t, &t.Meta) })
}

// policyRules are the rules of a policy table; open says what of them cannot be
// read.
type policyRules struct {
	rules []model.TransitGatewayPolicyRule
	open  string
}

// readPolicyTableEntries reads TransitGatewayPolicyTableEntries, which do not name
// their table. System rules (number *) are Cloud WAN's and come first; what they
// match is not told.
func readPolicyTableEntries(r *reader) {
	at := r.here()
	var all policyRules
	for ok := r.array(); ok && r.element(); {
		rule, open := r.policyRule()
		if open != "" {
			all.open = open
			continue
		}
		all.rules = append(all.rules, rule)
	}
	slices.SortStableFunc(all.rules, func(x, y model.TransitGatewayPolicyRule) int { return cmp.Compare(x.Number, y.Number) })
	r.answers(answer{what: "rules of a transit gateway policy table", calls: "get-transit-gateway-policy-table-entries", prefix: "tgw-ptb-", at: at,
		empty: len(all.rules) == 0 && all.open == "",
		use: func(table string) {
			r.fact(func(b *builder, p *part) { b.transit.rules[model.TransitGatewayPolicyTableID(table)] = all })
		}})
}

func (r *reader) policyRule() (model.TransitGatewayPolicyRule, string) {
	rule := model.TransitGatewayPolicyRule{Provenance: r.here(), Traffic: model.AllTraffic}
	var number, protocol, source, destination, open string
	for ok := r.object(); ok && r.member(); {
		switch r.key {
		case "PolicyRuleNumber":
			number = r.str()
		case "TargetRouteTableId":
			rule.RouteTable = model.TransitGatewayRouteTableID(r.str())
		case "PolicyRule":
			for ok := r.object(); ok && r.member(); {
				switch r.key {
				case "SourceCidrBlock":
					rule.Source = r.prefixOrAny()
				case "DestinationCidrBlock":
					rule.Destination = r.prefixOrAny()
				case "SourcePortRange":
					source = r.str()
				case "DestinationPortRange":
					destination = r.str()
				case "Protocol":
					protocol = r.str()
				case "MetaData":
					if r.dec.PeekKind() != 'n' {
						open = "a rule matches Cloud WAN's metadata"
					}
					r.skip()
				default:
					r.skip()
				}
			}
		default:
			r.skip()
		}
	}
	var err error
	if rule.Number, err = strconv.Atoi(number); err != nil {
		open = "a rule has the number " + quote(number)
	}
	if protocol != "" && !strings.EqualFold(protocol, "*") {
		if rule.Traffic.Protocol, err = model.ParseProtocol(protocol); err != nil {
			open = "a rule's protocol cannot be read"
		}
	}
	if rule.SourcePorts, err = portRange(source); err != nil {
		open = err.Error()
	}
	if rule.Traffic.Ports, err = portRange(destination); err != nil {
		open = err.Error()
	}
	return rule, open
}

// prefixOrAny reads a CIDR block; the zero Prefix for "*", which is any.
func (r *reader) prefixOrAny() netip.Prefix {
	text := strings.TrimSpace(r.str())
	if text == "*" {
		return netip.Prefix{}
	}
	return r.parsePrefix(text)
}

// portRange reads "443", "1024-65535", "*" or nothing, which is all.
func portRange(s string) (model.PortRange, error) {
	s = strings.TrimSpace(s)
	if s == "" || s == "*" {
		return model.AllPorts, nil
	}
	low, high, two := strings.Cut(s, "-")
	if !two {
		high = low
	}
	from, err1 := strconv.ParseUint(strings.TrimSpace(low), 10, 16)
	to, err2 := strconv.ParseUint(strings.TrimSpace(high), 10, 16)
	if err1 != nil || err2 != nil || from > to {
		return model.AllPorts, fmt.Errorf("%s is not a range of ports", quote(s))
	}
	return model.PortRange{From: uint16(from), To: uint16(to)}, nil
}
