package handlers

import (
	"net/url"
	"strings"
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

// What cannot be saved comes back as it was typed, with the reason beside the
// field and a summary that leads there; nothing of it is saved.
func TestDraftKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("no")
	long := strings.Repeat("ш", 10001)
	tests := map[string]struct {
		step, field, value string
		reason             string // part of it
		show               string // selector of the element
		shown              string
	}{
		"a year in words":    {"child", "child.birth_year", "две хиљаде", "бројевима", "#f-child-birth_year", "две хиљаде"},
		"a year to come":     {"child", "child.birth_year", "2090", "није могућа", "#f-child-birth_year", "2090"},
		"the year nought":    {"child", "child.birth_year", "0", "није могућа", "#f-child-birth_year", "0"},
		"a huge number":      {"child", "child.birth_year", "99999999999999999999", "бројевима", "#f-child-birth_year", "99999999999999999999"},
		"a sex unheard of":   {"child", "child.sex", "x", "не постоји", "#f-child-sex", ""},
		"bytes that are not": {"child", "child.name", "Мар\xffа", "не може да се прочита", "#f-child-name", "Мар\uFFFDа"},
		"a turning mark":     {"child", "child.name", "Мара\u202e", "невидљиве", "#f-child-name", "Мара\u202e"},
		"markup":             {"child", "child.birth_year", `"><script>x</script>`, "бројевима", "#f-child-birth_year", `"><script>x</script>`},
		"too long a name":    {"child", "child.name", strings.Repeat("а", 121), "120", "#f-child-name", strings.Repeat("а", 121)},
		"too long a text":    {"account", "account.own_view", long, "10.000", "#f-account-own_view", long},
		"neither yes nor no": {"account", "school_conflict", "perhaps", "не постоји", "#f-school_conflict", ""},
		"no such answer":     {"physical-health", "sign.restraint-marks", "always", "не постоји", "#f-sign-restraint-marks", ""},
		"too long a note":    {"physical-health", "note.restraint-marks", long, "1.000", "#f-note-restraint-marks", long},
		"no date":            {"physical-health", "date.restraint-marks", "прошли пут", "Датум није исправан", "#f-date-restraint-marks", "прошли пут"},
		"a day to come":      {"physical-health", "date.restraint-marks", "2090-01-01", "у будућности", "#f-date-restraint-marks", "2090-01-01"},
		"no such danger":     {"danger", "danger_now", "maybe", "не постоји", "#f-danger_now", ""},
	}
	for name, tt := range tests {
		got := v.postForm(edit(ref, tt.step), url.Values{tt.field: {tt.value}, "child.class": {"7/2"}, "note.repeated-exhaustion": {"Спава на часу."}})
		if got.status != 422 {
			t.Errorf("%s: %d", name, got.status)
			continue
		}
		field := got.Find(tt.show)
		shown := field.AttrOr("value", field.Filter("textarea").Text())
		if shown != tt.shown {
			t.Errorf("%s: %.60q came back as %.60q", name, tt.value, shown)
		}
		link := got.Find(".errors a")
		if link.Length() != 1 || link.AttrOr("href", "") != tt.show || !strings.Contains(link.Text(), tt.reason) {
			t.Errorf("%s: the summary has %d links, the first to %q: %q", name, link.Length(), link.AttrOr("href", ""), link.Text())
		}
		if beside := field.Closest(".field, fieldset").Find(".error").Text(); !strings.Contains(beside, tt.reason) {
			t.Errorf("%s: beside the field stands %q", name, beside)
		}
		if tt.step == "child" && got.Find("#f-child-class").AttrOr("value", "") != "7/2" {
			t.Errorf("%s: another field lost what was typed", name)
		}
		if tt.step == "physical-health" && got.Find("#f-note-repeated-exhaustion").Text() != "Спава на часу." {
			t.Errorf("%s: another note lost what was typed", name)
		}
		if details := field.Closest("details"); details.Length() == 1 && details.Is(":not([open])") {
			t.Errorf("%s: the fault is folded away", name)
		}
	}
	if c := s.content(ref); c.Child != (models.Child{}) || len(c.Signs) != 0 || !c.Account.Empty() || c.DangerNow != "no" {
		t.Errorf("saved all the same: %+v", c)
	}
}

// Several faults are listed in the order of the form, not of the check.
func TestDraftFaultsStandInTheOrderOfTheForm(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("no")
	fields := url.Values{}
	g := s.Checklists.All()[0].Groups[0]
	var want []string
	for _, s := range g.Signs {
		fields.Set("sign."+s.ID, "x")
		fields.Set("date."+s.ID, "x")
		want = append(want, "#f-sign-"+s.ID, "#f-date-"+s.ID)
	}
	got := v.postForm(edit(ref, g.ID), fields)
	links := got.Find(".errors a")
	if links.Length() != len(want) {
		t.Fatalf("%d faults, want %d", links.Length(), len(want))
	}
	for i := range want {
		if href := links.Eq(i).AttrOr("href", ""); href != want[i] {
			t.Errorf("fault %d leads to %q, want %q", i, href, want[i])
		}
	}
}

// A sign that the checklist version does not have is refused by its name; one of
// another group is not touched: the step does not hold it.
func TestDraftRefusesUnknownSigns(t *testing.T) {
	s := newSite(t)
	v := s.writer(storetest.Teacher)
	ref := v.begin("no")
	got := v.postForm(edit(ref, "physical-health"), url.Values{"sign.no-such-sign": {"seen"}, "note.<b>x": {"y"}})
	text := got.Find(".errors").Text()
	if got.status != 422 || !strings.Contains(text, "sign.no-such-sign") || !strings.Contains(text, "sign.<b>x") || got.Find(".errors a").Length() != 0 {
		t.Errorf("%d: %q", got.status, text)
	}
	v.postForm(edit(ref, "physical-health"), url.Values{"sign.goes-missing": {"seen"}}).leadsTo(edit(ref, "behaviour-emotional"))
	if c := s.content(ref); len(c.Signs) != 0 {
		t.Errorf("a step saved signs of another: %+v", c.Signs)
	}
	many := url.Values{}
	for i := range 500 {
		many.Set("sign.x"+strings.Repeat("y", i), "seen")
	}
	if got := v.postForm(edit(ref, "physical-health"), many); got.status != 422 || got.Find(".errors li").Length() != mostStrange {
		t.Errorf("500 unknown signs: %d, %d listed", got.status, got.Find(".errors li").Length())
	}
}
