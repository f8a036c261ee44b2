package suricata

import (
	"net/netip"
	"strings"
)

// The buffers that hold the name of the host that a client asks for.
const (
	bufferTLSName  = "tls.sni"
	bufferHTTPHost = "http.host"
)

// buffer is what content keywords look into: a sticky buffer, or the payload
// where it has no name.
type buffer struct {
	name      string
	dotPrefix bool // a dot is put before it
	// changed is set by other keywords between the buffer and a content: they may
	// be transformations.
	changed bool
}

// content is a content keyword with its modifiers.
type content struct {
	buffer
	text                 string
	starts, ends, nocase bool
	// odd is set by what makes it more than a test of a name or a part of it.
	odd bool
}

func (a *applier) content(value string) {
	c := content{buffer: a.buffer}
	quoted, ok := strings.CutPrefix(value, `"`)
	if ok {
		quoted, ok = strings.CutSuffix(quoted, `"`)
	}
	c.text, c.odd = quoted, !ok || c.changed || strings.ContainsAny(quoted, `|\`)
	a.contents = append(a.contents, c)
}

// last is the content that a modifier belongs to.
func (a *applier) last() *content {
	if len(a.contents) == 0 {
		return nil
	}
	return &a.contents[len(a.contents)-1]
}

// modify applies nocase, startswith or endswith.
func (a *applier) modify(keyword string) {
	c := a.last()
	if c == nil {
		a.opaque(keyword)
		return
	}
	switch keyword {
	case "nocase":
		c.nocase = true
	case "startswith":
		c.starts = true
	case "endswith":
		c.ends = true
	}
}

// modifyBuffer is the older form of a sticky buffer, written after the content.
func (a *applier) modifyBuffer(name string) {
	if c := a.last(); c != nil && c.buffer.name == "" {
		c.buffer.name = name
		return
	}
	a.opaque("http_host")
}

// restrict takes a keyword that narrows the rule in a way that is not followed. It
// may be about the content before it, or change the buffer for the one after it.
func (a *applier) restrict(keyword string) {
	a.buffer.changed = true
	if c := a.last(); c != nil {
		c.odd = true
	}
	a.opaque(keyword)
}

// hosts turns a single test of the TLS server name or the HTTP host into the
// rule's Hosts, and its protocol into the one that carries the name. All other
// contents are opaque.
func (a *applier) hosts() {
	names := 0
	for _, c := range a.contents {
		if c.buffer.name == bufferTLSName || c.buffer.name == bufferHTTPHost {
			names++
		}
	}
	for _, c := range a.contents {
		switch c.buffer.name {
		case "":
			a.opaque("content")
			continue
		case bufferTLSName, bufferHTTPHost:
		default:
			a.opaque(c.buffer.name)
			continue
		}
		protocol := "tls"
		if c.buffer.name == bufferHTTPHost {
			protocol = "http"
		}
		if host, exact := c.host(); a.application(protocol) && exact && names == 1 {
			a.rule.Hosts = []string{host}
		} else {
			a.opaque(c.buffer.name)
		}
	}
}

// application narrows the rule to an application protocol, and reports whether it
// is that one now.
func (a *applier) application(protocol string) bool {
	if a.rule.Protocol == "tcp" || a.rule.Protocol == "ip" {
		a.rule.Protocol = protocol
	}
	return a.rule.Protocol == protocol
}

// host is what the content tests for, as model.StatefulRule.Hosts has it: a name;
// with a leading dot one that takes subdomains too, which is content ".x" at the end
// of the name with a dot before it; with stars a part of names. exact is false for
// all other tests.
func (c *content) host() (name string, exact bool) {
	name = strings.ToLower(c.text)
	// A host is compared in lower case; a server name as the client writes it,
	// which browsers and libraries do in lower case.
	if c.odd || name != c.text && !c.nocase {
		return "", false
	}
	bare := strings.TrimPrefix(name, ".")
	if !isHost(bare) {
		return "", false
	}
	switch dotted := bare != name; {
	case c.dotPrefix && dotted && c.starts && c.ends:
		return bare, true
	case c.dotPrefix && dotted && c.starts:
		return bare + "*", true
	case c.dotPrefix && dotted && c.ends:
		return name, true
	case c.dotPrefix && (dotted || c.starts):
		return "", false
	case c.starts && c.ends:
		return name, !dotted
	case c.starts:
		return name + "*", !dotted
	case c.ends:
		return "*" + name, true
	}
	return "*" + name + "*", true
}

// isHost reports whether s could be a DNS name or an address.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	return s != "" && !strings.Contains(s, "..") &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}
