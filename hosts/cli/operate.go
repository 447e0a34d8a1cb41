package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/admin"
)

// adminFlags say which running host a command speaks to.
type adminFlags struct{ socket string }

func (f *adminFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.socket, "socket", "", "the host's admin socket (default: that of the configuration)")
}

// dial finds the host.
func (f *adminFlags) dial(args []string) (*admin.Client, error) {
	if f.socket != "" {
		return admin.Dial(f.socket), nil
	}
	cfg, err := readConfig(target(args))
	if err != nil {
		return nil, err
	}
	if cfg.Admin.Socket == "" {
		return nil, errNoAdmin
	}
	return admin.Dial(cfg.Abs(cfg.Admin.Socket)), nil
}

func newPluginSwapCommand() *cobra.Command {
	var flags adminFlags
	var path string
	var accept bool
	cmd := &cobra.Command{
		Use:   "swap PLUGIN [SUPERAPP.yaml]",
		Short: "Replace a plugin of a running super-app, without dropping a call",
		Long: `Swap starts the version in the folder --path beside the one that runs, sends calls there once it is ready, and stops the
one before when it has ended what it had begun. Without --path a fresh instance of the same version takes over. If
anything is wrong with the new version, the old one stays. The configuration file is not changed: write the path there to
keep the version.`,
		Example: "  dougong plugin swap com.example.pay --path plugins/pay-1.1.0",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := flags.dial(args[1:])
			if err != nil {
				return err
			}
			if path != "" {
				if path, err = filepath.Abs(path); err != nil { // the host may work in another folder
					return err
				}
			}
			report, err := client.Swap(cmd.Context(), admin.SwapRequest{Plugin: args[0], Path: path, Accept: accept})
			if err != nil {
				return &ExitError{Code: ExitFailed, Err: err}
			}
			printChanges(cmd.OutOrStdout(), report)
			return nil
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&path, "path", "", "folder of the new version")
	cmd.Flags().BoolVar(&accept, "accept", false, "take a version that requires more of the host than the one before")
	return cmd
}

func newPluginReloadCommand() *cobra.Command {
	var flags adminFlags
	var accept bool
	cmd := &cobra.Command{
		Use:   "reload [SUPERAPP.yaml]",
		Short: "Have a running super-app read its configuration again",
		Long: `Reload compares the configuration with the one that the host runs by, and adds, removes, configures and replaces plugins
as need be. If anything is wrong with it, nothing is changed and all reasons are listed.`,
		Example: "  dougong plugin reload superapp.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			client, err := flags.dial(args)
			if err != nil {
				return err
			}
			report, err := client.Reload(cmd.Context(), admin.ReloadRequest{Accept: accept})
			if err != nil {
				return &ExitError{Code: ExitFailed, Err: err}
			}
			printChanges(cmd.OutOrStdout(), report)
			return nil
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&accept, "accept", false, "take versions that require more of the host than those before")
	return cmd
}

// listSettings shows the configuration of the plugins. Where a secret comes from may be seen, what it is may not.
func listSettings(out io.Writer, cfg *config.Config) error {
	for i := range cfg.Plugins {
		p := &cfg.Plugins[i]
		text, err := json.Marshal(p.Shown())
		if err != nil {
			return fmt.Errorf("configuration of plugin %q: %w", p.Name(), err)
		}
		fmt.Fprintf(out, "%s %s\n", p.Name(), text)
		for _, name := range slices.Sorted(maps.Keys(p.Secrets)) {
			kind, _, _ := strings.Cut(p.Secrets[name], ":")
			fmt.Fprintf(out, "  secret %s: %s (from %s)\n", name, config.Mask, kind)
		}
	}
	return nil
}
