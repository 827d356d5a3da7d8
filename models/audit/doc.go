// Package audit is the log of every act: a Merkle tree as in RFC 6962 over the
// entries of the audit trail, with signed checkpoints that are kept outside the
// database, proofs that need no database, and a check of the whole log and of
// every referral against it.
//
// An act commits its entry in its own transaction (Append), so that there is
// neither an act without an entry nor an entry without its act. The entry holds
// ids and names of fields, never people's data.
//
// The promise, its limits, and every format are in docs/audit.md.
//
// On SQLite, which has one writer, an entry gets its number and its place in
// the tree in its act's transaction. On PostgreSQL every act would wait for the
// log's head; there the entry is committed with its act but without a number,
// and one sequencer at a time numbers what waits, by the same growth (see
// sequencer.go). Durable means committed, not yet numbered. Verify counts what
// waits, and holds referrals against it.
package audit
