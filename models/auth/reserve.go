package auth

import (
	"context"
	"time"

	"znak/models/store"
)

// reserve counts a try as a failure before its password is looked at, so that
// many tries at once cannot all slip through; a success takes it back. It
// returns *TooMany when a counter is full, without writing anything.
func (s *Service) reserve(ctx context.Context, counters []counter) error {
	names := make([]string, len(counters))
	for i, c := range counters {
		names[i] = c.name
	}
	seen, err := s.Store.Throttles(ctx, names...)
	if err != nil {
		return err
	}
	if err := s.full(counters, seen, 0); err != nil {
		return err
	}
	return s.Store.Tx(ctx, func(tx *store.Tx) error {
		counted := make(map[string]store.Throttle, len(counters))
		for _, c := range counters {
			t, err := tx.CountFailure(c.name, c.Window)
			if err != nil {
				return err
			}
			counted[c.name] = t
		}
		return s.full(counters, counted, 1)
	})
}

// full returns *TooMany when a counter, less its own try, has no room.
func (s *Service) full(counters []counter, seen map[string]store.Throttle, own int) error {
	var wait time.Duration
	for _, c := range counters {
		t, ok := seen[c.name]
		left := t.Since.Time().Add(c.Window).Sub(s.Now())
		if ok && left > 0 && t.Failures-own >= c.Failures {
			wait = max(wait, left)
		}
	}
	if wait > 0 {
		return &TooMany{RetryAfter: wait}
	}
	return nil
}

// forgive takes back a try that succeeded. The pair's counter starts again;
// the loose ones keep what others failed.
func (s *Service) forgive(ctx context.Context, counters []counter) error {
	return s.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.ClearThrottle(counters[0].name); err != nil {
			return err
		}
		for _, c := range counters[1:] {
			if err := tx.ForgiveFailure(c.name); err != nil {
				return err
			}
		}
		return nil
	})
}
