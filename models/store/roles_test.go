package store_test

import (
	"database/sql"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"znak/models"
	"znak/models/audit"
	"znak/models/store"
	"znak/models/store/testdb"
	"znak/models/vault"
)

// sqlOf returns the documentation's blocks of SQL, with names of the test's own.
func sqlOf(t *testing.T, suffix string) []string {
	t.Helper()
	doc, err := os.ReadFile("../../docs/postgresql.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(doc), -1) {
		block := regexp.MustCompile(`\bznak(_\w+)?\b`).ReplaceAllString(m[1], "znak${1}"+suffix)
		blocks = append(blocks, block)
	}
	if len(blocks) != 3 {
		t.Fatalf("the documentation has %d blocks of SQL", len(blocks))
	}
	return blocks
}

// as returns the address of a database for a role.
func as(t *testing.T, role, name string) string {
	t.Helper()
	u, err := url.Parse(testdb.Of(t, name))
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(role)
	return u.String()
}

// statements runs one statement after the other: some take no company.
func statements(t *testing.T, address, block string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for s := range strings.SplitSeq(block, ";\n") {
		if strings.TrimSpace(s) == "" {
			continue
		}
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// TestServingWithoutOwningAnything follows the documentation, and then tries
// what the serving role must not be able to do.
func TestServingWithoutOwningAnything(t *testing.T) {
	testdb.NeedPostgres(t)
	suffix := strings.ToLower(models.NewID()[:8])
	owner, serve, name := "znak_owner"+suffix, "znak_serve"+suffix, "znak"+suffix
	blocks := sqlOf(t, suffix)
	statements(t, testdb.Of(t, "postgres"), blocks[0])
	t.Cleanup(func() {
		statements(t, testdb.Of(t, "postgres"), "DROP DATABASE "+name+" WITH (FORCE);\nDROP ROLE "+owner+";\nDROP ROLE "+serve)
	})
	statements(t, testdb.Of(t, name), blocks[1])
	if have, need, err := another(t, as(t, serve, name)).Schema(t.Context()); have != 0 || need == 0 || err != nil {
		t.Errorf("before migrating: schema %d of %d, %v", have, need, err)
	}
	if _, err := another(t, as(t, owner, name)).Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	statements(t, as(t, owner, name), blocks[2])
	serves(t, another(t, as(t, serve, name)))
	refuses(t, as(t, serve, name), owner)
}

// serves does something of everything as the serving role.
func serves(t *testing.T, s *store.Store) {
	t.Helper()
	if have, need, err := s.Schema(t.Context()); have != need || err != nil {
		t.Errorf("schema %d of %d, %v", have, need, err)
	}
	log := audit.New(s, vault.NewMemory(), "test", t.TempDir(), time.Now)
	err := s.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.Put([]models.District{{ID: "nis", NameSr: "Нишки", NameEn: "Niš"}}); err != nil {
			return err
		}
		r := &models.Referral{ID: "r", Ref: "ZN-0000-0000", State: models.StateDraft, Version: 1, AuthorID: "t"}
		if err := tx.InsertReferral(r, []byte("k"), []byte("c")); err != nil {
			return err
		}
		if err := tx.UpdateReferral(r); err != nil {
			return err
		}
		if err := tx.InsertRecord(&models.Record{ID: "e", ReferralID: "r", Version: 2, Body: []byte("b")}); err != nil {
			return err
		}
		return log.Append(tx, models.AuditBy(models.Actor{ID: "t"}, "submit"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Checkpoint(t.Context()); err != nil {
		t.Errorf("numbering and signing: %v", err)
	}
}

func refuses(t *testing.T, address, owner string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range []string{
		"ALTER TABLE audit_entries DISABLE TRIGGER ALL",
		"DROP TRIGGER audit_entries_grow ON audit_entries",
		"CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
		"SET session_replication_role = replica",
		"SET ROLE " + owner,
		"UPDATE audit_entries SET action = 'x'",
		"DELETE FROM audit_entries",
		"TRUNCATE audit_entries",
		"TRUNCATE audit_pending",
		"TRUNCATE referrals CASCADE",
		"DELETE FROM audit_head",
		"UPDATE audit_head SET size = 0",
		"DELETE FROM referral_events",
		"DELETE FROM referrals",
		"DROP TABLE audit_entries",
		"ALTER TABLE audit_entries RENAME TO other",
		"CREATE TABLE mine (a INTEGER)",
		"CREATE TEMPORARY TABLE audit_entries (id TEXT)",
		"UPDATE goose_db_version SET version_id = 9",
	} {
		if _, err := db.Exec(query); err == nil {
			t.Errorf("the serving role may: %s", query)
		}
	}
}
