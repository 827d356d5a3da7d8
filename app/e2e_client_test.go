package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"znak/models/demo"
)

// client speaks plain HTTP as one person: own cookies, no redirects followed.
// It takes the CSRF token from a page, as a browser's form does.
type client struct {
	http *http.Client
	base string
	csrf string
}

// answer is what came back.
type answer struct {
	status   int
	location string
	body     string
	retry    string // Retry-After
}

func newClient(base string) *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // cannot happen: it has no options
	}
	return &client{base: base, http: &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 2},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

var csrfField = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

func (c *client) send(method, path string, form url.Values) (answer, error) {
	req, err := http.NewRequest(method, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, err
	}
	if found := csrfField.FindSubmatch(body); found != nil && method == http.MethodGet {
		c.csrf = string(found[1])
	}
	return answer{res.StatusCode, res.Header.Get("Location"), string(body), res.Header.Get("Retry-After")}, nil
}

func (c *client) get(path string) (answer, error) { return c.send(http.MethodGet, path, nil) }

// post sends the fields, given as names and values in turn, with the token of
// the page that was got last.
func (c *client) post(path string, fields ...string) (answer, error) {
	form := url.Values{"_csrf": {c.csrf}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return c.send(http.MethodPost, path, form)
}

// signIn signs in to a demo account and takes the token of its session.
func (c *client) signIn(email string) error {
	if _, err := c.get("/login"); err != nil {
		return err
	}
	a, err := c.post("/login", "email", email, "password", demo.Password)
	if err != nil {
		return err
	}
	if a.status != http.StatusSeeOther {
		return fmt.Errorf("signing in as %s: status %d", email, a.status)
	}
	_, err = c.get("/")
	return err
}

var draftPlace = regexp.MustCompile(`^/referrals/(ZN-[^/]+)/edit/([^/?]+)`)

// begin starts a draft and returns its reference and first step.
func (c *client) begin() (ref, step string, err error) {
	a, err := c.post("/referrals", "checklist", "general", "danger_now", "no")
	if err != nil {
		return "", "", err
	}
	at := draftPlace.FindStringSubmatch(a.location)
	if a.status != http.StatusSeeOther || at == nil {
		return "", "", fmt.Errorf("beginning a draft: status %d, location %q", a.status, a.location)
	}
	return at[1], at[2], nil
}

// save sends one step of a draft and returns the step to which it leads.
func (c *client) save(ref, step string, fields ...string) (next string, err error) {
	a, err := c.post("/referrals/"+ref+"/edit/"+step, fields...)
	if err != nil {
		return "", err
	}
	at := draftPlace.FindStringSubmatch(a.location)
	if a.status != http.StatusSeeOther || at == nil {
		return "", fmt.Errorf("saving %s of %s: status %d, location %q", step, ref, a.status, a.location)
	}
	return at[2], nil
}

// submit sends the referral and says whether that was acknowledged.
func (c *client) submit(ref string) (status int, acknowledged bool, err error) {
	a, err := c.post("/referrals/" + ref + "/submit")
	if err != nil {
		return 0, false, err
	}
	return a.status, a.status == http.StatusSeeOther && a.location == "/referrals/"+ref+"/submitted", nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
