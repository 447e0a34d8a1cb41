package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/hosts/headless"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
	"github.com/dougong-dev/dougong/hosts/pressure"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

// hostFlags are the flags of every command that runs a host.
type hostFlags struct {
	listen   string
	data     string
	plugins  string
	verbose  bool
	unsigned bool
	root     string
	page     string                         // of the one mini-program, to open at once
	dev      bool                           // show what goes wrong over the mini-program
	theme    bool                           // the look can be changed at /theme
	load     func() (*config.Config, error) // reads the configuration again; may be nil
}

func (f *hostFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.listen, "listen", "", "address to listen on (default: the configuration's)")
	cmd.Flags().StringVar(&f.data, "data", "", "folder for everything that is stored (default: the configuration's, or dougong/data in your configuration folder)")
	cmd.Flags().StringVar(&f.plugins, "plugins", "", "folder of plugins: of those that superapp.yaml gives by id alone, or all for one mini-program (default: plugins beside this program)")
	cmd.Flags().StringVar(&f.root, "root", "", "root of trust that bundles are verified by (default: the configuration's trust.root)")
	cmd.Flags().BoolVar(&f.unsigned, "unsigned", false, "load bundles that nobody has signed, as trust.bundles: unsigned does")
	cmd.Flags().StringVar(&f.page, "page", "", "page of the mini-program to open, with its query: pages/detail/detail?id=7 (default: its first page)")
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "log what plugins and mini-programs do")
}

// apply lets flags win over the configuration.
func (f *hostFlags) apply(cfg *config.Config) error {
	if f.listen != "" {
		cfg.Listen = f.listen
	}
	if f.data != "" {
		data, err := filepath.Abs(f.data)
		if err != nil {
			return err
		}
		if err := notFile(f.data); err != nil {
			return err
		}
		cfg.Data = data
	}
	if f.root != "" {
		root, err := filepath.Abs(f.root)
		if err != nil {
			return err
		}
		cfg.Trust.Root = root
	}
	if f.unsigned {
		cfg.Trust.Bundles = config.BundlesUnsigned
	}
	return nil
}

// notFile refuses a --data that is not a folder, nor can become one.
func notFile(data string) error {
	if info, err := os.Stat(data); err == nil && !info.IsDir() {
		return fmt.Errorf("--data: %s is a file, and data is kept in a folder%sname a folder; it is made if it is not there", data, nextMark)
	}
	return nil
}

func (f *hostFlags) logger(w io.Writer) *slog.Logger {
	level := slog.LevelWarn
	if f.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

func newRunCommand() *cobra.Command {
	var flags hostFlags
	var follow bool
	cmd := &cobra.Command{
		Use:   "run [SUPERAPP.yaml | MINIPROGRAM]",
		Short: "Run a super-app, or one mini-program, in a browser",
		Long: `Run starts the plugins of a super-app, builds its mini-programs and serves it to browsers. It prints the
address to open; the token in it is new at every start. A SIGHUP, or ` + "`dougong plugin reload`" + `, has it read its configuration
again; with --watch-config it does so whenever the file changes.

With a mini-program's folder or .dgm bundle instead of a configuration, it runs that one with every plugin it finds, and the
address opens it at once, on --page if that is given; every name of the plugins' own contracts is claimed for it, which a
superapp.yaml has to say (plugins[].apis).`,
		Example: "  dougong run superapp.yaml\n  dougong run examples/miniapps/shop --plugins bin/plugins\n  dougong run examples/miniapps/shop --page 'pages/detail/detail?id=7'",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			target := config.FileName
			if len(args) > 0 {
				target = args[0]
			}
			cfg, err := loadTarget(target, &flags, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			ctx, stop := context.WithCancel(cmd.Context())
			defer stop()
			flags.load = func() (*config.Config, error) { return loadTarget(target, &flags, io.Discard) }
			r := &reloader{out: cmd.ErrOrStderr()}
			if follow {
				r.file = cfg.File
			}
			started := func(app *superapp.App, _ *web.Server) { r.start(ctx, app) }
			err = serve(ctx, cfg, &flags, cmd.OutOrStdout(), cmd.ErrOrStderr(), started)
			stop()
			return joinClose(err, r.wait)
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&follow, "watch-config", false, "read the configuration again whenever its file changes")
	return cmd
}

// loadTarget reads a superapp.yaml, or makes a configuration for the one mini-program in a folder or bundle.
func loadTarget(target string, flags *hostFlags, progress io.Writer) (*config.Config, error) {
	info, err := os.Stat(target)
	if err != nil {
		return nil, fmt.Errorf("%w\nnext: name a superapp.yaml or a mini-program's folder", err)
	}
	var cfg *config.Config
	if info.IsDir() && !isFile(filepath.Join(target, config.FileName)) || isPackage(target) {
		if info.IsDir() && !isMiniProgram(target) {
			return nil, fmt.Errorf("%s holds neither a superapp.yaml nor a mini-program (app.json, project.config.json, mini.project.json)\nnext: dougong new app hello", target)
		}
		cfg, err = singleApp(target, flags.plugins, progress)
	} else {
		if info.IsDir() {
			target = filepath.Join(target, config.FileName)
		}
		cfg, err = superapp.Load(target, os.Environ(), flags.plugins)
	}
	if err != nil {
		return nil, err
	}
	if flags.page != "" && cfg.File != "" {
		return nil, fmt.Errorf("--page opens a page of one mini-program, and %s may have several\nnext: name the mini-program's folder or bundle", target)
	}
	return cfg, flags.apply(cfg)
}

// first is what a browser shows in place of the launcher: the mini-program, if there is no more than one.
func (f *hostFlags) first(cfg *config.Config, app *superapp.App) *web.LaunchApp {
	if cfg.File != "" {
		return nil
	}
	return &web.LaunchApp{App: app.Apps()[0].ID, Launch: message.Launch{Path: f.page}}
}

// themeFile is the file that the theme editor writes: where a developer works on a superapp.yaml, and never where it only runs.
func (f *hostFlags) themeFile(cfg *config.Config, app *superapp.App) web.Theme {
	if cfg.File == "" || !f.theme && !f.dev {
		return nil
	}
	return app.ThemeFile(cfg.File, f.plugins)
}

// isPackage tells whether a file is a mini-program by its ending: a bundle, or a package of the W3C's.
func isPackage(name string) bool {
	ending := filepath.Ext(name)
	return strings.EqualFold(ending, ".dgm") || strings.EqualFold(ending, ".ma")
}

// isMiniProgram tells whether a folder holds a project, WeChat's or Alipay's, or a package of the W3C's.
func isMiniProgram(dir string) bool {
	for _, name := range []string{"app.json", "project.config.json", "mini.project.json", "manifest.json", "src/manifest.json"} {
		if isFile(filepath.Join(dir, name)) {
			return true
		}
	}
	return false
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// serve runs a super-app on the web host until ctx ends. started is called once with the open super-app; may be nil.
func serve(ctx context.Context, cfg *config.Config, flags *hostFlags, stdout, stderr io.Writer, started func(*superapp.App, *web.Server)) error {
	log := flags.logger(stderr)
	listener, err := web.Listen(cfg.Listen) // first of all: the plugins take a while to start
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // Serve has closed it, or nobody has spoken to it
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	app, err := superapp.Open(ctx, cfg, superapp.Options{
		Logger: log, Load: flags.load, Outside: true, Progress: func(what string) { fmt.Fprintln(stderr, what) },
		Kernel: core.Options{Inside: insideOf(ctx), Behind: func(err error) {
			if err != nil {
				end(&startError{err})
				return
			}
			runs := "run"
			if len(cfg.Plugins) == 1 {
				runs = "runs"
			}
			fmt.Fprintf(stderr, "%s %s\n", phrase.Count(len(cfg.Plugins), "plugin"), runs)
		}},
	})
	if err != nil {
		return err
	}
	shown := web.Config{
		Backend: app, Listen: cfg.Listen, Users: append([]string{cfg.Users.Default}, cfg.Users.Names...), Log: log,
		Start: flags.first(cfg, app), Dev: flags.dev, Failed: printFailures(stderr),
		Theme: flags.themeFile(cfg, app),
		Ready: func(url string) {
			if flags.theme {
				url += "&theme=1"
			}
			fmt.Fprintf(stdout, "%s is running\nopen %s\n", app.Brand().Name, url)
		},
	}
	app.Equip(&shown)
	server, err := web.New(shown)
	if err != nil {
		return joinClose(err, app.Close)
	}
	app.SetShell(server)
	if started != nil {
		started(app, server)
	}
	var watching sync.WaitGroup
	watching.Go(func() { pressure.Watch(ctx, pressure.Options{}, server.MemoryWarning) })
	err = server.Serve(ctx, listener)
	end(nil)
	watching.Wait()
	if failed := (*startError)(nil); errors.As(context.Cause(ctx), &failed) {
		err = failed.error
	}
	return joinClose(err, app.Close)
}

// printFailures prints what goes wrong in mini-programs, for their developers.
func printFailures(w io.Writer) func(web.App, message.Error) {
	var mu sync.Mutex
	return func(app web.App, e message.Error) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(w, "%s:\n", app.Name)
		printProblem(w, headless.ProblemOf(e))
	}
}

// startError ends a host one of whose plugins has not started.
type startError struct{ error }

func joinClose(err error, closeIt func() error) error {
	if closeErr := closeIt(); err == nil {
		return closeErr
	}
	return err
}

// describe says in a line which plugins a configuration has.
func describe(cfg *config.Config) string {
	ids := make([]string, len(cfg.Plugins))
	for i, p := range cfg.Plugins {
		ids[i] = p.ID
	}
	return strings.Join(ids, ", ")
}

// singleApp makes a configuration for one mini-program with the plugins in a folder, and says which.
func singleApp(dir, plugins string, progress io.Writer) (*config.Config, error) {
	plugins = superapp.PluginsFolder(plugins)
	home, err := os.UserConfigDir()
	if err != nil {
		return nil, fmt.Errorf("no folder for data: %w\nnext: set HOME, or give --data", err)
	}
	cfg, err := superapp.Single(dir, plugins, filepath.Join(home, "dougong", "data"))
	if err != nil {
		return nil, err
	}
	if len(cfg.Plugins) == 0 {
		fmt.Fprintf(progress, "no superapp.yaml and no plugins in %s: the mini-program gets no capabilities\nnext: make plugins, or name a folder with --plugins\n", plugins)
	} else {
		fmt.Fprintf(progress, "no superapp.yaml: using the plugins in %s (%s), and every name of their contracts is claimed\n", plugins, describe(cfg))
	}
	cfg.Listen = web.DefaultListen
	return cfg, nil
}
