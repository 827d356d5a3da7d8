package checklist_test

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"znak/models/checklist"
)

const header = "id\tversion\tdigest\toffered\n"

// folder makes a folder of the definitions, each published as it stands.
func folder(t *testing.T, defs ...string) fstest.MapFS {
	t.Helper()
	fsys, lines := fstest.MapFS{}, header
	for _, d := range defs {
		c := mustCheck(t, d)
		fsys[fmt.Sprintf("%s.v%d.yaml", c.ID, c.Version)] = &fstest.MapFile{Data: []byte(d)}
		lines += c.PublishedLine() + "\n"
	}
	fsys["published.tsv"] = &fstest.MapFile{Data: []byte(lines)}
	return fsys
}

func TestVersionsStandSideBySide(t *testing.T) {
	v2 := replace(t, replace(t, small, "version: 1", "version: 2"), "Tiredness", "Sleepiness")
	other := replace(t, replace(t, small, "id: small", "id: another"), "order: 1", "order: 2")
	s, err := checklist.LoadFS(folder(t, other, v2, small))
	if err != nil {
		t.Fatal(err)
	}
	old, ok := s.Get("small", 1)
	if sign, has := old.Sign("tired"); !ok || !has || sign.Text.En != "Tiredness" {
		t.Error("version 1 is not what it was")
	}
	if c, ok := s.Current("small"); !ok || c.Version != 2 {
		t.Error("version 2 is not the current one")
	}
	if all := s.All(); len(all) != 2 || all[0].ID != "small" || all[0].Version != 2 || all[1].ID != "another" {
		t.Errorf("current ones: %v", names(all))
	}
	if got := names(s.Versions()); !slices.Equal(got, []string{"small 1", "small 2", "another 1"}) {
		t.Errorf("versions: %v", got)
	}
	for _, k := range []struct {
		id string
		v  int
	}{{"small", 3}, {"small", 0}, {"nothing", 1}} {
		if _, ok := s.Get(k.id, k.v); ok {
			t.Errorf("%v is there", k)
		}
	}
}

func TestAVersionThatIsNotOfferedStaysReadable(t *testing.T) {
	v2 := replace(t, small, "version: 1", "version: 2")
	other := replace(t, small, "id: small", "id: another")
	fsys := folder(t, small, v2, other)
	lines := string(fsys["published.tsv"].Data)
	lines = strings.Replace(lines, mustCheck(t, v2).Digest+"\tyes", mustCheck(t, v2).Digest+"\tno", 1)
	lines = strings.Replace(lines, mustCheck(t, other).Digest+"\tyes", mustCheck(t, other).Digest+"\tno", 1)
	fsys["published.tsv"].Data = []byte(lines)
	s, err := checklist.LoadFS(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := s.Current("small"); !ok || c.Version != 1 {
		t.Error("the newest offered version of small is 1")
	}
	if _, ok := s.Current("another"); ok || len(s.All()) != 1 {
		t.Error("another is still offered")
	}
	if _, ok := s.Get("another", 1); !ok {
		t.Error("a referral begun with another can no longer be read")
	}
}

func names(lists []*checklist.Checklist) []string {
	var out []string
	for _, c := range lists {
		out = append(out, fmt.Sprintf("%s %d", c.ID, c.Version))
	}
	return out
}

func TestLoadingIsRefused(t *testing.T) {
	v2 := replace(t, small, "version: 1", "version: 2")
	tests := []struct {
		name   string
		change func(fstest.MapFS)
		want   string
	}{
		{"a published version was edited", func(f fstest.MapFS) {
			f["small.v1.yaml"].Data = []byte(strings.Replace(small, "strength: direct,", "strength: weak,", 2))
		}, "small.v1.yaml: differs from what was published"},
		{"a published version is gone", func(f fstest.MapFS) { delete(f, "small.v1.yaml") },
			"small.v1.yaml: is published, but the file is gone"},
		{"a file was not published", func(f fstest.MapFS) { f["small.v2.yaml"] = &fstest.MapFile{Data: []byte(v2)} },
			"small.v2.yaml: is not published"},
		{"the same version twice", func(f fstest.MapFS) { f["copy.yaml"] = &fstest.MapFile{Data: []byte(small)} },
			"version 1 of small is there twice"},
		{"another file name", func(f fstest.MapFS) { f["tiny.v1.yaml"] = f["small.v1.yaml"]; delete(f, "small.v1.yaml") },
			"tiny.v1.yaml: must be called small.v1.yaml"},
		{"a fault in a file", func(f fstest.MapFS) {
			f["small.v1.yaml"].Data = []byte(strings.Replace(small, "order: 1", "order: x", 1))
		}, "small.v1.yaml:4: order:"},
		{"no list of versions", func(f fstest.MapFS) { delete(f, "published.tsv") }, "published.tsv: is missing"},
		{"an empty list", func(f fstest.MapFS) { f["published.tsv"].Data = []byte(header) }, "published.tsv: lists no checklist"},
		{"another header", func(f fstest.MapFS) { f["published.tsv"].Data = []byte("id\n") }, "published.tsv:1: the first line"},
		{"nothing offered", func(f fstest.MapFS) {
			f["published.tsv"].Data = []byte(strings.Replace(string(f["published.tsv"].Data), "\tyes", "\tno", 1))
		}, "offers no checklist"},
		{"a line twice", func(f fstest.MapFS) {
			d := string(f["published.tsv"].Data)
			f["published.tsv"].Data = []byte(d + strings.TrimPrefix(d, header))
		}, "published.tsv:3: version 1 of small is there twice"},
	}
	for bad, want := range map[string]string{"small\t1": "four values", "Small\t1\tx\tyes": "id:", "small\t01\tx\tyes": "version:",
		"small\t1\tABC\tyes": "digest:", "small\t1\t" + strings.Repeat("a", 64) + "\tmaybe": "offered:"} {
		tests = append(tests, struct {
			name   string
			change func(fstest.MapFS)
			want   string
		}{bad, func(f fstest.MapFS) { f["published.tsv"].Data = []byte(header + bad + "\n") }, "published.tsv:2: " + want})
	}
	for _, tt := range tests {
		fsys := folder(t, small)
		tt.change(fsys)
		if _, err := checklist.LoadFS(fsys); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

// A published version must never change. When this fails, restore the file and
// publish the change as a new version instead.
func TestPublishedVersionsStandAsTheyWerePublished(t *testing.T) {
	list, err := os.ReadFile("data/published.tsv")
	if err != nil {
		t.Fatal(err)
	}
	published := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n")[1:] {
		f := strings.Split(line, "\t")
		published[f[0]+".v"+f[1]+".yaml"] = f[2]
	}
	files, err := fs.Glob(os.DirFS("data"), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile("data/" + name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := checklist.Check(name, b)
		if err != nil {
			t.Fatal(err)
		}
		switch published[name] {
		case "":
			t.Errorf("%s is not published; its line would be:\n%s", name, c.PublishedLine())
		case c.Digest:
		default:
			t.Errorf("%s was edited after it was published", name)
		}
		delete(published, name)
	}
	for name := range published {
		t.Errorf("%s is published and gone", name)
	}
}
