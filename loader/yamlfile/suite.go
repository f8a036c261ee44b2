package yamlfile

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// test is a question and the answer that it should have.
type test struct {
	placed
	name, from, to     value[string]
	protocol           value[model.Protocol]
	port, sourcePort   value[model.PortRange]
	icmpType, icmpCode value[int16]
	family             value[model.Family]
	oneWay             value[bool]
	established        value[bool]
	after              value[string]
	expect             value[model.Verdict]
	because            list[value[string]]
	component          value[string]
	through            list[value[string]]
	host               value[string]
	principal, action  value[string]
	resource           value[string]
	authorization      value[model.Authorization]
	only               list[packetsText]
	exceptThrough      list[value[string]]
	allowEmpty         value[bool]
}

var (
	verdict = word("a verdict", []string{"reachable", "partial", "blocked", "indeterminate"},
		[]model.Verdict{model.Reachable, model.Partial, model.Blocked, model.Indeterminate})
	authorization = word("what policies say", []string{"allowed", "denied", "unknown", "not_applicable"}, []model.Authorization{
		model.AuthorizationAllowed, model.AuthorizationDenied, model.AuthorizationUnknown, model.AuthorizationNotApplicable})
	code = scalar("a code", schema{"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"}, func(s string) (string, error) {
		if !codePattern.MatchString(s) {
			return "", fmt.Errorf("%s is not a code such as SUBNET_ACL_RESTRICTION", quote(s))
		}
		return s, nil
	})
	codePattern = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
)

var testShape = withExpectation(object("a test", "A question, and the answer that it should have.", []field[test]{
	key("name", text, func(t *test) *value[string] { return &t.name }, "what the test shows; the question itself by default"),
	must(key("from", text, func(t *test) *value[string] { return &t.from }, "the source: a name, an ID, an address, internet, tag:Key=Value, subnet:NAME or sg:NAME")),
	must(key("to", text, func(t *test) *value[string] { return &t.to }, "the destination: the same, or service:NAME")),
	key("protocol", protocol, func(t *test) *value[model.Protocol] { return &t.protocol }, "tcp by default; udp, icmp, icmpv6, all, or a number"),
	key("port", ports, func(t *test) *value[model.PortRange] { return &t.port }, "the destination port, a range of ports, or all; 443 for a service by default"),
	key("source_port", ports, func(t *test) *value[model.PortRange] { return &t.sourcePort }, "the source port or ports; the client's ephemeral range by default"),
	key("icmp_type", icmpNumber, func(t *test) *value[int16] { return &t.icmpType }, "the ICMP type; an echo request by default"),
	key("icmp_code", icmpNumber, func(t *test) *value[int16] { return &t.icmpCode }, "the ICMP code; 0 by default"),
	key("family", word("an IP version", []string{"ipv4", "ipv6"}, []model.Family{model.IPv4, model.IPv6}), func(t *test) *value[model.Family] { return &t.family }, "ipv4 or ipv6; both by default, where both ends have both"),
	key("established", yesNo, func(t *test) *value[bool] { return &t.established }, "whether it is about a connection that stands when the network turns into that of after; false by default"),
	key("after", text, func(t *test) *value[string] { return &t.after }, "of an established connection: the input that the network turns into, a path relative to this file; the file's after by default"),
	key("one_way", yesNo, func(t *test) *value[bool] { return &t.oneWay }, "whether the forward leg alone is asked for; false by default"),
	key("expect", verdict, func(t *test) *value[model.Verdict] { return &t.expect }, expectDoc),
	key("because", many(code), func(t *test) *list[value[string]] { return &t.because }, "codes, all of which some blocker must have"),
	key("at", text, func(t *test) *value[string] { return &t.component }, "the component that blocks, by name or ID"),
	key("through", many(text), func(t *test) *list[value[string]] { return &t.through }, "components that are on the forward way in this order, by name or ID"),
	key("host", text, func(t *test) *value[string] { return &t.host }, "the name that the client asks for, as TLS server name or HTTP host: www.example.com; not told by default"),
	key("principal", text, func(t *test) *value[string] { return &t.principal }, "who makes the request, for the policies on the way: an ARN or an account; anybody by default"),
	key("action", text, func(t *test) *value[string] { return &t.action }, "what is requested, for the policies on the way: s3:GetObject; anything by default"),
	key("resource", text, func(t *test) *value[string] { return &t.resource }, "what it is requested of, for the policies on the way: an ARN; anything by default"),
	key("authorization", authorization, func(t *test) *value[model.Authorization] { return &t.authorization }, "what the policies on the way say to the request: allowed, denied, unknown or not_applicable"),
	key("only", many(packetsShape), func(t *test) *list[packetsText] { return &t.only }, "packets that alone may pass, such as tcp 5432; with expect: reachable they must. The protocol is then all by default"),
	key("except_through", many(text), func(t *test) *list[value[string]] { return &t.exceptThrough }, "components, by name or ID: what goes through one of them is exempt from expect: blocked. The protocol is then all by default"),
	key("allow_empty", yesNo, func(t *test) *value[bool] { return &t.allowEmpty }, "whether a selector that matches nothing lets the test pass; false by default"),
}))

// sequence reads a list, which may not be open.
func sequence[T any](s shape[T]) shape[[]T] {
	return shape[[]T]{
		read: func(d *decoder, n *yaml.Node, into *[]T) {
			if n.Kind != yaml.SequenceNode {
				d.errorf(d.at(n), "begin each item with a dash", "expected a list, not %s", describe(n))
				return
			}
			for _, item := range n.Content {
				var v T
				s.read(d, follow(item), &v)
				*into = append(*into, v)
			}
		},
		schema: func(c *schemas) schema { return schema{"type": "array", "items": s.schema(c)} },
	}
}

// suite makes the model's suite of the tests of a file.
func (d *decoder) suite(f *document, path string) *model.Suite {
	base := filepath.Base(path)
	s := &model.Suite{
		Name: f.name.or(strings.TrimSuffix(strings.TrimSuffix(base, filepath.Ext(base)), ".")),
		File: path,
	}
	for i := range f.tests {
		e := d.expectation(&f.tests[i], path, f.after.or(""))
		e.AllowEmpty = f.tests[i].allowEmpty.or(f.allowEmpty.or(false))
		s.Expectations = append(s.Expectations, e)
	}
	return s
}

// expectation makes the model's expectation of a test in a file; after is the
// file's input for established connections.
func (d *decoder) expectation(t *test, file, after string) model.Expectation {
	e := model.Expectation{
		Question: model.Question{
			From: t.from.v, To: t.to.v,
			Protocol: t.protocol.or(t.defaultProtocol()),
			Ports:    t.port.or(model.AllPorts),
			Family:   t.family.or(model.AnyFamily),
			OneWay:   t.oneWay.or(false),
			Host:     t.host.or(""),

			Principal: t.principal.or(""), Action: t.action.or(""), Resource: t.resource.or(""),
		},
		Expect: t.expect.v,
		At:     t.component.or(""),

		Authorization: t.authorization.or(""),
		Established:   t.established.or(false),
		Provenance:    t.at,
	}
	if t.sourcePort.set {
		e.SourcePorts = &t.sourcePort.v
	}
	switch path := t.after.or(after); {
	case e.Established && path == "":
		d.errorf(t.at, "after: FILE, beside the test or for the whole file", "the test is about an established connection and does not tell what the network turns into")
	case e.Established:
		e.After = relativeTo(file, path)
	case t.after.set:
		d.errorf(t.after.at, "established: true", "after is for tests of established connections")
	}
	d.checkTraffic(t, &e.Question)
	e.Name = t.name.or(e.Question.String())
	for _, c := range t.because.items {
		e.Because = append(e.Because, c.v)
	}
	for _, c := range t.through.items {
		e.Through = append(e.Through, c.v)
	}
	for _, l := range []*list[value[string]]{&t.because, &t.through, &t.exceptThrough} {
		if l.gap != nil {
			d.errorf(l.at, "leave it out", "an expectation cannot be unknown")
		}
	}
	d.invariant(t, &e)
	return e
}

// checkTraffic checks that ports and ICMP types go with the protocol, and fills
// what the question leaves to its default.
func (d *decoder) checkTraffic(t *test, q *model.Question) {
	p := q.Protocol
	if !t.protocol.set && t.protocol.written() {
		return
	}
	switch {
	case p.HasPorts() && !t.port.written():
		if !strings.HasPrefix(q.To, "service:") {
			d.errorf(t.at, "port: 443, a range such as 8000-8010, or all", "the test asks for %s and lacks its port", p)
		}
		q.Ports = model.PortRange{From: 443, To: 443}
	case !p.HasPorts() && (t.port.set || t.sourcePort.set):
		d.errorf(t.at, "leave out port and source_port, or ask for tcp or udp", "the test asks for protocol %s, which has no ports", p)
	}
	if !t.icmpType.set && !t.icmpCode.set {
		return
	}
	if !p.IsICMP() {
		d.errorf(t.at, "protocol: icmp or icmpv6", "the test has an ICMP type and asks for %s", p)
		return
	}
	if !t.icmpType.set {
		d.errorf(t.at, "icmp_type: 8", "the test has an ICMP code without a type")
		return
	}
	code := t.icmpCode.or(0)
	if t.icmpType.v < 0 {
		code = -1
	}
	q.ICMP = &model.ICMPTypeCode{Type: t.icmpType.v, Code: code}
}
