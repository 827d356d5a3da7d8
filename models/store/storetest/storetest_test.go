package storetest_test

import (
	"testing"

	"znak/models"
	"znak/models/store/storetest"
)

func TestBuildersReachEveryState(t *testing.T) {
	w := storetest.New(t)
	for _, s := range models.States {
		if got := w.Head(w.At(s)).State; got != s {
			t.Errorf("At(%s) is %s", s, got)
		}
	}
}
