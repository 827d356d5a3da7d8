package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/store"
)

// sentAct is the body of every act; which of its fields an act takes stands in
// openapi.yaml.
type sentAct struct {
	Version  *int64         `json:"version"`
	Text     string         `json:"text"`
	Outcome  models.Outcome `json:"outcome"`
	Criteria []string       `json:"criteria"`
	JWS      string         `json:"jws"`
}

// act is one act on a forwarded referral.
type act struct {
	fields []string // of the body that it takes, beside version
	event  func(*models.Referral) models.Event
}

func always(e models.Event) func(*models.Referral) models.Event {
	return func(*models.Referral) models.Event { return e }
}

// receipt answers POST /packages/{ref}/receipt.
func (h *api) receipt(c echo.Context) error {
	x := act{event: always(models.EventReceive)}
	if h.Handover.Receipts != nil {
		x.fields = []string{"jws"}
	}
	return h.perform(c, x)
}

// assessment answers POST /packages/{ref}/assessment.
func (h *api) assessment(c echo.Context) error {
	return h.perform(c, act{[]string{"text"}, always(models.EventAssess)})
}

// outcome answers POST /packages/{ref}/outcome.
func (h *api) outcome(c echo.Context) error {
	return h.perform(c, act{[]string{"outcome", "criteria", "text"}, deciding})
}

// deciding is the event that records an outcome: while a reconsideration is
// asked for, it answers that.
func deciding(r *models.Referral) models.Event {
	at := r.State
	if at == models.StateInfoRequested {
		at = r.ReturnState
	}
	if at == models.StateReconsideration {
		return models.EventDecideReconsideration
	}
	return models.EventDecide
}

// perform does an act once, however often it is asked for with one key.
func (h *api) perform(c echo.Context, x act) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	body, err := readBody(c)
	if err != nil {
		return err
	}
	sent, err := parse(body, append([]string{"version"}, x.fields...))
	if err != nil {
		return err
	}
	r, err := h.referral(c)
	if err != nil {
		return err
	}
	mine, done, err := h.claim(c, key, r.Ref, body)
	if err != nil {
		return err
	}
	if done != nil {
		c.Response().Header().Set("Idempotent-Replayed", "true")
		return c.JSONBlob(done.Status, []byte(done.Answer))
	}
	answer, err := h.once(c, x.event(r), r, sent, mine)
	if err != nil {
		return h.nothingDone(c, mine, r.Ref, err)
	}
	return c.JSONBlob(http.StatusOK, answer)
}

// once does the act, and writes its answer and the trail's entry of the token
// in the act's own transaction.
func (h *api) once(c echo.Context, e models.Event, r *models.Referral, sent *sentAct, mine store.Answer) (answer []byte, err error) {
	ctx, a := c.Request().Context(), middleware.Actor(c)
	if sent.JWS != "" {
		if err := h.Handover.Receipts.Receipt(ctx, a, r.Ref, []byte(sent.JWS)); err != nil {
			return nil, err
		}
	}
	in := models.Input{Text: sent.Text, Outcome: sent.Outcome, Criteria: sent.Criteria}
	err = h.Store.Tx(ctx, func(tx *store.Tx) error {
		within := h.Referrals.Within(func(fn func(*store.Tx) error) error { return fn(tx) })
		after, err := within.Advance(ctx, a, r.Ref, e, *sent.Version, in)
		if err != nil {
			return err
		}
		if answer, err = json.Marshal(standingOf(after)); err != nil {
			return err
		}
		entry := used(c, routeName(c))
		entry.ReferralID = r.ID
		done := mine
		done.Status, done.Answer = http.StatusOK, string(answer)
		return errors.Join(h.Audit.Append(tx, entry), tx.Finish(done))
	})
	return answer, err
}

// nothingDone gives the key back, so that the same request can be sent again,
// and says what stood in the way.
func (h *api) nothingDone(c echo.Context, mine store.Answer, ref string, fault error) error {
	ctx := context.WithoutCancel(c.Request().Context())
	if err := h.Store.Tx(ctx, func(tx *store.Tx) error { return tx.Release(mine) }); err != nil {
		h.Log.Error("key not given back", "request_id", middleware.Actor(c).RequestID, "error", err)
	}
	if models.CodeOf(fault) != models.CodeConflict {
		return fault
	}
	now, err := h.Store.Referral(ctx, middleware.Actor(c), ref)
	if err != nil {
		return err
	}
	return conflict(now, middleware.Actor(c), fault)
}

// conflict says how the referral stands and what to do about it.
func conflict(now *models.Referral, a models.Actor, fault error) *problem {
	p := problemOf(http.StatusConflict, "state", "This act has no place in the state that the referral is in. See what was done to it.")
	var coded *models.Error
	switch {
	case errors.As(fault, &coded) && coded.Key == "error.stale":
		p = problemOf(http.StatusConflict, "stale-version", "Somebody acted on the referral after the version that you name. See what was done, then send the act again with the current version and a new Idempotency-Key, if it still has its place.")
	case deciding(now) == models.EventDecideReconsideration && now.DecidedBy == a.ID:
		p = problemOf(http.StatusConflict, "another-officer", "A reconsideration is decided by another officer than the one who decided before: use a token of another officer's account.")
	}
	p.Version, p.State, p.cause = now.Version, now.State, fault
	return p
}

// readBody returns the request's body, which must say that it is JSON.
func readBody(c echo.Context) ([]byte, error) {
	r := c.Request()
	if media, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); err != nil || media != echo.MIMEApplicationJSON || r.Header.Get(echo.HeaderContentEncoding) != "" {
		return nil, problemOf(http.StatusUnsupportedMediaType, "media-type", "Send the body as JSON, not compressed, with the header Content-Type: application/json.")
	}
	return io.ReadAll(r.Body)
}

// parse reads a body that holds these fields and no other.
func parse(body []byte, allowed []string) (*sentAct, error) {
	var fields map[string]json.RawMessage
	if !utf8.Valid(body) || json.Unmarshal(body, &fields) != nil || fields == nil {
		return nil, problemOf(http.StatusBadRequest, "json", "The body is not one JSON object in UTF-8. Check how it is written.")
	}
	var faults []fieldFault
	for name := range fields {
		if !contains(allowed, name) {
			faults = append(faults, fieldFault{"body", "There is a field that this act does not take: it takes " + strings.Join(allowed, ", ") + "."})
			break
		}
	}
	var sent sentAct
	d := json.NewDecoder(bytes.NewReader(body))
	var wrong *json.UnmarshalTypeError
	if err := d.Decode(&sent); errors.As(err, &wrong) {
		name, _, _ := strings.Cut(wrong.Field, ".")
		faults = append(faults, fieldFault{name, "It is not of the kind that the document says."})
	} else if err != nil {
		return nil, err
	} else if sent.Version == nil || *sent.Version < 1 {
		faults = append(faults, fieldFault{"version", "Give the version of the referral that you act on, from the list."})
	}
	if len(faults) > 0 {
		p := problemOf(http.StatusUnprocessableEntity, "invalid", "Correct the fields that are listed and send it again.")
		p.Errors = faults
		return nil, p
	}
	return &sent, nil
}

// contains compares as JSON does not: an exact name.
func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
