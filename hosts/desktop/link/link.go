// Package link reads deep links: addresses that open a mini-program of the desktop host from another program.
//
//	dougong://open?app=dg.example.shop&page=pages/goods/index&id=7
//
// The query's app names the mini-program and page the page, both are optional; everything else is the page's own query. It
// must not know which mini-programs there are.
package link

import (
	"fmt"
	"net/url"
	"path"
	"strings"
)

// Scheme of deep links.
const Scheme = "dougong"

// MaxLength of a link, in bytes.
const MaxLength = 4096

// Link is what a deep link asks for.
type Link struct {
	// App is the mini-program; "" is the launcher.
	App string `json:"app,omitempty"`
	// Page is the page with its query, without a leading slash; "" is the first one.
	Page string `json:"page,omitempty"`
}

// Is tells whether an argument is meant as a deep link.
func Is(argument string) bool {
	scheme, _, ok := strings.Cut(argument, ":")
	return ok && strings.EqualFold(scheme, Scheme)
}

// Parse reads a deep link, which a stranger may have written.
func Parse(text string) (Link, error) {
	if len(text) > MaxLength {
		return Link{}, fmt.Errorf("deep link: it has %d bytes, at most %d are read", len(text), MaxLength)
	}
	u, err := url.Parse(text)
	if err != nil {
		return Link{}, fmt.Errorf("deep link %q: %w; write dougong://open?app=ID&page=PAGE", short(text), unwrap(err))
	}
	if !strings.EqualFold(u.Scheme, Scheme) || u.Host != "open" || strings.Trim(u.Path, "/") != "" || u.User != nil {
		return Link{}, fmt.Errorf("deep link %q: expected dougong://open?app=ID&page=PAGE, found another scheme, action or path", short(text))
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Link{}, fmt.Errorf("deep link %q: query: %w", short(text), err)
	}
	return fromQuery(query)
}

func fromQuery(query url.Values) (Link, error) {
	for _, name := range []string{"app", "page"} {
		if len(query[name]) > 1 {
			return Link{}, fmt.Errorf("deep link: %q is given %d times; give it once", name, len(query[name]))
		}
	}
	l := Link{App: query.Get("app"), Page: strings.TrimPrefix(query.Get("page"), "/")}
	query.Del("app")
	query.Del("page")
	if err := l.check(); err != nil {
		return Link{}, err
	}
	if rest := query.Encode(); rest != "" && l.App != "" {
		l.Page += "?" + rest
	}
	return l, nil
}

func (l Link) check() error {
	for _, r := range l.App + l.Page {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return fmt.Errorf("deep link: a control character or broken text in app or page")
		}
	}
	if l.App == "" && l.Page != "" {
		return fmt.Errorf("deep link: page %q without an app; add app=ID", short(l.Page))
	}
	if strings.ContainsAny(l.App, "/?#\\") || l.App == "." || l.App == ".." {
		return fmt.Errorf("deep link: app %q is no mini-program's id", short(l.App))
	}
	if l.Page != "" && (strings.ContainsAny(l.Page, "?#\\") || path.Clean("/"+l.Page) != "/"+l.Page) {
		return fmt.Errorf("deep link: page %q is no page's path such as pages/index/index; give its query beside it", short(l.Page))
	}
	return nil
}

// unwrap leaves out the text that url.Error repeats, whatever its length.
func unwrap(err error) error {
	if e, ok := err.(*url.Error); ok { //nolint:errorlint // url.Parse returns it bare
		return e.Err
	}
	return err
}

func short(text string) string {
	if len(text) > 80 {
		return strings.ToValidUTF8(text[:80], "") + "…"
	}
	return text
}
