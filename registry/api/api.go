// Package api is the registry's HTTP interface: OpenAPI 3.1 by huma on net/http's mux, metadata and downloads in the shape of
// Terraform's registry protocol (a discovery document, versions, a download for each platform).
//
//	mux.Handle("/", api.New(deps))
//
// It translates between HTTP and the services; it decides nothing. It must not know where anything is kept.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/limit"
	"github.com/dougong-dev/dougong/registry/orgs"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/sso"
	"github.com/dougong-dev/dougong/registry/store"
)

// Deps is what the API stands on.
type Deps struct {
	Shelf *release.Shelf
	Desk  *orgs.Desk
	Log   *slog.Logger
	// Downloaded is told of each download that begins.
	Downloaded func(pkg int64, version string)
	// Anonymous: whoever has no token may read what is public.
	Anonymous bool
	// Requests bounds requests by account or address, SignIns failed and good sign-ins by address.
	Requests, SignIns *limit.Limiter
	// Guesses slows down whoever sends bad passwords and tokens.
	Guesses *limit.Guesses
	// ClientAddr gives the address that a request comes from, behind trusted proxies as well.
	ClientAddr func(*http.Request) string
	// Provider signs people in besides passwords; nil: none. Groups says what its groups mean.
	Provider *sso.Provider
	Groups   orgs.Groups
	// Stall is how long an upload may bring nothing, MaxUpload how long it may take altogether.
	Stall, MaxUpload time.Duration
	Version          string
}

type server struct {
	Deps
	api huma.API
	mux *http.ServeMux
}

// New makes the handler of /v1/, /.well-known/ and /openapi.json.
func New(d Deps) http.Handler {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Dougong registry", d.Version)
	config.CreateHooks = nil // no links to schemas in every answer
	config.DocsPath = ""     // the page of documentation loads scripts from elsewhere: a house may have no internet
	config.SchemasPath = ""
	config.Info.Description = "Plugins and mini-programs: publish, find, verify, download. Tokens go into the header Authorization: Bearer."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	s := &server{Deps: d, api: humago.New(mux, config), mux: mux}
	s.packages(mux)
	s.search()
	s.transparency()
	s.house()
	s.people()
	s.accounts()
	s.byProvider()
	s.organisations()
	s.webhooks()
	return s.guard(mux)
}

// who is the key of the identity in a request's context.
type who struct{}

func identity(ctx context.Context) accounts.Identity {
	id, _ := ctx.Value(who{}).(accounts.Identity)
	return id
}

// from is the key of the address in a request's context.
type from struct{}

func address(ctx context.Context) string {
	a, _ := ctx.Value(from{}).(string)
	return a
}

// guard finds out who asks, and whether they ask too often.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
		id, err := s.authenticate(r)
		if often := s.admit(r, id); often != nil {
			err = often
		}
		if err == nil && (r.URL.Path == "/v1/login" || r.URL.Path == "/v1/login/oidc") {
			err = tooOften(s.SignIns.Take("ip:" + s.ClientAddr(r)))
		}
		if err == nil && !s.Anonymous && !open[r.URL.Path] && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			err = id.Need(accounts.ScopeRead) // a house that shows nothing to strangers shows nothing to a token that may not read
		}
		if err != nil {
			s.fail(w, err)
			return
		}
		ctx := context.WithValue(r.Context(), who{}, id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, from{}, s.ClientAddr(r))))
	})
}

// open are the paths that anybody may ask for in a house that shows nothing else to strangers.
var open = map[string]bool{"/.well-known/dougong.json": true, "/openapi.json": true, "/openapi.yaml": true, "/v1/login": true, "/v1/login/oidc": true}

func (s *server) authenticate(r *http.Request) (accounts.Identity, error) {
	header := r.Header.Get("Authorization")
	if open[r.URL.Path] { // whoever signs in may still send along a token that has expired
		return accounts.Identity{}, nil
	}
	if header == "" {
		if !s.Anonymous {
			return accounts.Identity{}, (accounts.Identity{}).Need(accounts.ScopeRead)
		}
		return accounts.Identity{}, nil
	}
	return s.byToken(r, header)
}

// byToken finds out who a token belongs to. An address that sends bad ones waits longer and longer, and meanwhile counts as anybody
// does. A good token is not refused for that: nobody guesses one, and many may share an address with somebody who tries.
func (s *server) byToken(r *http.Request, header string) (accounts.Identity, error) {
	address, secret := s.ClientAddr(r), strings.TrimPrefix(header, "Bearer ")
	late := fault.TooOften(s.Guesses.Wait(address, ""), "too many bad tokens came from your address")
	if late != nil {
		if err := s.admit(r, accounts.Identity{}); err != nil {
			return accounts.Identity{}, err
		}
	}
	id, err := accounts.Identity{}, error(nil)
	if secret == header || !strings.HasPrefix(secret, accounts.TokenPrefix) {
		err = fault.New(fault.Unauthenticated, "the header Authorization is not %q", "Bearer "+accounts.TokenPrefix+"…")
	} else {
		id, err = accounts.ByToken(r.Context(), s.Shelf.Store, secret, s.Shelf.Now())
	}
	if fault.CodeOf(err) != fault.Unauthenticated {
		return id, err
	}
	if late != nil {
		return accounts.Identity{}, late
	}
	s.Guesses.Wrong(address)
	return accounts.Identity{}, err
}

// lasting is what caches are told of bytes that never change. One that is shared keeps nothing of a house that shows nothing to
// strangers: it would hand it to them.
func (s *server) lasting() string {
	if s.Anonymous {
		return "public, max-age=31536000, immutable"
	}
	return "private, max-age=31536000, immutable"
}

func (s *server) admit(r *http.Request, id accounts.Identity) error {
	key := "ip:" + s.ClientAddr(r)
	if id.Account != nil {
		key = "account:" + strconv.FormatInt(id.ID(), 10)
	}
	return tooOften(s.Requests.Take(key))
}

func tooOften(wait time.Duration) error { return fault.TooOften(wait, "too many requests") }

// statuses are the HTTP statuses of the codes.
var statuses = map[fault.Code]int{
	fault.Invalid: 422, fault.Unauthenticated: 401, fault.Denied: 403, fault.NotFound: 404, fault.Conflict: 409, fault.LookAlike: 409,
	fault.Signature: 422, fault.Tampered: 422, fault.TooLarge: 413, fault.Quota: 403, fault.TakenDown: 451, fault.Rate: 429, fault.Unavailable: 503,
}

// Status is the HTTP status of an error, 500 for one without a code.
func Status(err error) int {
	if status, ok := statuses[fault.CodeOf(err)]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// Problem is the body of an error (RFC 9457).
type Problem struct {
	Title  string     `json:"title"`
	Status int        `json:"status"`
	Detail string     `json:"detail"`
	Code   fault.Code `json:"code,omitempty" doc:"Stable name of the error"`
	Next   string     `json:"next,omitempty" doc:"What to do"`

	headers http.Header
}

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header { return p.headers }

// Error gives the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problem makes the answer to an error. What has no code is the server's own trouble: it is logged, not told.
func (s *server) problem(err error) *Problem {
	err = s.Shelf.Explain(err, s.Log)
	status := Status(err)
	p := &Problem{Title: http.StatusText(status), Status: status, headers: http.Header{}}
	if status == http.StatusUnauthorized {
		p.headers.Set("WWW-Authenticate", `Bearer realm="dougong"`)
	}
	var f *fault.Error
	if errors.As(err, &f) {
		p.Code, p.Detail, p.Next = f.Code, f.Message, f.Hint
		if f.Wait > 0 {
			p.headers.Set("Retry-After", strconv.Itoa(f.Seconds()))
		}
	} else {
		s.Log.Error("request failed", "error", err)
		p.Detail = "the registry had an internal error"
	}
	return p
}

func (s *server) fail(w http.ResponseWriter, err error) {
	if errors.Is(err, context.Canceled) {
		return // nobody is there to be told
	}
	p := s.problem(err)
	maps.Copy(w.Header(), p.headers)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // if the client is gone there is nobody to tell
}

// op describes an operation; huma fills in the rest from the types.
func op(method, path, id, summary string, tags ...string) huma.Operation {
	return huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, Tags: tags, Security: []map[string][]string{{"token": {}}, {}}}
}

// add registers an operation whose errors are faults.
func add[I, O any](s *server, o huma.Operation, do func(context.Context, *I) (*O, error)) {
	huma.Register(s.api, o, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, s.problem(err)
		}
		return out, nil
	})
}

// kinds are the kinds of packages as they stand in addresses.
var kinds = map[string]store.Kind{"plugins": store.Plugin, "miniprograms": store.MiniProgram}

// Plural is the word for a kind in addresses.
func Plural(k store.Kind) string { return string(k) + "s" }

// RemoteAddr is the address of the connection's other end.
func RemoteAddr(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
