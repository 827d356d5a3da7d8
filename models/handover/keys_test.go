package handover

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"znak/models/vault"
)

// A delivery's signature is checked with everything that it covers. The
// specification's own library (0.0.1) knows the symmetric kind alone, so that it
// can say no more than that both sign the same content.
func TestDeliverySignature(t *testing.T) {
	v, at, body := vault.NewMemory(), time.Unix(1_780_000_000, 0), []byte("body")
	set, err := ParsePortalKeys(JWKS(v))
	if err != nil {
		t.Fatal(err)
	}
	other, _ := ParsePortalKeys(JWKS(vault.NewMemory()))
	h := http.Header{}
	signHeaders(h, v, "msg", at, body)
	if id, err := CheckHeaders(h, set, at.Add(4*time.Minute), body); id != "msg" || err != nil {
		t.Errorf("%q, %v", id, err)
	}
	if !strings.HasPrefix(h.Get(HeaderSignature), "v1a,") {
		t.Errorf("signature %q", h.Get(HeaderSignature))
	}
	for name, check := range map[string]func(h http.Header) error{
		"another body": func(h http.Header) error { _, err := CheckHeaders(h, set, at, []byte("bodY")); return err },
		"another key":  func(h http.Header) error { _, err := CheckHeaders(h, other, at, body); return err },
		"too late":     func(h http.Header) error { _, err := CheckHeaders(h, set, at.Add(6*time.Minute), body); return err },
		"too early":    func(h http.Header) error { _, err := CheckHeaders(h, set, at.Add(-6*time.Minute), body); return err },
		"another id": func(h http.Header) error {
			h.Set(HeaderID, "other")
			_, err := CheckHeaders(h, set, at, body)
			return err
		},
		"the symmetric kind": func(h http.Header) error {
			h.Set(HeaderSignature, strings.Replace(h.Get(HeaderSignature), "v1a", "v1", 1))
			_, err := CheckHeaders(h, set, at, body)
			return err
		},
	} {
		if check(h.Clone()) == nil {
			t.Errorf("%s: it holds", name)
		}
	}
	secret := []byte("a secret of the symmetric kind")
	w, err := standardwebhooks.NewWebhookRaw(secret)
	if err != nil {
		t.Fatal(err)
	}
	want, err := w.Sign("msg", at, body)
	mac := hmac.New(sha256.New, secret)
	mac.Write(signedContent("msg", at.Unix(), body))
	if got := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); err != nil || got != want {
		t.Errorf("the library signs another content: %s, %s", got, want)
	}
}

func TestCentreKeysAreChecked(t *testing.T) {
	const (
		ec  = `{"kty":"EC","crv":"P-256","use":"enc","kid":"e","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}`
		ed  = `{"kty":"OKP","crv":"Ed25519","use":"sig","kid":"s","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
		sec = `{"kty":"OKP","crv":"Ed25519","use":"sig","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}`
		sym = `{"kty":"oct","k":"c2VjcmV0"}`
	)
	set := func(keys ...string) string { return `{"keys":[` + strings.Join(keys, ",") + `]}` }
	if _, err := ParseCentreKeys([]byte(set(ec, ed))); err != nil {
		t.Error(err)
	}
	for text, want := range map[string]string{
		"":               "no JWK set",
		set():            "needs one key",
		set(ec):          "needs one key",
		set(ed):          "needs one key",
		set(ec, ec, ed):  "two keys",
		set(ec, sec):     "public keys only",
		set(ec, ed, sym): "public keys only",
		set(strings.Replace(ec, "enc", "sig", 1)): `use "enc"`,
		set(strings.Replace(ed, "sig", "enc", 1)): `use "sig"`,
	} {
		if _, err := ParseCentreKeys([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := ReadCentreKeys("https://centar.example.rs/jwks.json"); err == nil || !strings.Contains(err.Error(), "not an address") {
		t.Errorf("an address: %v", err)
	}
	if _, err := ReadCentreKeys(set(ec, ed)); err != nil {
		t.Error(err)
	}
}

func TestCheckURL(t *testing.T) {
	for address, ok := range map[string]bool{"https://centar.example.rs/znak": true, "http://127.0.0.1:9000/": true, "http://[::1]:9000": true, "http://localhost/": true,
		"http://centar.example.rs/": false, "http://127.0.0.1.example.rs/": false, "": false, "centar.example.rs": false, "ftp://centar.example.rs": false,
		"https://u:p@centar.example.rs": false, "https://centar.example.rs/#x": false} {
		if err := CheckURL(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// What is encrypted to the Centre tells nothing, and nobody else opens it.
func TestBodyTellsNothing(t *testing.T) {
	v := vault.NewMemory()
	signed, digest, err := sign(v, &Content{Format: Format, FormatVersion: FormatVersion, Reference: "ZN-7K3M-9QX4", ID: "x"})
	if err != nil {
		t.Fatal(err)
	}
	set, _ := ParsePortalKeys(JWKS(v))
	if c, got, err := Open(signed, set); err != nil || got != digest || c.Reference != "ZN-7K3M-9QX4" {
		t.Fatalf("%v", err)
	}
	for _, change := range [][2]string{{"ZN-7K3M-9QX4", "ZN-7K3M-9QX5"}, {digest[7:15], "00000000"}, {`"signature":"ey`, `"signature":"eY`}} {
		if _, _, err := Open([]byte(strings.Replace(string(signed), change[0], change[1], 1)), set); err == nil {
			t.Errorf("it opens with %s in place of %s", change[1], change[0])
		}
	}
	foreign, _ := ParsePortalKeys(JWKS(vault.NewMemory()))
	if _, _, err := Open(signed, foreign); err == nil {
		t.Error("another portal's package opens")
	}
}
