package handover

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"znak/models"
	"znak/models/courier"
	"znak/models/store"
)

const (
	attemptTime = 20 * time.Second // how long one attempt may take
	answerSize  = 16 << 10         // bytes of an answer that are read: a receipt has some 500
	longestWait = 12 * time.Hour   // of the pauses that the Centre may ask for
	beginning   = 30 * time.Second // after that no more of a batch are begun: the lease must outlast it
)

// Codes of what went wrong with a delivery, for the trail and the admins; with
// them "centre-" and the status of the answer.
const (
	faultUnreachable = "centre-unreachable"
	faultSlow        = "centre-slow"
	faultRedirect    = "centre-redirect"
	faultNoReceipt   = "receipt-missing"
	faultForged      = "receipt-not-theirs"
	faultOther       = "receipt-of-another"
	faultPackage     = "package-unreadable"
)

// Deliverer takes packages to the Centre's own system.
type Deliverer struct {
	Service *Service
	Outbox  *courier.Outbox // tells people when there is no receipt
	URL     string
	Client  *http.Client // nil = NewClient
	Now     func() time.Time
}

// NewClient is how deliveries leave: no redirect is followed, and no attempt
// lasts longer than limit.
func NewClient(limit time.Duration) *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes, t.MaxIdleConnsPerHost = answerSize, 1
	return &http.Client{Transport: t, Timeout: limit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Line is the way of packages through their queue; whoever has it runs it.
func (d *Deliverer) Line(l courier.Line) *courier.Line {
	if d.Client == nil {
		d.Client = NewClient(attemptTime)
	}
	l.Queue, l.Carry, l.Settled, l.Wake = store.QueueCentre, d.carry, d.settled, d.Service.wake
	return courier.NewLine(l)
}

// carry tries each package once. When the Centre's system is away, or asks for
// a pause, the rest is handed back.
func (d *Deliverer) carry(ctx context.Context, jobs []models.Job) []courier.Result {
	began, out := time.Now(), make([]courier.Result, len(jobs))
	blocked := false
	for i, j := range jobs {
		out[i] = courier.Result{Job: j, Fate: courier.Back}
		if blocked || ctx.Err() != nil || time.Since(began) > beginning {
			continue
		}
		out[i] = d.attempt(ctx, j)
		f := out[i].Fault
		blocked = f != nil && f.Relay
		if ctx.Err() != nil && out[i].Fate == courier.Failed {
			out[i] = courier.Result{Job: j, Fate: courier.Back} // stopped, not refused
		}
	}
	return out
}

// attempt delivers one package: it counts as delivered when the Centre's signed
// receipt for it came back.
func (d *Deliverer) attempt(ctx context.Context, j models.Job) courier.Result {
	p, fate, fault := d.fetch(ctx, j)
	if p == nil {
		return courier.Result{Job: j, Fate: fate, Fault: fault}
	}
	body, err := d.Service.Centre.seal(p.JSON)
	if err != nil {
		return failed(j, &courier.Fault{Code: faultPackage})
	}
	answer, fault := d.post(ctx, j.ID, []byte(body))
	if fault != nil {
		return failed(j, fault)
	}
	receipt, fault := d.check(answer, j.ID, p.Digest)
	if fault != nil {
		return failed(j, fault)
	}
	return courier.Result{Job: j, Fate: courier.Sent, Proof: receipt}
}

func failed(j models.Job, f *courier.Fault) courier.Result {
	return courier.Result{Job: j, Fate: courier.Failed, Fault: f}
}

// fetch opens the package of a job; without one it says what becomes of the job.
func (d *Deliverer) fetch(ctx context.Context, j models.Job) (*Signed, courier.Fate, *courier.Fault) {
	s, system := d.Service, models.System()
	away := &courier.Fault{Code: faultPackage}
	version, err := strconv.ParseInt(j.Object, 10, 64)
	if err != nil {
		return nil, courier.Failed, away
	}
	p, err := s.store.Package(ctx, system, j.ReferralID, version)
	if err != nil {
		return nil, courier.Failed, away
	}
	r, err := s.store.ReferralByID(ctx, system, j.ReferralID)
	if err != nil {
		return nil, courier.Failed, away
	}
	if !r.ErasedAt.IsZero() || !p.ReceivedAt.IsZero() {
		return nil, courier.Moot, nil // what was erased is never sent
	}
	sealed, err := s.store.Sealed(ctx, system, r.Ref)
	if err != nil {
		return nil, courier.Failed, away
	}
	key, err := s.vault.Unwrap(r.ID, sealed.Wrapped)
	if err != nil {
		return nil, courier.Failed, away
	}
	signed, err := s.open(key, p)
	if err != nil {
		return nil, courier.Failed, away
	}
	return signed, courier.Sent, nil
}

// post sends a message and returns the answer to it. Of a refusal nothing but
// the status is kept: what a server says may hold anything.
func (d *Deliverer) post(ctx context.Context, id string, body []byte) ([]byte, *courier.Fault) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(body))
	if err != nil {
		return nil, &courier.Fault{Code: faultUnreachable, Relay: true}
	}
	req.Header.Set("Content-Type", "application/jose")
	req.Header.Set("Accept", "application/jose")
	req.Header.Set("User-Agent", "znak")
	signHeaders(req.Header, d.Service.vault, id, d.Now(), body)
	res, err := d.Client.Do(req)
	if err != nil {
		return nil, away(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, answerSize))
	if err != nil {
		return nil, away(err)
	}
	return answer, d.refused(res)
}

// away says why there is no answer.
func away(err error) *courier.Fault {
	if t, ok := err.(interface{ Timeout() bool }); ok && t.Timeout() {
		return &courier.Fault{Code: faultSlow, Relay: true}
	}
	return &courier.Fault{Code: faultUnreachable, Relay: true}
}

// refused says what an answer that is no success means: 410 ends the delivery,
// and a pause that is asked for is kept.
func (d *Deliverer) refused(res *http.Response) *courier.Fault {
	f := &courier.Fault{Code: "centre-" + strconv.Itoa(res.StatusCode), After: d.retryAfter(res.Header.Get("Retry-After"))}
	switch code := res.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		f.Code = faultRedirect
	case code == http.StatusGone:
		f.Final = true
	case code == http.StatusTooManyRequests, code >= 500:
		f.Relay = true
	}
	return f
}

// retryAfter reads the pause that an answer asks for: seconds or a date.
func (d *Deliverer) retryAfter(s string) time.Duration {
	wait := time.Duration(0)
	if n, err := strconv.ParseInt(s, 10, 32); err == nil {
		wait = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(s); err == nil {
		wait = at.Sub(d.Now())
	}
	return min(max(wait, 0), longestWait)
}

// check sees that an answer is the Centre's receipt of this message and this
// content.
func (d *Deliverer) check(answer []byte, id, digest string) (string, *courier.Fault) {
	text := strings.TrimSpace(string(answer))
	if text == "" {
		return "", &courier.Fault{Code: faultNoReceipt}
	}
	r, err := d.Service.Centre.receipt(text)
	if err != nil {
		return "", &courier.Fault{Code: faultForged}
	}
	if r.MessageID != id || r.Digest != digest {
		return "", &courier.Fault{Code: faultOther}
	}
	return text, nil
}

// settled keeps the receipt, or tells people that the delivery was given up, in
// the transaction that writes what became of it.
func (d *Deliverer) settled(ctx context.Context, tx *store.Tx, r *courier.Result) ([]models.AuditEntry, error) {
	e := models.AuditBy(models.System(), "handover")
	e.ReferralID, e.Rule = r.Job.ReferralID, "receipt"
	switch {
	case r.Fate == courier.Sent:
		if _, err := tx.KeepReceipt(r.Job.ID, r.Proof); err != nil {
			return nil, err
		}
	case !r.Job.DeadAt.IsZero():
		e.Outcome, e.Rule = models.AuditFailed, "given-up:"+r.Job.Fault
		if err := d.alarm(ctx, tx, r.Job.ReferralID, r.Job.ID); err != nil {
			return nil, err
		}
	default:
		return nil, nil
	}
	p, err := tx.PackageByMessage(ctx, models.System(), r.Job.ID)
	if err != nil {
		return nil, err
	}
	e.Object = object(p.Digest)
	return []models.AuditEntry{e}, nil
}

// alarm tells the national desk, and notes that it did.
func (d *Deliverer) alarm(ctx context.Context, tx *store.Tx, referralID, messageID string) error {
	if _, err := tx.AlarmPackage(messageID); err != nil {
		return err
	}
	r, err := tx.ReferralByID(ctx, models.System(), referralID)
	if err != nil {
		return err
	}
	return d.Outbox.Tell(ctx, tx, models.LetterUndelivered, r, "")
}
