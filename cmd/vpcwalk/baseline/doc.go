// Package baseline reads, applies and writes the files in which a project accepts
// findings: those that were there when it began to look (accepted), and those that
// somebody decided to live with for a reason and until a date (waivers).
//
//	version: 1
//	accepted:
//	  - {fingerprint: 6f1c0a2b9d3e4f50, code: security-group-unused, resource: sg-1}
//	waivers:
//	  - code: route-black-hole
//	    resource: rtb-*
//	    reason: the NAT gateway comes back with the move of May
//	    expires: 2027-05-31
//
// A command that takes such a file reports and fails for what it does not cover. A
// waiver counts through its last day, in UTC; after it the waiver fails by itself,
// whether or not its finding is still there, so that somebody decides anew.
//
// The package knows nothing of what findings are about: the same file serves every
// command that gives its findings a fingerprint, a code and a resource.
package baseline
