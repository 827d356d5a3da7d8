// Package backup keeps what must outlive a machine, and ends what must not
// outlive its time: encrypted copies of the database and their way back, the
// erasure of a referral with its ledger outside the database, and the rotation
// of the master keys.
//
// Keys are never in a copy, and a copy opens to nobody without two things: the
// age identity that it was encrypted to, and the key file, without which what it
// holds stays sealed.
package backup
