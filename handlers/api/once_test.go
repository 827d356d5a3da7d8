package api

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"znak/models"
	"znak/models/store/storetest"
)

// TestAnActIsDoneOnce: the same key and body give the same answer, whatever
// became of the referral since; another body is refused.
func TestAnActIsDoneOnce(t *testing.T) {
	w := newWorld(t)
	ref, token := w.At(models.StateForwarded), w.token(storetest.Centre)
	path, body := "/packages/"+ref+"/receipt", version(w.Head(ref).Version)
	first := w.ask("POST", path, token, body, keyHeader, "k1").wants(200)
	w.Do(ref, storetest.Centre2, models.EventAssess, models.Input{})
	again := w.ask("POST", path, token, body, keyHeader, "k1").wants(200)
	if again.body != first.body || again.header.Get("Idempotent-Replayed") != "true" || first.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("again: %s after %s", again.body, first.body)
	}
	w.ask("POST", path, token, body+" ", keyHeader, "k1").is(422, "key-reused")
	w.ask("POST", "/packages/"+ref+"/assessment", token, body, keyHeader, "k1").is(422, "key-reused")
	w.ask("POST", path, token, body, keyHeader, "k2").is(409, "stale-version")
	w.ask("POST", path, w.token(storetest.Centre2), body, keyHeader, "k1").is(409, "stale-version") // another token's keys are its own
	if n := len(w.trail("receive")); n != 1 {
		t.Errorf("received %d times", n)
	}
	w.Clock.Pass(keepAnswers - time.Second)
	w.ask("POST", path, token, body, keyHeader, "k1").wants(200)
	w.Clock.Pass(2 * time.Second)
	w.ask("POST", path, token, body, keyHeader, "k1").is(409, "stale-version") // forgotten, and still not done twice
}

// TestWhatIsKept: a thief of the database gets no token, and cannot test a guess
// at what was sent.
func TestWhatIsKept(t *testing.T) {
	w := newWorld(t)
	ref, token := w.At(models.StateInAssessment), w.token(storetest.Centre)
	body := decision(w.Head(ref).Version, "dismissed")
	w.ask("POST", "/packages/"+ref+"/outcome", token, body, keyHeader, storetest.Email("key")).wants(200)
	var answers, tokens string
	w.must(w.Raw().QueryRow("SELECT key_hash || body_hash || claim || answer FROM api_answers").Scan(&answers))
	w.must(w.Raw().QueryRow("SELECT id || hash || label || scopes FROM api_tokens").Scan(&tokens))
	plain := func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
	for _, secret := range []string{token, token[5:20], storetest.Marker, "dismissed", storetest.Email("key"), plain(body), plain(storetest.Email("key")), plain(token)} {
		if strings.Contains(answers+tokens, secret) {
			t.Errorf("kept: %s", secret)
		}
	}
}

// TestManyAtOnce: of many requests with one key, one acts; the others wait their
// turn or get its answer.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t)
	ref, token := w.At(models.StateForwarded), w.token(storetest.Centre)
	body := version(w.Head(ref).Version)
	var wg sync.WaitGroup
	answers := make([]*answer, 8)
	for i := range answers {
		wg.Go(func() { answers[i] = w.ask("POST", "/packages/"+ref+"/receipt", token, body, keyHeader, "k") })
	}
	wg.Wait()
	fresh := 0
	for _, a := range answers {
		switch {
		case a.status == 200 && a.header.Get("Idempotent-Replayed") == "":
			fresh++
		case a.status == 409:
			a.is(409, "in-progress")
		default:
			a.wants(200)
		}
	}
	if n := len(w.trail("receive")); fresh != 1 || n != 1 {
		t.Errorf("%d fresh answers, received %d times", fresh, n)
	}
}

// TestWhileAnActIsUnderWay: the same request is told to wait; another body is
// refused at once.
func TestWhileAnActIsUnderWay(t *testing.T) {
	w := newWorld(t)
	ref, token := w.At(models.StateForwarded), w.token(storetest.Centre)
	inside, goOn := make(chan bool), make(chan bool)
	w.hand.receive = func() error { close(inside); <-goOn; return nil }
	body := fmt.Sprintf(`{"version":%d,"jws":"a.b.c"}`, w.Head(ref).Version)
	var wg sync.WaitGroup
	var first *answer
	wg.Go(func() { first = w.ask("POST", "/packages/"+ref+"/receipt", token, body, keyHeader, "k") })
	<-inside
	p := w.ask("POST", "/packages/"+ref+"/receipt", token, body, keyHeader, "k")
	other := w.ask("POST", "/packages/"+ref+"/receipt", token, version(1), keyHeader, "k")
	close(goOn)
	wg.Wait()
	if p.is(409, "in-progress"); p.header.Get("Retry-After") == "" {
		t.Error("nobody says when")
	}
	other.is(422, "key-reused")
	first.wants(200)
}

// TestWhatFailedOrWasCutOffCanBeTriedAgain with the same key, and is done once.
func TestWhatFailedOrWasCutOffCanBeTriedAgain(t *testing.T) {
	w := newWorld(t)
	ref, token := w.At(models.StateForwarded), w.token(storetest.Centre)
	body := fmt.Sprintf(`{"version":%d,"jws":"a.b.c"}`, w.Head(ref).Version)
	ask := func() *answer {
		return w.ask("POST", "/packages/"+ref+"/receipt", token, body, keyHeader, "k")
	}
	w.hand.receive = func() error { return errors.New("secret fault of " + storetest.Marker) }
	ask().is(http.StatusInternalServerError, "internal")
	w.hand.receive = func() error { panic("cut off") }
	ask().is(http.StatusInternalServerError, "internal")
	w.hand.receive = nil
	ask().is(409, "in-progress") // nobody knows yet that the one before is gone
	w.Clock.Pass(lease)
	ask().wants(200)
	if again := ask().wants(200); again.header.Get("Idempotent-Replayed") != "true" {
		t.Error("it was done again")
	}
	if n := len(w.trail("receive")); n != 1 {
		t.Errorf("received %d times", n)
	}
}
