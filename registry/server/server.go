package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/blob"
	"github.com/dougong-dev/dougong/registry/blob/bucket"
	"github.com/dougong-dev/dougong/registry/blob/oci"
	"github.com/dougong-dev/dougong/registry/hooks"
	"github.com/dougong-dev/dougong/registry/house"
	"github.com/dougong-dev/dougong/registry/limit"
	"github.com/dougong-dev/dougong/registry/logbook"
	"github.com/dougong-dev/dougong/registry/orgs"
	"github.com/dougong-dev/dougong/registry/policy"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/sso"
	"github.com/dougong-dev/dougong/registry/stats"
	"github.com/dougong-dev/dougong/registry/store"
	"github.com/dougong-dev/dougong/registry/store/postgres"
	"github.com/dougong-dev/dougong/registry/store/sqlite"
	"github.com/dougong-dev/dougong/registry/web"
)

// Server is a registry.
type Server struct {
	config Config
	store  store.Store
	blobs  blob.Store
	house  *house.House

	closeBlobs func() error
	Shelf      *release.Shelf
	Desk       *orgs.Desk
	counter    *stats.Counter
	courier    *hooks.Courier
	handler    http.Handler

	requests, signIns *limit.Limiter
	guesses           *limit.Guesses

	now       atomic.Pointer[Server] // what answers: made anew under another root
	reloading sync.Mutex
}

// Open opens the data, bringing the database up to date. Close it.
func Open(ctx context.Context, c Config) (s *Server, err error) {
	if c, err = c.withDefaults(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	s = &Server{config: c}
	if s.store, err = openStore(ctx, c); err != nil {
		return nil, err
	}
	opened := s // of a call that fails s is nil in the end
	defer func() {
		if err == nil {
			return
		}
		err = errors.Join(err, opened.store.Close())
		if opened.closeBlobs != nil {
			err = errors.Join(err, opened.closeBlobs())
		}
	}()
	if err := s.store.Migrate(ctx, -1); err != nil {
		return nil, err
	}
	if s.blobs, s.closeBlobs, err = openArtifacts(ctx, c); err != nil {
		return nil, err
	}
	suite, err := gm.New(gm.Policy{})
	if err != nil {
		return nil, err
	}
	book := logbook.New(s.store, suite, c.Now)
	if !c.Keyless || c.Trust != "" {
		if s.house, err = openHouse(ctx, c, suite, s.store, book); err != nil {
			return nil, err
		}
	}
	if err := s.assemble(suite, book); err != nil {
		return nil, err
	}
	s.now.Store(s)
	return s, nil
}

// openStore opens the database, whatever its schema.
func openStore(ctx context.Context, c Config) (store.Store, error) {
	if c.Database == "" {
		return sqlite.Open(ctx, c.databaseFile())
	}
	return postgres.Open(ctx, c.Database)
}

// openArtifacts opens the folder, the bucket or the repository.
func openArtifacts(ctx context.Context, c Config) (blob.Store, func() error, error) {
	if strings.HasPrefix(c.Artifacts, oci.Scheme) {
		r, err := oci.Open(ctx, c.Artifacts)
		if err != nil {
			return nil, nil, err
		}
		return r, func() error { return nil }, nil
	}
	if c.Artifacts != "" {
		b, err := bucket.Open(ctx, c.Artifacts)
		if err != nil {
			return nil, nil, err
		}
		return b, b.Close, nil
	}
	f, err := blob.NewFolder(c.artifactsFolder())
	return f, func() error { return nil }, err
}

func (s *Server) assemble(suite *gm.Suite, book *logbook.Book) error {
	c := s.config
	s.Shelf = &release.Shelf{Store: s.store, Blobs: s.blobs, Book: book, House: s.house, Suite: suite, Limits: c.Limits, Now: c.Now}
	if c.Policy != "" {
		rule, err := policy.Load(c.Policy)
		if err != nil {
			return err
		}
		s.Shelf.Rule = rule
	}
	s.Desk = &orgs.Desk{Store: s.store, Book: book, Now: c.Now, AutoVerify: c.AutoVerify, Hooks: hooks.Policy{Allow: c.Webhooks}}
	if s.courier == nil {
		s.courier = hooks.NewCourier(s.store, s.Desk.Hooks, c.Log, c.Now, c.Version)
		s.counter = stats.New(s.store, c.Log, c.Now)
	}
	if s.guesses == nil {
		s.requests, s.signIns, s.guesses = limit.New(c.Requests, int(c.Requests)*2+1, c.Now), limit.New(signInsEach, signInsAtOnce, c.Now), limit.NewGuesses(c.Now)
	}
	var provider *sso.Provider
	if c.OIDC.Issuer != "" {
		provider = sso.New(c.OIDC)
	}
	rest := api.New(api.Deps{Provider: provider, Groups: c.Groups, Shelf: s.Shelf, Desk: s.Desk, Log: c.Log, Downloaded: s.counter.Add, Anonymous: !c.Private, Requests: s.requests, SignIns: s.signIns, Guesses: s.guesses,
		ClientAddr: s.clientAddr, Stall: c.Stall, MaxUpload: c.MaxUpload, Version: c.Version})
	pages, err := web.New(web.Deps{Provider: provider, Groups: c.Groups, URL: c.URL, Shelf: s.Shelf, Desk: s.Desk, Log: c.Log, Private: c.Private, Secure: c.Secure, Session: DefaultSession, SignIns: s.signIns, Guesses: s.guesses, Requests: s.requests,
		ClientAddr: s.clientAddr, Stall: c.Stall, MaxUpload: c.MaxUpload})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	for _, path := range []string{"/v1/", "/.well-known/", "/openapi.json", "/openapi.yaml", "/openapi-3.0.json", "/openapi-3.0.yaml"} {
		mux.Handle(path, rest)
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.store.HasAdmin(r.Context()); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ok\n") // if the asker is gone there is nobody to tell
	})
	s.handler = mux
	return nil
}

// Handler serves everything.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.now.Load().handler.ServeHTTP(w, r) })
}

// Sweep removes artifacts that no release has: what a server that was killed in the middle of a publish left. Nobody may be
// publishing meanwhile.
func (s *Server) Sweep(ctx context.Context) (removed int, err error) {
	used := map[string]bool{}
	if err := s.store.Digests(ctx, func(d string) error { used[d] = true; return nil }); err != nil {
		return 0, err
	}
	err = s.blobs.List(ctx, func(d string) error {
		if used[d] {
			return nil
		}
		removed++
		return s.blobs.Delete(ctx, d)
	})
	return removed, err
}

// clientAddr is who is counted by address. It believes X-Forwarded-For as far as it was written by proxies that are trusted. Whoever
// has one IPv6 address has the 2^64 of its network.
func (s *Server) clientAddr(r *http.Request) string {
	addr := s.forwarded(r)
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Unmap().Is4() {
		return addr
	}
	network, err := a.WithZone("").Prefix(64)
	if err != nil {
		return addr
	}
	return network.String()
}

func (s *Server) forwarded(r *http.Request) string {
	addr := api.RemoteAddr(r)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",") // a proxy may add a line of its own
	for i := len(hops) - 1; i >= 0 && s.trusted(addr); i-- {
		hop := strings.TrimSpace(hops[i])
		if _, err := netip.ParseAddr(hop); err != nil {
			break
		}
		addr = hop
	}
	return addr
}

func (s *Server) trusted(addr string) bool {
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return false
	}
	for _, p := range s.config.Proxies {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// Sign-ins of one address, good and bad: a second, and at once. A whole house may be one address.
const (
	signInsEach   = 1
	signInsAtOnce = 30
)

// Times of the server.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	countsEvery   = 10 * time.Second
	hooksEvery    = time.Second
	stopTimeout   = 20 * time.Second
	renewEvery    = time.Minute
)

// Serve serves until the context ends, finishes the requests under way, and writes what is pending. It closes the listener.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if s.config.Database == "" && s.config.Artifacts == "" { // one server has all of it, so that nobody is publishing now
		n, err := s.Sweep(ctx)
		if err != nil {
			return errors.Join(fmt.Errorf("registry: sweep: %w", err), l.Close())
		}
		if n > 0 {
			s.config.Log.Info("removed artifacts of publishes that did not end", "artifacts", n)
		}
	}
	h := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: 64 << 10}
	var wg sync.WaitGroup
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer wg.Wait()
	defer stop()
	tick := time.NewTicker(countsEvery)
	defer tick.Stop()
	wg.Go(func() { s.counter.Run(work, tick.C) })
	post := time.NewTicker(hooksEvery)
	defer post.Stop()
	wg.Go(func() { s.courier.Run(work, post.C) })
	renew := time.NewTicker(renewEvery)
	defer renew.Stop()
	wg.Go(func() { s.renew(work, renew.C) })
	stopped := make(chan error, 1)
	wg.Go(func() {
		<-ctx.Done()
		end, cancel := context.WithTimeout(work, stopTimeout)
		defer cancel()
		stopped <- h.Shutdown(end)
	})
	if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("registry: %w", err)
	}
	return <-stopped
}

// renew keeps what runs out from running out: metadata and revocation lists.
func (s *Server) renew(ctx context.Context, tick <-chan time.Time) {
	for {
		if s.House().Outdated() {
			if err := s.Reload(ctx); err != nil && ctx.Err() == nil {
				s.config.Log.Error("there is a new root, and the registry cannot go over to it", "error", err)
			}
		}
		if err := s.House().Renew(ctx); err != nil && ctx.Err() == nil {
			s.config.Log.Error("trust could not be renewed; hosts refuse installs once it has expired", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
	}
}

// House is the trust that the registry stands in.
func (s *Server) House() *house.House { return s.now.Load().house }

// Store is the database.
func (s *Server) Store() store.Store { return s.store }

// Close closes the database and the artifacts.
func (s *Server) Close() error { return errors.Join(s.closeBlobs(), s.store.Close()) }
