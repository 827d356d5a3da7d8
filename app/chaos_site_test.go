package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"znak/models/auth"
	"znak/models/demo"
	"znak/models/store"
	"znak/models/store/storetest"
	"znak/models/vault"
)

// ruin is one installation that a scenario breaks: the real program, as `znak
// serve` runs it, behind a balancer, with a real mail relay.
type ruin struct {
	t        *testing.T
	bin      string
	url      string // of the database
	keys     string // of the key file
	relay    *relay
	balancer *balancer
	mob      *mob
	replicas []*process
	dead     []*process
}

// newRuin makes an installation with the people of storetest, whose password is
// the demo's. url is "" for a SQLite file in dir.
func newRuin(t *testing.T, bin, dir, url string) *ruin {
	t.Helper()
	at := placeIn(dir)
	if url != "" {
		at.database = url
	}
	at.keys = filepath.Join(t.TempDir(), "keys.json")
	must(t, vault.Generate(at.keys))
	must(t, migrate(t.Context(), at))
	p, err := open(t.Context(), at, time.Now)
	must(t, err)
	must(t, p.seed(t.Context(), streams{io.Discard, io.Discard, nil}))
	must(t, p.store.Tx(t.Context(), peopled(t)))
	must(t, p.close())
	r := &ruin{t: t, bin: bin, url: at.database, keys: at.keys, relay: newRelay(t), balancer: newBalancer(t)}
	r.mob = &mob{t: t, open: make([]draft, submitters), logs: r.errors}
	return r
}

// peopled writes schools, accounts and contacts.
func peopled(t *testing.T) func(*store.Tx) error {
	hasher, err := auth.NewHasher(auth.ServeParams())
	must(t, err)
	hash, err := hasher.Hash(t.Context(), demo.Password)
	must(t, err)
	return func(tx *store.Tx) error {
		if err := tx.Put(storetest.Schools()); err != nil {
			return err
		}
		for _, u := range storetest.People() {
			u.PasswordHash = hash
			if err := tx.PutUser(u); err != nil {
				return err
			}
		}
		return tx.Put(storetest.Contacts())
	}
}

// postgres says on which of the two databases it is.
func (r *ruin) postgres() bool { return strings.HasPrefix(r.url, "postgres:") }

// env are the settings.
func (r *ruin) env() []string {
	env := slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, settingPrefix) })
	return append(env, "ZNAK_ADDR=127.0.0.1:0", "ZNAK_METRICS_ADDR=127.0.0.1:0", "ZNAK_BASE_URL=http://127.0.0.1", "ZNAK_DATABASE_URL="+r.url, "ZNAK_KEYS_FILE="+r.keys,
		"ZNAK_SMTP_URL=smtp://"+r.relay.addr+"?tls=none", "ZNAK_MAIL_FROM=Znak <znak@znak.test>", "ZNAK_TRUSTED_PROXIES=127.0.0.1", "ZNAK_LOG_FORMAT=json")
}

// start adds a replica, and waits until it is ready.
func (r *ruin) start() *process {
	r.t.Helper()
	p := startServe(r.t, r.bin, filepath.Dir(r.keys), r.env())
	r.replicas = append(r.replicas, p)
	r.balance()
	return p
}

func (r *ruin) balance() {
	var to []string
	for _, p := range r.replicas {
		to = append(to, p.base)
	}
	r.balancer.set(to...)
}

// kill ends a replica as `kill -9` does.
func (r *ruin) kill(p *process) {
	r.t.Helper()
	p.kill()
	p.clean()
	r.dead = append(r.dead, p)
	r.replicas = slices.DeleteFunc(r.replicas, func(o *process) bool { return o == p })
	r.balance()
}

// errors are the faults in the logs of the replicas.
func (r *ruin) errors() string {
	var out strings.Builder
	for _, p := range append(r.dead, r.replicas...) {
		for line := range strings.Lines(p.said.String()) {
			if strings.Contains(line, `"level":"ERROR"`) {
				out.WriteString(line)
			}
		}
	}
	return out.String()
}

// gather signs the submitters in.
func (r *ruin) gather() {
	r.t.Helper()
	authors := []string{storetest.Teacher, storetest.Teacher2, storetest.Psychologist, storetest.TeacherFar}
	for i := range submitters {
		c := newClient(r.balancer.base)
		must(r.t, c.signIn(storetest.Email(authors[i%len(authors)])))
		r.mob.clients = append(r.mob.clients, c)
	}
}

// raw opens the database as somebody who owns it has it.
func (r *ruin) raw() *sql.DB {
	r.t.Helper()
	driver, source := "pgx", r.url
	if path, lite := strings.CutPrefix(r.url, "sqlite:"); lite {
		driver, source = "sqlite3", "file:"+path+"?_busy_timeout=10000&_synchronous=FULL"
	}
	db, err := sql.Open(driver, source)
	must(r.t, err)
	return db
}

// exec runs one statement, again if it clashes with what the programs do.
func (r *ruin) exec(query string) {
	r.t.Helper()
	db := r.raw()
	defer db.Close()
	var err error
	for range 10 {
		if _, err = db.Exec(query); err == nil {
			return
		}
	}
	r.t.Fatal(err)
}

// verified is the answer of `znak audit verify --json`.
type verified struct {
	OK      bool
	Entries int64
	Pending int64
}

func (r *ruin) verify() (v verified) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.bin, "audit", "verify", "--json")
	var said bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stderr = r.env(), filepath.Dir(r.keys), &said
	out, err := cmd.Output()
	if err != nil {
		r.t.Errorf("audit verify: %v\n%s%s", err, out, &said)
		return v
	}
	must(r.t, json.Unmarshal(out, &v))
	return v
}

// startServe starts the service and waits until it is ready. It is ended with
// the test.
func startServe(t *testing.T, bin, dir string, env []string) *process {
	t.Helper()
	p := launch(t, bin, dir, env)
	p.await("/readyz", 60*time.Second)
	return p
}

// freePort is an address at which nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}
