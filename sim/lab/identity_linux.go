package lab

import (
	"github.com/google/nftables"
	"github.com/google/nftables/expr"
)

// Bits of the DSCP field that carry what AWS carries beside the packet.
const (
	// intact says that the sender's groups are still known (SG-20).
	intact = 0x20
	// referred says that the sender's own groups admit the packet by a reference
	// alone, which holds only as long as the identity does.
	referred = 0x40
)

// setIdentity writes the field.
func setIdentity(bits byte) []expr.Any {
	return []expr.Any{
		load(expr.PayloadBaseNetworkHeader, 0, 2), // checksums are updated by words
		masked([]byte{0xff, 0x03}, []byte{0, bits}),
		&expr.Payload{OperationType: expr.PayloadWrite, SourceRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: 0, Len: 2,
			CsumType: expr.CsumTypeInet, CsumOffset: checksumOffset},
	}
}

// has matches packets that carry a bit.
func has(bit byte) []expr.Any {
	return []expr.Any{
		load(expr.PayloadBaseNetworkHeader, tosOffset, 1),
		masked([]byte{bit}, []byte{0}),
		&expr.Cmp{Op: expr.CmpOpNeq, Register: 1, Data: []byte{0}},
	}
}

// loseIdentity has packets that match lose the sender's identity: a reference that
// only the identity upheld does not hold any more.
func (r *ruleset) loseIdentity(c *nftables.Chain, match ...expr.Any) {
	r.rule(c, match, has(referred), verdict(expr.VerdictDrop))
	r.rule(c, match, setIdentity(0))
}
