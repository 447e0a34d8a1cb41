// Package web is the marketplace and the publishers' pages: HTML that the server makes, usable without JavaScript, in Chinese
// and English, by keyboard, in the light and in the dark.
//
//	mux.Handle("/", web.New(deps))
//
// Whatever a vendor wrote is shown as text, or as Markdown that was cleaned. The package must not know where anything is kept.
package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/limit"
	"github.com/dougong-dev/dougong/registry/orgs"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/sso"
)

//go:embed templates/*.html static/*
var files embed.FS

// Deps is what the pages stand on.
type Deps struct {
	Shelf      *release.Shelf
	Desk       *orgs.Desk
	Log        *slog.Logger
	Private    bool          // strangers see the sign-in page only
	Secure     bool          // browsers come by https
	URL        string        // of this registry, if it is not what browsers ask for
	Provider   *sso.Provider // signs people in besides passwords; nil: none
	Groups     orgs.Groups   // what the provider's groups mean
	Session    time.Duration
	SignIns    *limit.Limiter
	Guesses    *limit.Guesses
	Requests   *limit.Limiter
	ClientAddr func(*http.Request) string
	Stall      time.Duration
	MaxUpload  time.Duration
}

type site struct {
	Deps
	pages map[string]*template.Template
	style string // address of the style sheet, by its content
}

// New makes the handler.
func New(d Deps) (http.Handler, error) {
	s := &site{Deps: d, pages: map[string]*template.Template{}}
	css, err := files.ReadFile("static/style.css")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(css)
	s.style = "/static/" + hex.EncodeToString(sum[:6]) + "/style.css"
	for _, name := range []string{"home", "list", "package", "signin", "signedout", "error", "account", "organisation", "upload", "admin"} {
		t, err := template.New("layout.html").Funcs(functions()).ParseFS(files, "templates/layout.html", "templates/parts.html", "templates/"+name+".html")
		if err != nil {
			return nil, err
		}
		s.pages[name] = t
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+s.style, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		_, _ = w.Write(css) // if the browser is gone there is nobody to tell
	})
	s.market(mux)
	s.publisher(mux)
	s.administration(mux)
	s.byProvider(mux)
	return s.guard(mux), nil
}

// policy forbids everything that the pages do not do: no scripts, no foreign content, no frames.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// view is a request for a page.
type view struct {
	Lang  string // "zh" or "en"
	Who   accounts.Identity
	Path  string
	Style string
	Page  string // name of its template
	Title string
	CSRF  string // of the session; for forms
	Query string // what stands in the search field
	Note  string // what has just been done
	Data  any
}

type viewKey struct{}

func viewOf(ctx context.Context) *view { return ctx.Value(viewKey{}).(*view) }

// guard finds out who looks, in which language, and whether too often.
func (s *site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "private, no-cache")
		h.Set("Vary", "Cookie, Accept-Language")
		v := &view{Lang: language(w, r, s.Secure), Path: r.URL.RequestURI(), Style: s.style}
		r = r.WithContext(context.WithValue(r.Context(), viewKey{}, v))
		if err := fault.TooOften(s.Requests.Take("web:"+s.ClientAddr(r)), "too many requests"); err != nil {
			s.fail(w, r, err)
			return
		}
		if err := s.identify(r, v); err != nil {
			s.fail(w, r, err)
			return
		}
		if v.Who.Account != nil {
			h.Set("Cache-Control", "no-store") // once signed out, the browser's way back shows nothing
		}
		if s.Private && v.Who.Account == nil && !publicPaths[r.URL.Path] && !strings.HasPrefix(r.URL.Path, "/static/") {
			http.Redirect(w, r, "/signin", http.StatusSeeOther)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// language is the one chosen by ?lang, then by a cookie, then by the browser.
func language(w http.ResponseWriter, r *http.Request, secure bool) string {
	if l := r.URL.Query().Get("lang"); l == "zh" || l == "en" {
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: l, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode})
		return l
	}
	if c, err := r.Cookie("lang"); err == nil && (c.Value == "zh" || c.Value == "en") {
		return c.Value
	}
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		for _, known := range [...]string{"zh", "en"} {
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(tag)), known) {
				return known
			}
		}
	}
	return "en"
}

// show writes a page.
func (s *site) show(w http.ResponseWriter, r *http.Request, status int, page, title string, data any) {
	v := viewOf(r.Context())
	v.Page, v.Title, v.Data = page, title, data
	var b bytes.Buffer // a page that fails halfway is not sent
	if err := s.pages[page].ExecuteTemplate(&b, "layout.html", v); err != nil {
		s.Log.Error("page failed", "page", page, "error", err)
		http.Error(w, "the registry had an internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // if the browser is gone there is nobody to tell
}

// problem is what the page of an error shows.
type problem struct {
	Status  int
	Message string
	Next    string
}

// fail shows an error. What has no code is the server's own trouble: it is logged, not shown.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	v, err := viewOf(r.Context()), s.Shelf.Explain(err, s.Log)
	p := problem{Status: api.Status(err), Message: translate(v.Lang, "internal")}
	if f := faultOf(err); f != nil {
		p.Message, p.Next = f.Message, f.Hint
		if f.Wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(f.Seconds()))
		}
	} else {
		s.Log.Error("page failed", "path", r.URL.Path, "error", err)
	}
	s.show(w, r, p.Status, "error", http.StatusText(p.Status), p)
}

// handle makes a handler of one that may fail.
func (s *site) handle(do func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := do(w, r); err != nil {
			s.fail(w, r, err)
		}
	}
}
