package audit

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"znak/models/store/testdb"
)

// place is a value in the database that the log answers for.
type place struct{ table, key, column string }

func places(w *world) []place {
	var out []place
	for table, columns := range map[string]string{
		"audit_entries":     "seq, " + entryColumns,
		"audit_hashes":      "idx, hash",
		"audit_head":        "size",
		"referrals":         w.columns("referrals"),
		"referral_contents": "content",
		"referral_events":   w.columns("referral_events"),
		"name_hashes":       "hash",
		"child_hashes":      "hash",
		"data_keys":         "wrapped",
	} {
		rows, err := w.raw.Query("SELECT rowid FROM " + table + " ORDER BY rowid")
		w.must(err)
		for rows.Next() {
			var key string
			w.must(rows.Scan(&key))
			for column := range strings.SplitSeq(columns, ", ") {
				out = append(out, place{table, key, column})
			}
		}
		w.must(rows.Close())
	}
	return out
}

func (w *world) columns(table string) string {
	rows, err := w.raw.Query("SELECT name FROM pragma_table_info(?)", table)
	w.must(err)
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		w.must(rows.Scan(&name))
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// altered returns the value with one byte changed, or one more where there is
// none.
func altered(t *rapid.T, value any) any {
	flip := func(b []byte) []byte {
		b = bytes.Clone(b)
		if len(b) == 0 {
			return []byte{rapid.Byte().Draw(t, "new byte")}
		}
		b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] ^= rapid.ByteRange(1, 255).Draw(t, "xor")
		return b
	}
	switch v := value.(type) {
	case string:
		return string(flip([]byte(v)))
	case []byte:
		return flip(v)
	case int64:
		return int64(binary.BigEndian.Uint64(flip(binary.BigEndian.AppendUint64(nil, uint64(v)))))
	}
	panic(fmt.Sprintf("a value of kind %T", value))
}

// TestAnyChangedByteIsFound changes any one byte of any value.
func TestAnyChangedByteIsFound(t *testing.T) {
	testdb.NeedSQLite(t) // PostgreSQL takes no value of another kind, and no text that is none
	w, _ := history(t)
	w.refer()
	w.checkpoint()
	w.alter("PRAGMA foreign_keys = OFF")
	all := places(w)
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(all).Draw(t, "place")
		update := fmt.Sprintf("UPDATE %s SET %s = ? WHERE rowid = ?", p.table, p.column)
		var old any
		w.must(w.raw.QueryRow(fmt.Sprintf("SELECT %s + 0, %[1]s FROM %s WHERE rowid = ?", p.column, p.table), p.key).Scan(new(any), &old))
		if b, ok := old.(bool); ok {
			old = map[bool]int64{true: 1}[b]
		}
		value := altered(t, old)
		key := any(p.key)
		if p.column == "seq" || p.column == "idx" {
			key = value // which is the row's own address
		}
		if _, err := w.raw.Exec(update, value, p.key); err != nil {
			t.Skip("taken by another row")
		}
		r, err := w.log.Verify(w.Context(), Options{})
		w.alter(update, old, key)
		if err != nil {
			t.Fatal(err)
		}
		if r.OK {
			t.Fatalf("%v: %v became %v and was not found", p, old, value)
		}
		if p.table == "audit_entries" && p.column != "seq" && fmt.Sprint(r.Fault.Seq) != p.key {
			t.Fatalf("%v: fault %+v", p, *r.Fault)
		}
	})
	w.holds() // everything was put back
}
