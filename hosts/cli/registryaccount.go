package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/server"
)

func newRegistryAccountCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Manage accounts: list, disable, enable, change passwords",
		Long: `Account speaks to a registry that runs, as an administrator. Whoever holds the data needs no token: with --data, or --database,
the commands change it directly, whether the registry runs or not. New accounts are made by "dougong registry user add".`,
		Example: "  dougong registry account disable bob\n  dougong registry account password ann --data registry-data",
	}
	return group(cmd, newRegistryAccountListCommand(), newRegistryAccountDisableCommand(), newRegistryAccountEnableCommand(), newRegistryAccountPasswordCommand())
}

func newRegistryAccountListCommand() *cobra.Command {
	return asking("list", "List accounts (administrators)", "account list", cobra.NoArgs, func(cmd *cobra.Command, c *client.Client, _ []string) error {
		w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
		for after := ""; ; {
			var page []api.Account
			if err := c.Get(cmd.Context(), "/v1/accounts?"+url.Values{"after": {after}}.Encode(), &page); err != nil {
				return err
			}
			if len(page) == 0 {
				return w.Flush()
			}
			for _, a := range page {
				role, state, by := "account", "active", "password"
				if a.Admin {
					role = "administrator"
				}
				if a.Disabled {
					state = "disabled"
				}
				if a.Provider != "" {
					by = a.Provider
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Name, role, state, by)
				after = a.Name
			}
		}
	})
}

// byDataOrAPI makes a command that changes the data directly if --data or --database names it, and asks the registry otherwise.
func byDataOrAPI(cmd *cobra.Command, byData func(*cobra.Command, *server.Server, string) error, byAPI func(*cobra.Command, *client.Client, string) error) *cobra.Command {
	var data, database, trust string
	cmd.Flags().StringVar(&data, "data", "", "folder of the registry's data, to change it directly")
	cmd.Flags().StringVar(&database, "database", "", "PostgreSQL address, to change it directly")
	cmd.Flags().StringVar(&trust, "trust", "", "folder of the house's trust, if the registry has another than its own")
	cmd.Args = cobra.ExactArgs(1)
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if data == "" && database == "" {
			c, err := registryClient(cmd)
			if err != nil {
				return err
			}
			defer c.Close()
			return byAPI(cmd, c, args[0])
		}
		if data == "" {
			data = "registry-data"
		}
		s, err := server.Open(cmd.Context(), server.Config{Data: data, Database: database, Trust: trust, Keyless: true})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		return byData(cmd, s, args[0])
	}
	return registryFlag(cmd)
}

func newRegistryAccountDisableCommand() *cobra.Command {
	return byDataOrAPI(&cobra.Command{
		Use:     "disable NAME",
		Short:   "Shut an account out: its sessions and tokens end at once, on every replica",
		Long:    "Disable ends an account's sessions and tokens for good; what it has published stays. The last administrator can be disabled by whoever holds the data alone.",
		Example: "  dougong registry account disable bob",
	}, func(cmd *cobra.Command, s *server.Server, name string) error {
		return s.Desk.Shut(cmd.Context(), accounts.Identity{}, name)
	}, func(cmd *cobra.Command, c *client.Client, name string) error {
		return c.Post(cmd.Context(), accountPath(name, "disable"), nil, nil)
	})
}

func newRegistryAccountEnableCommand() *cobra.Command {
	return byDataOrAPI(&cobra.Command{
		Use:     "enable NAME",
		Short:   "Let an account in again; it needs new tokens",
		Example: "  dougong registry account enable bob",
	}, func(cmd *cobra.Command, s *server.Server, name string) error {
		return s.Desk.Admit(cmd.Context(), accounts.Identity{}, name)
	}, func(cmd *cobra.Command, c *client.Client, name string) error {
		return c.Post(cmd.Context(), accountPath(name, "enable"), nil, nil)
	})
}

func accountPath(name, what string) string { return "/v1" + client.Path("accounts", name, what) }

func newRegistryAccountPasswordCommand() *cobra.Command {
	var tokens bool
	fresh := func(cmd *cobra.Command, in *bufio.Reader) (string, error) {
		return secretFrom(cmd, in, passwordVariable, "new password")
	}
	cmd := byDataOrAPI(&cobra.Command{
		Use:   "password NAME",
		Short: "Give an account another password; its sessions end at once",
		Long: `Password reads the new password from ` + passwordVariable + `, or a line of standard input. For one's own account it asks for the current
one before, in ` + currentVariable + ` or the line before.`,
		Example: "  dougong registry account password bob --revoke-tokens",
	}, func(cmd *cobra.Command, s *server.Server, name string) error {
		password, err := fresh(cmd, bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 4096)))
		if err != nil {
			return err
		}
		return s.Desk.ResetPassword(cmd.Context(), accounts.Identity{}, name, password, tokens)
	}, func(cmd *cobra.Command, c *client.Client, name string) (err error) {
		in, ask := bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 4096)), api.NewPassword{Tokens: tokens}
		if own, err := isOwn(cmd.Context(), c, name); err != nil {
			return err
		} else if own {
			if ask.Current, err = secretFrom(cmd, in, currentVariable, "current password"); err != nil {
				return err
			}
		}
		if ask.Password, err = fresh(cmd, in); err != nil {
			return err
		}
		return c.Put(cmd.Context(), accountPath(name, "password"), ask, nil)
	})
	cmd.Flags().BoolVar(&tokens, "revoke-tokens", false, "revoke the account's API tokens as well")
	return cmd
}

// isOwn tells whether the client's token is of an account.
func isOwn(ctx context.Context, c *client.Client, name string) (bool, error) {
	var me api.Whoami
	if err := c.Get(ctx, "/v1/whoami", &me); err != nil {
		return false, err
	}
	return me.Account == name, nil
}
