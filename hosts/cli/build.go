package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
)

// quiet is how long a command may work before it shows progress.
const quiet = time.Second

// needFolder refuses what is not a folder, before anything is made of it.
func needFolder(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && info.IsDir() {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("%s is not a folder", dir)
	}
	return fmt.Errorf("build: %w%sname the folder of a mini-program or of web pages", err, nextMark)
}

func newBuildCommand() *cobra.Command {
	var out string
	var strict bool
	cmd := &cobra.Command{
		Use:     "build DIR",
		Aliases: []string{"pack"},
		Short:   "Build a mini-program or an H5 folder into a .dgm bundle",
		Long: `Build compiles a WeChat project into a bundle, with a W3C MiniApp manifest at its top. A folder of web pages, with an
index.html and a manifest.json, goes into a bundle as it is. The same project gives the same
bytes. A file that does not compile breaks only the pages that use it, unless --strict is given.`,
		Example: "  dougong build examples/miniapps/shop -o shop.dgm",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needFolder(args[0]); err != nil {
				return err
			}
			if out == "" {
				abs, err := filepath.Abs(args[0])
				if err != nil {
					return err
				}
				out = filepath.Base(abs) + ".dgm"
			}
			o := compiler.Options{Dir: args[0], Strict: strict, Progress: newProgress(cmd.ErrOrStderr()).show}
			result, err := compiler.Build(cmd.Context(), o)
			if result != nil {
				printDiagnostics(cmd.ErrOrStderr(), result.Diagnostics)
			}
			if err != nil {
				return err
			}
			if err := result.WriteFile(out); err != nil {
				return err
			}
			info, err := os.Stat(out)
			if err != nil {
				return err
			}
			s := result.Stats
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %s, %s, %.1f KB, in %d ms\n", out, phrase.Count(s.Pages, "page"), phrase.Count(s.Components, "component"), float64(info.Size())/1024, s.Time.Milliseconds())
			if broken := countErrors(result.Diagnostics); broken > 0 {
				return &ExitError{Code: ExitFailed, Err: fmt.Errorf("%s: the pages that use these files will not open", phrase.Count(broken, "error"))}
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write (default: the folder's name with .dgm)")
	cmd.Flags().BoolVar(&strict, "strict", false, "write nothing if any file has an error")
	return cmd
}

func printDiagnostics(w io.Writer, list []program.Diagnostic) {
	for _, d := range list {
		fmt.Fprintln(w, compiler.Format(d))
		printFrame(w, "  ", d.Frame)
	}
}

func countErrors(list []program.Diagnostic) (n int) {
	for _, d := range list {
		if d.Severity == "error" {
			n++
		}
	}
	return n
}

// progress shows how far a build is, once it takes longer than quiet.
type progress struct {
	w     io.Writer
	began time.Time
	mu    sync.Mutex
	last  time.Time
}

func newProgress(w io.Writer) *progress {
	now := time.Now()
	return &progress{w: w, began: now, last: now}
}

func (p *progress) show(at compiler.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.began) < quiet || now.Sub(p.last) < quiet/4 {
		return
	}
	p.last = now
	fmt.Fprintf(p.w, "[%d/%d] %s\n", at.Done, at.Total, at.File)
}

// isBuildFailure tells whether an error is the mini-program's fault.
func isBuildFailure(err error) bool { return errors.Is(err, compiler.ErrFailed) }
