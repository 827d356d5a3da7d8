package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"znak/models"
)

// copyPostgres has pg_dump read the very view that look gets.
func (s *Store) copyPostgres(ctx context.Context, path string, look func(*Snapshot) error) error {
	return fault(s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if err := db.Exec("SET LOCAL idle_in_transaction_session_timeout = 0").Error; err != nil {
			return err
		}
		var snapshot string
		var server int
		if err := db.Raw("SELECT pg_export_snapshot(), current_setting('server_version_num')::int").Row().Scan(&snapshot, &server); err != nil {
			return err
		}
		if err := newEnough(ctx, "pg_dump", server/10000); err != nil {
			return err
		}
		err := s.client(ctx, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=10s",
			"--snapshot="+snapshot, "--file="+path)
		if err != nil {
			return err
		}
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
		if out, err := exec.CommandContext(ctx, "pg_restore", "--list", path).CombinedOutput(); err != nil {
			return fmt.Errorf("pg_restore: %s", firstLine(out))
		}
		return look(&Snapshot{reader{db: db, now: s.now}})
	}, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}))
}

var versionWord = regexp.MustCompile(`\d+`)

// newEnough refuses a client that is older than its server.
func newEnough(ctx context.Context, program string, server int) error {
	out, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return models.Errorf(models.CodeInvalid, "", "%s is not installed (Debian: postgresql-client)", program)
	}
	if have, _ := strconv.Atoi(versionWord.FindString(string(out))); have < server {
		return models.Errorf(models.CodeInvalid, "", "%s is of version %d, the server of %d: install postgresql-client-%d", program, have, server, server)
	}
	return nil
}

// client runs one of the server's own programs on the database. The password
// goes by the environment: a command line is there for everybody to see.
func (s *Store) client(ctx context.Context, program string, args ...string) error {
	u, err := url.Parse(s.url)
	if err != nil {
		return models.Errorf(models.CodeInvalid, "", "database address %q cannot be read", scheme(s.url))
	}
	q := u.Query()
	password := q.Get("password")
	q.Del("password")
	u.RawQuery = q.Encode()
	if p, ok := u.User.Password(); ok {
		password, u.User = p, url.User(u.User.Username())
	}
	cmd := exec.CommandContext(ctx, program, append([]string{"--dbname=" + u.String(), "--no-password"}, args...)...)
	if cmd.Env = os.Environ(); password != "" {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return models.Errorf(models.CodeUnavailable, "error.unavailable", "%s: %s", program, firstLine(out))
	}
	return nil
}

func firstLine(out []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(out), []byte("\n"))
	return string(line)
}

// versions is the table by which a program knows whether a schema is its own.
const versions = "goose_db_version"

// Load fills an empty PostgreSQL database from a copy, all or nothing, but for
// the version of its schema: until Release no program takes it for its own.
// Returns CodeConflict when the database is not empty.
func (s *Store) Load(ctx context.Context, path string) error {
	if empty, err := s.Empty(ctx); err != nil {
		return err
	} else if !empty {
		return models.Errorf(models.CodeConflict, "", "the database is not empty: restore goes into an empty one only")
	}
	var server int
	if err := s.w.WithContext(ctx).Raw("SELECT current_setting('server_version_num')::int").Scan(&server).Error; err != nil {
		return fault(err)
	}
	if err := newEnough(ctx, "pg_restore", server/10000); err != nil {
		return err
	}
	list, err := exec.CommandContext(ctx, "pg_restore", "--list", path).Output()
	if err != nil {
		return models.Errorf(models.CodeInvalid, "", "the archive cannot be read")
	}
	var kept []string
	for line := range strings.Lines(string(list)) {
		if !strings.Contains(line, " TABLE DATA ") || !strings.Contains(line, " "+versions+" ") {
			kept = append(kept, line)
		}
	}
	contents := filepath.Join(filepath.Dir(path), "contents")
	if err := os.WriteFile(contents, []byte(strings.Join(kept, "")), 0o600); err != nil {
		return err
	}
	return s.client(ctx, "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--use-list="+contents, path)
}

// Release gives a loaded database the version of its schema, once everything in
// it was found to hold.
func (s *Store) Release(ctx context.Context, path string) error {
	return s.client(ctx, "pg_restore", "--data-only", "--single-transaction", "--exit-on-error", "--table="+versions, path)
}
