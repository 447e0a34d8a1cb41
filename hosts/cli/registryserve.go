package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/orgs"
	"github.com/dougong-dev/dougong/registry/server"
	"github.com/dougong-dev/dougong/registry/sso"
)

// operatorTokenLife is how long the token of a new account is good for.
const operatorTokenLife = 30 * 24 * time.Hour

func dataFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("data", "registry-data", "folder of the registry's data")
}

func newRegistryServeCommand() *cobra.Command {
	c := server.Config{}
	var passphrase passphraseFlags
	var outside deviceFlags
	var listen string
	var proxies, inside, roles []string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run a registry with its marketplace",
		Long: `Serve runs the API and the marketplace. By default everything is kept in one folder: a SQLite database, the files, and a
house of trust that the registry makes for itself at its first start. With --trust it stands in the trust of the house in that
folder (dougong trust init): the registry keeps that house's log, takes releases signed by its vendors, and gives out evidence
that hosts accept who pin its root.json.

Several servers can share a PostgreSQL database (--database) and a bucket or an OCI registry (--artifacts); each then needs a
copy of the house's folder.

It speaks HTTP. Outside of one machine, put a proxy with a certificate in front of it, and say so by --secure and --proxy.`,
		Example: "  dougong registry user add ann --admin && dougong registry serve",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if c.Proxies, err = prefixes("proxy", proxies); err != nil {
				return err
			}
			if err := housePassphrase(cmd, &c, &passphrase, &outside); err != nil {
				return err
			}
			if c.Webhooks, err = prefixes("webhook-allow", inside); err != nil {
				return err
			}
			for _, r := range roles {
				g, err := orgs.ParseGroupRole(r)
				if err != nil {
					return fmt.Errorf("--oidc-role %w", err)
				}
				c.Groups.Roles = append(c.Groups.Roles, g)
			}
			c.OIDC.ClientSecret = os.Getenv(oidcVariable)
			c.Log, c.Version = slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil)), version()
			return serveRegistry(cmd, c, listen)
		},
	}
	cmd.Flags().StringVar(&c.Data, "data", "registry-data", "folder of the registry's data")
	cmd.Flags().StringVar(&listen, "listen", server.DefaultListen, "address to listen on")
	cmd.Flags().StringVar(&c.Database, "database", "", "PostgreSQL address (default SQLite in the data folder)")
	cmd.Flags().StringVar(&c.Artifacts, "artifacts", "", "where files are kept: a bucket, s3://NAME?endpoint=…, or a repository of an OCI registry, oci://HOST/REPOSITORY (default a folder in the data folder)")
	cmd.Flags().StringVar(&c.Trust, "trust", "", "folder of the house's trust (default: a house of the registry's own, in the data folder)")
	passphrase.add(cmd)
	outside.add(cmd)
	cmd.Flags().BoolVar(&c.AutoVerify, "auto-verify", false, "approve organisations and namespaces at once")
	cmd.Flags().BoolVar(&c.Private, "private", false, "show nothing to whoever is not signed in")
	cmd.Flags().BoolVar(&c.Secure, "secure", false, "browsers come by https")
	cmd.Flags().StringSliceVar(&proxies, "proxy", nil, "addresses of proxies whose X-Forwarded-For is believed")
	cmd.Flags().StringVar(&c.Policy, "publish-policy", "", "file with a CEL rule that decides what may be published")
	cmd.Flags().StringVar(&c.URL, "url", "", "address of the registry for browsers (default what they ask for)")
	oidcFlags(cmd, &c, &roles)
	cmd.Flags().StringSliceVar(&inside, "webhook-allow", nil, "addresses inside the house that webhooks may lead to (default public ones only)")
	return cmd
}

// housePassphrase reads the passphrase of the house's keys: a house that is named needs one, the registry's own may do without.
func housePassphrase(cmd *cobra.Command, c *server.Config, p *passphraseFlags, outside *deviceFlags) (err error) {
	if outside.program != "" {
		if c.Trust == "" {
			return errors.New("--token is for the keys of a house that --trust names")
		}
		c.Token = func(ctx context.Context, suite *gm.Suite, keys string) (authority.Token, error) {
			return outside.open(ctx, func() (authority.Token, error) {
				text, err := p.read(cmd)
				return authority.NewFolder(suite, keys, text, authority.Sealing{}), err
			})
		}
		return nil
	}
	if c.Trust != "" || p.file != "" || os.Getenv(passphraseEnv) != "" {
		c.Passphrase, err = p.read(cmd)
	}
	return err
}

// oidcFlags say who signs people in.
func oidcFlags(cmd *cobra.Command, c *server.Config, roles *[]string) {
	cmd.Flags().StringVar(&c.OIDC.Issuer, "oidc-issuer", "", "OpenID Connect provider that signs people in, besides passwords; it leads back to /oidc/callback")
	cmd.Flags().StringVar(&c.OIDC.ClientID, "oidc-client", "dougong-registry", "name of this registry there; its secret is in $"+oidcVariable)
	cmd.Flags().StringSliceVar(&c.OIDC.Scopes, "oidc-scope", []string{"profile"}, "what to ask it for, besides openid")
	cmd.Flags().StringVar(&c.OIDC.GroupsClaim, "oidc-groups", sso.DefaultGroupsClaim, "claim that holds a person's groups")
	cmd.Flags().StringSliceVar(roles, "oidc-role", nil, "GROUP=ORGANISATION:ROLE, the role that a group's members have (reader, publisher, owner)")
	cmd.Flags().StringVar(&c.Groups.Admin, "oidc-admins", "", "group whose members are administrators")
	cmd.Flags().StringVar(&c.Groups.Require, "oidc-require", "", "group that alone may sign in")
}

func prefixes(flag string, list []string) (out []netip.Prefix, err error) {
	for _, p := range list {
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			return nil, fmt.Errorf("--%s %q: expected ADDRESS/BITS, such as 10.0.0.0/8", flag, p)
		}
		out = append(out, prefix)
	}
	return out, nil
}

func serveRegistry(cmd *cobra.Command, c server.Config, listen string) (err error) {
	s, err := server.Open(cmd.Context(), c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("%w\nnext: choose another address: --listen 127.0.0.1:0", err)
	}
	if ok, err := s.Store().HasAdmin(cmd.Context()); err == nil && !ok {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: there is no administrator yet\nnext: dougong registry user add NAME --admin --data %s\n", c.Data)
	}
	address, file := "http://"+l.Addr().String(), filepath.Join(c.Data, addressFile)
	if err := os.WriteFile(file, []byte(address+"\n"), 0o600); err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, os.Remove(file)) }()
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	var reloads sync.WaitGroup
	defer reloads.Wait()
	life, end := context.WithCancel(cmd.Context())
	defer end()
	reloads.Go(func() { s.ReloadOn(life, hangup) })
	fmt.Fprintf(cmd.OutOrStdout(), "registry at %s\n", address)
	return s.Serve(cmd.Context(), l)
}

func newRegistryUserCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Manage accounts, for whoever holds the data"}
	return group(cmd, newRegistryUserAddCommand())
}

func newRegistryUserAddCommand() *cobra.Command {
	var admin bool
	var database, trust string
	cmd := &cobra.Command{
		Use:     "add NAME",
		Short:   "Make an account in a registry's data, and print a token of it",
		Example: "  dougong registry user add ann --admin --data registry-data",
		Args:    cobra.ExactArgs(1),
	}
	data := dataFlag(cmd)
	cmd.Flags().BoolVar(&admin, "admin", false, "an administrator: verifies organisations and namespaces")
	cmd.Flags().StringVar(&database, "database", "", "PostgreSQL address (default SQLite in the data folder)")
	cmd.Flags().StringVar(&trust, "trust", "", "folder of the house's trust, if the registry is to have another than its own")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		password, err := secret(cmd, passwordVariable, "password of the new account")
		if err != nil {
			return err
		}
		s, err := server.Open(cmd.Context(), server.Config{Data: *data, Database: database, Trust: trust, Keyless: true})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		token, err := addUser(cmd.Context(), s, args[0], password, admin)
		if err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), token)
		fmt.Fprintf(cmd.ErrOrStderr(), "made the account %s; its token is above, good for 30 days\nnext: export %s=…\n", args[0], tokenVariable)
		return nil
	}
	return cmd
}

func addUser(ctx context.Context, s *server.Server, name, password string, admin bool) (string, error) {
	a, err := s.Desk.Bootstrap(ctx, accounts.Identity{}, name, password, admin)
	if err != nil {
		return "", err
	}
	var scopes []string
	for _, scope := range accounts.Scopes() {
		if scope != accounts.ScopeAdmin || admin {
			scopes = append(scopes, string(scope))
		}
	}
	token, _, err := s.Desk.IssueToken(ctx, accounts.Session(a), "first", scopes, "", operatorTokenLife)
	return token, err
}

func newRegistryBackupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "backup FILE.tar",
		Short:   "Copy everything that a registry keeps in its folder, while it runs",
		Long:    "Backup copies database, files and the registry's own house with its keys. Whoever has the copy can sign the log: keep it as safe as the folder. A house elsewhere (serve --trust) is backed up by itself.",
		Example: "  dougong registry backup --data registry-data registry.tar",
		Args:    cobra.ExactArgs(1),
	}
	data := dataFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		f, err := os.CreateTemp(filepath.Dir(args[0]), ".backup-")
		if err != nil {
			return err
		}
		defer func() {
			if err != nil {
				_ = os.Remove(f.Name()) // the error is the one before
			}
		}()
		if err := errors.Join(server.Backup(cmd.Context(), *data, f), f.Sync(), f.Close()); err != nil {
			return err
		}
		return os.Rename(f.Name(), args[0])
	}
	return cmd
}

func newRegistryRestoreCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "restore FILE.tar",
		Short:   "Make a registry's folder of a backup",
		Example: "  dougong registry restore --data registry-data registry.tar",
		Args:    cobra.ExactArgs(1),
	}
	data := dataFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		f, err := os.Open(args[0])
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // only read
		return server.Restore(cmd.Context(), f, *data)
	}
	return cmd
}
