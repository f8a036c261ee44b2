package render

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
	"github.com/vpcwalk/vpcwalk/sim/suite"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), string(got))
}

// rendered gives what a view writes.
func rendered(t *testing.T, view func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, view(&b))
	return b.Bytes()
}

func at(line int) model.Provenance {
	return model.Provenance{File: "network.yaml", Line: line, Column: 9}
}

var (
	web    = sim.Component{ID: "eni-0web", Type: model.KindInterface, Name: "web", Account: "111122223333", Region: "eu-west-1"}
	db     = sim.Component{ID: "eni-0db", Type: model.KindInterface, Name: "db"}
	appACL = sim.Component{ID: "acl-app", Type: model.KindNetworkACL}
	datACL = sim.Component{ID: "acl-data", Type: model.KindNetworkACL}
	appRTB = sim.Component{ID: "rtb-app", Type: model.KindRouteTable}

	toDB  = sim.Header{Protocol: "tcp", SourceIP: "10.0.1.10", DestinationIP: "10.0.20.15", SourcePort: "32768-61000", DestinationPort: "5432"}
	toWeb = sim.Header{Protocol: "tcp", SourceIP: "10.0.20.15", DestinationIP: "10.0.1.10", SourcePort: "5432", DestinationPort: "32768-61000"}
)

func question(from, to string, port uint16) model.Question {
	return model.Question{From: from, To: to, Protocol: model.TCP, Ports: model.PortRange{From: port, To: port}}
}

// blockedAnswer has two blockers, one of them on the way back.
func blockedAnswer() *sim.Answer {
	near := sim.NearMiss{
		Rule:       sim.Rule{ID: "sgr-1", Direction: "ingress", Action: "allow", Protocol: "tcp", Ports: "5432", Peer: "sg-app", Group: "sg-db"},
		Provenance: at(60), Text: "tcp 5432 from sg-app; web is in sg-web",
	}
	flow := sim.Flow{From: "web", To: "db", Header: toDB}
	return &sim.Answer{
		Question: question("web", "db", 5432),
		Verdict:  model.Blocked, ForwardVerdict: model.Blocked, ReturnVerdict: model.Blocked,
		Flow: flow,
		Paths: []sim.Path{{
			Flow: flow, Verdict: model.Blocked,
			Forward: []sim.Hop{
				{Component: web, Action: sim.ActionAllow, Direction: "egress", Header: toDB, Provenance: at(41), Text: "sg-web: allow all to 0.0.0.0/0",
					Rule: &sim.Rule{Direction: "egress", Action: "allow", Protocol: "all", Ports: "all", Peer: "0.0.0.0/0", Group: "sg-web"}},
				{Component: appACL, Action: sim.ActionAllow, Direction: "egress", Header: toDB, Provenance: at(88), Text: "rule 100: allow all",
					Rule: &sim.Rule{Number: "100", Direction: "egress", Action: "allow", Protocol: "all", Peer: "0.0.0.0/0"}},
				{Component: appRTB, Action: sim.ActionRoute, Header: toDB, Text: "10.0.0.0/16 -> local",
					Rule: &sim.Rule{Destination: "10.0.0.0/16", Target: "local", Origin: "CreateRouteTable", State: "active"}},
				{Component: datACL, Action: sim.ActionAllow, Direction: "ingress", Header: toDB, Provenance: at(120), Text: "rule 110: allow tcp 5432 from 10.0.0.0/20"},
				{Component: db, Action: sim.ActionDeny, Direction: "ingress", Header: toDB, Provenance: at(58), Text: "no rule of sg-db admits tcp 5432 from 10.0.1.10"},
				{Component: db, Action: sim.ActionDeliver, Header: toDB, Text: "delivered to db 10.0.20.15"},
			},
			Return: []sim.Hop{
				{Component: datACL, Action: sim.ActionDeny, Direction: "egress", Header: toWeb, Provenance: at(131), Text: "no rule allows tcp 32768-61000"},
			},
		}},
		Explanations: []sim.Explanation{
			{Code: sim.ENISGRulesMismatch, Leg: model.Forward, Direction: "ingress", Component: db, Groups: []string{"sg-db"}, Header: toDB, Provenance: at(58),
				Message: "no rule of sg-db admits tcp 5432 from 10.0.1.10", Mend: "let sg-web into sg-db on tcp 5432, or put web into sg-app",
				Nearest: []sim.NearMiss{near}, Primary: true},
			{Code: sim.SubnetACLRestriction, Leg: model.Return, Direction: "egress", Component: datACL, Header: toWeb, Provenance: at(131),
				Message: "nothing in acl-data lets the reply out", Mend: "let replies out of acl-data: tcp 32768-61000 to 10.0.1.0/24",
				Rule: &sim.Rule{Number: "*", Direction: "egress", Action: "deny", Protocol: "all", Peer: "0.0.0.0/0"}},
		},
	}
}

// partialAnswer goes two ways, one of which is blocked at a hop that the first
// does not have, and passes a NAT gateway.
func partialAnswer() *sim.Answer {
	nat := sim.Component{ID: "nat-0123456789abcdef0", Type: model.KindNATGateway, Name: "egress-a"}
	igw := sim.Component{ID: "igw-1", Type: model.KindInternetGateway}
	out := sim.Header{Protocol: "tcp", SourceIP: "10.0.1.10", DestinationIP: "1.0.0.0-9.255.255.255,11.0.0.0-99.255.255.255,128.0.0.0-172.15.255.255,192.169.0.0-223.255.255.255", SourcePort: "32768-61000", DestinationPort: "443"}
	behind := out
	behind.SourceIP, behind.SourcePort = "10.0.0.7", "1024-65535"
	flow := sim.Flow{From: "web", To: "internet", Header: out}
	half := flow
	half.DestinationIP = "128.0.0.0-172.15.255.255"
	first := []sim.Hop{
		{Component: web, Action: sim.ActionAllow, Direction: "egress", Header: out, Text: "sg-web: allow all to 0.0.0.0/0", Provenance: at(41)},
		{Component: appRTB, Action: sim.ActionRoute, Header: out, Text: "0.0.0.0/0 -> nat-0123456789abcdef0", Provenance: model.Provenance{File: "a/folder/with/a/very/long/name/that/goes/on/and/on/and/on/network.yaml", Line: 7}},
		{Component: nat, Action: sim.ActionTranslate, Header: behind, Text: "the source becomes 10.0.0.7"},
		{Component: igw, Action: sim.ActionDeliver, Header: behind, Text: "to the internet"},
	}
	second := []sim.Hop{first[0], {Component: appRTB, Action: sim.ActionDrop, Header: out, Text: "128.0.0.0/4 is a black hole", Provenance: at(9)}}
	return &sim.Answer{
		Question: question("web", "internet", 443),
		Verdict:  model.Partial, ForwardVerdict: model.Partial, ReturnVerdict: model.Reachable,
		Flow:  flow,
		Paths: []sim.Path{{Flow: flow, Verdict: model.Reachable, Forward: first, Return: first[3:]}, {Flow: half, Verdict: model.Blocked, Forward: second}},
		Parts: []sim.Part{{Flow: flow, Verdict: model.Reachable}, {Flow: half, Verdict: model.Blocked}},
		Explanations: []sim.Explanation{{Code: sim.BadStateRoute, Component: appRTB, Header: out, Provenance: at(9), Primary: true,
			Message: "the route 128.0.0.0/4 is a black hole", Mend: "point the route at a target that exists, or delete it"}},
		Assumptions: []sim.Assumption{{Rule: "BPA-1", Text: "the input does not tell the account's Block Public Access setting; it is taken to be off, AWS's default"}},
		Notes:       []string{"i-web has another interface, eni-0web2"},
	}
}

// openAnswer hangs on network ACL rules that are not known.
func openAnswer() *sim.Answer {
	flow := sim.Flow{From: "web", To: "10.0.20.15", Header: sim.Header{Protocol: "icmp", SourceIP: "10.0.1.10", DestinationIP: "10.0.20.15", ICMPType: "8", ICMPCode: "0"}}
	u := model.Unknown{Subject: "aws_network_acl.data", Attribute: "ingress", Reason: "known only after apply", Provenance: model.Provenance{Address: "aws_network_acl.data"}}
	return &sim.Answer{
		Question: model.Question{From: "web", To: "10.0.20.15", Protocol: model.ICMP, OneWay: true},
		Verdict:  model.Indeterminate, ForwardVerdict: model.Indeterminate, ReturnVerdict: model.Reachable,
		Flow:  flow,
		Paths: []sim.Path{{Flow: flow, Verdict: model.Indeterminate, Forward: []sim.Hop{{Component: datACL, Action: sim.ActionUnknown, Direction: "ingress", Header: flow.Header, Text: "the rules are not known", Provenance: u.Provenance}}}},
		Explanations: []sim.Explanation{{Code: sim.UnknownValue, Direction: "ingress", Component: datACL, Unknown: true, Provenance: u.Provenance,
			Message: "the rules of acl-data are known only after apply", Mend: "ask again with the state after apply"}},
		Unknowns: []model.Unknown{u},
	}
}

func answers() map[string]*sim.Answer {
	return map[string]*sim.Answer{"blocked": blockedAnswer(), "partial": partialAnswer(), "indeterminate": openAnswer()}
}

// testSuites has a test that passes, one that fails and one that cannot be asked.
func testSuites() []Suite {
	expect := func(name string, line int, q model.Question, v model.Verdict) model.Expectation {
		return model.Expectation{Name: name, Question: q, Expect: v, Provenance: model.Provenance{File: "suites/tiers.yaml", Line: line, Column: 5}}
	}
	return []Suite{
		{Name: "tiers", File: "suites/tiers.yaml", Results: []suite.Result{
			{Expectation: expect("nothing public reaches the database", 3, question("internet", "db", 5432), model.Blocked), Passed: true, Answer: blockedAnswer()},
			{Expectation: expect("web reaches db: 100 %, always", 9, question("web", "db", 5432), model.Reachable), Answer: blockedAnswer(),
				Differences: []string{"expected reachable, got blocked"}},
			{Expectation: expect("", 15, question("wbe", "db", 5432), model.Reachable), Err: errors.New(`nothing in the network is called "wbe"; did you mean web?`)},
		}},
		{Name: "edge", File: "suites/edge.yaml", Results: []suite.Result{
			{Expectation: expect("out", 2, question("web", "internet", 443), model.Partial), Passed: true, Answer: partialAnswer()},
		}},
	}
}
