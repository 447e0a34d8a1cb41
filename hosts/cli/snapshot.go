package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/w3c"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/hosts/headless"
)

func newSnapshotCommand() *cobra.Command {
	var (
		flags  headlessFlags
		page   string
		format string
	)
	cmd := &cobra.Command{
		Use:     "snapshot APP",
		Short:   "Print a page of a mini-program as it is shown",
		Long:    "Snapshot opens one page without a screen, waits until nothing is going on any more, and prints it.",
		Example: "  dougong snapshot examples/miniapps/shop --page pages/index/index --format text",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "html" && format != "text" && format != "json" {
				return fmt.Errorf("snapshot: unknown --format %q; there are html, text and json\nnext: dougong snapshot %s --format text", format, args[0])
			}
			ctx, stderr := cmd.Context(), cmd.ErrOrStderr()
			p, _, err := buildHeadless(ctx, args[0], stderr)
			if err != nil {
				return err
			}
			page, err := pageOf(page, p)
			if err != nil {
				return err
			}
			if err := knownPage(page, p, args[0]); err != nil {
				return err
			}
			kernel, err := flags.kernel(ctx, args[0], stderr)
			if err != nil {
				return err
			}
			defer func() { _ = kernel.Close() }() // the result is out; nothing of this kernel outlives the command
			app, err := headless.Open(ctx, headless.Config{
				Program: p, Kernel: kernel, Launch: message.Launch{Path: strings.TrimPrefix(page, "/")},
			})
			if err != nil {
				return err
			}
			defer app.Close()
			if err := app.Rest(ctx); err != nil {
				return err
			}
			return printPage(cmd, app, format)
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&page, "page", "", "path and query of the page, or its address: platform://miniapp/<id>/<page> (default: the entry page)")
	cmd.Flags().StringVar(&format, "format", "html", "html, text or json")
	return cmd
}

// pageOf is the path and query that --page means; an address must be one of this mini-program.
func pageOf(page string, p *program.Program) (string, error) {
	if !strings.Contains(page, "://") || strings.HasPrefix(page, "/") {
		return page, nil
	}
	at, err := w3c.ParseAddress(page)
	switch {
	case err != nil:
		return "", err
	case at.ID != p.App.ID:
		return "", fmt.Errorf("address %q: it is of the mini-program %q, and this one is %q", page, at.ID, p.App.ID)
	case at.Version != "" && at.Version != p.App.Version:
		return "", fmt.Errorf("address %q: it is of version %s, and this one is %s", page, at.Version, p.App.Version)
	}
	return at.Page(), nil
}

// knownPage refuses a page that the mini-program does not have: its first page would be shown in its place.
func knownPage(page string, p *program.Program, app string) error {
	path, _, _ := strings.Cut(strings.TrimPrefix(page, "/"), "?")
	path = strings.TrimSuffix(path, ".html")
	if path == "" || strings.Contains(path, "://") || slices.Contains(p.App.Pages, path) {
		return nil
	}
	return fmt.Errorf("snapshot: %s has no page %q; it has: %s\nnext: dougong snapshot %s --page %s",
		app, path, strings.Join(p.App.Pages, ", "), app, p.App.Pages[0])
}

// printPage prints the page; failures go to stderr and make the exit code ExitFailed.
func printPage(cmd *cobra.Command, app *headless.App, format string) error {
	out := cmd.OutOrStdout()
	switch format {
	case "text":
		fmt.Fprintln(out, strings.TrimRight(app.Text(), "\n"))
	case "html":
		fmt.Fprintln(out, strings.TrimRight(app.HTML(), "\n"))
	case "json":
		data, err := app.JSON()
		if err != nil {
			return err
		}
		fmt.Fprintln(out, string(data))
	}
	errs := app.Errors()
	for _, e := range errs {
		printProblem(cmd.ErrOrStderr(), headless.ProblemOf(e))
	}
	if len(errs) > 0 {
		return &ExitError{Code: ExitFailed}
	}
	return nil
}
