package audit

import (
	"context"
	"encoding/json"

	"golang.org/x/mod/sumdb/tlog"

	"znak/models"
	"znak/models/store"
)

// proofFormat names the document that Prove writes and Check reads.
const proofFormat = "znak audit proof v1"

// proof is the document.
type proof struct {
	Format     string       `json:"format"`
	Key        string       `json:"key"` // name of the key that signed the checkpoint
	Ref        string       `json:"ref"`
	ReferralID string       `json:"referral_id"`
	Checkpoint string       `json:"checkpoint"` // signed note
	Entries    []provenItem `json:"entries"`    // of the referral, the oldest first
}

// provenItem is an entry with the hashes that lead from it to the root.
type provenItem struct {
	Entry proofEntry `json:"entry"`
	Proof [][]byte   `json:"proof"`
}

// proofEntry is an entry under the names of its columns: all that its leaf is
// made of.
type proofEntry struct {
	Seq          int64        `json:"seq"`
	ID           string       `json:"id"`
	At           models.Stamp `json:"at"` // microseconds since 1970, UTC
	Action       string       `json:"action"`
	Outcome      string       `json:"outcome"`
	ActorID      string       `json:"actor_id"`
	ActorRole    models.Role  `json:"actor_role"`
	Organisation string       `json:"organisation"`
	ReferralID   string       `json:"referral_id"`
	Object       string       `json:"object"`
	Fields       string       `json:"fields"`
	Rule         string       `json:"rule"`
	RequestID    string       `json:"request_id"`
	Program      string       `json:"program"`
	Version      int64        `json:"version"`
	State        models.State `json:"state"`
	Digest       []byte       `json:"digest"`
	RowDigest    []byte       `json:"row_digest"`
	Times        int          `json:"times"`
	MAC          []byte       `json:"-"` // only the holder of the keys can check it
}

// Prove returns a document that shows, to anyone who has the log's verifier
// key, that a referral's entries are in the log of a signed checkpoint. The
// checkpoint is in the folder before it is in a proof. Auditors, the operator
// and the portal itself may ask; others get CodeForbidden. Returns
// models.ErrNotFound when there is no such referral.
func (l *Log) Prove(ctx context.Context, a models.Actor, ref string) ([]byte, error) {
	id, err := l.store.AuditReferral(ctx, a, ref)
	if err != nil {
		return nil, err
	}
	signed, err := l.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	h, err := openHead(signed, l.keys.Verifier())
	if err != nil {
		return nil, err
	}
	doc := proof{Format: proofFormat, Key: l.keys.Verifier().Name(), Ref: ref, ReferralID: id, Checkpoint: string(signed)}
	err = l.store.Snapshot(ctx, func(s *store.Snapshot) error {
		entries, err := s.AuditOf(ctx, a, id, h.size)
		if err != nil {
			return err
		}
		doc.Entries, err = proveAll(storedHashes(ctx, s), h.size, entries)
		return err
	})
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(doc, "", "  ")
}

func proveAll(hashes tlog.HashReader, size int64, entries []models.AuditEntry) ([]provenItem, error) {
	out := make([]provenItem, 0, len(entries))
	for _, e := range entries {
		path, err := tlog.ProveRecord(size, e.Seq-1, hashes)
		if err != nil {
			return nil, err
		}
		item := provenItem{Entry: proofEntry(e), Proof: make([][]byte, 0, len(path))}
		for _, h := range path {
			item.Proof = append(item.Proof, h[:])
		}
		out = append(out, item)
	}
	return out, nil
}
