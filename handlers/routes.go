package handlers

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
)

// route is one row of the table: who may have the page stands beside it.
type route struct {
	method, path, name string
	perm               models.Permission
	handle             echo.HandlerFunc
}

// routes is the one table of pages and acts. A permission says which roles
// ever have the page; which referrals it reaches is the store's scope, and
// which events the lifecycle table's.
func (h *Handlers) routes() []route {
	const get, post = "GET", "POST"
	table := []route{
		{get, "/", "home", models.PermPublic, h.home},
		{get, "/signs", "signs", models.PermPublic, h.signs},
		{get, "/criteria", "criteria", models.PermPublic, h.criteria},
		{get, "/help", "help", models.PermPublic, h.help},
		{get, "/privacy", "privacy", models.PermPublic, h.privacy},
		{get, "/accessibility", "accessibility", models.PermPublic, h.accessibility},
		{get, "/language/:lang", "language", models.PermPublic, h.language},
		{get, "/static/:name", "static", models.PermPublic, h.assets.serve},
		{get, "/favicon.ico", "favicon", models.PermPublic, h.favicon},
		{get, "/healthz", "healthz", models.PermPublic, h.healthz},
		{get, "/readyz", "readyz", models.PermPublic, h.readyz},
		{get, "/handover/jwks.json", "handover-keys", models.PermPublic, h.handoverKeys},
		{get, "/audit/checkpoint", "checkpoint", models.PermPublic, h.checkpoint},

		{get, "/login", "login", models.PermPublic, h.login},
		{post, "/login", "sign-in", models.PermPublic, h.signIn},
		{get, "/login/code", "code", models.PermPublic, h.code},
		{post, "/login/code", "sign-in-code", models.PermPublic, h.signInCode},
		{get, "/invite/:token", "invitation", models.PermPublic, h.invitation},
		{post, "/invite/:token", "accept", models.PermPublic, h.accept},
		{post, "/logout", "sign-out", models.PermEnrol, h.signOut},

		{get, "/account", "account", models.PermSignedIn, h.account},
		{post, "/account", "change-account", models.PermSignedIn, h.accountSave},
		{post, "/account/password", "set-password", models.PermSignedIn, h.accountPassword},
		{post, "/account/sessions/end", "end-session", models.PermSignedIn, h.accountEnd},
		{get, enrolPath, "factor", models.PermEnrol, h.factor},
		{post, enrolPath, "factor-on", models.PermEnrol, h.factorOn},
		{get, enrolPath + "/qr", "factor-qr", models.PermEnrol, h.factorQR},
		{post, enrolPath + "/off", "factor-off", models.PermSignedIn, h.factorOff},
		{post, "/account/recovery-codes", "recovery-codes", models.PermSignedIn, h.recoveryCodes},
		{get, confirmPath, "confirm", models.PermSignedIn, h.confirmPage},
		{post, confirmPath, "confirm-code", models.PermSignedIn, h.confirmCode},
		{post, "/account/shown", "shown", models.PermSignedIn, h.shown},
		{get, tokensPath, "tokens", models.PermToken, h.tokens},
		{post, tokensPath, "make-token", models.PermToken, h.makeToken},
		{post, tokensPath + "/revoke", "revoke-token", models.PermToken, h.revokeToken},
		{get, "/approvals", "approvals", models.PermApprove, h.approvals},
		{post, "/approvals/:id", "approve", models.PermApprove, h.approve},

		{get, "/referrals", "list", models.PermRead, h.list},
		{get, "/referrals/new", "new", models.PermWrite, h.draftNew},
		{post, "/referrals", "begin", models.PermWrite, h.draftBegin},
		{get, "/referrals/:ref/edit/:step", "edit", models.PermWrite, h.draftEdit},
		{post, "/referrals/:ref/edit/:step", "save", models.PermWrite, h.draftSave},
		{post, "/referrals/:ref/submit", "submit", models.PermWrite, h.draftSubmit},
		{get, "/referrals/:ref/submitted", "submitted", models.PermWrite, h.draftSubmitted},
		{get, "/referrals/:ref", "referral", models.PermRead, h.referral},
		{get, "/referrals/:ref/print", "print", models.PermRead, h.print},
		{get, "/referrals/:ref/json", "export-json", models.PermRead, h.exportJSON}, // /referrals/{ref}.json
		{get, "/referrals/:ref/pdf", "export-pdf", models.PermRead, h.exportPDF},    // /referrals/{ref}.pdf
		{post, "/referrals/:ref/:event", "event", models.PermRead, h.event},
		{get, "/children/:handle", "child", models.PermChild, h.child},

		{get, "/trends/system", "trends-system", models.PermTrends, h.trendsSystem},

		{get, "/audit", "audit", models.PermAudit, h.auditTrail},
		{get, "/audit/proof/:ref", "proof", models.PermAudit, h.auditProof},

		{get, "/admin", "admin", models.PermAdmin, h.admin},
		{get, "/admin/users", "admin-users", models.PermAdmin, h.adminUsers},
		{post, "/admin/users", "admin-invite", models.PermAdmin, h.adminInvite},
		{get, "/admin/users/new", "admin-new-user", models.PermAdmin, h.adminNewUser},
		{get, "/admin/users/:id", "admin-user", models.PermAdmin, h.adminUser},
		{post, "/admin/users/:id/rights", "admin-rights", models.PermAdmin, h.adminRights},
		{post, "/admin/users/:id/reset", "admin-reset", models.PermAdmin, h.adminReset},
		{post, "/admin/users/:id/disable", "admin-disable", models.PermAdmin, h.adminDisable},
		{post, "/admin/users/:id/enable", "admin-enable", models.PermAdmin, h.adminEnable},
		{get, "/admin/tokens", "admin-tokens", models.PermAdmin, h.adminTokens},
		{post, "/admin/tokens/revoke", "admin-revoke-token", models.PermAdmin, h.adminRevokeToken},
		{get, "/admin/schools", "admin-schools", models.PermAdmin, h.adminSchools},
		{get, "/admin/districts", "admin-districts", models.PermAdmin, h.adminDistricts},
		{post, "/admin/absences", "admin-absence", models.PermAdmin, h.adminAbsence},
		{post, "/admin/absences/remove", "admin-absence-end", models.PermAdmin, h.adminAbsenceEnd},
		{post, "/admin/contacts/up", "admin-contact-up", models.PermAdmin, h.adminContactUp},
		{get, "/admin/checklists", "admin-checklists", models.PermAdmin, h.adminChecklists},
		{get, "/admin/letters", "admin-letters", models.PermAdmin, h.adminLetters},
		{post, "/admin/letters/retry", "admin-retry-letters", models.PermAdmin, h.adminRetryLetters},
	}
	return append(table, h.figureRoutes()...)
}

// mount adds every route with its permission to Echo. A route without a valid
// permission does not start.
func (h *Handlers) mount(e *echo.Echo) error {
	for _, r := range append(h.routes(), h.demoRoutes()...) {
		if !r.perm.Valid() {
			return fmt.Errorf("route %s %s: no permission", r.method, r.path)
		}
		e.Add(r.method, r.path, r.handle, h.allow(r.perm), h.fresh(r.name)).Name = r.name
	}
	return nil
}

// allow lets the request pass if the actor's role has the permission. An
// account that must have a second factor is led to enrol it from wherever it
// goes.
func (h *Handlers) allow(p models.Permission) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if p == models.PermPublic {
				return next(c)
			}
			if middleware.User(c) == nil {
				return models.E(models.CodeUnauthorised, "error.unauthorised")
			}
			if !middleware.Actor(c).Role.May(p) {
				return models.E(models.CodeForbidden, "error.forbidden")
			}
			if p != models.PermEnrol && h.Auth.MustEnrol(middleware.User(c)) {
				return c.Redirect(http.StatusSeeOther, enrolPath)
			}
			return next(c)
		}
	}
}
