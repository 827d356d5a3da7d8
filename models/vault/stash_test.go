package vault

import (
	"bytes"
	"testing"
)

func TestStashOpensForItsOwnerOnly(t *testing.T) {
	v := NewMemory()
	sealed, err := v.SealStash("me", []byte("written before the session ended"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("written")) {
		t.Error("the stash can be read")
	}
	if plain, err := v.OpenStash("me", sealed); err != nil || string(plain) != "written before the session ended" {
		t.Errorf("OpenStash = %q, %v", plain, err)
	}
	if _, err := v.OpenStash("you", sealed); err == nil {
		t.Error("somebody else opened it")
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := v.OpenStash("me", sealed); err == nil {
		t.Error("a changed stash opened")
	}
}
