package lab

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"

	"github.com/vpcwalk/vpcwalk/model"
)

// ruleset collects the nftables rules of one namespace.
type ruleset struct {
	conn  *nftables.Conn
	table *nftables.Table
	sets  int
}

// filter writes rules into the namespace, all of them at once.
func (n *namespace) filter(write func(*ruleset) error) error {
	err := n.do(func() error {
		conn, err := nftables.New()
		if err != nil {
			return err
		}
		r := &ruleset{conn: conn, table: conn.AddTable(&nftables.Table{Family: nftables.TableFamilyIPv4, Name: "lab"})}
		if err := write(r); err != nil {
			return err
		}
		return conn.Flush()
	})
	if err != nil {
		return fmt.Errorf("%s: nftables: %w", n.name, err)
	}
	return nil
}

// hook makes a chain that the kernel calls.
func (r *ruleset) hook(name string, kind nftables.ChainType, hook *nftables.ChainHook, priority *nftables.ChainPriority, policy nftables.ChainPolicy) *nftables.Chain {
	return r.conn.AddChain(&nftables.Chain{Table: r.table, Name: name, Type: kind, Hooknum: hook, Priority: priority, Policy: &policy})
}

// chain makes one that rules call.
func (r *ruleset) chain(name string) *nftables.Chain {
	return r.conn.AddChain(&nftables.Chain{Table: r.table, Name: name})
}

// rule is a conjunction of matches, and what to do then.
func (r *ruleset) rule(c *nftables.Chain, parts ...[]expr.Any) {
	r.conn.AddRule(&nftables.Rule{Table: r.table, Chain: c, Exprs: slices.Concat(parts...)})
}

// addresses makes a set.
func (r *ruleset) addresses(as []netip.Addr) (*nftables.Set, error) {
	elements := make([]nftables.SetElement, 0, len(as))
	for _, a := range as {
		elements = append(elements, nftables.SetElement{Key: a.AsSlice()})
	}
	return r.set(&nftables.Set{KeyType: nftables.TypeIPAddr}, elements)
}

// translations makes a map from addresses to addresses.
func (r *ruleset) translations(pairs []pair, of func(pair) (from, to netip.Addr)) (*nftables.Set, error) {
	elements := make([]nftables.SetElement, 0, len(pairs))
	for _, p := range pairs {
		from, to := of(p)
		elements = append(elements, nftables.SetElement{Key: from.AsSlice(), Val: to.AsSlice()})
	}
	return r.set(&nftables.Set{KeyType: nftables.TypeIPAddr, DataType: nftables.TypeIPAddr, IsMap: true}, elements)
}

func (r *ruleset) set(s *nftables.Set, elements []nftables.SetElement) (*nftables.Set, error) {
	r.sets++
	s.Table, s.Name = r.table, fmt.Sprintf("set%d", r.sets)
	s.ID = uint32(r.sets) // or the package takes it from a counter that labs side by side race for
	return s, r.conn.AddSet(s, elements)
}

// Offsets in the IPv4 header.
const (
	tosOffset      = 1
	checksumOffset = 10
	sourceOffset   = 12
	destOffset     = 16
)

func verdict(k expr.VerdictKind) []expr.Any { return []expr.Any{&expr.Verdict{Kind: k}} }

func jump(c *nftables.Chain) []expr.Any {
	return []expr.Any{&expr.Verdict{Kind: expr.VerdictJump, Chain: c.Name}}
}

func load(base expr.PayloadBase, offset, length uint32) expr.Any {
	return &expr.Payload{DestRegister: 1, Base: base, Offset: offset, Len: length}
}

func equal(data ...byte) expr.Any { return &expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: data} }

func masked(mask []byte, xor []byte) expr.Any {
	return &expr.Bitwise{SourceRegister: 1, DestRegister: 1, Len: uint32(len(mask)), Mask: mask, Xor: xor}
}

// by matches the device that a packet comes in by, or goes out by.
func by(key expr.MetaKey, d device) []expr.Any {
	name := make([]byte, unix.IFNAMSIZ)
	copy(name, d.name)
	return []expr.Any{&expr.Meta{Key: key, Register: 1}, equal(name...)}
}

func in(d device) []expr.Any  { return by(expr.MetaKeyIIFNAME, d) }
func out(d device) []expr.Any { return by(expr.MetaKeyOIFNAME, d) }

// state matches packets of connections in one of the states.
func state(bits uint32) []expr.Any {
	return []expr.Any{
		&expr.Ct{Key: expr.CtKeySTATE, Register: 1},
		masked(binaryutil.NativeEndian.PutUint32(bits), make([]byte, 4)),
		&expr.Cmp{Op: expr.CmpOpNeq, Register: 1, Data: make([]byte, 4)},
	}
}

// within matches the source or destination address against a prefix.
func within(offset uint32, p netip.Prefix) []expr.Any {
	return []expr.Any{
		load(expr.PayloadBaseNetworkHeader, offset, 4),
		masked(ipNet(p).Mask, make([]byte, 4)),
		equal(p.Addr().AsSlice()...),
	}
}

// among matches the source or destination address against a set.
func among(offset uint32, s *nftables.Set) []expr.Any {
	return []expr.Any{load(expr.PayloadBaseNetworkHeader, offset, 4), &expr.Lookup{SourceRegister: 1, SetName: s.Name, SetID: s.ID}}
}

// rewrite replaces an address by what the map has for it, in the header alone: no
// state is kept. It matches nothing that the map lacks.
func rewrite(offset uint32, m *nftables.Set) []expr.Any {
	return []expr.Any{
		load(expr.PayloadBaseNetworkHeader, offset, 4),
		&expr.Lookup{SourceRegister: 1, DestRegister: 1, IsDestRegSet: true, SetName: m.Name, SetID: m.ID},
		&expr.Payload{OperationType: expr.PayloadWrite, SourceRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: offset, Len: 4,
			CsumType: expr.CsumTypeInet, CsumOffset: checksumOffset, CsumFlags: unix.NFT_PAYLOAD_L4CSUM_PSEUDOHDR},
	}
}

func protocol(p model.Protocol) []expr.Any {
	return []expr.Any{&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1}, equal(byte(p))}
}

// traffic matches what a rule means: only TCP's and UDP's destination ports and
// ICMP's types and codes are read (SG-7, NACL-8).
func traffic(t model.Traffic) []expr.Any {
	if t.Protocol == model.AllProtocols {
		return nil
	}
	parts := protocol(t.Protocol)
	switch {
	case t.Protocol.HasPorts():
		parts = append(parts, load(expr.PayloadBaseTransportHeader, 2, 2),
			&expr.Range{Op: expr.CmpOpEq, Register: 1, FromData: binary.BigEndian.AppendUint16(nil, t.Ports.From), ToData: binary.BigEndian.AppendUint16(nil, t.Ports.To)})
	case t.Protocol == model.ICMP && t.ICMP.Type >= 0:
		parts = append(parts, load(expr.PayloadBaseTransportHeader, 0, 1), equal(byte(t.ICMP.Type)))
		if t.ICMP.Code >= 0 {
			parts = append(parts, load(expr.PayloadBaseTransportHeader, 1, 1), equal(byte(t.ICMP.Code)))
		}
	}
	return parts
}
