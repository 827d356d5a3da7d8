package courier

import (
	"context"
	"errors"
	"time"

	"znak/models"
)

// compose turns a job into a message as things stand now: the reader must
// still be there and may still see the referral, and there must still be
// something to do.
func (m *Mailer) compose(ctx context.Context, j models.Job) (Message, Fate, error) {
	u, err := m.Store.UserByID(ctx, j.RecipientID)
	if models.CodeOf(err) == models.CodeNotFound || err == nil && u.Disabled {
		return Message{}, Lost, nil
	}
	if err != nil {
		return Message{}, Failed, err
	}
	l := Letter{Kind: models.Letter(j.Kind), Lang: u.Lang}
	fate, err := m.about(ctx, j, u, &l)
	if err != nil || fate != Sent {
		return Message{}, fate, err
	}
	words, err := m.Writer.Write(l)
	if err != nil {
		m.Log.Error("a letter cannot be written", "letter", j.Kind, "error", err)
		return Message{}, Failed, &Fault{Code: faultWords}
	}
	return Message{Words: words, ID: j.ID, To: u.Email, Lang: u.Lang, Urgent: l.Immediate, At: time.Now()}, Sent, nil
}

// about fills in what the letter says of the referral, and where it leads.
func (m *Mailer) about(ctx context.Context, j models.Job, u models.User, l *Letter) (Fate, error) {
	if link := m.Links[l.Kind]; link != nil || j.ReferralID == "" {
		if link == nil {
			return Failed, &Fault{Code: "no-link"}
		}
		path, err := link(ctx, j)
		if errors.Is(err, models.ErrNotFound) {
			return Moot, nil
		}
		l.Path = path
		return Sent, err
	}
	r, err := m.Store.ReferralByID(ctx, reader(u), j.ReferralID)
	seen := err == nil
	if errors.Is(err, models.ErrNotFound) && told(l.Kind) {
		r, err = m.Store.ReferralByID(ctx, models.System(), j.ReferralID)
	}
	if errors.Is(err, models.ErrNotFound) {
		return Lost, nil
	}
	if err != nil {
		return Failed, err
	}
	if moot(l.Kind, r) {
		return Moot, nil
	}
	l.Ref, l.Path = r.Ref, "/referrals"
	switch {
	case l.Kind == models.LetterDeskEmpty:
		l.Path = "/admin/districts"
	case l.Kind == models.LetterDraft:
		l.Path += "/" + r.Ref + "/edit/danger"
	case seen:
		l.Path += "/" + r.Ref
	}
	if due := dueOf(l.Kind, r); !due.IsZero() {
		l.Due = due.Time()
	}
	// The school never learns the urgency that triage set; of a draft it is its
	// own word.
	l.Immediate = r.Urgency == models.Immediate && (!u.Role.May(models.PermWrite) || l.Kind == models.LetterDraft)
	return Sent, nil
}

// reader is the account as the store's scope knows it.
func reader(u models.User) models.Actor {
	return models.Actor{ID: u.ID, Role: u.Role, SchoolID: u.SchoolID, DistrictID: u.DistrictID}
}

// told says whether the letter is sent also to somebody who may not open the
// referral: they are to make sure that others act.
func told(kind models.Letter) bool {
	return kind == models.LetterDecideLate || kind == models.LetterReceiveLate || kind == models.LetterDeskEmpty || kind == models.LetterUndelivered
}

// moot says whether what the letter asks for was done meanwhile.
func moot(kind models.Letter, r *models.Referral) bool {
	switch kind {
	case models.LetterAckSoon, models.LetterAckLate:
		return !r.InTriage() || !r.AcknowledgedAt.IsZero()
	case models.LetterDecideSoon:
		return !r.InTriage()
	case models.LetterReceiveSoon, models.LetterReceiveLate:
		return r.State != models.StateForwarded
	case models.LetterQuestion:
		return r.State != models.StateInfoRequested
	case models.LetterClosing:
		return r.ClosingBy == "" || !r.InTriage()
	case models.LetterReconsider:
		return r.State != models.StateReconsideration && r.State != models.StateInfoRequested
	case models.LetterDraft:
		return r.State != models.StateDraft
	}
	return false
}

// dueOf is until when the reader has time; zero when the letter sets none.
func dueOf(kind models.Letter, r *models.Referral) models.Stamp {
	switch kind {
	case models.LetterNew, models.LetterHandedOn:
		if !r.InTriage() {
			return 0
		}
		d, _ := r.NextDuty()
		return d.Due
	case models.LetterAckSoon, models.LetterDecideSoon, models.LetterReceiveSoon:
		d, _ := r.NextDuty()
		if kind == models.LetterDecideSoon {
			return r.DecideDue
		}
		return d.Due
	case models.LetterForwarded:
		if r.State == models.StateForwarded {
			return r.ReceiveDue
		}
	}
	return 0
}
