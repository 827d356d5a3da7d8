package auth

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"znak/models"
)

func TestNewPasswords(t *testing.T) {
	const email = "ana.anic@example.rs"
	for password, want := range map[string]string{
		goodPassword:          "",
		"aaaaaaaaaaab":        "", // no rules on what it is made of
		"vedro magla tramvaj": "",
		"194507231958":        "",
		strings.Repeat("ведро маглa", 9): "",
		"kratka":                       "error.password_short",
		"једанаест11":                  "error.password_short", // 11 characters, though 20 bytes
		"c\u030cc\u030cxyzwklmnp":      "error.password_short", // two marks make no characters
		strings.Repeat("č1ž", 43):      "error.password_long",
		"aaaaaaaaaaaa":                 "error.password_common",
		"жжжжжжжжжжжжж":                "error.password_common",
		"abcabcabcabcabc":              "error.password_common",
		"            ":                 "error.password_common",
		"abcdefghijklm":                "error.password_common",
		"123456789012":                 "error.password_common",
		"987654321098":                 "error.password_common",
		"qwertyuiopas":                 "error.password_common",
		"QwertyUIOPas":                 "error.password_common",
		"Password1234":                 "error.password_common",
		"2024!Partizan2024!":           "error.password_common",
		"лозинка12345":                 "error.password_common",
		"Crvena Zvezda 1945":           "error.password_common",
		"correct horse battery staple": "error.password_common",
		"znak-demo-2026":               "error.password_common",
		"Znak-Demo-2026":               "error.password_common",
		"znakdemo2026!!":               "error.password_common",
		"moj-znak-demo-2026-x":         "error.password_personal",
		"опасанзнакпоред":              "error.password_personal",
		"xx ana.anic xx 77":            "error.password_personal",
		"ANA.ANIC@example.rs":          "error.password_personal",
	} {
		got := ""
		var e *models.Error
		if err := CheckNewPassword(password, email); errors.As(err, &e) {
			got = e.Fields[0].Key
			if e.Code != models.CodeInvalid || e.Fields[0].Field != "password" {
				t.Errorf("%q: %v", password, err)
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
	if err := CheckNewPassword("vedro an magla", "an@example.rs"); err != nil {
		t.Errorf("a short local part is no word: %v", err)
	}
}

func TestAPasswordIsTheSameHoweverItsLettersAreTyped(t *testing.T) {
	h, err := NewHasher(DemoParams())
	if err != nil {
		t.Fatal(err)
	}
	hash, err := h.Hash(t.Context(), "čaša i žaba u šumi")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := h.Check(t.Context(), hash, "c\u030cas\u030ca i z\u030caba u s\u030cumi"); !ok || err != nil {
		t.Errorf("got %v, %v", ok, err)
	}
	if ok, _ := h.Check(t.Context(), hash, "casa i zaba u sumi"); ok {
		t.Error("marks do not count")
	}
	if ok, _ := h.Check(t.Context(), "", ""); ok {
		t.Error("an account without a password has the empty one")
	}
	if _, err := h.Check(t.Context(), "nonsense", "x"); err == nil {
		t.Error("a damaged hash is no fault")
	}
}

func TestServingHashesWithTheDocumentedWork(t *testing.T) {
	h, err := NewHasher(ServeParams())
	if err != nil {
		t.Fatal(err)
	}
	hash, err := h.Hash(t.Context(), goodPassword)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%s, %v", hash, err)
	}
}

func TestAFloodOfPasswordsTakesTurns(t *testing.T) {
	h, err := NewHasher(DemoParams())
	if err != nil {
		t.Fatal(err)
	}
	slots := cap(h.slots)
	began, finish := make(chan struct{}, 100), make(chan struct{})
	h.compare = func(string, string) (bool, error) { began <- struct{}{}; <-finish; return true, nil }
	var wg sync.WaitGroup
	for range slots {
		wg.Go(func() { h.Check(context.Background(), "x", "x") })
	}
	for range slots {
		<-began
	}
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error)
	go func() { _, err := h.Check(ctx, "x", "x"); waiting <- err }()
	cancel()
	if err := <-waiting; models.CodeOf(err) != models.CodeUnavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("who waits and gives up: %v", err)
	}
	if len(began) != 0 {
		t.Error("more passwords at once than there are slots")
	}
	close(finish)
	wg.Wait()
	if ok, err := h.Check(t.Context(), "x", "x"); !ok || err != nil {
		t.Errorf("afterwards: %v, %v", ok, err)
	}
}
