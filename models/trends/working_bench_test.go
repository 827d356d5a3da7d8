package trends_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"znak/models/store/storetest"
	"znak/models/store/testdb"
	"znak/models/trends"
)

// TestWorkingBench measures the page's figures at many referrals, of two years,
// where ZNAK_BENCH is set (to their number, if it is more than 1). The rows are
// written around the program's verbs: it judges nothing.
func TestWorkingBench(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("ZNAK_BENCH"))
	if n == 0 {
		t.Skip("ZNAK_BENCH=1000000 go test -run WorkingBench -v ./models/trends")
	}
	testdb.NeedSQLite(t)
	if n == 1 {
		n = 1_000_000
	}
	c := newCountry(t)
	c.Clock.Set(april12)
	ref := c.Submitted(storetest.Teacher)
	const hour = int64(time.Hour / time.Microsecond)
	now := april12.UnixMicro()
	_, err := c.Raw().Exec(fmt.Sprintf(`WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < %d)
		INSERT INTO referrals (id, ref, state, version, school_id, district_id, desk_id, author_id, urgency, checklist_id, checklist_version, begun_at, changed_at,
			submitted_at, acknowledged_at, forwarded_at, received_at, closed_at, ack_due, decide_due, receive_due, next_due, queue_rank)
		SELECT lower(hex(randomblob(16))), 'ZN-' || n, CASE WHEN n %% 100 THEN 'closed' ELSE 'received' END, 1, school_id, district_id,
			(SELECT id FROM districts WHERE position = n %% 19), author_id, 'standard', checklist_id, 1, begun_at, changed_at,
			%d - n * 63072 * %d, %[2]d - n * 63072 * %[3]d + n %% 30 * %[4]d, %[2]d - n * 63072 * %[3]d + n %% 60 * %[4]d + 1, %[2]d - n * 63072 * %[3]d + n %% 90 * %[4]d + 2, 1,
			%[2]d - n * 63072 * %[3]d + 24 * %[4]d, %[2]d - n * 63072 * %[3]d + 72 * %[4]d, %[2]d - n * 63072 * %[3]d + 80 * %[4]d, 0, n
		FROM i, referrals WHERE ref = ?`, n, now, int64(1000)*1_000_000/int64(n), hour), ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, look := range []string{"first look of a month", "second look"} {
		began := time.Now()
		v := c.look(storetest.Ministry)
		p, _ := v.Place(storetest.Nis)
		fmt.Printf("%-24s at %d referrals: %v (%+v)\n", look, n, time.Since(began).Round(100*time.Microsecond), p.Acknowledge)
	}
	c.Clock.Pass(24 * time.Hour)
	began := time.Now()
	if _, err := (&trends.Working{Store: c.World.Store, Now: c.Clock.Now, Location: c.World.Location}).Look(t.Context(), c.World.Actor(storetest.Ministry)); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("%-24s at %d referrals: %v\n", "first look of a day", n, time.Since(began).Round(100*time.Microsecond))
}
