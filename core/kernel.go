package core

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/evidence"
	"github.com/dougong-dev/dougong/core/keychain"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/core/plugin/inside"
	"github.com/dougong-dev/dougong/core/store"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// closeWait bounds how long a plugin may take to stop when the kernel closes.
const closeWait = 10 * time.Second

// Kernel runs the plugins of one super-app and dispatches calls to them. Its methods are safe for concurrent use.
type Kernel struct {
	opts        Options
	log         *slog.Logger
	clock       func() time.Time // nil: the system's
	store       Store
	keyring     Keyring
	now         atomic.Pointer[state]
	changing    sync.Mutex     // while the state is replaced
	drains      sync.WaitGroup // of plugins that were replaced
	quit        chan struct{}  // closed when the kernel closes
	standard    []*contract.Contract
	secrets     secrets
	catalogue   *capability.Catalogue
	policy      *permission.Policy
	grants      *permission.Grants
	tasks       *capability.Tasks
	observers   *capability.Observers
	watching    []*pluginObserver // the plugins among the observers
	chain       capability.Handler
	keys        sync.Mutex // while a data key is made
	timers      timers
	slow        sync.Mutex // while somebody is told what takes long
	recorder    *evidence.Recorder
	traceKey    ed25519.PrivateKey
	traceLog    string
	started     chan struct{} // closed when the plugins run
	startedOnce sync.Once
	closers     []func() error
	once        sync.Once
	closeErr    error
}

// New starts a kernel: it reads the plugins' manifests, checks that everything fits together, and starts the plugins.
// ctx bounds the start. The error says everything that is wrong; nothing keeps running then. With Options.Behind the plugins
// start afterwards.
func New(ctx context.Context, cfg *config.Config, o Options) (k *Kernel, err error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Keychain == nil {
		o.Keychain = keychain.Get
	}
	if o.SlowAfter <= 0 {
		o.SlowAfter = DefaultSlowAfter
	}
	clock := o.Now
	if o.Now == nil {
		o.Now = time.Now
	}
	k = &Kernel{clock: clock, opts: o, started: make(chan struct{}), quit: make(chan struct{})}
	k.log = slog.New(veil{o.Logger.Handler(), &k.secrets})
	k.now.Store(&state{cfg: cfg})
	defer func() {
		if err != nil {
			err = errors.Join(err, k.Close())
			k = nil
		}
	}()
	if err := k.openStores(); err != nil {
		return k, err
	}
	if k.opts.Gate == nil {
		if k.opts.Gate, err = admission.New(cfg, admission.Options{Logger: k.log, Now: clock}); err != nil {
			return k, err
		}
	}
	if k.opts.Runtime == nil {
		if k.opts.Runtime, err = k.defaultRuntime(); err != nil {
			return k, err
		}
	}
	if len(k.opts.Inside) > 0 {
		k.opts.Runtime = inside.New(k.opts.Runtime, k.opts.Inside)
	}
	s, err := k.load(cfg, nil)
	if err != nil {
		return k, err
	}
	table, err := k.wire(s)
	if err != nil {
		return k, err
	}
	if o.Behind != nil {
		k.startBehind(ctx, s, table)
		return k, nil
	}
	if err := k.startPlugins(ctx, s, table); err != nil {
		return k, err
	}
	k.begun()
	return k, nil
}

// begun says that the plugins run.
func (k *Kernel) begun() {
	k.startedOnce.Do(func() { close(k.started) })
}

// openStores opens what the host did not supply.
func (k *Kernel) openStores() error {
	k.store, k.keyring = k.opts.Store, k.opts.Keyring
	dir := k.Config().DataDir()
	if k.store == nil {
		s, err := store.Open(filepath.Join(dir, "host.db"))
		if err != nil {
			return err
		}
		k.store = s
		k.closers = append(k.closers, s.Close)
	}
	if k.keyring == nil {
		r, err := store.OpenKeyring(filepath.Join(dir, "keys", "master.key"))
		if err != nil {
			return err
		}
		k.keyring = r
	}
	return nil
}

// wire builds catalogue, policy and chain from the manifests.
func (k *Kernel) wire(s *state) (*capability.Table, error) {
	table, err := k.table(s)
	if err != nil {
		return nil, err
	}
	k.catalogue = &capability.Catalogue{}
	k.catalogue.Use(table)
	k.now.Store(s)
	if k.grants, err = permission.LoadGrants(k.store); err != nil {
		return nil, err
	}
	rules, err := k.rules(s, table)
	if err != nil {
		return nil, err
	}
	k.policy = permission.New(rules)
	k.tasks = capability.NewTasks(k.catalogue, func(err error) { k.log.Warn("event dropped", "error", err) })
	k.observers = capability.NewObservers(0)
	k.observe(s.cfg)
	steps := []capability.Step{capability.Enter(k.catalogue, k.observers)}
	if err := k.openTrace(); err != nil {
		return nil, err
	}
	if k.recorder != nil {
		steps = append(steps, k.recorder.Step)
	}
	k.chain = capability.Chain(capability.Admit(k.policy, k.tasks, k.opts.Guards...), steps...)
	return table, nil
}

// Call carries out a call of a mini-program (or of the host, if call.Host). call.App and call.User say for whom; the
// caller answers for them.
func (k *Kernel) Call(ctx context.Context, call *capability.Call) (pdk.Payload, error) {
	call.Caller = "" // only the kernel itself calls for plugins
	if call.Trace == "" {
		call.Trace = newTrace()
	}
	return k.chain.Answer(ctx, call)
}

// APIs lists what a mini-program gets as wx.* and ft.*: the methods and events of every capability that has a provider.
// The list is shared and must not be changed.
func (k *Kernel) APIs(string) []message.API { return k.now.Load().apis }

// Subscribe has f called with the capability events for an app and user, such as locationChange, until the returned
// function is called. f must not block.
func (k *Kernel) Subscribe(app, user string, f func(capability.Event)) (cancel func()) {
	return k.tasks.Subscribe(app, user, f)
}

// Config is the kernel's present configuration, which must not be changed.
func (k *Kernel) Config() *config.Config { return k.now.Load().cfg }

// Catalogue is what the kernel knows about capabilities.
func (k *Kernel) Catalogue() *capability.Catalogue { return k.catalogue }

// CheckDomain decides whether a mini-program may reach an address by its allow-list "request", "uploadFile",
// "downloadFile" or "socket"; hosts ask before they show a foreign picture, for instance.
func (k *Kernel) CheckDomain(app, list, address string) error {
	return k.policy.Domain(app, list, address)
}

// Grants lists what a user decided about a mini-program, by scope.
func (k *Kernel) Grants(app, user string) map[string]bool { return k.policy.Setting(app, user) }

// SetGrant records a decision that the user made outside a prompt, such as in a list of permissions.
func (k *Kernel) SetGrant(app, user, scope string, allowed bool) error {
	return k.grants.Set(app, user, scope, allowed, k.opts.Now())
}

// Revoke forgets a decision, so that the user is asked again.
func (k *Kernel) Revoke(app, user, scope string) error { return k.grants.Revoke(app, user, scope) }

// Close stops the plugins and closes the stores. It waits until everything is gone.
func (k *Kernel) Close() error {
	k.once.Do(func() {
		close(k.quit)
		k.changing.Lock() // what is being replaced is so before everything ends
		defer k.changing.Unlock()
		if k.policy != nil {
			k.policy.Close()
		}
		k.timers.close()
		if k.tasks != nil {
			k.tasks.Close()
		}
		errs := []error{k.closeTrace()}
		if k.observers != nil {
			k.observers.Close()
		}
		for _, o := range k.watching { // while the plugins can still be told
			o.close()
		}
		errs = append(errs, k.stopPlugins()...)
		k.drains.Wait()
		for i := len(k.closers) - 1; i >= 0; i-- {
			errs = append(errs, k.closers[i]())
		}
		k.closeErr = errors.Join(errs...)
	})
	return k.closeErr
}

func (k *Kernel) stopPlugins() []error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	plugins := k.now.Load().plugins
	errs := make([]error, len(plugins))
	var all sync.WaitGroup
	for i, u := range plugins {
		all.Go(func() {
			if err := u.close(ctx); err != nil {
				errs[i] = fmt.Errorf("stop plugin %q: %w", u.ID(), err)
			}
		})
	}
	all.Wait()
	return errs
}
