// Package pdf writes the readable copy of a package: what it says, on paper, in
// the reader's language and script. The signed package itself is the JSON; the
// copy names its digest.
package pdf

import (
	"bytes"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"

	"znak/locales"
	"znak/models"
	"znak/models/handover"
)

// Writer writes copies. It is safe for use by many at once.
type Writer struct {
	Texts    *locales.Bundle
	Location *time.Location // in which moments are written
	plain    bool           // not compressed, for tests to read
}

// Write returns the copy of what the package says, in the language.
func (w *Writer) Write(lang locales.Lang, s *handover.Signed) ([]byte, error) {
	p := w.begin(lang, s)
	c := s.Content
	p.head(c)
	p.warnings(c)
	p.about(c)
	p.proposed(c)
	p.child(c)
	p.signs(c)
	p.account(c)
	p.timeline(c)
	p.seal(s)
	var out bytes.Buffer
	err := p.f.Output(&out)
	return out.Bytes(), err
}

// paper is one copy on its way. All lengths are millimetres.
type paper struct {
	*Writer
	f    *fpdf.Fpdf
	lang locales.Lang
}

const (
	family = "liberation"
	margin = 20.0
	bottom = 22.0
	line   = 5.2
	label  = 58.0 // width of a name beside its value
	keep   = 30.0 // a heading needs so much room below it, or begins a page
)

func (w *Writer) begin(lang locales.Lang, s *handover.Signed) *paper {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCompression(!w.plain)
	f.SetCatalogSort(true)
	made := handover.Moment(s.Content.MadeAt)
	f.SetCreationDate(made)
	f.SetModificationDate(made)
	f.SetTitle(s.Ref, true)
	f.SetProducer("Znak", true)
	f.SetLang(string(lang))
	f.AddUTF8FontFromBytes(family, "", liberationsansregular.TTF)
	f.AddUTF8FontFromBytes(family, "B", liberationsansbold.TTF)
	f.SetMargins(margin, margin, margin)
	f.SetAutoPageBreak(true, bottom)
	f.AliasNbPages("")
	p := &paper{w, f, lang}
	f.SetFooterFunc(func() {
		f.SetY(-15)
		f.SetFont(family, "", 8.5)
		f.CellFormat(85, line, s.Ref, "", 0, "L", false, 0, "")
		f.CellFormat(0, line, p.t("pdf.page", "Page", strconv.Itoa(f.PageNo()), "Pages", "{nb}"), "", 0, "R", false, 0, "")
	})
	f.AddPage()
	return p
}

func (p *paper) t(id string, args ...any) string { return p.Texts.T(p.lang, id, args...) }

// or is the message, or that nothing was given.
func (p *paper) or(prefix, code string) string {
	if code == "" {
		return p.t("referral.not_given")
	}
	return p.t(prefix + code)
}

// typed is what somebody wrote, as it was typed.
func (p *paper) typed(s string) string {
	if s == "" {
		return p.t("referral.not_given")
	}
	return s
}

// serbian is a name of ours that exists in Serbian only, in the reader's script.
func (p *paper) serbian(s string) string {
	if p.lang == locales.Cyrillic {
		return s
	}
	return locales.ToLatin(s)
}

func (p *paper) moment(s string) string {
	if s == "" {
		return ""
	}
	return locales.DateTime(p.lang, handover.Moment(s).In(p.Location))
}

func (p *paper) day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return locales.Date(p.lang, t)
}

func (p *paper) text(t handover.Text) string { return p.Texts.Text(p.lang, t.Sr, t.En) }

// printable leaves out what the font has no place for: the font's table ends
// with the basic plane.
func printable(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		switch {
		case r == '\n':
		case r < ' ' || r == 0x7f:
			r = ' '
		case r > 0xffff:
			r = '□'
		}
		out = append(out, r)
	}
	return string(out)
}

// room begins a new page when less than h is left.
func (p *paper) room(h float64) {
	_, height := p.f.GetPageSize()
	if p.f.GetY()+h > height-bottom {
		p.f.AddPage()
	}
}

func (p *paper) write(style string, size, x float64, s string) {
	p.f.SetFont(family, style, size)
	p.f.SetX(margin + x)
	p.f.MultiCell(0, size*line/10, printable(s), "", "L", false)
}

func (p *paper) h2(s string) {
	p.f.Ln(3)
	p.room(keep)
	p.write("B", 13, 0, s)
	p.f.Ln(1)
}

func (p *paper) h3(s string) {
	p.f.Ln(1.5)
	p.room(keep / 2)
	p.write("B", 10.5, 0, s)
}

func (p *paper) para(s string) { p.write("", 10, 0, s) }

// said is what somebody wrote, set apart from what the portal says.
func (p *paper) said(s string) { p.write("", 10, 6, s) }

// fact is a name beside its value; nothing without a value.
func (p *paper) fact(name, value string) {
	if value == "" {
		return
	}
	p.room(2 * line)
	f := p.f
	page, y := f.PageNo(), f.GetY()
	f.SetFont(family, "", 10)
	f.MultiCell(label-3, line, printable(name), "", "L", false)
	low := f.GetY()
	if f.PageNo() != page {
		low, y = 0, margin
	}
	page = f.PageNo()
	f.SetY(y)
	p.write("B", 10, label, value)
	if f.PageNo() == page {
		f.SetY(max(low, f.GetY()))
	}
}

func (p *paper) warnings(c *handover.Content) {
	if c.FamilyContactDangerous == models.Yes {
		p.write("B", 11, 0, "! "+p.t("referral.family_dangerous"))
	}
	if c.Restricted {
		p.write("B", 11, 0, "! "+p.t("referral.conflict"))
	}
}
