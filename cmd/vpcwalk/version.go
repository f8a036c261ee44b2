package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionInfo is what the build says about itself.
type versionInfo struct {
	Version  string `json:"version"` // of the module, or (devel)
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Revision string `json:"revision"` // of the sources; empty where the build was not told
	Modified bool   `json:"modified"` // the sources differ from the revision
}

func (p *program) versionCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "version", Short: "Print the version", Args: noArguments}
	output := outputFlag(cmd, formatText, formatJSON)
	cmd.RunE = func(*cobra.Command, []string) error { return p.version(output.value) }
	return cmd
}

func (p *program) version(format string) error {
	v := readVersion()
	if format == formatJSON {
		e := json.NewEncoder(p.stdout)
		e.SetIndent("", "  ")
		return e.Encode(v)
	}
	line := fmt.Sprintf("vpcwalk %s (%s, %s", v.Version, v.Go, v.Platform)
	if v.Revision != "" {
		line += ", revision " + v.Revision
		if v.Modified {
			line += " with changes"
		}
	}
	_, err := fmt.Fprintln(p.stdout, line+")")
	return err
}

func readVersion() versionInfo {
	v := versionInfo{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}
