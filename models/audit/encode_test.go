package audit

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"testing"

	"znak/models"
	"znak/models/store"
	"znak/models/vault"
)

// setEach calls f once for every field of the struct, with that field alone set.
func setEach[T any](f func(name string, v *T)) {
	for i := range reflect.TypeFor[T]().NumField() {
		v := new(T)
		switch field := reflect.ValueOf(v).Elem().Field(i); field.Kind() {
		case reflect.String:
			field.SetString("x")
		case reflect.Bool:
			field.SetBool(true)
		case reflect.Slice:
			field.SetBytes([]byte("x"))
		default:
			field.SetInt(1)
		}
		f(reflect.TypeFor[T]().Field(i).Name, v)
	}
}

// TestNoFieldIsLeftOut fails when a field is added to a noun and forgotten in
// its encoding, or two fields can stand for each other.
func TestNoFieldIsLeftOut(t *testing.T) {
	seen := map[string]string{string(Leaf(&models.AuditEntry{})): "nothing"}
	unlike := func(name string, b []byte) {
		if other := seen[string(b)]; other != "" {
			t.Errorf("%s is encoded as %s is", name, other)
		}
		seen[string(b)] = name
	}
	setEach(func(name string, e *models.AuditEntry) {
		if name != "MAC" {
			unlike("AuditEntry."+name, Leaf(e))
		}
	})
	v := vault.NewMemory()
	digest := func(name string, b store.AuditBundle) {
		full, _ := ReferralDigests(v, &b)
		unlike(name, full)
	}
	digest("an empty referral", store.AuditBundle{})
	digest("empty content", store.AuditBundle{Content: []byte{}})
	digest("an empty event", store.AuditBundle{Events: make([]models.Record, 1)})
	digest("a name hash", store.AuditBundle{NameHashes: [][]byte{[]byte("x")}})
	digest("a child hash", store.AuditBundle{ChildHashes: [][]byte{[]byte("x")}})
	setEach(func(name string, r *models.Referral) {
		digest("Referral."+name, store.AuditBundle{Referral: *r})
		_, row := ReferralDigests(v, &store.AuditBundle{Referral: *r})
		unlike("row with Referral."+name, row)
	})
	setEach(func(name string, r *models.Record) {
		digest("Record."+name, store.AuditBundle{Events: []models.Record{*r}})
	})
}

// TestEncodingStays pins the bytes: an auditor's own program depends on them.
func TestEncodingStays(t *testing.T) {
	e := models.AuditEntry{Seq: 1, ID: "i", At: 2, Action: "a", Outcome: "done", ActorID: "u", ActorRole: "auditor", Organisation: "o",
		ReferralID: "r", Object: "b", Fields: "f", Rule: "l", RequestID: "q", Program: "p", Version: 3, State: "s",
		Digest: []byte{4}, RowDigest: []byte{5}, Times: 6, MAC: []byte{7}}
	const want = "000000137a6e616b20617564697420656e747279207631" + // znak audit entry v1
		"0000000000000001" + "0000000169" + "0000000000000002" + "0000000161" + "00000004646f6e65" + "0000000175" +
		"0000000761756469746f72" + "000000016f" + "0000000172" + "0000000162" + "0000000166" + "000000016c" + "0000000171" +
		"0000000170" + "0000000000000003" + "0000000173" + "0000000104" + "0000000105" + "0000000000000006"
	if got := hex.EncodeToString(Leaf(&e)); got != want {
		t.Errorf("leaf\n%s, want\n%s", got, want)
	}
	var back proofEntry
	b, err := json.Marshal(proofEntry(e))
	if err != nil || json.Unmarshal(b, &back) != nil {
		t.Fatal(err)
	}
	again := models.AuditEntry(back)
	if !bytes.Equal(Leaf(&again), Leaf(&e)) {
		t.Errorf("an entry is another after JSON: %s", b)
	}
}

// TestOrderInTheDatabaseDoesNotCount: events count in the order of their
// versions, hashes in any.
func TestOrderInTheDatabaseDoesNotCount(t *testing.T) {
	v := vault.NewMemory()
	a := store.AuditBundle{Events: []models.Record{{Version: 1}, {Version: 2}}, NameHashes: [][]byte{{1}, {2}}}
	b := store.AuditBundle{Events: []models.Record{{Version: 2}, {Version: 1}}, NameHashes: [][]byte{{2}, {1}}}
	x, _ := ReferralDigests(v, &a)
	y, _ := ReferralDigests(v, &b)
	if !bytes.Equal(x, y) {
		t.Error("the same referral has two digests")
	}
}
