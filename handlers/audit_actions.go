package handlers

// accountActions are the acts on accounts, and the portal's own, that the filter
// of the audit trail offers besides auditActions.
var accountActions = []string{"sign-in-password", "confirm-password", "confirm-code", "set-password", "change-account", "end-session",
	"factor-on", "factor-off", "recovery-codes", "invite", "reset", "rights", "propose-account", "propose-rights", "propose-reset", "propose-enable",
	"approve-account", "approve-rights", "approve-reset", "approve-enable", "refuse-account", "refuse-rights", "refuse-reset", "refuse-enable",
	"import-schools", "letter", "retry-letter", "clock"}
