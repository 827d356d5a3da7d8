package auth

import (
	"bytes"
	"testing"
	"time"

	"znak/models"
	"znak/models/store"
)

func TestTheSameSessionIsTheSameBytes(t *testing.T) {
	deadline := time.Date(2026, 3, 2, 8, 0, 0, 123456789, time.UTC)
	values := map[string]any{"b": "2", "a": "1", "user": "u", "c": true}
	one, err := jsonCodec{}.Encode(deadline, values)
	if err != nil {
		t.Fatal(err)
	}
	at, back, err := jsonCodec{}.Decode(one)
	if err != nil || back["c"] != true || back["user"] != "u" {
		t.Fatalf("read back %v, %v", back, err)
	}
	two, _ := jsonCodec{}.Encode(at, back)
	if !bytes.Equal(one, two) {
		t.Errorf("%s became %s", one, two)
	}
}

func TestReadingPagesDoesNotWriteEachTime(t *testing.T) {
	d := newDesk(t)
	s := NewSessionStore(d.Store)
	data, _ := jsonCodec{}.Encode(d.now.Add(Lifetime), map[string]any{UserKey: "u1"})
	expires := func() models.Stamp {
		row, err := d.Store.Session(t.Context(), "hash")
		if err != nil {
			t.Fatal(err)
		}
		return row.ExpiresAt
	}
	save := func(data []byte) {
		t.Helper()
		ctx := Track(t.Context())
		if _, _, err := s.FindCtx(ctx, "hash"); err != nil {
			t.Fatal(err)
		}
		if err := s.CommitCtx(ctx, "hash", data, d.now.Add(IdleTimeout)); err != nil {
			t.Fatal(err)
		}
	}
	save(data)
	first := expires()
	d.now = d.now.Add(59 * time.Second)
	save(data)
	if expires() != first {
		t.Error("59 seconds later the row was written again")
	}
	d.now = d.now.Add(time.Second)
	save(data)
	second := expires()
	if second == first {
		t.Error("a minute later the session was not kept alive")
	}
	d.now = d.now.Add(time.Second)
	changed, _ := jsonCodec{}.Encode(d.now.Add(Lifetime), map[string]any{UserKey: "u2"})
	save(changed)
	rows, err := d.Store.SessionsOf(t.Context(), models.Actor{ID: "u2"})
	if err != nil || len(rows) != 1 || expires() == second {
		t.Errorf("changed data were not written: %v, %v", rows, err)
	}
	if err := s.Commit("hash", changed, d.now.Add(IdleTimeout)); err != nil {
		t.Errorf("without a tracked context: %v", err)
	}
}

func TestASessionEndedMeanwhileStaysEnded(t *testing.T) {
	d := newDesk(t)
	s := NewSessionStore(d.Store)
	data, _ := jsonCodec{}.Encode(d.now.Add(Lifetime), map[string]any{UserKey: "u1"})
	if err := s.Commit("hash", data, d.now.Add(IdleTimeout)); err != nil {
		t.Fatal(err)
	}
	ctx := Track(t.Context())
	if _, found, _ := s.FindCtx(ctx, "hash"); !found {
		t.Fatal("not found")
	}
	if err := d.Store.Tx(t.Context(), func(tx *store.Tx) error { return tx.EndSessions("u1") }); err != nil {
		t.Fatal(err)
	}
	changed, _ := jsonCodec{}.Encode(d.now.Add(Lifetime), map[string]any{UserKey: "u1", "x": "y"})
	if err := s.CommitCtx(ctx, "hash", changed, d.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, found, _ := s.Find("hash"); found {
		t.Error("the slow request brought it back")
	}
}

func TestTidyingRemovesOnlyWhatIsOver(t *testing.T) {
	d := newDesk(t)
	s := NewSessionStore(d.Store)
	data, _ := jsonCodec{}.Encode(d.now, map[string]any{})
	for token, ends := range map[string]time.Duration{"old": time.Minute, "new": 25 * time.Hour} {
		if err := s.Commit(token, data, d.now.Add(ends)); err != nil {
			t.Fatal(err)
		}
	}
	d.try("nobody@example.rs", "wrong", "192.0.2.1")
	d.now = d.now.Add(24*time.Hour + time.Second)
	if err := s.DeleteExpired(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, found, _ := s.Find("new")
	left, err := d.Store.Throttles(t.Context(), d.Limits.counters("nobody@example.rs", "192.0.2.1")[0].name)
	if !found || len(left) != 0 || err != nil {
		t.Errorf("new session found: %v; counters %v, %v", found, left, err)
	}
}

func TestTheCookieBelongsToThisHostAlone(t *testing.T) {
	d := newDesk(t)
	m := NewSessions(d.Store, true)
	if c := m.Cookie; c.Name != "__Host-znak" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.Persist {
		t.Errorf("%+v", c)
	}
	if c := NewSessions(d.Store, false).Cookie; c.Name != "znak" || c.Secure || !c.HttpOnly {
		t.Errorf("without HTTPS: %+v", c)
	}
}
