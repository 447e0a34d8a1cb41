package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/client"
)

// asking is a command that speaks to a registry.
func asking(use, short, example string, args cobra.PositionalArgs, do func(*cobra.Command, *client.Client, []string) error) *cobra.Command {
	return registryFlag(&cobra.Command{Use: use, Short: short, Example: "  dougong registry " + example, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		c, err := registryClient(cmd)
		if err != nil {
			return err
		}
		defer c.Close()
		return do(cmd, c, args)
	}})
}

// printJSON prints an answer for people and scripts.
func printJSON(cmd *cobra.Command, v any) error {
	e := json.NewEncoder(cmd.OutOrStdout())
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// tokenFlags add what a token is good for.
func tokenFlags(cmd *cobra.Command) func() api.NewToken {
	scopes := cmd.Flags().StringSlice("scope", []string{"read", "publish"}, "what it is good for: read, publish, yank, manage, admin")
	namespace := cmd.Flags().String("namespace", "", "good for packages within it only")
	days := cmd.Flags().Int("days", 90, "how long it is good for")
	name := cmd.Flags().String("name", "cli", "name to know it by")
	return func() api.NewToken {
		return api.NewToken{Name: *name, Scopes: *scopes, Namespace: *namespace, Days: *days}
	}
}

func newRegistryLoginCommand() *cobra.Command {
	var wants func() api.NewToken
	cmd := asking("login [NAME]", "Print a token, for a name and a password, or for an ID token in $"+idTokenVariable, "login ann", cobra.MaximumNArgs(1), func(cmd *cobra.Command, c *client.Client, args []string) error {
		if len(args) == 0 {
			return loginByIDToken(cmd, c, wants())
		}
		password, err := secret(cmd, passwordVariable, "password")
		if err != nil {
			return err
		}
		var t api.Token
		if err := c.Post(cmd.Context(), "/v1/login", map[string]any{"account": args[0], "password": password, "token": wants()}, &t); err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), t.Secret)
		fmt.Fprintf(cmd.ErrOrStderr(), "next: export %s=…\n", tokenVariable)
		return nil
	})
	wants = tokenFlags(cmd)
	return cmd
}

// loginByIDToken signs a machine in by what its sign-in provider has given it.
func loginByIDToken(cmd *cobra.Command, c *client.Client, wants api.NewToken) error {
	raw := os.Getenv(idTokenVariable)
	if raw == "" {
		return fmt.Errorf("who signs in?\nnext: dougong registry login NAME, or set %s", idTokenVariable)
	}
	var t api.Token
	if err := c.Post(cmd.Context(), "/v1/login/oidc", map[string]any{"idToken": raw, "token": wants}, &t); err != nil {
		return err
	}
	fmt.Fprintln(cmd.OutOrStdout(), t.Secret)
	return nil
}

func newRegistryTokenCommand() *cobra.Command {
	var wants func() api.NewToken
	create := asking("create", "Make a token and print it, once", "token create --scope publish --namespace com.acme", cobra.NoArgs, func(cmd *cobra.Command, c *client.Client, _ []string) error {
		var t api.Token
		if err := c.Post(cmd.Context(), "/v1/tokens", wants(), &t); err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), t.Secret)
		return nil
	})
	wants = tokenFlags(create)
	list := asking("list", "List the account's tokens", "token list", cobra.NoArgs, func(cmd *cobra.Command, c *client.Client, _ []string) error {
		var all []api.Token
		if err := c.Get(cmd.Context(), "/v1/tokens", &all); err != nil {
			return err
		}
		return printJSON(cmd, all)
	})
	revoke := asking("revoke ID", "Make a token good for nothing, at once", "token revoke 7ab2cd", cobra.ExactArgs(1), func(cmd *cobra.Command, c *client.Client, args []string) error {
		return c.Delete(cmd.Context(), "/v1"+client.Path("tokens", args[0]))
	})
	return group(&cobra.Command{Use: "token", Short: "Manage tokens"}, create, list, revoke)
}

func newRegistryOrgCommand() *cobra.Command {
	org := func(args []string, rest ...string) string {
		return "/v1" + client.Path(append([]string{"orgs", args[0]}, rest...)...)
	}
	show := asking("show ORG", "Show an organisation: namespaces, members, keys", "org show acme", cobra.ExactArgs(1), func(cmd *cobra.Command, c *client.Client, args []string) error {
		var o api.Organisation
		if err := c.Get(cmd.Context(), org(args), &o); err != nil {
			return err
		}
		return printJSON(cmd, o)
	})
	create := asking("create ORG TITLE", "Make an organisation", "org create acme 'Acme 股份有限公司'", cobra.ExactArgs(2), func(cmd *cobra.Command, c *client.Client, args []string) error {
		return c.Post(cmd.Context(), "/v1/orgs", map[string]string{"name": args[0], "title": args[1]}, nil)
	})
	var undo bool
	verify := asking("verify ORG", "Say that an organisation is who it says it is (administrators)", "org verify acme", cobra.ExactArgs(1), func(cmd *cobra.Command, c *client.Client, args []string) error {
		if undo {
			return c.Delete(cmd.Context(), org(args, "verify"))
		}
		return c.Post(cmd.Context(), org(args, "verify"), nil, nil)
	})
	verify.Long = "An organisation publishes once an administrator has verified it and approved its namespace (org approve). --undo takes that back: what is published stays, nothing more is."
	verify.Flags().BoolVar(&undo, "undo", false, "take it back")
	list := asking("list", "List all organisations, and which are verified (administrators)", "org list", cobra.NoArgs, func(cmd *cobra.Command, c *client.Client, _ []string) error {
		var all []api.Organisation
		if err := c.Get(cmd.Context(), "/v1/orgs", &all); err != nil {
			return err
		}
		w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
		for _, o := range all {
			state := "unverified"
			if o.Verified {
				state = "verified"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", o.Name, state, o.Title)
		}
		return w.Flush()
	})
	claim := asking("claim ORG NAMESPACE", "Claim a namespace for an organisation", "org claim acme com.acme", cobra.ExactArgs(2), func(cmd *cobra.Command, c *client.Client, args []string) error {
		return c.Post(cmd.Context(), org(args, "namespaces"), map[string]string{"name": args[1]}, nil)
	})
	approve := asking("approve NAMESPACE", "Say that a namespace belongs to who claims it (administrators)", "org approve com.acme", cobra.ExactArgs(1), func(cmd *cobra.Command, c *client.Client, args []string) error {
		return c.Post(cmd.Context(), "/v1"+client.Path("namespaces", args[0], "verify"), nil, nil)
	})
	member := asking("member ORG ACCOUNT ROLE", "Give an account a role: reader, publisher, owner, or none", "org member acme bob publisher", cobra.ExactArgs(3), func(cmd *cobra.Command, c *client.Client, args []string) error {
		if args[2] == "none" {
			return c.Delete(cmd.Context(), org(args, "members", args[1]))
		}
		return c.Put(cmd.Context(), org(args, "members", args[1]), map[string]string{"role": args[2]}, nil)
	})
	addKey := asking("add-key ORG KEYFILE", "Register the public half of a key that releases are signed by", "org add-key acme acme.key", cobra.ExactArgs(2), func(cmd *cobra.Command, c *client.Client, args []string) error {
		k, err := publicKey(args[1])
		if err != nil {
			return err
		}
		return c.Post(cmd.Context(), org(args, "keys"), k, nil)
	})
	visibility := asking("visibility ORG public|internal", "Say what an organisation's packages begin as", "org visibility acme internal", cobra.ExactArgs(2), func(cmd *cobra.Command, c *client.Client, args []string) error {
		return c.Put(cmd.Context(), org(args, "visibility"), map[string]string{"visibility": args[1]}, nil)
	})
	var reason string
	revokeKey := asking("revoke-key ORG KEYID", "Make a key good for nothing from now on", "org revoke-key acme 5f… --reason stolen", cobra.ExactArgs(2), func(cmd *cobra.Command, c *client.Client, args []string) error {
		return c.Post(cmd.Context(), org(args, "keys", args[1], "revoke"), map[string]string{"reason": reason}, nil)
	})
	revokeKey.Flags().StringVar(&reason, "reason", "", "why")
	audit := asking("audit ORG", "Show what was done in an organisation, newest first", "org audit acme", cobra.ExactArgs(1), func(cmd *cobra.Command, c *client.Client, args []string) error {
		var events []api.Event
		if err := c.Get(cmd.Context(), org(args, "audit"), &events); err != nil {
			return err
		}
		return printJSON(cmd, events)
	})
	return group(&cobra.Command{Use: "org", Short: "Manage organisations, namespaces, members and keys"}, show, list, create, verify, claim, approve, member, visibility, addKey, revokeKey, audit)
}

// publicKey reads the public half of a key file, which needs no passphrase, or a file that holds nothing else.
func publicKey(file string) (key.Key, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return key.Key{}, err
	}
	var sealed struct {
		Public *key.Key `json:"public"`
	}
	k := key.Key{}
	if err := errors.Join(json.Unmarshal(text, &sealed), json.Unmarshal(text, &k)); err != nil {
		return k, fmt.Errorf("%s is no key: %w", file, err)
	}
	if sealed.Public != nil {
		k = *sealed.Public
	}
	if _, err := k.Public(); err != nil {
		return k, fmt.Errorf("%s: %w", file, err)
	}
	return k, nil
}
