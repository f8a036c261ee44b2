package suite

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

func hop(ids ...string) []sim.Hop {
	var hs []sim.Hop
	for _, id := range ids {
		hs = append(hs, sim.Hop{Component: sim.Component{ID: id}})
	}
	return hs
}

func TestDifferences(t *testing.T) {
	network := model.NewNetwork()
	network.Instances["i-1"] = &model.Instance{ID: "i-1", Meta: model.Meta{Name: "db"}}
	network.Owners["cache"] = &model.Owner{ID: "cache"}
	network.Interfaces["eni-1"] = &model.Interface{ID: "eni-1", Owner: model.OwnerRef{Kind: model.KindInstance, ID: "i-1"}}
	network.Interfaces["eni-2"] = &model.Interface{ID: "eni-2", Owner: model.OwnerRef{Kind: model.KindOwner, ID: "cache"}}
	m := matcher{network: network}

	blocked := &sim.Answer{
		Verdict: model.Blocked,
		Paths:   []sim.Path{{Forward: hop("eni-0", "acl-1", "nat-1", "igw-1")}},
		Explanations: []sim.Explanation{
			{Code: sim.SubnetACLRestriction, Component: sim.Component{ID: "acl-1", Name: "data", Type: model.KindNetworkACL}},
			{Code: sim.ENISGRulesMismatch, Component: sim.Component{ID: "eni-1", Type: model.KindInterface}},
			{Code: sim.UnknownValue, Component: sim.Component{ID: "rtb-1"}, Unknown: true},
		},
	}
	open := &sim.Answer{
		Verdict:      model.Indeterminate,
		Explanations: []sim.Explanation{{Code: sim.UnknownValue, Component: sim.Component{ID: "rtb-1"}, Unknown: true}},
	}
	twoWays := &sim.Answer{
		Verdict: model.Partial,
		Paths: []sim.Path{
			{Verdict: model.Blocked, Forward: hop("eni-0", "rtb-1")},
			{Verdict: model.Reachable, Forward: hop("eni-0", "nat-1", "igw-1")},
			{Verdict: model.Reachable, Forward: hop("eni-0", "nat-2", "igw-1")},
		},
	}
	reachable := &sim.Answer{Verdict: model.Reachable}

	for name, c := range map[string]struct {
		answer *sim.Answer
		expect model.Expectation
		want   []string
	}{
		"verdict":              {blocked, model.Expectation{Expect: model.Blocked}, nil},
		"other verdict":        {blocked, model.Expectation{Expect: model.Reachable}, []string{"expected reachable, got blocked"}},
		"open is not blocked":  {open, model.Expectation{Expect: model.Blocked}, []string{"expected blocked, got indeterminate"}},
		"because":              {blocked, model.Expectation{Because: []string{"SUBNET_ACL_RESTRICTION"}}, nil},
		"because, second":      {blocked, model.Expectation{Because: []string{"ENI_SG_RULES_MISMATCH"}}, nil},
		"because, all":         {blocked, model.Expectation{Because: []string{"ENI_SG_RULES_MISMATCH", "SUBNET_ACL_RESTRICTION"}}, nil},
		"because, not all":     {blocked, model.Expectation{Because: []string{"ENI_SG_RULES_MISMATCH", "LOOP"}}, []string{"because: expected LOOP, got SUBNET_ACL_RESTRICTION, ENI_SG_RULES_MISMATCH"}},
		"because of nothing":   {reachable, model.Expectation{Expect: model.Reachable, Because: []string{"LOOP"}}, []string{"because: expected LOOP, got no blocker"}},
		"because, misspelt":    {blocked, model.Expectation{Because: []string{"LOOPS"}}, []string{"because: LOOPS is not an explanation code (vpcwalk explain lists them)"}},
		"gap is no blocker":    {blocked, model.Expectation{Because: []string{"UNKNOWN_VALUE"}}, []string{"because: expected UNKNOWN_VALUE, got SUBNET_ACL_RESTRICTION, ENI_SG_RULES_MISMATCH"}},
		"gap when open":        {open, model.Expectation{Expect: model.Indeterminate, Because: []string{"UNKNOWN_VALUE"}, At: "rtb-1"}, nil},
		"at ID":                {blocked, model.Expectation{At: "acl-1"}, nil},
		"at name":              {blocked, model.Expectation{At: "data"}, nil},
		"at owner's ID":        {blocked, model.Expectation{At: "i-1"}, nil},
		"at owner's name":      {blocked, model.Expectation{At: "db"}, nil},
		"at, with its code":    {blocked, model.Expectation{Because: []string{"SUBNET_ACL_RESTRICTION"}, At: "acl-1"}, nil},
		"at, with other code":  {blocked, model.Expectation{Because: []string{"SUBNET_ACL_RESTRICTION"}, At: "eni-1"}, []string{"at: expected eni-1, got SUBNET_ACL_RESTRICTION at acl-1 (data), ENI_SG_RULES_MISMATCH at eni-1"}},
		"at nothing":           {reachable, model.Expectation{Expect: model.Reachable, At: "acl-1"}, []string{"at: expected acl-1, got no blocker"}},
		"through":              {blocked, model.Expectation{Through: []string{"acl-1", "igw-1"}}, nil},
		"through, wrong order": {blocked, model.Expectation{Through: []string{"igw-1", "acl-1"}}, []string{"through: expected igw-1, acl-1, but acl-1 is not on the way in that order: eni-0, acl-1, nat-1, igw-1"}},
		"through, no way":      {open, model.Expectation{Expect: model.Indeterminate, Through: []string{"igw-1"}}, []string{"through: expected igw-1, but there is no way at all"}},
		"through, open ways":   {twoWays, model.Expectation{Expect: model.Partial, Through: []string{"igw-1"}}, nil},
		"through, one of two":  {twoWays, model.Expectation{Expect: model.Partial, Through: []string{"nat-1"}}, []string{"through: expected nat-1, but nat-1 is not on the way in that order: eni-0, nat-2, igw-1"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, m.differences(c.expect, c.answer))
		})
	}

	assert.True(t, m.isNamed(sim.Component{ID: "eni-2", Type: model.KindInterface}, "cache"))
	assert.False(t, m.isNamed(sim.Component{ID: "eni-2", Type: model.KindInterface}, ""))
	assert.False(t, m.isNamed(sim.Component{ID: "eni-9", Type: model.KindInterface}, "cache"))
}

// numbered makes cases whose answer askNumbered knows: odd ones fail.
func numbered(n int) []model.Expectation {
	cases := make([]model.Expectation, n)
	for i := range cases {
		cases[i] = model.Expectation{Name: strconv.Itoa(i), Expect: model.Blocked}
		cases[i].From = strconv.Itoa(i)
	}
	return cases
}

// judged makes a judge of a function that answers.
func judged(ask func(model.Question) (*sim.Answer, error)) func(model.Expectation) Result {
	return func(c model.Expectation) Result {
		a, err := ask(c.Question)
		return matcher{}.result(c, a, err)
	}
}

func TestRunKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 50).Draw(t, "cases")
		bad := rapid.SliceOfNDistinct(rapid.IntRange(0, 50), 0, 5, rapid.ID).Draw(t, "bad")
		opts := Options{Workers: rapid.IntRange(0, 8).Draw(t, "workers"), FailFast: rapid.Bool().Draw(t, "fail fast")}
		fails := map[string]bool{}
		for _, b := range bad {
			fails[strconv.Itoa(b)] = true
		}
		ask := func(q model.Question) (*sim.Answer, error) {
			if fails[q.From] {
				return nil, errors.New("no such thing as " + q.From)
			}
			return &sim.Answer{Question: q}, nil
		}
		rs := run(context.Background(), judged(ask), numbered(n), opts)

		want := n
		if opts.FailFast {
			for i := range n {
				if fails[strconv.Itoa(i)] {
					want = i + 1
					break
				}
			}
		}
		require.Len(t, rs, want)
		for i, r := range rs {
			name := strconv.Itoa(i)
			require.Equal(t, name, r.Expectation.Name)
			require.Equal(t, !fails[name], r.Passed)
			require.Equal(t, r.Passed, r.Answer != nil)
			require.Equal(t, r.Passed, r.Err == nil)
		}
	})
}

// The first failure in order decides where FailFast ends, also when a later one
// is found after it.
func TestFailFastEndsAtTheFirst(t *testing.T) {
	second := make(chan struct{})
	ask := func(q model.Question) (*sim.Answer, error) {
		switch q.From {
		case "1":
			close(second)
			return nil, errors.New("the first to fail")
		case "3":
			<-second
			time.Sleep(20 * time.Millisecond)
			return nil, errors.New("a later one")
		}
		return &sim.Answer{Question: q}, nil
	}
	rs := run(context.Background(), judged(ask), numbered(4), Options{Workers: 4, FailFast: true})
	assert.Len(t, rs, 2)
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ask := func(q model.Question) (*sim.Answer, error) {
		if q.From == "3" {
			cancel()
		}
		return &sim.Answer{Question: q}, nil
	}
	rs := run(ctx, judged(ask), numbered(1000), Options{Workers: 1})
	assert.Len(t, rs, 4)
	for i, r := range rs {
		assert.Equal(t, fmt.Sprint(i), r.Expectation.Name)
	}
}

func TestRunAsksTheEngine(t *testing.T) {
	n := model.NewNetwork()
	c := model.Expectation{Name: "nobody", Expect: model.Blocked}
	c.From, c.To, c.Protocol, c.Ports = "nobody", "nothing", model.TCP, model.PortRange{From: 443, To: 443}
	rs := Run(context.Background(), sim.Compile(n), []model.Expectation{c}, Options{})
	require.Len(t, rs, 1)
	assert.Equal(t, c, rs[0].Expectation)
}
