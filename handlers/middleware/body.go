package middleware

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"znak/models"
)

// DefaultBodyLimit is how many bytes a request's body may have.
const DefaultBodyLimit = 1 << 20

// BodyLimit refuses a body of more than limit bytes with CodeTooLarge: at once
// when its length is declared, and wherever it is read when it is not.
func BodyLimit(limit int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			whole := r.Body
			if r.ContentLength > limit {
				drain(whole)
				return models.Errorf(models.CodeTooLarge, "error.too_large", "body of %d bytes", r.ContentLength)
			}
			r.Body = http.MaxBytesReader(c.Response().Writer, whole, limit)
			err := tooLarge(next(c))
			if models.CodeOf(err) == models.CodeTooLarge {
				drain(whole)
			}
			return err
		}
	}
}

// drained is how much of a body that is too large is read all the same.
const drained = 8 << 20

// drain reads what is left of a body that is too large: a browser that is cut
// off while it sends never shows the answer. What comes after that much is cut.
func drain(body io.Reader) {
	_, _ = io.CopyN(io.Discard, body, drained) // nothing depends on it
}

// tooLarge gives an error that came of a body over the limit its code.
func tooLarge(err error) error {
	var over *http.MaxBytesError
	if errors.As(err, &over) && models.CodeOf(err) != models.CodeTooLarge {
		return &models.Error{Code: models.CodeTooLarge, Key: "error.too_large", Err: err}
	}
	return err
}

// formMemory is how much of a multipart form is held in memory.
const formMemory = 1 << 20

// form returns the fields of the request's body, never those of its query. It
// returns CodeTooLarge for a body over the limit and CodeInvalid for one that
// cannot be read, with what could be.
func form(c echo.Context) (url.Values, error) {
	s := stateOf(c)
	if s.formRead {
		return s.form, s.formErr
	}
	s.formRead = true
	r := c.Request()
	var err error
	if ct, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); ct == echo.MIMEMultipartForm {
		err = r.ParseMultipartForm(formMemory)
	} else {
		err = r.ParseForm()
	}
	s.form = r.PostForm
	if err = tooLarge(err); err != nil && models.CodeOf(err) != models.CodeTooLarge {
		err = &models.Error{Code: models.CodeInvalid, Key: "error.invalid", Err: err}
	}
	s.formErr = err
	return s.form, s.formErr
}

// unsafe says whether the request may change something.
func unsafe(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return false
	}
	return true
}
