// Package render shows answers, test results and diagnostics: each function is a
// view of values that are already decided, as text for people or in a format for
// programs. No meaning of the network lives here.
//
// Every view is the same byte for byte for the same values. Functions write to w
// once, when all is laid out, and return what w returned.
package render

// SchemaVersion is the version of the JSON that this package writes. Keys are
// added within a version and never renamed or removed.
const SchemaVersion = 1

// Options of the text views. The zero value is plain text, 80 columns wide.
type Options struct {
	Width   int  // in columns; 0 is 80
	Color   bool // underline with ANSI colours what the words say
	Verbose bool // headers at each hop, every way, every test
	Quiet   bool // the verdict or the counts alone
}

func (o Options) width() int {
	if o.Width <= 0 {
		return 80
	}
	return max(o.Width, 40) // narrower than that no table is left
}
