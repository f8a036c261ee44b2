package cloudformation

import (
	"bytes"
	"regexp"

	"github.com/go-json-experiment/json/jsontext"
)

// Sniff reports whether the document looks like a CloudFormation template, or
// like one of the CDK's own files in a cdk.out folder, of which Read uses the
// manifest.
func Sniff(data []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	if len(text) > 0 && text[0] == '{' {
		return sniffJSON(text)
	}
	head := data[:min(len(data), 1<<20)]
	return formatVersion.Match(head) || section.Match(head) && resourceType.Match(head)
}

var (
	formatVersion = regexp.MustCompile(`(?m)^["']?AWSTemplateFormatVersion["']?[ \t]*:`)
	section       = regexp.MustCompile(`(?m)^["']?Resources["']?[ \t]*:`)
	resourceType  = regexp.MustCompile(`\b(AWS|Custom|Alexa)::[A-Za-z0-9]+`)
)

// sniffJSON looks at the top-level keys, until one tells.
func sniffJSON(text []byte) bool {
	dec := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if _, err := dec.ReadToken(); err != nil {
		return false
	}
	version := false
	for dec.PeekKind() == '"' {
		key, err := dec.ReadToken()
		if err != nil {
			return false
		}
		switch name := key.String(); {
		case name == "AWSTemplateFormatVersion":
			return true
		case name == "version":
			version = true
		case version && (name == "artifacts" || name == "tree" || name == "dockerImages") && dec.PeekKind() == '{':
			return true
		case name == "Resources" && dec.PeekKind() == '{':
			v, err := dec.ReadValue()
			return err == nil && resourceType.Match(v)
		}
		if dec.SkipValue() != nil {
			return false
		}
	}
	return false
}
