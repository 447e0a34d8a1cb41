package web

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/hosts/web/shell"
)

// index serves the shell; with ?token= it logs the browser in first, and takes the token out of the address.
func (s *Server) index(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "" && !sameOrigin(r, true) {
		http.Error(w, "foreign origin", http.StatusForbidden)
		return
	}
	if token := r.URL.Query().Get("token"); token != "" {
		l, ok := s.guard.exchange(token, s.config.Users[0])
		if !ok {
			s.lockedOut(w)
			return
		}
		if user := r.URL.Query().Get("user"); slices.Contains(s.config.Users, user) {
			l.setUser(user)
		}
		setCookie(w, l)
		http.Redirect(w, r, s.after(r), http.StatusSeeOther)
		return
	}
	if _, ok := s.guard.login(r); !ok {
		s.lockedOut(w)
		return
	}
	s.shellHeaders(w, r)
	fmt.Fprintf(w, indexHTML, html.EscapeString(s.config.Backend.Brand().Name))
}

const indexHTML = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<title>%s</title>
<link rel="icon" href="/api/icon/_brand">
<link rel="stylesheet" href="/shell/shell.css">
<body><script src="/shell/shell.js"></script></body>
</html>
`

// shellHeaders keep the shell to its own files; frames, and the pages that mini-programs may show, are the only thing it may
// embed.
func (s *Server) shellHeaders(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "media-src blob:", "font-src 'self'",
		"connect-src 'self' ws://" + r.Host, "frame-src http://" + r.Host + "/f/" + s.webViewSources(), "base-uri 'none'", "form-action 'none'",
		"frame-ancestors " + s.ancestors(r),
	}, "; "))
}

// ancestors are the pages that may show the shell inside: the theme editor, where there is one.
func (s *Server) ancestors(r *http.Request) string {
	if s.config.Theme != nil && r.URL.Query().Has("preview") {
		return "'self'"
	}
	return "'none'"
}

// webViewSources lists what the mini-programs' <web-view>s may show, as a policy does.
func (s *Server) webViewSources() string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, app := range s.config.Backend.Apps() {
		for _, entry := range app.WebViews {
			source := entry
			switch {
			case entry == "*":
				source = "https: http:"
			case !strings.Contains(entry, "://"):
				source = "https://" + entry
			}
			if !seen[source] && !strings.ContainsAny(source, ";,'\"") {
				seen[source] = true
				b.WriteString(" " + source)
			}
		}
	}
	return b.String()
}

// webSDK serves the script for pages inside <web-view>; it holds no secrets.
func (s *Server) webSDK(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "max-age=3600")
	w.Write(shell.SDK()) //nolint:errcheck // the browser may be gone
}

const lockedHTML = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Locked</title>
<style>html { color-scheme: light dark; font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; } body { max-width: 32em; margin: 15vh auto; padding: 24px; } h1 { font-size: 22px; }</style>
<h1>This address needs its token</h1><p>Open the address that the host printed when it started; it carries a token that is valid until the host stops.</p>
<div lang="zh-CN"><h1>需要带令牌的地址</h1><p>请打开宿主启动时显示的地址：其中的令牌在宿主停止之前有效。</p></div>
`

func (s *Server) lockedOut(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprint(w, lockedHTML)
}

// shellFile serves the shell's script and style; they hold no secrets and need no login.
func (s *Server) shellFile(w http.ResponseWriter, r *http.Request) {
	data, contentType, ok := shell.File(r.PathValue("file"))
	if !ok || !sameOrigin(r, false) {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(data) //nolint:errcheck // the browser may be gone
}
