package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/miniapp/compiler/alipay"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
)

func newConvertCommand() *cobra.Command {
	return group(&cobra.Command{
		Use:   "convert",
		Short: "Convert projects of other platforms into WeChat's form",
		Long: `Convert rewrites a project for another platform as one for WeChat. Projects for Alipay also run as they are:
name their folder where a mini-program's is wanted (dougong run, check, build).`,
		Example: "  dougong convert alipay my-alipay-app -o my-app",
	}, newConvertAlipayCommand())
}

func newConvertAlipayCommand() *cobra.Command {
	var (
		out    string
		asJSON bool
	)
	cmd := &cobra.Command{
		Use:   "alipay DIR",
		Short: "Convert a project for Alipay (.axml, .acss, .sjs, my.*)",
		Long: `Convert writes the Alipay project in the folder DIR as a WeChat project into a new folder. Templates, styles and
configuration are rewritten; scripts keep their lines and take my, Page and Component from alipay.js, which is added.

The report names what has no equivalent, with file, line and what to do. Exit code: 0 if everything was converted, 1 if
something has no equivalent, 2 if nothing was written.`,
		Example: "  dougong convert alipay my-alipay-app -o my-app\n  dougong convert alipay my-alipay-app -o my-app --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				abs, err := filepath.Abs(args[0])
				if err != nil {
					return err
				}
				out = filepath.Base(abs) + "-wechat"
			}
			report, err := convertAlipay(cmd, args[0], out)
			if err != nil {
				return err
			}
			if err := printConversion(cmd.OutOrStdout(), report, out, asJSON); err != nil {
				return err
			}
			if len(report.Diagnostics) > 0 {
				return &ExitError{Code: ExitFailed}
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "new folder to write (default: the folder's name with -wechat)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

// convertAlipay writes into a folder that does not exist yet, or is empty; a conversion that fails leaves none behind.
func convertAlipay(cmd *cobra.Command, dir, out string) (*alipay.Report, error) {
	if inside(dir, out) {
		return nil, fmt.Errorf("%s is inside of the project\nnext: name a folder beside it with -o", out)
	}
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is there already and not empty\nnext: name another folder with -o", out)
	}
	if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is no folder\nnext: name the folder with app.json or mini.project.json", dir)
	}
	tmp := out + ".part"
	if err := os.RemoveAll(tmp); err != nil {
		return nil, err
	}
	report, err := alipay.Convert(cmd.Context(), os.DirFS(dir), func(name string, data []byte) error {
		file := filepath.Join(tmp, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		return os.WriteFile(file, data, 0o644)
	})
	if err == nil {
		_ = os.Remove(out) // an empty folder; if it is anything else, the next line says so
		err = os.Rename(tmp, out)
	}
	if err != nil {
		_ = os.RemoveAll(tmp) // the conversion already failed
		return nil, fmt.Errorf("convert %s: %w", dir, err)
	}
	return report, nil
}

// inside tells whether a folder is another or below it.
func inside(dir, other string) bool {
	a, errA := filepath.Abs(dir)
	b, errB := filepath.Abs(other)
	if errA != nil || errB != nil {
		return false
	}
	rel, err := filepath.Rel(a, b)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func printConversion(w io.Writer, report *alipay.Report, out string, asJSON bool) error {
	if asJSON {
		text, err := json.MarshalIndent(report, "", "  ")
		if err == nil {
			fmt.Fprintln(w, string(text))
		}
		return err
	}
	printDiagnostics(w, report.Diagnostics)
	fmt.Fprintf(w, "%s: %s converted, %d copied, %s\nnext: dougong check %s\n", out, phrase.Count(report.Converted, "file"), report.Copied, phrase.Count(len(report.Diagnostics), "note"), out)
	return nil
}
