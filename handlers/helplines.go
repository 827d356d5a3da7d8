package handlers

import (
	"html/template"
	"time"
)

// Helpline is a telephone line or a service to turn to. Its name and when to
// use it are the messages helpline.ID.name and helpline.ID.when.
type Helpline struct {
	ID      string
	Contact string
	Href    template.URL // of our own: tel: passes only as such
	Read    time.Time    // day on which the public source of the contact was read
}

// sourcesRead is the day on which the sources of all helplines were read.
var sourcesRead = time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC)

// helplines are the lines whose number stands in a public source. One that is
// known by hearsay only is not shown until somebody confirms it.
var helplines = []Helpline{
	{"police", "192", "tel:192", sourcesRead},
	{"centre", "063 610 590", "tel:+38163610590", sourcesRead},
	{"missing", "116 000", "tel:116000", sourcesRead},
	{"nadel", "116 111", "tel:116111", sourcesRead},
	{"net", "19833", "tel:19833", sourcesRead},
	{"cuvamte", "cuvamte.gov.rs", "https://cuvamte.gov.rs", sourcesRead},
}
