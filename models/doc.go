// Package models holds the nouns of the referral portal and the rules that are
// pure: roles and permissions, the lifecycle table, clocks, references and
// errors. It imports the standard library only and knows neither HTTP nor SQL
// nor a language: whatever a person reads is a message key, translated at the
// edge.
package models
