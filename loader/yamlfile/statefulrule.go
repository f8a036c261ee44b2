package yamlfile

import (
	"github.com/vpcwalk/vpcwalk/model"
)

// statefulRule is a rule of the stateful engine, written as a mapping.
type statefulRule struct {
	placed
	action                       value[model.FirewallAction]
	protocol                     value[string]
	source, sourcePort           value[string]
	destination, destinationPort value[string]
	bothWays                     value[bool]
	priority, sid                value[int]
	flow, hosts, opaque          list[value[string]]
	protocols                    list[value[model.Protocol]]
	text                         value[string]
}

var (
	firewallAction = word("an action", []string{"pass", "drop", "reject", "alert"}, []model.FirewallAction{model.FirewallPass, model.FirewallDrop, model.FirewallReject, model.FirewallAlert})
	anyText        = schema{"type": []any{"string", "number"}}
	// firewallAddresses and firewallPorts are in Suricata's words.
	firewallAddresses = scalar("addresses", anyText, func(s string) (string, error) {
		_, err := model.ParseFirewallAddresses(s)
		return s, err
	})
	firewallPorts = scalar("ports", anyText, func(s string) (string, error) {
		_, err := model.ParseFirewallPorts(s)
		return s, err
	})
)

var statefulRuleShape = object("a stateful rule", "A rule for connections (NFW-10).", []field[statefulRule]{
	must(key("action", firewallAction, func(r *statefulRule) *value[model.FirewallAction] { return &r.action }, "pass, drop, reject or alert")),
	key("protocol", text, func(r *statefulRule) *value[string] { return &r.protocol }, "ip (default), tcp, udp, icmp, tls, http, …"),
	key("source", firewallAddresses, func(r *statefulRule) *value[string] { return &r.source }, "any (default), a CIDR, $VARIABLE, or a list of them in brackets, with ! for not"),
	key("source_port", firewallPorts, func(r *statefulRule) *value[string] { return &r.sourcePort }, "any (default), a port, a range such as 8000:8010, $VARIABLE, or a list of them in brackets"),
	key("destination", firewallAddresses, func(r *statefulRule) *value[string] { return &r.destination }, "as source"),
	key("destination_port", firewallPorts, func(r *statefulRule) *value[string] { return &r.destinationPort }, "as source_port"),
	key("direction", word("a direction", []string{"forward", "any"}, []bool{false, true}), func(r *statefulRule) *value[bool] { return &r.bothWays }, "forward (default) or any"),
	key("priority", number("a priority", 0, 255), func(r *statefulRule) *value[int] { return &r.priority }, "the keyword priority"),
	key("sid", number("a rule's ID", 0, 1<<32-1), func(r *statefulRule) *value[int] { return &r.sid }, "the rule's ID"),
	key("flow", many(text), func(r *statefulRule) *list[value[string]] { return &r.flow }, "the words of the keyword flow: to_server, established, …"),
	key("hosts", many(text), func(r *statefulRule) *list[value[string]] { return &r.hosts }, "the names that the connection must ask for, in TLS or HTTP; a leading dot takes subdomains, too, and a star at either end anything there"),
	key("protocols", many(protocol), func(r *statefulRule) *list[value[model.Protocol]] { return &r.protocols }, "the protocols of the keyword ip_proto"),
	key("opaque", many(text), func(r *statefulRule) *list[value[string]] { return &r.opaque }, "keywords that look further into the packet: the rule may match or not"),
	key("text", text, func(r *statefulRule) *value[string] { return &r.text }, "the rule as it was written elsewhere"),
})

const anyFirewallWord = "any"

func (b *builder) statefulRule(r *statefulRule) model.StatefulRule {
	for _, l := range []*list[value[string]]{&r.flow, &r.hosts, &r.opaque} {
		closed(b.d, l, "a stateful rule")
	}
	closed(b.d, &r.protocols, "the protocols of a stateful rule")
	return model.StatefulRule{Action: r.action.v, Protocol: r.protocol.or("ip"),
		Source: r.source.or(anyFirewallWord), SourcePort: r.sourcePort.or(anyFirewallWord),
		Destination: r.destination.or(anyFirewallWord), DestinationPort: r.destinationPort.or(anyFirewallWord),
		BothWays: r.bothWays.or(false), Priority: r.priority.or(0), SID: r.sid.or(0), Flow: valuesOf(&r.flow), Hosts: valuesOf(&r.hosts),
		Protocols: valuesOf(&r.protocols), Opaque: valuesOf(&r.opaque), Text: r.text.or(""), Provenance: r.at}
}
