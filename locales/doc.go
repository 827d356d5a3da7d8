// Package locales holds everything that the portal says to a person: the
// catalogue of messages in Serbian (Cyrillic) and English, Serbian in Latin
// script, which is derived from the Cyrillic one by transliteration, and the
// way that each language writes dates, numbers and spans of time.
//
// The package is a leaf: it knows no other part of the portal. A [Bundle] is
// loaded once at start and is safe for use by many goroutines afterwards; all
// functions are pure.
package locales
