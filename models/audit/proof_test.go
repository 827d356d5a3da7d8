package audit

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	merkle "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"znak/models"
	"znak/models/vault"
)

// proven is a log with two referrals' entries among others, and the proof of
// the first one's.
func proven(t *testing.T) (*world, *models.Referral, []byte) {
	w := newWorld(t)
	w.acts(3)
	r := w.refer()
	w.refer()
	w.acts(5)
	w.advance(r, models.StateAcknowledged)
	w.acts(2)
	data, err := w.log.Prove(t.Context(), auditor, r.Ref)
	w.must(err)
	return w, r, data
}

func TestAProofHoldsWithoutTheDatabase(t *testing.T) {
	w, r, data := proven(t)
	w.must(w.store.Close())
	got, err := Check(data, w.vault.VerifierKey())
	w.must(err)
	if got.Ref != r.Ref || got.ReferralID != r.ID || got.Checkpoint.Size != 13 || len(got.Entries) != 2 ||
		got.Entries[0].Action != "submit" || got.Entries[1].State != models.StateAcknowledged {
		t.Errorf("result %+v", got)
	}
	if strings.Contains(string(data), w.vault.VerifierKey()) {
		t.Error("the proof brings its own key")
	}
}

// TestProofsAsOthersCheckThem checks every path with an implementation that the
// program does not use.
func TestProofsAsOthersCheckThem(t *testing.T) {
	w, _, data := proven(t)
	got, err := Check(data, w.vault.VerifierKey())
	w.must(err)
	var doc struct {
		Checkpoint string
		Entries    []struct{ Proof [][]byte }
	}
	w.must(json.Unmarshal(data, &doc))
	h, err := openHead([]byte(doc.Checkpoint), w.vault.Verifier())
	w.must(err)
	for i, e := range got.Entries {
		leaf := rfc6962.DefaultHasher.HashLeaf(Leaf(&e))
		err := merkle.VerifyInclusion(rfc6962.DefaultHasher, uint64(e.Seq-1), uint64(h.size), leaf, doc.Entries[i].Proof, h.root[:])
		if err != nil {
			t.Errorf("entry %d: %v", e.Seq, err)
		}
	}
}

func TestAProofIsForThoseWhoMayAudit(t *testing.T) {
	w, r, _ := proven(t)
	for _, role := range models.Roles {
		_, err := w.log.Prove(t.Context(), models.Actor{Role: role}, r.Ref)
		if want := role != models.RoleAuditor; (models.CodeOf(err) == models.CodeForbidden) != want {
			t.Errorf("%s: %v", role, err)
		}
	}
	if _, err := w.log.Prove(t.Context(), operator, "ZN-0000-0000"); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("no such referral: %v", err)
	}
}

func TestAProofUnderAnotherKeyDoesNotHold(t *testing.T) {
	_, _, data := proven(t)
	for _, key := range []string{vault.NewMemory().VerifierKey(), "", "znak/x+00000000+AAAA"} {
		if _, err := Check(data, key); models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

// TestAnAlteredProofDoesNotHold changes any value of the document, or takes an
// entry from another referral. What the portal calls the referral is the one
// thing that the log does not know.
func TestAnAlteredProofDoesNotHold(t *testing.T) {
	w, r, data := proven(t)
	text := string(data)
	from := strings.Index(text, r.Ref) + len(r.Ref)
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		if at < from && at >= from-len(r.Ref) || strings.ContainsRune(" \n", rune(text[at])) {
			t.Skip()
		}
		b := []byte(text)
		b[at] ^= rapid.ByteRange(1, 127).Draw(t, "xor")
		got, err := Check(b, w.vault.VerifierKey())
		if err == nil && !sameProof(b, data, w.vault.Verifier()) {
			t.Fatalf("byte %d: %q became %q and the proof holds: %+v", at, text[at], b[at], got)
		}
	})
}

// sameProof says whether two documents that hold say the same: a field's name
// may be written in other case, and the last letter of base64 may have bits
// that do not count, in a hash and in the signature.
func sameProof(a, b []byte, key note.Verifier) bool {
	x, errX := parseProof(a)
	y, errY := parseProof(b)
	if errX != nil || errY != nil {
		return false
	}
	signedX, errX := openHead([]byte(x.Checkpoint), key)
	signedY, errY := openHead([]byte(y.Checkpoint), key)
	x.Checkpoint, y.Checkpoint = "", ""
	return errX == nil && errY == nil && signedX == signedY && reflect.DeepEqual(x, y)
}

func TestCheckRefusesWhatIsNoProof(t *testing.T) {
	w, _, data := proven(t)
	text := string(data)
	for name, doc := range map[string]string{
		"empty":         "",
		"something":     "{}",
		"trailing":      text + "{}",
		"unknown field": strings.Replace(text, `"ref":`, `"more": 1, "ref":`, 1),
		"no entries":    text[:strings.Index(text, `"entries"`)] + `"entries": []}`,
		"other format":  strings.Replace(text, proofFormat, "znak audit proof v2", 1),
	} {
		if _, err := Check([]byte(doc), w.vault.VerifierKey()); models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACheckpointIsASignedNote(t *testing.T) {
	w := newWorld(t)
	if _, err := w.log.Checkpoint(t.Context()); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("an empty log: %v", err)
	}
	if _, err := w.log.Latest(); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("no checkpoint yet: %v", err)
	}
	w.acts(3)
	signed := w.checkpoint()
	key, err := note.NewVerifier(w.vault.VerifierKey())
	w.must(err)
	n, err := note.Open(signed, note.VerifierList(key))
	w.must(err)
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() || lines[1] != "3" || len(lines[2]) != 44 || lines[3] != "" {
		t.Errorf("text %q", n.Text)
	}
	latest, err := w.log.Latest()
	w.must(err)
	if string(latest) != string(signed) || string(w.checkpoint()) != string(signed) {
		t.Error("the log did not grow, its checkpoint changed")
	}
	w.acts(1)
	if string(w.checkpoint()) == string(signed) {
		t.Error("the log grew, its checkpoint did not")
	}
}
