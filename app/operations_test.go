package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"znak/models/store/testdb"
)

const escrowWords = "седам речи које нико не погађа лако"

// operations walks docs/operations.md as a new operator does: every command of
// it in its order, on an empty folder, and the people in between.
type operations struct {
	t        *testing.T
	bin, dir string
	env      []string
	service  *process
	said     map[string]string // what each command printed
	factors  map[string]string // secrets of second factors, by address
}

// TestOperationsDocument: whoever follows the document gets to the first
// forwarded referral, on SQLite as on PostgreSQL.
func TestOperationsDocument(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the whole program")
	}
	text, err := os.ReadFile("../docs/operations.md")
	must(t, err)
	o := &operations{t: t, bin: build(t), dir: t.TempDir(), said: map[string]string{}, factors: map[string]string{}}
	o.env = append(o.settings(), "ZNAK_BACKUP_RECIPIENT=age1x92uplfq467mw43k5ufm2dclpxcm7yq4f582g6nxv3xh0jf33ycsjl50ms")
	o.files(string(text))
	commands := documented(string(text))
	if len(commands) < 15 {
		t.Fatalf("only %d commands are found in the document: %q", len(commands), commands)
	}
	for _, line := range commands {
		o.do(line)
	}
	o.service.stop()
}

// documented lists the commands of the document that the walk knows to do.
func documented(text string) (commands []string) {
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			inside = !inside
			continue
		}
		if inside && (strings.HasPrefix(line, "znakctl ") || strings.HasPrefix(line, "systemctl ") && strings.HasSuffix(line, " znak")) {
			commands = append(commands, line)
		}
	}
	return commands
}

// settings are those of deploy/znak.env, moved into the test's folder and to
// this machine.
func (o *operations) settings() []string {
	o.t.Helper()
	text, err := os.ReadFile("../deploy/znak.env")
	must(o.t, err)
	env := slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, settingPrefix) })
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		line = o.moved(line)
		switch name, _, _ := strings.Cut(line, "="); name {
		case "ZNAK_BASE_URL":
			line = name + "=http://127.0.0.1"
		case "ZNAK_ADDR":
			line = name + "=127.0.0.1:0"
		case "ZNAK_DATABASE_URL":
			if testdb.OnPostgres() {
				line = name + "=" + testdb.Empty(o.t).URL
			}
		case "ZNAK_METRICS_ADDR":
			line = name + "=127.0.0.1:0"
		}
		env = append(env, line)
	}
	return env
}

func (o *operations) moved(s string) string {
	return strings.ReplaceAll(s, "/var/lib/", o.dir+"/")
}

// files writes the example files of the document to where its commands look.
func (o *operations) files(text string) {
	o.t.Helper()
	must(o.t, os.MkdirAll(filepath.Join(o.dir, "znak"), 0o700))
	blocks := regexp.MustCompile("(?s)```csv[^\n]*\n(.*?)```").FindAllStringSubmatch(text, -1)
	if len(blocks) != 2 {
		o.t.Fatalf("%d example files in the document", len(blocks))
	}
	for i, name := range []string{"schools.csv", "users.csv"} {
		must(o.t, os.WriteFile(filepath.Join(o.dir, "znak", name), []byte(blocks[i][1]), 0o600))
	}
}

var word = regexp.MustCompile(`"[^"]*"|\S+`)

// do does one line of the document, and what the people do then.
func (o *operations) do(line string) {
	o.t.Helper()
	var args []string
	for _, w := range word.FindAllString(o.moved(line), -1) {
		args = append(args, strings.Trim(w, `"`))
	}
	switch {
	case args[0] == "systemctl" && args[1] == "stop":
		o.service.stop()
		if o.remaining(line) == 1 {
			must(o.t, os.Remove(filepath.Join(o.dir, "znak-keys", "keys.json"))) // what the last chapter is for
		}
	case args[0] == "systemctl":
		o.start()
	default:
		o.run(line, args[1:])
	}
	o.people(line)
}

// remaining counts how often the line was done before.
func (o *operations) remaining(line string) (before int) {
	before = len(o.said[line])
	o.said[line] += "."
	return before
}

// run runs a command as the service would, and answers what it asks.
func (o *operations) run(line string, args []string) {
	o.t.Helper()
	cmd := exec.CommandContext(o.t.Context(), o.bin, args...)
	cmd.Env, cmd.Dir = o.env, filepath.Join(o.dir, "znak")
	cmd.Stdin = strings.NewReader(escrowWords + "\n" + escrowWords + "\nstored\n")
	var out, faults bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &faults
	if err := cmd.Run(); err != nil {
		o.t.Fatalf("%s: %v\n%s%s", line, err, &out, &faults)
	}
	o.said[line] = out.String()
}

// start starts the service and waits until it is ready.
func (o *operations) start() {
	o.t.Helper()
	o.service = launch(o.t, o.bin, filepath.Join(o.dir, "znak"), o.env)
	o.service.await("/readyz", 30*time.Second)
}

// people do what the document says between the commands.
func (o *operations) people(line string) {
	o.t.Helper()
	invited := invitations(o.said[line])
	switch {
	case strings.HasPrefix(line, "systemctl enable"):
		setup := o.saidBy("znakctl setup")
		o.accept("ana.anic@znak.example.rs", invitations(setup)[0])
	case strings.HasPrefix(line, "znakctl import users") && len(invited) > 0:
		o.acceptAll()
	case strings.HasPrefix(line, "znakctl user reset"):
		delete(o.factors, "vera@mpn.example.rs")
		o.accept("vera@mpn.example.rs", invited[0])
	case strings.HasPrefix(line, "systemctl start"):
		o.signIn("jelena@os.example.rs")
	}
}

// saidBy is what the command that begins so printed.
func (o *operations) saidBy(prefix string) string {
	for line, said := range o.said {
		if strings.HasPrefix(line, prefix) {
			return said
		}
	}
	return ""
}

var invitationLink = regexp.MustCompile(`http://127\.0\.0\.1(/invite/[A-Za-z0-9_-]+)`)

func invitations(said string) (paths []string) {
	for _, found := range invitationLink.FindAllStringSubmatch(said, -1) {
		paths = append(paths, found[1])
	}
	return paths
}

// acceptAll lets everybody in, and walks the first referral.
func (o *operations) acceptAll() {
	o.t.Helper()
	for line, said := range o.said {
		if email, ok := strings.CutPrefix(line, "znakctl user add "); ok {
			o.accept(strings.Fields(email)[0], invitations(said)[0])
		}
	}
	for row := range strings.Lines(o.said["znakctl import users /var/lib/znak/users.csv"]) {
		if email, link, ok := strings.Cut(strings.TrimSpace(row), "\t"); ok {
			o.accept(email, invitations(link)[0])
		}
	}
	if len(o.factors) != 6 { // admin, national desk, two districts, the Centre, the auditor; no school
		o.t.Errorf("second factors: %v", o.factors)
	}
	o.referral()
}

// referral is the first one: from a teacher to the Centre.
func (o *operations) referral() {
	o.t.Helper()
	teacher := o.signIn("jelena@os.example.rs")
	ref, _, err := teacher.begin()
	must(o.t, err)
	_, err = teacher.save(ref, "account", "account.observed", "Не долази у школу три недеље.")
	must(o.t, err)
	if status, ok, err := teacher.submit(ref); !ok || err != nil {
		o.t.Fatalf("submitting: %d, %v", status, err)
	}
	vera := o.signIn("vera@mpn.example.rs")
	for _, event := range []string{"acknowledge", "forward"} {
		o.act(vera, ref, event)
	}
	o.act(o.signIn("ivana@centar.example.rs"), ref, "receive")
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

func (o *operations) act(c *client, ref, event string) {
	o.t.Helper()
	page, err := c.get("/referrals/" + ref)
	must(o.t, err)
	found := versionField.FindStringSubmatch(page.body)
	if page.status != http.StatusOK || found == nil {
		o.t.Fatalf("%s of %s: the page answers %d", event, ref, page.status)
	}
	a, err := c.post("/referrals/"+ref+"/"+event, "version", found[1], "text", "Потребна је процена.", "reason", "Потребна је процена.")
	must(o.t, err)
	if a.status != http.StatusSeeOther {
		o.t.Fatalf("%s of %s: %d\n%s", event, ref, a.status, a.body)
	}
}

const ownPassword = "ведро магла трамвај"

// accept opens an invitation, chooses a password and, where the portal asks for
// one, turns a second factor on.
func (o *operations) accept(email, path string) {
	o.t.Helper()
	c := newClient(o.service.base)
	o.want(c.get(path))(http.StatusOK, email)
	a := o.want(c.post(path, "password", ownPassword, "again", ownPassword))(http.StatusSeeOther, email)
	o.want(newClient(o.service.base).get(path))(http.StatusNotFound, email+", the used link")
	if a, err := c.get(a.location); err != nil || a.status == http.StatusOK {
		must(o.t, err)
		return // at a school it is offered
	}
	page := o.want(c.get("/account/second-factor"))(http.StatusOK, email)
	secret := strings.ReplaceAll(regexp.MustCompile(`<code id="secret">([A-Z2-7 ]+)</code>`).FindStringSubmatch(page.body)[1], " ", "")
	o.factors[email] = secret
	o.want(c.post("/account/second-factor", "code", o.code(email, 0)))(http.StatusOK, email)
	o.want(c.get("/"))(http.StatusOK, email)
}

// want checks an answer's status.
func (o *operations) want(a answer, err error) func(status int, who string) answer {
	return func(status int, who string) answer {
		o.t.Helper()
		must(o.t, err)
		if a.status != status {
			o.t.Fatalf("%s: status %d, want %d, location %q\n%s", who, a.status, status, a.location, a.body)
		}
		return a
	}
}

// code is what the app shows so many periods from now.
func (o *operations) code(email string, periods int) string {
	o.t.Helper()
	code, err := totp.GenerateCode(o.factors[email], time.Now().Add(time.Duration(periods)*30*time.Second))
	must(o.t, err)
	return code
}

// signIn signs in by password and, where there is a second factor, the app's
// next code: the present one was used to turn it on.
func (o *operations) signIn(email string) *client {
	o.t.Helper()
	c := newClient(o.service.base)
	o.want(c.get("/login"))(http.StatusOK, email)
	a := o.want(c.post("/login", "email", email, "password", ownPassword))(http.StatusSeeOther, email)
	if o.factors[email] != "" {
		if a.location != "/login/code" {
			o.t.Fatalf("%s is in without a code: %q", email, a.location)
		}
		o.want(c.get("/login/code"))(http.StatusOK, email)
		o.want(c.post("/login/code", "code", o.code(email, 1)))(http.StatusSeeOther, email)
	}
	o.want(c.get("/"))(http.StatusOK, email)
	return c
}
