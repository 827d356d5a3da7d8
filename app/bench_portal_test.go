package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"znak/models"
	"znak/models/checklist"
)

// measured is what submissions took.
type measured struct {
	alone []time.Duration
	rate  float64
	row   []time.Duration
}

// writeDrafts has the clients write drafts with benchAnswers answers, a child
// and an account, through the form as everybody does: all of them what the
// clients submit at once, the first one n.
func writeDrafts(t *testing.T, c *crowd, n int) {
	t.Helper()
	set, err := checklist.Load()
	must(t, err)
	list, _ := set.Current("general")
	began := time.Now()
	c.each(t, func(i int, one *client) error {
		want := benchEach
		if i == 0 {
			want = n
		}
		for len(c.drafts[i]) < want {
			ref, err := writeDraft(one, list)
			if err != nil {
				return err
			}
			c.drafts[i] = append(c.drafts[i], ref)
		}
		return nil
	})
	total := n + (submitters-1)*benchEach
	fmt.Printf("%-58s %s\n", fmt.Sprintf("%d drafts written through the form", total), time.Since(began).Round(time.Millisecond))
}

func writeDraft(one *client, list *checklist.Checklist) (string, error) {
	ref, _, err := one.begin()
	left := benchAnswers
	for _, g := range list.Groups {
		var fields []string
		for i, s := range g.Signs {
			if left--; left >= 0 {
				fields = append(fields, "sign."+s.ID, string(models.Answers[i%4]))
			}
			if i%4 == 0 {
				fields = append(fields, "note."+s.ID, "Примећено у ходнику после трећег часа, и раније.")
			}
		}
		if err == nil {
			_, err = one.save(ref, g.ID, fields...)
		}
	}
	if err == nil {
		_, err = one.save(ref, "child", "child.name", "Љиљана Џакић", "child.birth_year", "2012", "child.sex", "f", "child.class", "VI-2")
	}
	if err == nil {
		_, err = one.save(ref, "account", "account.observed", strings.Repeat("Последње три недеље касни, ћути и не једе на одмору. ", 12))
	}
	return ref, err
}

// benchSubmissions submits the first client's drafts one after the other, then
// those of all at once.
func benchSubmissions(t *testing.T, c *crowd) measured {
	t.Helper()
	var m measured
	take := func(i int) string {
		ref := c.drafts[i][0]
		c.drafts[i] = c.drafts[i][1:]
		return ref
	}
	for i := range benchWarm + benchAlone {
		ref, began := take(0), time.Now()
		_, ok, err := c.clients[0].submit(ref)
		if err != nil || !ok {
			t.Fatalf("submitting %s: %v", ref, err)
		}
		if i >= benchWarm {
			m.alone = append(m.alone, time.Since(began))
		}
	}
	began := time.Now()
	c.each(t, func(i int, one *client) error {
		for range benchEach {
			if _, ok, err := one.submit(take(i)); err != nil || !ok {
				return fmt.Errorf("a submission of client %d failed: %w", i, err)
			}
		}
		return nil
	})
	m.rate = submitters * benchEach / time.Since(began).Seconds()
	return m
}

// openings is what opening a page took.
type openings struct {
	own, bare []time.Duration
	bytes     int
}

// benchPage opens one group of a draft many times, and the same bytes from
// Echo with nothing around it.
func benchPage(t *testing.T, one *client, ref string) openings {
	t.Helper()
	path := "/referrals/" + ref + "/edit/behaviour-emotional"
	get := func(base string) (time.Duration, []byte) {
		req, err := http.NewRequest(http.MethodGet, base+path, nil)
		must(t, err)
		req.Header.Set("Accept-Encoding", "gzip") // the answer stays compressed
		began := time.Now()
		res, err := one.http.Do(req)
		must(t, err)
		body, err := io.ReadAll(res.Body)
		must(t, err)
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", path, res.StatusCode)
		}
		return time.Since(began), body
	}
	_, body := get(one.base)
	e := echo.New()
	e.GET("/*", func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderContentEncoding, "gzip")
		return c.HTMLBlob(http.StatusOK, body)
	})
	bare := httptest.NewServer(e)
	defer bare.Close()
	out := openings{bytes: len(body)}
	for i := range benchWarm + benchPages {
		own, _ := get(one.base)
		limit, _ := get(bare.URL)
		if i >= benchWarm {
			out.own, out.bare = append(out.own, own), append(out.bare, limit)
		}
	}
	return out
}
