package auth

import (
	"testing"

	"znak/models/store"
)

// TestAnInvitationGoesToTheApproversBodyAlone: at a provider where everybody has
// a mailbox, the domain is nobody's body.
func TestAnInvitationGoesToTheApproversBodyAlone(t *testing.T) {
	s := &Service{Post: func(*store.Tx, string, string) error { return nil }}
	for address, want := range map[string]bool{
		"nova@uprava.example.rs": true, "NOVA@Uprava.Example.RS": true, "nova@example.rs": false, "nova@uprava.example.rs.evil.test": false,
		"nova": false, "nova@": false,
	} {
		if s.SendsTo(address, "vera@uprava.example.rs") != want {
			t.Errorf("%s: want %v", address, want)
		}
	}
	for _, everybodys := range []string{"gmail.com", "Gmail.com", "yahoo.com", "outlook.com", "mts.rs"} {
		if s.SendsTo("nova@"+everybodys, "vera@"+everybodys) {
			t.Errorf("by letter to anybody at %s", everybodys)
		}
	}
	if s.SendsTo("nova@", "vera@") || s.ByHand().SendsTo("nova@uprava.example.rs", "vera@uprava.example.rs") {
		t.Error("by letter to nobody, or although it goes by hand")
	}
}
