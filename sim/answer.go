package sim

import "github.com/vpcwalk/vpcwalk/model"

// Answer is what Engine.Ask says to a question: the verdict, the ways that the
// packets take, and every reason.
type Answer struct {
	Question model.Question
	Verdict  model.Verdict
	// ForwardVerdict and ReturnVerdict are the verdicts of each leg by itself.
	// ReturnVerdict says something only where ReplyWalked is set: a way that ends
	// on the forward leg has no reply, nor has a question about one leg.
	ForwardVerdict, ReturnVerdict model.Verdict
	ReplyWalked                   bool
	// Flow is the question as it was walked.
	Flow Flow
	// Paths are the different ways, the one that decides the verdict first.
	Paths []Path
	// Parts tell, when the verdict is not the same for all of the question,
	// which part has which.
	Parts []Part
	// Explanations are all the blockers and, for what is indeterminate, the
	// gaps, in the order in which they are met; the first blocker is Primary.
	Explanations []Explanation
	// Unknowns are what is open and decides.
	Unknowns []model.Unknown
	// Assumptions are what the verdict rests on that neither the input nor AWS's
	// documentation settles.
	Assumptions []Assumption
	// Authorization is what the policies on the way say.
	Authorization Authorization
	// Tracking is, of an established connection, whether the groups on its way
	// track it.
	Tracking []Tracking
	// Notes are worth knowing and decide nothing.
	Notes []string
}

// Flow describes the packets of a question or path, as text: a range is a-b, a
// list is comma-separated.
type Flow struct {
	From, To string // as asked, or the ends of a path
	Header
}

// Header is a packet's header at one point of its way, as text: a range is a-b,
// a list is comma-separated, and what the protocol does not have is empty.
type Header struct {
	Protocol        string
	SourceIP        string
	DestinationIP   string
	SourcePort      string
	DestinationPort string
	ICMPType        string
	ICMPCode        string
}

// Path is one way from one source to one destination.
type Path struct {
	Flow    Flow
	Verdict model.Verdict
	Forward []Hop
	Return  []Hop
}

// Part is a part of a question that has one verdict.
type Part struct {
	Flow    Flow
	Verdict model.Verdict
}

// Hop is one component that a packet meets.
type Hop struct {
	Component  Component
	Action     Action
	Direction  string // "ingress", "egress" or empty, at filters
	Rule       *Rule  // nil where no rule or route decided
	Header     Header // as the packet leaves the hop
	Provenance model.Provenance
	Text       string // what happened, in a few words: "rule 100: allow tcp 443 from 0.0.0.0/0"
}

// Action is what a hop did with the packet.
type Action string

// Actions.
const (
	ActionAllow     Action = "allow"
	ActionDeny      Action = "deny"
	ActionUnknown   Action = "unknown" // the design does not tell
	ActionRoute     Action = "route"
	ActionTranslate Action = "translate"
	ActionForward   Action = "forward"
	ActionDeliver   Action = "deliver"
	ActionDrop      Action = "drop"    // the way ends
	ActionResolve   Action = "resolve" // a name became an address
)

// Component is a resource on the way.
type Component struct {
	ID      string
	Type    model.Kind
	Name    string
	Account model.AccountID
	Region  model.Region
}

// Rule is the rule or route that decided.
type Rule struct {
	// Of a filter's rule.
	ID        string
	Number    string // "100", "*"
	Direction string
	Action    string
	Protocol  string
	Ports     string
	Peer      string
	Group     string // the security group that has the rule
	// Of a route.
	Destination string
	Target      string
	Origin      string
	State       string
}

// Explanation is one reason why a packet does not pass, or why that cannot be
// told.
type Explanation struct {
	Code       Code
	Leg        model.Leg
	Direction  string // "ingress", "egress" or empty
	Component  Component
	Groups     []string // the groups of an interface, for security group codes
	Rule       *Rule    // the rule or route that decided; nil for the lack of one
	Header     Header   // as the packet met the component; the part that is denied
	Provenance model.Provenance
	Message    string // one sentence: what is in the way
	Mend       string // one sentence: what would mend it
	Nearest    []NearMiss
	Primary    bool // the first blocker on the way
	Unknown    bool // not a blocker: a gap that may hide one
}

// NearMiss is a rule that almost matched.
type NearMiss struct {
	Rule       Rule
	Provenance model.Provenance
	Text       string // "tcp 5432 from sg-app; web is in sg-web"
}

// Assumption is something that the verdict rests on.
type Assumption struct {
	Rule string // the semantics rule or decision: "NATI-1", "MB-7"
	Text string
}
