package main

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // to change the database as somebody else would

	"znak/locales"
	"znak/models"
	"znak/models/auth"
	"znak/models/store"
	"znak/models/vault"
)

// cleanEnv takes every setting of the machine away for the test.
func cleanEnv(t *testing.T) {
	t.Helper()
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, settingPrefix) {
			t.Setenv(name, "")
			must(t, os.Unsetenv(name)) // Setenv brings it back after the test
		}
	}
}

// command runs a command line in process, and returns its exit code and what it
// wrote.
func command(t *testing.T, args ...string) (exit int, out, faults string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	exit = run(ctx, args, &stdout, &stderr)
	return exit, stdout.String(), stderr.String()
}

// installed makes an installation without the slow escrow copy, and the
// settings for it.
func installed(t *testing.T) (dir string) {
	t.Helper()
	cleanEnv(t)
	dir = t.TempDir()
	at := placeIn(dir)
	must(t, vault.Generate(at.keys))
	must(t, migrate(t.Context(), at))
	p, err := open(t.Context(), at, time.Now)
	must(t, err)
	defer p.close()
	must(t, p.seed(t.Context(), streams{io.Discard, io.Discard, nil}))
	t.Setenv("ZNAK_BASE_URL", "http://127.0.0.1:8080")
	t.Setenv("ZNAK_DATABASE_URL", at.database)
	t.Setenv("ZNAK_KEYS_FILE", at.keys)
	t.Setenv("ZNAK_ADDR", "127.0.0.1:0")
	t.Setenv("ZNAK_METRICS_ADDR", "127.0.0.1:0")
	return dir
}

// tamper changes the database as somebody else would.
func tamper(t *testing.T, dir, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "znak.db"))
	must(t, err)
	defer db.Close()
	_, err = db.Exec(query, args...)
	must(t, err)
}

// TestServeRefuses: what would put a child's data at risk does not start, and
// one line says which setting is wrong.
func TestServeRefuses(t *testing.T) {
	set := func(name, value string) func(*testing.T, string) {
		return func(t *testing.T, _ string) { t.Setenv(name, value) }
	}
	account := func(email, hash string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			tamper(t, dir, "INSERT INTO users (id, email, name, role, password_hash, made_at) VALUES ('x', ?, 'x', 'admin', ?, 1)", email, hash)
		}
	}
	weak, err := auth.NewHasher(auth.DemoParams())
	must(t, err)
	hash, err := weak.Hash(t.Context(), "znak-demo-2026")
	must(t, err)
	for name, tt := range map[string]struct {
		change func(*testing.T, string)
		want   string
	}{
		"no address":        {set("ZNAK_BASE_URL", ""), "ZNAK_BASE_URL: missing"},
		"http on a network": {set("ZNAK_BASE_URL", "http://znak.example.rs"), "ZNAK_BASE_URL: http is for this machine alone"},
		"a path":            {set("ZNAK_BASE_URL", "https://example.rs/znak"), "ZNAK_BASE_URL: scheme and host only"},
		"no scheme":         {set("ZNAK_BASE_URL", "znak.example.rs"), "ZNAK_BASE_URL: not an address"},
		"misspelt":          {set("ZNAK_TRUSTED_PROXY", "127.0.0.1"), "ZNAK_TRUSTED_PROXY: there is no such setting"},
		"proxies":           {set("ZNAK_TRUSTED_PROXIES", "127.0.0.1, proxy"), `ZNAK_TRUSTED_PROXIES: "proxy"`},
		"every proxy":       {set("ZNAK_TRUSTED_PROXIES", "0.0.0.0/0"), "ZNAK_TRUSTED_PROXIES: 0.0.0.0/0 would let everybody"},
		"log":               {set("ZNAK_LOG_FORMAT", "xml"), `ZNAK_LOG_FORMAT: "xml"`},
		"time zone":         {set("ZNAK_TIMEZONE", "Europe/Nowhere"), "ZNAK_TIMEZONE: "},
		"listening":         {set("ZNAK_ADDR", "8080"), "ZNAK_ADDR: "},
		"metrics":           {set("ZNAK_METRICS_ADDR", "9090"), "ZNAK_METRICS_ADDR: "},
		"metrics taken":     {set("ZNAK_METRICS_ADDR", "127.0.0.1:1"), "ZNAK_METRICS_ADDR: "},
		"taken":             {set("ZNAK_ADDR", "127.0.0.1:1"), "ZNAK_ADDR: "},
		"database":          {set("ZNAK_DATABASE_URL", "mysql://znak:geheim@db/znak"), "ZNAK_DATABASE_URL: "},
		"both":              {set("ZNAK_KEYS_FILE_FILE", "/dev/null"), "set ZNAK_KEYS_FILE or ZNAK_KEYS_FILE_FILE, not both"},
		"no keys":           {func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "keys.json"))) }, "ZNAK_KEYS_FILE: "},
		"open keys":         {func(t *testing.T, dir string) { must(t, os.Chmod(filepath.Join(dir, "keys.json"), 0o640)) }, "ZNAK_KEYS_FILE: "},
		"damaged keys": {func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "keys.json"), []byte("{}"), 0o600))
		}, "ZNAK_KEYS_FILE: "},
		"older schema": {func(t *testing.T, dir string) {
			tamper(t, dir, "DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)")
		}, "ZNAK_DATABASE_URL: the database has schema"},
		"newer schema": {func(t *testing.T, dir string) {
			tamper(t, dir, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
		}, "newer than this program's"},
		"empty database": {func(t *testing.T, dir string) {
			t.Setenv("ZNAK_DATABASE_URL", "sqlite:"+filepath.Join(dir, "other.db"))
		}, "the database is empty: begin with znak setup"},
		"demo account":  {account("admin@demo.znak", ""), "a demo's account (admin@demo.znak)"},
		"demo password": {account("admin@example.rs", hash), "a demo's account (admin@example.rs)"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := installed(t)
			if setting, _, taken := strings.Cut(tt.want, ": "); strings.HasSuffix(name, "taken") && taken {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				must(t, err)
				defer l.Close()
				tt.change = set(setting, l.Addr().String())
			}
			tt.change(t, dir)
			exit, _, faults := command(t, "serve")
			first, rest, _ := strings.Cut(faults, "\n")
			usage := exit == exitUsage && name == "both"
			if exit != exitFailed && !usage || !strings.Contains(first, tt.want) || rest != "" && !usage {
				t.Errorf("exit %d: %s", exit, faults)
			}
			if strings.Contains(faults, "geheim") || strings.Contains(faults, "goroutine") {
				t.Errorf("the fault says too much: %s", faults)
			}
		})
	}
}

func TestEverySettingMayStandInAFile(t *testing.T) {
	dir := installed(t)
	path := filepath.Join(dir, "url")
	must(t, os.WriteFile(path, []byte("https://znak.example.rs\n"), 0o600))
	must(t, os.Unsetenv("ZNAK_BASE_URL"))
	t.Setenv("ZNAK_BASE_URL_FILE", path)
	exit, out, faults := command(t, "config")
	if exit != exitDone || !strings.Contains(out, "ZNAK_BASE_URL=https://znak.example.rs  # from "+path) {
		t.Errorf("exit %d: %s%s", exit, out, faults)
	}
}

func TestConfigHidesSecrets(t *testing.T) {
	installed(t)
	for _, address := range []string{"postgres://znak:geheim@db.example.rs/znak?sslmode=verify-full", "postgres:///znak?host=/run&password=geheim", "postgres://%zz:geheim"} {
		t.Setenv("ZNAK_DATABASE_URL", address)
		_, out, faults := command(t, "config")
		if strings.Contains(out+faults, "geheim") || !strings.Contains(out, "ZNAK_DATABASE_URL=") {
			t.Errorf("%s%s", out, faults)
		}
	}
	t.Setenv("ZNAK_BASE_URL", "http://znak.example.rs")
	if exit, out, faults := command(t, "config"); exit != exitFailed || !strings.Contains(out, "ZNAK_ADDR=") || !strings.Contains(faults, "ZNAK_BASE_URL") {
		t.Errorf("exit %d: %s%s", exit, out, faults)
	}
}

// TestSetUpAsksAndGoesOn: a set-up that is not confirmed makes no account; run
// again it goes on where it stopped, and a second one is refused.
func TestSetUpAsksAndGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("seals with a passphrase, slowly")
	}
	cleanEnv(t)
	t.Setenv("ZNAK_BASE_URL", "https://znak.example.rs")
	dir := filepath.Join(t.TempDir(), "new")
	setup := func(answers string) (string, error) {
		var out bytes.Buffer
		c := setupCmd{site: site{installation: installation{Dir: dir}, BaseURL: "https://znak.example.rs"}, Admin: "Ana@Example.rs", Lang: "sr"}
		err := c.Run(t.Context(), streams{&out, io.Discard, strings.NewReader(answers)}, environment{})
		return out.String(), err
	}
	for answers, want := range map[string]string{"": "nobody is there", "short\nshort\n": "fewer than 20", escrowWords + "\nother\n": "not the same",
		strings.Repeat("ab", 12) + "\n" + strings.Repeat("ab", 12) + "\n": "easily guessed"} {
		if _, err := setup(answers); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", answers, err)
		}
	}
	words := escrowWords + "\n"
	if out, err := setup(words + words + "no\n"); err == nil || strings.Contains(out, "/invite/") {
		t.Fatalf("not confirmed: %v\n%s", err, out)
	}
	if _, err := setup("another passphrase altogether\nstored\n"); err == nil {
		t.Error("another passphrase passes for that of the copy")
	}
	out, err := setup(words + "stored\n")
	if err != nil || !strings.Contains(out, "https://znak.example.rs/invite/") {
		t.Fatalf("going on: %v\n%s", err, out)
	}
	if _, err := setup(words + "stored\n"); err == nil || !strings.Contains(err.Error(), "an administrator already") {
		t.Errorf("a second set-up: %v", err)
	}
	must(t, os.Remove(filepath.Join(dir, "keys.json")))
	tamper(t, dir, "UPDATE users SET disabled = 1")
	if _, err := setup(words + words + "stored\n"); err == nil || !strings.Contains(err.Error(), "bring it back") {
		t.Errorf("new keys for a database in use: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "keys.json")); err == nil {
		t.Error("new keys were made for a database in use")
	}
	t.Setenv(escrowPassphrase, escrowWords)
	if exit, _, faults := command(t, "keys", "recover", "--dir", dir, filepath.Join(dir, "keys-escrow.age")); exit != exitDone {
		t.Errorf("recover: exit %d: %s", exit, faults)
	}
	if exit, _, faults := command(t, "audit", "verify", "--dir", dir); exit != exitDone {
		t.Errorf("verify with the keys that came back: exit %d: %s", exit, faults)
	}
}

func TestCommandsOnAccounts(t *testing.T) {
	dir := installed(t)
	for _, tt := range []struct {
		args string
		exit int
		said string
	}{
		{"user add vera@example.rs --role coordinator --district beograd", exitDone, "http://127.0.0.1:8080/invite/"},
		{"user add VERA@example.rs --role coordinator --district beograd", exitFailed, "already"},
		{"user add ana@example.rs --role teacher --school 9", exitFailed, `no school with the code "9"`},
		{"user add ana@example.rs --role system", exitFailed, "role"},
		{"user add ana@example.rs", exitUsage, "--role"},
		{"user add ana@example.rs --role centre --lang de", exitUsage, "lang"},
		{"user disable nobody@example.rs", exitFailed, "there is no account nobody@example.rs"},
		{"user disable vera@example.rs", exitDone, "closed"},
		{"user reset vera@example.rs", exitFailed, "disabled"},
		{"user enable vera@example.rs", exitDone, "open again"},
		{"user reset vera@example.rs", exitDone, "/invite/"},
		{"migrate", exitDone, "nothing to do"},
		{"migrate --dry-run", exitDone, "nothing to do"},
		{"audit verify", exitDone, "The log holds: 4 entries"},
	} {
		exit, out, faults := command(t, strings.Fields(tt.args)...)
		if exit != tt.exit || !strings.Contains(out+faults, tt.said) {
			t.Errorf("%s: exit %d: %s%s", tt.args, exit, out, faults)
		}
	}
	p, err := open(t.Context(), placeIn(dir), time.Now)
	must(t, err)
	defer p.close()
	contacts, err := p.store.Contacts(t.Context(), "beograd", time.Now())
	if err != nil || len(contacts) != 1 {
		t.Errorf("contacts %+v, %v", contacts, err)
	}
	told, err := p.store.Proposals(t.Context(), models.Actor{ID: "second", Role: models.RoleCoordinator, DistrictID: "beograd"}, 0)
	if err != nil || len(told) != 3 || told[0].Verdict != store.VerdictTold {
		t.Errorf("the desk sees %+v, %v", told, err)
	}
}

// TestImportsAreAllOrNothing: every bad row is named, and then nothing is
// there.
func TestImportsAreAllOrNothing(t *testing.T) {
	dir := installed(t)
	file := filepath.Join(dir, "schools.csv")
	must(t, os.WriteFile(file, []byte("code,name,level,municipality\n1,Прва,primary,Врачар\n2,,primary,Врачар\n3,Трећа,x,Врачар\n"), 0o600))
	exit, _, faults := command(t, "import", "schools", file)
	if exit != exitFailed || !strings.HasPrefix(faults, "znak: nothing was imported: 2 bad rows\nline 3: no name\nline 4: level") {
		t.Errorf("exit %d: %s", exit, faults)
	}
	count := func() int {
		p, err := open(t.Context(), placeIn(dir), time.Now)
		must(t, err)
		defer p.close()
		schools, err := p.store.Schools(t.Context())
		must(t, err)
		return len(schools)
	}
	if n := count(); n != 0 {
		t.Errorf("%d schools were imported", n)
	}
	must(t, os.WriteFile(file, []byte("code,name,level,municipality\n1,Прва,primary,Врачар\n"), 0o600))
	if exit, out, _ := command(t, "import", "schools", file, "--dry-run"); exit != exitDone || count() != 0 {
		t.Errorf("dry run: exit %d, %s", exit, out)
	}
	if exit, out, faults := command(t, "import", "schools", file); exit != exitDone || count() != 1 {
		t.Errorf("exit %d: %s%s", exit, out, faults)
	}
	if exit, _, _ := command(t, "import", "schools", filepath.Join(dir, "none.csv")); exit != exitUsage {
		t.Errorf("no file: exit %d", exit)
	}
}

// TestStoppingCutsNoRequest: a request whose second half comes after the
// service was told to stop is answered; a new one is not taken.
func TestStoppingCutsNoRequest(t *testing.T) {
	dir := installed(t)
	p, err := open(t.Context(), placeIn(dir), time.Now)
	must(t, err)
	defer p.close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := listener.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	f := face{listener: listener, baseURL: "http://" + address, compulsory: true, password: auth.DemoParams(), ready: p.readiness(ctx),
		log: slog.New(slog.DiscardHandler)}
	go func() { ended <- p.serve(ctx, f, nil) }()
	res, err := http.Get("http://" + address + "/readyz")
	must(t, err)
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("readyz: %d", res.StatusCode)
	}
	conn, err := net.Dial("tcp", address)
	must(t, err)
	defer conn.Close()
	body := "email=nobody%40example.rs&password=x"
	_, err = io.WriteString(conn, "POST /login HTTP/1.1\r\nHost: "+address+"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 36\r\nExpect: 100-continue\r\n\r\n")
	must(t, err)
	first := make([]byte, 64)
	n, err := conn.Read(first) // "100 Continue": the handler waits for the body
	must(t, err)
	if !strings.Contains(string(first[:n]), "100 Continue") {
		t.Fatalf("%q", first[:n])
	}
	stop()
	for again := time.NewTicker(5 * time.Millisecond); ; <-again.C {
		c, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		c.Close()
	}
	_, err = io.WriteString(conn, body)
	must(t, err)
	answer, err := io.ReadAll(conn)
	must(t, err)
	if !strings.HasPrefix(string(answer), "HTTP/1.1 403") || !strings.Contains(string(answer), "</html>") { // it has no token
		t.Errorf("the request was cut: %q", answer)
	}
	if err := <-ended; err != nil {
		t.Errorf("stopping: %v", err)
	}
}

// TestServeSetsSecureCookies: by https every cookie is bound to this host.
func TestServeSetsSecureCookies(t *testing.T) {
	dir := installed(t)
	p, err := open(t.Context(), placeIn(dir), time.Now)
	must(t, err)
	defer p.close()
	texts, err := locales.Load()
	must(t, err)
	server, err := p.server(face{baseURL: "https://znak.example.rs", secure: true, compulsory: true, password: auth.DemoParams(), log: slog.New(slog.DiscardHandler)}, auth.NewSessions(p.store, true), texts, nil)
	must(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer server.Close()
	res, err := http.Get("http://" + listener.Addr().String() + "/login")
	must(t, err)
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if !c.Secure || !strings.HasPrefix(c.Name, "__Host-") && c.Name != "znak_lang" {
			t.Errorf("cookie %s: secure %v", c.Name, c.Secure)
		}
	}
	if len(res.Cookies()) == 0 || res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("cookies %v, HSTS %q", res.Cookies(), res.Header.Get("Strict-Transport-Security"))
	}
}
