package handlers

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"znak/locales"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/trends/trendstest"
	"znak/static"
)

func TestFigures(t *testing.T) {
	s := newSite(t)
	ministry := s.as(storetest.Ministry)
	ministry.get("/language/sr?next=/help")
	for name, test := range map[string]func(*testing.T, *client){
		"what does not exist": figuresUnknown, "exports are on the trail": figuresAudited, "light and without anything inline": figuresLight,
		"every question is answered": figuresAnswer, "filters lead to what exists": figuresFilters, "charts stand alone": figuresChart,
	} {
		t.Run(name, func(t *testing.T) { test(t, ministry) })
	}
	t.Run("a coordinator's own district", func(t *testing.T) { figuresOwn(t, s) })
	t.Run("few referrals", func(t *testing.T) { figuresFew(t, ministry) })
	t.Run("nothing released", func(t *testing.T) {
		s.h.Figures = trendstest.Empty()
		if page := ministry.get("/trends").wants(200); !page.holds("Још ништа није објављено.") || page.Find("svg[role=img], table").Length() > 0 {
			t.Error("without a release the page does not say so")
		}
		if got := ministry.get("/trends.csv").wants(200).body; strings.Count(got, "\n") != 1 {
			t.Errorf("without a release a file has figures: %s", got)
		}
	})
}

// A name that does not exist is not found; one that does but is not released
// leads to what is, and never to part of it.
func figuresUnknown(t *testing.T, c *client) {
	for _, q := range []string{"period=2024-13", "period=autumn", "area=atlantis", "by=religion", "by=child", "asof=yesterday", "period=2025-26-Q5"} {
		for _, path := range []string{"/trends?", "/trends.csv?", "/trends.xlsx?", "/trends.json?", "/trends/print?", "/trends/chart.svg?chart=districts&"} {
			c.get(path + q).wants(404)
		}
	}
	c.get("/trends/chart.svg?chart=children").wants(404)
	c.get("/trends/chart.svg?chart=district-group").wants(404)
	page := c.get("/trends?period=2031-32-Q1").wants(200)
	if !strings.Contains(page.text(".notice"), "Тражени период још није објављен") || page.Find(`.picks[open] a[href*="period=2025-26"]`).Length() == 0 {
		t.Errorf("a period to come: %s", page.text("main"))
	}
	rows, err := csv.NewReader(strings.NewReader(c.get("/trends.csv?period=2031-32-Q1").wants(200).body)).ReadAll()
	c.s.must(err)
	for _, r := range rows {
		if strings.HasPrefix(r[1], "2031") && r[11] != "not_released" {
			t.Errorf("a figure of a period that is not released: %q", r)
		}
	}
}

// What leaves is on the trail, with the digest of what left.
func figuresAudited(t *testing.T, c *client) {
	for path, object := range map[string]string{"/trends.csv": "trends.csv?", "/trends.xlsx": "trends.xlsx?", "/trends.json": "trends.json?",
		"/trends/print": "trends.print?", "/trends/chart.svg": "trends.districts.svg?"} {
		res, body := c.raw(c.request(http.MethodGet, path+"?period=2024-25&chart=districts&by=sex&note=%3Cscript%3E", nil))
		if res.StatusCode != 200 {
			t.Fatalf("%s: %d", path, res.StatusCode)
		}
		if name := res.Header.Get("Content-Disposition"); path != "/trends/print" && !strings.HasPrefix(name, `attachment; filename="znak-2024-25-serbia-sex.`) {
			t.Errorf("%s is sent as %q", path, name)
		}
		c.s.Settle()
		list, err := c.s.Store.AuditTrail(t.Context(), c.s.Actor(storetest.Auditor), store.AuditFilter{Action: "export", Limit: 1})
		c.s.must(err)
		digest := sha256.Sum256([]byte(body))
		if len(list) != 1 || !strings.HasPrefix(list[0].Object, object+"area=serbia&asof=") || !strings.HasSuffix(list[0].Object, "&by=sex&period=2024-25") ||
			list[0].ActorID != storetest.Ministry || !bytes.Equal(list[0].Digest, digest[:]) {
			t.Errorf("%s is on the trail as %+v", path, list)
		}
	}
}

// The heaviest page with all that it loads stays light on the way.
func figuresLight(t *testing.T, c *client) {
	bundle, err := texts()
	c.s.must(err)
	for _, lang := range locales.All {
		c.get("/language/" + string(lang) + "?next=/help")
		page := c.get("/trends?by=group")
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, 1)
		z.Write([]byte(page.body))
		for _, name := range []string{"app.css", "figures.css", "app.js", "icon.svg"} {
			body, err := static.FS.ReadFile(name)
			c.s.must(err)
			z.Write(body)
		}
		z.Close()
		if b.Len() > 60_000 {
			t.Errorf("%s: %d bytes", lang, b.Len())
		}
		checkPage(t, "trends", lang, bundle, strings.ReplaceAll(page.body, c.csrf, "token"))
	}
	c.get("/language/sr?next=/help")
}

// The page answers what an analyst asks, in sentences.
func figuresAnswer(t *testing.T, c *client) {
	page := c.get("/trends")
	for selector, want := range map[string]string{
		"#key-submitted": "555", "#by-school-year .find": "Школска 2025/26. година – око 555 пријава, више него годину раније (око 470).",
		"#districts .find": "Међу објављеним бројкама највећа: Београд – око 190 пријава.", "#group .find": "Понашање и емоционално стање – око 260 пријава",
		"#funnel .find": "Поднето 555, потврђен пријем 445, прослеђено Центру 325", "#outcome .find": "95 одлука", "section[aria-labelledby=silence]": "Ваљево",
		"section[aria-labelledby=about]": "Бројка мања од 10 се не приказује, а остале су заокружене на 5.",
	} {
		if got := page.text(selector); !strings.Contains(got, want) {
			t.Errorf("%s says %q, not %q", selector, got, want)
		}
	}
	if page.Find(`nav.menu a[href="/trends"][aria-current]`).Length() != 1 {
		t.Error("the menu does not lead here")
	}
	if c.get("/").Find(`main a[href="/trends"]`).Length() != 1 {
		t.Error("the ministry's start does not lead here")
	}
}

// Every link of the page leads to released figures.
func figuresFilters(t *testing.T, c *client) {
	seen := 0
	c.get("/trends?period=2025-11").Find(".picks a, section a[href^='/trends?']").Each(func(_ int, a *goquery.Selection) {
		to, _ := a.Attr("href")
		if seen++; seen%4 != 0 { // a sample: each kind of link stands next to its like
			return
		}
		if page := c.get(to).wants(200); page.Find(".notice-warn").Length() > 0 {
			t.Errorf("%s is offered and not released", to)
		}
	})
	if seen < 40 {
		t.Errorf("only %d links", seen)
	}
}

// A chart as a file is whole: named, described, with its colours and its foot.
func figuresChart(t *testing.T, c *client) {
	res, body := c.raw(c.request(http.MethodGet, "/trends/chart.svg?chart=districts-rate", nil))
	if got := res.Header.Get("Content-Type"); got != typeSVG {
		t.Errorf("type %q", got)
	}
	for _, want := range []string{`xmlns="http://www.w3.org/2000/svg"`, `fill="#0b5561"`, `id="hatch"`, "На 10.000 ученика", "Објављено: 31. октобра 2026."} {
		if !strings.Contains(body, want) {
			t.Errorf("the file lacks %q", want)
		}
	}
	if strings.Contains(body, "style") {
		t.Error("inline style")
	}
}

// A coordinator sees the own district and learns nothing of another.
func figuresOwn(t *testing.T, s *site) {
	s.as(storetest.National).get("/trends").wants(200) // what others were shown is not the coordinator's
	c := s.as(storetest.Coordinator)
	for _, path := range []string{"/trends", "/trends.csv", "/trends.json", "/trends.xlsx", "/trends/print", "/trends/chart.svg"} {
		for _, area := range []string{"nis", "serbia", "r-beograd"} {
			c.get(path + "?chart=by-month&area=" + area).wants(404)
		}
	}
	if page := c.get("/trends").wants(200); page.Find(`a[href*="area=nis"]`).Length() > 0 || page.holds("Niš") || !page.holds("Belgrade") {
		t.Error("the page shows more than the own district, or not that")
	}
	rows, err := csv.NewReader(strings.NewReader(c.get("/trends.csv").body)).ReadAll()
	s.must(err)
	for _, r := range rows[1:] {
		if r[4] != "beograd" {
			t.Fatalf("a figure of another area: %q", r)
		}
	}
	s.as(storetest.National).get("/trends?area=nis").wants(200)
}

// With 20 referrals a year the page says so and shows what there is; and its
// address shows the same when more is published.
func figuresFew(t *testing.T, c *client) {
	c.s.withFew(t)
	page := c.get("/trends?period=2025-26-Q1").wants(200)
	if got := page.text("#funnel"); !strings.Contains(got, "Премало пријава у овом тромесечју; приказано је: школска 2025/26. година, Србија.") {
		t.Errorf("the way of referrals says %q", got)
	}
	if got := page.text("#key-submitted"); !strings.Contains(got, "20") || !strings.Contains(got, "школска 2025/26. година") {
		t.Errorf("key figure %q", got)
	}
	if hidden, parts := page.Find(".hidden").Length(), page.Find("section.panel").Length(); hidden > 4 || parts != 2 {
		t.Errorf("%d hidden marks in %d parts", hidden, parts)
	}
	if !strings.Contains(page.text("section[aria-labelledby=silence]"), "Ниједна школска управа нема објављену бројку") {
		t.Error("nothing is said of silence")
	}
	c.get("/trends/chart.svg?chart=sex&period=2025-26").wants(303)
	address := page.Find(`a[href*="asof="][href^="/trends?"]`).First().AttrOr("href", "")
	at, err := url.Parse(address)
	c.s.must(err)
	before := c.get("/trends.csv?" + at.RawQuery).wants(200).body
	c.s.withFew(t, "2026-27-Q1", "2026-27")
	if after := c.get("/trends.csv?" + at.RawQuery).wants(200).body; after != before {
		t.Error("a permanent address shows other figures after a release")
	}
	if !c.get("/trends").holds("2026/27") || c.get(address).holds("2026/27") {
		t.Error("the newest figures are not shown, or also where the address leaves them out")
	}
}

// The public page exists where the operator wants it, and has no cookie, account
// or figure that is not released behind it.
func TestOpenData(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	page := v.get("/open-data").wants(200)
	links := page.Find(`main a[href^="/open-data/"]`)
	if links.Length() < 30 {
		t.Errorf("%d files", links.Length())
	}
	open := v.get("/open-data/2024-25.csv").wants(200)
	rows, err := csv.NewReader(strings.NewReader(open.body)).ReadAll()
	s.must(err)
	for _, r := range rows[1:] {
		if r[11] == "shown" && r[1] > "2025-1" {
			t.Errorf("the release of 2024/25 holds a later figure: %q", r)
		}
	}
	for _, path := range []string{"/open-data/2024-25.exe", "/open-data/2031-32.csv", "/open-data/passwd", "/open-data/2024-25"} {
		v.get(path).wants(404)
	}
	s.h.OpenData = false
	closed, err := s.h.Server()
	s.must(err)
	srv := httptest.NewServer(closed)
	defer srv.Close()
	for _, path := range []string{"/open-data", "/open-data/2024-25.csv"} {
		res, err := http.Get(srv.URL + path)
		s.must(err)
		res.Body.Close()
		if res.StatusCode != 404 {
			t.Errorf("%s answers %d though it is off", path, res.StatusCode)
		}
	}
}
