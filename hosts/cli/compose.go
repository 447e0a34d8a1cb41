package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/keychain"
	"github.com/dougong-dev/dougong/hosts/compose"
	"github.com/dougong-dev/dougong/registry/client"
)

// composition is one run of the command.
type composition struct {
	out       string
	platforms []string
	update    []string
	locked    bool
	check     bool
	asJSON    bool
	noArchive bool
	cache     string
	hosts     []string
	source    string
	program   string
	compiled  []string
	main      string
	sbom      string
}

// updateAll is --update without a name.
const updateAll = "*"

func newComposeCommand() *cobra.Command {
	var c composition
	cmd := &cobra.Command{
		Use:   "compose [SUPERAPP.yaml]",
		Short: "Compose a super-app: choose versions, verify, lock, and make what is handed out",
		Long: `Compose chooses a version of every plugin and mini-program that superapp.yaml names, verifies each bundle by the house's root
of trust, and says everything that does not fit, with its place and what to do about it. What it chose stands in
superapp.lock, which it keeps to from then on; --update chooses anew. The evidence is kept beside it, in superapp.evidence:
keep both with superapp.yaml.

With -o it makes, for each platform, a folder and an archive: the host, the verified bundles with their evidence, the root of
trust, superapp.yaml. The same input and lock give the same bytes. "dougong run FOLDER" starts it, offline.

The host of this machine's platform is this program. Others are built by the Go toolchain from --source, or given by
--host-binary. --check needs neither and writes nothing.`,
		Example: `  dougong compose --check
  dougong compose superapp.yaml -o dist --platform linux/amd64,windows/amd64 --source ~/dougong
  dougong compose --update=com.acme.pay
  dougong compose --locked -o dist --sbom cyclonedx`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			target := config.FileName
			if len(args) > 0 {
				target = args[0]
			}
			return c.run(cmd, target)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&c.out, "output", "o", "", "folder for what is handed out (default: only the lock file is written)")
	f.StringSliceVar(&c.platforms, "platform", nil, "platforms, of "+strings.Join(compose.Platforms(), ", ")+" (default this machine's)")
	f.StringSliceVar(&c.update, "update", nil, "choose new versions: --update of everything, --update=ID of one")
	f.Lookup("update").NoOptDefVal = updateAll
	f.BoolVar(&c.locked, "locked", false, "take exactly what the lock file says, or fail")
	f.BoolVar(&c.check, "check", false, "only say what fits and what does not; write nothing")
	f.BoolVar(&c.asJSON, "json", false, "say it as JSON")
	f.BoolVar(&c.noArchive, "no-archive", false, "make folders only")
	f.StringVar(&c.cache, "cache", "", "folder for what is downloaded (default dougong/compose in your cache folder)")
	f.StringArrayVar(&c.hosts, "host-binary", nil, "the host's program for a platform: OS/ARCH=FILE")
	f.StringVar(&c.source, "source", "", "folder of dougong's source, to build hosts for other platforms (default the working directory)")
	f.StringVar(&c.program, "host-package", "", "Go package of a host of your own, built in --source for every platform: a main like hosts/cmd/dougong")
	f.StringArrayVar(&c.compiled, "compiled-in", nil, "a plugin to compile into a host of your own: ID=GO/PACKAGE, which has a func Plugin() *pdk.Plugin; with --main")
	f.StringVar(&c.main, "main", "", "file to write the main.go of that host to; it is yours from then on")
	f.StringVar(&c.sbom, "sbom", "", "write a bill of materials as well: cyclonedx or spdx")
	return cmd
}

func (c *composition) run(cmd *cobra.Command, target string) error {
	if c.check && (c.out != "" || c.sbom != "" || c.main != "") {
		return errors.New("--check writes nothing: leave out -o, --sbom and --main, or --check")
	}
	// What lies beside this program is not the super-app's: each plugin needs its path, or a version.
	cfg, err := found(config.Load(target, os.Environ()))
	if err != nil {
		return err
	}
	registry, err := c.registry(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	options := compose.Options{Config: cfg, Platforms: c.platforms, Locked: c.locked, HostVersion: version(), Cache: c.cache, Logger: (&hostFlags{}).logger(cmd.ErrOrStderr())}
	if registry != nil {
		defer registry.Close()
		options.Registry = registry
	}
	for _, name := range c.update {
		if name == updateAll {
			options.UpdateAll = true
		} else {
			options.Update = append(options.Update, name)
		}
	}
	plan, err := compose.Make(cmd.Context(), options)
	if wrong := (compose.Problems)(nil); errors.As(err, &wrong) {
		return c.refuse(cmd.OutOrStdout(), wrong)
	}
	if err != nil {
		return err
	}
	return c.carryOut(cmd, plan)
}

// refuse says what does not fit.
func (c *composition) refuse(w io.Writer, wrong compose.Problems) error {
	if c.asJSON {
		return errors.Join(writeJSON(w, map[string]any{"problems": wrong}), &ExitError{Code: ExitFailed})
	}
	count := "one thing does not fit"
	if len(wrong) > 1 {
		count = fmt.Sprintf("%d things do not fit", len(wrong))
	}
	return &ExitError{Code: ExitFailed, Err: fmt.Errorf("%s\n%w", count, wrong)}
}

func (c *composition) carryOut(cmd *cobra.Command, plan *compose.Plan) error {
	say := cmd.OutOrStdout()
	if c.asJSON || c.sbom != "" && c.out == "" {
		say = io.Discard
	}
	for _, note := range plan.Notes {
		fmt.Fprintln(cmd.ErrOrStderr(), "note:", note)
	}
	for _, p := range plan.Packages {
		fmt.Fprintf(say, "%-11s %s %s from %s %s\n", p.Entry.Kind, p.Entry.Name(), p.Entry.Version, p.Entry.Source.Kind, p.Entry.Source.Where)
	}
	if err := c.writeMain(say, plan); err != nil {
		return err
	}
	var made []compose.Built
	if !c.check {
		changed := plan.Changed()
		if err := plan.Save(); err != nil {
			return err
		}
		if changed {
			fmt.Fprintf(say, "%s: %s\n", plan.LockFile(), plan.Difference())
		}
		var err error
		if made, err = c.build(cmd.Context(), plan); err != nil {
			return err
		}
	}
	for _, b := range made {
		fmt.Fprintf(say, "%s\n", b.Folder)
		if b.Archive != "" {
			fmt.Fprintf(say, "%s sha256 %s\n", b.Archive, b.SHA256)
		}
	}
	if err := c.bill(cmd.OutOrStdout(), say, plan); err != nil {
		return err
	}
	if c.asJSON {
		return writeJSON(cmd.OutOrStdout(), map[string]any{"problems": []string{}, "notes": plan.Notes, "built": made, "changed": plan.Difference()})
	}
	if c.check {
		fmt.Fprintln(say, "everything fits")
		if plan.Changed() {
			fmt.Fprintf(say, "%s would change: %s\n", plan.LockFile(), plan.Difference())
		}
	}
	return nil
}

// writeMain writes the main.go of a host with plugins compiled in.
func (c *composition) writeMain(say io.Writer, plan *compose.Plan) error {
	if (c.main == "") != (len(c.compiled) == 0) {
		return errors.New("--compiled-in and --main belong together: which plugins, and where the main.go goes")
	}
	if c.main == "" {
		return nil
	}
	packages := map[string]string{}
	for _, one := range c.compiled {
		id, pkg, ok := strings.Cut(one, "=")
		if !ok {
			return fmt.Errorf("--compiled-in %s: expected ID=GO/PACKAGE", one)
		}
		packages[id] = pkg
	}
	text, err := plan.Main(packages)
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(c.main); err == nil && string(old) != string(text) {
		return fmt.Errorf("%s is there and says something else: it is left alone\nnext: name another file, or remove it", c.main)
	}
	fmt.Fprintf(say, "%s\n", c.main)
	return os.WriteFile(c.main, text, 0o644)
}

func (c *composition) build(ctx context.Context, plan *compose.Plan) (made []compose.Built, err error) {
	if c.out == "" {
		return nil, nil
	}
	given := map[string]string{}
	for _, h := range c.hosts {
		platform, file, ok := strings.Cut(h, "=")
		if !ok {
			return nil, fmt.Errorf("--host-binary %s: expected OS/ARCH=FILE", h)
		}
		given[platform] = file
	}
	dir, err := os.MkdirTemp("", "dougong-host-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	finder := &compose.HostFinder{Given: given, Source: c.source, Package: c.program, Dir: dir}
	return plan.Build(ctx, compose.BuildOptions{Dir: c.out, Hosts: finder.Find, NoArchive: c.noArchive})
}

// bill writes the bill of materials: into the output folder, or as the output.
func (c *composition) bill(out, say io.Writer, plan *compose.Plan) error {
	if c.sbom == "" {
		return nil
	}
	text, ending, err := plan.Bill(c.sbom)
	if err != nil {
		return err
	}
	if c.out == "" {
		_, err := out.Write(text)
		return err
	}
	file := filepath.Join(c.out, plan.Name()+ending)
	fmt.Fprintln(say, file)
	return os.WriteFile(file, text, 0o644)
}

// registry is the client of the registry that a configuration names; nil if it names none.
func (c *composition) registry(ctx context.Context, cfg *config.Config) (*client.Client, error) {
	if cfg.Registry.Address == "" {
		return nil, nil
	}
	token, err := registryToken(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("%s: registry.token: %w", cfg.Place("registry", "token"), err)
	}
	return client.New(cfg.Registry.Address, token)
}

// registryToken reads the token where a configuration says it is.
func registryToken(ctx context.Context, cfg *config.Config) (string, error) {
	kind, rest, _ := strings.Cut(cmp.Or(cfg.Registry.Token, "env:"+tokenVariable), ":")
	switch kind {
	case "env":
		token := os.Getenv(rest)
		if token == "" && cfg.Registry.Token != "" {
			return "", fmt.Errorf("the environment has no %s", rest)
		}
		return token, nil
	case "file":
		text, err := os.ReadFile(cfg.Abs(rest))
		return strings.TrimSpace(string(text)), err
	}
	service, account, _ := strings.Cut(rest, "/")
	return keychain.Get(ctx, service, account)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
