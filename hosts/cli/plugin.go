package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/pdk/go"
)

func newPluginCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "plugin",
		Short:   "Make, build, test and pack a plugin; list, call and operate those of a super-app",
		Example: "  dougong plugin new acme-face --id com.acme.face\n  dougong plugin test acme-face && dougong plugin pack acme-face\n  dougong plugin list superapp.yaml\n  dougong plugin call superapp.yaml wx.getLocation '{\"type\":\"gcj02\"}'\n  dougong plugin top superapp.yaml",
	}
	return group(cmd, newNewPluginCommand("new NAME", "  dougong plugin new acme-face --id com.acme.face --lang go"), newPluginBuildCommand(), newPluginTestCommand(),
		newPluginPackCommand(), newPluginListCommand(), newPluginCallCommand(),
		newPluginTopCommand(), newPluginSwapCommand(), newPluginReloadCommand())
}

func newPluginListCommand() *cobra.Command {
	var flags hostFlags
	var settings bool
	cmd := &cobra.Command{
		Use:     "list [SUPERAPP.yaml | MINIPROGRAM]",
		Short:   "Start the plugins of a super-app and list what they provide",
		Example: "  dougong plugin list examples/superapps/demo/superapp.yaml\n  dougong plugin list --plugins bin/plugins examples/miniapps/notes",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withKernel(cmd, target(args), &flags, func(_ context.Context, k *core.Kernel, cfg *config.Config) error {
				if settings {
					return listSettings(cmd.OutOrStdout(), cfg)
				}
				return listPlugins(cmd.OutOrStdout(), k)
			})
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&settings, "config", false, "show the plugins' configuration instead, secrets masked")
	return cmd
}

func target(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return config.FileName
}

func listPlugins(out io.Writer, k *core.Kernel) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tVERSION\tRUNTIME\tPROVIDES")
	for _, p := range k.Plugins() {
		runtime := "process"
		if p.Manifest.Runtime.Wasm != nil {
			runtime = "wasm"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.ID, p.Version, runtime, provides(k, p))
	}
	return w.Flush()
}

// provides lists a plugin's capabilities; one that another plugin was chosen for stands in parentheses.
func provides(k *core.Kernel, p core.PluginInfo) string {
	out := make([]string, len(p.Provides))
	for i, name := range p.Provides {
		out[i] = name
		if chosen := k.Catalogue().Provider(name); chosen == nil || chosen.ID() != p.ID {
			out[i] = "(" + name + ")"
		}
	}
	return strings.Join(out, ", ")
}

func newPluginCallCommand() *cobra.Command {
	var flags hostFlags
	var app, user string
	cmd := &cobra.Command{
		Use:   "call TARGET METHOD [JSON]",
		Short: "Call a capability of a super-app, as a mini-program would",
		Long: `Call starts the plugins of TARGET (a superapp.yaml, or a mini-program's folder), calls METHOD and prints the answer.
METHOD is an injected name (wx.request): then allow-lists hold and the trace records the call, but every scope is granted. Or
it is capability#method (dougong.trace/v1#read), which is the host's own call: nothing is asked and nothing recorded.`,
		Example: "  dougong plugin call superapp.yaml wx.getLocation '{\"type\":\"gcj02\"}'\n  dougong plugin call superapp.yaml dougong.storage/v1#getStorageInfo --app dg.example.shop",
		Args:    cobra.RangeArgs(2, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			params := "{}"
			if len(args) == 3 {
				params = args[2]
			}
			if !json.Valid([]byte(params)) {
				return fmt.Errorf("the arguments are not JSON: %s\nnext: quote them for the shell: '{\"key\": 1}'", params)
			}
			return withKernel(cmd, args[0], &flags, func(ctx context.Context, k *core.Kernel, cfg *config.Config) error {
				if user == "" {
					user = cfg.Users.Default
				}
				return callMethod(ctx, cmd.OutOrStdout(), k, args[1], &capability.Call{
					Info: pdk.Info{App: app, User: user}, Payload: pdk.Payload{JSON: []byte(params)},
				})
			})
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&app, "app", "dougong.cli", "mini-program in whose name the call is made")
	cmd.Flags().StringVar(&user, "user", "", "user in whose name the call is made (default: the configuration's)")
	return cmd
}

func callMethod(ctx context.Context, out io.Writer, k *core.Kernel, method string, call *capability.Call) error {
	if err := resolve(k, method, call); err != nil {
		return err
	}
	answer, err := k.Call(ctx, call)
	var failure *pdk.Error
	if errors.As(err, &failure) {
		return &ExitError{Code: ExitFailed, Err: err}
	}
	if err != nil {
		return err
	}
	text := string(answer.JSON)
	if text == "" {
		text = "null"
	}
	fmt.Fprintln(out, text)
	for i, blob := range answer.Blobs {
		fmt.Fprintf(out, "attachment %d: %s\n", i, phrase.Count(len(blob), "byte"))
	}
	return nil
}

// resolve finds the capability and method behind a name.
func resolve(k *core.Kernel, name string, call *capability.Call) error {
	if cap, method, ok := strings.Cut(name, "#"); ok {
		call.Capability, call.Method, call.Host = cap, method, true
		return nil
	}
	for _, api := range k.APIs(call.App) {
		if api.Name == name {
			call.Capability, call.Method = api.Capability, api.Method
			return nil
		}
	}
	why, next := k.Absent(name)
	return fmt.Errorf("%s\nnext: %s", why, next)
}

// withKernel starts the plugins of a target, runs f, and stops them.
func withKernel(cmd *cobra.Command, target string, flags *hostFlags, f func(context.Context, *core.Kernel, *config.Config) error) error {
	cfg, err := loadTarget(target, flags, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	cfg.Policy.Prompts = config.PromptsAllow // nobody is there to be asked
	app, err := superapp.Open(cmd.Context(), cfg, superapp.Options{
		Logger: flags.logger(cmd.ErrOrStderr()), Kernel: core.Options{Inside: insideOf(cmd.Context()), Slow: func(what string) { fmt.Fprintln(cmd.ErrOrStderr(), what) }},
	})
	if err != nil {
		return err
	}
	return joinClose(f(cmd.Context(), app.Kernel(), cfg), app.Close)
}
