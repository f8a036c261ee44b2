package loader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/vpcwalk/vpcwalk/loader/cloudformation"
	"github.com/vpcwalk/vpcwalk/loader/describe"
	"github.com/vpcwalk/vpcwalk/loader/input"
	"github.com/vpcwalk/vpcwalk/loader/terraform"
	"github.com/vpcwalk/vpcwalk/loader/yamlfile"
	"github.com/vpcwalk/vpcwalk/model"
)

// A format is one kind of input. Exactly one of read and advice is set: advice
// says what to do about an input that is recognised and not read.
type format struct {
	name   string
	sniff  func(*content) bool
	read   reader
	advice string
}

// reader says how a format's files become networks.
type reader int

const (
	notRead     reader = iota
	snapshot           // all files of one path together
	ownYAML            // each by itself
	planOrState        // each by itself
	templates          // all files of all paths together
)

// formats are tried in this order; the first that recognises a file has it.
var formats = []format{
	{name: "binary Terraform plan", sniff: (*content).isZip,
		advice: "run terraform show -json PLANFILE, and give its output"},
	{name: "describe snapshot", sniff: func(c *content) bool { return describe.Sniff(c.data) }, read: snapshot},
	{name: "vpcwalk YAML", sniff: func(c *content) bool { return yamlfile.Sniff(c.data) }, read: ownYAML},
	{name: "Terraform plan or state", sniff: func(c *content) bool { return terraform.Sniff(c.data) }, read: planOrState},
	{name: "CloudFormation template", sniff: func(c *content) bool { return cloudformation.Sniff(c.data) }, read: templates},
	{name: "text of a Terraform plan, written for people", sniff: (*content).isPlanText,
		advice: "run terraform plan -out PLANFILE, then terraform show -json PLANFILE, and give its output"},
	{name: "log of a Terraform run", sniff: (*content).isPlanLog,
		advice: "terraform plan -json tells only what it is doing: run terraform plan -out PLANFILE, then terraform show -json PLANFILE, and give its output"},
	{name: "Terraform configuration", sniff: (*content).isHCL,
		advice: "a configuration means something only once Terraform has planned it: run terraform plan -out PLANFILE, then terraform show -json PLANFILE, and give its output"},
}

const expected = "expected one of: output of aws … describe-* calls (JSON), output of terraform show -json, terraform.tfstate, a CloudFormation template or cdk.out folder, vpcwalk YAML (with vpcs, tests or the like at top level)"

// content is a file's data while its format is looked for.
type content struct {
	data []byte
	keys []string // top-level keys of a JSON object
	json bool     // it is JSON as a whole
	err  error    // why it is not, where it begins like JSON
	read bool
}

// detect gives the format of a file, or nil.
func detect(f input.File) (*format, *content) {
	c := &content{data: f.Data}
	if len(bytes.TrimSpace(c.data)) == 0 {
		return nil, c // however much of nothing it is
	}
	for i := range formats {
		if formats[i].sniff(c) {
			return &formats[i], c
		}
	}
	return nil, c
}

func (c *content) isZip() bool { return bytes.HasPrefix(c.data, []byte("PK\x03\x04")) }

// topKeys reads the keys of a JSON object, once.
func (c *content) topKeys() []string {
	if c.read {
		return c.keys
	}
	c.read = true
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(c.data, []byte("\ufeff")), " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return nil
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(trimmed), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	c.keys, c.err = objectKeys(d)
	c.json = c.err == nil
	return c.keys
}

func objectKeys(d *jsontext.Decoder) (keys []string, err error) {
	if d.PeekKind() != '{' {
		return nil, d.SkipValue()
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	for d.PeekKind() == '"' {
		key, err := d.ReadToken()
		if err != nil {
			return keys, err
		}
		keys = append(keys, key.String())
		if err := d.SkipValue(); err != nil {
			return keys, err
		}
	}
	if _, err = d.ReadToken(); err != nil {
		return keys, err
	}
	if _, err = d.ReadToken(); !errors.Is(err, io.EOF) {
		return keys, cmpErr(err)
	}
	return keys, nil
}

// cmpErr is the error for something after the end of a document.
func cmpErr(err error) error {
	if err == nil {
		return errors.New("something follows the end of the document")
	}
	return err
}

var hclBlock = regexp.MustCompile(`(?m)^[ \t]*(resource|data|module|provider|terraform|variable|locals|output)[ \t]*("[^"\n]*"[ \t]*){0,2}\{`)

// sniffed is how much of a file is searched for signs of a format.
const sniffed = 1 << 20

func (c *content) head() []byte { return c.data[:min(len(c.data), sniffed)] }

// isPlanText recognises what terraform plan prints, with and without colours.
func (c *content) isPlanText() bool {
	return bytes.Contains(c.head(), []byte("Terraform will perform the following actions:")) && !bytes.HasPrefix(bytes.TrimSpace(c.head()), []byte("{"))
}

func (c *content) isPlanLog() bool {
	line, _, _ := bytes.Cut(c.head(), []byte("\n"))
	return bytes.HasPrefix(line, []byte(`{"@level"`)) && bytes.Contains(line, []byte(`"@module":"terraform.ui"`))
}

func (c *content) isHCL() bool { return !c.json && hclBlock.Match(c.head()) }

// unrecognised is the finding about a file that is of none of the formats.
func unrecognised(f input.File, c *content, inFolder bool) model.Diagnostic {
	d := model.Diagnostic{Severity: model.Error, Detail: expected, Provenance: model.Provenance{File: f.Path}}
	c.topKeys()
	switch {
	case len(bytes.TrimSpace(c.data)) == 0:
		d.Summary = "the file is empty"
		if inFolder {
			d.Detail = "a call that failed leaves such a file: make it again, or delete the file, and what it would tell is unknown"
		}
	case bytes.HasPrefix(c.data, []byte("\x1f\x8b")):
		d.Summary, d.Detail = "the file is compressed", "run gunzip, and give what it holds"
	case bytes.HasPrefix(c.data, []byte("\xff\xfe")), bytes.HasPrefix(c.data, []byte("\xfe\xff")):
		d.Summary, d.Detail = "the file is UTF-16", "save it as UTF-8; in PowerShell: COMMAND | Out-File -Encoding utf8 FILE"
	case c.err != nil:
		d.Summary, d.Provenance.Line = jsonError(c)
	case inFolder:
		d.Severity = model.Warning
		d.Summary, d.Detail = "not an input: skipped", "" // of many such files each in a line
	default:
		d.Summary = "the file is of no known format"
	}
	return d
}

// jsonError says where a document stops being JSON.
func jsonError(c *content) (summary string, line int) {
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(c.err, io.ErrUnexpectedEOF), errors.Is(c.err, io.EOF):
		return "the JSON ends too early", 1 + bytes.Count(c.data, []byte("\n"))
	case errors.As(c.err, &syntax):
		if syntax.Err != nil {
			summary = ": " + syntax.Err.Error()
		}
		skipped := len(c.data) - len(bytes.TrimLeft(bytes.TrimPrefix(c.data, []byte("\ufeff")), " \t\r\n"))
		end := min(len(c.data), skipped+int(syntax.ByteOffset))
		return "not JSON" + summary, 1 + bytes.Count(c.data[:end], []byte("\n"))
	}
	return fmt.Sprintf("not JSON: %s", c.err), 1
}
