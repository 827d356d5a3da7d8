// Package middleware holds what happens around every request, before and after
// its handler. The order, the outermost first:
//
//	RequestID  AccessLog  Recover  Headers  Gzip  BodyLimit  Session  Language  CSRF
//
// AccessLog answers errors, through Echo's error handler, so that it logs the
// status that was sent. Everything here returns *models.Error and writes no
// page of its own. The machine interface, which knows callers by a bearer
// token and not by a cookie, stands outside Session, Language and CSRF.
package middleware
