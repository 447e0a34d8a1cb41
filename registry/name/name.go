// Package name says which names the registry accepts for namespaces, packages, versions and organisations, and which two
// names a person may take for one another.
//
//	err := name.CheckID("com.acme.face")
//	same := name.Skeleton("com.acme") == name.Skeleton("com.acrne") // true: they look alike
//
// It must not know who owns a name: it only compares texts.
package name

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/mod/semver"
)

// ErrInvalid is wrapped by every error about a name that breaks the rules.
var ErrInvalid = errors.New("invalid name")

// Longest names, in bytes.
const (
	MaxID      = 128
	MaxVersion = 64
	MaxTitle   = 96
)

var (
	idForm      = regexp.MustCompile(`^[a-z0-9]+([_-][a-z0-9]+)*(\.[a-z0-9]+([_-][a-z0-9]+)*)*$`)
	accountForm = regexp.MustCompile(`^[a-z][a-z0-9]*([._-][a-z0-9]+)*$`)
)

// reserved are single words that a namespace must not be: they are ours, or paths of the server.
var reserved = map[string]bool{
	"dougong": true, "registry": true, "admin": true, "api": true, "www": true, "root": true, "system": true, "official": true, "null": true, "undefined": true,
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}

// CheckID tells whether a text may name a plugin or a mini-program: parts of small letters and digits, joined by single
// dots, hyphens or underscores.
func CheckID(id string) error {
	switch {
	case len(id) < 2 || len(id) > MaxID:
		return invalid("id %q has %d bytes; 2 to %d are allowed", shorten(id), len(id), MaxID)
	case !idForm.MatchString(id):
		return invalid("id %q: use small letters and digits, joined by single dots, hyphens or underscores, such as com.acme.face", id)
	}
	return nil
}

// CheckNamespace tells whether a text may be a namespace: an id that is not reserved.
func CheckNamespace(ns string) error {
	if err := CheckID(ns); err != nil {
		return err
	}
	if reserved[ns] {
		return invalid("namespace %q is reserved", ns)
	}
	return nil
}

// Within tells whether a package id belongs to a namespace. "com.acme" covers com.acme and com.acme.face. A namespace
// without a dot, such as a mini-program's app id, covers itself alone: "com" must not own the world.
func Within(id, namespace string) bool {
	return id == namespace || strings.Contains(namespace, ".") && strings.HasPrefix(id, namespace+".")
}

// Covering lists the namespaces that can own an id, the most particular first.
func Covering(id string) []string {
	out := []string{id}
	for i := len(id) - 1; i > 0; i-- {
		if id[i] == '.' && strings.Contains(id[:i], ".") {
			out = append(out, id[:i])
		}
	}
	return out
}

// CheckVersion tells whether a text is a semantic version in full: major.minor.patch, with or without a pre-release.
func CheckVersion(v string) error {
	switch {
	case len(v) > MaxVersion:
		return invalid("version %q has %d bytes; up to %d are allowed", shorten(v), len(v), MaxVersion)
	case strings.HasPrefix(v, "v") || !semver.IsValid("v"+v) || semver.Canonical("v"+v) != "v"+v:
		return invalid("version %q is not MAJOR.MINOR.PATCH (such as 1.4.0 or 1.4.0-beta.1; no build suffix)", v)
	}
	return nil
}

// Newer tells whether version a comes after version b; a release comes after any pre-release of anything.
func Newer(a, b string) bool {
	if b == "" {
		return true
	}
	if pa, pb := Prerelease(a), Prerelease(b); pa != pb {
		return pb
	}
	return semver.Compare("v"+a, "v"+b) > 0
}

// Prerelease tells whether a version is one.
func Prerelease(v string) bool { return semver.Prerelease("v"+v) != "" }

// CheckAccount tells whether a text may name an account or an organisation in addresses.
func CheckAccount(s string) error {
	switch {
	case len(s) < 2 || len(s) > 40:
		return invalid("name %q has %d bytes; 2 to 40 are allowed", shorten(s), len(s))
	case !accountForm.MatchString(s):
		return invalid("name %q: begin with a small letter; then small letters and digits, joined by single dots, hyphens or underscores", s)
	case reserved[s]:
		return invalid("name %q is reserved", s)
	}
	return nil
}

func shorten(s string) string {
	if len(s) > 48 {
		return s[:48] + "…"
	}
	return s
}
