package baseline

import (
	"io"
	"time"

	"go.yaml.in/yaml/v4"
)

const heading = `# Accepted findings, by --write-baseline, and waivers, by hand. A waiver needs a
# code, a reason and the last day on which it counts; resource and fingerprint
# narrow it.
`

type fileYAML struct {
	Version  int            `yaml:"version"`
	Accepted []acceptedYAML `yaml:"accepted"`
	Waivers  []waiverYAML   `yaml:"waivers"`
}

type acceptedYAML struct {
	Fingerprint string `yaml:"fingerprint"`
	Code        string `yaml:"code"`
	Resource    string `yaml:"resource,omitempty"`
	Summary     string `yaml:"summary,omitempty"`
}

type waiverYAML struct {
	Code        string `yaml:"code"`
	Resource    string `yaml:"resource,omitempty"`
	Fingerprint string `yaml:"fingerprint,omitempty"`
	Reason      string `yaml:"reason"`
	Expires     string `yaml:"expires"`
}

// Write writes the file so that Read gives it back.
func (f *File) Write(w io.Writer) error {
	out := fileYAML{Version: 1, Accepted: []acceptedYAML{}, Waivers: []waiverYAML{}}
	for _, a := range f.Accepted {
		out.Accepted = append(out.Accepted, acceptedYAML(a))
	}
	for _, x := range f.Waivers {
		out.Waivers = append(out.Waivers, waiverYAML{x.Code, x.Resource, x.Fingerprint, x.Reason, x.Expires.Format(time.DateOnly)})
	}
	data, err := yaml.Dump(out)
	if err != nil {
		return err
	}
	_, err = w.Write(append([]byte(heading), data...))
	return err
}
