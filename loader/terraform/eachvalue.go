package terraform

import "strings"

// eachEntry gives the references of the entry that a resource instance has of a
// for_each which is written as a map; false where the text does not tell it.
func (s *sources) eachEntry(r *resource) ([]string, bool) {
	values := s.values(r, "for_each")
	if len(values) != 1 || r.key == "" {
		return nil, false
	}
	text := strings.TrimSpace(values[0])
	if !strings.HasPrefix(text, "{") || !strings.HasSuffix(text, "}") || strings.HasPrefix(strings.TrimSpace(text[1:]), "for ") {
		return nil, false
	}
	for _, entry := range topLevel(text[1 : len(text)-1]) {
		name, value, ok := strings.Cut(entry, "=")
		if ok && strings.Trim(strings.TrimSpace(name), `"`) == strings.Trim(r.key, `"`) {
			if someOf.MatchString(value) {
				return nil, false
			}
			return traversal.FindAllString(value, -1), true
		}
	}
	return nil, false
}

// topLevel cuts a text at the commas and line ends that stand in no bracket.
func topLevel(text string) []string {
	var out []string
	depth, quoted, start := 0, false, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case strings.IndexByte("{[(", c) >= 0:
			depth++
		case strings.IndexByte("}])", c) >= 0:
			depth--
		case (c == ',' || c == '\n') && depth == 0:
			out = append(out, text[start:i])
			start = i + 1
		}
	}
	return append(out, text[start:])
}
