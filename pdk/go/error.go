package pdk

import (
	"context"
	"errors"
	"fmt"
)

// Error is a failure with a stable code, as a contract declares it or as the platform defines it (the Code constants).
// It crosses every boundary unchanged and reaches a mini-program as errno (Code) and errMsg (Message); platform codes that
// WeChat has a number for reach it as that (CodeInvalidParams as 1001), see core/miniapp/baselib/src/mistake.ts.
type Error struct {
	// Code is the number that callers branch on. Platform codes are below 10000; a contract's own are 10000 and above.
	Code int `json:"code"`
	// Name is the code's short name in the contract, such as "cancel" or "timeout".
	Name string `json:"name"`
	// Message says what happened, to which thing, and how to mend it. Lower case, no full stop.
	Message string `json:"message"`
	// Data is extra detail as JSON, or nil.
	Data []byte `json:"data,omitempty"`
}

// Platform error codes. A number, once given, never changes its meaning.
const (
	CodeInternal      = 1  // the provider failed in a way its contract does not name
	CodeInvalidParams = 2  // the arguments do not fit the contract; the message names the field's path
	CodeInvalidResult = 3  // the provider's answer does not fit the contract
	CodeUnsupported   = 4  // no provider, or the provider does not have this method
	CodeDenied        = 5  // the user or a policy refused
	CodeDomain        = 6  // the address is not on the allow-list
	CodeQuota         = 7  // a storage, rate or size limit is reached
	CodeTimeout       = 8  // the call's deadline passed
	CodeCanceled      = 9  // the caller gave up
	CodeUnavailable   = 10 // the plugin is down, restarting or cut off by its circuit breaker; trying again may help
	CodeTooLarge      = 11 // the payload is over MaxPayload or over a limit of the contract
	CodeVetoed        = 12 // a guard refused
	CodeTrace         = 13 // the evidence trace is required and cannot take the record
	CodeNotFound      = 14 // the thing named does not exist
	CodeBusy          = 15 // too many calls are under way
	CodeCorrupt       = 16 // stored data fails its integrity check
	CodeConfig        = 17 // the plugin refuses its configuration
)

// Error gives the message with its code and name.
func (e *Error) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("%s (code %d)", e.Message, e.Code)
	}
	return fmt.Sprintf("%s (%s, code %d)", e.Message, e.Name, e.Code)
}

// Errorf makes an Error. Name and code come from the contract or from the Code constants.
func Errorf(code int, name, format string, args ...any) *Error {
	return &Error{Code: code, Name: name, Message: fmt.Sprintf(format, args...)}
}

// AsError turns any error into an *Error, so that it can cross a boundary: an *Error in the chain is taken as it is, the
// errors of package context become CodeTimeout and CodeCanceled, everything else becomes CodeInternal. nil stays nil.
func AsError(err error) *Error {
	var e *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Code: CodeTimeout, Name: "timeout", Message: err.Error()}
	case errors.Is(err, context.Canceled):
		return &Error{Code: CodeCanceled, Name: "canceled", Message: err.Error()}
	}
	return &Error{Code: CodeInternal, Name: "internal", Message: err.Error()}
}

// Code returns err's code: that of the *Error in its chain, or what AsError would give it; 0 for nil.
func Code(err error) int {
	if err == nil {
		return 0
	}
	return AsError(err).Code
}
