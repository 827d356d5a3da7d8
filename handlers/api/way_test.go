package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"znak/models"
	"znak/models/store/storetest"
)

func version(n int64) string { return fmt.Sprintf(`{"version":%d}`, n) }

func decision(n int64, outcome string) string {
	return fmt.Sprintf(`{"version":%d,"outcome":%q,"criteria":["no-exploitation"],"text":"%s 52°"}`, n, outcome, storetest.Marker)
}

// TestTheWayOfAReferral: the Centre's own system takes a referral from the list
// to its outcome, and a second officer answers the reconsideration.
func TestTheWayOfAReferral(t *testing.T) {
	w := newWorld(t)
	ref := w.At(models.StateForwarded)
	w.hand.packages[ref] = `{"signed":true}`
	one, two := w.token(storetest.Centre), w.token(storetest.Centre2)
	list := w.ask("GET", "/packages?state=forwarded", one, "").page()
	if len(list.Packages) != 1 || list.Packages[0].Ref != ref || list.Packages[0].Digest == "" || list.Next != nil {
		t.Fatalf("list: %+v", list)
	}
	if p := w.ask("GET", "/packages/"+ref, one, "").wants(200); p.body != `{"signed":true}` || p.header.Get("Znak-Digest") == "" {
		t.Errorf("package: %s %v", p.body, p.header)
	}
	at := list.Packages[0]
	at = w.ask("POST", "/packages/"+ref+"/receipt", one, fmt.Sprintf(`{"version":%d,"jws":"a.b.c"}`, at.Version)).standing()
	if at.State != models.StateReceived || !slices.Equal(w.hand.receipts, []string{ref + " a.b.c"}) {
		t.Errorf("received: %+v %v", at, w.hand.receipts)
	}
	at = w.ask("POST", "/packages/"+ref+"/assessment", one, version(at.Version)).standing()
	at = w.ask("POST", "/packages/"+ref+"/outcome", one, decision(at.Version, "not_assessed_as_victim")).standing()
	if at.State != models.StateClosed || at.Version != w.Head(ref).Version {
		t.Errorf("decided: %+v", at)
	}
	w.Do(ref, storetest.Teacher, models.EventReconsider, w.Input(models.EventReconsider))
	at.Version++
	p := w.ask("POST", "/packages/"+ref+"/outcome", one, decision(at.Version, "identified")).is(409, "another-officer")
	if p.State != models.StateReconsideration || p.Version != at.Version {
		t.Errorf("the same officer: %+v", p)
	}
	at = w.ask("POST", "/packages/"+ref+"/outcome", two, decision(at.Version, "identified")).standing()
	d, err := w.Referrals.Read(t.Context(), w.Actor(storetest.Centre), ref, "read")
	w.must(err)
	last := d.Timeline[len(d.Timeline)-1]
	if d.State != models.StateClosed || last.Event != models.EventDecideReconsideration || last.ActorID != storetest.Centre2 || last.Input.Outcome != models.OutcomeIdentified {
		t.Errorf("it ended as %s by %+v", d.State, last)
	}
	w.onTheTrail(d.ID)
}

// onTheTrail checks that each act stands there twice: as the act of its officer,
// and as the use of a token.
func (w *world) onTheTrail(id string) {
	w.t.Helper()
	for action, want := range map[string]int{"api-list": 1, "api-package": 1, "api-receipt": 1, "api-assessment": 1, "api-outcome": 2,
		"receive": 1, "assess": 1, "decide": 1, "decide-reconsideration": 1} {
		list := w.trail(action)
		if len(list) != want {
			w.t.Errorf("%s stands %d times on the trail", action, len(list))
		}
		for _, e := range list {
			if strings.HasPrefix(action, "api-") && (!strings.HasPrefix(e.Object, "token:") || e.ActorRole != models.RoleCentre || action != "api-list" && e.ReferralID != id) {
				w.t.Errorf("%s: %+v", action, e)
			}
		}
	}
	if log := w.log.String(); strings.Contains(log, storetest.Marker) || strings.Contains(log, "znak_") || strings.Contains(log, "ZN-") {
		w.t.Errorf("the log holds more than it may: %s", log)
	}
}

// TestPages: whoever follows next gets every forwarded referral once, in the
// order of forwarding, and a filter narrows.
func TestPages(t *testing.T) {
	w := newWorld(t)
	token := w.token(storetest.Centre, models.ScopePackagesRead)
	var want []string
	for i := range 7 {
		want = append(want, w.At(models.StateForwarded))
		if i%2 == 1 { // pairs are forwarded at one moment
			w.Clock.Pass(time.Minute)
		}
	}
	for i := range len(want) / 2 {
		slices.Sort(want[2*i : 2*i+2])
	}
	w.Submitted(storetest.Teacher)
	w.Do(want[0], storetest.Centre, models.EventReceive, models.Input{})
	var got []string
	next := base + "/packages?limit=2"
	for range want {
		p := w.ask("GET", next, token, "").page()
		for _, r := range p.Packages {
			got = append(got, r.Ref)
		}
		if p.Next == nil {
			break
		}
		next = *p.Next
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if p := w.ask("GET", "/packages?state=received", token, "").page(); len(p.Packages) != 1 || p.Packages[0].Ref != want[0] {
		t.Errorf("received: %+v", p)
	}
	since := url.QueryEscape(w.Head(want[4]).ForwardedAt.Time().Format(time.RFC3339Nano))
	if p := w.ask("GET", "/packages?since="+since, token, "").page(); len(p.Packages) != 3 {
		t.Errorf("since the fifth: %+v", p)
	}
	for _, q := range []string{"limit=0", "limit=101", "limit=x", "state=draft", "state=", "since=yesterday", "after=x", "after=MSBaTi0", "sate=closed", "limit=1&limit=2"} {
		w.ask("GET", "/packages?"+q, token, "").is(http.StatusBadRequest, "parameter")
	}
}
