package handover_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gowebpki/jcs"

	"znak/models"
	"znak/models/audit"
	"znak/models/handover"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
)

// Forwarding hands over all that the school and the desk have said, signed, and
// the trail names to whom and which content.
func TestForwardMakesAPackage(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(storetest.Teacher)
	p.Do(ref, storetest.Coordinator, models.EventNote, models.Input{Text: "белешка стола"})
	p.Do(ref, storetest.Coordinator, models.EventForward, models.Input{})
	s := p.handed(ref)
	c, digest, err := handover.Open(s.JSON, p.portal())
	if err != nil || digest != s.Digest {
		t.Fatalf("it does not open: %v", err)
	}
	head := p.Head(ref)
	if c.Reference != ref || c.Version != head.Version || c.Version != s.Version || c.State != models.StateForwarded || c.Cause != models.EventForward ||
		c.MadeFor != models.RoleCentre || c.ReporterRole != models.RoleTeacher || c.Urgency != head.Urgency {
		t.Errorf("head: %+v", c)
	}
	if c.Child.Name != storetest.ChildName || c.Child.BirthYear != 2012 || c.FamilyContactDangerous != models.Yes || c.SchoolConflict != models.No || c.DangerNow != models.No {
		t.Errorf("child: %+v", c.Child)
	}
	list := p.Checklists.All()[0]
	sign := list.Groups[0].Signs[0]
	if len(c.Signs) != 3 || c.Unanswered != list.SignCount()-3 || c.Signs[0].ID != sign.ID || c.Signs[0].Text.Sr != sign.Text.Sr || c.Signs[0].Text.En != sign.Text.En ||
		c.Signs[0].Answer != models.AnswerSeen || c.Signs[0].Date != "2026-02-27" || !strings.Contains(c.Signs[0].Note, "у ходнику") {
		t.Errorf("signs: %+v", c.Signs)
	}
	if c.Checklist.ID != list.ID || c.Checklist.Version != list.Version || c.Checklist.Digest != list.Digest || c.Proposed.Urgency == "" {
		t.Errorf("checklist: %+v, proposed %+v", c.Checklist, c.Proposed)
	}
	if c.Account.ChildWords == "" || c.School.Name == "" || c.School.DistrictName.En == "" {
		t.Errorf("account or school: %+v, %+v", c.Account, c.School)
	}
	if n := len(c.Timeline); n != 3 || c.Timeline[1].Text != "белешка стола" || c.Timeline[2].Event != models.EventForward || c.Timeline[2].State != models.StateForwarded {
		t.Errorf("timeline: %+v", c.Timeline)
	}
	if c.Times.Forwarded == "" || !handover.Moment(c.Times.ReceiveDue).Equal(head.ReceiveDue.Time()) {
		t.Errorf("times: %+v", c.Times)
	}
	canonical, err := jcs.Transform(s.JSON)
	if err != nil || !bytes.Equal(canonical, s.JSON) {
		t.Error("it is not canonical")
	}
	for _, id := range []string{head.ID, head.SchoolID + `"`, storetest.Email(storetest.Teacher), "fact"} {
		if bytes.Contains(s.JSON, []byte(`"`+id)) {
			t.Errorf("it holds %q", id)
		}
	}
	if n := p.count("SELECT count(*) FROM audit_entries WHERE action = 'forward' AND object = ?", "centre/"+digest); n != 1 {
		t.Errorf("%d entries of forward name recipient and digest", n)
	}
	p.sound()
}

// sound sees that the log holds.
func (p *post) sound() {
	p.T.Helper()
	p.Settle()
	report, err := p.Audit.Verify(context.Background(), audit.Options{})
	if err != nil || !report.OK {
		p.T.Errorf("the log: %+v, %v", report, err)
	}
}

// What the school or the desk adds afterwards makes a newer package; what the
// Centre itself does makes none, nor does anything before the hand-over.
func TestLaterPackages(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(storetest.Teacher)
	step := func(want int, who string, e models.Event, in models.Input) {
		t.Helper()
		p.Do(ref, who, e, in)
		if n := p.count("SELECT count(*) FROM packages"); n != want {
			t.Fatalf("%s by %s: %d packages, want %d", e, who, n, want)
		}
		if want == 0 {
			return
		}
		s := p.handed(ref)
		if last := s.Content.Timeline[len(s.Content.Timeline)-1]; len(s.JSON) == 0 || who != storetest.Centre && last.Event != e {
			t.Errorf("%s is not the newest entry of what the Centre has: %+v", e, last)
		}
	}
	step(0, storetest.Teacher, models.EventAdd, models.Input{Text: "пре прослеђивања"})
	step(0, storetest.Coordinator, models.EventNote, models.Input{Text: "белешка"})
	step(1, storetest.Coordinator, models.EventForward, models.Input{})
	step(2, storetest.Teacher, models.EventAdd, models.Input{Text: "касније", SchoolConflict: models.Yes})
	if c := p.handed(ref).Content; !c.Restricted || c.Timeline[len(c.Timeline)-1].Text != "касније" {
		t.Errorf("the addition: %+v", c.Timeline)
	}
	step(3, storetest.Coordinator, models.EventNote, models.Input{Text: "белешка за Центар"})
	step(3, storetest.Centre, models.EventReceive, models.Input{})
	step(3, storetest.Centre, models.EventNote, models.Input{Text: "своја"})
	step(3, storetest.Centre, models.EventAsk, models.Input{Text: "питање", To: models.ToSchool})
	step(4, storetest.Teacher, models.EventAnswer, models.Input{Text: "одговор"})
	step(4, storetest.Centre, models.EventAssess, models.Input{Text: "x"})
	step(4, storetest.Centre, models.EventDecide, p.Input(models.EventDecide))
	step(5, storetest.Teacher, models.EventReconsider, models.Input{Reason: "разлог"})
	if c := p.handed(ref).Content; c.State != models.StateReconsideration || c.Version != p.Head(ref).Version {
		t.Errorf("the newest is of %s, version %d", c.State, c.Version)
	}
	if n := p.count("SELECT count(*) FROM jobs WHERE queue = 'centre'"); n != 5 {
		t.Errorf("%d deliveries are promised", n)
	}
	p.sound()
}

// The clock's own forwarding hands over too, and when somebody acts while the
// package is made, it is made anew from what then is.
func TestClockMakesThePackageAnew(t *testing.T) {
	var meddle func()
	p := newPost(t, func(s *referral.Service) { s.Packer = &meddling{s.Packer, &meddle} })
	ref := p.Submitted(storetest.Teacher)
	times := 0
	meddle = func() {
		if times++; times == 1 {
			p.Do(ref, storetest.Coordinator, models.EventAcknowledge, models.Input{})
		}
	}
	p.Clock.Pass(30 * 24 * time.Hour)
	p.must(t, p.clocks.Tick(t.Context()))
	if r := p.Head(ref); r.State != models.StateForwarded || times != 2 {
		t.Fatalf("%s, made %d times", r.State, times)
	}
	s := p.handed(ref)
	last := s.Content.Timeline[len(s.Content.Timeline)-1]
	if len(s.Content.Timeline) != 3 || last.Event != models.EventForward || last.Role != models.RoleSystem || s.Version != p.Head(ref).Version {
		t.Errorf("%+v", s.Content.Timeline)
	}
	if n := p.count("SELECT count(*) FROM audit_entries WHERE action = 'forward' AND actor_role = 'system' AND object = ?", "centre/"+s.Digest); n != 1 {
		t.Error("the trail does not say what was handed over")
	}
	if n := p.count("SELECT count(*) FROM packages"); n != 1 {
		t.Errorf("%d packages", n)
	}
	p.sound()
}

// meddling lets somebody act while a package is made.
type meddling struct {
	referral.Packer
	act *func()
}

func (m *meddling) Pack(ctx context.Context, h *referral.Handing) (*models.Package, error) {
	(*m.act)()
	return m.Packer.Pack(ctx, h)
}

// What was prepared holds for one version alone, and a transaction that runs
// twice hands over once.
func TestPreparedHoldsForOneVersion(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(storetest.Teacher)
	desk := p.Actor(storetest.Coordinator)
	old, err := p.Referrals.Prepare(t.Context(), desk, ref, models.EventForward, p.Head(ref).Version, models.Input{})
	p.must(t, err)
	p.Do(ref, storetest.Teacher, models.EventAdd, models.Input{Text: "још нешто"})
	err = p.Store.Tx(t.Context(), func(tx *store.Tx) error { _, err := p.Referrals.AdvanceIn(t.Context(), tx, old); return err })
	if models.CodeOf(err) != models.CodeConflict || p.count("SELECT count(*) FROM packages") != 0 {
		t.Errorf("what was prepared before an addition was handed over: %v", err)
	}
	p.Store.Rehearse(true)
	p.Do(ref, storetest.Coordinator, models.EventForward, models.Input{})
	if n, jobs := p.count("SELECT count(*) FROM packages"), p.count("SELECT count(*) FROM jobs WHERE queue = 'centre'"); n != 1 || jobs != 1 {
		t.Errorf("%d packages, %d deliveries", n, jobs)
	}
	if got := p.handed(ref).Content.Timeline[1].Text; got != "још нешто" {
		t.Errorf("it holds %q", got)
	}
}

// Everybody gets what they may see, and nobody else anything; that they did is
// on the trail.
func TestPackageFollowsTheScope(t *testing.T) {
	p := newPost(t)
	ref := p.Submitted(storetest.Teacher)
	p.Do(ref, storetest.Coordinator, models.EventUrgency, models.Input{Urgency: models.Immediate, Reason: "тајни-разлог"})
	p.Do(ref, storetest.Coordinator, models.EventNote, models.Input{Text: "тајна-белешка"})
	p.Do(ref, storetest.Coordinator, models.EventForward, models.Input{})
	for who, full := range map[string]bool{storetest.Teacher: false, storetest.Psychologist: false, storetest.Coordinator: true, storetest.Centre: true} {
		s, err := p.service.Package(t.Context(), p.Actor(who), ref)
		if err != nil {
			t.Errorf("%s: %v", who, err)
			continue
		}
		if _, _, err := handover.Open(s.JSON, p.portal()); err != nil {
			t.Errorf("%s: the signature does not hold: %v", who, err)
		}
		for _, secret := range []string{"тајна-белешка", "тајни-разлог", string(models.Immediate), "proposed", "decide_due"} {
			if strings.Contains(string(s.JSON), secret) != full {
				t.Errorf("%s: %q: %v", who, secret, !full)
			}
		}
		if n := p.count("SELECT count(*) FROM audit_entries WHERE action = 'export' AND actor_id = ? AND object = ? AND fields = 'json'", who, s.Digest); n != 1 {
			t.Errorf("%s: the export is on the trail %d times", who, n)
		}
	}
	for _, who := range []string{storetest.Teacher2, storetest.TeacherFar, storetest.CoordinatorFar, storetest.Ministry, storetest.Auditor, storetest.Admin} {
		if _, err := p.service.Package(t.Context(), p.Actor(who), ref); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", who, err)
		}
	}
	if _, err := p.service.Package(t.Context(), p.Actor(storetest.Teacher), p.At(models.StateDraft)); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a draft: %v", err)
	}
	if _, err := p.service.Package(t.Context(), p.Actor(storetest.Centre), p.Submitted(storetest.Teacher)); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("what was not forwarded: %v", err)
	}
}

// Whoever has the database reads nothing of a package, and changes none unseen;
// once the referral's key is gone nobody opens it, and nothing more is sent.
func TestPackageIsSealed(t *testing.T) {
	p := newPost(t)
	ref := p.forwarded()
	if found := p.Raw().ColumnsWith(t, storetest.Marker); len(found) > 0 {
		t.Errorf("it stands readable in %v", found)
	}
	if _, err := p.Raw().Exec("UPDATE packages SET digest = 'sha256:0'"); err == nil {
		t.Error("a package was changed")
	}
	drop := "DROP TRIGGER packages_stay"
	if p.Raw().Postgres {
		drop += " ON packages"
	}
	for _, q := range []string{drop, "UPDATE packages SET digest = 'sha256:0'"} {
		if _, err := p.Raw().Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.service.Package(t.Context(), p.Actor(storetest.Centre), ref); models.CodeOf(err) != models.CodeInternal {
		t.Errorf("with another digest: %v", err)
	}
	for _, q := range []string{"UPDATE referrals SET erased_at = 1", "DELETE FROM data_keys"} {
		if _, err := p.Raw().Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.service.Package(t.Context(), p.Actor(storetest.Centre), ref); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("after the erasure: %v", err)
	}
	p.deliver()
	if n := p.count("SELECT count(*) FROM jobs WHERE queue = 'centre' AND done_at > 0 AND fault = 'moot'"); n != 1 || len(p.sent()) != 0 {
		t.Errorf("%d deliveries ended, %d were sent", n, len(p.sent()))
	}
	p.Clock.Pass(time.Hour)
	p.must(t, p.watch.Tick(t.Context()))
	if n := p.count("SELECT count(*) FROM jobs WHERE kind = 'undelivered'"); n != 0 {
		t.Error("somebody is told of what was erased")
	}
}
