package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/store"
)

// Variables that the registry's commands read.
const (
	registryVariable = "DOUGONG_REGISTRY"       // address
	tokenVariable    = "DOUGONG_REGISTRY_TOKEN" // never a flag: other users of a machine see flags
	passwordVariable = "DOUGONG_PASSWORD"
	currentVariable  = "DOUGONG_CURRENT_PASSWORD"
	oidcVariable     = "DOUGONG_OIDC_SECRET"
	idTokenVariable  = "DOUGONG_ID_TOKEN" // of the sign-in provider, as pipelines have it
	defaultRegistry  = "http://127.0.0.1:7800"
	addressFile      = "address" // in the data folder of a registry that runs
)

func newRegistryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "registry",
		Short: "Run a registry, and manage what is in one",
		Long: `A registry keeps the plugins and mini-programs that organisations publish. "serve" runs one; the other commands speak to
one that runs, at --registry or ` + registryVariable + `, with the token in ` + tokenVariable + `.`,
		Example: "  dougong registry serve --data data\n  dougong registry search 支付\n  dougong registry org claim acme com.acme",
	}
	return group(cmd, newRegistryServeCommand(), newRegistryUserCommand(), newRegistryAccountCommand(), newRegistryLoginCommand(), newRegistryTokenCommand(), newRegistryOrgCommand(), newRegistryWebhookCommand(),
		newRegistrySearchCommand(), newRegistryYankCommand(), newRegistryDeprecateCommand(), newRegistryVisibilityCommand(), newRegistryApproveCommand(), newRegistryTakedownCommand(), newRegistryWitnessCommand(), newRegistryGetCommand(), newRegistryMirrorCommand(), newRegistryBackupCommand(), newRegistryRestoreCommand())
}

// registryFlag adds --registry to a command that speaks to one.
func registryFlag(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().String("registry", "", "address of the registry, or the data folder of one that runs here (default $"+registryVariable+", or "+defaultRegistry+")")
	return cmd
}

// registryClient makes the client of a command.
func registryClient(cmd *cobra.Command) (*client.Client, error) {
	address, err := cmd.Flags().GetString("registry")
	if err != nil {
		return nil, err
	}
	address = cmp.Or(address, os.Getenv(registryVariable), defaultRegistry)
	if text, err := os.ReadFile(filepath.Join(address, addressFile)); err == nil { // the folder of one that runs here
		address = strings.TrimSpace(string(text))
	}
	return client.New(address, os.Getenv(tokenVariable))
}

// secret reads a password or passphrase from a variable, or else a line of standard input.
func secret(cmd *cobra.Command, variable, what string) (string, error) {
	return secretFrom(cmd, bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 4096)), variable, what)
}

// secretFrom is secret for a command that reads several from its standard input.
func secretFrom(cmd *cobra.Command, in *bufio.Reader, variable, what string) (string, error) {
	if v := os.Getenv(variable); v != "" {
		return v, nil
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "%s: ", what)
	line, err := in.ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", errors.Join(fmt.Errorf("no %s was given\nnext: set %s, or write it on standard input", what, variable), ignoreEOF(err))
	}
	return line, nil
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// kindFlag adds --miniprogram.
func kindFlag(cmd *cobra.Command) func() store.Kind {
	mini := cmd.Flags().Bool("miniprogram", false, "it is a mini-program")
	return func() store.Kind {
		if *mini {
			return store.MiniProgram
		}
		return store.Plugin
	}
}

func newRegistrySearchCommand() *cobra.Command {
	var capability, category, org string
	cmd := registryFlag(&cobra.Command{
		Use:     "search [WORD…]",
		Short:   "Find plugins and mini-programs",
		Example: "  dougong registry search 支付\n  dougong registry search --capability dougong.payment/v1",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := registryClient(cmd)
			if err != nil {
				return err
			}
			defer c.Close()
			filters := url.Values{}
			for name, v := range map[string]string{"capability": capability, "category": category, "org": org} {
				if v != "" {
					filters.Set(name, v)
				}
			}
			found, err := c.Search(cmd.Context(), strings.Join(args, " "), filters)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
			for _, r := range found.Results {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Kind, r.ID, r.Latest, r.Organisation, cmp.Or(r.SummaryEN, r.SummaryZH, r.Title))
			}
			if err := w.Flush(); err != nil {
				return err
			}
			if len(found.Results) == 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), "nothing was found")
				return &ExitError{Code: ExitFailed}
			}
			return nil
		},
	})
	cmd.Flags().StringVar(&capability, "capability", "", "that provide a capability")
	cmd.Flags().StringVar(&category, "category", "", "of a category")
	cmd.Flags().StringVar(&org, "org", "", "of an organisation")
	return cmd
}

func newRegistryYankCommand() *cobra.Command {
	var reason string
	var undo bool
	cmd := registryFlag(&cobra.Command{
		Use:     "yank ID VERSION",
		Short:   "Say that a version should not be installed any more",
		Long:    "Yank marks a version. Whoever has pinned it still gets it; nobody else is given it. The files stay.",
		Example: "  dougong registry yank com.acme.face 1.2.0 --reason 'leaks memory'",
		Args:    cobra.ExactArgs(2),
	})
	kind := kindFlag(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	cmd.Flags().BoolVar(&undo, "undo", false, "take it back")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if (reason == "") != undo {
			return fmt.Errorf("say why: --reason TEXT (or --undo to take a yank back)")
		}
		c, err := registryClient(cmd)
		if err != nil {
			return err
		}
		defer c.Close()
		return c.Yank(cmd.Context(), kind(), args[0], args[1], reason)
	}
	return cmd
}

func newRegistryDeprecateCommand() *cobra.Command {
	cmd := registryFlag(&cobra.Command{
		Use:     "deprecate ID [REASON]",
		Short:   "Say that a package should be replaced; without a reason, take that back",
		Example: "  dougong registry deprecate com.acme.face 'use com.acme.vision'",
		Args:    cobra.RangeArgs(1, 2),
	})
	kind := kindFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := registryClient(cmd)
		if err != nil {
			return err
		}
		defer c.Close()
		return c.Deprecate(cmd.Context(), kind(), args[0], strings.Join(args[1:], ""))
	}
	return cmd
}

func newRegistryVisibilityCommand() *cobra.Command {
	cmd := registryFlag(&cobra.Command{
		Use:     "visibility ID public|internal",
		Short:   "Show a package to everybody, or to its organisation's members alone",
		Long:    "Visibility changes who finds and reads a package. What a new package begins as is said by `dougong publish --visibility`, or for all of an organisation by `dougong registry org visibility`. What the log has shown once it goes on showing.",
		Example: "  dougong registry visibility com.acme.face internal",
		Args:    cobra.ExactArgs(2),
	})
	kind := kindFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := registryClient(cmd)
		if err != nil {
			return err
		}
		defer c.Close()
		return c.SetVisibility(cmd.Context(), kind(), args[0], store.Visibility(args[1]))
	}
	return cmd
}

func newRegistryMirrorCommand() *cobra.Command {
	cmd := registryFlag(&cobra.Command{
		Use:   "mirror DIR ID…",
		Short: "Copy packages into a folder, for a house without internet",
		Long: `Mirror writes the packages' metadata, envelopes, proofs and files into a folder, at the addresses that a registry has.
Any web server that gives out the folder is a registry for reading. Running it again fetches what is new.`,
		Example: "  dougong registry mirror /srv/mirror com.acme.face com.acme.pay",
		Args:    cobra.MinimumNArgs(2),
	})
	kind := kindFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := registryClient(cmd)
		if err != nil {
			return err
		}
		defer c.Close()
		return c.Mirror(cmd.Context(), args[0], kind(), args[1:], func(id, version string) { fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", id, version) })
	}
	return cmd
}
