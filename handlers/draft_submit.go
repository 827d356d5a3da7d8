package handlers

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
)

// draftSubmit answers POST /referrals/{ref}/submit. Sent twice, it is one
// referral. The danger page sends its answers along, so that the referral is
// routed by what stands on that page; the button alone is enough.
func (h *Handlers) draftSubmit(c echo.Context) error {
	r, list, err := h.ownReferral(c)
	if err != nil {
		return err
	}
	values, err := posted(c)
	if err != nil {
		return err
	}
	if middleware.Relang(c) {
		return c.Redirect(http.StatusSeeOther, draftPath(r.Ref, stepReview))
	}
	f := readDraftForm(list, stepDanger, values)
	if r.State == models.StateDraft && (values.Has("danger_now") || values.Has("school_conflict")) {
		_, err := h.saveStep(c, r.Ref, f)
		if models.CodeOf(err) == models.CodeInvalid {
			return h.showTyped(c, http.StatusUnprocessableEntity, r.Ref, f, err)
		}
		if err != nil && models.CodeOf(err) != models.CodeConflict { // a conflict: sent already
			return err
		}
	}
	_, err = h.Referrals.Submit(c.Request().Context(), middleware.Actor(c), r.Ref)
	if models.CodeOf(err) == models.CodeInvalid {
		return h.showTyped(c, http.StatusUnprocessableEntity, r.Ref, readDraftForm(list, stepReview, nil), err)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/referrals/"+url.PathEscape(r.Ref)+"/submitted")
}

// SubmittedPage says what happens now. It shows nothing that was written.
type SubmittedPage struct {
	Page
	Referral models.Referral
	Outlook  Outlook
}

// draftSubmitted answers GET /referrals/{ref}/submitted.
func (h *Handlers) draftSubmitted(c echo.Context) error {
	r, _, err := h.ownReferral(c)
	if err != nil {
		return err
	}
	if r.State == models.StateDraft {
		return c.Redirect(http.StatusSeeOther, draftPath(r.Ref, stepReview))
	}
	p := SubmittedPage{Page: h.page(c, "title.draft.submitted"), Referral: *r}
	p.Outlook = h.outlook(p.Lang, r.Restricted, r.DeskID == models.NationalDesk)
	p.Outlook.Danger = r.Urgency == models.Immediate
	return h.show(c, "draft_submitted", p)
}
