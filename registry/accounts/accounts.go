// Package accounts knows secrets of people and machines: passwords, API tokens, browser sessions, and what a token's scopes
// allow.
//
//	hash, err := accounts.HashPassword("correct horse")
//	secret, hash := accounts.NewToken()    // the secret is shown once, the hash is kept
//
// It must not know where they are kept, nor HTTP.
package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// ErrPassword says that a password is wrong, or that an account has none. It does not say which.
var ErrPassword = errors.New("wrong name or password")

// Parameters of argon2id: those that OWASP gives for servers. They stand in the hash as well, so that they can be raised.
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	keyBytes  = 32
	saltBytes = 16
)

// Bounds of passwords, in bytes.
const (
	MinPassword = 10
	MaxPassword = 256
)

// slots bounds how many passwords are hashed at a time: each takes 19 MiB.
var slots = make(chan struct{}, 4)

// CheckPassword says whether a new password is acceptable.
func CheckPassword(password string) error {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return fmt.Errorf("the password has %d characters; at least %d are needed", utf8.RuneCountInString(password), MinPassword)
	case len(password) > MaxPassword:
		return fmt.Errorf("the password has %d bytes; up to %d are allowed", len(password), MaxPassword)
	}
	return nil
}

// HashPassword gives what is kept of a password.
func HashPassword(password string) (string, error) {
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	salt := random(saltBytes)
	key := derive(password, salt, passes, memoryKiB, lanes, keyBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memoryKiB, passes, lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

func derive(password string, salt []byte, t, m uint32, p uint8, n uint32) []byte {
	slots <- struct{}{}
	defer func() { <-slots }()
	return argon2.IDKey([]byte(password), salt, t, m, p, n)
}

// nobody is compared with when there is no hash, so that an unknown name takes as long as a wrong password.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// VerifyPassword compares a password with what is kept; an empty hash never fits.
func VerifyPassword(hash, password string) error {
	kept := hash
	if kept == "" {
		kept = nobody
	}
	if len(password) > MaxPassword {
		return ErrPassword
	}
	var version, m, t uint32
	var p uint8
	parts := strings.Split(kept, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return fmt.Errorf("kept password: unknown form")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &m, &t, &p); err != nil || version != argon2.Version || m > 1<<20 || t == 0 || t > 64 || p == 0 {
		return fmt.Errorf("kept password: unknown parameters %q", parts[3])
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return fmt.Errorf("kept password: salt: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) == 0 {
		return fmt.Errorf("kept password: key: %w", err)
	}
	got := derive(password, salt, t, m, p, uint32(len(want)))
	if subtle.ConstantTimeCompare(got, want) != 1 || hash == "" {
		return ErrPassword
	}
	return nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return b
}

// TokenPrefix begins every API token, so that scanners of leaked secrets know it.
const TokenPrefix = "dgr_"

var base32Low = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewToken makes an API token of 256 random bits: the secret, its hash, and a short id to name it by.
func NewToken() (secret string, hash [32]byte, id string) {
	secret = TokenPrefix + base32Low.EncodeToString(random(32))
	return secret, HashSecret(secret), base32Low.EncodeToString(random(5))
}

// NewSecret makes a secret of 256 random bits, such as a session's.
func NewSecret() string { return base32Low.EncodeToString(random(32)) }

// HashSecret gives what is kept of a token or a session. The secret is random: no salt, no slow hash is needed.
func HashSecret(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

// Scope is what a token may be used for.
type Scope string

// The scopes. Each is needed in addition to what its account may do.
const (
	ScopeRead    Scope = "read"    // reads what the account may read
	ScopePublish Scope = "publish" // publishes releases
	ScopeYank    Scope = "yank"    // yanks and deprecates
	ScopeManage  Scope = "manage"  // organisations, namespaces, members, keys, webhooks, tokens
	ScopeAdmin   Scope = "admin"   // what an administrator may do: verify organisations and namespaces, accounts
)

// Scopes lists the scopes.
func Scopes() []Scope { return []Scope{ScopeRead, ScopePublish, ScopeYank, ScopeManage, ScopeAdmin} }

// CheckScopes tells whether all of them are known, and that there is one.
func CheckScopes(scopes []string) error {
	if len(scopes) == 0 {
		return errors.New("a token needs at least one scope")
	}
	for _, s := range scopes {
		if !slices.Contains(Scopes(), Scope(s)) {
			return fmt.Errorf("unknown scope %q; known are %v", s, Scopes())
		}
	}
	return nil
}
