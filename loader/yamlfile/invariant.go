package yamlfile

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/vpcwalk/vpcwalk/model"
)

// packetsText is packets by protocol and port, written as "tcp 5432" or as a
// mapping.
type packetsText struct {
	placed
	traffic
	bad bool // reported already
}

var packetsShape = orText(object("packets", "Packets by protocol, and port or ICMP type.", trafficKeys(func(t *packetsText) *traffic { return &t.traffic })),
	`^\s*\S+(\s+\S+)?\s*$`, "tcp 5432", func(d *decoder, at model.Provenance, s string, into *packetsText) {
		const form = "write tcp 5432, udp 8000-8010, icmp 8/0 or all"
		into.bad = true
		words := strings.Fields(s)
		if len(words) == 0 || words[0] == "unknown" {
			d.errorf(at, form, "%s is no packets", quote(s))
			return
		}
		rest, ok := into.traffic.parse(d, at, form, words)
		if ok && len(rest) > 0 {
			d.errorf(at, form, "after protocol and ports comes nothing more, not %s", quote(strings.Join(rest, " ")))
			ok = false
		}
		into.bad = !ok
	})

// model makes the model's value. Without a port all ports are meant.
func (t *packetsText) model(d *decoder) (model.Traffic, bool) {
	if t.bad {
		return model.Traffic{}, false
	}
	if g := t.open(); g.gap != nil {
		d.errorf(t.at, "leave it out", "an expectation cannot be unknown")
		return model.Traffic{}, false
	}
	if t.protocol.set && t.protocol.v.HasPorts() && !t.ports.written() {
		t.ports = value[model.PortRange]{v: model.AllPorts, set: true, at: t.at}
	}
	return t.traffic.model(d, t.at, "", false)
}

const expectDoc = "reachable, partial, blocked or indeterminate"

// withExpectation makes a test say what is expected by one key or another.
func withExpectation(s shape[test]) shape[test] {
	return shape[test]{
		read: func(d *decoder, n *yaml.Node, into *test) {
			s.read(d, n, into)
			if (n.Kind == yaml.MappingNode || isNull(n)) && !merges(n) && !into.expect.written() && !into.only.set && !into.exceptThrough.set {
				d.errorf(d.at(n), expectDoc, "a test lacks its key expect")
			}
		},
		schema: func(c *schemas) schema {
			ref := s.schema(c)
			c.defs["test"].(schema)["anyOf"] = []any{
				schema{"required": []any{"expect"}}, schema{"required": []any{"only"}}, schema{"required": []any{"except_through"}},
			}
			return ref
		},
	}
}

// defaultProtocol is what a test asks about that does not say: what alone may
// pass is said of all packets.
func (t *test) defaultProtocol() model.Protocol {
	if (t.only.set || t.exceptThrough.set) && !t.port.written() && !t.sourcePort.written() && !t.icmpType.written() {
		return model.AllProtocols
	}
	return model.TCP
}

// invariant adds what is expected of all packets, and checks that it goes with
// the rest.
func (d *decoder) invariant(t *test, e *model.Expectation) {
	if t.only.set {
		e.Only = []model.Traffic{}
		if t.only.gap != nil {
			d.errorf(t.only.at, "leave it out", "an expectation cannot be unknown")
		}
		for i := range t.only.items {
			if m, ok := t.only.items[i].model(d); ok {
				e.Only = append(e.Only, m)
			}
		}
	}
	for _, c := range t.exceptThrough.items {
		e.ExceptThrough = append(e.ExceptThrough, c.v)
	}
	if !t.name.set {
		e.Name = invariantName(e)
	}
	switch {
	case !t.only.set && !t.exceptThrough.set:
		return
	case t.only.set && t.exceptThrough.set:
		d.errorf(t.exceptThrough.at, "make two tests of it", "a test says what alone may pass and by what way it may, which may mean either or both")
	case t.exceptThrough.set && t.expect.set && t.expect.v != model.Blocked:
		d.errorf(t.expect.at, "expect: blocked; through: says by what way something passes", "except_through exempts from a blocked, not from a %s", t.expect.v)
	case t.only.set && t.expect.set && t.expect.v != model.Blocked && t.expect.v != model.Reachable:
		d.errorf(t.expect.at, "expect: reachable, or leave it out", "what alone may pass cannot be expected to be %s", t.expect.v)
	}
	for _, k := range []struct {
		name    string
		written bool
	}{
		{"because", t.because.set}, {"at", t.component.written()}, {"through", t.through.set}, {"authorization", t.authorization.written()},
	} {
		if k.written {
			d.errorf(t.at, "ask for it in a test of its own", "a test about all packets has no %s", k.name)
		}
	}
}

// invariantName is the name of a test that has none.
func invariantName(e *model.Expectation) string {
	name := e.Question.String()
	switch {
	case len(e.ExceptThrough) > 0:
		return name + ", except through " + join(e.ExceptThrough)
	case e.Only == nil:
		return name
	case len(e.Only) == 0:
		return name + ", only nothing"
	}
	words := make([]string, len(e.Only))
	for i, t := range e.Only {
		words[i] = t.String()
	}
	return name + ", only " + join(words)
}
