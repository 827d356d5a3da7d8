package pdf

import (
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"znak/locales"
	"znak/models"
	"znak/models/handover"
)

// sample is a package with something in every part.
func sample() *handover.Signed {
	text := func(s string) handover.Text { return handover.Text{Sr: s, En: "sign in English"} }
	c := &handover.Content{Format: handover.Format, Reference: "ZN-7K3M-9QX4", Version: 5, MadeAt: "2026-03-02T10:00:00Z", MadeFor: models.RoleCentre,
		State: models.StateForwarded, Urgency: models.Urgent, Restricted: true, FamilyContactDangerous: models.Yes, SchoolConflict: models.Yes, DangerNow: models.No,
		School:       handover.School{Code: "OS-1", Name: "ОШ „Љубица Њезин“", Municipality: "Џигољ", DistrictName: handover.Text{Sr: "ШУ Ниш", En: "School administration Niš"}},
		ReporterRole: models.RoleTeacher, Proposed: &handover.Proposed{Urgency: models.Urgent, Signs: []string{"a"}},
		Times:     handover.Times{Submitted: "2026-03-01T10:00:00Z", Forwarded: "2026-03-02T10:00:00Z", ReceiveDue: "2026-03-03T10:00:00Z"},
		Child:     models.Child{Name: "Ђорђе Ћирић / Đorđe Ćirić", BirthYear: 2012, Sex: "m", Class: "VI-2", Citizenship: "rs", OnTheMove: models.No},
		Checklist: handover.Checklist{ID: "general", Version: 1, Title: text("Знаци упозорења")},
		Signs: []handover.Sign{{ID: "a", Text: text("Дете се плаши"), Answer: models.AnswerSeen, Note: "у ходнику Č č Ć ć Š š Ž ž", Date: "2026-02-27"},
			{ID: "b", Text: text("Дете је одсутно"), Answer: models.AnswerNo}},
		Unanswered: 63,
		Account:    models.Account{Observed: strings.Repeat("Ђ Ј Љ Њ Ћ Џ ђ ј љ њ ћ џ. ", 400) + "КРАЈ", ChildWords: "«Нећу кући» 🙂\x00\nдруги ред"},
		Timeline: []handover.Entry{{Event: models.EventSubmit, At: "2026-03-01T10:00:00Z", Role: models.RoleTeacher},
			{Event: models.EventAsk, At: "2026-03-01T11:00:00Z", Role: models.RoleCoordinator, AskedOf: models.ToSchool, Text: "Питање?"},
			{Event: models.EventForward, At: "2026-03-02T10:00:00Z", Role: models.RoleSystem},
			{Event: models.EventDecide, At: "2026-03-02T12:00:00Z", Role: models.RoleCentre, Outcome: models.OutcomeDismissed, Criteria: []string{"no-contact"}, Text: "Образложење"},
			{Event: models.EventProposeClose, At: "2026-03-02T12:00:00Z", Role: models.RoleCoordinator, ReasonCode: "explained", HandedTo: "police", Conflict: models.Yes}}}
	return &handover.Signed{Ref: c.Reference, Version: 5, Digest: "sha256:" + strings.Repeat("ab", 32), Content: c}
}

// textOf reads what is written on each page of a document that is not
// compressed: strings of UTF-16, as the font's own table has them.
func textOf(t *testing.T, doc []byte) (pages []string) {
	t.Helper()
	for _, stream := range strings.Split(string(doc), "stream\n") {
		if !strings.Contains(stream, "\nBT ") || strings.Contains(stream, "glyf") {
			continue // a font
		}
		var page []string
		for _, raw := range literals(stream) {
			var units []uint16
			for i := 0; i+1 < len(raw); i += 2 {
				units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
			}
			page = append(page, string(utf16.Decode(units)))
		}
		if len(page) > 0 {
			pages = append(pages, strings.Join(page, "\n"))
		}
	}
	return pages
}

// literals are the strings of a content stream: what stands in parentheses.
func literals(stream string) (out []string) {
	var now strings.Builder
	inside := false
	for i := 0; i < len(stream); i++ {
		c := stream[i]
		switch {
		case !inside:
			inside = c == '('
		case c == '\\' && i+1 < len(stream):
			i++
			if c = stream[i]; c == 'r' {
				c = '\r'
			}
			now.WriteByte(c)
		case c == ')':
			out = append(out, now.String())
			now.Reset()
			inside = false
		default:
			now.WriteByte(c)
		}
	}
	return out
}

var catalogues = sync.OnceValues(locales.Load)

func copyOf(t *testing.T, lang locales.Lang, s *handover.Signed) []string {
	t.Helper()
	texts, err := catalogues()
	if err != nil {
		t.Fatal(err)
	}
	w := &Writer{Texts: texts, Location: time.UTC, plain: true}
	doc, err := w.Write(lang, s)
	if err != nil {
		t.Fatal(err)
	}
	pages := textOf(t, doc)
	if len(pages) < 2 {
		t.Fatalf("%d pages can be read", len(pages))
	}
	return pages
}

// Every letter of Serbian arrives on paper, in the reader's script; what was
// typed stays as it was typed.
func TestCopyIsReadable(t *testing.T) {
	for lang, want := range map[locales.Lang][]string{
		locales.Cyrillic: {"Пријава", "ОШ „Љубица Њезин“, Џигољ (OS-1)", "ШУ Ниш", "– Дете се плаши", "Примећени знаци", "27. фебруара 2026.", "Страна 1 од {nb}"},
		locales.Latin:    {"Prijava", "OŠ „Ljubica Njezin“, Džigolj (OS-1)", "ŠU Niš", "– Dete se plaši", "27. februara 2026.", "Strana 1 od {nb}"},
		locales.English:  {"Referral", "OŠ „Ljubica Njezin“", "School administration Niš", "– sign in English", "27 February 2026", "Page 1 of {nb}"},
	} {
		pages := copyOf(t, lang, sample())
		all := strings.Join(pages, "\n")
		want = append(want, "Ђорђе Ћирић / Đorđe Ćirić", "Č č Ć ć Š š Ž ž", "Ђ Ј Љ Њ Ћ Џ ђ ј љ њ ћ џ", "КРАЈ", "«Нећу кући» □", "други ред", "Питање?", "Образложење", "sha256:"+strings.Repeat("ab", 32))
		for _, w := range want {
			w = strings.ReplaceAll(w, "{nb}", total(len(pages)))
			if !strings.Contains(all, w) {
				t.Errorf("%s: it does not hold %q", lang, w)
			}
		}
		for i, p := range pages {
			if !strings.Contains(p, "ZN-7K3M-9QX4") {
				t.Errorf("%s: page %d does not name the referral", lang, i+1)
			}
		}
		if id := regexp.MustCompile(`\b(pdf|referral|field|list|event|state|side)\.[a-z_]+|<no value>`).FindString(all); id != "" {
			t.Errorf("%s: the message %s is missing", lang, id)
		}
	}
}

func total(n int) string { return string(rune('0' + n)) }

// A heading never stands alone at a page's end.
func TestHeadingsStayWithTheirText(t *testing.T) {
	for n := range 14 {
		s := sample()
		s.Content.Account.Observed = strings.Repeat("ред\n", 3*n)
		for i, p := range copyOf(t, locales.Cyrillic, s) {
			rows := strings.Split(p, "\n")
			if last := rows[max(0, len(rows)-3)]; last == "Шта је школа написала" || last == "Ток пријаве" || last == "Дете" || last == "Примећени знаци" {
				t.Errorf("%d lines: page %d ends with the heading %q", n, i+1, last)
			}
		}
	}
}

// What the school gets leaves out what it may not see, and what is not given is
// no gap.
func TestCopyOfLittle(t *testing.T) {
	s := sample()
	c := s.Content
	c.Proposed, c.Urgency, c.Child, c.Account, c.Signs, c.Times = nil, "", models.Child{}, models.Account{Told: "."}, nil, handover.Times{}
	c.Timeline, c.Restricted = c.Timeline[:1], false
	c.Account.Told = strings.Repeat("дугачкаречбезразмака", 300)
	all := strings.Join(copyOf(t, locales.Cyrillic, s), "\n")
	if strings.Contains(all, "Предложена хитност") || !strings.Contains(all, "није наведено") {
		t.Errorf("%s", all)
	}
}
