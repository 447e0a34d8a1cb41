package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/hosts/headless"
	"github.com/dougong-dev/dougong/hosts/headless/scenario"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
)

func newTestCommand() *cobra.Command {
	var (
		flags headlessFlags
		only  string
	)
	cmd := &cobra.Command{
		Use:   "test DIR [SCRIPT]...",
		Short: "Run the test scripts of a mini-program",
		Long: `Test builds the mini-program in DIR and runs its test scripts, the files *` + scenario.Suffix + ` in it, without a
screen. A script says what a user does and what has to be on the screen then; see docs/guide/test-a-miniprogram.md.

Exit code: 0 if all pass, 1 if one fails, 2 if the mini-program or a script cannot be read.`,
		Example: "  dougong test examples/miniapps/shop\n  dougong test examples/miniapps/shop --run cart",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			scenarios, err := readScenarios(args[0], args[1:])
			if err != nil {
				return err
			}
			return runScenarios(cmd, &flags, args[0], only, scenarios)
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&only, "run", "", "run only scenarios whose name contains this")
	return cmd
}

// readScenarios reads the scripts named, or all in dir.
func readScenarios(dir string, files []string) ([]*scenario.Scenario, error) {
	if len(files) == 0 {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && d.Name() == "node_modules" {
				return fs.SkipDir
			}
			if strings.HasSuffix(path, scenario.Suffix) {
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("test: there is no *%s in %s\nnext: write one, see docs/guide/test-a-miniprogram.md", scenario.Suffix, dir)
	}
	var out []*scenario.Scenario
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		list, err := scenario.Parse(filepath.ToSlash(name), f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func runScenarios(cmd *cobra.Command, flags *headlessFlags, dir, only string, scenarios []*scenario.Scenario) error {
	ctx, out, stderr := cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	p, _, err := buildHeadless(ctx, dir, stderr)
	if err != nil {
		return err
	}
	kernel, err := flags.kernel(ctx, dir, stderr)
	if err != nil {
		return err
	}
	defer func() { _ = kernel.Close() }() // the result is out; nothing of this kernel outlives the command
	ran, failed := 0, 0
	for i, s := range scenarios {
		if !strings.Contains(s.Name, only) {
			continue
		}
		if s.User == "" {
			s.User = fmt.Sprintf("test-%d", i) // nobody finds what another scenario stored
		}
		ran++
		if !play(ctx, out, headless.Config{Program: p, Kernel: kernel, Find: kernel.Find}, s) {
			failed++
		}
	}
	fmt.Fprintf(out, "%s, %d failed\n", phrase.Count(ran, "scenario"), failed)
	if failed > 0 {
		return &ExitError{Code: ExitFailed}
	}
	return ctx.Err()
}

func play(ctx context.Context, out io.Writer, c headless.Config, s *scenario.Scenario) bool {
	start := time.Now()
	if err := headless.Play(ctx, c, s); err != nil {
		fmt.Fprintf(out, "FAIL %s\n     %s\n", s.Name, strings.ReplaceAll(err.Error(), "\n", "\n     "))
		return false
	}
	fmt.Fprintf(out, "ok   %s (%.1fs)\n", s.Name, time.Since(start).Seconds())
	return true
}
