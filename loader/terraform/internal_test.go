package terraform

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSplitReference(t *testing.T) {
	for text, want := range map[string][]segment{
		"aws_subnet.a":              {{"aws_subnet", ""}, {"a", ""}},
		"aws_subnet.a[0].id":        {{"aws_subnet", ""}, {"a", "0"}, {"id", ""}},
		`module.m["a.b[c]"].out`:    {{"module", ""}, {"m", `"a.b[c]"`}, {"out", ""}},
		`data.x.y["\"]"].z[0][1].w`: {{"data", ""}, {"x", ""}, {"y", `"\"]"`}, {"z", "0"}, {"w", ""}},
		"":                          nil,
		".":                         nil,
		"a.":                        nil,
		"a[":                        nil,
		`a["x].b`:                   nil,
	} {
		got, ok := splitReference(text)
		assert.Equal(t, want, got, text)
		assert.Equal(t, want != nil, ok, text)
	}
}

func TestWhole(t *testing.T) {
	for _, c := range []struct{ all, want []string }{
		{[]string{"aws_a.b[0].id", "aws_a.b[0]", "aws_a.b"}, []string{"aws_a.b[0].id"}},
		{[]string{"aws_a.b", "count.index"}, []string{"aws_a.b", "count.index"}},
		{[]string{"aws_a.b[0].id", "aws_a.b[0]", "aws_a.b", "aws_a.b"}, []string{"aws_a.b[0].id", "aws_a.b"}},
		{[]string{"aws_a.bc", "aws_a.b"}, []string{"aws_a.bc", "aws_a.b"}},
		{[]string{"module.m.out", "module.m", "module.m.out", "module.m"}, []string{"module.m.out", "module.m.out"}},
		{[]string{"each.value.id", "each.value"}, []string{"each.value.id"}},
	} {
		assert.Equal(t, c.want, whole(c.all))
	}
}

func TestSources(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.tf"), []byte(`# resource "aws_vpc" "commented" {}
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
locals {
  one = aws_vpc.main.id # the id }
  many = [
    for s in aws_subnet.a : s.id
  ]
  few = [for s in aws_subnet.a : s.id if s.map_public_ip_on_launch]
}
resource "aws_subnet" "a" {
  description = "a brace { in a text"
  user = <<-EOT
    } resource "aws_vpc" "here" {
  EOT
  /* } */
  vpc_id = element(aws_vpc.v[*].id, count.index)
  other  = aws_vpc.v[count.index + 1].id
}
data   aws_vpc   plain   {
}
`), 0o644))
	s := newSources(filepath.Join(dir, "plan.json"))
	root := newModule(nil, "", "")
	place := func(kind, name string) int {
		b, _ := s.block(&resource{kind: kind, name: name, module: root})
		return b.line
	}
	assert.Equal(t, 2, place("aws_vpc", "main"))
	assert.Equal(t, 10, place("aws_subnet", "a"))
	assert.Equal(t, 19, place("data.aws_vpc", "plain"))
	assert.Zero(t, place("aws_vpc", "commented"))
	assert.Zero(t, place("aws_vpc", "here"))

	refs, chosen := s.local(root, "one")
	assert.Equal(t, []string{"aws_vpc.main.id"}, refs)
	assert.False(t, chosen)
	refs, chosen = s.local(root, "many")
	assert.Equal(t, []string{"aws_subnet.a"}, refs)
	assert.False(t, chosen)
	_, chosen = s.local(root, "few")
	assert.True(t, chosen)
	refs, _ = s.local(root, "none")
	assert.Nil(t, refs)

	a := &resource{kind: "aws_subnet", name: "a", module: root}
	assert.True(t, s.plainIndex(a, "vpc_id"))
	assert.False(t, s.plainIndex(a, "other"))
	assert.True(t, s.plainIndex(&resource{kind: "aws_x", name: "y", module: root}, "other"), "without the text nothing speaks against it")
}
