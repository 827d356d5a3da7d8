// Package demo makes an invented portal to try things out on: schools, people
// with their accounts, and two years of referrals. Referrals come about by the
// portal's own verbs (Begin, Save, Submit, Advance) under a clock set back, so
// that the audit trail, the figures and every rule hold for them as for real
// ones. The same seed and date give the same people, references, states and
// words; the newest open referrals follow the hour of the start, so that they
// fall due after it. Nothing here knows a sign, a school or a name: all of that
// is data, and a sign that a checklist no longer has is left out.
package demo
