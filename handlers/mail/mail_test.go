package mail_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"znak/handlers/mail"
	"znak/locales"
	"znak/models"
	"znak/models/courier"
	"znak/models/referral"
	"znak/models/store"
	"znak/models/store/storetest"
)

const base = "https://znak.test"

func letters(t *testing.T) *mail.Letters {
	t.Helper()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	belgrade, err := time.LoadLocation("Europe/Belgrade")
	if err != nil {
		t.Fatal(err)
	}
	l, err := mail.New(texts, base, belgrade)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var (
	cyrillic  = regexp.MustCompile(`\p{Cyrillic}`)
	key       = regexp.MustCompile(`mail\.(subject|text|ref|due|open|foot|immediate)`)
	forbidden = regexp.MustCompile(`(?i)жртв|žrtv|victim|трговин|trgovin|traffick`)
)

// Every letter, in every language and script, has its reference, what to do,
// until when, and a link, and no word that gives away what it is about.
func TestEveryLetterInEveryLanguage(t *testing.T) {
	l := letters(t)
	due := time.Date(2026, 3, 2, 13, 5, 0, 0, time.UTC)
	for _, kind := range models.Letters {
		for _, lang := range locales.All {
			for _, immediate := range []bool{false, true} {
				w, err := l.Write(courier.Letter{Kind: kind, Lang: string(lang), Ref: "ZN-7K3M-9QX4", Immediate: immediate, Due: due, Path: "/referrals/ZN-7K3M-9QX4"})
				if err != nil {
					t.Fatal(err)
				}
				check(t, fmt.Sprintf("%s in %s, %v", kind, lang, immediate), kind, lang, w)
			}
		}
	}
}

func check(t *testing.T, name string, kind models.Letter, lang locales.Lang, w courier.Words) {
	t.Helper()
	hour := map[locales.Lang]string{locales.Cyrillic: "2. марта 2026. у 14:05", locales.Latin: "2. marta 2026. u 14:05", locales.English: "2 March 2026 at 14:05"}[lang]
	for part, s := range map[string]string{"text": w.Text, "HTML": w.HTML} {
		for _, want := range []string{"ZN-7K3M-9QX4", hour, base + "/referrals/ZN-7K3M-9QX4", "192"} {
			if !strings.Contains(s, want) {
				t.Errorf("%s: the %s lacks %q: %s", name, part, want, s)
			}
		}
	}
	if !strings.HasPrefix(w.HTML, "<!doctype html>\n<html lang=\""+string(lang)+"\">") {
		t.Errorf("%s: HTML begins %.50q", name, w.HTML)
	}
	for part, s := range map[string]string{"subject": w.Subject, "text": w.Text, "HTML": w.HTML} {
		if word := forbidden.FindString(s); word != "" {
			t.Errorf("%s: the %s says %q", name, part, word)
		}
		if got := cyrillic.MatchString(s); got != (lang == locales.Cyrillic) {
			t.Errorf("%s: Cyrillic in the %s is %v: %s", name, part, got, s)
		}
		if key.MatchString(s) || strings.Contains(s, "<no value>") {
			t.Errorf("%s: the %s shows a key: %s", name, part, s)
		}
	}
	if kind != models.LetterInvitation && !strings.Contains(w.Subject, "ZN-7K3M-9QX4: ") || len([]rune(w.Subject)) > 100 {
		t.Errorf("%s: subject %q", name, w.Subject)
	}
}

func TestDangerIsMarked(t *testing.T) {
	l := letters(t)
	w, err := l.Write(courier.Letter{Kind: models.LetterNew, Lang: "sr", Ref: "ZN-7K3M-9QX4", Immediate: true, Path: "/"})
	if err != nil || w.Subject != "НЕПОСРЕДНА ОПАСНОСТ – ZN-7K3M-9QX4: потврдите пријем пријаве" || !strings.HasPrefix(w.Text, "Непосредна опасност.") {
		t.Errorf("%q, %q, %v", w.Subject, w.Text, err)
	}
	w, err = l.Write(courier.Letter{Kind: models.LetterDraft, Lang: "sr", Ref: "ZN-7K3M-9QX4", Immediate: true, Path: "/"})
	if err != nil || w.Subject != "ZN-7K3M-9QX4: пошаљите започету пријаву" {
		t.Errorf("an author's letter: %q, %v", w.Subject, err)
	}
}

// The whole way of a referral, with a marker in everything that anybody types,
// in each language: no letter holds anything of it, nor a name of a person or a
// school, nor a sign.
func TestNoLetterTellsAnything(t *testing.T) {
	for _, lang := range locales.All {
		t.Run(string(lang), func(t *testing.T) {
			var outbox *courier.Outbox
			w := storetest.New(t, func(s *referral.Service) {
				outbox = courier.NewOutbox(s.Location)
				s.Outbox = outbox
			})
			w.Tx(func(tx *store.Tx) error {
				for _, u := range storetest.People() {
					u.Lang = string(lang)
					if err := tx.PutUser(u); err != nil {
						return err
					}
				}
				return nil
			})
			quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
			caught := new(courier.Caught)
			m := &courier.Mailer{Store: w.Store, Audit: w.Audit, Outbox: outbox, Writer: letters(t), Sender: caught, Log: quiet}
			clocks := &courier.Clocks{Store: w.Store, Referrals: w.Referrals, Outbox: outbox, Audit: w.Audit, Log: quiet}
			live(t, w, func() {
				if err := clocks.Tick(context.Background()); err != nil {
					t.Fatal(err)
				}
				for n := 1; n > 0; {
					var err error
					if n, _, err = m.Batch(context.Background()); err != nil {
						t.Fatal(err)
					}
				}
			})
			kinds := map[string]bool{}
			for _, msg := range caught.Messages() {
				kinds[msg.Subject[strings.Index(msg.Subject, ": ")+1:]] = true
				tellsNothing(t, w, msg)
			}
			if len(kinds) < 15 {
				t.Errorf("only %d kinds of letters went out: %v", len(kinds), kinds)
			}
		})
	}
}

// live lets a referral go all its ways; send is called after each act.
func live(t *testing.T, w *storetest.World, send func()) {
	t.Helper()
	act := func(ref, who string, e models.Event) { w.Do(ref, who, e, w.Input(e)); send() }
	w.Draft(storetest.Teacher, w.Full, func(c *models.Content) { c.DangerNow = models.Yes })
	w.Clock.Pass(31 * time.Minute)
	send()
	late := w.Submitted(storetest.Teacher)
	ref := w.Submitted(storetest.Teacher, func(c *models.Content) { c.DangerNow = models.Yes })
	send()
	act(ref, storetest.Coordinator, models.EventReassign)
	for _, e := range []models.Event{models.EventAcknowledge, models.EventAsk} {
		act(ref, storetest.Deputy, e)
	}
	act(ref, storetest.Teacher, models.EventAnswer)
	act(ref, storetest.Teacher, models.EventAdd)
	act(ref, storetest.Deputy, models.EventProposeClose)
	w.Clock.Pass(3*time.Hour + time.Minute)
	send()
	act(ref, storetest.Deputy, models.EventForward)
	w.Clock.Pass(3*time.Hour + time.Minute)
	send()
	w.Clock.Pass(time.Hour)
	send()
	for _, e := range []models.Event{models.EventReceive, models.EventAssess, models.EventDecide} {
		act(ref, storetest.Centre, e)
	}
	act(ref, storetest.Teacher, models.EventReconsider)
	act(ref, storetest.Centre2, models.EventDecideReconsideration)
	for _, d := range []time.Duration{12 * time.Hour, 6 * time.Hour, 34 * time.Hour, 48 * time.Hour} {
		w.Clock.Pass(d)
		send()
	}
	if got := w.Head(late).State; got != models.StateForwarded {
		t.Fatalf("the one that nobody read is %s", got)
	}
}

func tellsNothing(t *testing.T, w *storetest.World, m courier.Message) {
	t.Helper()
	all := m.Subject + "\n" + m.Text + "\n" + m.HTML
	var secrets []string
	add := func(s string) { secrets = append(secrets, s, locales.ToLatin(s)) }
	for _, s := range []string{storetest.Marker, storetest.ChildName, "Ђурђица", "VI-2", "2012", "52°"} {
		add(s)
	}
	for _, s := range storetest.Schools() {
		add(s.Name)
		add(s.Municipality)
	}
	for _, u := range storetest.People() {
		add(u.Name)
	}
	for _, list := range w.Checklists.All() {
		for _, g := range list.Groups {
			for _, sign := range g.Signs {
				add(sign.Text.Sr)
				add(sign.Text.En)
			}
		}
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(all, s) {
			t.Errorf("a letter says %q: %s", s, m.Text)
		}
	}
	if word := forbidden.FindString(all); word != "" {
		t.Errorf("a letter says %q: %s", word, m.Text)
	}
	// The school never learns what triage made of the urgency.
	if m.Urgent && (m.To == storetest.Email(storetest.Psychologist) || m.To == storetest.Email(storetest.Teacher) && !strings.Contains(m.Link, "/edit/danger")) {
		t.Errorf("the school was told of an urgency: %s", m.Subject)
	}
}
