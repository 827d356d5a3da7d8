package courier

import (
	"context"
	"time"

	"znak/models"
)

// deliver tries each job once. When the way is blocked, when time runs out or
// when ctx ends, the rest is handed back.
func (m *Mailer) deliver(ctx context.Context, jobs []models.Job) []Result {
	var way passage
	defer way.close()
	began, out := time.Now(), make([]Result, len(jobs))
	blocked := false
	for i, j := range jobs {
		out[i] = Result{Job: j, Fate: Back}
		if blocked || ctx.Err() != nil || time.Since(began) > hurry {
			continue
		}
		out[i] = m.attempt(ctx, &way, j)
		if f := out[i].Fault; f != nil && f.Relay {
			blocked = true
		}
		if ctx.Err() != nil && out[i].Fate == Failed {
			out[i] = Result{Job: j, Fate: Back} // stopped, not refused
		}
	}
	return out
}

// attempt writes and sends one letter.
func (m *Mailer) attempt(ctx context.Context, way *passage, j models.Job) Result {
	msg, fate, err := m.compose(ctx, j)
	if err != nil {
		return Result{Job: j, Fate: Failed, Fault: asFault(err)}
	}
	if fate != Sent {
		return Result{Job: j, Fate: fate}
	}
	if err := way.send(ctx, m.Sender, msg); err != nil {
		return Result{Job: j, Fate: Failed, Fault: asFault(err)}
	}
	return Result{Job: j, Fate: Sent}
}

// passage is the session of a batch, opened when it is first needed.
type passage struct{ session Session }

func (p *passage) send(ctx context.Context, s Sender, msg Message) (err error) {
	if p.session == nil {
		if p.session, err = s.Open(ctx); err != nil {
			p.session = nil
			return err
		}
	}
	if err = p.session.Send(ctx, msg); err != nil {
		p.close()
	}
	return err
}

func (p *passage) close() {
	if p.session != nil {
		p.session.Close()
		p.session = nil
	}
}
