package courier

import (
	"context"
	"time"

	"znak/models"
)

// fate is what became of a job in one attempt.
type fate int

const (
	fateSent   fate = iota
	fateMoot        // nothing is left to do about it
	fateLost        // it cannot reach the one it is for
	fateFailed      // to be tried again, or given up
	fateBack        // not begun: handed back
)

// result is a job with its fate, and the fault if there was one.
type result struct {
	job   models.Job
	fate  fate
	fault *Fault
}

// deliver tries each job once. When the way is blocked, when time runs out or
// when ctx ends, the rest is handed back.
func (m *Mailer) deliver(ctx context.Context, jobs []models.Job) []result {
	var way passage
	defer way.close()
	began, out := time.Now(), make([]result, len(jobs))
	blocked := false
	for i, j := range jobs {
		out[i] = result{job: j, fate: fateBack}
		if blocked || ctx.Err() != nil || time.Since(began) > hurry {
			continue
		}
		out[i] = m.attempt(ctx, &way, j)
		if f := out[i].fault; f != nil && f.Relay {
			blocked = true
		}
		if ctx.Err() != nil && out[i].fate == fateFailed {
			out[i] = result{job: j, fate: fateBack} // stopped, not refused
		}
	}
	return out
}

// attempt writes and sends one letter.
func (m *Mailer) attempt(ctx context.Context, way *passage, j models.Job) result {
	msg, fate, err := m.compose(ctx, j)
	if err != nil {
		return result{j, fateFailed, asFault(err)}
	}
	if fate != fateSent {
		return result{job: j, fate: fate}
	}
	if err := way.send(ctx, m.Sender, msg); err != nil {
		return result{j, fateFailed, asFault(err)}
	}
	return result{job: j, fate: fateSent}
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
