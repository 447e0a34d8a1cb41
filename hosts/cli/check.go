package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/hosts/headless"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
)

func newCheckCommand() *cobra.Command {
	var (
		flags  headlessFlags
		asJSON bool
		drafts bool
	)
	cmd := &cobra.Command{
		Use:   "check APP",
		Short: "Open every page of a mini-program and say what is wrong with it",
		Long: `Check builds the mini-program in the folder APP (or loads the bundle APP) and opens each of its pages,
without a screen and apart from one another. A page is ok if onLoad, onShow and onReady ran, it shows
something, and nothing failed but the network.

With --w3c nothing is opened: the strict reader says what the W3C's drafts of MiniApp manifests and packages do not allow in
APP, a bundle (.dgm), a package (.ma) or a package's folder. Without it such packages are opened, with warnings in place of
errors, even if their content stands under src/ and the manifest's pages have a folder too much, as in the W3C's own tests.

Exit code: 0 if every page is ok, 1 if some page is not, 2 if the mini-program does not build.`,
		Example: "  dougong check examples/miniapps/shop\n  dougong check examples/miniapps/shop --json\n  dougong check shop.dgm --w3c",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if drafts {
				return checkDrafts(cmd.OutOrStdout(), args[0], asJSON)
			}
			report, err := check(cmd, &flags, args[0])
			if err != nil {
				return err
			}
			if asJSON {
				out, err := json.MarshalIndent(report, "", "  ")
				if err != nil {
					return err
				}
				fmt.Fprintln(cmd.OutOrStdout(), string(out))
			} else {
				printReport(cmd.OutOrStdout(), report)
			}
			switch {
			case len(report.Errors) > 0:
				return &ExitError{Code: ExitUsage}
			case !report.OK:
				return &ExitError{Code: ExitFailed}
			}
			return nil
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&drafts, "w3c", false, "hold the package against the W3C's drafts instead of opening it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

func check(cmd *cobra.Command, flags *headlessFlags, app string) (*headless.Report, error) {
	ctx, stderr := cmd.Context(), cmd.ErrOrStderr()
	p, diags, err := headless.Build(ctx, app)
	if errors.Is(err, compiler.ErrFailed) {
		return headless.Unbuilt(app, diags, err), nil
	}
	if err != nil {
		return nil, err
	}
	kernel, err := flags.kernel(ctx, app, stderr)
	if err != nil {
		return nil, err
	}
	defer func() { _ = kernel.Close() }() // the result is out; nothing of this kernel outlives the command
	start := time.Now()
	return headless.Check(ctx, headless.CheckConfig{
		Program: p, Diagnostics: diags, Kernel: kernel,
		Progress: func(done, total int, page string) {
			if time.Since(start) > time.Second {
				fmt.Fprintf(stderr, "%d/%d %s\n", done+1, total, page)
			}
		},
	})
}

// printReport prints a report for people: a line for each page, its problems below.
func printReport(w io.Writer, r *headless.Report) {
	for _, e := range r.Errors {
		printProblem(w, e)
	}
	bad := 0
	for _, p := range r.Pages {
		verdict := "ok  "
		if !p.OK {
			verdict = "FAIL"
			bad++
		}
		fmt.Fprintf(w, "%s %s  %d ms, %s, %s of text\n", verdict, p.Path, p.MS, phrase.Count(p.Nodes, "node"), phrase.Count(p.TextBytes, "byte"))
		for _, e := range p.Errors {
			printProblem(w, e)
		}
	}
	for _, e := range r.Warnings {
		e.Message = "warning: " + e.Message
		printProblem(w, e)
	}
	switch {
	case len(r.Errors) > 0:
		fmt.Fprintf(w, "%s does not build\n", r.App)
	default:
		fmt.Fprintf(w, "%s: %s\n", r.App, verdictOf(bad, len(r.Pages)))
	}
}

// verdictOf says of how many pages are not ok.
func verdictOf(bad, total int) string {
	switch {
	case bad == 0 && total == 1:
		return "its page is ok"
	case bad == 0:
		return fmt.Sprintf("all %d pages are ok", total)
	case total == 1:
		return "its page is not ok"
	case bad == 1:
		return fmt.Sprintf("1 of %d pages is not ok", total)
	}
	return fmt.Sprintf("%d of %d pages are not ok", bad, total)
}

func printProblem(w io.Writer, p headless.Problem) {
	place := p.File
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
	if place != "" {
		place += ": "
	}
	fmt.Fprintf(w, "     %s%s [%s, %s]\n", place, p.Message, p.Origin, p.ID)
	printFrame(w, "       ", p.Frame)
	if p.Hint != "" {
		fmt.Fprintf(w, "       hint: %s\n", p.Hint)
	}
}

// printFrame prints a place in its source, if there is one, each line behind a margin.
func printFrame(w io.Writer, margin, frame string) {
	for line := range strings.SplitSeq(frame, "\n") {
		if line != "" {
			fmt.Fprintf(w, "%s%s\n", margin, line)
		}
	}
}
