package vault_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"

	"znak/models/vault"
)

// secretsOf returns every form in which the keys of the file could be printed.
func secretsOf(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var forms []string
	for _, m := range regexp.MustCompile(`"(?:value|audit|signer|handover)": "([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
		b64 := m[1][strings.LastIndex(m[1], "+znak")+1:]
		if i := strings.LastIndex(m[1], "+A"); strings.HasPrefix(m[1], "PRIVATE") && i > 0 {
			b64 = m[1][i+1:]
		}
		raw, err := base64.StdEncoding.DecodeString(b64)
		if err != nil {
			t.Fatal(err)
		}
		key := raw[len(raw)-32:]
		forms = append(forms, b64[len(b64)-40:len(b64)-4], hex.EncodeToString(key), string(key),
			strings.Trim(fmt.Sprint(key), "[]"), fmt.Sprintf("%#v", key)[7:60])
	}
	if len(forms) != 6*5 {
		t.Fatalf("found %d forms of secrets, want those of 6 keys", len(forms))
	}
	return forms
}

func assertClean(t *testing.T, what, printed string, secrets []string) {
	t.Helper()
	for _, s := range secrets {
		for i := 0; i+12 <= len(s); i += 4 {
			if strings.Contains(printed, s[i:i+12]) {
				t.Fatalf("%s gives away a key", what)
			}
		}
	}
}

func TestNothingPrintsKeys(t *testing.T) {
	v, path := newFile(t)
	secrets := secretsOf(t, path)
	key, _ := newKey(t, v, "a")
	type hidden struct {
		v *vault.Vault
		k vault.DataKey
	}
	type shown struct {
		V *vault.Vault
		K vault.DataKey
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed := fmt.Sprintf(verb, v) + fmt.Sprintf(verb, hidden{v, key}) + fmt.Sprintf(verb, shown{v, key}) +
			fmt.Sprintf(verb, v.Signer())
		assertClean(t, verb, printed, secrets)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, key); got != "vault.DataKey(redacted)" {
			t.Errorf("%s of a data key: %s", verb, got)
		}
		if got := fmt.Sprintf(verb, v); got != "vault.Vault(redacted)" {
			t.Errorf("%s of a vault: %s", verb, got)
		}
	}
	// Of a data key nothing but the address of something may be printed.
	if got := fmt.Sprintf("%d %+v", key, hidden{k: key}); !regexp.MustCompile(`^\{\d+\} \{v:<nil> k:\{aead:0x[0-9a-f]+\}\}$`).MatchString(got) {
		t.Errorf("a data key prints as %s", got)
	}
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("x", "vault", v, "key", key, "in", shown{v, key})
	}
	if err := json.NewEncoder(&log).Encode(shown{v, key}); err != nil {
		t.Fatal(err)
	}
	assertClean(t, "log", log.String(), secrets)
	if strings.Count(log.String(), "redacted") < 4 {
		t.Errorf("log: %s", log.String())
	}
}

func TestErrorsHoldNoKeys(t *testing.T) {
	_, path := newFile(t)
	secrets := secretsOf(t, path)
	good, _ := os.ReadFile(path)
	try := func(text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Open(path); err != nil {
			assertClean(t, "an error", err.Error(), secrets)
		}
	}
	for i := 0; i < len(good); i += 5 {
		try(good[:i])
		try(append(bytes.Clone(good[:i]), good[i+1:]...))
		try(bytes.Join([][]byte{good[:i], good[i:]}, []byte(`"`)))
	}
}
