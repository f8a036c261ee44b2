// Package hostiletest makes hostile inputs out of good ones, and holds what reads
// them against limits: no panic, no hang, no more memory than is reasonable.
// Tests use it, and nothing else.
package hostiletest

import (
	"bytes"
	"fmt"
	"strings"
)

// A Variant is an input with one thing wrong.
type Variant struct {
	What string // "the first 34 %", "line 12: 443 is null"
	Data []byte
}

// Truncations are the beginnings of an input: none of it, and each 1 % more.
func Truncations(data []byte) []Variant {
	var out []Variant
	last := -1
	for percent := range 100 {
		n := len(data) * percent / 100
		if n == last {
			continue // the input has fewer than 100 bytes
		}
		last = n
		out = append(out, Variant{fmt.Sprintf("the first %d %%", percent), data[:n:n]})
	}
	return out
}

// Replaced gives the input with the scalar at s written otherwise.
func Replaced(data []byte, s Scalar, v Value) Variant {
	text := v.text
	switch {
	case v.another != nil:
		text = v.another(data, s)
	case s.Key && !strings.HasPrefix(text, `"`):
		text = `"` + strings.NewReplacer(`"`, "", `\`, "").Replace(text) + `"` // a key is a text
	}
	return Variant{
		What: fmt.Sprintf("line %d: %s is %s", 1+bytes.Count(data[:s.From], []byte("\n")), short(data[s.From:s.To]), v.Name),
		Data: bytes.Join([][]byte{data[:s.From], []byte(text), data[s.To:]}, nil),
	}
}

func short(b []byte) string {
	if len(b) > 40 {
		return string(b[:40]) + "…"
	}
	return string(b)
}

// A Value is what a scalar is replaced with. Its text is valid JSON and, since it
// stands on one line, valid YAML.
type Value struct {
	Name    string
	text    string
	another func(data []byte, s Scalar) string // instead of text
}

// Values are what scalars are replaced with: other types, numbers out of every
// range, texts that are empty, long, or made to be expensive, deep nesting, and
// another scalar of the same input, which makes references go wrong.
func Values() []Value { return append(plainValues(), elaborateValues()...) }

// plainValues are of each type, empty, and out of range.
func plainValues() []Value {
	return []Value{
		{Name: "null", text: `null`},
		{Name: "true", text: `true`},
		{Name: "a list", text: `[]`},
		{Name: "a mapping", text: `{}`},
		{Name: "an empty text", text: `""`},
		{Name: "2^63", text: `9223372036854775808`},
	}
}

func elaborateValues() []Value {
	repeated := func(s string, n int) string { return `"` + strings.Repeat(s, n) + `"` }
	return []Value{
		{Name: "a list of odd things", text: `[null, {}, [], "", -1]`},
		{Name: "a blank", text: `" "`},
		{Name: "-1", text: `-1`},
		{Name: "0", text: `0`},
		{Name: "1.5", text: `1.5`},
		{Name: "2^31", text: `2147483648`},
		{Name: "1e308", text: `1e308`},
		{Name: "1e999", text: `1e999`},
		{Name: "a number of 1000 digits", text: strings.Repeat("7", 1000)},
		{Name: "a number of 1000 digits in quotes", text: repeated("7", 1000)},
		{Name: "a long text", text: repeated("long ", 20_000)},
		{Name: "a text of wildcards", text: repeated("*a?", 5_000)},
		{Name: "a text of references", text: repeated("${A.B}", 5_000)},
		{Name: "many ports", text: repeated("0-65535,", 5_000)},
		{Name: "all of IPv4", text: `"0.0.0.0/0"`},
		{Name: "all of IPv6", text: `"::/0"`},
		{Name: "no address", text: `"999.0.0.1/99"`},
		{Name: "an address with a zone", text: `"fe80::1%eth0"`},
		{Name: "an ARN of nothing", text: `"arn:::::"`},
		{Name: "odd characters", text: "\"\\u0000\\u202e\xff\""},
		{Name: "lists, 1000 deep", text: strings.Repeat("[", 1000) + strings.Repeat("]", 1000)},
		{Name: "mappings, 200 deep", text: strings.Repeat(`{"a": `, 200) + "1" + strings.Repeat("}", 200)},
		{Name: "the scalar before it", another: func(data []byte, s Scalar) string { return neighbour(data, s, -1) }},
		{Name: "the scalar after it", another: func(data []byte, s Scalar) string { return neighbour(data, s, +1) }},
		{Name: "the first scalar", another: func(data []byte, s Scalar) string { return neighbour(data, s, 0) }},
	}
}
