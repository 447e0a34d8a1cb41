// Package cli is the dougong command line, as a library: hosts/cmd/dougong is a main of ten lines around Main, and
// anybody's own build of the command is a copy of that file.
//
// Each subcommand has a file of its own with a constructor newXCommand. Commands print results on standard output,
// progress and errors on standard error; an error ends with what to do next.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Exit codes of the command.
const (
	ExitOK     = 0 // done
	ExitFailed = 1 // ran, and the answer is no: a page or a test failed
	ExitUsage  = 2 // could not run: bad arguments, or what it was given does not build
)

// ExitError carries an exit code; a nil Err says that everything has been printed already.
type ExitError struct {
	Code int
	Err  error
}

// Error gives the message of Err.
func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap gives Err.
func (e *ExitError) Unwrap() error { return e.Err }

// Main runs the command line of this process and returns its exit code. An interrupt cancels the command's context; a
// second one ends the process at once.
func Main() int { return Build{}.Main() }

// Build is a command line of one's own.
type Build struct {
	// Inside are plugins, by id, that are compiled into the program.
	Inside map[string]*pdk.Plugin
}

// insideKey finds Build.Inside in the context of a command.
type insideKey struct{}

// insideOf are the plugins that are compiled into this program.
func insideOf(ctx context.Context) map[string]*pdk.Plugin {
	list, _ := ctx.Value(insideKey{}).(map[string]*pdk.Plugin)
	return list
}

// Main is Main of the build.
func (b Build) Main() int {
	ctx := context.WithValue(context.Background(), insideKey{}, b.Inside)
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// Run runs the command line args with the given streams and returns the exit code.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return ExitOK
	}
	var exit *ExitError
	if !errors.As(err, &exit) {
		exit = &ExitError{Code: ExitUsage, Err: err}
	}
	if exit.Err != nil {
		fmt.Fprintln(stderr, "dougong:", withNext(cmd, exit.Err))
	}
	return exit.Code
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "dougong",
		Short: "Build and run super-apps out of plugins and mini-programs",
		Long: `Dougong runs WeChat-compatible mini-programs in a sandbox and gives them capabilities
(network, storage, payment …) that come as plugins.

Environment: DOUGONG_<KEY> overrides a key of superapp.yaml, such as DOUGONG_LISTEN=127.0.0.1:8000.`,
		Example: `  dougong new app hello && dougong dev hello
  dougong check examples/miniapps/shop --json
  dougong run superapp.yaml`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w\nnext: %s --help", err, c.CommandPath())
	})
	group(root,
		newBuildCommand(),
		newDevCommand(),
		newDoctorCommand(),
		newNewCommand(),
		newCheckCommand(),
		newComposeCommand(),
		newConvertCommand(),
		newCrashesCommand(),
		newContractCommand(),
		newInstallCommand(),
		newInstalledCommand(),
		newUpdateCommand(),
		newRollbackCommand(),
		newUninstallCommand(),
		newSignCommand(),
		newSnapshotCommand(),
		newTestCommand(),
		newTraceCommand(),
		newTrustCommand(),
		newPluginCommand(),
		newPublishCommand(),
		newRegistryCommand(),
		newRunCommand(),
		newThemeCommand(),
		newVerifyCommand(),
		newVersionCommand(),
	)
	adviseArgs(root)
	return root
}
