// Package vault holds the portal's keys and everything that is done with them:
// it seals what a referral says under the referral's own data key, makes the
// keyed hashes that search uses, seals the rows that figures come from, and
// gives the audit trail its keyed digests and the key that signs checkpoints.
//
// One key file holds all long-lived keys. It never goes into the database or
// its backup: whoever has one of the two has nothing to read. Losing the key
// file loses every referral.
//
// A data key seals one referral and is stored only wrapped by the master key
// set. Destroying the wrapped key erases the referral. Rotating the master keys
// re-wraps data keys and leaves sealed values alone.
//
// Search hashes tell a thief of the database which referrals share a word of a
// name or a child, never the word or the name. Sealed values tell their length
// in blocks.
//
// Everything here is safe for use by many goroutines at once. Nothing here
// prints a key: neither errors nor the formatting of a Vault or DataKey.
package vault
