package lab

import (
	"cmp"
	"slices"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"

	"github.com/vpcwalk/vpcwalk/model"
)

// networkACL writes one direction of a network ACL: the lowest number first, the
// first match decides, and nothing matched is denied (NACL-1). What is allowed
// returns, since another filter may follow.
func (r *ruleset) networkACL(c *nftables.Chain, acl *model.NetworkACL, d model.Direction) {
	rules := slices.DeleteFunc(slices.Clone(acl.Rules), func(x model.NetworkACLRule) bool {
		return x.Direction != d || !x.Prefix.Addr().Is4() // NACL-14
	})
	slices.SortFunc(rules, func(a, b model.NetworkACLRule) int { return cmp.Compare(a.Number, b.Number) })
	peer := uint32(sourceOffset)
	if d == model.Egress {
		peer = destOffset
	}
	for _, x := range rules {
		decision := expr.VerdictDrop
		if x.Action == model.Allow {
			decision = expr.VerdictReturn
		}
		r.rule(c, within(peer, x.Prefix), traffic(x.Traffic), verdict(decision))
	}
	r.rule(c, verdict(expr.VerdictDrop))
}
