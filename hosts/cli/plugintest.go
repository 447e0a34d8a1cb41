package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/conformance"
	"github.com/dougong-dev/dougong/core/conformance/project"
)

// testFlags are the flags of `dougong plugin test`.
type testFlags struct {
	json, noBuild, verbose bool
	report, only           string
}

func newPluginTestCommand() *cobra.Command {
	var flags testFlags
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Hold a plugin against the cases for it",
		Long: `Test builds the plugin in DIR (if its plugin.yaml says how), starts it as a host would and runs

  generic/…   what every plugin has to do
  contract/…  what every provider of a standard capability has to do
  tests/…     the plugin's own cases, DIR/tests/*.yaml
  protocol/…  what every kit has to do, if it provides dougong.conformance/v1

DIR/tests/conformance.yaml says with which configuration. A plugin that passes all of them gets a report with the digests of its files,
` + project.ReportFile + `, which belongs into its bundle. Exit code 1: a case failed; 2: the cases could not be run.`,
		Example: "  dougong plugin test acme-face\n  dougong plugin test acme-face --case 'tests/...' --no-build\n  dougong plugin test acme-face --json > result.json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return testPlugin(cmd, folder(args), flags)
		},
	}
	cmd.Flags().BoolVar(&flags.json, "json", false, "print the report as JSON")
	cmd.Flags().StringVar(&flags.report, "report", "", "write the report of a plugin that passes here (default DIR/"+project.ReportFile+")")
	cmd.Flags().BoolVar(&flags.noBuild, "no-build", false, "test what is there")
	cmd.Flags().StringVar(&flags.only, "case", "", "run the cases whose id matches only, such as 'tests/greet/*' or 'protocol/...'; no report is written")
	cmd.Flags().BoolVarP(&flags.verbose, "verbose", "v", false, "list the cases that passed, and those that were skipped, too")
	return cmd
}

func testPlugin(cmd *cobra.Command, dir string, flags testFlags) error {
	p, err := project.Open(dir)
	if err != nil {
		return err
	}
	if !flags.noBuild && len(p.Manifest.Build) > 0 {
		if err := p.Build(cmd.Context(), cmd.ErrOrStderr()); err != nil {
			return err
		}
	}
	now, err := reportClock()
	if err != nil {
		return err
	}
	r, err := conformance.Run(cmd.Context(), conformance.Options{
		Dir: dir, CacheDir: compiledCache(), Only: flags.only, Tool: "dougong " + version(), Now: now,
	})
	if err != nil {
		return err
	}
	if err := printCases(cmd.OutOrStdout(), r, flags); err != nil {
		return err
	}
	if len(r.Cases) == 0 {
		return fmt.Errorf("no case matches %q\nnext: dougong plugin test %s -v lists them", flags.only, dir)
	}
	if flags.only == "" {
		if err := keepReport(cmd.ErrOrStderr(), p, r, flags.report); err != nil {
			return err
		}
	}
	if !r.OK() {
		return &ExitError{Code: ExitFailed}
	}
	return nil
}

func printCases(out io.Writer, r *conformance.Report, flags testFlags) error {
	if !flags.json {
		return r.WriteText(out, flags.verbose)
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// keepReport writes the report of a plugin that passed, and removes an earlier one of a plugin that did not.
func keepReport(log io.Writer, p *project.Project, r *conformance.Report, path string) error {
	if path == "" {
		path = filepath.Join(p.Dir, project.ReportFile)
	}
	if !r.OK() {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		fmt.Fprintf(log, "next: mend what failed, then run this again; one case alone: --case '%s'\n", firstFailed(r))
		return nil
	}
	if err := os.WriteFile(path, r.Canonical(), 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	fmt.Fprintf(log, "wrote %s\nnext: dougong plugin pack %s\n", path, p.Dir)
	return nil
}

func firstFailed(r *conformance.Report) string {
	for _, c := range r.Cases {
		if c.Outcome == conformance.Failed {
			return c.ID
		}
	}
	return ""
}

// reportClock is the clock for reports. SOURCE_DATE_EPOCH, in seconds, makes them the same each time.
func reportClock() (func() time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		return time.Now, nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("SOURCE_DATE_EPOCH: expected seconds since 1970, found %q", text)
	}
	return func() time.Time { return time.Unix(seconds, 0) }, nil
}

// compiledCache is where compiled WebAssembly is kept between runs; "" if this user has no cache folder, for then it is kept for this run only.
func compiledCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir = filepath.Join(dir, "dougong", "wasm")
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return dir
}
