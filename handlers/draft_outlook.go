package handlers

import (
	"strings"

	"znak/locales"
	"znak/models"
)

// Outlook is what happens after a referral is submitted.
type Outlook struct {
	Danger     bool
	Restricted bool // nobody else at the school sees it
	National   bool // the national desk holds it
	// Within how long a coordinator acknowledges, by urgency; which one counts
	// is not the school's to see.
	Immediate, Urgent, Standard string
}

func (h *Handlers) outlook(lang locales.Lang, restricted, national bool) Outlook {
	within := func(u models.Urgency) string {
		return strings.ReplaceAll(h.Locales.Span(lang, models.DefaultLimits[u].Acknowledge), " ", "\u00a0")
	}
	return Outlook{Restricted: restricted, National: national || restricted, Immediate: within(models.Immediate),
		Urgent: within(models.Urgent), Standard: within(models.Standard)}
}
