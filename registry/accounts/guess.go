package accounts

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/registry/fault"
)

// Guesses slows down whoever is wrong: see limit.Guesses.
type Guesses interface {
	Begin(source, name string) time.Duration
	Right(source, name string)
	Undo(source, name string)
}

// Guess tries a password, unless too many were wrong before, from there or for this account.
func Guess(g Guesses, source, account string, try func() error) error {
	if err := fault.TooOften(g.Begin(source, account), "too many sign-ins failed"); err != nil {
		return err
	}
	err := try()
	switch {
	case err == nil:
		g.Right(source, account)
	case !errors.Is(err, ErrPassword): // it was not about the password
		g.Undo(source, account)
	}
	return err
}

// NewDevice makes what a browser keeps to be known by when its account signs in the next time. It is good for nothing else, on
// every replica, until the password changes: it is sealed by what is kept of that.
func NewDevice(account, passwordHash string) string {
	id := hex.EncodeToString(random(8))
	return account + ":" + id + ":" + sealDevice(account, passwordHash, id)
}

func sealDevice(account, passwordHash, id string) string {
	m := hmac.New(sha256.New, []byte(passwordHash))
	m.Write([]byte("device\x00" + account + "\x00" + id))
	return hex.EncodeToString(m.Sum(nil))
}

// Device is the source of guesses that a browser is, if it is known by an account with a password; empty otherwise.
func Device(kept, account, passwordHash string) string {
	parts := strings.Split(kept, ":")
	if len(parts) != 3 || len(parts[1]) != 16 || parts[0] != account || passwordHash == "" {
		return ""
	}
	if subtle.ConstantTimeCompare([]byte(parts[2]), []byte(sealDevice(account, passwordHash, parts[1]))) != 1 {
		return ""
	}
	return "device:" + parts[1]
}
