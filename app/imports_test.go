package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows is the one direction of imports: each room with the rooms that it may
// import. A room that is not in it has no place yet.
var arrows = map[string][]string{
	"models":              {},
	"models/store":        {"models"},
	"models/store/testdb": {"models/store"},
	"models/store/storetest": {"models", "models/audit", "models/checklist", "models/directory", "models/referral",
		"models/store", "models/store/testdb", "models/vault"},
	"models/checklist": {"models"},
	"models/vault":     {"models"},
	"models/auth":      {"models", "models/store", "models/vault"},
	"models/directory": {"models", "models/store"},
	"models/audit":     {"models", "models/store", "models/vault"},
	"models/referral":  {"models", "models/audit", "models/checklist", "models/directory", "models/store", "models/vault"},
	"models/courier":   {"models", "models/audit", "models/directory", "models/referral", "models/store"},
	"models/backup":    {"models", "models/audit", "models/auth", "models/store", "models/vault"},
	"models/demo": {"models", "models/audit", "models/auth", "models/checklist", "models/directory", "models/referral", "models/store",
		"models/vault"},
	"models/htcds":        {"models"},
	"locales":             {},
	"templates":           {},
	"static":              {},
	"handlers/mail":       {"locales", "models", "models/courier", "templates"},
	"handlers/metrics":    {"models", "models/audit", "models/store"},
	"handlers/middleware": {"locales", "models", "models/auth", "models/store"},
	"handlers": {"handlers/api", "handlers/charts", "handlers/metrics", "handlers/middleware", "handlers/pdf", "locales", "models",
		"models/audit", "models/auth", "models/checklist", "models/courier", "models/directory", "models/export", "models/handover",
		"models/referral", "models/store", "models/trends", "static", "templates"},
	"app": {"handlers", "handlers/mail", "handlers/metrics", "locales", "models", "models/audit", "models/auth", "models/backup",
		"models/checklist", "models/courier", "models/demo", "models/directory", "models/handover", "models/handover/receiver", "models/htcds",
		"models/referral", "models/store", "models/trends", "models/vault"},
	"models/handover":          {"models", "models/audit", "models/checklist", "models/courier", "models/referral", "models/store", "models/vault"},
	"models/handover/receiver": {"models/handover"},
	"handlers/pdf":             {"locales", "models", "models/handover"},
	"handlers/api":             {"handlers/middleware", "locales", "models", "models/audit", "models/auth", "models/referral", "models/store"},
	"handlers/charts":          {"locales", "models/checklist", "models/export", "models/trends"},
	"models/export":            {},
	"models/trends":            {"models", "models/audit", "models/referral", "models/store", "models/vault"},
	"models/trends/trendstest": {"models", "models/trends"},
}

// room is what the go command says of a package.
type room struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	Deps                               []string
	Standard                           bool
}

func (r room) name() string { return strings.TrimPrefix(r.ImportPath, "znak/") }

// layer orders rooms: what is above may not be imported, even by a test.
func layer(name string) int {
	switch first, _, _ := strings.Cut(name, "/"); first {
	case "app":
		return 3
	case "handlers":
		return 2
	case "models":
		return 1
	}
	return 0
}

func TestImportsGoOneWay(t *testing.T) {
	rooms := listRooms(t, "./...")
	for _, r := range rooms {
		allowed, known := arrows[r.name()]
		if !known {
			t.Errorf("%s has no place in the table of arrows", r.name())
			continue
		}
		for _, to := range own(r.Imports) {
			if !slices.Contains(allowed, to) || to == "models/store/storetest" || to == "models/store/testdb" && r.name() != "models/store/storetest" {
				t.Errorf("%s imports %s", r.name(), to)
			}
		}
		for _, to := range own(append(r.TestImports, r.XTestImports...)) {
			if layer(to) > layer(r.name()) || layer(r.name()) == 0 && to != r.name() {
				t.Errorf("a test of %s imports %s", r.name(), to)
			}
		}
	}
}

func TestRoomsKnowOnlyTheirTrade(t *testing.T) {
	rooms := listRooms(t, "./...")
	standard := map[string]bool{}
	for _, p := range listRooms(t, "std") {
		standard[p.ImportPath] = true
	}
	for _, r := range rooms {
		name := r.name()
		tends := name == "models/store" || strings.HasPrefix(name, "models/store/") // the database
		for _, to := range r.Imports {
			if name == "models" && !standard[to] {
				t.Errorf("models imports %s: only the standard library belongs there", to)
			}
			if layer(name) == 1 && (under(to, "html")) {
				t.Errorf("%s imports %s: nothing under models knows pages", name, to)
			}
			if sql := under(to, "gorm.io") || under(to, "database/sql") || under(to, "github.com/mattn/go-sqlite3") || under(to, "github.com/jackc/pgx") || under(to, "github.com/pressly/goose"); sql && !tends {
				t.Errorf("%s imports %s: only models/store knows the database", name, to)
			}
		}
		for _, to := range r.Deps {
			if layer(name) == 1 && (under(to, "github.com/labstack") || under(to, "znak/locales") || under(to, "znak/templates") || under(to, "znak/static")) {
				t.Errorf("%s depends on %s: nothing under models knows Echo, pages or a language", name, to)
			}
		}
	}
}

func TestArrowsPointDown(t *testing.T) {
	for from, tos := range arrows {
		for _, to := range tos {
			if layer(to) > layer(from) {
				t.Errorf("the table lets %s import %s", from, to)
			}
		}
	}
}

func under(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, parent+"/")
}

func own(imports []string) (out []string) {
	for _, i := range imports {
		if name, ok := strings.CutPrefix(i, "znak/"); ok {
			out = append(out, name)
		}
	}
	return out
}

func listRooms(t *testing.T, pattern string) (out []room) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports,Deps,Standard", pattern)
	cmd.Dir = ".."
	text, err := cmd.Output()
	var fault *exec.ExitError
	if errors.As(err, &fault) {
		t.Fatalf("go list: %s", fault.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(text))); ; {
		var r room
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
}
