package describe

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/vpcwalk/vpcwalk/model"
)

// A reader walks one JSON document from front to back. Every value is asked for
// exactly once, by the type that it should have:
//
//	for ok := r.object(); ok && r.member(); {
//		switch r.key {
//		case "VpcId":
//			id = r.str()
//		default:
//			r.skip()
//		}
//	}
//
// A value of another type is reported and read as absent; a syntax error is
// reported once and ends all loops. Null is absent.
type reader struct {
	*part
	dec  *jsontext.Decoder
	base int    // where in the file dec begins
	key  string // of the member that is being read
	at   int    // where the value that was read last begins
	err  error  // the syntax error that ended the document

	strings map[string]string // every text that was met, so that each is kept once
}

func newReader(path string, data []byte) *reader {
	return (&part{path: path, data: data}).reader(0, len(data))
}

// reader gives a reader of a stretch of the part's file.
func (p *part) reader(from, to int) *reader {
	return &reader{part: p, base: from, strings: map[string]string{}, dec: jsontext.NewDecoder(
		bytes.NewBuffer(p.data[from:to:to]), jsontext.AllowInvalidUTF8(true))}
}

// object enters an object; false where the next value is none.
func (r *reader) object() bool { return r.enter('{', "an object") }

// array enters a list; false where the next value is none.
func (r *reader) array() bool { return r.enter('[', "a list") }

func (r *reader) enter(kind jsontext.Kind, want string) bool {
	if r.err != nil {
		return false
	}
	switch found := r.dec.PeekKind(); found {
	case kind:
		if _, err := r.dec.ReadToken(); err != nil {
			r.fail(err)
			return false
		}
		r.at = r.offset() - 1
		return true
	case 'n':
		r.skip()
	default:
		at := r.next()
		if r.skip(); r.err == nil {
			r.at = at
			r.mistyped(want, found)
		}
	}
	return false
}

// member goes to the object's next member, whose name is then key; false at the
// object's end.
func (r *reader) member() bool {
	if r.err != nil {
		return false
	}
	if r.dec.PeekKind() == '}' {
		r.leave()
		return false
	}
	name, err := r.dec.ReadValue()
	if err != nil {
		r.fail(err)
		return false
	}
	r.key = r.text(name)
	return true
}

// element goes to the list's next element; false at the list's end.
func (r *reader) element() bool {
	if r.err != nil {
		return false
	}
	switch r.dec.PeekKind() {
	case ']':
		r.leave()
		return false
	case 0:
		r.leave() // tells what is wrong
		return false
	}
	return true
}

func (r *reader) leave() {
	if _, err := r.dec.ReadToken(); err != nil {
		r.fail(err)
	}
}

func (r *reader) skip() {
	if r.err != nil {
		return
	}
	if err := r.dec.SkipValue(); err != nil {
		r.fail(err)
	}
}

// value reads the next value whole; nil after a syntax error. It holds until
// the next read.
func (r *reader) value() jsontext.Value {
	if r.err != nil {
		return nil
	}
	v, err := r.dec.ReadValue()
	if err != nil {
		r.fail(err)
		return nil
	}
	r.at = r.offset() - len(v)
	return v
}

// str reads a string. Numbers and booleans are taken as they are written, since
// tools differ about quotes.
func (r *reader) str() string {
	v := r.value()
	switch v.Kind() {
	case '"':
		return r.text(v)
	case '0', 't', 'f':
		return r.intern(v)
	case 'n', 0:
		return ""
	}
	r.mistyped("a string", v.Kind())
	return ""
}

// boolean reads true or false, in quotes or not; false where it is absent.
func (r *reader) boolean() bool {
	value, _ := r.flag()
	return value
}

// flag is boolean, and tells whether there was a readable one.
func (r *reader) flag() (value, given bool) {
	v := r.value()
	switch v.Kind() {
	case 't':
		return true, true
	case 'f':
		return false, true
	case 'n', 0:
		return false, false
	case '"':
		switch s := strings.ToLower(r.text(v)); s {
		case "true", "false":
			return s == "true", true
		case "":
			return false, false
		}
	}
	r.mistyped("true or false", v.Kind())
	return false, false
}

// number is an integer that may be absent.
type number struct {
	n     int
	given bool
}

// integer reads an integer, in quotes or not.
func (r *reader) integer() number {
	v := r.value()
	var text string
	switch v.Kind() {
	case 'n', 0:
		return number{}
	case '0':
		text = r.intern(v)
	case '"':
		if text = strings.TrimSpace(r.text(v)); text == "" {
			return number{}
		}
	default:
		r.mistyped("an integer", v.Kind())
		return number{}
	}
	if n, err := strconv.Atoi(text); err == nil {
		return number{n, true}
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && f == float64(int32(f)) {
		return number{int(f), true} // 443.0
	}
	r.problem(model.Error, "", fmt.Sprintf("%s: %s is not an integer", r.field(), clip(text)), "")
	return number{}
}

// text gives a JSON string's text.
func (r *reader) text(v jsontext.Value) string {
	if inner := v[1 : len(v)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return r.intern(inner)
	}
	// Invalid UTF-8 is an error of AppendUnquote too, and is replaced.
	b, _ := jsontext.AppendUnquote(nil, v)
	return r.intern(b)
}

func (r *reader) intern(b []byte) string {
	if s, ok := r.strings[string(b)]; ok {
		return s
	}
	s := string(b)
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	r.strings[string(b)] = s
	return s
}

// offset is where in the file the last token ends.
func (r *reader) offset() int { return r.base + int(r.dec.InputOffset()) }

// next is where in the file the next value begins.
func (r *reader) next() int {
	i := r.offset()
	for i < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[i]) >= 0 {
		i++
	}
	return i
}

// here is the place of the next value.
func (r *reader) here() model.Provenance { return r.place(r.next()) }

// field names the value that was read last: Vpcs[3].CidrBlock.
func (r *reader) field() string {
	var b strings.Builder
	for token := range r.dec.StackPointer().Tokens() {
		switch _, err := strconv.Atoi(token); {
		case err == nil:
			b.WriteString("[" + token + "]")
		case b.Len() > 0:
			b.WriteString("." + clip(token))
		default:
			b.WriteString(clip(token))
		}
	}
	if b.Len() == 0 {
		return "the document"
	}
	return b.String()
}

func (r *reader) mistyped(want string, found jsontext.Kind) {
	names := map[jsontext.Kind]string{'"': "a string", '0': "a number", 't': "a boolean", 'f': "a boolean",
		'{': "an object", '[': "a list", 'n': "null"}
	r.problem(model.Error, "", fmt.Sprintf("%s: expected %s, found %s", r.field(), want, names[found]), "")
}

// problem reports a finding about the value that was read last.
func (r *reader) problem(severity model.Severity, rule, summary, detail string) {
	r.report(model.Diagnostic{Severity: severity, Rule: rule, Summary: summary, Detail: detail, Provenance: r.place(r.at)})
}

// fail ends the document with a syntax error.
func (r *reader) fail(err error) {
	r.err = err
	at, name := len(r.data), ""
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		err, at = syntax.Err, min(r.base+int(syntax.ByteOffset), len(r.data))
		name = syntax.JSONPointer.LastToken()
	}
	d := model.Diagnostic{Severity: model.Error, Provenance: r.place(at)}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		d.Summary = "the JSON ends in the middle of a value"
		d.Detail = "The file is cut off; run the call again and let it finish."
		d.Provenance = r.place(len(r.data))
	case errors.Is(err, jsontext.ErrDuplicateName):
		d.Summary = "the key " + clip(name) + " comes twice in one JSON object"
		d.Detail = "Which of them counts is anybody's guess; take one out."
	default:
		d.Summary = "not valid JSON: " + strings.TrimPrefix(err.Error(), "jsontext: ")
	}
	r.report(d)
}

// clip keeps a text from the input short enough to be quoted in a message.
func clip(s string) string {
	const most = 80
	if len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	if strings.IndexFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) >= 0 {
		return strconv.Quote(s)
	}
	return s
}
