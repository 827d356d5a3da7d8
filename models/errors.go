package models

import (
	"errors"
	"fmt"
)

// Code classifies a fault. Exactly one place (handlers/errors.go) turns codes
// into answers.
type Code string

const (
	CodeInvalid      Code = "invalid"      // the input needs correcting
	CodeUnauthorised Code = "unauthorised" // nobody is signed in
	CodeForbidden    Code = "forbidden"    // this role never has this page or event
	CodeNotFound     Code = "not_found"    // no such thing, or not for this actor: never told apart
	CodeConflict     Code = "conflict"     // wrong state, or a stale page
	CodeTooMany      Code = "too_many"     // throttled
	CodeTooLarge     Code = "too_large"    // body over the limit
	CodeUnavailable  Code = "unavailable"  // database away or full: try again
	CodeInternal     Code = "internal"     // a fault of the program
)

// Error is a fault with a code and a message key. Fields maps form fields to
// message keys, for CodeInvalid.
type Error struct {
	Code   Code
	Key    string // message key, translated at the edge
	Fields []FieldError
	Err    error // cause, for the log only; never shown
}

// FieldError names one form field and what is wrong with it.
type FieldError struct {
	Field string         // name of the form field
	Key   string         // message key
	Args  map[string]any // values for the message: numbers and limits, never what was typed
}

func (e *Error) Error() string {
	s := string(e.Code)
	if e.Key != "" {
		s += " " + e.Key
	}
	for _, f := range e.Fields {
		s += fmt.Sprintf(" [%s %s]", f.Field, f.Key)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error whose cause is described by format and args.
func Errorf(code Code, key, format string, args ...any) *Error {
	return &Error{Code: code, Key: key, Err: fmt.Errorf(format, args...)}
}

// E makes an Error with a code and a message key.
func E(code Code, key string) *Error { return &Error{Code: code, Key: key} }

// Invalid makes a CodeInvalid error about the fields.
func Invalid(fields ...FieldError) *Error {
	return &Error{Code: CodeInvalid, Key: "error.invalid", Fields: fields}
}

// ErrNotFound is the one answer for "does not exist" and "not for this actor".
var ErrNotFound = E(CodeNotFound, "error.not_found")

// CodeOf returns the code of err: CodeInternal for an error without one, and
// "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
