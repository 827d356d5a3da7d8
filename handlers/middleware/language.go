package middleware

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"znak/locales"
	"znak/models"
)

// LangField is the form field, mostly a submit button's, that switches the
// language of the answer to a form.
const LangField = "_lang"

const (
	langCookie = "znak_lang"
	year       = 365 * 24 * 60 * 60
)

// Language finds the language of the answer: the visitor's choice from a
// cookie, else the account's, else the browser's. secure is whether the portal
// is reached by HTTPS. A form sent with the field _lang switches it and asks
// the handler, by Relang, to show the form again instead of acting.
func Language(secure bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			s := stateOf(c)
			s.secure = secure
			s.lang = resolve(c)
			if !unsafe(c.Request()) {
				return next(c)
			}
			fields, err := form(c)
			if models.CodeOf(err) == models.CodeTooLarge {
				return err
			}
			if want := fields.Get(LangField); want != "" {
				s.relang = true // even for one that does not exist: the sender did not mean to act
				if lang, ok := locales.Parse(want); ok {
					SetLang(c, lang)
				}
			}
			return next(c)
		}
	}
}

// Lang returns the language of the answer.
func Lang(c echo.Context) locales.Lang {
	if l := stateOf(c).lang; l != "" {
		return l
	}
	return resolve(c) // an answer made before Language had its turn
}

func resolve(c echo.Context) locales.Lang {
	if cookie, err := c.Cookie(langCookie); err == nil {
		if lang, ok := locales.Parse(cookie.Value); ok {
			return lang
		}
	}
	if u := User(c); u != nil {
		if lang, ok := locales.Parse(u.Lang); ok {
			return lang
		}
	}
	return locales.Negotiate(c.Request().Header.Get("Accept-Language"))
}

// SetLang makes lang the visitor's choice, from this answer on.
func SetLang(c echo.Context, lang locales.Lang) {
	s := stateOf(c)
	s.lang = lang
	c.SetCookie(&http.Cookie{Name: langCookie, Value: string(lang), Path: "/", MaxAge: year,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// Relang says whether the form was sent to switch the language: the handler
// shows it again with everything as typed, and changes nothing.
func Relang(c echo.Context) bool { return stateOf(c).relang }
