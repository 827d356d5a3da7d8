package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/store"
)

// LettersPage shows the letters that were given up: what about, how long ago
// and why, and nobody's name or address.
type LettersPage struct {
	Page
	Letters []LetterRow
	Waiting int
	Oldest  string // since when the oldest of them waits, in words
	Dead    int
}

// LetterRow is a letter that was given up.
type LetterRow struct {
	store.DeadJob
	Age string
}

// lettersShown is how many of them the page lists.
const lettersShown = 100

// adminLetters answers GET /admin/letters.
func (h *Handlers) adminLetters(c echo.Context) error {
	ctx := c.Request().Context()
	p := LettersPage{Page: h.page(c, "title.admin_letters")}
	tally, err := h.Store.JobTally(ctx, "")
	if err != nil {
		return err
	}
	dead, err := h.Store.DeadJobs(ctx, middleware.Actor(c), lettersShown)
	if err != nil {
		return err
	}
	age := func(since models.Stamp) time.Duration { return p.Now.Sub(since.Time()) }
	p.Waiting, p.Dead = int(tally.Waiting), int(tally.Dead)
	if p.Waiting > 0 {
		p.Oldest = h.Locales.Ago(p.Lang, age(tally.Oldest))
	}
	for _, j := range dead {
		p.Letters = append(p.Letters, LetterRow{j, h.Locales.Ago(p.Lang, age(j.MadeAt))})
	}
	return h.show(c, "admin_letters", p)
}

// adminRetryLetters answers POST /admin/letters/retry: every letter that was
// given up is tried again; the field id names a single one.
func (h *Handlers) adminRetryLetters(c echo.Context) error {
	a := middleware.Actor(c)
	err := h.Store.Tx(c.Request().Context(), func(tx *store.Tx) error {
		jobs, err := tx.RetryJobs(a, c.FormValue("id"))
		if err != nil {
			return err
		}
		entries := make([]models.AuditEntry, len(jobs))
		for i, j := range jobs {
			entries[i] = models.AuditBy(a, "retry-letter")
			entries[i].ReferralID, entries[i].Object, entries[i].Rule = j.ReferralID, "letter:"+j.ID, "admin"
		}
		if h.Outbox != nil {
			tx.AfterCommit(h.Outbox.Wake)
		}
		tx.AfterCommit(h.Handover.Wake)
		return h.Audit.Append(tx, entries...)
	})
	if err != nil {
		return err
	}
	h.setNotice(c, "done.retry-letter")
	return c.Redirect(http.StatusSeeOther, "/admin/letters")
}
