// Package webpolicy is what an H5 app wants to load from hosts of the web beyond its bundle, and how much of it a super-app
// lets it have.
//
//	wish, err := webpolicy.Parse(manifestJSON)          // "csp": {"img-src": ["img.example.com"]}
//	granted, refused := wish.Within(allowed)            // allowed: csp of its entry in superapp.yaml
//	sources := granted["img-src"]                       // "https://img.example.com": safe in a Content-Security-Policy
//
// Only passive content can be wished for: no scripts, no styles, no connections. The package must not know how a policy is
// sent, nor who shows the pages.
package webpolicy

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// Directives that an app may widen.
const (
	Font  = "font-src"
	Frame = "frame-src"
	Image = "img-src"
	Media = "media-src"
)

// Directives lists them.
func Directives() []string { return []string{Font, Frame, Image, Media} }

// Bounds of a wish.
const (
	MaxSources = 64 // of a directive
	maxSource  = 300
)

// Policy is a list of hosts by directive.
type Policy map[string][]string

// Any lets an app have whatever it wishes: for development.
func Any() Policy {
	p := Policy{}
	for _, d := range Directives() {
		p[d] = []string{"*"}
	}
	return p
}

// Error says what of a wish cannot be had.
type Error struct {
	// Directive is where it stands; Host is which of its entries it is, "" if it is the directive itself.
	Directive, Host string
	Text            string
}

// Error implements error.
func (e *Error) Error() string { return "csp: " + e.Text }

// Parse reads what a manifest wishes for, under its key "csp". A manifest without it wishes for nothing. What it says and cannot be had is
// an *Error.
func Parse(manifest []byte) (Policy, error) {
	var m struct {
		CSP map[string][]string `json:"csp"`
	}
	if err := json.Unmarshal(manifest, &m); err != nil {
		return nil, fmt.Errorf(`csp: expected lists of hosts by directive, such as {"img-src": ["img.example.com"]}: %w`, err)
	}
	for _, directive := range slices.Sorted(maps.Keys(m.CSP)) {
		if err := check(directive, m.CSP[directive]); err != nil {
			return nil, err
		}
	}
	return m.CSP, nil
}

// check tells what is wrong with a directive, if anything is.
func check(directive string, hosts []string) error {
	wrong := func(host, format string, args ...any) error {
		return &Error{directive, host, fmt.Sprintf(format, args...)}
	}
	if !slices.Contains(Directives(), directive) {
		if miss := strict.NearMiss(directive, Directives()); strings.Contains(miss, "did you mean") {
			return wrong("", "an H5 app cannot widen %.40q%s", directive, miss)
		}
		return wrong("", "an H5 app cannot widen %.40q, only %s", directive, strings.Join(Directives(), ", "))
	}
	if len(hosts) > MaxSources {
		return wrong("", "%s has %d hosts, at most %d are read", directive, len(hosts), MaxSources)
	}
	for i, text := range hosts {
		if _, ok := parse(text); !ok {
			return wrong(text, `%s[%d]: expected a host such as "img.example.com", "*.example.com:8443" or "http://10.0.0.5:8080", found %.80q`, directive, i, text)
		}
	}
	return nil
}

// source is a host, or all below a domain.
type source struct{ scheme, host, port string }

var form = regexp.MustCompile(`^(?:(https?)://)?((?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([0-9]{1,5}|\*))?/?$`)

func parse(text string) (source, bool) {
	m := form.FindStringSubmatch(strings.ToLower(text))
	if m == nil || len(text) > maxSource || strings.Contains(m[2], "..") {
		return source{}, false
	}
	s := source{m[1], m[2], m[3]}
	if s.scheme == "" {
		s.scheme = "https"
	}
	if s.port == "" {
		s.port = map[string]string{"https": "443", "http": "80"}[s.scheme]
	}
	return s, true
}

func (s source) String() string {
	if s.port == map[string]string{"https": "443", "http": "80"}[s.scheme] {
		return s.scheme + "://" + s.host
	}
	return s.scheme + "://" + s.host + ":" + s.port
}

// covers tells whether everything that wish stands for is among what s stands for.
func (s source) covers(wish source) bool {
	if s.scheme != wish.scheme || s.port != "*" && s.port != wish.port {
		return false
	}
	if s.host == wish.host {
		return true
	}
	below, wild := strings.CutPrefix(s.host, "*")
	return wild && strings.HasSuffix(strings.TrimPrefix(wish.host, "*"), below)
}

// Within is the part of a wish that a super-app allows, as sources of a Content-Security-Policy; refused are the rest, each
// with its directive. A host that is wider than every allowed one is refused as a whole.
func (p Policy) Within(allowed Policy) (granted Policy, refused []string) {
	granted = Policy{}
	for _, directive := range Directives() {
		for _, text := range p[directive] {
			wish, ok := parse(text)
			if ok && allows(allowed[directive], wish) {
				granted[directive] = append(granted[directive], wish.String())
				continue
			}
			refused = append(refused, directive+" "+text)
		}
	}
	return granted, refused
}

// Reaches tells whether an address's scheme, host and port, such as https://map.example:8443, are among hosts.
func Reaches(hosts []string, address string) bool {
	s, ok := parse(address)
	return ok && !strings.HasPrefix(s.host, "*") && s.port != "*" && allows(hosts, s)
}

func allows(list []string, wish source) bool {
	return slices.ContainsFunc(list, func(text string) bool {
		if text == "*" {
			return true
		}
		s, ok := parse(text)
		return ok && s.covers(wish)
	})
}
