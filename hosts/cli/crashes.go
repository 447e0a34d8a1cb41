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
	var show int
	cmd := &cobra.Command{
		Use:   "crashes [SUPERAPP.yaml]",
		Short: "List mini-programs and plugins that did not end by themselves",
		Long: `Crashes lists the reports in the data folder, the newest first: which mini-program or plugin ended, how and where. A report
names no user and holds nothing that a program said, was given or stored; the newest 50 are kept, for 30 days. Nothing of it
leaves this machine.`,
		Example: "  dougong crashes superapp.yaml\n  dougong crashes superapp.yaml --show 1\n  dougong crashes superapp.yaml --json > crashes.json\n  dougong crashes --data data --clear",
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
			if cmd.Flags().Changed("show") {
				return showCrash(cmd.OutOrStdout(), reports, show)
			}
			return printCrashes(cmd.OutOrStdout(), reports, asJSON)
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the data folder (default: the configuration's)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the reports as JSON")
	cmd.Flags().IntVar(&show, "show", 0, "print all of one report: 1 is the newest")
	cmd.Flags().BoolVar(&empty, "clear", false, "remove all reports")
	return cmd
}

// dataFolder is the folder given, or that of a configuration.
func dataFolder(args []string, given string) (string, error) {
	if given != "" {
		return given, notFile(given)
	}
	cfg, err := readConfig(target(args))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w\nnext: name a superapp.yaml, or the folder with --data", err)
	}
	if err != nil {
		return "", err
	}
	return cfg.DataDir(), nil
}

// showCrash prints all that a report says, one field a line.
func showCrash(w io.Writer, reports []crash.Report, number int) error {
	if number < 1 || number > len(reports) {
		return fmt.Errorf("there is no report %d, expected 1 to %d\nnext: list them with dougong crashes", number, len(reports))
	}
	r := reports[number-1]
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(what string, value any) {
		if text := fmt.Sprint(value); text != "" && text != "0" {
			fmt.Fprintf(table, "%s\t%s\n", what, text)
		}
	}
	line("time", r.Time.Format(time.RFC3339))
	line("kind", r.Kind)
	line("id", r.ID)
	line("version", r.Version)
	line("reason", r.Reason)
	line("origin", r.Origin)
	line("exit", r.Exit)
	line("page", r.Page)
	if r.File != "" {
		line("file", fmt.Sprintf("%s:%d:%d", r.File, r.Line, r.Column))
	}
	for _, frame := range r.Stack {
		line("stack", frame)
	}
	line("engine", r.Engine)
	line("seconds", r.Seconds)
	line("system", r.System)
	return table.Flush()
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
	fmt.Fprintln(table, "#\tTIME\tKIND\tID\tVERSION\tREASON\tWHERE")
	for i, r := range reports {
		where := r.Exit
		if r.File != "" {
			where = strings.TrimPrefix(fmt.Sprintf("%s %s:%d:%d", where, r.File, r.Line, r.Column), " ")
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", i+1, r.Time.Format(time.RFC3339), r.Kind, r.ID, r.Version, r.Reason, where)
	}
	return table.Flush()
}
