package w3c

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Address is where a page of a MiniApp is, as the Addressing draft writes it.
type Address struct {
	// Scheme is "miniapp", "https", or the scheme of a platform.
	Scheme string
	// Host is who provides the package, with its port; it may be empty.
	Host    string
	ID      string
	Version string // "" is the newest
	Path    string // without the slash in front; "" is the first page
	Query   string
	// Fragment is a place in the page.
	Fragment string
}

// maxAddress is the longest address that is read.
const maxAddress = 8 << 10

var identify = regexp.MustCompile(`^([A-Za-z0-9](?:[A-Za-z0-9._~-]*[A-Za-z0-9])?)(?:;version=([A-Za-z0-9][A-Za-z0-9._+-]*))?$`)

// ParseAddress reads an address in one of the forms
//
//	platform://miniapp/<id>[;version=<version>][/path][?query][#fragment]
//	https://<host>/miniapp/<id>[;version=<version>][/path][?query][#fragment]
//	miniapp://<id>[;version=<version>][@<host>][/path][?query][#fragment]
//
// of which the last is that of earlier drafts. Any scheme but http takes the place of "platform".
func ParseAddress(text string) (Address, error) {
	a := Address{}
	if len(text) > maxAddress {
		return a, fmt.Errorf("address of %d bytes: the longest has %d", len(text), maxAddress)
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || !schemeName.MatchString(scheme) {
		return a, fmt.Errorf("address %q: expected platform://miniapp/<id>/<page>, https://<host>/miniapp/<id>/<page> or miniapp://<id>/<page>", text)
	}
	a.Scheme = strings.ToLower(scheme)
	rest, a.Fragment, _ = strings.Cut(rest, "#")
	rest, a.Query, _ = strings.Cut(rest, "?")
	authority, tail, _ := strings.Cut(rest, "/")
	var name string
	switch a.Scheme {
	case "http":
		return a, fmt.Errorf("address %q: a MiniApp is never found by plain http: write https", text)
	case "miniapp":
		name, a.Host, _ = strings.Cut(authority, "@")
	default:
		if a.Scheme == "https" {
			a.Host = authority
			authority, tail, _ = strings.Cut(tail, "/")
		}
		if authority != "miniapp" {
			return a, fmt.Errorf("address %q: expected miniapp where %q stands", text, authority)
		}
		name, tail, _ = strings.Cut(tail, "/")
	}
	m := identify.FindStringSubmatch(name)
	if m == nil {
		return a, fmt.Errorf("address %q: %q is no id with an optional ;version=", text, name)
	}
	a.ID, a.Version = m[1], m[2]
	return a, a.finish(text, tail)
}

var (
	schemeName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`)
	hostName   = regexp.MustCompile(`^[A-Za-z0-9.-]*(:[0-9]{1,5})?$`)
)

// finish checks what is left: the host and the path.
func (a *Address) finish(text, tail string) error {
	if !hostName.MatchString(a.Host) || a.Scheme == "https" && a.Host == "" {
		return fmt.Errorf("address %q: %q is no host", text, a.Host)
	}
	p, err := url.PathUnescape(tail)
	if err != nil {
		return fmt.Errorf("address %q: path: %w", text, err)
	}
	for part := range strings.SplitSeq(p, "/") {
		if part == ".." || part == "." || strings.ContainsAny(part, "\\\x00") {
			return fmt.Errorf("address %q: %q leads nowhere inside of a package", text, part)
		}
	}
	a.Path = strings.Trim(p, "/")
	return nil
}

// String writes the address in the form of its scheme.
func (a Address) String() string {
	name := a.ID
	if a.Version != "" {
		name += ";version=" + a.Version
	}
	var b strings.Builder
	switch {
	case a.Scheme == "miniapp" && a.Host != "":
		b.WriteString("miniapp://" + name + "@" + a.Host)
	case a.Scheme == "miniapp":
		b.WriteString("miniapp://" + name)
	case a.Scheme == "https":
		b.WriteString("https://" + a.Host + "/miniapp/" + name)
	default:
		b.WriteString(a.Scheme + "://miniapp/" + name)
	}
	if a.Path != "" {
		b.WriteString("/" + (&url.URL{Path: a.Path}).EscapedPath())
	}
	if a.Query != "" {
		b.WriteString("?" + a.Query)
	}
	if a.Fragment != "" {
		b.WriteString("#" + a.Fragment)
	}
	return b.String()
}

// Page is the path and query under which a launch opens the page.
func (a Address) Page() string {
	if a.Query == "" {
		return a.Path
	}
	return a.Path + "?" + a.Query
}
