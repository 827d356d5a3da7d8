package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"znak/models"
	"znak/models/referral"
)

// life is the way of one referral, act by act. Once something failed, or the
// next act would lie after its end, nothing more happens.
type life struct {
	h   *History
	ctx context.Context
	s   *referral.Service
	d   *dice // for what is done and written
	t   *dice // for when

	rep     report
	list    string          // the checklist, once it is composed
	content *models.Content // and what is written on it
	r       models.Referral
	at      time.Time // the newest act
	end     time.Time // nobody acts later
	over    bool
	err     error
	away    []string // who stepped back
	officer *person  // of the Centre, who has it
}

// compose makes up what is written, and returns the urgency that the checklist
// will propose for it.
func (l *life) compose() models.Urgency {
	list, ok := l.h.Service.Checklists.Current(l.rep.profile.checklist)
	if !ok { // replaced by others: the one for every pupil
		list = l.h.Service.Checklists.All()[0]
	}
	content := l.h.content(l.d, l.rep, list)
	l.list, l.content = list.ID, &content
	return list.Propose(content.DangerNow, content.Signs).Urgency
}

// write begins the referral and fills it in at that moment.
func (l *life) write(at time.Time) {
	if l.content == nil {
		l.compose()
	}
	l.at = at
	draft, err := l.s.Begin(l.ctx, l.rep.author.actor, l.list, l.content.DangerNow)
	if err == nil {
		l.at = l.at.Add(l.t.span(4*time.Minute, 25*time.Minute))
		draft, err = l.s.Save(l.ctx, l.rep.author.actor, draft.Ref, "signs,child,account", func(c *models.Content) { *c = *l.content })
	}
	if err != nil {
		l.fail("write", err)
		return
	}
	l.r = draft.Referral
}

// submit submits what was written.
func (l *life) submit() {
	if l.err != nil {
		return
	}
	l.at = l.at.Add(l.t.span(time.Minute, 5*time.Minute))
	r, err := l.s.Submit(l.ctx, l.rep.author.actor, l.r.Ref)
	if err != nil {
		l.fail("submit", err)
		return
	}
	l.r = *r
}

// do is one act of somebody's at that moment, or shortly after the act before
// when that is later. It says whether the referral goes on.
func (l *life) do(a models.Actor, e models.Event, in models.Input, at time.Time) bool {
	if l.err != nil || l.over {
		return false
	}
	if !at.After(l.at) {
		at = l.at.Add(l.t.span(time.Minute, 4*time.Minute))
	}
	if at.After(l.end) {
		l.over = true
		return false
	}
	l.at = at
	r, err := l.s.Advance(l.ctx, a, l.r.Ref, e, l.r.Version, in)
	if err != nil {
		l.fail(string(e), err)
		return false
	}
	l.r = *r
	return true
}

func (l *life) fail(what string, err error) {
	l.err = fmt.Errorf("demo: %s of %s in state %s: %w", what, l.r.Ref, l.r.State, err)
}

// say is a phrase of who's for an occasion.
func (l *life) say(who *person, section string) string {
	return l.h.phrase(l.d, who, l.rep.girl, section)
}

// triager is who triages it now: whom it was routed to, or now and then a
// colleague of the same desk.
func (l *life) triager() *person {
	desk := l.h.cast.desks[l.r.DeskID]
	p := l.h.cast.byID[l.r.RoutedTo]
	if other := one(l.d, desk); (p == nil || l.d.chance(0.08)) && !l.steppedBack(other) {
		return other
	}
	return p
}

// second is a coordinator other than the first who can see the closing.
func (l *life) second(first *person) *person {
	for _, p := range append(slices.Clone(l.h.cast.desks[l.r.DeskID]), l.h.cast.desks[models.NationalDesk]...) {
		if p != first && !l.steppedBack(p) {
			return p
		}
	}
	return nil // the others have all stepped back
}

func (l *life) steppedBack(p *person) bool { return slices.Contains(l.away, p.user.ID) }

// schoolVoice is who answers for the school: the author, or the psychologist
// where that is allowed.
func (l *life) schoolVoice() *person {
	if l.r.Restricted || l.d.chance(0.6) {
		return l.rep.author
	}
	return l.h.cast.psychologist(l.rep.school.ID)
}
