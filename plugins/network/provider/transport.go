package provider

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

func newTransport(s *settings) *http.Transport {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second, Control: s.guard.Control}
	if s.proxy != nil {
		// The operator named the proxy, and only it is connected to; it has to keep private addresses away itself.
		dialer.Control = nil
	}
	return &http.Transport{
		Proxy:                  http.ProxyURL(s.proxy),
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: s.roots},
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    15 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// client is an HTTP client for one call. list is the allow-list that redirects have to be on.
func (p *Provider) client(ctx *pdk.Context, r *ready, list string, follow bool, jar http.CookieJar) *http.Client {
	return &http.Client{
		Transport: r.transport,
		Jar:       jar,
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if !follow {
				return http.ErrUseLastResponse
			}
			return p.redirect(ctx, r, list, next, via)
		},
	}
}

func (p *Provider) redirect(ctx *pdk.Context, r *ready, list string, next *http.Request, via []*http.Request) error {
	last := via[len(via)-1].URL
	switch {
	case len(via) > r.maxRedirects:
		return pdk.Errorf(codeRedirects, "too-many-redirects", "too many redirects: more than %d", r.maxRedirects)
	case next.URL.Scheme != "https" && next.URL.Scheme != "http", last.Scheme == "https" && next.URL.Scheme == "http":
		return pdk.Errorf(pdk.CodeDomain, "domain", "url not in domain list: a redirect from %s:// to %s:// is not followed", last.Scheme, next.URL.Scheme)
	case sameHost(next.URL, via[0].URL):
		return nil
	}
	if err := ctx.CheckDomain(list, next.URL.String()); err != nil {
		return pdk.Errorf(pdk.CodeDomain, "domain", "url not in domain list: redirected to %s://%s: %s", next.URL.Scheme, next.URL.Host, pdk.AsError(err).Message)
	}
	return nil
}

// sameHost reports whether two addresses are one host and port, or one host on the standard ports.
func sameHost(a, b *url.URL) bool {
	if !strings.EqualFold(a.Hostname(), b.Hostname()) {
		return false
	}
	return a.Port() == b.Port() || standardPort(a) && standardPort(b)
}

func standardPort(u *url.URL) bool {
	port := u.Port()
	return port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443"
}

// address checks the syntax of a call's address.
func address(raw string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Hostname() == "" {
		return nil, pdk.Errorf(codeInvalidURL, "invalid-url", "invalid url %.200q: expected %s://host/path", raw, schemes[0])
	}
	for _, s := range schemes {
		if strings.EqualFold(u.Scheme, s) {
			u.Scheme, u.Fragment, u.RawFragment = s, "", ""
			return u, nil
		}
	}
	return nil, pdk.Errorf(codeInvalidURL, "invalid-url", "invalid url %.200q: the scheme has to be %s", raw, strings.Join(schemes, " or "))
}
