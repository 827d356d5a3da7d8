package handlers

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"znak/models"
	"znak/models/store"
	"znak/models/store/storetest"
)

const newPassword = "ведро магла трамвај"

// operator is who runs a command on the server.
var operator = models.Actor{ID: "operator", Role: models.RoleOperator}

// compulsory is a site as `serve` runs it: who reads or manages must have a
// second factor.
func compulsory(t *testing.T) *site {
	t.Helper()
	s := newSite(t)
	s.h.Auth.Compulsory = true
	return s
}

// reset makes an invitation for somebody of the world, as the operator does.
func (s *site) reset(id string, factor bool) (path string) {
	s.t.Helper()
	made, err := s.h.Auth.Reset(s.t.Context(), operator, id, factor)
	s.must(err)
	return "/invite/" + made.Token
}

// appCode is what the app shows for the secret on a page.
func (s *site) appCode(secret string) string {
	s.t.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), s.Clock.Now())
	s.must(err)
	return code
}

// enrol turns the second factor on and returns secret and recovery codes.
func (c *client) enrol() (secret string, codes []string) {
	c.s.t.Helper()
	page := c.get(enrolPath).wants(http.StatusOK)
	secret = page.text("#secret")
	page = c.post(enrolPath, "code", c.s.appCode(secret)).wants(http.StatusOK)
	for code := range strings.FieldsSeq(page.text(".codes")) {
		codes = append(codes, code)
	}
	if len(codes) != 10 {
		c.s.t.Fatalf("%d recovery codes: %s", len(codes), page.text("main"))
	}
	return secret, codes
}

// half signs in by password up to where a code is asked for.
func (s *site) half(id string) *client {
	s.t.Helper()
	c := s.visitor()
	c.get("/login")
	c.post("/login", "email", storetest.Email(id), "password", password).leadsTo("/login/code")
	c.get("/login/code").wants(http.StatusOK)
	return c
}

func TestAnInvitationWorksOnce(t *testing.T) {
	s := compulsory(t)
	path := s.reset(storetest.Teacher, false)
	c := s.visitor()
	if page := c.get(path).wants(http.StatusOK); strings.Contains(page.Find(".langs").Text(), "invite") || page.Find(`a[href*="invite"]`).Length() > 0 {
		t.Error("the token stands in a link of the page")
	}
	c.post(path, "password", "short", "again", "short").wants(http.StatusUnprocessableEntity)
	c.post(path, "password", newPassword, "again", newPassword+"x").wants(http.StatusUnprocessableEntity)
	if page := c.post(path, "password", newPassword, "again", newPassword, "_lang", "en").wants(http.StatusOK); page.text("h1") != "Choose a password" {
		t.Errorf("in English: %s", page.text("h1"))
	}
	c.post(path, "password", newPassword, "again", newPassword).leadsTo("/")
	c.get("/referrals").wants(http.StatusOK) // a teacher needs no second factor
	c.get(path).wants(http.StatusNotFound)
	v := s.visitor()
	v.get(path).wants(http.StatusNotFound)
	v.get("/login")
	v.post(path, "password", newPassword, "again", newPassword).wants(http.StatusNotFound)
	v.post("/login", "email", storetest.Email(storetest.Teacher), "password", password).wants(http.StatusUnprocessableEntity)
	v.post("/login", "email", storetest.Email(storetest.Teacher), "password", newPassword).leadsTo("/")
	if strings.Contains(s.log.String(), strings.TrimPrefix(path, "/invite/")) {
		t.Error("the token is in the log")
	}
}

func TestAnInvitationEnds(t *testing.T) {
	s := compulsory(t)
	first := s.reset(storetest.Teacher, false)
	second := s.reset(storetest.Teacher, false)
	c := s.visitor()
	c.get(first).wants(http.StatusNotFound)
	c.get(second).wants(http.StatusOK)
	s.Clock.Pass(72*time.Hour - time.Second)
	c.get(second).wants(http.StatusOK)
	s.Clock.Pass(time.Second)
	c.get(second).wants(http.StatusNotFound)
	c.post(second, "password", newPassword, "again", newPassword).wants(http.StatusNotFound)
	third := s.reset(storetest.Teacher, false)
	s.must(s.h.Auth.Disable(t.Context(), operator, storetest.Teacher))
	c.get(third).wants(http.StatusNotFound)
}

// TestNothingButEnrolling: from every page and act, whoever must have a second
// factor and has none is led to get one.
func TestNothingButEnrolling(t *testing.T) {
	s := compulsory(t)
	for _, id := range []string{storetest.Coordinator, storetest.Centre, storetest.Admin, storetest.Ministry, storetest.Auditor} {
		c := s.as(id)
		c.get("/").leadsTo(enrolPath)
		if page := c.get("/help"); page.Find(`.menu a[href="/referrals"], .menu a[href="/admin"]`).Length() > 0 {
			t.Errorf("%s: the menu leads to pages that are closed", id)
		}
		for _, r := range s.h.routes() {
			if r.perm == models.PermPublic || r.perm == models.PermEnrol || !s.Actor(id).Role.May(r.perm) {
				continue
			}
			path := strings.NewReplacer(":id", "x", ":ref", "ZN-AAAA-AAAA", ":event", "note", ":handle", "x").Replace(r.path)
			if r.method == http.MethodGet {
				c.get(path).leadsTo(enrolPath)
			} else {
				c.post(path).leadsTo(enrolPath)
			}
		}
		c.enrol()
		c.get("/").wants(http.StatusOK)
		c.get("/account").wants(http.StatusOK)
	}
}

func TestSchoolStaffMayDoWithout(t *testing.T) {
	s := compulsory(t)
	c := s.as(storetest.Psychologist)
	c.get("/referrals").wants(http.StatusOK)
	c.enrol()
	c.get("/account")
	c.post("/account/second-factor/off", "current", "погрешна лозинка").wants(http.StatusUnprocessableEntity)
	c.post("/account/second-factor/off", "current", password).leadsTo("/account")
	s.as(storetest.Psychologist).get("/account").wants(http.StatusOK)
}

func TestTheSecondFactorIsAskedFor(t *testing.T) {
	s := compulsory(t)
	elsewhere := s.as(storetest.Coordinator)
	c := s.as(storetest.Coordinator)
	secret, codes := c.enrol()
	used := s.appCode(secret)
	elsewhere.get("/referrals").wants(http.StatusSeeOther) // other sessions have ended

	v := s.half(storetest.Coordinator)
	v.get("/referrals").leadsTo("/login?next=%2Freferrals")
	v.post("/login/code", "code", "000000").wants(http.StatusUnprocessableEntity)
	v.post("/login/code", "code", used).wants(http.StatusUnprocessableEntity) // replayed
	s.Clock.Pass(30 * time.Second)
	code := s.appCode(secret)
	v.post("/login/code", "code", code[:3]+" "+code[3:]).leadsTo("/")
	v.get("/referrals").wants(http.StatusOK)
	w := s.half(storetest.Coordinator)
	w.post("/login/code", "code", code).wants(http.StatusUnprocessableEntity)
	w.post("/login/code", "code", strings.ToUpper(codes[0])).leadsTo("/")
	w = s.half(storetest.Coordinator)
	w.post("/login/code", "code", codes[0]).wants(http.StatusUnprocessableEntity)
	if page := v.get("/account"); !page.holds("9 recovery codes are left") {
		t.Errorf("codes left: %s", page.text("main"))
	}
	v.post("/account/second-factor/off", "current", password).wants(http.StatusForbidden)
	s.nowhere(secret, codes[1], code)
}

// nowhere looks for secrets where they must not be: in the database's file and
// in the log.
func (s *site) nowhere(secrets ...string) {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.Dir, "znak.db*"))
	s.must(err)
	for _, name := range files {
		data, err := os.ReadFile(name)
		s.must(err)
		for _, secret := range secrets {
			for _, form := range []string{secret, strings.ReplaceAll(secret, " ", ""), strings.ReplaceAll(secret, "-", "")} {
				if strings.Contains(string(data), form) || strings.Contains(s.log.String(), form) {
					s.t.Errorf("%s or the log holds %q", filepath.Base(name), form)
				}
			}
		}
	}
}

func TestCodesCannotBeGuessed(t *testing.T) {
	s := compulsory(t)
	secret, _ := s.as(storetest.Centre).enrol()
	s.Clock.Pass(time.Minute)
	v := s.half(storetest.Centre)
	for range 5 {
		v.post("/login/code", "code", "000000").wants(http.StatusUnprocessableEntity)
	}
	a := v.post("/login/code", "code", s.appCode(secret)).wants(http.StatusTooManyRequests)
	if a.header.Get("Retry-After") != "900" {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	s.Clock.Pass(15 * time.Minute)
	v.post("/login/code", "code", s.appCode(secret)).leadsTo("/login") // the password was too long ago
	s.half(storetest.Centre).post("/login/code", "code", s.appCode(secret)).leadsTo("/")
}

// TestHalfWayIsNobody: between password and code nobody is signed in, and a
// password that changes meanwhile sends back to the beginning.
func TestHalfWayIsNobody(t *testing.T) {
	s := compulsory(t)
	secret, _ := s.as(storetest.Centre).enrol()
	s.Clock.Pass(time.Minute)
	v := s.visitor()
	v.get("/login/code").leadsTo("/login")
	v.get("/login")
	v.post("/login/code", "code", s.appCode(secret)).leadsTo("/login")
	v = s.half(storetest.Centre)
	path := s.reset(storetest.Centre, false)
	v.post("/login/code", "code", s.appCode(secret)).leadsTo("/login")
	// A reset of the password leaves the second factor.
	v.get(path)
	v.post(path, "password", newPassword, "again", newPassword).leadsTo("/login/code")
	v.get("/referrals").leadsTo("/login?next=%2Freferrals")
	v.get("/login/code")
	v.post("/login/code", "code", s.appCode(secret)).leadsTo("/")
	// One that takes it away asks for a new one.
	path = s.reset(storetest.Centre, true)
	v = s.visitor()
	v.get(path)
	v.post(path, "password", newPassword, "again", newPassword).leadsTo("/")
	v.get("/").leadsTo(enrolPath)
}

func TestTheOldTokenIsWorthNothingAfterThePassword(t *testing.T) {
	s := compulsory(t)
	s.as(storetest.Centre).enrol()
	v := s.visitor()
	v.get("/login")
	before := v.cookie("znak")
	v.post("/login", "email", storetest.Email(storetest.Centre), "password", password).leadsTo("/login/code")
	if after := v.cookie("znak"); after == "" || after == before {
		t.Error("the session kept its token over the password")
	}
}

func (c *client) cookie(name string) string {
	r := c.request(http.MethodGet, "/", nil)
	for _, k := range c.http.Jar.Cookies(r.URL) {
		if k.Name == name {
			return k.Value
		}
	}
	return ""
}

func TestOneChangesOnesOwnAccount(t *testing.T) {
	s := newSite(t)
	c, other := s.as(storetest.Teacher), s.as(storetest.Teacher)
	page := c.get("/account").wants(http.StatusOK)
	if n := page.Find("#main .rows li").Length(); n != 2 {
		t.Errorf("%d sessions are listed, want 2", n)
	}
	c.post("/account", "name", "Јелена Ђ. Марковић", "lang", "sr").leadsTo("/account")
	if page := c.get("/account"); !page.holds("Јелена Ђ. Марковић") || page.text("h1") != "Ваш налог" {
		t.Errorf("saved: %s", page.text("main"))
	}
	c.post("/account", "name", " ", "lang", "sr").wants(http.StatusUnprocessableEntity)
	c.post("/account", "name", "Јелена", "lang", "de").wants(http.StatusUnprocessableEntity)
	for _, bad := range [][3]string{{"погрешна лозинка", newPassword, newPassword}, {password, "short", "short"}, {password, newPassword, "x"}, {password, password, password}} {
		if a := c.post("/account/password", "current", bad[0], "password", bad[1], "again", bad[2]); a.status != http.StatusUnprocessableEntity && bad[1] != password {
			t.Errorf("%v: %d", bad, a.status)
		}
	}
	c.get("/account")
	c.post("/account/password", "current", password, "password", newPassword, "again", newPassword).leadsTo("/account")
	c.get("/account").wants(http.StatusOK)
	other.get("/account").wants(http.StatusSeeOther)
}

func TestOneEndsOnesOwnSessionsOnly(t *testing.T) {
	s := newSite(t)
	c, mine, theirs := s.as(storetest.Teacher), s.as(storetest.Teacher), s.as(storetest.Teacher2)
	foreign, err := s.Store.SessionsOf(t.Context(), s.Actor(storetest.Teacher2))
	s.must(err)
	c.get("/account")
	c.post("/account/sessions/end", "session", foreign[0].TokenHash).wants(http.StatusNotFound)
	theirs.get("/account").wants(http.StatusOK)
	button := c.get("/account").Find(`form.end button[name=session]`)
	hash, _ := button.Attr("value")
	c.post("/account/sessions/end", "session", hash).leadsTo("/account")
	mine.get("/account").wants(http.StatusSeeOther)
	again := s.as(storetest.Teacher)
	c.post("/account/sessions/end", "session", "others").leadsTo("/account")
	again.get("/account").wants(http.StatusSeeOther)
	c.get("/account").wants(http.StatusOK)
}

// TestOnlyOwnPagesShowSecrets: the picture of the secret is its owner's alone,
// and is gone once it is confirmed.
func TestThePictureOfTheSecret(t *testing.T) {
	s := compulsory(t)
	c := s.as(storetest.Centre)
	c.get(enrolPath + "/qr").wants(http.StatusNotFound) // nothing to confirm yet
	c.get(enrolPath)
	a := c.get(enrolPath + "/qr").wants(http.StatusOK)
	if got := a.header.Get("Content-Type"); got != "image/svg+xml" || a.header.Get("Cache-Control") != "no-store" || !strings.Contains(a.body, "<path") {
		t.Errorf("picture: %s, %s", got, a.header.Get("Cache-Control"))
	}
	c.enrol()
	c.get(enrolPath + "/qr").wants(http.StatusNotFound)
	c.get(enrolPath).leadsTo("/account")
}

func TestCodesCanBeReadInEachLanguage(t *testing.T) {
	s := compulsory(t)
	c := s.as(storetest.Centre)
	page := c.get(enrolPath)
	page = c.post(enrolPath, "code", s.appCode(page.text("#secret"))).wants(http.StatusOK)
	codes := page.text(".codes")
	again := c.submit(page, "#once", "_lang", "sr").wants(http.StatusOK)
	if again.text(".codes") != codes || again.text("h1") != "Ваши резервни кодови" {
		t.Errorf("in Serbian: %s", again.text("main"))
	}
	sealed := again.field("sealed")
	c.submit(again, "#once").leadsTo("/")
	thief := s.as(storetest.Teacher)
	thief.get("/account")
	thief.post("/account/shown", "sealed", sealed, "_lang", "en").wants(http.StatusNotFound)
}

// enrolled is somebody of the world with a second factor, signed in.
func (s *site) enrolled(id string) *client {
	s.t.Helper()
	c := s.as(id)
	if s.h.Auth.MustHave(s.Actor(id).Role) {
		c.enrol()
	}
	c.get("/help")
	return c
}

func TestAnAdminAloneMakesNoReader(t *testing.T) {
	for _, tt := range []struct {
		role, school, district string
		may, mayNot            []string
	}{
		{"coordinator", "", storetest.Nis, []string{storetest.CoordinatorFar, storetest.National}, []string{storetest.Coordinator, storetest.Centre}},
		{"coordinator", "", models.NationalDesk, []string{storetest.National}, []string{storetest.Coordinator, storetest.Centre}},
		{"psychologist", "0201", "", []string{storetest.CoordinatorFar, storetest.National}, []string{storetest.Coordinator, storetest.Centre}},
		{"centre", "", "", []string{storetest.Centre}, []string{storetest.Coordinator, storetest.National}},
	} {
		t.Run(tt.role+" "+tt.district, func(t *testing.T) {
			s := compulsory(t)
			admin := s.enrolled(storetest.Admin)
			email := fmt.Sprintf("nova.%s@example.rs", tt.role)
			answer := admin.post("/admin/users", "email", email, "name", "Нова Особа", "role", tt.role, "school", tt.school, "district", tt.district, "lang", "en").wants(http.StatusSeeOther)
			made, err := s.Store.UserByEmail(t.Context(), email)
			s.must(err)
			if !made.Disabled || answer.header.Get("Location") != "/admin/users/"+made.ID {
				t.Fatalf("%+v, leads to %s", made, answer.header.Get("Location"))
			}
			if _, err := s.Store.InvitationOf(t.Context(), made.ID); models.CodeOf(err) != models.CodeNotFound {
				t.Error("there is an invitation before anybody agreed")
			}
			admin.get("/approvals").wants(http.StatusForbidden)
			admin.post("/admin/users/" + made.ID + "/reset").wants(http.StatusConflict)
			id := s.proposal(admin, made.ID)
			for _, other := range tt.mayNot {
				c := s.enrolled(other)
				if c.get("/approvals").wants(http.StatusOK).holds("Нова Особа") || c.get("/approvals").holds("Nova Osoba") {
					t.Errorf("%s sees it", other)
				}
				c.post("/approvals/"+id, "verdict", "approve").wants(http.StatusNotFound)
			}
			for _, one := range tt.may[1:] {
				if page := s.enrolled(one).get("/approvals"); !page.holds("Nova Osoba") {
					t.Errorf("%s does not see it: %s", one, page.text("main"))
				}
			}
			second := s.enrolled(tt.may[0])
			second.get("/approvals")
			page := second.post("/approvals/"+id, "verdict", "approve").wants(http.StatusOK)
			link := page.text("#link")
			second.post("/approvals/"+id, "verdict", "approve").wants(http.StatusConflict)
			admin.get("/admin/users/" + made.ID).wants(http.StatusOK)
			v := s.visitor()
			path := strings.TrimPrefix(link, "http://znak.test")
			v.get(path).wants(http.StatusOK)
			v.post(path, "password", newPassword, "again", newPassword).leadsTo("/")
			if tt.district != "" {
				contacts, err := s.Store.Contacts(t.Context(), tt.district, s.Clock.Now())
				s.must(err)
				if last := contacts[len(contacts)-1]; last.UserID != made.ID || last.Disabled {
					t.Errorf("not the last contact of the district: %+v", contacts)
				}
			}
		})
	}
}

// proposal is the open proposal about an account.
func (s *site) proposal(admin *client, userID string) string {
	s.t.Helper()
	list, err := s.Store.Proposals(s.t.Context(), s.Actor(storetest.Admin), models.StampOf(s.Clock.Now()))
	s.must(err)
	for _, p := range list {
		if p.UserID == userID && p.Verdict == store.VerdictOpen {
			return p.ID
		}
	}
	s.t.Fatalf("nothing waits for %s", userID)
	return ""
}

// TestAnAdminCannotTakeOverAReader: neither by a new password nor by a role.
func TestAnAdminCannotTakeOverAReader(t *testing.T) {
	s := compulsory(t)
	admin := s.enrolled(storetest.Admin)
	admin.post("/admin/users/"+storetest.Coordinator+"/reset", "second_factor", "yes").wants(http.StatusSeeOther)
	s.as(storetest.Coordinator) // the old password still works
	refused := s.proposal(admin, storetest.Coordinator)
	deputy := s.enrolled(storetest.Deputy)
	deputy.get("/approvals")
	deputy.post("/approvals/"+refused, "verdict", "refuse").leadsTo("/approvals")
	s.as(storetest.Coordinator)

	admin.post("/admin/users/"+storetest.Ministry+"/rights", "role", "centre", "school", "", "district", "").wants(http.StatusSeeOther)
	if u, _ := s.Store.UserByID(t.Context(), storetest.Ministry); u.Role != models.RoleMinistry {
		t.Fatalf("an analyst became %s by one person's word", u.Role)
	}
	officer := s.enrolled(storetest.Centre)
	officer.get("/approvals")
	officer.post("/approvals/"+s.proposal(admin, storetest.Ministry), "verdict", "approve").wants(http.StatusOK) // a link: the password is chosen anew
	if u, _ := s.Store.UserByID(t.Context(), storetest.Ministry); u.Role != models.RoleCentre {
		t.Errorf("approved, but still %s", u.Role)
	}
	admin.post("/admin/users/"+storetest.Teacher2+"/rights", "role", "ministry", "school", "", "district", "").wants(http.StatusSeeOther)
	if u, _ := s.Store.UserByID(t.Context(), storetest.Teacher2); u.Role != models.RoleMinistry || u.SchoolID != "" {
		t.Errorf("a role that reads nothing needs nobody: %+v", u)
	}
	admin.post("/admin/users/" + storetest.Admin + "/reset").wants(http.StatusConflict)
}

// TestAnAdminGrowsNoReader: an admin knows the password of an account that they
// invited by a link, also of one at somebody else's address. What they know is
// worth nothing once the account may read.
func TestAnAdminGrowsNoReader(t *testing.T) {
	s := compulsory(t)
	admin, deputy := s.enrolled(storetest.Admin), s.enrolled(storetest.Deputy)
	link := admin.post("/admin/users", "email", "vera@znak.test", "name", "Вера", "role", "teacher", "school", "0102", "district", "", "lang", "sr").wants(http.StatusOK).text("#link")
	path := strings.TrimPrefix(link, "http://znak.test")
	v := s.visitor()
	v.get(path).wants(http.StatusOK)
	v.post(path, "password", newPassword, "again", newPassword).leadsTo("/")
	made, err := s.Store.UserByEmail(t.Context(), "vera@znak.test")
	s.must(err)
	for i, closed := range []bool{true, false} {
		if closed {
			s.must(s.h.Auth.Disable(t.Context(), operator, made.ID))
		}
		admin.post("/admin/users/"+made.ID+"/rights", "role", "coordinator", "school", "", "district", storetest.Belgrade).wants(http.StatusSeeOther)
		deputy.get("/approvals")
		given := deputy.post("/approvals/"+s.proposal(admin, made.ID), "verdict", "approve").wants(http.StatusOK).text("#link")
		if u, err := s.Store.UserByID(t.Context(), made.ID); err != nil || u.Role != models.RoleCoordinator || u.PasswordHash != "" || !strings.Contains(given, "/invite/") {
			t.Errorf("%d: agreed to with the password of before: %v, %v", i, u.Role, err)
		}
		if closed {
			_, err := s.h.Auth.Enable(t.Context(), operator, made.ID)
			s.must(err)
		}
		v := s.visitor()
		v.get("/login")
		v.post("/login", "email", "vera@znak.test", "password", newPassword).wants(http.StatusUnprocessableEntity)
		admin.post("/admin/users/"+made.ID+"/rights", "role", "teacher", "school", "0102", "district", "").wants(http.StatusSeeOther)
	}
	// From desk to desk it stays: a second person of the body gave it to them.
	admin.post("/admin/users/"+storetest.CoordinatorFar+"/rights", "role", "coordinator", "school", "", "district", storetest.Belgrade).wants(http.StatusSeeOther)
	deputy.get("/approvals")
	deputy.post("/approvals/"+s.proposal(admin, storetest.CoordinatorFar), "verdict", "approve").leadsTo("/approvals")
	s.as(storetest.CoordinatorFar)
}

// TestAnAdminAloneOpensNoClosedReader: neither one that nobody agreed to, nor
// one that was in use.
func TestAnAdminAloneOpensNoClosedReader(t *testing.T) {
	s := compulsory(t)
	admin, deputy := s.enrolled(storetest.Admin), s.enrolled(storetest.Deputy)
	admin.post("/admin/users", "email", "nova@example.rs", "name", "Нова", "role", "coordinator", "school", "", "district", storetest.Belgrade, "lang", "sr").wants(http.StatusSeeOther)
	made, err := s.Store.UserByEmail(t.Context(), "nova@example.rs")
	s.must(err)
	admin.post("/admin/users/" + made.ID + "/enable").wants(http.StatusConflict) // the account itself waits
	admin.post("/admin/users/" + storetest.Coordinator + "/enable").leadsTo("/admin/users")
	deputy.get("/approvals")
	deputy.post("/approvals/"+s.proposal(admin, made.ID), "verdict", "refuse").leadsTo("/approvals")
	admin.post("/admin/users/" + storetest.Coordinator + "/disable").leadsTo("/admin/users")
	for _, id := range []string{made.ID, storetest.Coordinator} {
		admin.post("/admin/users/" + id + "/enable").leadsTo("/admin/users")
		if u, err := s.Store.UserByID(t.Context(), id); err != nil || !u.Disabled {
			t.Fatalf("%s was opened by one person's word, %v", u.Name, err)
		}
		if page := admin.get("/admin/users/" + id); page.Find(".notice-warn").Length() == 0 {
			t.Errorf("the page does not say that it waits: %s", page.text("main"))
		}
		admin.post("/admin/users/" + id + "/enable").wants(http.StatusConflict)
		waits := s.proposal(admin, id)
		if page := deputy.get("/approvals").wants(http.StatusOK); page.Find("form[action='/approvals/"+waits+"'] p").Length() != 1 {
			t.Errorf("it promises an invitation: %s", page.text("main"))
		}
		deputy.post("/approvals/"+waits, "verdict", "approve").leadsTo("/approvals")
		if u, err := s.Store.UserByID(t.Context(), id); err != nil || u.Disabled {
			t.Errorf("%s was agreed to and stays closed, %v", u.Name, err)
		}
	}
	if _, err := s.Store.InvitationOf(t.Context(), made.ID); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("opening invites: %v", err)
	}
	// The operator needs nobody, and those who decide see it.
	s.must(s.h.Auth.Disable(t.Context(), operator, storetest.Coordinator))
	if _, err := s.h.Auth.Enable(t.Context(), operator, storetest.Coordinator); err != nil {
		t.Error(err)
	}
	list, err := s.Store.Proposals(t.Context(), s.Actor(storetest.Deputy), models.StampOf(s.Clock.Now())-1)
	if err != nil || len(list) == 0 || !slices.ContainsFunc(list, func(p store.Proposal) bool { return p.Act == store.ProposeEnable && p.Verdict == store.VerdictTold }) {
		t.Errorf("nobody is told: %+v, %v", list, err)
	}
}

func TestAnAdminInvitesATeacher(t *testing.T) {
	s := compulsory(t)
	admin := s.enrolled(storetest.Admin)
	page := admin.post("/admin/users", "email", "x", "name", "", "role", "teacher", "school", "9999", "lang", "sr").wants(http.StatusUnprocessableEntity)
	if page.field("school") != "9999" {
		t.Error("what was typed is gone")
	}
	page = admin.post("/admin/users", "email", "Nova@Example.rs", "name", "Нова", "role", "teacher", "school", "0102", "district", "", "lang", "sr").wants(http.StatusOK)
	link := page.text("#link")
	v := s.visitor()
	v.get(strings.TrimPrefix(link, "http://znak.test")).wants(http.StatusOK)
	u, err := s.Store.UserByEmail(t.Context(), "nova@example.rs")
	s.must(err)
	if u.SchoolID != storetest.School2 || u.PasswordHash != "" || u.Disabled {
		t.Errorf("%+v", u)
	}
	admin.get("/admin/users/new")
	admin.post("/admin/users", "email", "nova@example.rs", "name", "Нова", "role", "teacher", "school", "0102", "lang", "sr").wants(http.StatusUnprocessableEntity)
	s.as(storetest.Teacher).get("/admin/users/new").wants(http.StatusForbidden)
}

// TestActsOnAccountsAreOnTheTrail: who, what, on whom; never a secret or an
// address.
func TestActsOnAccountsAreOnTheTrail(t *testing.T) {
	s := compulsory(t)
	path := s.reset(storetest.Coordinator, false)
	v := s.visitor()
	v.get(path)
	v.post(path, "password", newPassword, "again", newPassword).leadsTo("/")
	secret, codes := v.enrol()
	s.Clock.Pass(time.Minute)
	v.get("/account")
	v.post("/account/recovery-codes", "current", newPassword).wants(http.StatusOK)
	rows, err := s.Raw().Query("SELECT action, outcome, actor_id, object, fields, rule FROM audit_entries ORDER BY seq")
	s.must(err)
	defer rows.Close()
	var trail []string
	for rows.Next() {
		var e [6]string
		s.must(rows.Scan(&e[0], &e[1], &e[2], &e[3], &e[4], &e[5]))
		trail = append(trail, strings.Join(e[:], " "))
	}
	all := strings.Join(trail, "\n")
	for _, want := range []string{"reset done operator user:coordinator password operator", "set-password done coordinator   invitation",
		"sign-in done coordinator   invitation", "factor-on done coordinator user:coordinator  code", "recovery-codes done coordinator user:coordinator  password"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	for _, never := range []string{secret, codes[0], newPassword, "@", strings.TrimPrefix(path, "/invite/")} {
		if strings.Contains(all, never) {
			t.Errorf("the trail holds %q", never)
		}
	}
}
