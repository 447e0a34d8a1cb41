package h5

import (
	"html"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
)

// noBase is the part of Policy by which a page stays where it is.
const noBase = "base-uri 'none'"

// RoutePolicy is Policy of a page that Rooted has put elsewhere.
func RoutePolicy(own string, digests []string, granted webpolicy.Policy) string {
	return strings.Replace(Policy(own, digests, granted), noBase, "base-uri "+own+"h5/", 1)
}

// Rooted has the relative addresses of a page, as Prepare gave it, mean what they mean in the app's first page, wherever it is served:
// a router's page that is loaded anew has the router's address and that page's text. own is as in Policy.
func Rooted(page []byte, own string) []byte {
	at := len(begin.Find(page))
	return slices.Concat(page[:at], []byte(`<base href="`+html.EscapeString(own+"h5/")+`">`), page[at:])
}
