package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"znak/handlers/middleware"
	"znak/models"
	"znak/models/store"
)

// AuditPage is the audit trail with its filters.
type AuditPage struct {
	Page
	Entries  []AuditRow
	Older    string
	Newest   string
	Size     int64
	Filters  []Field
	Filtered bool
	Ref      string // the reference that the trail is narrowed to
	Unknown  bool   // the reference is not one of a referral
}

// AuditRow is one entry.
type AuditRow struct {
	models.AuditEntry
	When time.Time
	Ref  string // reference number of its referral; "" when it has none
}

// auditPage is how many entries a page of the trail shows.
const auditPage = 50

// auditTrail answers GET /audit: ids and acts, no child's data and no text.
func (h *Handlers) auditTrail(c echo.Context) error {
	ctx, a := c.Request().Context(), middleware.Actor(c)
	p := AuditPage{Page: h.page(c, "title.audit"), Ref: strings.TrimSpace(c.QueryParam("ref"))}
	f := h.auditFilter(c)
	if p.Ref != "" {
		ref, ok := models.ParseReference(p.Ref)
		if f.ReferralID = h.Store.ReferralID(ctx, ref); !ok || f.ReferralID == "" {
			p.Unknown = true
		}
	}
	p.Filtered = c.QueryString() != ""
	p.Filters = h.auditFields(c, p.Page)
	if err := h.Audit.Settle(ctx); err != nil {
		return err
	}
	var err error
	if p.Size, err = h.Store.AuditSize(ctx); err != nil {
		return err
	}
	if !p.Unknown {
		if err := h.addEntries(c, &p, a, f); err != nil {
			return err
		}
	}
	e := models.AuditBy(a, "read-audit")
	e.ReferralID = f.ReferralID
	if err := h.Audit.Record(ctx, e); err != nil {
		return err
	}
	return h.show(c, "audit", p)
}

func (h *Handlers) addEntries(c echo.Context, p *AuditPage, a models.Actor, f store.AuditFilter) error {
	ctx := c.Request().Context()
	f.Limit = auditPage + 1
	entries, err := h.Store.AuditTrail(ctx, a, f)
	if err != nil {
		return err
	}
	query := c.QueryParams()
	if len(entries) > auditPage {
		entries = entries[:auditPage]
		query.Set("before", strconv.FormatInt(entries[auditPage-1].Seq, 10))
		p.Older = "/audit?" + query.Encode()
	}
	if f.Before > 0 {
		query.Del("before")
		p.Newest = "/audit?" + query.Encode()
	}
	refs := map[string]string{"": ""}
	for _, e := range entries {
		if _, known := refs[e.ReferralID]; !known {
			if refs[e.ReferralID], err = h.Store.AuditReference(ctx, a, e.ReferralID); err != nil {
				return err
			}
		}
		p.Entries = append(p.Entries, AuditRow{e, h.moment(e.At), refs[e.ReferralID]})
	}
	return nil
}

func (h *Handlers) auditFilter(c echo.Context) store.AuditFilter {
	f := store.AuditFilter{Action: c.QueryParam("action"), ActorID: c.QueryParam("actor"),
		ActorRole: models.Role(c.QueryParam("role")), Outcome: c.QueryParam("outcome")}
	f.Before, _ = strconv.ParseInt(c.QueryParam("before"), 10, 64) // no number: the newest page
	if day, err := time.ParseInLocation(time.DateOnly, c.QueryParam("from"), h.Location); err == nil {
		f.From = models.StampOf(day)
	}
	if day, err := time.ParseInLocation(time.DateOnly, c.QueryParam("until"), h.Location); err == nil {
		f.Until = models.StampOf(day.AddDate(0, 0, 1))
	}
	return f
}

// auditActions are the acts that the filter offers.
var auditActions = []string{"sign-in", "sign-out", "begin", "save", "submit", "read", "read-draft", "read-child", "print", "search",
	"acknowledge", "ask", "answer", "note", "urgency", "reassign", "forward", "propose-close", "confirm-close", "receive", "assess",
	"decide", "reconsider", "decide-reconsideration", "add", "read-audit", "proof", "disable", "enable", "absence", "absence-end", "contacts",
	"export", "release", "erase", "backup", "restored", "rotate-keys", "retire-key"}

func (h *Handlers) auditFields(c echo.Context, p Page) []Field {
	t := func(id string) string { return h.Locales.T(p.Lang, id) }
	action := Field{Kind: "select", Name: "action", Label: t("audit.action"), Value: c.QueryParam("action"), Options: []Option{{Label: t("list.any")}}}
	for _, a := range slices.Concat(auditActions, accountActions) {
		action.Options = append(action.Options, Option{Value: a, Label: t("audit.action." + a)})
	}
	role := Field{Kind: "select", Name: "role", Label: t("audit.role"), Value: c.QueryParam("role"), Options: []Option{{Label: t("list.any")}}}
	for _, r := range append([]models.Role{models.RoleSystem, models.RoleOperator}, models.Roles...) {
		role.Options = append(role.Options, Option{Value: string(r), Label: t("role." + string(r))})
	}
	outcome := Field{Kind: "select", Name: "outcome", Label: t("audit.outcome"), Value: c.QueryParam("outcome"), Options: []Option{{Label: t("list.any")}}}
	for _, o := range []string{models.AuditDone, models.AuditDenied, models.AuditFailed} {
		outcome.Options = append(outcome.Options, Option{Value: o, Label: t("audit.outcome." + o)})
	}
	return []Field{
		{Kind: "search", Name: "ref", Label: t("audit.ref"), Value: c.QueryParam("ref"), Class: "w-m"},
		action, role, outcome,
		{Kind: "date", Name: "from", Label: t("audit.from"), Value: c.QueryParam("from"), Class: "w-m"},
		{Kind: "date", Name: "until", Label: t("audit.until"), Value: c.QueryParam("until"), Class: "w-m"},
	}
}

// auditProof answers GET /audit/proof/{ref}: a self-contained proof that the
// referral's entries are in the log, to be checked offline.
func (h *Handlers) auditProof(c echo.Context) error {
	ctx, a := c.Request().Context(), middleware.Actor(c)
	ref, ok := models.ParseReference(c.Param("ref"))
	if !ok {
		return models.ErrNotFound
	}
	proof, err := h.Audit.Prove(ctx, a, ref)
	if err != nil {
		return err
	}
	e := models.AuditBy(a, "proof")
	e.ReferralID = h.Store.ReferralID(ctx, ref)
	if err := h.Audit.Record(ctx, e); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+url.PathEscape(ref)+`-proof.json"`)
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", proof)
}

// checkpoint answers GET /audit/checkpoint: the newest signed checkpoint, for
// anyone who wants to hold it. A stranger's request signs nothing, but for the
// very first one.
func (h *Handlers) checkpoint(c echo.Context) error {
	text, err := h.Audit.Latest()
	if models.CodeOf(err) == models.CodeNotFound {
		text, err = h.Audit.Checkpoint(c.Request().Context())
	}
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "text/plain; charset=utf-8", text)
}
