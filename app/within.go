package main

import "context"

// within opens the installation for one act, and closes it afterwards.
func (i installation) within(ctx context.Context, act func(*portal) error) error {
	p, err := i.open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	return act(p)
}
