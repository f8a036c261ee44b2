package cloudformation

import (
	"slices"

	"github.com/vpcwalk/vpcwalk/model"
)

// limits bound what few lines can ask for: aliases, loops, nested stacks and
// functions multiply. What AWS takes (a template of 1 MB with 500 resources) is far
// below each of them.
type limits struct {
	values     int // of a file, with its aliases written out, and one more for each bytesPerValue
	resources  int // of a template
	references int // expressions that lie in each other, those that references lead to included
	steps      int // of evaluation, and stepsPerValue more for each value of the templates
	loop       int // entries that the loops of one mapping make
	copies     int // values that loops make, and templates that are nested again
	stacks     int // with those that are nested
	text       int // bytes of a text that is put together
	parts      int // of such a text that are open
}

var usual = limits{values: 200_000, resources: 10_000, references: 2_000, steps: 1_500_000,
	loop: 10_000, copies: 500_000, stacks: 10_000, text: 1 << 20, parts: 1_000}

const (
	// bytesPerValue is less than what a value takes in a file that a person or a
	// tool writes: its key, quotes, indentation.
	bytesPerValue = 16
	// stepsPerValue is many times what evaluating takes of a template without
	// references that fan out.
	stepsPerValue = 10
	// resourceCost is what a resource counts as a copy, besides its values: AWS
	// makes others along with it.
	resourceCost = 10
)

// valuesOf is how many values a file of so many bytes may have.
func (l *limits) valuesOf(bytes int) int { return l.values + bytes/bytesPerValue }

// exceeded reports once for all templates that a limit is exceeded: where one
// place does it, many do.
func (s *stack) exceeded(at model.Provenance, detail, format string, limit int) {
	if r := s.reader; !slices.Contains(r.limited, format) {
		r.limited = append(r.limited, format)
		s.errorf(at, detail, format, limit)
	}
}

// copies reports whether so many more values may be made.
func (s *stack) copies(n int, at model.Provenance) bool {
	if s.reader.copied += n; s.reader.copied > s.reader.limits.copies {
		s.exceeded(at, "Give the templates of fewer stacks at once.", "loops and templates that are nested again and again make more than %d values", s.reader.limits.copies)
		return false
	}
	return true
}

// cost is what making a value takes, in steps.
func (v value) cost() int {
	n := len(v.items)
	for _, p := range v.parts {
		n += len(p.text) / 256
	}
	return n
}
