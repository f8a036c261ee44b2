package render

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
	"github.com/vpcwalk/vpcwalk/sim"
)

func TestAnswerGoldens(t *testing.T) {
	for name, a := range answers() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".txt", rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, a, Options{}) }))
			golden(t, name+".verbose.txt", rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, a, Options{Verbose: true, Width: 120}) }))
			golden(t, name+".json", rendered(t, func(b *bytes.Buffer) error { return AnswerJSON(b, a) }))
		})
	}
	golden(t, "color.txt", rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, blockedAnswer(), Options{Color: true}) }))
}

func TestQuietAnswerIsOneLine(t *testing.T) {
	for name, a := range answers() {
		out := string(rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, a, Options{Quiet: true, Width: 200}) }))
		assert.Equal(t, 1, strings.Count(out, "\n"), name)
		assert.True(t, strings.HasPrefix(out, strings.ToUpper(a.Verdict.String())+"  "), out)
	}
}

// Colour only underlines: without its codes the text is the same.
func TestColorSaysNothingMore(t *testing.T) {
	for _, a := range answers() {
		plainText := string(rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, a, Options{}) }))
		colored := string(rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, a, Options{Color: true}) }))
		for _, s := range []style{bold, dim, red, green, yellow} {
			colored = strings.ReplaceAll(colored, "\x1b["+string(s)+"m", "")
		}
		assert.Equal(t, plainText, strings.ReplaceAll(colored, "\x1b[0m", ""))
	}
}

// The empty answer is legal JSON with every key and no null but where the
// contract has one.
func TestEmptyAnswerJSON(t *testing.T) {
	out := rendered(t, func(b *bytes.Buffer) error { return AnswerJSON(b, &sim.Answer{}) })
	var doc map[string]any
	require.NoError(t, json.Unmarshal(out, &doc))
	for key, v := range doc {
		assert.NotNil(t, v, key)
	}
	for _, key := range []string{"schema_version", "verdict", "flow", "forward", "return", "explanations", "unknowns", "assumptions", "parts", "notes"} {
		assert.Contains(t, doc, key)
	}
}

func TestManyWaysAreCountedNotDropped(t *testing.T) {
	a := partialAnswer()
	for range 50 {
		a.Paths = append(a.Paths, a.Paths[1])
		a.Parts = append(a.Parts, a.Parts[1])
	}
	short := string(rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, a, Options{}) }))
	assert.Contains(t, short, "and 31 more ways (-v shows all)")
	assert.Contains(t, short, "and 32 more parts (-v shows all)")
	long := string(rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, a, Options{Verbose: true}) }))
	assert.NotContains(t, long, "more ways")
}

// A code that is too wide for a column is there nevertheless.
func TestWideCode(t *testing.T) {
	a := &sim.Answer{Explanations: []sim.Explanation{{Code: sim.VPCEGatewayEgressSourceRestriction, Component: web, Message: "no", Mend: "ask elsewhere"}}}
	out := string(rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, a, Options{}) }))
	assert.Contains(t, out, "  1  VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION\n     eni web (eni-0web): no\n     mend: ask elsewhere\n")
}

// A gap that is met several times is told once; blockers are all told.
func TestGapsAreToldOnce(t *testing.T) {
	gap := sim.Explanation{Code: sim.UnknownValue, Component: web, Unknown: true}
	blocker := sim.Explanation{Code: sim.Loop, Component: web}
	a := &sim.Answer{Explanations: []sim.Explanation{gap, blocker, gap, blocker}}
	out := string(rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, a, Options{}) }))
	assert.Equal(t, 1, strings.Count(out, "UNKNOWN_VALUE"))
	assert.Equal(t, 2, strings.Count(out, "LOOP"))
}

// Two blockers at one component, of which the first way has one: the other is
// told in full.
func TestEveryBlockerIsToldOnce(t *testing.T) {
	hole := func(message string) sim.Explanation {
		return sim.Explanation{Code: sim.BadStateRoute, Component: appRTB, Message: message, Mend: "mend " + message}
	}
	a := &sim.Answer{
		Paths:        []sim.Path{{Forward: []sim.Hop{{Component: appRTB, Action: sim.ActionDrop, Text: "the one"}}}},
		Explanations: []sim.Explanation{hole("the one"), hole("the other")},
	}
	out := string(rendered(t, func(b *bytes.Buffer) error { return AnswerText(b, a, Options{}) }))
	assert.Contains(t, out, "  1  BAD_STATE_ROUTE  mend the one\n")
	assert.Contains(t, out, "  2  BAD_STATE_ROUTE  rtb-app: the other\n")
}

func TestHopTextSaysTheDirectionOnce(t *testing.T) {
	for text, want := range map[string]string{
		"web egress: all to x": "web egress: all to x",
		"egress *: deny all":   "egress *: deny all",
		"nothing allows it":    "egress: nothing allows it",
		"egress-sg: all to x":  "egress: egress-sg: all to x",
	} {
		assert.Equal(t, want, answerView{}.hopText(sim.Hop{Direction: "egress", Text: text}))
	}
	assert.Equal(t, "delivered", answerView{}.hopText(sim.Hop{Text: "delivered"}))
}

func TestComponentText(t *testing.T) {
	for want, c := range map[string]sim.Component{
		"eni web":           web,
		"rtb-app":           appRTB,
		"acl app":           {ID: "app", Type: model.KindNetworkACL},
		"network ACL of s":  {ID: "network ACL of s", Type: model.KindNetworkACL},
		"internet":          {ID: "internet", Type: model.KindInternet},
		"load balancer lb1": {ID: "lb1", Type: model.KindLoadBalancer},
		"subnet":            {Type: model.KindSubnet},
	} {
		assert.Equal(t, want, componentText(c))
	}
}

// drawnAnswer makes answers out of short and long, plain and odd words.
func drawnAnswer(t *rapid.T) *sim.Answer {
	word := rapid.OneOf(
		rapid.SampledFrom([]string{"", "web", "10.0.0.1", "tcp", "443", "é", "a name with spaces", "\x1b[31m", "line\nbreak", "bad\xffutf8"}),
		rapid.StringN(0, 90, -1))
	verdict := rapid.SampledFrom([]model.Verdict{model.Blocked, model.Partial, model.Indeterminate, model.Reachable})
	action := rapid.SampledFrom([]sim.Action{sim.ActionAllow, sim.ActionDeny, sim.ActionUnknown, sim.ActionRoute, sim.ActionTranslate, sim.ActionForward, sim.ActionDeliver, sim.ActionDrop})
	component := rapid.Custom(func(t *rapid.T) sim.Component {
		return sim.Component{ID: word.Draw(t, "id"), Name: word.Draw(t, "name"), Type: rapid.SampledFrom([]model.Kind{model.KindInterface, model.KindSubnet, model.KindInternet, ""}).Draw(t, "kind")}
	})
	place := rapid.Custom(func(t *rapid.T) model.Provenance {
		return model.Provenance{File: word.Draw(t, "file"), Line: rapid.IntRange(0, 100).Draw(t, "line")}
	})
	hop := rapid.Custom(func(t *rapid.T) sim.Hop {
		return sim.Hop{Component: component.Draw(t, "component"), Action: action.Draw(t, "action"), Direction: rapid.SampledFrom([]string{"", "ingress"}).Draw(t, "direction"),
			Text: word.Draw(t, "text"), Provenance: place.Draw(t, "place"), Header: sim.Header{SourceIP: word.Draw(t, "source")}}
	})
	path := rapid.Custom(func(t *rapid.T) sim.Path {
		return sim.Path{Verdict: verdict.Draw(t, "verdict"), Forward: rapid.SliceOfN(hop, 0, 4).Draw(t, "forward"), Return: rapid.SliceOfN(hop, 0, 2).Draw(t, "return")}
	})
	reason := rapid.Custom(func(t *rapid.T) sim.Explanation {
		return sim.Explanation{Code: rapid.SampledFrom(sim.Codes()).Draw(t, "code").Code, Component: component.Draw(t, "component"), Message: word.Draw(t, "message"),
			Mend: word.Draw(t, "mend"), Unknown: rapid.Bool().Draw(t, "unknown"), Provenance: place.Draw(t, "place")}
	})
	return &sim.Answer{
		Verdict:      verdict.Draw(t, "verdict"),
		Flow:         sim.Flow{From: word.Draw(t, "from"), To: word.Draw(t, "to")},
		Paths:        rapid.SliceOfN(path, 0, 3).Draw(t, "paths"),
		Explanations: rapid.SliceOfN(reason, 0, 3).Draw(t, "explanations"),
		Notes:        rapid.SliceOfN(word, 0, 2).Draw(t, "notes"),
	}
}

// Whatever is in an answer, its text has only what prints, and no line has
// spaces at its end; its JSON is JSON.
func TestAnswerViewsAreSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawnAnswer(t)
		o := Options{Width: rapid.SampledFrom([]int{0, 1, 40, 80, 200}).Draw(t, "width"), Verbose: rapid.Bool().Draw(t, "verbose")}
		var text, object bytes.Buffer
		require.NoError(t, AnswerText(&text, a, o))
		for _, x := range a.Explanations {
			assert.Contains(t, text.String(), string(x.Code))
		}
		for _, line := range strings.Split(text.String(), "\n") {
			assert.Equal(t, clean(line), line)
			assert.Equal(t, strings.TrimRight(line, " "), line)
		}
		require.NoError(t, AnswerJSON(&object, a))
		assert.True(t, json.Valid(object.Bytes()))
	})
}
