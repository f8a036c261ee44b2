package packet

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/vpcwalk/vpcwalk/model"
)

// TestCanonical: the same packets give the same boxes, however they were made.
func TestCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var boxes []Box
		for range rapid.IntRange(0, 4).Draw(t, "boxes") {
			b := drawBox(t)
			b.Choice = All.Choice
			boxes = append(boxes, b)
		}
		var s Set
		for _, b := range boxes {
			s = s.Or(Of(b))
		}
		c := s.Canonical()
		require.True(t, s.Holds(c) && c.Holds(s), "the canonical set holds the same")
		for range 20 {
			drawPoint(t).in(c) // panics where boxes overlap
		}
		var other Set
		for _, b := range slices.Backward(boxes) {
			other = other.Or(Of(b))
		}
		require.True(t, c.same(other.Canonical()), "%v\n%v", c, other.Canonical())
		require.True(t, c.same(c.Canonical()))
		require.True(t, s.Equal(other))
		gone := drawBox(t)
		gone.Choice = All.Choice // what is left for some choice counts as there
		if less := s.Sub(Of(gone)); !s.Sub(less).IsEmpty() {
			require.False(t, s.Equal(less))
		}
	})
}

// TestCanonicalIsShort: what rules made of pieces is told as a person would.
func TestCanonicalIsShort(t *testing.T) {
	https, admin := All, All
	https.Protocols, https.Dport = Protocol(model.TCP), PortRange(443, 443)
	admin.Src = Addrs{AllIPv4[0]}
	s := Of(admin).Or(Of(https)).Canonical()
	require.Len(t, s, 3)
	assert.Equal(t, AllIPv4, s[0].Src)
	assert.Equal(t, Protocol(model.TCP), s[1].Protocols)
	assert.Equal(t, PortRange(0, 442).Or(PortRange(444, 65535)), s[1].Dport)
	assert.Equal(t, AllAddrs, s[2].Src)
	assert.Equal(t, PortRange(443, 443), s[2].Dport)

	low, high := https, https
	low.Sport, high.Sport = PortRange(0, 1023), PortRange(1024, 65535)
	assert.Equal(t, Set{https}, Set{low, high}.Canonical())
}
