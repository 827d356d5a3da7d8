package handlers

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"znak/handlers/charts"
	"znak/locales"
	"znak/models/store/storetest"
	"znak/models/trends"
)

// crawl walks everything that the ministry can reach, and holds each number to
// the released cells.
type crawl struct {
	*client
	t        *testing.T
	lang     locales.Lang
	token    string
	cells    map[string]frozenCell
	truths   map[string]bool // secrets of referrals: what may stand nowhere
	opened   int
	numbers  int // that were held to a cell
	verified map[trends.Status]int
}

// TestCrawlOfTheFigures: whatever the ministry's account opens, by any link and
// in any form, holds released cells and what the documentation derives from
// them, and nothing else; and it is made of nothing else, since everything else
// in the database is out of reach meanwhile.
func TestCrawlOfTheFigures(t *testing.T) {
	s := crawled(t)
	x := &crawl{client: s.as(storetest.Ministry), t: t, cells: s.frozenCells(), truths: s.secrets(), verified: map[trends.Status]int{}}
	var err error
	x.token, err = s.token(storetest.Ministry)
	s.must(err)
	s.outOfReach()
	for _, lang := range []locales.Lang{locales.English, locales.Cyrillic} {
		x.lang = lang
		x.get("/language/" + string(lang) + "?next=/help")
		x.walk()
	}
	x.elsewhere()
	t.Logf("%d answers, %d numbers on pages, cells of files by status: %v", x.opened, x.numbers, x.verified)
	if x.opened < 100 || x.numbers < 2000 || len(x.verified) != 3 {
		t.Error("the crawl did not get far: it says nothing")
	}
}

// walk opens every view that a link of the first page leads to, and some of the
// views behind those, each in every form.
func (x *crawl) walk() {
	seen := map[string]bool{}
	x.clean("/", x.fetch("/"))
	x.working(x.fetch("/trends/system"))
	next := []string{"/trends"}
	for depth := 0; depth < 3 && len(next) > 0; depth++ {
		var found []string
		for _, path := range next {
			if seen[path] || depth == 2 && !sampled(path, 300) || depth == 1 && x.lang != locales.English && !sampled(path, 10) {
				continue
			}
			seen[path] = true
			for _, to := range x.view(path, depth == 0 || sampled(path, 30)) {
				if !seen[to] {
					found = append(found, to)
				}
			}
		}
		next = found
	}
}

// working holds the page on the working of the system to its own rule: what
// waits is thirteen in Niš and ten in Belgrade.
func (x *crawl) working(body string) {
	x.clean("/trends/system", body)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	x.c(err)
	for _, text := range textsOf(doc.Find("section[aria-labelledby=waiting] td.num")) {
		for _, n := range number.FindAllString(text, -1) {
			if v, err := strconv.Atoi(n); err != nil || v < 10 || v%5 != 0 {
				x.t.Errorf("/trends/system counts %s", n)
			}
		}
	}
}

// sampled picks one address of many.
func sampled(path string, of uint32) bool {
	h := fnv.New32a()
	h.Write([]byte(path))
	return h.Sum32()%of == 0
}

// fetch opens an address, which must answer.
func (x *crawl) fetch(path string) string {
	x.t.Helper()
	res, body := x.raw(x.request(http.MethodGet, path, nil))
	if res.StatusCode != http.StatusOK {
		x.t.Fatalf("%s: %d: it reads what it has no business with, or is gone", path, res.StatusCode)
	}
	x.opened++
	return body
}

// view holds one view to the released cells, in every form, and returns the
// views that it leads to.
func (x *crawl) view(path string, all bool) (links []string) {
	_, query, _ := strings.Cut(path, "?")
	var doc charts.Document
	answer := x.fetch("/trends.json?" + query)
	x.clean(path+" as JSON", answer)
	x.c(json.Unmarshal([]byte(answer), &doc))
	allowed := x.document(path, &doc)
	page := x.fetch(path)
	links = x.page(path, page, allowed)
	if !all {
		return links
	}
	x.page(path+" to print", x.fetch("/trends/print?"+query), allowed)
	if x.token != "" {
		_, res, machine := x.s.machine(x.token, "/api/v1/trends?"+query, string(x.lang))
		if res.StatusCode != http.StatusOK || machine != answer {
			x.t.Errorf("%s: a program gets other figures", path)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(x.fetch("/trends.csv?" + query))).ReadAll()
	x.c(err)
	x.rows(path+" as CSV", rows)
	book, err := excelize.OpenReader(strings.NewReader(x.fetch("/trends.xlsx?" + query)))
	x.c(err)
	for i, name := range book.GetSheetList() {
		lines, err := book.GetRows(name)
		x.c(err)
		if i == 0 {
			x.rows(path+" as XLSX", lines)
		}
		x.clean(path+" as XLSX", fmt.Sprint(lines))
	}
	for _, at := range chartLinks(page) {
		x.page(at, x.fetch(at), allowed)
	}
	return links
}

var chartLink = regexp.MustCompile(`/trends/chart\.svg\?[^"]+`)

func chartLinks(page string) (out []string) {
	for _, at := range chartLink.FindAllString(page, -1) {
		out = append(out, strings.ReplaceAll(at, "&amp;", "&"))
	}
	return out
}

// elsewhere: what others than the ministry reach, each the own part.
func (x *crawl) elsewhere() {
	x.lang, x.token = locales.English, ""
	x.client = x.s.as(storetest.CoordinatorFar)
	x.get("/language/en?next=/help")
	for _, path := range []string{"/trends", "/trends?by=sex&period=2026-04"} {
		for _, row := range x.view(path, true) {
			if q, _ := url.Parse(row); q.Query().Get("area") != "nis" {
				x.t.Errorf("a coordinator is led to %s", row)
			}
		}
	}
	x.client = x.s.visitor()
	x.get("/language/en?next=/help")
	list := x.fetch("/open-data")
	x.clean("/open-data", list)
	for _, at := range regexp.MustCompile(`/open-data/[^"]+\.csv`).FindAllString(list, -1) {
		rows, err := csv.NewReader(strings.NewReader(x.fetch(at))).ReadAll()
		x.c(err)
		x.rows(at, rows)
	}
}

func (x *crawl) c(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

// clean says whether anything of a referral stands in an answer.
func (x *crawl) clean(what, body string) {
	x.t.Helper()
	for secret := range x.truths {
		if strings.Contains(body, secret) {
			x.t.Errorf("%s holds %q", what, secret)
		}
	}
}

// page holds a page, or a chart, to the cells of its view.
func (x *crawl) page(what, body string, allowed map[string]bool) (links []string) {
	x.t.Helper()
	x.clean(what, body)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	x.c(err)
	root := doc.Find("main")
	if root.Length() == 0 {
		root = doc.Find("svg")
	}
	for _, text := range textsOf(root) {
		for _, n := range numbersOf(text) {
			if x.numbers++; !allowed[n] {
				x.t.Errorf("%s (%s) shows %s, which no released cell holds: %.120q", what, x.lang, n, text)
			}
		}
	}
	x.bars(what, doc)
	root.Find("a[href^='/trends'][href*='?']").Each(func(_ int, a *goquery.Selection) {
		to, _ := a.Attr("href")
		at, err := url.Parse(to)
		x.c(err)
		for name := range at.Query() {
			if !slices.Contains([]string{"period", "area", "by", "asof", "chart"}, name) {
				x.t.Errorf("%s leads to %s", what, to)
			}
		}
		if at.Path == "/trends" {
			links = append(links, to)
		}
	})
	return links
}
