// Package policy answers the question beside the network: would the endpoint and
// resource policies on the way allow the request? It never drops a packet
// (PIPE-9) and never changes a verdict.
//
//	Parse ── Policy ──┐
//	Request ──────────┼── Evaluate ── Result          one policy
//	  Context (POL-5) ┘       └────── Authorize ──── Authorization   all that are on the way (POL-1)
//
// Logic has three values. What the request leaves open (a condition key that
// does not depend on the way, an action that was not asked for) stays unknown,
// and makes the decision unknown only where it can change it: a Deny that
// applies for certain denies, whatever else is open; a Deny that may apply makes
// an Allow unknown; where nothing can allow, nothing is left to know.
//
// # Choices
//
// Identity-based policies, permissions boundaries and the policies of an
// organization are not part of a network's design. They are taken to allow, and
// the Authorization says so (POL-1), with one exception: a resource policy that
// has Allow statements is taken for the grant, so that a request which none of
// them fits is denied, although an identity-based policy of the same account
// might allow it. A resource policy that only denies is a guard and grants
// nothing.
//
// A missing key makes a positive operator false, a negated one true, and any
// operator with IfExists true (POL-6). The set operators look at the values that
// are there: ForAllValues is true of none and ForAnyValue false, negated or not.
// (AWS's page on condition operators has one example, of
// ForAllValues:StringNotLike, that contradicts its own text; the text is
// followed.) Several values without a set operator are not documented: when the
// values disagree the condition is unknown.
//
// A wildcard in an ARN stays within its colon-separated part, unless it is the
// last character of that part of a Resource. Where a match hangs on a wildcard
// that would have to go further it is unknown.
//
// Names of operators and elements must have AWS's spelling and case, those of
// condition keys and actions need not have its case. A part of a statement that
// AWS would refuse is a Problem, and unknown.
//
// The package reads no file and imports nothing of the simulator. A Policy is
// never written after Parse and is safe for concurrent use.
package policy
