package yamlfile

import (
	"bytes"
	"encoding/json"
	"strings"
)

// schema is a piece of a JSON Schema.
type schema map[string]any

// fieldSchema is a key of an object as a schema knows it.
type fieldSchema struct {
	name, doc string
	required  bool
	schema    func(*schemas) schema
}

// schemas collects the definitions of objects.
type schemas struct{ defs map[string]any }

// object defines an object once, and refers to it.
func (s *schemas) object(noun, doc string, fields []fieldSchema) schema {
	name := defName(noun)
	ref := schema{"$ref": "#/$defs/" + name}
	if before, ok := s.defs[name].(schema); ok {
		if p, done := before["properties"].(schema); done && len(p) != len(fields) {
			panic("yamlfile: two objects are called " + noun)
		}
		return ref
	}
	def := schema{"type": []any{"object", "null"}, "description": doc, "additionalProperties": false}
	s.defs[name] = def
	properties, required := schema{}, []any{}
	for _, f := range fields {
		// A description beside anyOf or $ref is kept by this draft.
		p := schema{"description": f.doc}
		for k, v := range f.schema(s) {
			p[k] = v
		}
		p["description"] = f.doc
		properties[f.name] = p
		if f.required {
			required = append(required, f.name)
		}
	}
	def["properties"] = properties
	if len(required) > 0 {
		def["required"] = required
		def["type"] = "object"
	}
	return ref
}

// gap is the word unknown, or a mapping with the reason.
func (s *schemas) gap() schema {
	if _, ok := s.defs["unknown"]; !ok {
		s.defs["unknown"] = schema{}
		s.defs["unknown"] = schema{
			"description": "Left open by the design.",
			"anyOf": []any{
				schema{"const": "unknown"},
				schema{"type": "object", "additionalProperties": false, "required": []any{"unknown"}, "properties": schema{"unknown": gapDetail.schema(s)}},
			},
		}
	}
	return schema{"$ref": "#/$defs/unknown"}
}

// defName turns "a network ACL rule" into "network_acl_rule".
func defName(noun string) string {
	noun = strings.TrimPrefix(strings.TrimPrefix(noun, "a "), "an ")
	return strings.ReplaceAll(strings.ToLower(strings.ReplaceAll(noun, "'s", "")), " ", "_")
}

// Schema gives the JSON Schema (draft 2020-12) of the format, for editors that
// check and complete. It is made of the tables that Read uses.
func Schema() []byte {
	s := &schemas{defs: map[string]any{}}
	root := documentShape.schema(s)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "vpcwalk network and suite"
	root["$defs"] = s.defs
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic("yamlfile: the schema is not JSON: " + err.Error())
	}
	return out.Bytes()
}
