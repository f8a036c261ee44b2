package suricata

import (
	"fmt"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// parser reads one rule.
type parser struct {
	line  logicalLine
	place func(line, column int) model.Provenance
	diags model.Diagnostics
}

// fail notes what is wrong at an offset of the text. Its result is always false.
func (p *parser) fail(offset int, summary, detail string) bool {
	p.diags = append(p.diags, finding(p.where(offset), summary, detail))
	return false
}

func (p *parser) where(offset int) model.Provenance { return p.place(p.line.at(offset)) }

func finding(at model.Provenance, summary, detail string) model.Diagnostic {
	return model.Diagnostic{Severity: model.Error, Rule: "NFW-13", Summary: summary, Detail: detail, Provenance: at}
}

// word is a word of the text with its offset.
type word struct {
	text   string
	offset int
}

// The words of a rule before its options.
const (
	wordAction = iota
	wordProtocol
	wordSource
	wordSourcePort
	wordDirection
	wordDestination
	wordDestinationPort
	headerWords
)

const form = "a rule is written: action protocol source port -> destination port (keyword:value; …)"

func (p *parser) rule() (model.StatefulRule, bool) {
	header, rest := headerOf(p.line.text)
	r := model.StatefulRule{Text: strings.TrimSpace(p.line.text), Provenance: p.where(0)}
	if len(header) != headerWords {
		return r, p.fail(0, fmt.Sprintf("a stateful rule has %d words before its options, not %d", headerWords, len(header)), form)
	}
	ok := true
	var known bool
	if r.Action, known = actions[strings.ToLower(header[wordAction].text)]; !known {
		ok = p.fail(header[wordAction].offset, fmt.Sprintf("%q is not an action", header[wordAction].text),
			"use pass, drop, reject or alert")
	}
	switch d := header[wordDirection]; d.text {
	case "->":
	case "<>":
		r.BothWays = true
	default:
		ok = p.fail(d.offset, fmt.Sprintf("%q is not a direction", d.text), "use -> or <>")
	}
	r.Protocol = header[wordProtocol].text
	r.Source, r.SourcePort = header[wordSource].text, header[wordSourcePort].text
	r.Destination, r.DestinationPort = header[wordDestination].text, header[wordDestinationPort].text
	offsets := [...]int{
		header[wordProtocol].offset, header[wordSource].offset, header[wordSourcePort].offset,
		header[wordDestination].offset, header[wordDestinationPort].offset,
	}
	checkHeader(&r, func(field int, summary string) { ok = p.fail(offsets[field], summary, "") })
	options, read := p.options(rest)
	if !read || !ok {
		return r, false
	}
	diags := apply(&r, options)
	p.diags = append(p.diags, diags...)
	return r, len(diags) == 0
}

var actions = map[string]model.FirewallAction{
	"pass": model.FirewallPass, "drop": model.FirewallDrop, "alert": model.FirewallAlert,
	"reject": model.FirewallReject, "rejectsrc": model.FirewallReject, "rejectdst": model.FirewallReject,
	"rejectboth": model.FirewallReject,
}

// checkHeader normalises the protocol and tells which of protocol (0), source,
// source port, destination and destination port cannot be read.
func checkHeader(r *model.StatefulRule, fail func(field int, summary string)) {
	r.Protocol = strings.ToLower(r.Protocol)
	if r.Protocol == "" || strings.Trim(r.Protocol, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		fail(0, fmt.Sprintf("%q is not a protocol", r.Protocol))
	}
	for i, s := range []string{r.Source, r.Destination} {
		if _, err := model.ParseFirewallAddresses(s); err != nil {
			fail(1+2*i, err.Error())
		}
	}
	for i, s := range []string{r.SourcePort, r.DestinationPort} {
		if _, err := model.ParseFirewallPorts(s); err != nil {
			fail(2+2*i, err.Error())
		}
	}
}

// headerOf cuts the text before the options into words. Blanks inside a list, and
// after an exclamation mark, do not end a word. rest is the options' offset.
func headerOf(text string) (words []word, rest int) {
	start, lists := -1, 0
	end := func(i int) {
		if start >= 0 {
			words, start = append(words, word{text[start:i], start}), -1
		}
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c == '(':
			end(i)
			return words, i
		case c == ' ' || c == '\t':
			if lists == 0 && (i == 0 || text[i-1] != '!') {
				end(i)
			}
			continue
		case c == '[':
			lists++
		case c == ']':
			lists--
		}
		if start < 0 {
			start = i
		}
	}
	end(len(text))
	return words, len(text)
}

// options cuts "(a:b; c;)" into options. The last semicolon may be missing. A
// semicolon, quote or backslash in a value has a backslash before it; quotes hold
// semicolons too.
func (p *parser) options(from int) ([]Option, bool) {
	text := p.line.text
	if from == len(text) {
		return nil, p.fail(from, "the rule has no options", form)
	}
	var (
		out    []Option
		start  = from + 1
		quoted bool
	)
	add := func(end int) {
		s := text[start:end]
		trimmed := strings.TrimSpace(s)
		if trimmed != "" {
			keyword, value, _ := strings.Cut(trimmed, ":")
			offset := start + strings.Index(s, trimmed)
			out = append(out, Option{strings.TrimSpace(keyword), strings.TrimSpace(value), p.where(offset)})
		}
		start = end + 1
	}
	for i := start; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ';':
			add(i)
		case c == ')' && strings.TrimSpace(text[i+1:]) == "":
			add(i)
			return out, true
		}
	}
	if quoted {
		return nil, p.fail(from, "a quote in the rule's options is not closed", "write a quote inside a value as \\\"")
	}
	if i := strings.LastIndexByte(text, ')'); i > from {
		return nil, p.fail(i+1, "something follows the rule's options", "write each rule on a line of its own")
	}
	return nil, p.fail(len(text), "the rule's options are not closed", form)
}
