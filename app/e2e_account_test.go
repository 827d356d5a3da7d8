package main

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// accounts walks the pages of accounts: an invitation, a second factor, one's
// own account, and the second person's word.
func (w *world) accounts(t *testing.T) {
	admin := w.as(t, "admin", "sr")
	admin.open("/admin/users/new")
	w.inspect(admin, "admin: new account", "sr")
	admin.write(`[name="email"]`, "nova.osoba@example.rs")
	admin.write(`[name="name"]`, "Нова Особа")
	admin.find(`[name="role"]`).MustSelect("Службеник Центра")
	admin.follow("#account .actions button")
	w.inspect(admin, "admin: account that waits", "sr")

	officer := w.as(t, "centre", "sr")
	officer.open("/approvals")
	w.inspect(officer, "approvals", "sr")
	officer.follow(`button[value="approve"]`)
	for _, lang := range []string{"en", "sr-Latn", "sr"} {
		officer.speak(lang)
		w.inspect(officer, "shown once: link", lang)
	}
	link := strings.TrimPrefix(officer.text("#link"), w.demo.base)

	v := visit(t, w.browser, w.demo.base)
	v.open(link)
	for _, lang := range []string{"en", "sr-Latn", "sr"} {
		v.speak(lang)
		w.inspect(v, "invitation", lang)
	}
	v.write(`[name="password"]`, ownPassword)
	v.write(`[name="again"]`, ownPassword)
	v.follow("#invite .actions button")
	v.open("/account/second-factor")
	if v.ask(`document.querySelector("main img").naturalWidth > 0`) != "true" {
		t.Error("the picture of the secret is not shown")
	}
	var secret string
	for _, lang := range []string{"en", "sr-Latn", "sr"} {
		v.speak(lang)
		w.inspect(v, "second factor", lang)
		if now := v.text("#secret"); secret != "" && now != secret {
			t.Errorf("in %s the secret is another", lang)
		} else {
			secret = now
		}
	}
	code := func(ahead time.Duration) string {
		code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), time.Now().Add(ahead))
		must(t, err)
		return code
	}
	v.write(`[name="code"]`, code(0))
	v.follow("#factor .actions button")
	w.inspect(v, "shown once: codes", "sr")
	v.follow("#once .actions button")
	v.open("/account")
	for _, lang := range []string{"en", "sr-Latn", "sr"} {
		v.speak(lang)
		w.inspect(v, "account", lang)
	}
	again := visit(t, w.browser, w.demo.base)
	again.open("/login")
	again.write(`#login [name="email"]`, "nova.osoba@example.rs")
	again.write(`#login [name="password"]`, ownPassword)
	again.follow("#login p.actions button")
	again.at("/login/code")
	for _, lang := range []string{"en", "sr-Latn", "sr"} {
		again.speak(lang)
		w.inspect(again, "code", lang)
	}
	again.write(`[name="code"]`, code(30*time.Second))
	again.follow("#code .actions button")
	if !again.has(`.who form[action="/logout"]`) {
		t.Errorf("not signed in:\n%s", again.text("main"))
	}
}
