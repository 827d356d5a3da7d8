package api

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/store"
)

// standing is a forwarded referral as the machine interface shows it: where it
// stands, nothing of what it says.
type standing struct {
	Ref         string         `json:"ref"`
	Version     int64          `json:"version"`
	State       models.State   `json:"state"`
	Urgency     models.Urgency `json:"urgency"`
	ForwardedAt string         `json:"forwarded_at"`
	Digest      string         `json:"digest,omitempty"`
}

func standingOf(r *models.Referral) standing {
	return standing{Ref: r.Ref, Version: r.Version, State: r.State, Urgency: r.Urgency, ForwardedAt: moment(r.ForwardedAt)}
}

// moment writes a moment so that it sorts and loses nothing.
func moment(s models.Stamp) string { return s.Time().Format("2006-01-02T15:04:05.000000Z07:00") }

// page is one page of the list.
type page struct {
	Packages []standing `json:"packages"`
	Next     *string    `json:"next"` // address of the page that follows; null on the last one
}

const (
	pageSize = 50
	pageMost = 100
)

// handedStates are the states in which the Centre sees a referral.
var handedStates = []models.State{models.StateForwarded, models.StateReceived, models.StateInAssessment,
	models.StateInfoRequested, models.StateReconsideration, models.StateClosed}

// list answers GET /packages.
func (h *api) list(c echo.Context) error {
	f, err := listFilter(c.QueryParams())
	if err != nil {
		return err
	}
	ctx, a := c.Request().Context(), middleware.Actor(c)
	rows, more, err := h.Store.Handed(ctx, a, f)
	if err != nil {
		return err
	}
	out, refs := page{Packages: []standing{}}, []string{}
	for i := range rows {
		out.Packages, refs = append(out.Packages, standingOf(&rows[i])), append(refs, rows[i].Ref)
	}
	if h.Handover.Digests != nil && len(refs) > 0 {
		known, err := h.Handover.Digests(ctx, a, refs)
		if err != nil {
			return err
		}
		for i := range out.Packages {
			out.Packages[i].Digest = known[out.Packages[i].Ref]
		}
	}
	if more {
		q := c.QueryParams()
		q.Set("after", cursor(&rows[len(rows)-1]))
		next := base + "/packages?" + q.Encode()
		out.Next = &next
	}
	if err := h.Audit.Record(ctx, used(c, "api-list")); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

// cursor names the place of a referral in the list.
func cursor(r *models.Referral) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", r.ForwardedAt, r.Ref))
}

// listFilter reads the parameters of the list; an unknown one is a fault, since
// a misspelt filter would give more than was asked for.
func listFilter(q url.Values) (f store.Handed, err error) {
	refuse := func(name, detail string) (store.Handed, error) {
		p := problemOf(http.StatusBadRequest, "parameter", "Correct the parameter of the address that is listed.")
		p.Errors = []fieldFault{{name, detail}}
		return store.Handed{}, p
	}
	for name, values := range q {
		if !slices.Contains([]string{"state", "since", "after", "limit"}, name) {
			return refuse("address", "There is a parameter that this list does not have: it takes state, since, after and limit.")
		}
		if len(values) != 1 {
			return refuse(name, "Give it once.")
		}
	}
	f.Limit = pageSize
	if q.Has("limit") {
		if f.Limit, err = strconv.Atoi(q.Get("limit")); err != nil || f.Limit < 1 || f.Limit > pageMost {
			return refuse("limit", "Give a number from 1 to "+strconv.Itoa(pageMost)+".")
		}
	}
	if q.Has("state") {
		if f.State = models.State(q.Get("state")); !slices.Contains(handedStates, f.State) {
			return refuse("state", "Give one of the states in "+base+"/openapi.json.")
		}
	}
	if q.Has("since") {
		at, err := time.Parse(time.RFC3339Nano, q.Get("since"))
		if err != nil {
			return refuse("since", "Give a moment such as 2026-11-20T08:00:00Z; write + as %2B.")
		}
		f.Since = models.StampOf(at)
	}
	if q.Has("after") {
		var ok bool
		if f.AfterAt, f.AfterRef, ok = place(q.Get("after")); !ok {
			return refuse("after", "Follow the address in next as it stands.")
		}
	}
	return f, nil
}

func place(after string) (at models.Stamp, ref string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil {
		return 0, "", false
	}
	if n, err := fmt.Sscanf(string(raw), "%d %s", &at, &ref); n != 2 || err != nil {
		return 0, "", false
	}
	ref, ok = models.ParseReference(ref)
	return at, ref, ok
}

// signed answers GET /packages/{ref}.
func (h *api) signed(c echo.Context) error {
	ctx, a := c.Request().Context(), middleware.Actor(c)
	r, err := h.referral(c)
	if err != nil {
		return err
	}
	e := used(c, "api-package")
	e.ReferralID = r.ID
	if err := h.Audit.Record(ctx, e); err != nil {
		return err
	}
	p, err := h.Handover.Packages.Package(ctx, a, r.Ref)
	if err != nil {
		return err
	}
	media := p.MediaType
	if media == "" {
		media = echo.MIMEApplicationJSON
	}
	if p.Digest != "" {
		c.Response().Header().Set("Znak-Digest", p.Digest)
	}
	return c.Blob(http.StatusOK, media, p.Body)
}

// referral finds what the address names, if it was ever handed to the Centre. What
// was erased is not there any more.
func (h *api) referral(c echo.Context) (*models.Referral, error) {
	ref, ok := models.ParseReference(c.Param("ref"))
	if !ok {
		return nil, models.ErrNotFound
	}
	r, err := h.Store.Referral(c.Request().Context(), middleware.Actor(c), ref)
	if err == nil && !r.ErasedAt.IsZero() {
		err = models.ErrNotFound
	}
	return r, err
}
