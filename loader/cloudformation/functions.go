package cloudformation

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/apparentlymart/go-cidr/cidr"

	"github.com/vpcwalk/vpcwalk/model"
)

func (s *stack) join(arg *node, at model.Provenance) value {
	args := s.arguments("Fn::Join", arg, 2, 2)
	if args == nil {
		return opened(open{reason: "Fn::Join cannot be read"}, at)
	}
	delimiter, ok := s.eval(args[0]).textParts()
	list := s.eval(args[1])
	switch {
	case !ok && args[0].kind != nullNode:
		return s.wrong(args[0].at, "the delimiter of Fn::Join is a text, not %s", args[0].describe())
	case list.kind == openValue:
		return value{kind: openValue, open: &open{reason: list.open.reason, label: list.open.label}, at: at}
	case list.kind != listValue:
		return s.wrong(args[1].at, "Fn::Join joins a list, not %s", args[1].describe())
	}
	var parts []part
	for i, item := range list.items {
		text, ok := item.textParts()
		if !ok {
			return s.wrong(item.at, "Fn::Join joins texts")
		}
		if i > 0 {
			parts = append(parts, delimiter...)
		}
		parts = append(parts, text...)
	}
	return joined(parts, at)
}

func (s *stack) split(arg *node, at model.Provenance) value {
	args := s.arguments("Fn::Split", arg, 2, 2)
	if args == nil {
		return opened(open{reason: "Fn::Split cannot be read"}, at)
	}
	delimiter, ok := s.eval(args[0]).literal()
	if !ok || delimiter == "" {
		return s.wrong(args[0].at, "the delimiter of Fn::Split is a text, not %s", args[0].describe())
	}
	text := s.eval(args[1])
	parts, ok := text.textParts()
	if !ok {
		return s.wrong(args[1].at, "Fn::Split splits a text, not %s", args[1].describe())
	}
	return splitParts(parts, delimiter, at)
}

// splitParts splits a text at a delimiter. It is open where what is open in it
// may have the delimiter too.
func splitParts(parts []part, delimiter string, at model.Provenance) value {
	inWords := !strings.ContainsFunc(delimiter, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	out := value{kind: listValue, at: at}
	var current []part
	for _, p := range parts {
		if !p.plain() {
			if inWords || !p.word() {
				gap := value{kind: textValue, parts: []part{p}}.gap()
				return opened(open{reason: gap.reason, label: gap.label}, at)
			}
			current = append(current, p)
			continue
		}
		for i, piece := range strings.Split(p.text, delimiter) {
			if i > 0 {
				out.items = append(out.items, joined(current, at))
				current = nil
			}
			current = append(current, part{text: piece})
		}
	}
	out.items = append(out.items, joined(current, at))
	return out
}

func (s *stack) selectItem(arg *node, at model.Provenance) value {
	args := s.arguments("Fn::Select", arg, 2, 2)
	if args == nil {
		return opened(open{reason: "Fn::Select cannot be read"}, at)
	}
	index, list := s.eval(args[0]), s.eval(args[1])
	text, ok := index.literal()
	if !ok {
		if gap := index.gap(); gap != nil {
			return opened(open{reason: gap.reason}, at)
		}
		return s.wrong(args[0].at, "the index of Fn::Select is a number, not %s", args[0].describe())
	}
	i, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || i < 0 {
		return s.wrong(args[0].at, "the index of Fn::Select is a number from 0, not %s", quote(text))
	}
	switch list.kind {
	case openValue:
		o := open{reason: list.open.reason, word: list.open.zones}
		if list.open.label != "" {
			o.label = list.open.label + "[" + strconv.Itoa(i) + "]"
		}
		for _, c := range list.open.choices {
			if c.kind == listValue && i < len(c.items) {
				o.choices = append(o.choices, c.items[i])
			}
		}
		return opened(o, at)
	case listValue:
		if i < len(list.items) {
			v := list.items[i]
			v.at = at
			return v
		}
		return s.wrong(args[0].at, "Fn::Select asks for item %d of a list of %d, which are numbered from 0", i, len(list.items))
	}
	return s.wrong(args[1].at, "Fn::Select selects from a list, not %s", args[1].describe())
}

// maxBlocks is the most that Fn::Cidr gives.
const maxBlocks = 256

// cidr cuts an address range into blocks, each with so many bits for hosts.
func (s *stack) cidr(arg *node, at model.Provenance) value {
	args := s.arguments("Fn::Cidr", arg, 2, 3)
	if args == nil {
		return opened(open{reason: "Fn::Cidr cannot be read"}, at)
	}
	var texts [3]string
	for i, a := range args {
		v := s.eval(a)
		if v.kind == listValue && len(v.items) == 1 {
			v = v.items[0]
		}
		var ok bool
		if texts[i], ok = v.literal(); ok {
			continue
		}
		if gap := v.gap(); gap != nil {
			return opened(open{reason: gap.reason, label: "Fn::Cidr of " + gap.label}, at)
		}
		return s.wrong(a.at, "Fn::Cidr takes a CIDR block and two numbers, not %s", a.describe())
	}
	base, err := netip.ParsePrefix(strings.TrimSpace(texts[0]))
	if err != nil {
		return s.wrong(args[0].at, "%s is not a CIDR block", quote(texts[0]))
	}
	count, err := strconv.Atoi(texts[1])
	if err != nil || count < 1 || count > maxBlocks {
		return s.wrong(args[1].at, "Fn::Cidr gives 1 to %d blocks, not %s", maxBlocks, quote(texts[1]))
	}
	hostBits := 8 // for IPv4; IPv6 needs the number
	if len(args) == 3 {
		if hostBits, err = strconv.Atoi(texts[2]); err != nil {
			return s.wrong(args[2].at, "%s is no number of bits", quote(texts[2]))
		}
	}
	base = base.Masked()
	bits := base.Addr().BitLen()
	if hostBits < 1 || bits-hostBits < base.Bits() {
		return s.wrong(at, "%s has no block with %d bits for hosts", base, hostBits)
	}
	network := &net.IPNet{IP: base.Addr().AsSlice(), Mask: net.CIDRMask(base.Bits(), bits)}
	out := value{kind: listValue, at: at}
	for i := range count {
		block, err := cidr.Subnet(network, bits-hostBits-base.Bits(), i)
		if err != nil {
			return s.wrong(at, "%s does not hold %d blocks with %d bits for hosts", base, count, hostBits)
		}
		out.items = append(out.items, plain(block.String(), at))
	}
	return out
}

// getAZs is the list of a Region's Availability Zones, which the account decides.
// Two uses of one item are the same zone.
func (s *stack) getAZs(arg *node, at model.Provenance) value {
	label := "Fn::GetAZs"
	if region := s.eval(arg); region.kind != absent {
		if text, ok := region.literal(); ok && text != "" && text != string(s.region) {
			label += " " + text
		}
	}
	return opened(open{label: label, zones: true, reason: "the Availability Zones are known only when the stack is deployed"}, at)
}

func (s *stack) findInMap(arg *node, at model.Provenance) value {
	args := s.arguments("Fn::FindInMap", arg, 3, 4)
	if args == nil {
		return opened(open{reason: "Fn::FindInMap cannot be read"}, at)
	}
	var fallback *node
	if len(args) == 4 {
		if fallback = args[3].get("DefaultValue"); fallback == nil {
			return s.wrong(args[3].at, "the fourth argument of Fn::FindInMap is {DefaultValue: …}")
		}
	}
	var names [3]string
	for i, a := range args[:3] {
		v := s.eval(a)
		var ok bool
		if names[i], ok = v.literal(); ok {
			continue
		}
		if gap := v.gap(); gap != nil {
			return opened(open{reason: gap.reason}, at)
		}
		return s.wrong(a.at, "Fn::FindInMap takes names, not %s", a.describe())
	}
	n := s.template.root.get("Mappings")
	for i, name := range names {
		next := n.get(name)
		if next == nil {
			if fallback != nil {
				return s.eval(fallback)
			}
			holder := [...]string{"the template has no mapping", "the mapping " + names[0] + " has no key", "the mapping " + names[0] + "." + names[1] + " has no key"}[i]
			s.errorf(args[i].at, s.didYouMean(name, func() []string { return keysOf(n) }), "%s %s", holder, quote(name))
			return opened(open{reason: "the mapping has no " + quote(name)}, at)
		}
		n = next
	}
	v := s.eval(n)
	v.at = at
	return v
}

func keysOf(n *node) []string {
	var keys []string
	if n != nil && n.kind == mappingNode {
		for _, k := range n.keys {
			keys = append(keys, k.text)
		}
	}
	return keys
}

func (s *stack) base64(arg *node, at model.Provenance) value {
	v := s.eval(arg)
	if text, ok := v.literal(); ok {
		if base64.StdEncoding.EncodedLen(len(text)) > usual.text {
			return tooLong(at)
		}
		return plain(base64.StdEncoding.EncodeToString([]byte(text)), at)
	}
	if gap := v.gap(); gap != nil {
		return opened(open{reason: gap.reason}, at)
	}
	return s.wrong(arg.at, "Fn::Base64 takes a text, not %s", arg.describe())
}

func (s *stack) length(arg *node, at model.Provenance) value {
	switch v := s.eval(arg); v.kind {
	case listValue:
		return plain(strconv.Itoa(len(v.items)), at)
	case openValue:
		return opened(open{reason: v.open.reason}, at)
	}
	return s.wrong(arg.at, "Fn::Length takes a list, not %s", arg.describe())
}

func (s *stack) toJSONString(arg *node, at model.Provenance) value {
	v := s.eval(arg)
	if gap := v.anyGap(); gap != nil {
		return opened(open{reason: gap.reason}, at)
	}
	if v.length() > usual.text { // escaping makes it some times longer
		return tooLong(at)
	}
	text := v.json()
	if len(text) > usual.text {
		return tooLong(at)
	}
	return plain(text, at)
}

// length is how many bytes of text are in a value, however deep.
func (v value) length() int {
	n := 0
	for _, p := range v.parts {
		n += len(p.text)
	}
	for _, item := range v.items {
		n += item.length()
	}
	return n
}

// anyGap says what in a value, however deep, is open.
func (v value) anyGap() *open {
	if gap := v.gap(); gap != nil {
		return gap
	}
	for _, item := range v.items {
		if gap := item.anyGap(); gap != nil {
			return gap
		}
	}
	return nil
}

// json writes a value as JSON, with what is open as ${NAME}. Numbers and booleans
// stay texts: CloudFormation does not tell them apart either.
func (v value) json() string {
	data, err := json.Marshal(v.plainly())
	if err != nil {
		panic("cloudformation: " + err.Error()) // maps, lists and texts alone
	}
	return string(data)
}

func (v value) plainly() any {
	switch v.kind {
	case absent:
		return nil
	case textValue, openValue:
		return v.show()
	case listValue:
		list := make([]any, 0, len(v.items))
		for _, item := range v.items {
			list = append(list, item.plainly())
		}
		return list
	case objectValue:
		object := make(map[string]any, len(v.keys))
		for i, k := range v.keys {
			object[k] = v.items[i].plainly()
		}
		return object
	}
	panic("cloudformation: value kind")
}

// transform stands for what a macro puts there.
func (s *stack) transform(arg *node, at model.Provenance) value {
	name := "a macro"
	if n := arg.get("Name"); n != nil && n.kind == scalarNode {
		name = n.text
	}
	return opened(open{reason: "Fn::Transform " + name + " is evaluated only when the stack is deployed"}, at)
}

// importValue finds an export among the given stacks; those of the same account
// and Region count.
func (s *stack) importValue(arg *node, at model.Provenance) value {
	v := s.eval(arg)
	if _, ok := v.textParts(); !ok {
		return s.wrong(arg.at, "Fn::ImportValue takes the name of an export, not %s", arg.describe())
	}
	name := v.show()
	exports := s.reader.exports()
	if list := exports[name]; len(list) > 0 {
		i := max(0, slices.IndexFunc(list, func(e export) bool {
			return e.stack != s && e.stack.region == s.region && e.stack.account == s.account
		}))
		out := list[i].stack.output(list[i].name)
		out.at = at
		return out
	}
	if s.reader.warned(at) {
		s.reader.diags = append(s.reader.diags, model.Diagnostic{Severity: model.Warning, Provenance: at,
			Summary: "no given template exports " + quote(name), Detail: strings.TrimSpace("What it stands for is unknown; give the template that has it. " + s.didYouMean(name, func() []string { return sortedKeys(exports) }))})
	}
	return opened(open{label: name, reason: "no given template exports " + quote(name)}, at)
}
