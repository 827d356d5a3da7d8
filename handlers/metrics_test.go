package handlers

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"

	"znak/handlers/metrics"
	"znak/models"
	"znak/models/courier"
	"znak/models/store"
	"znak/models/store/storetest"
)

// measured is a site that tells metrics, and where.
func measured(t *testing.T, s *site) (scrape func() (map[string]*dto.MetricFamily, string)) {
	t.Helper()
	s.h.Metrics = metrics.New(metrics.Source{Store: s.Store, Audit: s.Audit, Queues: []string{courier.Queue}, Now: s.Clock.Now, Version: "test"})
	e, err := s.h.Server()
	s.must(err)
	s.srv.Config.Handler = e
	told := s.h.Metrics.Handler(s.h.Log)
	return func() (map[string]*dto.MetricFamily, string) {
		t.Helper()
		answer := httptest.NewRecorder()
		told.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		if answer.Code != http.StatusOK {
			t.Fatalf("a scrape answers %d: %s", answer.Code, answer.Body)
		}
		text := answer.Body.String()
		parser := expfmt.NewTextParser(model.LegacyValidation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(text))
		s.must(err)
		return families, text
	}
}

// value is the one figure of a family with these labels.
func value(t *testing.T, f *dto.MetricFamily, labels ...string) float64 {
	t.Helper()
	for _, m := range f.GetMetric() {
		var have []string
		for _, l := range m.GetLabel() {
			have = append(have, l.GetName(), l.GetValue())
		}
		if slices.Equal(have, labels) {
			return m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	t.Errorf("%s has no figure with %q", f.GetName(), labels)
	return -1
}

// own are the families that are the portal's.
func own(families map[string]*dto.MetricFamily) (names []string) {
	for name := range families {
		if strings.HasPrefix(name, "znak_") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// types are the families with their types.
var types = map[string]dto.MetricType{
	"znak_requests_total": dto.MetricType_COUNTER, "znak_request_seconds": dto.MetricType_HISTOGRAM, "znak_commits_total": dto.MetricType_COUNTER,
	"znak_jobs_waiting": dto.MetricType_GAUGE, "znak_jobs_dead": dto.MetricType_GAUGE, "znak_jobs_oldest_seconds": dto.MetricType_GAUGE,
	"znak_referrals_waiting": dto.MetricType_GAUGE, "znak_referrals_late": dto.MetricType_GAUGE,
	"znak_audit_entries": dto.MetricType_GAUGE, "znak_audit_head_age_seconds": dto.MetricType_GAUGE, "znak_audit_waiting": dto.MetricType_GAUGE,
	"znak_audit_waiting_oldest_seconds": dto.MetricType_GAUGE, "znak_audit_unsigned": dto.MetricType_GAUGE, "znak_audit_checkpoint_age_seconds": dto.MetricType_GAUGE,
	"znak_backup_last_success_timestamp_seconds": dto.MetricType_GAUGE, "znak_database_ready": dto.MetricType_GAUGE, "znak_version": dto.MetricType_GAUGE,
}

// walked is a site on which everybody did something and much went wrong.
func walked(t *testing.T) (s *site, ref string, scrape func() (map[string]*dto.MetricFamily, string)) {
	t.Helper()
	s = newSite(t)
	scrape = measured(t, s)
	ref = s.Submitted(storetest.Teacher)
	_, err := s.Audit.Checkpoint(t.Context())
	s.must(err)
	s.Submitted(storetest.Teacher)
	late := s.At(models.StateForwarded)
	backup := models.AuditBy(models.Actor{ID: "operator", Role: models.RoleOperator}, "backup")
	backup.Rule = "finished"
	s.must(s.Audit.Record(t.Context(), backup))
	s.Tx(func(tx *store.Tx) error {
		return tx.QueueJobs(models.Job{Queue: courier.Queue, Kind: "new", RecipientID: storetest.Coordinator},
			models.Job{Queue: courier.Queue, Kind: "new", RecipientID: storetest.Deputy, DeadAt: models.StampOf(s.Clock.Now())})
	})
	for _, id := range []string{storetest.Teacher, storetest.Coordinator, storetest.Admin} {
		c := s.as(id)
		for _, path := range []string{"/", "/referrals/" + ref, "/referrals/" + late, "/referrals?q=" + storetest.Marker, "/children/x", "/" + ref, "/admin/users"} {
			c.get(path)
		}
	}
	odd := s.visitor()
	odd.send(odd.request("PROPFIND", "/"+storetest.Marker, nil))
	s.Settle()
	s.Clock.Pass(30 * 24 * time.Hour)
	return s, ref, scrape
}

// Everything that is promised is told, with a name, a help and a type, and no
// label or value holds what belongs to a person.
func TestMetricsTellTheWorkAndNobody(t *testing.T) {
	s, ref, scrape := walked(t)
	families, text := scrape()
	if want := slices.Sorted(maps.Keys(types)); !slices.Equal(own(families), want) {
		t.Errorf("told: %q\nwant: %q", own(families), want)
	}
	for name, kind := range types {
		if f := families[name]; f.GetType() != kind || len(f.GetHelp()) < 20 {
			t.Errorf("%s is a %v: %q", name, f.GetType(), f.GetHelp())
		}
	}
	for name, want := range map[string]float64{`znak_referrals_waiting duty acknowledge`: 2, `znak_referrals_waiting duty decide`: 2, `znak_referrals_waiting duty receive`: 1,
		`znak_referrals_late duty acknowledge`: 2, `znak_referrals_late duty decide`: 2, `znak_referrals_late duty receive`: 1,
		`znak_jobs_waiting queue mail`: 1, `znak_jobs_dead queue mail`: 1, `znak_jobs_oldest_seconds queue mail`: 30 * 24 * 3600,
		`znak_database_ready`: 1, `znak_audit_waiting`: 0,
		`znak_requests_total method GET route referral status 200`: 4, `znak_requests_total method other route none status 403`: 1} {
		labels := strings.Fields(name)
		if got := value(t, families[labels[0]], labels[1:]...); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if done := value(t, families["znak_commits_total"], "outcome", "done"); done < 10 {
		t.Errorf("%v transactions were committed", done)
	}
	for _, name := range []string{"znak_audit_entries", "znak_audit_head_age_seconds", "znak_audit_unsigned", "znak_backup_last_success_timestamp_seconds"} {
		if value(t, families[name]) <= 0 {
			t.Errorf("%s is %v", name, value(t, families[name]))
		}
	}
	s.nobodyIn(text, ref)
}

// nobodyIn sees that a text names nobody and nothing of a referral.
func (s *site) nobodyIn(text, ref string) {
	s.t.Helper()
	secrets := []string{ref, "ZN-", "@", storetest.Marker, storetest.School1, storetest.Belgrade, s.Head(ref).ID, password, "PROPFIND"}
	for _, u := range storetest.People() {
		secrets = append(secrets, u.Name)
		if !slices.Contains(models.Roles, models.Role(u.ID)) && u.ID != storetest.National {
			secrets = append(secrets, u.ID)
		}
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			s.t.Errorf("it holds %q", secret)
		}
	}
}

// The log of requests names route, status, time and request, and nobody.
func TestTheAccessLogNamesNobody(t *testing.T) {
	s, ref, _ := walked(t)
	s.nobodyIn(s.log.String(), ref)
	line := regexp.MustCompile(`msg=request method=GET route=/referrals/:ref status=200 bytes=\d+ duration=\S+ request_id=\w{26} role=coordinator`)
	if !line.MatchString(s.log.String()) {
		t.Errorf("no line like %s", line)
	}
}

// One look at the database serves everybody who scrapes within five seconds,
// and a database that is away has no figures, old ones least of all.
func TestScrapingCannotLoadTheDatabase(t *testing.T) {
	s := newSite(t)
	scrape := measured(t, s)
	before, _ := scrape()
	s.must(s.Audit.Record(t.Context(), models.AuditBy(s.Actor(storetest.Teacher), "read")))
	after, _ := scrape()
	if a, b := value(t, before["znak_audit_entries"]), value(t, after["znak_audit_entries"]); a != b {
		t.Errorf("the second scrape looked again: %v, then %v entries", a, b)
	}
	scrape = measured(t, s)
	s.must(s.Store.Close())
	gone, _ := scrape()
	if value(t, gone["znak_database_ready"]) != 0 || gone["znak_audit_entries"] != nil || gone["znak_referrals_late"] != nil {
		t.Errorf("without a database it tells %q", own(gone))
	}
}

var metricName = regexp.MustCompile(`\bznak_[a-z_]+`)

// What the documents and the example of alarms name is what a scrape tells, and
// each figure is in the table.
func TestAlarmsAndDocumentsNameWhatIsTold(t *testing.T) {
	text, err := os.ReadFile("../deploy/znak-alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil || len(file.Groups) != 1 || len(file.Groups[0].Rules) < 8 {
		t.Fatalf("%+v, %v", file, err)
	}
	told := func(name string) bool {
		_, ok := types[strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count"), "_sum")]
		return ok
	}
	for _, r := range file.Groups[0].Rules {
		names := metricName.FindAllString(r.Expr, -1)
		if _, err := model.ParseDuration(r.For); err != nil || r.Alert == "" || r.Annotations["summary"] == "" || r.Labels["severity"] == "" {
			t.Errorf("%+v: %v", r, err)
		}
		if len(names) == 0 && !strings.HasPrefix(r.Expr, "up{") {
			t.Errorf("%s looks at nothing: %s", r.Alert, r.Expr)
		}
		for _, name := range names {
			if !told(name) {
				t.Errorf("%s looks at %s, which nobody tells", r.Alert, name)
			}
		}
		if strings.Count(r.Expr, "(") != strings.Count(r.Expr, ")") || strings.Count(r.Expr, "{") != strings.Count(r.Expr, "}") {
			t.Errorf("%s: brackets of %s", r.Alert, r.Expr)
		}
	}
	doc, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range types {
		if !strings.Contains(string(doc), fmt.Sprintf("| `%s", name)) {
			t.Errorf("docs/operations.md has no row for %s", name)
		}
	}
	_, section, _ := strings.Cut(string(doc), "\n## Metrics")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, name := range metricName.FindAllString(section, -1) {
		if !told(name) {
			t.Errorf("docs/operations.md names %s, which nobody tells", name)
		}
	}
}
