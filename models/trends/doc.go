// Package trends makes and reads the ministry's figures. A period's figures are
// counted once, when it is over, put through the rule that hides small counts,
// attacked, and frozen. Whoever reads, reads these frozen cells and nothing
// else. docs/figures.md says what is published and why it is safe.
package trends
