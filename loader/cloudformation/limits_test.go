package cloudformation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/model"
)

// TestLimits reads templates that ask for more than a limit: one error each, at
// the place, with the limit's number. The same templates are read without an error
// where the limit is what they need.
func TestLimits(t *testing.T) {
	vpc := "{Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}"
	loop := func(name, body string) string {
		return fmt.Sprintf("\"Fn::ForEach::%[1]s\": [%[1]s, [a, b, c, d], {%s}]", name, body)
	}
	nested := "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: b.yaml}}"
	for _, x := range []struct {
		name      string
		low       func(*limits) // to less than is needed
		high      func(*limits) // to enough
		templates []string
		want      string
	}{
		{"values", func(l *limits) { l.values = 0 }, func(l *limits) { l.values = 20 },
			[]string{"Metadata: [" + strings.Repeat("a,", 20) + "]\nResources: {V: " + vpc + "}"},
			"a.yaml:1:26: error: the document has too many values: more than 8 with its aliases written out; AWS takes templates of up to 1 MB"},
		{"values in JSON", func(l *limits) { l.values = 0 }, func(l *limits) { l.values = 30 },
			[]string{`{"Metadata": [` + strings.Repeat("1,", 30) + `1], "Resources": {"V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}}}`},
			"a.yaml:1:32: error: the document has too many values: more than 10 with its aliases written out; AWS takes templates of up to 1 MB"},
		{"aliases", func(l *limits) { l.values = 0 }, func(l *limits) { l.values = 400 },
			[]string{"Metadata: {a: &a [x, x, x, x, x, x], b: &b [*a, *a, *a, *a, *a, *a], c: [*b, *b, *b, *b, *b]}\nResources: {V: " + vpc + "}"},
			"a.yaml:1:45: error: the document has too many values: more than 10 with its aliases written out; AWS takes templates of up to 1 MB"},
		{"resources", func(l *limits) { l.resources = 2 }, func(l *limits) { l.resources = 3 },
			[]string{"Resources:\n  A: " + vpc + "\n  B: " + vpc + "\n  C: " + vpc},
			"a.yaml:4:3: error: the template has more than 2 resources"},
		{"references", func(l *limits) { l.references = 4 }, func(l *limits) { l.references = 20 },
			[]string{"Resources:\n  A: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Join ['', [!Join ['', [!Join ['', [10.0.0.0, /16]]]]]]}}"},
			"a.yaml:2:76: error: values refer to each other over more than 4 steps"},
		{"conditions", func(l *limits) { l.references = 4 }, func(l *limits) { l.references = 20 },
			[]string{"Conditions: {A: !Not [!Condition B], B: !Not [!Condition C], C: !Not [!Equals [a, b]]}\nResources:\n  V: {Type: AWS::EC2::VPC, Condition: A, Properties: {CidrBlock: 10.0.0.0/16}}"},
			"a.yaml:1:65: error: conditions refer to each other over more than 4 steps"},
		{"steps", func(l *limits) { l.steps = -200 }, func(l *limits) { l.steps = 1000 },
			[]string{"Resources:\n  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Select [0, !Split [',', !Sub ['${x}${x}${x}', {x: !Sub ['${x}${x}${x}', {x: !Sub ['${x}${x}${x}', {x: '10.0.0.0/16,'}]}]}]]]}}"},
			"a.yaml:2:129: error: the templates take more than 40 steps to evaluate"},
		{"the entries of a loop", func(l *limits) { l.loop = 15 }, func(l *limits) { l.loop = 16 },
			[]string{"Transform: AWS::LanguageExtensions\nResources:\n  " + loop("A", loop("B", "'V${A}${B}': "+vpc))},
			"a.yaml:3:3: error: the loops of a mapping make more than 15 entries"},
		{"the values that loops make", func(l *limits) { l.copies = 100 }, func(l *limits) { l.copies = 1000 },
			[]string{"Transform: AWS::LanguageExtensions\nResources:\n  " + loop("A", loop("B", "'V${A}${B}': "+vpc))},
			"a.yaml:3:3: error: loops and templates that are nested again and again make more than 100 values"},
		{"stacks", func(l *limits) { l.stacks = 3 }, func(l *limits) { l.stacks = 4 },
			[]string{"Resources:\n  A: " + nested + "\n  B: " + nested + "\n  C: " + nested, "Resources: {V: " + vpc + "}"},
			"a.yaml:4:3: error: the templates make more than 3 stacks"},
		{"templates that are nested again", func(l *limits) { l.copies = 20 }, func(l *limits) { l.copies = 40 },
			[]string{"Resources:\n  A: " + nested + "\n  B: " + nested + "\n  C: " + nested, "Resources: {V: " + vpc + "}"},
			"a.yaml:4:3: error: loops and templates that are nested again and again make more than 20 values"},
	} {
		t.Run(x.name, func(t *testing.T) {
			errorsWithin := func(change func(*limits)) []string {
				l := usual
				change(&l)
				var files []input.File
				for i, text := range x.templates {
					files = append(files, input.File{Path: string(rune('a'+i)) + ".yaml", Data: []byte(text)})
				}
				_, ds := readWithin(files, Options{}, l)
				return errorsOf(ds)
			}
			assert.Empty(t, errorsWithin(x.high))
			got := errorsWithin(x.low)
			require.NotEmpty(t, got)
			assert.Contains(t, got, x.want)
		})
	}
}

// TestLongTexts makes texts that double, in each of the ways in which a function
// makes one longer.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("a", 400_000)
	for _, expression := range []string{
		`!Sub ["${x}${x}${x}", {x: ` + long + `}]`,
		`!Join ["", [` + long + "," + long + "," + long + `]]`,
		`{"Fn::Base64": {"Fn::Base64": {"Fn::Base64": {"Fn::Base64": ` + long + `}}}}`,
		`{"Fn::ToJsonString": [` + long + "," + long + "," + long + `]}`,
		`{"Fn::ToJsonString": '` + strings.Repeat(`"`, 600_000) + `'}`,
	} {
		template := "Resources:\n  V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: " + expression + "}}"
		_, ds := Read([]input.File{{Path: "t.yaml", Data: []byte(template)}}, Options{})
		assert.Equal(t, []string{"t.yaml:2:52: error: a text that is put together has more than 1048576 bytes, or too many references"}, errorsOf(ds), expression[:20])
	}
}

func errorsOf(ds model.Diagnostics) []string {
	var out []string
	for _, d := range ds {
		if d.Severity == model.Error {
			d.Detail = ""
			out = append(out, d.Error())
		}
	}
	return out
}

// TestCrowded: YAML of so many values that their tree would take much memory is
// refused before there is one.
func TestCrowded(t *testing.T) {
	_, ds := Read([]input.File{{Path: "a.yaml", Data: []byte("Resources:\n  V: [" + strings.Repeat("a,", 1_500_000) + "a]\n")}}, Options{})
	assert.Equal(t, []string{"a.yaml:2:1: error: the document has too many values: more than 1250005 with its aliases written out; AWS takes templates of up to 1 MB"}, errorsOf(ds))
}

// A loop over what are no texts is an error, whatever they are.
func TestLoopOverOddThings(t *testing.T) {
	text := `
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Vpcs:
    - Name
    - [[a, b], {c: d}]
    - Vpc${Name}: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
`
	_, ds := Read([]input.File{{Path: "odd.yaml", Data: []byte(text)}}, Options{})
	require.True(t, ds.HasErrors())
	require.Contains(t, ds[0].Error(), "loops over texts")
}
