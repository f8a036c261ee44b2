package describe

import (
	"path"
	"strings"

	"github.com/vpcwalk/vpcwalk/model"
)

// An answer is a call's output that does not name its own subject, such as the
// routes of search-transit-gateway-routes. Another key of the document may name
// it, or else the file is named after it, in a folder named after the call.
type answer struct {
	what   string // "the routes of a transit gateway route table"
	calls  string // the folder's name; the first of several, separated by blanks, is the usual one
	prefix string // of the subject's ID, which tells it in any folder; may be empty
	at     model.Provenance
	empty  bool // it has nothing, and need not be told of where nobody knows its subject
	use    func(subject string)
}

// answers notes an answer; what is done with it waits until the document has been
// read whole.
func (r *reader) answers(a answer) {
	if r.err == nil {
		r.document.answers = append(r.document.answers, a)
	}
}

// readSubject reads a key that names the subject of what lies beside it.
func readSubject(r *reader) { r.document.subject = r.str() }

// call is the folder that the file lies in, which is named after the call where
// the output does not name its own subject.
func (r *reader) call() string {
	return path.Base(path.Dir(strings.ReplaceAll(r.path, `\`, "/")))
}

// finishAnswers ties the document's answers to their subjects.
func (r *reader) finishAnswers() {
	if r.err != nil {
		return
	}
	for _, a := range r.document.answers {
		subject := r.document.subject
		name := stem(r.path)
		calls := strings.Fields(a.calls)
		for _, call := range calls {
			if subject == "" && r.call() == call {
				subject = name
			}
		}
		if subject == "" && a.prefix != "" && strings.HasPrefix(name, a.prefix) {
			subject = name
		}
		switch {
		case subject != "":
			a.use(subject)
		case !a.empty:
			r.report(model.Diagnostic{Severity: model.Warning, Provenance: a.at, Summary: a.what + " that is not named; they are skipped",
				Detail: "Name the file after the call and its subject: " + calls[0] + "/" + a.prefix + "….json."})
		}
	}
}

// nested reads an element that is an answer with its subject beside it, as some
// snapshots wrap them: {"TransitGatewayRouteTableId": …, "Routes": […]}.
func nested(r *reader) {
	outer := r.document
	r.document = document{wrapped: true, static: outer.static}
	if r.object() {
		r.members(true)
	}
	r.finishAnswers()
	r.document = outer
}

// has reports whether the next value is an object with one of the members.
func (r *reader) has(members ...string) bool {
	ahead := newReader("", r.data[min(r.next(), len(r.data)):])
	if r.err != nil || ahead.dec.PeekKind() != '{' || !ahead.object() {
		return false
	}
	for ahead.member() {
		for _, m := range members {
			if ahead.key == m {
				return true
			}
		}
		ahead.skip()
	}
	return false
}

// memberText gives a text member of the next value, an object, without reading it.
func (r *reader) memberText(member string) string {
	ahead := newReader("", r.data[min(r.next(), len(r.data)):])
	if r.err != nil || ahead.dec.PeekKind() != '{' || !ahead.object() {
		return ""
	}
	for ahead.member() {
		if ahead.key == member && ahead.dec.PeekKind() == '"' {
			return ahead.str()
		}
		ahead.skip()
	}
	return ""
}
