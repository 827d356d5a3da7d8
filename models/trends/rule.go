package trends

import "fmt"

// Rule is how a count is published: under Threshold it is hidden, otherwise it
// is rounded to the nearest multiple of Base.
type Rule struct{ Threshold, Base int }

// DefaultRule is the least that hides.
var DefaultRule = Rule{Threshold: 10, Base: 5}

// The bounds of the rule's settings.
const (
	maxThreshold = 60
	maxBase      = 30
)

// Check refuses a rule that hides less than DefaultRule, or that has no sense:
// a threshold that is no multiple of the base would let a rounded count say
// more than others do.
func (r Rule) Check() error {
	switch {
	case r.Threshold < DefaultRule.Threshold || r.Threshold > maxThreshold:
		return fmt.Errorf("the threshold of the figures is %d to %d: it can only be raised", DefaultRule.Threshold, maxThreshold)
	case r.Base < DefaultRule.Base || r.Base > maxBase:
		return fmt.Errorf("the base of the figures is %d to %d: it can only be raised", DefaultRule.Base, maxBase)
	case r.Threshold%r.Base != 0:
		return fmt.Errorf("the threshold of the figures (%d) must be a multiple of their base (%d)", r.Threshold, r.Base)
	}
	return nil
}

// small says whether a count is hidden.
func (r Rule) small(n int32) bool { return n < int32(r.Threshold) }

// round is the count as it is shown.
func (r Rule) round(n int32) int32 {
	b := int32(r.Base)
	return (n + b/2) / b * b
}

// span is which counts are shown as a value.
func (r Rule) span(shown int32) (lo, hi int32) {
	b := int32(r.Base)
	return max(int32(r.Threshold), shown-b/2), shown + b - 1 - b/2
}

// volume is how many referrals (decisions), as shown, an area must have in a
// period for its tables to be made: less makes walls of hidden cells, and the
// ladder leads to where there are more.
func (r Rule) volume(k Kind) int32 {
	switch k {
	case SchoolYear:
		return 2 * int32(r.Threshold)
	case Quarter:
		return 5 * int32(r.Threshold)
	}
	return 10 * int32(r.Threshold)
}
