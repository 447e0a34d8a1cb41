package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/hosts/superapp"
)

// pluginsOfIDs is what --plugins is to commands that start no plugin, but look into each.
const pluginsOfIDs = "folder of plugins that superapp.yaml gives by id alone (default: plugins beside this program)"

// installFlags name the host whose plugins and mini-programs are changed.
type installFlags struct {
	config   string
	data     string
	plugins  string
	root     string
	from     []string
	unsigned bool
}

func (f *installFlags) add(cmd *cobra.Command, sources bool) *cobra.Command {
	cmd.Flags().StringVarP(&f.config, "config", "c", config.FileName, "configuration of the host")
	cmd.Flags().StringVar(&f.data, "data", "", "data folder of the host (default: the configuration's)")
	cmd.Flags().StringVar(&f.plugins, "plugins", "", pluginsOfIDs)
	if sources {
		cmd.Flags().StringVar(&f.root, "root", "", "root of trust that bundles are verified by (default: the configuration's trust.root)")
		cmd.Flags().StringArrayVar(&f.from, "from", nil, "where to look first: a registry's address, a folder of .dgo files or a mirror, a .dgo file")
		cmd.Flags().BoolVar(&f.unsigned, "unsigned", false, "install bundles that nobody has signed, as trust.bundles: unsigned does")
	}
	return cmd
}

// open opens what the host has installed. A folder without a configuration has the defaults.
func (f *installFlags) open(ctx context.Context, log io.Writer) (*install.Manager, install.Rules, error) {
	cfg, err := found(superapp.Load(f.config, os.Environ(), f.plugins))
	if err != nil && f.config == config.FileName && !isFile(f.config) {
		cfg, err = config.Default(), nil
	}
	if err != nil {
		return nil, install.Rules{}, err
	}
	flags := hostFlags{data: f.data, root: f.root, unsigned: f.unsigned}
	if err := flags.apply(cfg); err != nil {
		return nil, install.Rules{}, err
	}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	gate, err := admission.New(cfg, admission.Options{Logger: logger})
	if err != nil {
		return nil, install.Rules{}, err
	}
	var sources []string
	for _, s := range f.from {
		if !strings.Contains(s, "://") {
			if s, err = filepath.Abs(s); err != nil {
				return nil, install.Rules{}, err
			}
		}
		sources = append(sources, s)
	}
	return install.Configured(ctx, cfg, install.Setup{Gate: gate, Sources: sources, Logger: logger})
}

func newInstallCommand() *cobra.Command {
	var flags installFlags
	cmd := &cobra.Command{
		Use:   "install ID[@CONSTRAINT]…",
		Short: "Install plugins and mini-programs in a host",
		Long: `Install fetches packages and what they require, verifies them, and switches to them in one step: all of it or nothing. It
takes the newest version that the constraint allows. A download that was cut off goes on where it ended.

The versions before are kept: "dougong rollback" goes back to them, and so does the host by itself if they do not start.
A host that runs goes over to what is installed by "dougong plugin reload", or at its next check for updates.`,
		Example: "  dougong install com.acme.pay@^1.2\n  dougong install com.acme.pay --from /media/usb",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var wants []install.Want
			for _, a := range args {
				w, err := install.ParseWant(a)
				if err != nil {
					return err
				}
				wants = append(wants, w)
			}
			m, _, err := flags.open(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			c, err := m.Install(cmd.Context(), wants)
			return told(cmd, c, err, "everything is installed already")
		},
	}
	return flags.add(cmd, true)
}

// told says what an operation has done.
func told(cmd *cobra.Command, c *install.Change, err error, nothing string) error {
	for _, w := range c.Warnings {
		fmt.Fprintln(cmd.ErrOrStderr(), "warning:", w)
	}
	if err != nil {
		return &ExitError{Code: ExitFailed, Err: err}
	}
	out := cmd.OutOrStdout()
	for _, u := range c.Done {
		fmt.Fprint(out, u.Summary())
		if u.Source != "" {
			fmt.Fprintf(out, " from %s", u.Source)
		}
		if u.Tally.Reused > 0 {
			fmt.Fprintf(out, ", %d bytes fetched and %d reused", u.Tally.Fetched, u.Tally.Reused)
		}
		fmt.Fprintln(out)
	}
	switch {
	case c.Number != 0:
		fmt.Fprintf(out, "generation %d\n", c.Number)
	case len(c.Done) == 0:
		fmt.Fprintln(out, nothing)
	}
	return nil
}

func newUpdateCommand() *cobra.Command {
	var flags installFlags
	var check bool
	cmd := &cobra.Command{
		Use:   "update",
		Short: "Update what is installed in a host",
		Long: `Update brings every installed plugin and mini-program to the newest version that superapp.yaml allows (update.versions,
plugins[].version), as one step. A version that was taken back is passed over until there is a newer one. With --check
it only tells what it would do; the exit code is 1 if there is something.`,
		Example: "  dougong update --check\n  dougong update",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, rules, err := flags.open(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			do := m.Update
			if check {
				do = m.Check
			}
			c, err := do(cmd.Context(), rules)
			s := install.Status{Checked: time.Now(), Warnings: c.Warnings}
			if err != nil {
				s.Error = err.Error()
			}
			if check {
				s.Pending = c.Done
			}
			if err := joinClose(told(cmd, c, err, "everything is up to date"), func() error { return m.Note(s) }); err != nil {
				return err
			}
			if check && len(c.Done) > 0 {
				return &ExitError{Code: ExitFailed}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "only tell what there is")
	return flags.add(cmd, true)
}

func newRollbackCommand() *cobra.Command {
	var flags installFlags
	cmd := &cobra.Command{
		Use:   "rollback",
		Short: "Go back to the versions that were installed before",
		Long: `Rollback goes back to the generation before, whose bundles are kept; it needs no network. The versions that are left are not
installed by an update any more, until there are newer ones. What has been taken down, or is older than what is allowed,
is not gone back to.`,
		Example: "  dougong rollback",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, _, err := flags.open(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			c, err := m.Rollback(cmd.Context())
			return told(cmd, c, err, "nothing has changed")
		},
	}
	return flags.add(cmd, false)
}

func newUninstallCommand() *cobra.Command {
	var flags installFlags
	cmd := &cobra.Command{
		Use:     "uninstall ID…",
		Short:   "Remove plugins and mini-programs from a host",
		Long:    `Uninstall removes packages in one step. The data that they kept stays.`,
		Example: "  dougong uninstall com.acme.pay",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, _, err := flags.open(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			c, err := m.Uninstall(cmd.Context(), args...)
			return told(cmd, c, err, "nothing has changed")
		},
	}
	return flags.add(cmd, false)
}

func newInstalledCommand() *cobra.Command {
	var flags installFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "installed",
		Short:   "List what is installed in a host",
		Long:    `Installed lists the versions that are installed, what was taken back and why, and how the last check for updates went.`,
		Example: "  dougong installed",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, _, err := flags.open(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			l, err := m.Ledger()
			if err != nil {
				return err
			}
			s, err := m.Status()
			if err != nil {
				return err
			}
			if asJSON {
				text, err := json.MarshalIndent(map[string]any{"generations": l, "update": s}, "", "  ")
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", text)
				return err
			}
			for _, item := range m.Running(l.Current) {
				fmt.Fprintf(cmd.OutOrStdout(), "%-11s %s %s  from %s\n", item.Kind, item.ID, item.Version, item.Source)
			}
			if len(l.Current.Items) == 0 && len(m.Running(l.Current)) > 0 {
				fmt.Fprintln(cmd.OutOrStdout(), "this is what the super-app was composed of (superapp.lock)")
			}
			printInstalled(cmd.OutOrStdout(), l, s)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the list as JSON")
	return flags.add(cmd, false)
}

// printInstalled says what has become of generations and updates.
func printInstalled(out io.Writer, l *install.Ledger, s *install.Status) {
	when := func(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.RFC3339) }
	word := "not started yet"
	if l.Current.Proven {
		word = "runs well"
	}
	switch {
	case len(l.Current.Items) > 0:
		fmt.Fprintf(out, "generation %d of %s, %s\n", l.Current.Number, when(l.Current.Made), word)
	default:
		fmt.Fprintln(out, "nothing is installed")
	}
	if l.Previous != nil && l.Previous.Number > 0 {
		fmt.Fprintf(out, "generation %d is kept, for dougong rollback\n", l.Previous.Number)
	}
	for _, r := range l.Rollbacks {
		by := "by hand"
		if r.Auto {
			by = "by the host"
		}
		fmt.Fprintf(out, "rolled back %s from generation %d at %s: %s\n", by, r.From, when(r.At), indent(r.Reason))
	}
	for _, b := range l.Bad {
		fmt.Fprintf(out, "passed over: %s %s (%s)\n", b.ID, b.Version, indent(b.Reason))
	}
	if s == nil {
		return
	}
	if !s.Checked.IsZero() {
		fmt.Fprintf(out, "last check for updates %s\n", s.Checked.UTC().Format(time.RFC3339))
	}
	if !s.Next.IsZero() {
		fmt.Fprintf(out, "next check %s\n", s.Next.UTC().Format(time.RFC3339))
	}
	for _, u := range s.Pending {
		fmt.Fprintf(out, "pending: %s\n", u.Summary())
	}
	if s.Waiting != "" {
		fmt.Fprintf(out, "the update waits for %s\n", s.Waiting)
	}
	if s.Error != "" {
		fmt.Fprintf(out, "the last update failed: %s\n", indent(s.Error))
	}
}

// indent keeps a text of several lines apart from what follows.
func indent(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") }
