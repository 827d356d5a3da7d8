package main

import (
	"strings"
	"testing"
	"time"

	"znak/models/store"
	"znak/models/store/testdb"
)

// A program refuses a schema that is not its own, and says which of the two is
// the newer.
func TestAnotherSchemaIsRefused(t *testing.T) {
	db := testdb.Empty(t)
	s, err := store.Open(t.Context(), db.URL, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := checkSchema(t.Context(), s); err == nil || !strings.Contains(err.Error(), "the database is empty") {
		t.Errorf("an empty database: %v", err)
	}
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := checkSchema(t.Context(), s); err != nil {
		t.Errorf("its own: %v", err)
	}
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)"); err != nil {
		t.Fatal(err)
	}
	if err := checkSchema(t.Context(), s); err == nil || !strings.Contains(err.Error(), "schema 9999, newer") {
		t.Errorf("a newer one: %v", err)
	}
}
