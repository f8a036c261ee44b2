package terraform

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/vpcwalk/vpcwalk/model"
)

// sources are the configuration files beside a plan, as far as a look at their
// text tells: where blocks begin, what locals name. Nothing in them is
// evaluated, and everything here may find nothing.
type sources struct {
	dir     string
	modules func() map[string]string // folders by the modules' dotted names, from .terraform
	folders map[string]*folder
}

// folder is what the *.tf files of one folder say.
type folder struct {
	blocks map[string]sourceBlock // by data.TYPE.NAME, TYPE.NAME, output.NAME or module.NAME
	locals map[string]string      // the text after the equals sign
}

type sourceBlock struct {
	file string
	line int
	text string
}

// maxSource is the size of a configuration file beyond which it is not read.
const maxSource = 4 << 20

func newSources(path string) *sources {
	s := &sources{dir: filepath.Dir(path), folders: map[string]*folder{}}
	s.modules = sync.OnceValue(s.installed)
	return s
}

// installed reads which folder terraform init put each module in.
func (s *sources) installed() map[string]string {
	out := map[string]string{}
	data, err := os.ReadFile(filepath.Join(s.dir, ".terraform", "modules", "modules.json"))
	if err != nil {
		return out
	}
	var list struct{ Modules []struct{ Key, Dir string } }
	if json.Unmarshal(data, &list) != nil {
		return out
	}
	for _, m := range list.Modules {
		out[m.Key] = m.Dir
	}
	return out
}

// of gives the folder of a module.
func (s *sources) of(m *module) *folder {
	dir, ok := s.dirOf(m)
	if !ok {
		return &folder{}
	}
	f := s.folders[dir]
	if f == nil {
		f = readFolder(dir)
		s.folders[dir] = f
	}
	return f
}

func (s *sources) dirOf(m *module) (string, bool) {
	if m.parent == nil {
		return s.dir, true
	}
	var names []string
	for x := m; x.parent != nil; x = x.parent {
		names = append(names, x.name)
	}
	slices.Reverse(names)
	if dir, ok := s.modules()[strings.Join(names, ".")]; ok {
		return filepath.Join(s.dir, dir), true
	}
	if m.call == nil || !strings.HasPrefix(m.call.Source, "./") && !strings.HasPrefix(m.call.Source, "../") {
		return "", false
	}
	dir, ok := s.dirOf(m.parent)
	return filepath.Join(dir, filepath.FromSlash(m.call.Source)), ok
}

var (
	blockStart = regexp.MustCompile(`^[ \t]*(resource|data)[ \t]+"?([\w-]+)"?[ \t]+"?([\w-]+)"?[ \t]*\{`)
	namedStart = regexp.MustCompile(`^[ \t]*(output|module)[ \t]+"?([\w-]+)"?[ \t]*\{`)
	localStart = regexp.MustCompile(`^[ \t]*locals[ \t]*\{`)
	assignment = regexp.MustCompile(`(?m)^[ \t]*([\w-]+)[ \t]*=[ \t]*`)
)

func readFolder(dir string) *folder {
	f := &folder{blocks: map[string]sourceBlock{}, locals: map[string]string{}}
	paths, _ := filepath.Glob(filepath.Join(escapeGlob(dir), "*.tf"))
	slices.Sort(paths)
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || info.Size() > maxSource {
			continue
		}
		if data, err := os.ReadFile(path); err == nil {
			f.scan(filepath.ToSlash(path), string(data))
		}
	}
	return f
}

func escapeGlob(s string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}

// scan finds the blocks of a file.
func (f *folder) scan(path, text string) {
	line := 1
	for len(text) > 0 {
		end := strings.IndexByte(text, '\n') + 1
		if end == 0 {
			end = len(text)
		}
		head := text[:end]
		if m := blockStart.FindStringSubmatch(head); m != nil {
			name := m[2] + "." + m[3]
			if m[1] == "data" {
				name = dataPrefix + name
			}
			end = blockEnd(text)
			if _, ok := f.blocks[name]; !ok {
				f.blocks[name] = sourceBlock{path, line, broken(text[:end])}
			}
		} else if m := namedStart.FindStringSubmatch(head); m != nil {
			end = blockEnd(text)
			f.blocks[m[1]+"."+m[2]] = sourceBlock{path, line, broken(text[:end])}
		} else if localStart.MatchString(head) {
			end = blockEnd(text)
			body := text[strings.IndexByte(text, '{')+1 : end]
			at := assignment.FindAllStringSubmatchIndex(body, -1)
			for i := 0; i < len(at); i++ {
				value := body[at[i][1]:]
				stop := expressionEnd(value)
				f.locals[body[at[i][2]:at[i][3]]] = value[:stop]
				for i+1 < len(at) && at[i+1][0] < at[i][1]+stop {
					i++ // inside the value
				}
			}
		}
		line += strings.Count(text[:end], "\n")
		text = text[end:]
	}
}

// broken is the text of a block with a line end after its opening brace, which a
// block of one line has not: attributes begin lines.
func broken(text string) string {
	head, rest, _ := strings.Cut(text, "{")
	return head + "{\n" + rest
}

// blockEnd is where the block that begins in text's first line ends.
func blockEnd(text string) int { return closing(text, false) }

// expressionEnd is where an expression ends: at the end of a line that leaves no
// bracket open.
func expressionEnd(text string) int { return closing(text, true) }

// closing counts brackets, past texts, comments and heredocs.
func closing(text string, line bool) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			for i++; i < len(text) && text[i] != '"' && text[i] != '\n'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case c == '#', strings.HasPrefix(text[i:], "//"):
			if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
				i += n - 1
			} else {
				return len(text)
			}
		case strings.HasPrefix(text[i:], "/*"):
			if n := strings.Index(text[i:], "*/"); n >= 0 {
				i += n + 1
			} else {
				return len(text)
			}
		case strings.HasPrefix(text[i:], "<<"):
			mark, rest, _ := strings.Cut(strings.TrimPrefix(text[i+2:], "-"), "\n")
			if mark = strings.TrimSpace(mark); mark == "" {
				continue
			}
			before := len(text) - len(rest)
			if n := strings.Index(rest, mark+"\n"); n >= 0 {
				i = before + n + len(mark) - 1
			} else {
				return len(text)
			}
		case strings.IndexByte("{[(", c) >= 0:
			depth++
		case strings.IndexByte("}])", c) >= 0:
			if depth--; depth == 0 && !line {
				return i + 1
			}
			if depth < 0 {
				return i
			}
		case c == '\n' && line && depth == 0:
			return i
		}
	}
	return len(text)
}

func (s *sources) block(r *resource) (sourceBlock, bool) {
	b, ok := s.of(r.module).blocks[r.block()]
	return b, ok
}

// found reports whether the resource's block is at hand.
func (s *sources) found(r *resource) bool {
	_, ok := s.block(r)
	return ok
}

// place is where a resource is written.
func (d *document) place(r *resource) model.Provenance {
	p := model.Provenance{File: d.path, Address: r.address}
	if b, ok := d.sources.block(r); ok {
		p.File, p.Line = b.file, b.line
	}
	return p
}

// dynamic reports whether the resource has dynamic blocks of a kind, which the
// configuration in a plan leaves out.
func (s *sources) dynamic(r *resource, name string) bool {
	b, ok := s.block(r)
	return ok && dynamicBlock(name).MatchString(b.text)
}

func dynamicBlock(name string) *regexp.Regexp {
	return regexp.MustCompile(`(?m)^[ \t]*dynamic[ \t]+"?` + regexp.QuoteMeta(name) + `"?[ \t]*\{`)
}

// values are the texts of the assignments to an attribute, in any block of the
// resource.
func (s *sources) values(r *resource, name string) []string {
	b, ok := s.block(r)
	if !ok {
		return nil
	}
	return b.values(name)
}

func (b sourceBlock) values(name string) []string {
	var out []string
	for _, at := range assignment.FindAllStringSubmatchIndex(b.text, -1) {
		if b.text[at[2]:at[3]] == name {
			value := b.text[at[1]:]
			out = append(out, value[:expressionEnd(value)])
		}
	}
	return out
}

// written gives what all assignments to an attribute in a resource refer to, for
// blocks of which the plan has no configuration; false where the text does not
// tell, or has it of the dynamic block's own values.
func (s *sources) written(b body, name string) ([]string, bool) {
	texts := s.values(b.r, name)
	path := strings.Fields(b.path)
	if len(texts) == 0 || len(path) == 0 {
		return nil, false
	}
	kind := path[len(path)-1] // a dynamic block's values have its name alone
	return b.sources.plainReferences(b.r, kind, texts)
}

// plainReferences are the references of some texts; false where one has the values
// of a dynamic block.
func (s *sources) plainReferences(r *resource, kind string, texts []string) ([]string, bool) {
	own := regexp.MustCompile(`\b` + regexp.QuoteMeta(kind) + `\.(key|value)\b`)
	if len(texts) == 0 || len(s.values(r, "iterator")) > 0 || slices.ContainsFunc(texts, own.MatchString) {
		return nil, false
	}
	out := []string{}
	for _, text := range texts {
		out = append(out, traversal.FindAllString(text, -1)...)
	}
	return out, true
}

// blockMarks are attributes that tell blocks of one kind from one another.
var blockMarks = []string{"from_port", "to_port", "protocol", "cidr_block", "ipv6_cidr_block"}

var plainValue = regexp.MustCompile(`^"?([\w./:-]+)"?[ \t]*(#.*|//.*)?$`)

// nested gives the references of an attribute in one block of several: the one
// whose text has the same ports, protocol or destination. It is nil where the
// text does not tell.
func (s *sources) nested(b body, name string) []string {
	source, ok := s.block(b.r)
	kind := strings.TrimSpace(b.path)
	dynamic := ok && s.dynamic(b.r, kind)
	if !ok || dynamic && kind != "route" { // a table has one route to each destination
		return nil
	}
	var matching []string
	for _, at := range regexp.MustCompile(`(?m)^[ \t]*`+regexp.QuoteMeta(kind)+`[ \t]*\{`).FindAllStringIndex(source.text, -1) {
		text := source.text[at[0]:]
		text = text[:blockEnd(text)]
		values := map[string]string{}
		for _, at := range assignment.FindAllStringSubmatchIndex(text, -1) {
			value := text[at[1]:]
			values[text[at[2]:at[3]]] = strings.TrimSpace(value[:expressionEnd(value)])
		}
		same := true
		for _, mark := range blockMarks {
			written, ok := values[mark]
			plain := plainValue.FindStringSubmatch(written)
			if ok && plain == nil {
				return nil // an expression, of unknown outcome
			}
			same = same && (!ok || plain[1] == b.str(mark))
		}
		if same {
			matching = append(matching, values[name])
		}
	}
	if len(matching) == 0 && dynamic {
		var texts []string
		for _, at := range dynamicBlock(kind).FindAllStringIndex(source.text, -1) {
			text := source.text[at[0]:]
			texts = append(texts, sourceBlock{text: text[:blockEnd(text)]}.values(name)...)
		}
		references, _ := s.plainReferences(b.r, kind, texts)
		return references
	}
	if len(matching) != 1 {
		return nil
	}
	return append([]string{}, traversal.FindAllString(matching[0], -1)...)
}

var byIndex = regexp.MustCompile(`\[[ \t]*(count\.index|each\.key|each\.value)([ \t]*%[ \t]*length\([^()]*\))?[ \t]*\]|,[ \t]*count\.index[ \t]*\)|\beach\.value\b`)

// plainIndex reports whether an attribute selects an instance by its own key and
// nothing else, as far as the text tells; true where there is no text.
func (s *sources) plainIndex(r *resource, name string) bool {
	if !s.found(r) {
		return true
	}
	values := s.values(r, name)
	return len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool {
		return !byIndex.MatchString(v) || strings.ContainsAny(byIndex.ReplaceAllString(v, ""), "+%?")
	})
}

var (
	someOf = regexp.MustCompile(`\bif\b|\b(slice|element|matchkeys|lookup|chunklist|setsubtract|setintersection|one)\(|\?`)
	oneOf  = regexp.MustCompile(`\[[ \t]*(\d|var\.|local\.)`)
	direct = regexp.MustCompile(`\b(aws_\w+)\.`)
)

// plainList reports whether an attribute takes resources whole, not some of
// their instances; and whether the text tells that. Without it, or where the text
// only passes something on, it is taken to.
func (s *sources) plainList(r *resource, name string) (plain, told bool) {
	values := s.values(r, name)
	for _, v := range values {
		if someOf.MatchString(v) || oneOf.MatchString(v) {
			return false, true
		}
		told = direct.MatchString(v)
	}
	return true, told
}

var quoted = regexp.MustCompile(`"([a-z]+-[0-9a-f]+)"`)

// literals are the IDs that an attribute has beside its references: a plan does
// not show them where a reference is not known yet.
func (s *sources) literals(r *resource, name, prefix string) []string {
	var out []string
	for _, v := range s.values(r, name) {
		for _, m := range quoted.FindAllStringSubmatch(v, -1) {
			if prefix != "" && strings.HasPrefix(m[1], prefix) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

var traversal = regexp.MustCompile(`\b(data\.|module\.|var\.|local\.|aws_\w+\.|each\.|count\.)[\w-]+((\[("[^"\]]*"|\d+)\])?\.[\w-]+)*(\[("[^"\]]*"|\d+)\])?`)

// local gives what the text of a local refers to, nil where it is not at hand,
// and whether it may mean only some of that.
func (s *sources) local(m *module, name string) (references []string, chosen bool) {
	text, ok := s.of(m).locals[name]
	if !ok {
		return nil, false
	}
	return append([]string{}, traversal.FindAllString(text, -1)...), someOf.MatchString(text)
}
