package referral_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"znak/models"
	"znak/models/checklist"
	"znak/models/referral"
	"znak/models/store/storetest"
)

func TestContentThatIsRefused(t *testing.T) {
	w := storetest.New(t)
	sign := w.Checklists.All()[0].Groups[0].Signs[0].ID
	signed := func(a models.SignAnswer) func(*models.Content) {
		return func(c *models.Content) { c.Signs = map[string]models.SignAnswer{sign: a} }
	}
	child := func(f func(*models.Child)) func(*models.Content) { return func(c *models.Content) { f(&c.Child) } }
	account := func(s string) func(*models.Content) { return func(c *models.Content) { c.Account.Observed = s } }
	for _, tt := range []struct {
		name   string
		change func(*models.Content)
		field  string
	}{
		{"a long name", child(func(c *models.Child) { c.Name = strings.Repeat("ж", 121) }), "child.name error.too_long"},
		{"a name of two lines", child(func(c *models.Child) { c.Name = "a\nb" }), "child.name error.control"},
		{"a name that is no UTF-8", child(func(c *models.Child) { c.Name = "\xc3\x28" }), "child.name error.utf8"},
		{"born next year", child(func(c *models.Child) { c.BirthYear = 2027 }), "child.birth_year error.birth_year"},
		{"born long ago", child(func(c *models.Child) { c.BirthYear = 2000 }), "child.birth_year error.birth_year"},
		{"born before Christ", child(func(c *models.Child) { c.BirthYear = -5 }), "child.birth_year error.birth_year"},
		{"a third sex", child(func(c *models.Child) { c.Sex = "x" }), "child.sex error.choice"},
		{"another citizenship", child(func(c *models.Child) { c.Citizenship = "de" }), "child.citizenship error.choice"},
		{"a long account", account(strings.Repeat("ж", 10001)), "account.observed error.too_long"},
		{"a bell", account("a\ab"), "account.observed error.control"},
		{"an unknown answer", signed(models.SignAnswer{Answer: "maybe"}), "sign." + sign + " error.choice"},
		{"a long note", signed(models.SignAnswer{Note: strings.Repeat("x", 1001)}), "note." + sign + " error.too_long"},
		{"no date", signed(models.SignAnswer{Date: "yesterday"}), "date." + sign + " error.date"},
		{"no such day", signed(models.SignAnswer{Date: "2026-02-30"}), "date." + sign + " error.date"},
		{"tomorrow", signed(models.SignAnswer{Date: "2026-03-03"}), "date." + sign + " error.date_future"},
		{"an unknown sign", func(c *models.Content) {
			c.Signs = map[string]models.SignAnswer{"none-such": {Answer: models.AnswerSeen}}
		}, "sign.none-such error.unknown_sign"},
		{"perhaps", func(c *models.Content) { c.SchoolConflict = "perhaps" }, "school_conflict error.choice"},
	} {
		ref := w.Draft(storetest.Teacher)
		before := *w.Head(ref)
		_, err := w.Referrals.Save(t.Context(), w.Actor(storetest.Teacher), ref, "x", tt.change)
		if models.CodeOf(err) != models.CodeInvalid || !slices.Contains(faults(err), tt.field) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.field)
		}
		if *w.Head(ref) != before {
			t.Errorf("%s: refused and saved", tt.name)
		}
	}
	for name, change := range map[string]func(*models.Content){
		"born this year": child(func(c *models.Child) { c.BirthYear = 2026 }), "today": signed(models.SignAnswer{Date: "2026-03-02"}),
		"exactly as long as may be": account(strings.Repeat("ж", 10000)), "tabs and lines": account("a\tb\r\nc"), "other scripts": account("لا 你好 👧🏽 é"),
		"quotation": account(`<script>{{.}}</script>'; DROP TABLE referrals; --`), "unknown": signed(models.SignAnswer{Answer: models.AnswerUnknown}),
	} {
		if _, err := w.Referrals.Save(t.Context(), w.Actor(storetest.Teacher), w.Draft(storetest.Teacher), "x", change); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTodayIsBelgrades: what was seen after midnight there is not in the future.
func TestTodayIsBelgrades(t *testing.T) {
	w := storetest.New(t)
	w.Clock.Set(time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC))
	sign := w.Checklists.All()[0].Groups[0].Signs[0].ID
	ref := w.Draft(storetest.Teacher)
	_, err := w.Referrals.Save(t.Context(), w.Actor(storetest.Teacher), ref, "x", func(c *models.Content) {
		c.Signs = map[string]models.SignAnswer{sign: {Answer: models.AnswerSeen, Date: "2027-01-01"}}
		c.Child.BirthYear = 2027
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSavingTheSameWritesNothing(t *testing.T) {
	w := storetest.New(t)
	ref := w.Draft(storetest.Teacher, w.Full)
	before, entries := *w.Head(ref), count(t, w, "audit_entries")
	if _, err := w.Referrals.Save(t.Context(), w.Actor(storetest.Teacher), ref, "x", w.Full); err != nil {
		t.Fatal(err)
	}
	if *w.Head(ref) != before || count(t, w, "audit_entries") != entries {
		t.Error("the same was saved again")
	}
}

func TestSpacesAreTidied(t *testing.T) {
	w := storetest.New(t)
	ref := w.Draft(storetest.Teacher)
	sign := w.Checklists.All()[0].Groups[0].Signs[0].ID
	d, err := w.Referrals.Save(t.Context(), w.Actor(storetest.Teacher), ref, "x", func(c *models.Content) {
		c.Child.Name, c.Account.Told = "  Ана   Марија ", " x \n"
		c.Signs = map[string]models.SignAnswer{sign: {Answer: models.AnswerUnknown, Note: "  "}}
	})
	if err != nil || d.Content.Child.Name != "Ана Марија" || d.Content.Account.Told != "x" || len(d.Content.Signs) != 0 {
		t.Errorf("%+v, %v", d.Content, err)
	}
}

// twoVersions is a set in which the online checklist has a second version that
// lacks a sign of the first.
func twoVersions(t *testing.T, second bool) (*checklist.Set, string) {
	t.Helper()
	old, err := os.ReadFile("../checklist/data/online.v1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	one, err := checklist.Check("online.v1.yaml", old)
	if err != nil {
		t.Fatal(err)
	}
	gone := one.Groups[0].Signs[0].ID
	text := strings.Replace(string(old), "\nversion: 1\n", "\nversion: 2\n", 1)
	text = strings.ReplaceAll(text, "id: "+gone+"\n", "id: another-sign\n")
	files := fstest.MapFS{"online.v1.yaml": {Data: old}}
	lines := "id\tversion\tdigest\toffered\n" + one.PublishedLine() + "\n"
	if second {
		two, err := checklist.Check("online.v2.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		files["online.v2.yaml"] = &fstest.MapFile{Data: []byte(text)}
		lines += two.PublishedLine() + "\n"
	}
	files["published.tsv"] = &fstest.MapFile{Data: []byte(lines)}
	set, err := checklist.LoadFS(files)
	if err != nil {
		t.Fatal(err)
	}
	return set, gone
}

func TestADraftKeepsItsVersionOfTheChecklist(t *testing.T) {
	before, gone := twoVersions(t, false)
	after, _ := twoVersions(t, true)
	w := storetest.New(t, func(s *referral.Service) { s.Checklists = before })
	a := w.Actor(storetest.Teacher)
	seen := func(c *models.Content) { c.Signs = map[string]models.SignAnswer{gone: {Answer: models.AnswerSeen}} }
	d, err := w.Referrals.Begin(t.Context(), a, "online", models.No)
	if err != nil {
		t.Fatal(err)
	}
	later := w.Service(func(s *referral.Service) { s.Checklists = after })
	if _, err := later.Save(t.Context(), a, d.Ref, "x", seen); err != nil {
		t.Fatalf("the old sign is refused after the new version: %v", err)
	}
	if _, err := later.Submit(t.Context(), a, d.Ref); err != nil {
		t.Fatal(err)
	}
	got, err := later.Read(t.Context(), w.Actor(storetest.Coordinator), d.Ref, "read")
	if err != nil || got.Checklist.Version != 1 || got.Content.Signs[gone].Answer != models.AnswerSeen {
		t.Errorf("%+v, %v", got, err)
	}
	fresh, err := later.Begin(t.Context(), a, "online", models.No)
	if err != nil || fresh.ChecklistVersion != 2 {
		t.Fatalf("a new draft begins with version %d, %v", fresh.ChecklistVersion, err)
	}
	_, err = later.Save(t.Context(), a, fresh.Ref, "x", seen)
	code(t, "the old sign in the new version", err, models.CodeInvalid)
}
