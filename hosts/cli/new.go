package cli

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/spf13/cobra"
)

//go:embed all:scaffold
var scaffolds embed.FS

// pdkModule is the module that a scaffolded plugin imports.
const pdkModule = "github.com/dougong-dev/dougong/pdk/go"

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)

// scaffold is what the templates of a new project may use.
type scaffold struct {
	Name string // "hello"
	ID   string // "com.example.hello"
	// Capability is what a new plugin provides: "com.example.hello/v1".
	Capability string
	PDK        string // module path of the Go PDK
	PDKDir     string // local copy of the PDK to use instead of a released one; may be empty
}

func newNewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "new",
		Short:   "Make a new mini-program or plugin project",
		Example: "  dougong new app hello\n  dougong new plugin acme-face --id com.acme.face",
	}
	return group(cmd, newNewAppCommand(), newNewPluginCommand("plugin NAME", "  dougong new plugin acme-face --id com.acme.face --pdk ../dougong/pdk/go"))
}

func newNewAppCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "app NAME",
		Short:   "Make a mini-program in the new folder NAME",
		Example: "  dougong new app hello\n  dougong dev hello",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, err := projectName(args[0])
			if err != nil {
				return err
			}
			if err := writeScaffold(below(scaffolds, "scaffold/app"), args[0], scaffold{Name: name, ID: "com.example." + name}); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "made %s\nnext: dougong dev %s\n", args[0], args[0])
			return nil
		},
	}
}

// newNewPluginCommand is `dougong new plugin` and, under the group of plugin, `dougong plugin new`.
func newNewPluginCommand(use, example string) *cobra.Command {
	var id, pdkDir, lang string
	cmd := &cobra.Command{
		Use:     use,
		Short:   "Make a capability plugin in the new folder NAME",
		Example: example,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			k, err := kitOf(lang)
			if err != nil {
				return err
			}
			return makePlugin(cmd.OutOrStdout(), k, args[0], id, pdkDir)
		},
	}
	cmd.Flags().StringVar(&id, "id", "", "reverse-DNS id of the plugin (default com.example.NAME)")
	cmd.Flags().StringVar(&lang, "lang", kits()[0].lang, "language: "+languages())
	cmd.Flags().StringVar(&pdkDir, "pdk", "", "use the Go PDK in this folder instead of a released version")
	return cmd
}

func makePlugin(out io.Writer, k kit, dir, id, pdkDir string) error {
	name, err := projectName(dir)
	if err != nil {
		return err
	}
	if id == "" {
		id = "com.example." + strings.ReplaceAll(name, "-", "_")
	}
	if pdkDir != "" {
		if pdkDir, err = filepath.Abs(pdkDir); err != nil {
			return fmt.Errorf("--pdk: %w", err)
		}
	}
	data := scaffold{Name: name, ID: id, Capability: id + "/v1", PDK: pdkModule, PDKDir: pdkDir}
	if err := writeScaffold(k.template, dir, data); err != nil {
		return err
	}
	if k.vendored != nil {
		if err := os.CopyFS(dir, k.vendored); err != nil {
			return fmt.Errorf("new: copy the %s kit: %w", k.name, err)
		}
	}
	first := ""
	if k.next != "" {
		first = "(cd " + dir + " && " + k.next + ") && "
	}
	fmt.Fprintf(out, "made %s\nnext: %sdougong plugin test %s\n", dir, first, dir)
	return nil
}

func projectName(dir string) (string, error) {
	name := filepath.Base(dir)
	if !nameForm.MatchString(name) {
		return "", fmt.Errorf("new: %q is not a project name: use lower-case letters, digits and hyphens, beginning with a letter", name)
	}
	return name, nil
}

// namePart stands for the project's name in the file names of a scaffold.
const namePart = "__name__"

// writeScaffold fills in the templates and writes them into dir, which must not hold anything yet.
func writeScaffold(templates fs.FS, dir string, data scaffold) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("new: %s is not empty; choose another folder, nothing was written", dir)
	}
	return fs.WalkDir(templates, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(templates, path)
		if err != nil {
			return err
		}
		// WXML has {{ }} of its own, so the templates use << >>.
		tmpl, err := template.New(path).Delims("<<", ">>").Parse(string(text))
		if err != nil {
			return fmt.Errorf("scaffold %s: %w", path, err)
		}
		var out bytes.Buffer
		if err := tmpl.Execute(&out, data); err != nil {
			return fmt.Errorf("scaffold %s: %w", path, err)
		}
		file := strings.TrimSuffix(path, ".tmpl")
		target := filepath.Join(dir, filepath.FromSlash(strings.ReplaceAll(file, namePart, data.Name)))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, out.Bytes(), 0o644)
	})
}
