package vault_test

import (
	"sync"
	"testing"
)

func TestManyAtOnce(t *testing.T) {
	v, _ := newFile(t)
	key, wrapped := newKey(t, v, "a")
	want := v.ChildHash("Ана", 2012)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				sealed, err := key.Seal("referrals", "r1", "content", []byte("x"))
				again, err2 := v.Unwrap("a", wrapped)
				_, _, err3 := v.Rewrap("a", wrapped)
				if err != nil || err2 != nil || err3 != nil || !opens(again, sealed, "x") ||
					string(v.ChildHash("Ana", 2012)) != string(want) {
					t.Error(err, err2, err3)
				}
				v.WordHashes("Ана")
				v.Digest(sealed)
			}
		})
	}
	wg.Go(func() {
		for range 5 {
			if _, err := v.Rotate(); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
}
