package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
)

// Result is what a proof shows once Check has found that it holds. Ref is what
// the portal says that the referral is called; the log knows it by its id.
type Result struct {
	Ref        string
	ReferralID string
	Checkpoint Signed
	Entries    []models.AuditEntry // the oldest first
}

// Check says whether a document that Prove made holds against the verifier key
// that the checker already has; a key in the document itself would prove
// nothing. It needs neither network nor database. Every error is CodeInvalid.
//
// A proof shows that its entries are in the log, as they are. It cannot show
// that the log has no others of the referral.
func Check(data []byte, vkey string) (Result, error) {
	r, err := check(data, vkey)
	if err != nil {
		return Result{}, models.Errorf(models.CodeInvalid, "", "audit proof: %w", err)
	}
	return r, nil
}

func check(data []byte, vkey string) (Result, error) {
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return Result{}, fmt.Errorf("verifier key: %w", err)
	}
	doc, err := parseProof(data)
	if err != nil {
		return Result{}, err
	}
	h, err := openHead([]byte(doc.Checkpoint), key)
	if err != nil {
		return Result{}, err
	}
	if doc.Key != key.Name() {
		return Result{}, fmt.Errorf("signed by %q, the verifier key is %q", doc.Key, key.Name())
	}
	r := Result{Ref: doc.Ref, ReferralID: doc.ReferralID, Checkpoint: Signed{h.size, h.root.String()}}
	for i := range doc.Entries {
		e := models.AuditEntry(doc.Entries[i].Entry)
		if i > 0 && e.Seq <= r.Entries[i-1].Seq {
			return Result{}, fmt.Errorf("entry %d is out of order", e.Seq)
		}
		if e.ReferralID != doc.ReferralID {
			return Result{}, fmt.Errorf("entry %d is another referral's", e.Seq)
		}
		if err := included(doc.Entries[i].Proof, h, &e); err != nil {
			return Result{}, fmt.Errorf("entry %d is not in the log: %w", e.Seq, err)
		}
		r.Entries = append(r.Entries, e)
	}
	return r, nil
}

func parseProof(data []byte) (*proof, error) {
	var doc proof
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the document")
	}
	if doc.Format != proofFormat {
		return nil, fmt.Errorf("format %q, want %q", doc.Format, proofFormat)
	}
	if len(doc.Entries) == 0 {
		return nil, errors.New("no entries")
	}
	return &doc, nil
}

// included checks the path from the entry to the signed root.
func included(path [][]byte, h head, e *models.AuditEntry) error {
	if e.Seq < 1 || e.Seq > h.size {
		return errors.New("its number is not in the checkpoint")
	}
	hashes := make(tlog.RecordProof, len(path))
	for i, p := range path {
		if len(p) != tlog.HashSize {
			return errors.New("a hash has the wrong length")
		}
		hashes[i] = tlog.Hash(p)
	}
	return tlog.CheckRecord(hashes, h.size, h.root, e.Seq-1, LeafHash(e))
}
