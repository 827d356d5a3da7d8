// Package handover gives the Centre what a referral says: it makes the signed
// package, keeps it sealed, delivers it to the Centre's own system where there
// is one, and counts it as delivered only once the Centre's signed receipt is
// there. docs/handover.md describes every format for those who build the other
// end; models/handover/receiver is such an end.
package handover
