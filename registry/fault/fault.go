// Package fault is an error that reaches a caller of the registry: a stable code, what is wrong, and what to do next. API and
// web pages present it; the services make it.
//
//	return fault.New(fault.Denied, "namespace %q belongs to another organisation", ns).Next("choose another one")
//
// It must not know HTTP.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Code is the stable name of what went wrong.
type Code string

// The codes.
const (
	Invalid         Code = "invalid"         // the request breaks a rule
	Unauthenticated Code = "unauthenticated" // nobody, or a token that is not good
	Denied          Code = "denied"          // somebody who may not
	NotFound        Code = "not_found"
	Conflict        Code = "conflict"   // it is there already, with other content
	LookAlike       Code = "look_alike" // it reads like something of somebody else
	Signature       Code = "signature"  // an envelope that does not verify
	Tampered        Code = "tampered"   // bytes that are not what was signed
	TooLarge        Code = "too_large"
	Quota           Code = "quota"
	TakenDown       Code = "taken_down" // an operator forbade it
	Rate            Code = "rate"
	Unavailable     Code = "unavailable" // try again later
)

// Error is one such error.
type Error struct {
	Code    Code
	Message string
	Hint    string        // what to do next; may be empty
	Wait    time.Duration // after how long it may be tried again; 0: not known
	cause   error
}

// New makes an error. A %w in the format keeps its cause.
func New(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), cause: errors.Unwrap(err)}
}

// Next says what to do.
func (e *Error) Next(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// TooOften is the refusal of what was done too often; nil if there is nothing to wait for.
func TooOften(wait time.Duration, format string, args ...any) error {
	if wait <= 0 {
		return nil
	}
	e := New(Rate, format, args...)
	e.Wait = wait
	return e.Next("wait %v", time.Duration(e.Seconds())*time.Second)
}

// Seconds is Wait in whole seconds, none too few.
func (e *Error) Seconds() int { return int((e.Wait + time.Second - 1) / time.Second) }

// Error gives the message, with what to do next on a line of its own.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "\nnext: " + e.Hint
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.cause }

// CodeOf gives the code of an error, empty if it has none: it is then the server's own trouble.
func CodeOf(err error) Code {
	var f *Error
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}
