package htcds

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"znak/models"
)

// every is every case that a closed referral can be.
func every() (out []Case) {
	for _, sex := range []string{"f", "m", "unknown", ""} {
		for _, from := range []string{"rs", "other", "unknown", ""} {
			for _, outcome := range append(models.Outcomes, "") {
				for _, to := range append(models.HandedTo, "") {
					c := Case{Sex: sex, Citizenship: from, Outcome: outcome, HandedTo: to, Signs: []string{"general@1:b=told", "general@1:a=seen"}}
					if to == "" {
						c.Forwarded, c.Received = true, "2026-03-02"
					}
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// TestEveryValueIsTheStandards: every code that can be written is in the
// standard's list for its field, and nothing is written in a field that only a
// guess could fill.
func TestEveryValueIsTheStandards(t *testing.T) {
	lists := codes()
	filled := map[string]bool{}
	for _, c := range every() {
		r, err := RowOf(c)
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		for field, value := range r {
			filled[field] = true
			if strings.HasPrefix(field, "vic_") || field == "cas_Status" || field == "org_Type" || field == "prs_Gender" {
				if !slices.Contains(lists[field], value) {
					t.Errorf("%s = %q is not one of %v", field, value, lists[field])
				}
			}
		}
		if s := r["vic_TraffickingStatus"]; s != "" && s != "PossibleVictimOfTrafficking" {
			t.Errorf("%+v says %s", c, s)
		}
		if r["vic_TraffickingStatus"] != "" && c.Outcome != models.OutcomeIdentified && c.Outcome != models.OutcomeSuspended {
			t.Errorf("%+v says more than the Centre did", c)
		}
		if r["cas_Status"] != "" && c.Outcome == models.OutcomeIdentified {
			t.Errorf("%+v closes a case that goes on at the Centre", c)
		}
	}
	want := []string{"cas_IncomingReferralDate", "cas_ReasonForIncomingReferral", "cas_Status", "org_Type", "prs_Citizenship", "prs_Gender",
		"vic_TraffickingStatus", "vic_TraffickingStatusDecisionMakingOrg", Signs}
	for field := range filled {
		if !slices.Contains(want, field) {
			t.Errorf("%s is filled: is it known?", field)
		}
	}
	if len(filled) != len(want) {
		t.Errorf("%d fields are filled: %v", len(filled), filled)
	}
}

// TestMapping holds the mapping to docs/htcds.md.
func TestMapping(t *testing.T) {
	for name, tt := range map[string]struct {
		c    Case
		want Row
	}{
		"identified": {Case{Sex: "f", Citizenship: "rs", Forwarded: true, Received: "2026-03-02", Outcome: models.OutcomeIdentified, Signs: []string{"general@1:debt-to-repay=told"}},
			Row{"org_Type": "SchoolOrCollege", "prs_Gender": "Feminine", "prs_Citizenship": "SRB", "cas_ReasonForIncomingReferral": "Other", "cas_IncomingReferralDate": "2026-03-02",
				"vic_TraffickingStatus": "PossibleVictimOfTrafficking", "vic_TraffickingStatusDecisionMakingOrg": "NonPoliceGovernmentalOrganization", Signs: "general@1:debt-to-repay=told"}},
		"not assessed as one": {Case{Sex: "m", Citizenship: "other", Forwarded: true, Received: "2026-03-02", Outcome: models.OutcomeNotAssessed},
			Row{"org_Type": "SchoolOrCollege", "prs_Gender": "Masculine", "cas_ReasonForIncomingReferral": "Other", "cas_IncomingReferralDate": "2026-03-02", "cas_Status": "Closed"}},
		"to the police": {Case{HandedTo: "police"}, Row{"org_Type": "SchoolOrCollege", "prs_Gender": "NonSpecifiedUnknown", "cas_Status": "ClosedReferred"}},
		"at the school": {Case{HandedTo: "school-measures"}, Row{"org_Type": "SchoolOrCollege", "prs_Gender": "NonSpecifiedUnknown", "cas_Status": "Closed"}},
	} {
		got, err := RowOf(tt.c)
		if err != nil || len(got) != len(tt.want) {
			t.Errorf("%s: %v %v", name, got, err)
		}
		for field, value := range tt.want {
			if got[field] != value {
				t.Errorf("%s: %s = %q, want %q", name, field, got[field], value)
			}
		}
	}
	if _, err := RowOf(Case{Forwarded: true, Received: "yesterday"}); err == nil {
		t.Error("a day that is none passes")
	}
	if err := (Row{"cas_Status": "Shut"}).check(); err == nil {
		t.Error("a code that is not the standard's passes")
	}
	if err := (Row{"vic_Vulnerabilities": "Poverty"}).check(); err == nil {
		t.Error("a deprecated field passes")
	}
}

// TestTheDocument says of each field that is filled with what, and of no other.
func TestTheDocument(t *testing.T) {
	text, err := os.ReadFile("../../docs/htcds.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "## What is filled")
	table, _, _ = strings.Cut(table, "\nThe last is")
	values := map[string]bool{}
	for _, c := range every() {
		r, err := RowOf(c)
		if err != nil {
			t.Fatal(err)
		}
		for field, value := range r {
			if !strings.Contains(table, "\n| `"+field+"` |") {
				t.Errorf("the document does not say that %s is filled", field)
			}
			if _, coded := codes()[field]; coded {
				values[value] = true
			}
		}
	}
	for value := range values {
		if !strings.Contains(table, "`"+value+"`") {
			t.Errorf("the document does not say what %s means", value)
		}
	}
	if n := strings.Count(table, "\n| `"); n != 9 {
		t.Errorf("the document has %d fields", n)
	}
}

// TestFiles: both forms say the same, the order of the cases says nothing, and
// no cell is a formula.
func TestFiles(t *testing.T) {
	var rows []Row
	for _, c := range every() {
		r, err := RowOf(c)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	write := func(rows []Row) (sheet, doc string) {
		var a, b bytes.Buffer
		if err := CSV(&a, rows); err != nil {
			t.Fatal(err)
		}
		if err := JSON(&b, rows); err != nil {
			t.Fatal(err)
		}
		return a.String(), b.String()
	}
	sheet, doc := write(rows)
	other := slices.Clone(rows)
	slices.Reverse(other)
	if again, docAgain := write(other); again != sheet || docAgain != doc {
		t.Error("the file tells in which order the referrals came")
	}
	lines, err := csv.NewReader(strings.NewReader(sheet)).ReadAll()
	if err != nil || len(lines) != len(rows)+1 || len(lines[0]) != 82 || !slices.Equal(lines[0], Fields()) {
		t.Fatalf("%d lines of %d fields, %v", len(lines), len(lines[0]), err)
	}
	var read document
	if err := json.Unmarshal([]byte(doc), &read); err != nil || len(read.Cases) != len(rows) || read.Version != "2.0" {
		t.Fatalf("JSON: %d cases, %v", len(read.Cases), err)
	}
	for i, line := range lines[1:] {
		for j, cell := range line {
			if read.Cases[i][lines[0][j]] != cell {
				t.Errorf("case %d, %s: %q and %q", i, lines[0][j], cell, read.Cases[i][lines[0][j]])
			}
		}
	}
	for cell, want := range map[string]string{"=1+1": "'=1+1", "+x": "'+x", "-x": "'-x", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "x=1": "x=1", "": ""} {
		if got := defused(cell); got != want {
			t.Errorf("%q becomes %q", cell, got)
		}
	}
	sheet, _ = write([]Row{{Signs: "=HYPERLINK(1)"}})
	if !strings.Contains(sheet, ",'=HYPERLINK(1)") {
		t.Error("a formula comes out as one")
	}
}
