package store

import "gorm.io/gorm"

// Statements has every statement of the store's readers noted from now on; the
// function that it returns gives them.
func Statements(s *Store) func() []string {
	var seen []string
	note := func(db *gorm.DB) { seen = append(seen, db.Statement.SQL.String()) }
	for _, db := range []*gorm.DB{s.db, s.w} {
		_ = db.Callback().Query().After("*").Register("note", note)
		_ = db.Callback().Row().After("*").Register("note", note)
		_ = db.Callback().Raw().After("*").Register("note", note)
	}
	return func() []string { return seen }
}
