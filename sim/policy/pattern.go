package policy

import (
	"strings"
	"unicode"
)

// pattern is a text of a policy in which * and ? may be wildcards and ${…} a
// variable.
type pattern struct {
	text      string
	tokens    []token
	variables bool // some token is a variable
	unclear   bool // not closed, or otherwise nothing that AWS would accept
}

type token struct {
	kind tokenKind
	// char is the character of a literal.
	char rune
	// confined is set on a wildcard that stays within its colon-separated part.
	confined bool
	variable *variable
}

type tokenKind uint8

const (
	literal   tokenKind = iota
	anyOne              // ?: one character
	anyRun              // *: any number of characters
	unknown             // some text that is not known
	reference           // to be resolved against a request
)

// variable is ${key} or ${key, 'default'}.
type variable struct {
	key        string
	def        string
	hasDefault bool
}

// syntax says what is special in a pattern.
type syntax struct {
	wildcards bool
	variables bool // the policy's version has them, and so does the element
	fold      bool // case does not matter
	// parts is the number of colons that bound wildcards, 5 in an ARN.
	parts int
	// spills lets a wildcard that ends its part go on beyond the colon.
	spills bool
}

// arnParts is the number of colons before the last of an ARN's six parts.
const arnParts = 5

func compilePattern(text string, s syntax) *pattern {
	p := &pattern{text: text}
	chars := []rune(text)
	p.tokens = make([]token, 0, len(chars))
	colons := 0
	for i := 0; i < len(chars); i++ {
		c := chars[i]
		switch {
		case s.variables && c == '$' && i+1 < len(chars) && chars[i+1] == '{':
			end := i + 2
			for end < len(chars) && chars[end] != '}' {
				end++
			}
			if end == len(chars) {
				p.unclear = true
				return p
			}
			p.addVariable(string(chars[i+2:end]), s.fold)
			i = end
		case s.wildcards && (c == '*' || c == '?'):
			t := token{kind: anyRun, confined: colons < s.parts}
			if c == '?' {
				t.kind = anyOne
			} else if s.spills && (i+1 == len(chars) || chars[i+1] == ':') {
				t.confined = false
			}
			p.tokens = append(p.tokens, t)
		default:
			if c == ':' {
				colons++
			}
			p.addLiteral(c, s.fold)
		}
	}
	return p
}

func (p *pattern) addLiteral(c rune, fold bool) {
	if fold {
		c = unicode.ToLower(c)
	}
	p.tokens = append(p.tokens, token{kind: literal, char: c})
}

func (p *pattern) addVariable(inner string, fold bool) {
	switch inner {
	case "*", "?", "$":
		p.addLiteral(rune(inner[0]), fold)
		return
	}
	v := &variable{key: inner}
	if key, rest, ok := strings.Cut(inner, ","); ok {
		rest = strings.TrimSpace(rest)
		if len(rest) < 2 || rest[0] != '\'' || rest[len(rest)-1] != '\'' {
			p.unclear = true
			return
		}
		v.key, v.def, v.hasDefault = strings.TrimSpace(key), rest[1:len(rest)-1], true
	}
	if v.key == "" {
		p.unclear = true
		return
	}
	p.tokens = append(p.tokens, token{kind: reference, variable: v})
	p.variables = true
}

// resolution is what the variables of a pattern came to.
type resolution struct {
	tokens []token
	null   bool     // a variable has no value: the pattern matches nothing
	open   []string // the keys that are not known
}

// resolve puts the request's values in place of variables. A value in which a
// character would be a wildcard, or a key with several values, is not
// documented, and unknown.
func (p *pattern) resolve(ctx foldedContext, fold bool) resolution {
	if !p.variables {
		return resolution{tokens: p.tokens}
	}
	var r resolution
	for _, t := range p.tokens {
		if t.kind != reference {
			r.tokens = append(r.tokens, t)
			continue
		}
		v := ctx[strings.ToLower(t.variable.key)]
		text, ok := v.one()
		if v.state == stateAbsent {
			if !t.variable.hasDefault {
				return resolution{null: true}
			}
			text, ok = t.variable.def, true
		}
		if !ok || strings.ContainsAny(text, "*?") {
			r.tokens = append(r.tokens, token{kind: unknown})
			r.open = append(r.open, t.variable.key)
			continue
		}
		r.tokens = append(r.tokens, literals(text, fold)...)
	}
	return r
}

// literals gives a text in which nothing is special.
func literals(text string, fold bool) []token {
	return compilePattern(text, syntax{fold: fold}).tokens
}

// matchTokens tells whether a pattern matches a text, which may itself be a
// pattern that stands for many texts: yes when it matches all of them, no when
// it matches none.
func matchTokens(p, text []token) truth {
	switch {
	case len(p) == 1 && p[0].kind == anyRun && !p[0].confined, covers(p, text):
		return yes
	case overlaps(p, text):
		return maybe
	}
	return no
}

// covers reports whether p matches every text that q stands for, with wildcards
// kept within their parts.
func covers(p, q []token) bool {
	return reach(len(p), len(q), func(i, j int, step func(di, dj int)) {
		if i < len(p) && p[i].kind == anyRun {
			step(1, 0)
			if j < len(q) && p[i].takes(q[j]) {
				step(0, 1)
			}
			return
		}
		if i == len(p) || j == len(q) {
			return
		}
		one := p[i].kind == anyOne && (q[j].kind == literal || q[j].kind == anyOne) && p[i].takes(q[j])
		same := p[i].kind == literal && q[j].kind == literal && p[i].char == q[j].char
		if one || same {
			step(1, 1)
		}
	})
}

// takes reports whether a wildcard may stand for t.
func (w token) takes(t token) bool {
	if !w.confined {
		return true
	}
	switch t.kind {
	case literal:
		return t.char != ':'
	case anyOne, anyRun:
		return t.confined
	default:
		return false
	}
}

// overlaps reports whether some text fits both p and q, with wildcards that go
// as far as they like and with any text for what is unknown.
func overlaps(p, q []token) bool {
	return reach(len(p), len(q), func(i, j int, step func(di, dj int)) {
		runP := i < len(p) && p[i].run()
		runQ := j < len(q) && q[j].run()
		if runP {
			step(1, 0)
		}
		if runQ {
			step(0, 1)
		}
		if runP && j < len(q) {
			step(0, 1)
		}
		if runQ && i < len(p) {
			step(1, 0)
		}
		if i < len(p) && j < len(q) && !runP && !runQ &&
			(p[i].kind == anyOne || q[j].kind == anyOne || p[i].char == q[j].char) {
			step(1, 1)
		}
	})
}

// run reports whether a token stands for any number of characters.
func (w token) run() bool { return w.kind == anyRun || w.kind == unknown }

// reach walks the grid of positions in two patterns, from the beginning of both
// by the steps that next allows, each of which goes forward, and reports whether
// the end of both is reached. It takes time in the product of the lengths.
func reach(n, m int, next func(i, j int, step func(di, dj int))) bool {
	row, below := make([]bool, m+2), make([]bool, m+2)
	row[0] = true
	for i := 0; i <= n; i++ {
		for j := 0; j <= m; j++ {
			if !row[j] {
				continue
			}
			if i == n && j == m {
				return true
			}
			next(i, j, func(di, dj int) {
				if di == 0 {
					row[j+dj] = true
				} else {
					below[j+dj] = true
				}
			})
		}
		row, below = below, row
		clear(below)
	}
	return false
}
