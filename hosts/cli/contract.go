package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability/apiname"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/baselib"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
	"github.com/dougong-dev/dougong/pdk/contracts"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/contract/generate"
)

// The pages and types of the standard contracts, which a test holds against the contracts.
//go:generate go run ../cmd/dougong contract gen --lang markdown -o ../../docs/api ../../pdk/contracts
//go:generate go test . -run TestPackageList -update-packages
//go:generate go run ../cmd/dougong contract types --standard -o scaffold/app/typings

func newContractCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "contract",
		Short:   "Check capability contracts, and write code and pages from them",
		Example: "  dougong contract check contracts/face.yaml\n  dougong contract gen contracts/face.yaml --lang go -o face",
	}
	return group(cmd, newContractCheckCommand(), newContractGenCommand(), newContractTypesCommand())
}

func newContractCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE.yaml…",
		Short: "Say what is wrong with contracts",
		Long: `Check reads contracts (files, or folders of them) and says everything that is wrong, each with file, line and
column: also names that belong to WeChat, FinClip or a standard capability.

Exit code: 0 if all are good, 1 if not.`,
		Example: "  dougong contract check contracts/face.yaml",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := readContracts(args)
			if err != nil {
				return &ExitError{Code: ExitFailed, Err: err}
			}
			for _, c := range list {
				fmt.Fprintf(cmd.OutOrStdout(), "%s: ok, %s, %s\n", c.Capability, phrase.Count(len(c.Methods), "method"), phrase.Count(len(c.Events), "event"))
			}
			return nil
		},
	}
}

func newContractGenCommand() *cobra.Command {
	var lang, dir, pkg string
	var kit bool
	cmd := &cobra.Command{
		Use:   "gen FILE.yaml…",
		Short: "Write types, constants or an API page from contracts",
		Long: `Gen writes code for those who implement or call a capability, or its API page: one file for each contract, into
the folder of -o; without it, to standard output. With --lang all, each language gets a folder of its own below -o.

  go              types, errors, a Handler interface, and Methods(h) for pdk.Plugin.Provide
  c, rust, assemblyscript, python    types and constants for plugins (--kit: and their conversions)
  typescript      types of wx.* and ft.* for mini-programs (see also: dougong contract types)
  markdown, html  the API page`,
		Example: "  dougong contract gen contracts/face.yaml --lang go -o internal/face --package face\n  dougong contract gen contracts/face.yaml --lang all -o gen",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := readContracts(args)
			if err != nil {
				return &ExitError{Code: ExitFailed, Err: err}
			}
			g := generation{dir: dir, options: generate.Options{Package: pkg, Kit: kit}}
			switch {
			case lang == "all" && dir == "":
				return errors.New("--lang all writes many files\nnext: name a folder with -o")
			case lang == "all":
				g.langs = generate.Langs()
			default:
				one, err := generate.ParseLang(lang)
				if err != nil {
					return fmt.Errorf("--lang: %w, all", err)
				}
				g.langs = []generate.Lang{one}
			}
			return g.run(cmd, list)
		},
	}
	cmd.Flags().StringVar(&lang, "lang", "", "what to write: go, typescript, c, assemblyscript, rust, python, markdown, html or all")
	cmd.Flags().StringVarP(&dir, "output", "o", "", "folder to write into")
	cmd.Flags().BoolVar(&kit, "kit", false, "in C, Rust and AssemblyScript: also conversions to and from the values of the kit, which the code then needs")
	cmd.Flags().StringVar(&pkg, "package", "", "name of the Go package, and prefix in C (default: the capability's last word)")
	return cmd
}

// generation writes contracts for some languages.
type generation struct {
	langs   []generate.Lang
	dir     string
	options generate.Options
}

func (g generation) run(cmd *cobra.Command, list []*contract.Contract) error {
	for _, lang := range g.langs {
		dir := g.dir
		if len(g.langs) > 1 {
			dir = filepath.Join(dir, string(lang))
		}
		written := map[string]string{}
		for _, c := range list {
			f, err := generate.One(lang, c, g.options)
			if err != nil {
				return err
			}
			if other, taken := written[f.Name]; taken {
				return fmt.Errorf("%s and %s would both be written to %s\nnext: write them into folders of their own", other, c.Capability, f.Name)
			}
			written[f.Name] = c.Capability
			if err := writeFile(cmd, dir, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeFile writes a file and says so; to standard output if dir is empty.
func writeFile(cmd *cobra.Command, dir string, f generate.File) error {
	if dir == "" {
		_, err := cmd.OutOrStdout().Write(f.Data)
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	name := filepath.Join(dir, f.Name)
	if err := os.WriteFile(name, f.Data, 0o644); err != nil {
		return err
	}
	fmt.Fprintln(cmd.ErrOrStderr(), "wrote", name)
	return nil
}

func newContractTypesCommand() *cobra.Command {
	var flags hostFlags
	var dir string
	var all bool
	cmd := &cobra.Command{
		Use:   "types [SUPERAPP.yaml | MINIPROGRAM]",
		Short: "Write TypeScript types of everything that a super-app injects",
		Long: `Types writes what a super-app's mini-programs get as wx.* and ft.*: dougong.d.ts with what its plugins provide,
by their contracts and its claims, and globals.d.ts with wx, ft and the base library. Remove the latter where
miniprogram-api-typings is used. No plugin is started.`,
		Example: "  dougong contract types superapp.yaml -o typings\n  dougong contract types --plugins bin/plugins examples/miniapps/notes -o typings",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := typedContracts(cmd, target(args), all, &flags)
			if err != nil {
				return err
			}
			for _, f := range []generate.File{{Name: "dougong.d.ts", Data: generate.Types(list)}, {Name: "globals.d.ts", Data: generate.Globals(baselib.Names())}} {
				if err := writeFile(cmd, dir, f); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&dir, "output", "o", "typings", "folder to write into")
	cmd.Flags().StringVar(&flags.plugins, "plugins", "", "folder of plugins, for a mini-program without a superapp.yaml")
	cmd.Flags().BoolVar(&all, "standard", false, "write the types of every standard capability instead")
	return cmd
}

func typedContracts(cmd *cobra.Command, target string, all bool, flags *hostFlags) ([]*contract.Contract, error) {
	if all {
		list, err := contract.Load(contracts.Files)
		return injecting(list), err
	}
	var cfg *config.Config
	cfg, err := loadTarget(target, flags, cmd.ErrOrStderr())
	if err != nil {
		return nil, err
	}
	return core.Injected(cfg, flags.logger(cmd.ErrOrStderr()))
}

// injecting leaves out contracts that give mini-programs nothing.
func injecting(list []*contract.Contract) (out []*contract.Contract) {
	for _, c := range list {
		if len(c.APIs()) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// readContracts reads files and folders of contracts. The error names every mistake of every file.
func readContracts(paths []string) ([]*contract.Contract, error) {
	standard, err := contract.Load(contracts.Files)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, c := range standard {
		known[c.Capability] = true
	}
	names := apiname.New(standard)
	var out []*contract.Contract
	var errs []error
	for _, path := range paths {
		files, err := contractFiles(path)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			c, err := contract.Parse(file, data)
			if err == nil && !known[c.Capability] {
				err = names.Check(c)
			}
			errs = append(errs, err)
			out = append(out, c)
		}
	}
	return out, errors.Join(errs...)
}

// contractFiles is a file itself, or the contracts in a folder.
func contractFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	files, err := filepath.Glob(filepath.Join(path, "*.yaml"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s holds no contract (*.yaml)", strings.TrimSuffix(path, "/"))
	}
	return files, err
}
