package handlers

// accountActions are the acts on accounts and tokens, the portal's own and the
// operator's, that the filter of the audit trail offers besides auditActions.
var accountActions = []string{"sign-in-password", "confirm-password", "confirm-code", "set-password", "change-account", "end-session",
	"factor-on", "factor-off", "recovery-codes", "invite", "reset", "rights", "propose-account", "propose-rights", "propose-reset", "propose-enable",
	"approve-account", "approve-rights", "approve-reset", "approve-enable", "refuse-account", "refuse-rights", "refuse-reset", "refuse-enable",
	"make-token", "propose-token", "approve-token", "refuse-token", "revoke-token",
	"api", "api-list", "api-package", "api-receipt", "api-assessment", "api-outcome", "api-trends",
	"export-json", "export-pdf", "export-htcds", "handover",
	"import-schools", "letter", "retry-letter", "clock", "prepare-key", "escrow", "lost"}
