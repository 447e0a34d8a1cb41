// Package server puts the registry together: store, artifacts, log, API and marketplace behind one handler, and its life from
// start to a clean stop.
//
//	s, err := server.Open(ctx, server.Config{Data: "data"})
//	err = s.Serve(ctx, listener)
//
// It is the only package that knows all parts, and it must not know any host.
package server

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/registry/orgs"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/sso"
)

// Defaults of a Config.
const (
	DefaultListen    = "127.0.0.1:7800"
	DefaultRequests  = 200 // a second, for an account or an address
	DefaultStall     = 30 * time.Second
	DefaultMaxUpload = time.Hour
	// DefaultSession is how long a browser stays signed in.
	DefaultSession = 12 * time.Hour
)

// Config is how a registry runs.
type Config struct {
	Data string // folder: the database and the artifacts unless they are elsewhere, and the registry's own house
	// Database is a PostgreSQL address; empty: SQLite in Data.
	Database string
	// Artifacts is the address of a bucket (s3://…) or of a repository of an OCI registry (oci://…); empty: a folder in Data.
	Artifacts string
	// Trust is the folder of the house whose trust this is (dougong trust init). Empty: the registry makes a house of its own in
	// Data at its first start.
	Trust string
	// Passphrase opens the house's key files. Empty: that of the registry's own house is in a file beside the keys.
	Passphrase []byte
	// Token opens the keys of the house that Trust names, if they are not all in its folder of key files, with Passphrase.
	Token func(ctx context.Context, suite *gm.Suite, keys string) (authority.Token, error)
	// Keyless opens the data without the house's keys: accounts can be managed, and nothing be signed.
	Keyless bool
	// AutoVerify approves organisations and namespaces at once.
	AutoVerify bool
	// Private shows nothing to whoever has no token.
	Private bool
	// Secure says that browsers come by https, by a proxy that has the certificate.
	Secure bool
	// URL is the registry's address for browsers, if it is not what they ask for: sign-in providers lead back to it.
	URL string
	// OIDC signs people in besides passwords, if it has an issuer; Groups says what the provider's groups mean.
	OIDC   sso.Config
	Groups orgs.Groups
	// Proxies are the addresses whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	// Webhooks are addresses inside the house that webhooks may lead to; without any they lead to public ones only.
	Webhooks []netip.Prefix
	// Policy is the file of a rule that decides what may be published; empty: whatever is in order.
	Policy string
	// Requests bounds requests a second of one account or address.
	Requests  float64
	Limits    release.Limits
	Stall     time.Duration
	MaxUpload time.Duration
	Log       *slog.Logger
	Now       func() time.Time
	Version   string
}

// withDefaults fills in what is not said, and says what cannot be.
func (c Config) withDefaults() (Config, error) {
	if c.Data == "" {
		return c, fmt.Errorf("registry: a data folder is needed")
	}
	c.Requests = cmp.Or(c.Requests, DefaultRequests)
	c.Stall = cmp.Or(c.Stall, DefaultStall)
	c.MaxUpload = cmp.Or(c.MaxUpload, DefaultMaxUpload)
	c.Version = cmp.Or(c.Version, "dev")
	if c.Limits == (release.Limits{}) {
		c.Limits = release.DefaultLimits
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.URL = strings.TrimSuffix(c.URL, "/")
	if c.OIDC.Now == nil {
		c.OIDC.Now = c.Now
	}
	if c.OIDC.Issuer != "" {
		if err := c.OIDC.Validate(); err != nil {
			return c, fmt.Errorf("registry: %w", err)
		}
	}
	return c, nil
}

// Files of the data folder.
func (c Config) databaseFile() string    { return filepath.Join(c.Data, "registry.db") }
func (c Config) artifactsFolder() string { return filepath.Join(c.Data, "artifacts") }
func (c Config) houseFolder() string     { return cmp.Or(c.Trust, filepath.Join(c.Data, "house")) }
