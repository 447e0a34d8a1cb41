package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/evidence"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
)

func newTraceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "trace",
		Short:   "Verify and export a super-app's evidence trace",
		Example: "  dougong trace verify superapp.yaml\n  dougong trace export superapp.yaml -o trace.log",
	}
	return group(cmd, newTraceVerifyCommand(), newTraceExportCommand())
}

func newTraceVerifyCommand() *cobra.Command {
	var flags hostFlags
	var log, heads string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify [SUPERAPP.yaml]",
		Short: "Look for changed, dropped, reordered and cut-off records",
		Long: `Verify reads the whole trace, follows its chain and holds it against the heads that the host has signed.

With a superapp.yaml it asks the trace plugin for the records. With --log and --heads it needs neither host nor plugin: an
exported log, and a copy of the heads' folder (which holds the public key, too) kept somewhere else, are enough.`,
		Example: "  dougong trace verify superapp.yaml\n  dougong trace verify --log trace.log --heads backup/trace-heads",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (log == "") != (heads == "") {
				return fmt.Errorf("--log and --heads go together\nnext: dougong trace verify --help")
			}
			if log != "" {
				report, err := verifyFiles(log, heads)
				if err != nil {
					return err
				}
				return printTraceReport(cmd.OutOrStdout(), report, asJSON)
			}
			return withKernel(cmd, target(args), &flags, func(ctx context.Context, k *core.Kernel, _ *config.Config) error {
				report, err := k.VerifyTrace(ctx)
				if err != nil {
					return err
				}
				return printTraceReport(cmd.OutOrStdout(), report, asJSON)
			})
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&log, "log", "", "exported log to verify")
	cmd.Flags().StringVar(&heads, "heads", "", "folder of signed heads and the public key")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

// verifyFiles verifies an exported log against a folder of heads.
func verifyFiles(log, heads string) (*evidence.Report, error) {
	key, err := core.ReadTraceKey(heads)
	if err != nil {
		return nil, err
	}
	signed, err := evidence.ReadHeadFile(filepath.Join(heads, evidence.HeadFile))
	if err != nil {
		return nil, err
	}
	f, err := os.Open(log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	return evidence.Verify(evidence.Frames(f), signed, key)
}

func printTraceReport(out io.Writer, report *evidence.Report, asJSON bool) error {
	if asJSON {
		text, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintln(out, string(text))
	} else {
		fmt.Fprintf(out, "%s (%d to %d), %s valid, signed up to record %d\n", phrase.Count(report.Records, "record"), report.First, report.Last, phrase.Count(report.Heads, "head"), report.Headed)
		if report.Lost > 0 {
			fmt.Fprintf(out, "the host says that it could not keep %s\n", phrase.Count(report.Lost, "record"))
		}
		for _, p := range report.Problems {
			fmt.Fprintf(out, "record %d: %s: %s\n", p.Number, p.Kind, p.Detail)
		}
	}
	if !report.OK() {
		return &ExitError{Code: ExitFailed, Err: fmt.Errorf("the trace is not what the host recorded: %s", phrase.Count(len(report.Problems), "problem"))}
	}
	if !asJSON {
		fmt.Fprintln(out, "the trace is complete and unchanged")
	}
	return nil
}

func newTraceExportCommand() *cobra.Command {
	var flags hostFlags
	var output string
	cmd := &cobra.Command{
		Use:     "export [SUPERAPP.yaml]",
		Short:   "Write the whole trace to a file that can be verified elsewhere",
		Example: "  dougong trace export superapp.yaml -o trace.log",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withKernel(cmd, target(args), &flags, func(ctx context.Context, k *core.Kernel, cfg *config.Config) error {
				if _, err := k.VerifyTrace(ctx); err != nil { // hands over the last records
					return err
				}
				f, err := os.Create(output)
				if err != nil {
					return err
				}
				if err := joinClose(evidence.Export(f, k.TraceRecords(ctx)), f.Close); err != nil {
					return fmt.Errorf("export the trace: %w", err)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\nnext: dougong trace verify --log %s --heads %s\n", output, output, core.TraceHeadDir(cfg.DataDir()))
				return nil
			})
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "trace.log", "file to write")
	return cmd
}
