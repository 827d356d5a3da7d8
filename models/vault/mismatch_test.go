package vault_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"znak/models/vault"
)

// A key file whose checksum fits may still have been put together wrongly by
// hand. Each part must be what it is used for.
func TestPartsThatDoNotFitAreRefused(t *testing.T) {
	_, path := newFile(t)
	type parts = map[string]json.RawMessage
	for want, edit := range map[string]func(k parts){
		"master keys are not":         func(k parts) { k["master"] = k["index"] },
		"master keys cannot be read":  func(k parts) { k["master"] = json.RawMessage(`{"extra":1}`) },
		"master keys do not mark":     func(k parts) { k["master"] = replaced(k["master"], "TINK", "RAW") },
		"index key is not":            func(k parts) { k["index"] = k["master"] },
		"index key cannot be read":    func(k parts) { delete(k, "index") },
		"figures key is not":          func(k parts) { k["figures"] = k["index"] },
		"figures key cannot be read":  func(k parts) { k["figures"] = json.RawMessage(`{}`) },
		"audit key has the wrong":     func(k parts) { k["audit"] = json.RawMessage(`"c2hvcnQ="`) },
		"hand-over key has the wrong": func(k parts) { k["handover"] = json.RawMessage(`"c2hvcnQ="`) },
		"signing key cannot be read":  func(k parts) { k["checkpoint"] = replaced(k["checkpoint"], "PRIVATE", "PUBLIC") },
		"verifier key cannot be read": func(k parts) { k["checkpoint"] = replaced(k["checkpoint"], `"verifier":"znak`, `"verifier":"zn k`) },
		"do not belong together":      func(k parts) { k["checkpoint"] = withVerifier(k["checkpoint"], vault.NewMemory().VerifierKey()) },
		"a field that this program":   func(k parts) { k["extra"] = json.RawMessage(`1`) },
		"it is damaged":               func(k parts) { k["audit"] = json.RawMessage(`1`) },
	} {
		if _, err := vault.Open(remade(t, path, edit)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if _, err := vault.Open(remade(t, path, func(parts) {})); err != nil {
		t.Errorf("a file with nothing changed: %v", err)
	}
}

// remade writes a copy of the key file with changed keys and a fitting
// checksum.
func remade(t *testing.T, path string, edit func(map[string]json.RawMessage)) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	var inner struct{ Keys map[string]json.RawMessage }
	if json.Unmarshal(text, &file) != nil || json.Unmarshal(text, &inner) != nil {
		t.Fatal("the key file is not JSON")
	}
	edit(inner.Keys)
	keys, err := json.Marshal(inner.Keys)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(keys)
	file["keys"], file["sum"] = json.RawMessage(keys), hex.EncodeToString(sum[:])
	if text, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".remade", text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path + ".remade"
}

func replaced(part json.RawMessage, old, new string) json.RawMessage {
	var compact strings.Builder
	for _, f := range strings.Fields(string(part)) {
		compact.WriteString(f)
	}
	return json.RawMessage(strings.Replace(compact.String(), old, new, 1))
}

func withVerifier(part json.RawMessage, key string) json.RawMessage {
	var c map[string]string
	json.Unmarshal(part, &c)
	c["verifier"] = key
	out, _ := json.Marshal(c)
	return out
}
