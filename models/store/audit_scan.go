package store

import (
	"context"
	"reflect"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"znak/models"
)

// AuditRow is an entry as it stands in the database. Sound says that every
// column holds the kind of value that the program writes.
type AuditRow struct {
	models.AuditEntry
	Sound bool
}

// AuditScan returns the entries that come after number after, the oldest
// first, at most limit. Auditors, the operator and the portal itself may read
// them; others get CodeForbidden.
func (r *reader) AuditScan(ctx context.Context, a models.Actor, after int64, limit int) ([]AuditRow, error) {
	if err := mayAudit(a); err != nil {
		return nil, err
	}
	var out []AuditRow
	err := scanStrict(r.db.WithContext(ctx), "audit_entries", "seq > ? ORDER BY seq LIMIT ?", []any{after, limit},
		func(e *models.AuditEntry, sound bool) { out = append(out, AuditRow{*e, sound}) })
	return out, err
}

// AuditHashScan returns the hashes of the tree from place from up to, but not
// including, place until. A place that holds no hash of the right kind stays
// nil.
func (r *reader) AuditHashScan(ctx context.Context, from, until int64) ([][]byte, error) {
	out := make([][]byte, until-from)
	err := scanStrict(r.db.WithContext(ctx), "audit_hashes", "idx >= ? AND idx < ?", []any{from, until},
		func(h *AuditHash, sound bool) {
			if sound {
				out[h.Idx-from] = h.Hash
			}
		})
	return out, err
}

// AuditCounts is how many rows the tables hold that a check must account for.
type AuditCounts struct{ Entries, Hashes, Referrals, Pending int64 }

// AuditCounts counts them.
func (r *reader) AuditCounts(ctx context.Context) (n AuditCounts, err error) {
	err = r.db.WithContext(ctx).Raw(`SELECT (SELECT COUNT(*) FROM audit_entries),
		(SELECT COUNT(*) FROM audit_hashes), (SELECT COUNT(*) FROM referrals)`).
		Row().Scan(&n.Entries, &n.Hashes, &n.Referrals)
	if err != nil || serial(r.db) {
		return n, fault(err)
	}
	err = r.db.WithContext(ctx).Raw("SELECT COUNT(*) FROM audit_pending").Row().Scan(&n.Pending)
	return n, fault(err)
}

// scanStrict reads rows of a table into T, whose fields name all its columns,
// and says of each whether every column holds a value of exactly the right
// kind: a database that is not strict lets anything be written anywhere, and a
// lenient reader would take 2 for true and not notice.
func scanStrict[T any](db *gorm.DB, table, where string, args []any, each func(row *T, sound bool)) error {
	rows, err := db.Raw("SELECT "+strictColumns(reflect.TypeFor[T]())+" FROM "+table+" WHERE "+where, args...).Rows()
	if err != nil {
		return fault(err)
	}
	defer rows.Close()
	n := reflect.TypeFor[T]().NumField()
	values, into := make([]any, n), make([]any, n)
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row, sound := new(T), true
		for i := range values {
			sound = setStrict(reflect.ValueOf(row).Elem().Field(i), values[i]) && sound
		}
		each(row, sound)
	}
	return fault(rows.Err())
}

// strictColumns lists the columns of the fields of t. Truth values are read as
// numbers, so that only 0 and 1 pass for them.
func strictColumns(t reflect.Type) string {
	var cols []string
	for i := range t.NumField() {
		name := schema.NamingStrategy{}.ColumnName("", t.Field(i).Name)
		if t.Field(i).Type.Kind() == reflect.Bool {
			name = "CASE " + name + " WHEN FALSE THEN 0 WHEN TRUE THEN 1 ELSE 2 END"
		}
		cols = append(cols, name)
	}
	return strings.Join(cols, ", ")
}

// setStrict puts a value into the field and says whether its kind is the
// field's. A value of another kind leaves the field empty.
func setStrict(field reflect.Value, value any) bool {
	switch v := value.(type) {
	case int64:
		if field.Kind() == reflect.Bool {
			field.SetBool(v == 1)
			return v == 0 || v == 1
		}
		if field.CanInt() && !field.OverflowInt(v) {
			field.SetInt(v)
			return true
		}
	case string:
		if field.Kind() == reflect.String {
			field.SetString(v)
			return true
		}
	case []byte:
		if field.Kind() == reflect.Slice {
			field.SetBytes(v)
			return true
		}
	}
	return false
}
