package handlers

// ErrorPage tells what happened and what to do next, and nothing of what went
// wrong inside.
type ErrorPage struct {
	Page
	Status     int
	Key        string // message key: what happened, and what to do
	Incident   string // number under which the log has the details; "" = none
	RetryAfter int    // seconds; 0 = not said
}

// RetryMinutes is RetryAfter in minutes, rounded up.
func (p ErrorPage) RetryMinutes() int { return (p.RetryAfter + 59) / 60 }
