package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"znak/models"
	"znak/models/htcds"
	"znak/models/store"
	"znak/models/store/storetest"
)

// TestExportTellsNobodyApart: what leaves is what is closed, without a name,
// reference, school, district, year or text; each reading and the whole stand on
// the trail, and those who decide on who reads see it.
func TestExportTellsNobodyApart(t *testing.T) {
	w := storetest.New(t)
	closed := w.At(models.StateClosed)
	handed := w.At(models.StateAcknowledged)
	w.Do(handed, storetest.Coordinator, models.EventProposeClose, models.Input{Text: "x", ReasonCode: models.CloseReasons[0], HandedTo: "police"})
	w.Do(handed, storetest.Deputy, models.EventConfirmClose, models.Input{})
	w.At(models.StateInAssessment)
	w.Submitted(storetest.TeacherFar)
	p := &portal{store: w.Store, audit: w.Audit, referrals: w.Referrals, location: w.Location}
	key, err := age.GenerateX25519Identity()
	must(t, err)
	path := filepath.Join(t.TempDir(), "cases.csv.age")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	must(t, err)
	n, digest, err := p.exportHTCDS(t.Context(), file, htcds.CSV, []age.Recipient{key.Recipient()})
	must(t, err)
	must(t, file.Close())
	raw, err := os.ReadFile(path)
	must(t, err)
	if n != 2 || bytes.Contains(raw, []byte("org_Name")) {
		t.Errorf("%d referrals, readable: %t", n, bytes.Contains(raw, []byte("org_Name")))
	}
	open, err := age.Decrypt(bytes.NewReader(raw), key)
	must(t, err)
	text, err := io.ReadAll(open)
	must(t, err)
	for _, secret := range []string{storetest.Marker, "Ђурђица", closed, handed, w.Head(closed).ID, storetest.School1, "Прва", storetest.Belgrade, "2012", "VI-2", "2026-02-27", storetest.Teacher} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("it holds %s", secret)
		}
	}
	if !bytes.Contains(text, []byte("ClosedReferred")) || !bytes.Contains(text, []byte("=seen")) || bytes.Contains(text, []byte("=no")) || !bytes.Contains(text, []byte("2026-03-02")) {
		t.Errorf("it says: %s", text)
	}
	w.Settle()
	trail, err := w.Store.AuditTrail(t.Context(), w.Actor(storetest.Auditor), store.AuditFilter{Action: actionHTCDS, Limit: 10})
	must(t, err)
	var read []string
	whole := 0
	for _, e := range trail {
		if e.ActorRole != models.RoleOperator {
			t.Errorf("by %s", e.ActorRole)
		}
		if e.ReferralID != "" {
			read = append(read, e.ReferralID)
		} else if e.Object == digest && e.Fields == "referrals:2" {
			whole++
		}
	}
	if len(read) != 2 || whole != 1 {
		t.Errorf("on the trail: %+v", trail)
	}
	for _, who := range []string{storetest.Centre, storetest.Coordinator, storetest.National} {
		if list, err := w.Store.Exports(t.Context(), w.Actor(who), 0); err != nil || len(list) != 1 || list[0].Digest != digest || list[0].Referrals != 2 {
			t.Errorf("%s sees %+v %v", who, list, err)
		}
	}
}

// TestExportCommand: the file is its owner's alone, never in the place of
// another, and readable only for whoever says so.
func TestExportCommand(t *testing.T) {
	dir := installed(t)
	key, err := age.GenerateX25519Identity()
	must(t, err)
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range []struct {
		args []string
		exit int
		want string
	}{
		{[]string{at("a.csv")}, exitFailed, "--recipient"},
		{[]string{at("a.csv"), "--recipient", "age1nonsense"}, exitFailed, "not a public key"},
		{[]string{at("a.txt"), "--plain"}, exitFailed, "--format"},
		{[]string{at("a.csv"), "--plain", "--format", "xml"}, exitUsage, "--format"},
		{[]string{at("none/a.csv"), "--plain"}, exitFailed, "no such file"},
	} {
		if exit, _, faults := command(t, append([]string{"export", "htcds"}, c.args...)...); exit != c.exit || !strings.Contains(faults, c.want) {
			t.Errorf("%v: exit %d, %s", c.args, exit, faults)
		}
	}
	for name, begin := range map[string]string{"a.csv": "org_Name,", "a.json": "{\n  \"standard\": \"HTCDS\""} {
		if exit, out, faults := command(t, "export", "htcds", at(name), "--plain"); exit != exitDone || !strings.Contains(out, "sha256:") {
			t.Fatalf("%s: exit %d, %s", name, exit, faults)
		}
		text, err := os.ReadFile(at(name))
		must(t, err)
		info, err := os.Stat(at(name))
		must(t, err)
		if !strings.HasPrefix(string(text), begin) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %o, %.40s", name, info.Mode().Perm(), text)
		}
	}
	before, err := os.ReadFile(at("a.csv"))
	must(t, err)
	if exit, _, faults := command(t, "export", "htcds", at("a.csv"), "--plain", "--format", "json"); exit != exitFailed || !strings.Contains(faults, "choose another name") {
		t.Errorf("over another file: exit %d, %s", exit, faults)
	}
	after, err := os.ReadFile(at("a.csv"))
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("the file was overwritten")
	}
	t.Setenv("ZNAK_BACKUP_RECIPIENT", key.Recipient().String())
	if exit, _, faults := command(t, "export", "htcds", at("a.json.age")); exit != exitDone {
		t.Fatalf("encrypted: %s", faults)
	}
	sealed, err := os.Open(at("a.json.age"))
	must(t, err)
	defer sealed.Close()
	if _, err := age.Decrypt(sealed, key); err != nil {
		t.Error(err)
	}
	tamper(t, dir, "CREATE TRIGGER no_exports BEFORE INSERT ON exports BEGIN SELECT RAISE(ABORT, 'full'); END")
	if exit, _, _ := command(t, "export", "htcds", at("b.csv"), "--plain"); exit != exitFailed {
		t.Errorf("nobody is told, and it ends with %d", exit)
	}
	if _, err := os.Stat(at("b.csv")); err == nil {
		t.Error("a file is left of an export that nobody is told of")
	}
}

// TestTokenCommands: the operator sees that tokens exist, and ends them.
func TestTokenCommands(t *testing.T) {
	dir := installed(t)
	tamper(t, dir, "INSERT INTO users (id, email, name, role, made_at) VALUES ('o', 'officer@example.rs', 'O', 'centre', 1)")
	p, err := open(t.Context(), placeIn(dir), time.Now)
	must(t, err)
	token, _, err := p.accounts(nil, true).MakeToken(t.Context(), models.Actor{ID: "o", Role: models.RoleCentre}, "label", []models.Scope{models.ScopePackagesRead}, 30)
	must(t, err)
	must(t, p.close())
	exit, out, faults := command(t, "token", "list")
	if exit != exitDone || !strings.Contains(out, "officer@example.rs") || !strings.Contains(out, "waits for a second person") || strings.Contains(out, token) {
		t.Fatalf("exit %d, %s%s", exit, out, faults)
	}
	id, _, _ := strings.Cut(strings.Split(out, "\n")[1], " ")
	if exit, _, faults := command(t, "token", "revoke", id); exit != exitDone {
		t.Errorf("exit %d, %s", exit, faults)
	}
	if exit, _, faults := command(t, "token", "revoke", id); exit != exitFailed || !strings.Contains(faults, "no token") {
		t.Errorf("again: exit %d, %s", exit, faults)
	}
	if _, out, _ := command(t, "token", "list"); strings.Contains(out, id) {
		t.Errorf("still listed: %s", out)
	}
	if _, out, _ := command(t, "token", "list", "--all"); !strings.Contains(out, "revoked") {
		t.Errorf("with all: %s", out)
	}
}
