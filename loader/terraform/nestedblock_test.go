package terraform

import (
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/stretchr/testify/assert"

	"github.com/vpcwalk/vpcwalk/model"
)

// A set's blocks are planned in another order than they are written: what both
// say tells which is which.
func TestPair(t *testing.T) {
	type block = map[string]*tfjson.Expression
	constant := func(v any) *tfjson.Expression {
		return &tfjson.Expression{ExpressionData: &tfjson.ExpressionData{ConstantValue: v}}
	}
	ref := func(r string) *tfjson.Expression {
		return &tfjson.Expression{ExpressionData: &tfjson.ExpressionData{References: []string{r}, ConstantValue: tfjson.UnknownConstantValue}}
	}
	type object = map[string]any
	a, b := block{"priority": constant(2.0), "arn": ref("x.a")}, block{"priority": constant(1.0), "arn": ref("x.b")}
	byVariable := block{"priority": ref("var.p"), "arn": ref("x.c")}
	for _, c := range []struct {
		name    string
		kind    string
		written []block
		planned []any
		want    []block
	}{
		{"by a constant", "target_group", []block{a, b}, []any{object{"priority": 1.0}, object{"priority": 2.0}}, []block{b, a}},
		{"the rest by exclusion", "target_group", []block{byVariable, a}, []any{object{"priority": 2.0}, object{"priority": 7.0}}, []block{a, byVariable}},
		{"alike, so that it does not matter", "target_group", []block{{"arn": ref("x.a")}, {"arn": ref("x.b")}}, []any{object{}, object{}}, []block{{"arn": ref("x.a")}, {"arn": ref("x.b")}}},
		{"not to be told apart", "target_group", []block{byVariable, byVariable}, []any{object{"priority": 1.0}, object{"priority": 2.0}}, nil},
		{"none fits", "target_group", []block{a, b}, []any{object{"priority": 1.0}, object{"priority": 3.0}}, nil},
		{"dynamic ones beside", "target_group", []block{a}, []any{object{"priority": 1.0}, object{"priority": 2.0}}, nil},
		{"a list keeps its order", "default_action", []block{a, b}, []any{object{}, object{}}, []block{a, b}},
		{"one block", "target_group", []block{a}, []any{object{"priority": 1.0}}, []block{a}},
	} {
		e := &tfjson.Expression{ExpressionData: &tfjson.ExpressionData{NestedBlocks: c.written}}
		assert.Equal(t, c.want, pair(e, c.kind, c.planned), c.name)
	}
	assert.Nil(t, pair(nil, "target_group", []any{object{}}))
}

func TestPortRange(t *testing.T) {
	for text, want := range map[string]*model.PortRange{
		"443": {From: 443, To: 443}, "80-90": {From: 80, To: 90}, "0-65535": {From: 0, To: 65535},
		"90-80": nil, "x": nil, "": nil, "70000": nil, "1-": nil, "-1": nil,
	} {
		got, ok := portRange(text)
		if want == nil {
			assert.False(t, ok, text)
			continue
		}
		assert.True(t, ok, text)
		assert.Equal(t, *want, got, text)
	}
}

func TestTopLevel(t *testing.T) {
	assert.Equal(t, []string{` a = x.y`, ` "b" = f(1, 2)`, ` c = { d = 1, e = 2 } `}, topLevel(` a = x.y, "b" = f(1, 2), c = { d = 1, e = 2 } `))
	assert.Equal(t, []string{"", "a = \"x, }\"", ""}, topLevel("\na = \"x, }\"\n"))
	assert.Equal(t, []string{""}, topLevel(""))
}
