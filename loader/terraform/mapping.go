package terraform

import (
	"fmt"
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// mappedSubnets are the subnets that blocks name, one each, in their order. Where
// the blocks are dynamic, and made of as many subnets, these are taken: which
// block has which is the same to a set. One that is open stands for itself.
func (b body) mappedSubnets(name string, blocks []body, keep func(body) func(candidate) bool) []model.SubnetID {
	out := make([]model.SubnetID, len(blocks))
	var rest []int
	for i, x := range blocks {
		if c, u := x.ref("subnet_id", wantSubnet, keep(x)); u == nil {
			out[i] = model.SubnetID(c.id)
		} else {
			rest = append(rest, i)
		}
	}
	if len(rest) == 0 {
		return out
	}
	subnets := b.dynamicSubnets(name)
	subnets = slices.DeleteFunc(subnets, func(id model.SubnetID) bool { return slices.Contains(out, id) })
	for n, i := range rest {
		if len(subnets) == len(rest) {
			out[i] = subnets[n]
			continue
		}
		x := blocks[i]
		if x.path = fmt.Sprintf("%s[%d] ", name, i); len(blocks) == 1 {
			x.path = name + " "
		}
		out[i] = x.openSubnet("subnet_id", x.unknownAt("subnet_id"))
	}
	return out
}

// dynamicSubnets are the subnets that dynamic blocks of a kind are made of, as far
// as the text tells; nil where it does not, or where they are not all meant.
func (b body) dynamicSubnets(name string) []model.SubnetID {
	references, ok := b.sources.dynamicOver(b.r, name)
	if !ok {
		return nil
	}
	s := &search{b: b.builder, want: wantSubnet, self: b.r, attribute: "subnet_id", has: map[string]bool{}, seen: map[string]bool{}}
	s.follow(references, b.frame(b.r))
	if s.open || s.scoped || s.choice || slices.ContainsFunc(s.found, func(c candidate) bool { return c.indexed }) {
		return nil
	}
	var out []model.SubnetID
	for _, c := range s.found {
		out = append(out, model.SubnetID(c.id))
	}
	slices.Sort(out)
	return out
}

// dynamicOver gives what the for_each of a resource's dynamic blocks refers to;
// false where the text is not at hand, or takes only some of it.
func (s *sources) dynamicOver(r *resource, name string) ([]string, bool) {
	block, ok := s.block(r)
	if !ok {
		return nil, false
	}
	at := dynamicBlock(name).FindStringIndex(block.text)
	if at == nil {
		return nil, false
	}
	text := block.text[at[0]:]
	text = text[:blockEnd(text)]
	for _, m := range assignment.FindAllStringSubmatchIndex(text, -1) {
		if text[m[2]:m[3]] != "for_each" {
			continue
		}
		value := text[m[1]:]
		value = value[:expressionEnd(value)]
		if someOf.MatchString(value) || oneOf.MatchString(value) {
			return nil, false
		}
		return traversal.FindAllString(value, -1), true
	}
	return nil, false
}
