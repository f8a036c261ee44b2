package policy

import "fmt"

// truth is a value of three-valued logic. The zero value is maybe, so that what
// was never decided decides nothing.
type truth uint8

const (
	maybe truth = iota
	no
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth {
	switch t {
	case maybe:
		return maybe
	case no:
		return yes
	case yes:
		return no
	}
	panic(fmt.Sprintf("policy: truth %d", uint8(t)))
}

func (t truth) and(u truth) truth {
	switch {
	case t == no || u == no:
		return no
	case t == yes && u == yes:
		return yes
	}
	return maybe
}

func (t truth) or(u truth) truth { return t.not().and(u.not()).not() }

// both is what holds of two things alike; maybe when they differ.
func (t truth) both(u truth) truth {
	if t == u {
		return t
	}
	return maybe
}
