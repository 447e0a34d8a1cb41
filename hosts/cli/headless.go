package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/hosts/headless"
	"github.com/dougong-dev/dougong/hosts/superapp"
)

// headlessFlags are the flags of every command that runs a mini-program without a screen.
type headlessFlags struct {
	config  string
	plugins string
}

func (f *headlessFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.config, "config", "", "superapp.yaml whose plugins are used (default: the one beside APP)")
	cmd.Flags().StringVar(&f.plugins, "plugins", "", "folder of plugins: of those that superapp.yaml gives by id alone, or all without one (default: plugins beside this program)")
}

// kernel starts the plugins for a mini-program and says on stderr which.
func (f *headlessFlags) kernel(ctx context.Context, app string, stderr io.Writer) (*headless.Kernel, error) {
	c := headless.KernelConfig{SuperApp: f.config, Plugins: f.plugins, App: app, Slow: func(what string) { fmt.Fprintln(stderr, what) }}
	if beside := filepath.Join(app, config.FileName); c.SuperApp == "" && c.Plugins == "" && exists(beside) {
		c.SuperApp = beside
	}
	c.Plugins = superapp.PluginsFolder(c.Plugins)
	k, err := headless.OpenKernel(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("start the plugins: %w\nnext: dougong doctor", err)
	}
	fmt.Fprintln(stderr, k.Note)
	return k, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// buildHeadless builds a mini-program; one that does not build is printed as diagnostics, with exit code ExitUsage.
func buildHeadless(ctx context.Context, app string, stderr io.Writer) (*program.Program, []program.Diagnostic, error) {
	p, diags, err := headless.Build(ctx, app)
	if !errors.Is(err, compiler.ErrFailed) {
		return p, diags, err
	}
	for _, d := range diags {
		if d.Severity == "error" {
			fmt.Fprintln(stderr, compiler.Format(d))
		}
	}
	return nil, diags, &ExitError{Code: ExitUsage, Err: err}
}
