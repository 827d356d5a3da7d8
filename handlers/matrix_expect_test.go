package handlers

import (
	"net/http"
	"net/url"
	"slices"

	"znak/models"
	"znak/models/store/storetest"
)

// The matrix: every route, for everybody, on every kind of referral. What is
// expected is written here from the domain's table of roles, apart from the
// code's own; a route that is not here fails the test.

const nobody = ""

// everybody asks for every page.
var everybody = []string{nobody, storetest.Teacher, storetest.Teacher2, storetest.Psychologist, storetest.TeacherNear, storetest.TeacherFar,
	storetest.PsychologistFar, storetest.Coordinator, storetest.Deputy, storetest.CoordinatorFar, storetest.National, storetest.Centre,
	storetest.Ministry, storetest.Auditor, storetest.Admin}

var (
	inSchools = []string{storetest.Teacher, storetest.Teacher2, storetest.Psychologist, storetest.TeacherNear, storetest.TeacherFar, storetest.PsychologistFar}
	atDesks   = []string{storetest.Coordinator, storetest.Deputy, storetest.CoordinatorFar, storetest.National}
	readers   = slices.Concat(inSchools, atDesks, []string{storetest.Centre})
	childless = []string{storetest.Psychologist, storetest.PsychologistFar, storetest.Coordinator, storetest.Deputy, storetest.CoordinatorFar, storetest.National}
	deciders  = append(slices.Clone(atDesks), storetest.Centre)
	holders   = []string{storetest.Centre, storetest.Ministry}
	members   = everybody[1:]
	analysts  = append(slices.Clone(atDesks), storetest.Ministry)
)

// seers are who sees each kind of referral, and nobody else does.
var seers = map[string][]string{
	"own":       {storetest.Teacher, storetest.Psychologist, storetest.Coordinator, storetest.Deputy},
	"forwarded": {storetest.Teacher, storetest.Psychologist, storetest.Coordinator, storetest.Deputy, storetest.Centre},
	"conflict":  {storetest.Teacher, storetest.National},
	"handed on": {storetest.Teacher, storetest.Psychologist, storetest.Deputy},
	"far":       {storetest.TeacherFar, storetest.PsychologistFar, storetest.CoordinatorFar},
	"colleague": {storetest.Teacher2, storetest.Psychologist, storetest.Coordinator, storetest.Deputy},
	"draft":     {storetest.Teacher},
	"absent":    nil,
}

// authors are who wrote each kind.
var authors = map[string]string{"own": storetest.Teacher, "forwarded": storetest.Teacher, "conflict": storetest.Teacher, "handed on": storetest.Teacher,
	"far": storetest.TeacherFar, "colleague": storetest.Teacher2, "draft": storetest.Teacher}

// expected is what is expected of a route.
type expected struct {
	who    []string                           // who ever has it; nil = everybody
	path   string                             // its address, when it has no parameter that matters
	form   url.Values                         // what is sent, when it is a form
	status int                                // for those who have it
	differ map[string]int                     // for some of them
	ref    func(who, kind string, e call) int // for a referral's own pages, instead of status
	shows  bool                               // it may show what the school wrote, to those who see it
}

// call is one request of the matrix.
type call struct{ event models.Event }

func in(list []string, who string) bool { return slices.Contains(list, who) }

// reading is the answer of a page that shows a submitted referral.
func reading(who, kind string, _ call) int {
	if kind != "draft" && in(seers[kind], who) {
		return http.StatusOK
	}
	return http.StatusNotFound
}

// ofAuthor is the answer of a page that only the author has: draft for a
// draft, and sent for a referral that is submitted.
func ofAuthor(draft, sent int) func(who, kind string, _ call) int {
	return func(who, kind string, _ call) int {
		switch {
		case authors[kind] != who:
			return http.StatusNotFound
		case kind == "draft":
			return draft
		}
		return sent
	}
}

// whoCauses is who ever causes an event, by role.
var whoCauses = map[models.Event][]string{
	"acknowledge": atDesks, "ask": append([]string{storetest.Centre}, atDesks...), "answer": append(slices.Clone(inSchools), atDesks...),
	"note": append([]string{storetest.Centre}, atDesks...), "urgency": atDesks, "reassign": atDesks, "forward": atDesks, "propose-close": atDesks,
	"confirm-close": atDesks, "receive": {storetest.Centre}, "assess": {storetest.Centre}, "decide": {storetest.Centre},
	"reconsider": append(slices.Clone(inSchools), atDesks...), "decide-reconsideration": {storetest.Centre}, "add": inSchools,
}

// causing is the answer to an event from a page that has no version: stale for
// whoever may cause it.
func causing(who, kind string, c call) int {
	causers, known := whoCauses[c.event]
	switch {
	case known && !in(causers, who):
		return http.StatusForbidden
	case !known || kind == "draft" || !in(seers[kind], who):
		return http.StatusNotFound
	}
	return http.StatusConflict
}

// expectations is the table, by the names of the routes.
func expectations(s *site) map[string]expected {
	public := func(path string) expected { return expected{path: path, status: 200} }
	admin := []string{storetest.Admin}
	page := func(who []string, path string) expected { return expected{who: who, path: path, status: 200} }
	signedIn := map[string]int{}
	for _, who := range members {
		signedIn[who] = http.StatusSeeOther
	}
	return map[string]expected{
		"home": public("/"), "signs": public("/signs"), "criteria": public("/criteria"), "help": public("/help"), "privacy": public("/privacy"),
		"accessibility": public("/accessibility"), "healthz": public("/healthz"), "readyz": public("/readyz"), "checkpoint": public("/audit/checkpoint"),
		"static": public(s.h.assets.url("app.css")), "language": {path: "/language/en?next=/help", status: 303}, "favicon": {path: "/favicon.ico", status: 301},
		"login":    {path: "/login", status: 200, differ: signedIn},
		"sign-in":  {path: "/login", form: url.Values{}, status: 422},
		"sign-out": {who: members, path: "/logout", form: url.Values{}, status: 303},
		"list":     page(readers, "/referrals"), "new": page(inSchools, "/referrals/new"), "begin": {who: inSchools, path: "/referrals", form: url.Values{}, status: 422},
		"edit":      {who: inSchools, path: "/referrals/{ref}/edit/child", ref: ofAuthor(200, 303), shows: true},
		"save":      {who: inSchools, path: "/referrals/{ref}/edit/child", form: url.Values{}, ref: ofAuthor(303, 409), shows: true},
		"submit":    {who: inSchools, path: "/referrals/{ref}/submit", form: url.Values{}, ref: ofAuthor(422, 303), shows: true},
		"submitted": {who: inSchools, path: "/referrals/{ref}/submitted", ref: ofAuthor(303, 200)},
		"referral": {who: readers, path: "/referrals/{ref}", shows: true, ref: func(who, kind string, c call) int {
			if kind == "draft" && who == authors[kind] {
				return http.StatusSeeOther
			}
			return reading(who, kind, c)
		}},
		"print":         {who: readers, path: "/referrals/{ref}/print", ref: reading, shows: true},
		"export-json":   {who: readers, path: "/referrals/{ref}.json", ref: reading, shows: true},
		"export-pdf":    {who: readers, path: "/referrals/{ref}.pdf", ref: reading, shows: true},
		"handover-keys": public("/handover/jwks.json"),
		"event":         {who: readers, path: "/referrals/{ref}/{event}", form: url.Values{"version": {"0"}}, ref: causing, shows: true},
		"child": {who: childless, path: "/children/{child}", status: 200, shows: true,
			differ: map[string]int{storetest.PsychologistFar: 404, storetest.CoordinatorFar: 404}},
		"trends-system": page(append(slices.Clone(atDesks), storetest.Ministry), "/trends/system"),
		"audit":         page([]string{storetest.Auditor}, "/audit"),
		"proof": {who: []string{storetest.Auditor}, path: "/audit/proof/{ref}", ref: func(_, kind string, _ call) int {
			if kind == "absent" {
				return http.StatusNotFound
			}
			return http.StatusOK
		}},
		"admin": page(admin, "/admin"), "admin-users": page(admin, "/admin/users"), "admin-schools": page(admin, "/admin/schools"),
		"admin-districts": page(admin, "/admin/districts"), "admin-checklists": page(admin, "/admin/checklists"), "admin-letters": page(admin, "/admin/letters"),
		"admin-retry-letters": {who: admin, path: "/admin/letters/retry", form: url.Values{"id": {"nobody"}}, status: 404},
		"admin-disable":       {who: admin, path: "/admin/users/nobody/disable", form: url.Values{}, status: 404},
		"admin-enable":        {who: admin, path: "/admin/users/nobody/enable", form: url.Values{}, status: 404},
		"code":                {path: "/login/code", status: 303},
		"sign-in-code":        {path: "/login/code", form: url.Values{}, status: 303},
		"invitation":          {path: "/invite/nobody", status: 404},
		"accept":              {path: "/invite/nobody", form: url.Values{}, status: 404},
		"account":             page(members, "/account"), "factor": page(members, enrolPath), "factor-qr": page(members, enrolPath+"/qr"),
		"change-account": {who: members, path: "/account", form: url.Values{}, status: 422},
		"set-password":   {who: members, path: "/account/password", form: url.Values{}, status: 422},
		"end-session":    {who: members, path: "/account/sessions/end", form: url.Values{}, status: 404},
		"factor-on":      {who: members, path: enrolPath, form: url.Values{}, status: 422},
		"factor-off":     {who: members, path: enrolPath + "/off", form: url.Values{}, status: 422},
		"recovery-codes": {who: members, path: "/account/recovery-codes", form: url.Values{}, status: 422},
		"confirm":        {who: members, path: confirmPath, status: 303},
		"confirm-code":   {who: members, path: confirmPath, form: url.Values{}, status: 303},
		"shown":          {who: members, path: "/account/shown", form: url.Values{}, status: 404},
		"approvals":      page(deciders, "/approvals"),
		"approve":        {who: deciders, path: "/approvals/nobody", form: url.Values{"verdict": {"approve"}}, status: 404},
		"admin-new-user": page(admin, "/admin/users/new"),
		"admin-invite":   {who: admin, path: "/admin/users", form: url.Values{}, status: 422},
		"admin-user":     {who: admin, path: "/admin/users/nobody", status: 404},
		"admin-rights":   {who: admin, path: "/admin/users/nobody/rights", form: url.Values{}, status: 404},
		"admin-reset":    {who: admin, path: "/admin/users/nobody/reset", form: url.Values{}, status: 404},
		"admin-absence":  {who: admin, path: "/admin/absences", form: url.Values{}, status: 422},

		"admin-absence-end":  {who: admin, path: "/admin/absences/remove", form: url.Values{}, status: 404},
		"admin-contact-up":   {who: admin, path: "/admin/contacts/up", form: url.Values{}, status: 404},
		"tokens":             page(holders, tokensPath),
		"make-token":         {who: holders, path: tokensPath, form: url.Values{}, status: 422},
		"revoke-token":       {who: holders, path: tokensPath + "/revoke", form: url.Values{"token": {"nothing"}}, status: 404},
		"admin-tokens":       page(admin, "/admin/tokens"),
		"admin-revoke-token": {who: admin, path: "/admin/tokens/revoke", form: url.Values{"token": {"nothing"}}, status: 404},

		"trends": page(analysts, "/trends"), "trends-print": page(analysts, "/trends/print"), "trends-csv": page(analysts, "/trends.csv"),
		"trends-xlsx": page(analysts, "/trends.xlsx"), "trends-json": page(analysts, "/trends.json"),
		"trends-chart": {who: analysts, path: "/trends/chart.svg?chart=by-school-year", status: 200},
		"open-data":    public("/open-data"), "open-data-file": public("/open-data/2024-25.csv"),
	}
}

// want is the status for one person.
func (x expected) want(who, kind string, c call) int {
	if who == nobody && x.who != nil {
		return http.StatusSeeOther
	}
	if x.who != nil && !in(x.who, who) {
		return http.StatusForbidden
	}
	if x.ref != nil {
		return x.ref(who, kind, c)
	}
	if status, ok := x.differ[who]; ok {
		return status
	}
	return x.status
}
