package handover_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"znak/models"
	"znak/models/handover"
	"znak/models/handover/receiver"
	"znak/models/store/storetest"
)

// The Centre's system may fetch a package and give its receipt by itself: it
// counts like one that came back, for this referral and this content alone.
func TestReceiptByTheCentre(t *testing.T) {
	p := newPost(t)
	ref, other := p.forwarded(), p.forwarded()
	s, officer, ctx := p.handed(ref), p.Actor(storetest.Centre), t.Context()
	right := []byte(p.centre.Keys.Receipt(s.MessageID, s.Digest))
	stranger, err := receiver.NewKeys()
	p.must(t, err)
	if err := p.service.Receipt(ctx, p.Actor(storetest.Coordinator), ref, right); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("by a desk: %v", err)
	}
	if err := p.service.Receipt(ctx, officer, other, right); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("for another referral: %v", err)
	}
	for name, text := range map[string]string{"forged": stranger.Receipt(s.MessageID, s.Digest), "of another content": p.centre.Keys.Receipt(s.MessageID, "sha256:00"), "nothing": ""} {
		if err := p.service.Receipt(ctx, officer, ref, []byte(text)); models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := p.count("SELECT count(*) FROM packages WHERE received_at > 0"); n != 0 {
		t.Fatal("one of them was taken")
	}
	for range 2 {
		p.must(t, p.service.Receipt(ctx, officer, ref, right))
	}
	kept := p.count("SELECT count(*) FROM packages WHERE received_at > 0 AND receipt = ?", string(right))
	said := p.count("SELECT count(*) FROM audit_entries WHERE action = 'handover' AND actor_id = ? AND object = ?", officer.ID, "centre/"+s.Digest)
	if kept != 1 || said != 1 {
		t.Errorf("kept %d times, on the trail %d times", kept, said)
	}
	p.deliver()
	if len(p.sent()) != 1 || p.sent()[0] == s.MessageID {
		t.Errorf("what has its receipt was sent: %q", p.sent())
	}
}

// A receiver takes nothing that is not the portal's, whole and fresh; it keeps
// nothing unless it is told to, and remembers receipts over a restart then.
func TestReceiver(t *testing.T) {
	p := newPost(t)
	p.forwarded()
	var body []byte
	var headers http.Header
	p.endpoint = func(_ http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		b.ReadFrom(r.Body)
		body, headers = b.Bytes(), r.Header.Clone()
	}
	p.deliver()
	for _, word := range []string{storetest.Marker, "ZN-", "child", "znak-handover"} {
		if strings.Contains(string(body)+headers.Get("User-Agent"), word) {
			t.Errorf("the message shows %q", word)
		}
	}
	var log bytes.Buffer
	dir := filepath.Join(t.TempDir(), "got")
	portal := func(context.Context, bool) (*jose.JSONWebKeySet, error) { return p.portal(), nil }
	fresh := func() *receiver.Receiver {
		return &receiver.Receiver{Keys: p.centre.Keys, Portal: portal, Now: p.Clock.Now, Out: dir, Say: &log}
	}
	send := func(r *receiver.Receiver, method string, h http.Header, body []byte) *httptest.ResponseRecorder {
		req := httptest.NewRequest(method, "/", bytes.NewReader(body))
		req.Header = h
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		return w
	}
	r := fresh()
	changed := bytes.Clone(body)
	changed[len(changed)/2] ^= 1
	late := fresh()
	late.Now = func() time.Time { return p.Clock.Now().Add(time.Hour) }
	stranger, err := receiver.NewKeys()
	p.must(t, err)
	foreign := fresh()
	foreign.Keys = stranger
	for name, w := range map[string]*httptest.ResponseRecorder{"changed": send(r, "POST", headers, changed), "no headers": send(r, "POST", http.Header{}, body),
		"late": send(late, "POST", headers, body), "to another": send(foreign, "POST", headers, body), "asked for": send(r, "GET", headers, nil)} {
		if w.Code < 400 || strings.Contains(w.Body.String(), "eyJ") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	first := send(r, "POST", headers, body)
	again := send(fresh(), "POST", headers, body)
	if first.Code != 200 || first.Body.String() != again.Body.String() || !strings.Contains(log.String(), "repeated") {
		t.Errorf("%d, %d: %s", first.Code, again.Code, &log)
	}
	if strings.Contains(log.String(), storetest.Marker) {
		t.Error("it says too much")
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "ZN-*.json")); len(files) != 1 {
		t.Errorf("kept: %q", files)
	}
}

// The stub's keys stay in their file, and only public halves are given out.
func TestReceiverKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	k, err := receiver.OpenKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := receiver.OpenKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := k.Public()
	b, _ := again.Public()
	if !bytes.Equal(a, b) || bytes.Contains(a, []byte(`"d"`)) {
		t.Errorf("%s\n%s", a, b)
	}
	if _, err := handover.ParseCentreKeys(a); err != nil {
		t.Error(err)
	}
}
