package render

import (
	"io"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// SARIFRule is a kind of finding, as SARIF describes it once for a run.
type SARIFRule struct {
	ID       string // stable: "route-black-hole"
	Short    string // one sentence: what the finding says
	Help     string // how it is usually mended
	Severity model.Severity
}

// SARIFResult is one finding of a run.
type SARIFResult struct {
	Rule        string // the ID of one of the run's rules
	Severity    model.Severity
	Message     string
	Provenance  model.Provenance
	Related     []SARIFRelated
	Resource    string // the ID of the resource that it is about
	Fingerprint string // the same in every run that finds it; may be empty
	// Suppressed says that the finding is accepted, and Justification why.
	Suppressed    bool
	Justification string
}

// SARIFRelated is a place that helps to understand a finding.
type SARIFRelated struct {
	Message    string
	Provenance model.Provenance
}

// SARIF writes findings as a log of SARIF 2.1.0 with one run, in the order given.
// The version is the program's own. Files are told relative to where the program
// runs, or as file URIs where they are named absolutely. Columns are left out:
// SARIF counts characters, and provenance counts bytes.
func SARIF(w io.Writer, version string, rules []SARIFRule, results []SARIFResult) error {
	index := map[string]int{}
	driver := sarifDriver{Name: "vpcwalk", SemanticVersion: strings.TrimPrefix(version, "v"), Rules: []sarifRule{}}
	if !strings.HasPrefix(version, "v") {
		driver.Version, driver.SemanticVersion = version, ""
	}
	for i, r := range rules {
		index[r.ID] = i
		driver.Rules = append(driver.Rules, sarifRule{
			ID: r.ID, ShortDescription: sarifText{r.Short}, Help: sarifText{r.Help},
			DefaultConfiguration: sarifConfiguration{r.Severity.String()},
		})
	}
	out := []sarifResult{}
	for _, r := range results {
		at, ok := index[r.Rule]
		if !ok {
			panic("render: a SARIF result of the unknown rule " + r.Rule)
		}
		x := sarifResult{RuleID: r.Rule, RuleIndex: at, Level: r.Severity.String(), Message: sarifText{clean(r.Message)}}
		x.Locations = []sarifLocation{sarifLocationOf(r.Provenance, r.Resource)}
		for i, related := range r.Related {
			l := sarifLocationOf(related.Provenance, "")
			l.ID, l.Message = new(i), &sarifText{clean(related.Message)}
			x.RelatedLocations = append(x.RelatedLocations, l)
		}
		if r.Fingerprint != "" {
			x.PartialFingerprints = map[string]string{"vpcwalk/v1": r.Fingerprint}
		}
		if r.Suppressed {
			x.Suppressions = []sarifSuppression{{Kind: "external", Status: "accepted", Justification: r.Justification}}
		}
		out = append(out, x)
	}
	return writeJSON(w, sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{{Tool: sarifTool{driver}, Results: out}},
	})
}

func sarifLocationOf(p model.Provenance, resource string) sarifLocation {
	var l sarifLocation
	if p.File != "" {
		l.PhysicalLocation = &sarifPhysical{Artifact: sarifArtifact{fileURI(p.File)}}
		if p.Line > 0 {
			l.PhysicalLocation.Region = &sarifRegion{p.Line}
		}
	}
	name := p.Address
	if name == "" {
		name = resource
	}
	if name != "" {
		l.LogicalLocations = []sarifLogical{{FullyQualifiedName: clean(name), Kind: "resource"}}
	}
	return l
}

// fileURI is a file's name as a relative or file URI.
func fileURI(name string) string {
	p := filepath.ToSlash(name)
	u := url.URL{Path: path.Clean(p)}
	if path.IsAbs(p) {
		u.Scheme = "file"
		return "file://" + u.EscapedPath()
	}
	return u.String()
}

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool    sarifTool     `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name            string      `json:"name"`
	Version         string      `json:"version,omitempty"`
	SemanticVersion string      `json:"semanticVersion,omitempty"`
	Rules           []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID                   string             `json:"id"`
	ShortDescription     sarifText          `json:"shortDescription"`
	Help                 sarifText          `json:"help"`
	DefaultConfiguration sarifConfiguration `json:"defaultConfiguration"`
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID              string             `json:"ruleId"`
	RuleIndex           int                `json:"ruleIndex"`
	Level               string             `json:"level"`
	Message             sarifText          `json:"message"`
	Locations           []sarifLocation    `json:"locations"`
	RelatedLocations    []sarifLocation    `json:"relatedLocations,omitempty"`
	PartialFingerprints map[string]string  `json:"partialFingerprints,omitempty"`
	Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
}

type sarifLocation struct {
	ID               *int           `json:"id,omitempty"`
	Message          *sarifText     `json:"message,omitempty"`
	PhysicalLocation *sarifPhysical `json:"physicalLocation,omitempty"`
	LogicalLocations []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification,omitempty"`
}
