package suricata

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// Option is a keyword of a rule with its value as Suricata writes it, quotes and
// all; several settings are joined by commas.
type Option struct {
	Keyword, Value string
	Provenance     model.Provenance
}

// Standard completes a rule that a reader has filled from the fields of a standard
// rule (NFW-10), action, header and direction, by its options. The header's words
// are checked; ANY is any. Errors say that the rule has no meaning.
func Standard(r model.StatefulRule, options []Option) (model.StatefulRule, model.Diagnostics) {
	var diags model.Diagnostics
	checkHeader(&r, func(_ int, summary string) { diags = append(diags, finding(r.Provenance, summary, "")) })
	diags = append(diags, apply(&r, options)...)
	if r.Text == "" {
		r.Text = text(&r, options)
	}
	return r, diags
}

// text writes a rule as Suricata does.
func text(r *model.StatefulRule, options []Option) string {
	direction := "->"
	if r.BothWays {
		direction = "<>"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s %s %s %s %s (", r.Action, r.Protocol, r.Source, r.SourcePort, direction, r.Destination, r.DestinationPort)
	for i, o := range options {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(o.Keyword)
		if o.Value != "" {
			b.WriteString(":" + o.Value)
		}
		b.WriteByte(';')
	}
	b.WriteByte(')')
	return b.String()
}

// silent are the keywords that say how a rule is told and not what it matches.
var silent = map[string]bool{
	"msg": true, "rev": true, "gid": true, "metadata": true, "classtype": true, "reference": true,
	"noalert": true, "alert": true, "target": true, "tag": true, "requires": true, "fast_pattern": true,
}

// apply adds what the options say to the rule.
func apply(r *model.StatefulRule, options []Option) model.Diagnostics {
	a := applier{rule: r}
	for _, o := range options {
		a.option(o)
	}
	a.hosts()
	return a.diags
}

type applier struct {
	rule     *model.StatefulRule
	diags    model.Diagnostics
	buffer   buffer // what content looks into
	contents []content
}

func (a *applier) opaque(keyword string) {
	if !slices.Contains(a.rule.Opaque, keyword) {
		a.rule.Opaque = append(a.rule.Opaque, keyword)
	}
}

func (a *applier) number(o Option, set *int) {
	n, err := strconv.ParseUint(o.Value, 10, 31)
	if err != nil {
		a.diags = append(a.diags, finding(o.Provenance, fmt.Sprintf("%s %q is not a number", o.Keyword, o.Value), ""))
		return
	}
	*set = int(n)
}

func (a *applier) option(o Option) {
	switch k := strings.ToLower(o.Keyword); k {
	case "":
		a.diags = append(a.diags, finding(o.Provenance, "an option has no keyword", ""))
	case "sid":
		a.number(o, &a.rule.SID)
	case "priority":
		a.number(o, &a.rule.Priority)
	case "flow":
		for w := range strings.SplitSeq(o.Value, ",") {
			if w = strings.ToLower(strings.TrimSpace(w)); w != "" {
				a.rule.Flow = append(a.rule.Flow, w)
			}
		}
	case "ip_proto":
		a.protocol(o.Value)
	case "flowbits", "hostbits", "xbits", "flowint":
		a.bits(k, o.Value)
	case "threshold":
		// type limit holds back alerts only; the others hold back the action.
		if !strings.Contains(strings.ReplaceAll(o.Value, " ", ""), "typelimit") {
			a.opaque(k)
		}
	case "ssl_state":
		// Every TLS session has a client hello: the protocol alone is said.
		if o.Value != "client_hello" || !a.application("tls") {
			a.opaque(k)
		}
	case "content":
		a.content(o.Value)
	case "nocase", "startswith", "endswith":
		a.modify(k)
	case "dotprefix":
		a.buffer.dotPrefix = true
	case "http_host":
		a.modifyBuffer(bufferHTTPHost)
	case bufferTLSName, "tls_sni":
		a.buffer = buffer{name: bufferTLSName}
	case bufferHTTPHost:
		a.buffer = buffer{name: bufferHTTPHost}
	case "pkt_data", "file_data":
		a.buffer = buffer{name: k}
	default:
		switch {
		case silent[k]:
		case o.Value == "" && strings.Contains(k, "."):
			a.buffer = buffer{name: k} // a sticky buffer tests nothing by itself
		default:
			a.restrict(k)
		}
	}
}

// bits reads keywords that remember something from packet to packet: what sets
// it matches always.
func (a *applier) bits(keyword, value string) {
	verb, _, _ := strings.Cut(value, ",")
	switch strings.TrimSpace(verb) {
	case "set", "unset", "toggle", "noalert":
		if keyword != "flowint" {
			return
		}
	}
	a.opaque(keyword)
}

// protocolNames are those of Suricata's list that model does not know.
var protocolNames = map[string]model.Protocol{"igmp": 2, "ipip": 4, "gre": 47, "esp": 50, "ah": 51, "ospf": 89, "sctp": 132}

// protocol narrows the rule's protocols by "6", "tcp", "!17", ">50" or "<50".
func (a *applier) protocol(value string) {
	holds := func(p, q model.Protocol) bool { return p == q }
	name := strings.TrimSpace(value)
	if name != "" {
		switch name[0] {
		case '!':
			holds = func(p, q model.Protocol) bool { return p != q }
		case '<':
			holds = func(p, q model.Protocol) bool { return p < q }
		case '>':
			holds = func(p, q model.Protocol) bool { return p > q }
		}
	}
	name = strings.ToLower(strings.TrimSpace(strings.TrimLeft(name, "!<>")))
	number, known := protocolNames[name]
	if !known {
		var err error
		if number, err = model.ParseProtocol(name); err != nil || number < 0 {
			a.opaque("ip_proto")
			return
		}
	}
	before := a.rule.Protocols
	if before == nil {
		before = make([]model.Protocol, 256)
		for i := range before {
			before[i] = model.Protocol(i)
		}
	}
	a.rule.Protocols = slices.DeleteFunc(slices.Clone(before), func(p model.Protocol) bool { return !holds(p, number) })
}
