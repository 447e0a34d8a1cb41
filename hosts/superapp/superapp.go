package superapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/core/miniapp/script"
	"github.com/dougong-dev/dougong/hosts/admin"
	"github.com/dougong-dev/dougong/hosts/crash"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
	"github.com/dougong-dev/dougong/hosts/telemetry"
	"github.com/dougong-dev/dougong/hosts/web"
)

// Options of a super-app.
type Options struct {
	// Logger takes what the kernel, the plugins and the builds say; nil means slog.Default.
	Logger *slog.Logger
	// Progress is told what is being done while a super-app opens; may be nil. Of what takes longer than a second, it is told
	// which plugin it is; Kernel.Slow, if set, is told in its place.
	Progress func(what string)
	// Budget limits each mini-program.
	Budget script.Budget
	// Load reads the configuration again, for Reload; nil: it came from no file.
	Load func() (*config.Config, error)
	// Outside serves metrics and the admin socket, if the configuration names them: for a host that runs for long.
	Outside bool
	// Kernel are further options of the kernel; its Prompter and Logger are set here. Its Language, if set, is asked first: "" leaves it
	// to the shell and the super-app's first language.
	Kernel core.Options
}

// App is an open super-app. Its methods are safe for concurrent use.
type App struct {
	base      *config.Config // as it was written; config has what is installed as well
	config    *config.Config
	opened    chan struct{}
	keeper    *keeper // nil: nothing is installed or updated here
	options   Options
	kernel    *core.Kernel
	telemetry *telemetry.Telemetry
	admin     *admin.Server // nil: off
	shell     atomic.Pointer[Shell]
	crashes   *crash.Store
	pool      *isolate.Pool // nil if no mini-program runs in a process of its own

	brand      atomic.Pointer[web.Brand]
	memoryLock sync.Mutex

	mu       sync.RWMutex
	programs []*miniProgram
}

// Open starts the plugins and builds the mini-programs of a configuration. ctx bounds the start. A mini-program that
// does not build stays in the list and says why when it is opened.
//
// What is installed takes the places of the configuration's bundles. If it does not start, and is started for the first time,
// the versions before it are.
func Open(ctx context.Context, cfg *config.Config, o Options) (*App, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if cache, err := os.UserCacheDir(); err == nil && o.Kernel.CacheDir == "" {
		o.Kernel.CacheDir = filepath.Join(cache, "dougong")
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.Kernel.Slow == nil {
		o.Kernel.Slow = o.Progress
	}
	if o.Kernel.Gate == nil {
		gate, err := admission.New(cfg, admission.Options{Logger: o.Logger, Now: o.Kernel.Now})
		if err != nil {
			return nil, err
		}
		o.Kernel.Gate = gate
	}
	k, err := newKeeper(ctx, cfg, &o)
	if err != nil {
		return nil, err
	}
	a, err := openOnce(ctx, cfg, o, k)
	if err != nil {
		a, err = reopen(ctx, cfg, o, k, err)
	}
	if err != nil {
		k.close()
		return nil, err
	}
	a.update()
	return a, nil
}

// openOnce opens what is installed at present.
func openOnce(ctx context.Context, base *config.Config, o Options, k *keeper) (*App, error) {
	cfg, err := k.compose(base, o.Logger.Warn)
	if err != nil {
		return nil, err
	}
	a := &App{base: base, config: cfg, options: o, keeper: k, opened: make(chan struct{}), crashes: crash.Open(filepath.Join(cfg.DataDir(), crash.Folder))}
	a.Restyle(cfg)
	if o.Kernel.Behind != nil {
		o.Kernel.Behind = a.behind(o.Kernel.Behind)
	}
	o.Kernel.Prompter = prompter{a}
	o.Kernel.Language = a.languageBehind(o.Kernel.Language)
	if o.Kernel.Ended == nil {
		o.Kernel.Ended = a.pluginEnded
	}
	o.Kernel.Logger = o.Logger
	o.Kernel.Package = a.Asset
	o.Kernel.Exchange = exchange{a}
	for i := range cfg.MiniApps {
		o.Progress("building " + cfg.MiniApps[i].Path)
		p := a.load(ctx, &cfg.MiniApps[i])
		cfg.MiniApps[i].ID = p.id() // the kernel's policy finds it by id
		a.programs = append(a.programs, p)
	}
	if err := a.checkIDs(); err != nil {
		return nil, err
	}
	o.Progress("starting " + phrase.Count(len(cfg.Plugins), "plugin"))
	err = a.start(ctx, cfg, o.Kernel)
	close(a.opened)
	if err != nil {
		return nil, errors.Join(err, a.shut())
	}
	if err := a.openPool(); err != nil {
		return nil, errors.Join(err, a.shut())
	}
	if o.Kernel.Behind == nil {
		a.observeHealth()
	}
	return a, nil
}

// start starts the plugins, and what outsiders ask about them.
func (a *App) start(ctx context.Context, cfg *config.Config, o core.Options) (err error) {
	measured := *cfg
	if !a.options.Outside {
		measured.Telemetry.OTLP, measured.Metrics.Listen, measured.Admin.Socket = "", "", ""
	}
	if a.telemetry, err = telemetry.Open(&measured, a.options.Logger); err != nil {
		return err
	}
	if a.options.Outside {
		o.Observers = append(o.Observers, a.telemetry.Observers()...)
	}
	if a.kernel, err = core.New(ctx, cfg, o); err != nil {
		return err
	}
	return a.serve(&measured)
}

// checkIDs makes sure that no two mini-programs share an id: their data would be shared too.
func (a *App) checkIDs() error {
	seen := map[string]string{}
	for _, p := range a.programs {
		if first, ok := seen[p.id()]; ok {
			return fmt.Errorf("mini-programs %q and %q have the same id %q: give one of them another `appid` in its project.config.json", first, p.path, p.id())
		}
		seen[p.id()] = p.path
	}
	return nil
}

// Kernel is the super-app's kernel.
func (a *App) Kernel() *core.Kernel { return a.kernel }

// Config is the super-app's configuration, which must not be changed.
func (a *App) Config() *config.Config { return a.config }

// Brand is how the super-app presents itself.
func (a *App) Brand() web.Brand { return *a.brand.Load() }

// Apps lists the mini-programs, in the order of the configuration.
func (a *App) Apps() []web.App {
	a.mu.RLock()
	defer a.mu.RUnlock()
	out := make([]web.App, len(a.programs))
	for i, p := range a.programs {
		out[i] = p.launcher()
	}
	return out
}

// Open starts a mini-program.
func (a *App) Open(_ context.Context, o web.OpenOptions) (web.Session, error) {
	place, err := a.Place(o.App)
	if err != nil {
		return nil, err
	}
	place.User, place.Launch, place.System, place.Send, place.ClientScripts = o.User, o.Launch, o.System, o.Send, o.ClientScripts
	session, err := miniapp.Start(context.Background(), place)
	if err != nil {
		return nil, fmt.Errorf("open mini-program %q: %w", o.App, err)
	}
	return &open{Session: session, log: a.options.Logger, app: o.App, program: place.Program}, nil
}

// Place is what a session of a mini-program needs wherever it is shown: its program, the kernel, where it runs, its limits.
// The rest is for who shows it.
func (a *App) Place(id string) (miniapp.Options, error) {
	p, err := a.find(id)
	if err != nil {
		return miniapp.Options{}, err
	}
	program, err := p.ready()
	if err != nil {
		return miniapp.Options{}, err
	}
	runner, memory := a.placeOf(p)
	env := message.EnvRelease
	if !p.bundled() {
		env = message.EnvDevelop
	}
	return miniapp.Options{Program: program, Env: env, Kernel: a.kernel, Runner: runner, Memory: memory, Budget: a.options.Budget, Log: a.options.Logger}, nil
}

// open is a session as the web host holds it.
type open struct {
	*miniapp.Session
	log     *slog.Logger
	app     string
	program *program.Program
}

// Asset reads a file of the bundle that the session runs, which may have been updated since.
func (o *open) Asset(path string) ([]byte, error) { return o.program.Asset(path) }

var _ web.Files = (*open)(nil)

// Post hands over a message. A mini-program whose mailbox is full or that has ended loses it, as one that is gone would.
func (o *open) Post(m message.ToActor) {
	if err := o.Session.Post(m); err != nil {
		o.log.Debug("message to a mini-program dropped", "app", o.app, "error", err)
	}
}

// find returns a mini-program by its id.
func (a *App) find(id string) (*miniProgram, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, p := range a.programs {
		if p.id() == id {
			return p, nil
		}
	}
	return nil, fmt.Errorf("this super-app has no mini-program %q; `miniapps` in its configuration lists them", id)
}

func inChinese(text map[string]string) string {
	for _, language := range []string{"zh-CN", "zh", "en"} {
		if text[language] != "" {
			return text[language]
		}
	}
	return ""
}

var _ web.Backend = (*App)(nil)
