package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
)

func newCrashesCommand() *cobra.Command {
	var data string
	var asJSON, empty bool
	cmd := &cobra.Command{
		Use:   "crashes [SUPERAPP.yaml]",
		Short: "List mini-programs and plugins that did not end by themselves",
		Long: `Crashes lists the reports in the data folder, the newest first: which mini-program or plugin ended, how and where. A report
names no user and holds nothing that a program said, was given or stored; the newest 50 are kept, for 30 days. Nothing of it
leaves this machine.`,
		Example: "  dougong crashes superapp.yaml\n  dougong crashes superapp.yaml --json\n  dougong crashes --data data --clear",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := dataFolder(args, data)
			if err != nil {
				return err
			}
			store := crash.Open(filepath.Join(dir, crash.Folder))
			if empty {
				n, err := store.Clear()
				fmt.Fprintf(cmd.OutOrStdout(), "%s removed\n", phrase.Count(n, "report"))
				return err
			}
			reports, damaged, err := store.List()
			if err != nil {
				return err
			}
			for _, d := range damaged {
				fmt.Fprintln(cmd.ErrOrStderr(), d)
			}
			return printCrashes(cmd.OutOrStdout(), reports, asJSON)
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the data folder (default: the configuration's)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the reports as JSON")
	cmd.Flags().BoolVar(&empty, "clear", false, "remove all reports")
	return cmd
}

// dataFolder is the folder given, or that of a configuration.
func dataFolder(args []string, given string) (string, error) {
	if given != "" {
		return given, notFile(given)
	}
	cfg, err := loadConfig(target(args))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w\nnext: name a superapp.yaml, or the folder with --data", err)
	}
	if err != nil {
		return "", err
	}
	return cfg.DataDir(), nil
}

func printCrashes(w io.Writer, reports []crash.Report, asJSON bool) error {
	if asJSON {
		if reports == nil {
			reports = []crash.Report{}
		}
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(reports)
	}
	if len(reports) == 0 {
		fmt.Fprintln(w, "nothing has crashed")
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TIME\tKIND\tID\tVERSION\tREASON\tWHERE")
	for _, r := range reports {
		where := r.Exit
		if r.File != "" {
			where = strings.TrimPrefix(fmt.Sprintf("%s %s:%d:%d", where, r.File, r.Line, r.Column), " ")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Time.Format(time.RFC3339), r.Kind, r.ID, r.Version, r.Reason, where)
	}
	return table.Flush()
}
