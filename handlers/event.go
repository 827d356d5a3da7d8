package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
)

// event answers POST /referrals/{ref}/{event}: everything that happens to a
// submitted referral.
func (h *Handlers) event(c echo.Context) error {
	e := models.Event(c.Param("event"))
	ref, ok := models.ParseReference(c.Param("ref"))
	if !ok || e == models.EventSubmit || !models.KnownEvent(e) {
		return models.ErrNotFound
	}
	in, version, err := eventInput(c)
	if err != nil {
		return err
	}
	sent := &sentAct{event: e, input: in}
	a := middleware.Actor(c)
	if middleware.Relang(c) && models.RoleMay(a, e) {
		return h.eventAgain(c, http.StatusOK, sent)
	}
	_, err = h.Referrals.Advance(c.Request().Context(), a, ref, e, version, in)
	var fault *models.Error
	if errors.As(err, &fault) {
		switch fault.Code {
		case models.CodeInvalid:
			sent.errors = h.formErrors(c, fault)
			return h.eventAgain(c, http.StatusUnprocessableEntity, sent)
		case models.CodeConflict:
			return h.conflict(c, sent, version)
		}
	}
	if err != nil {
		return err
	}
	h.setNotice(c, "done."+string(e))
	_, err = h.Store.Referral(c.Request().Context(), a, ref)
	if models.CodeOf(err) == models.CodeNotFound {
		return c.Redirect(http.StatusSeeOther, "/referrals") // who handed it on, or acted for another desk, no longer sees it
	}
	return c.Redirect(http.StatusSeeOther, "/referrals/"+ref)
}

// eventInput reads an event's form. A version that is missing is a stale one.
func eventInput(c echo.Context) (models.Input, int64, error) {
	form, err := posted(c)
	if err != nil {
		return models.Input{}, 0, err
	}
	in, version := readInput(form)
	return in, version, nil
}

// readInput reads the fields of an event's form.
func readInput(form url.Values) (models.Input, int64) {
	version, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		version = 0
	}
	return models.Input{Text: typed(form, "text"), Reason: typed(form, "reason"), To: form.Get("to"),
		Urgency: models.Urgency(form.Get("urgency")), ReasonCode: form.Get("reason_code"), HandedTo: form.Get("handed_to"),
		Outcome: models.Outcome(form.Get("outcome")), Criteria: form["criteria"],
		SchoolConflict: models.Ternary(form.Get("school_conflict"))}, version
}

// eventAgain shows the referral with the act's form as it was sent.
func (h *Handlers) eventAgain(c echo.Context, status int, sent *sentAct) error {
	p, err := h.referralPage(c, "read")
	if err != nil {
		return err
	}
	p.Acts = h.acts(p.Page, p.D, sent)
	p.Errors, p.LangForm = sent.errors, "act-"+string(sent.event)
	for i := range p.Errors {
		p.Errors[i].ID = string(sent.event) + "-" + p.Errors[i].Field
	}
	return h.showStatus(c, status, "referral", p)
}

// ConflictPage says what changed while the reader was acting, and keeps what
// they typed.
type ConflictPage struct {
	Page
	Ref     string
	Changes []TimelineRow // what the reader had not seen
	Act     *Act          // the same act again, on the newest state; nil when it has no place any more
	Kept    []string      // what was typed, when the act has no place any more
}

// conflict answers 409: what changed since the reader's page, and the same
// form again if the act still has its place.
func (h *Handlers) conflict(c echo.Context, sent *sentAct, seen int64) error {
	p, err := h.referralPage(c, "read")
	if err != nil {
		return err
	}
	if st := p.D.Standing; sent.event == models.EventConfirmClose && st.ClosingBy == p.User.ID && st.State != models.StateClosed ||
		sent.event == models.EventDecideReconsideration && st.DecidedBy == p.User.ID && st.State == models.StateReconsideration {
		if err := h.Audit.Denied(c.Request().Context(), middleware.Actor(c), string(sent.event), "second-person", p.D.ID, p.User.ID); err != nil {
			return err // nobody tries unseen to be both of two people
		}
	}
	out := ConflictPage{Page: p.Page, Ref: p.D.Ref}
	out.Title = "error.title_conflict"
	for _, row := range p.Timeline {
		if row.Version > seen {
			out.Changes = append(out.Changes, row)
		}
	}
	for _, act := range h.acts(p.Page, p.D, sent) {
		if act.Event == sent.event {
			out.Act, out.LangForm = &act, act.FormID()
		}
	}
	if out.Act == nil {
		for _, text := range []string{sent.input.Text, sent.input.Reason} {
			if text != "" {
				out.Kept = append(out.Kept, text)
			}
		}
	}
	return h.showStatus(c, http.StatusConflict, "conflict", out)
}
