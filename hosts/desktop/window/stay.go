package window

import (
	"net/url"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
)

// maxRefused bounds how many refusals a window tells: a page may try for ever.
const maxRefused = 16

// mayGo tells whether a frame of the window, or the window's page itself, may go to an address.
func (o Open) mayGo(address string) bool {
	if !o.Stays {
		return true
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "about": // the empty page, and text
		return true
	case "blob":
		return o.maySave(address)
	case "http", "https":
		return origin(u) == o.own() || webpolicy.Reaches(o.Hosts, origin(u))
	}
	return false
}

// maySave tells whether what is at an address may be saved: what the page of the host has made itself. A page of the web, or of
// an app, has another origin than it.
func (o Open) maySave(address string) bool {
	return !o.Stays || strings.HasPrefix(address, "blob:"+o.own()+"/")
}

// own is the origin of the host's pages.
func (o Open) own() string {
	u, err := url.Parse(o.URL)
	if err != nil {
		return ""
	}
	return origin(u)
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// place is an address without what may be a secret.
func place(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that is none"
	}
	if u.Host == "" {
		return u.Scheme + ":"
	}
	return origin(u)
}
