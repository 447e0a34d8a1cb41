package install

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/core/filelock"
	"github.com/dougong-dev/dougong/core/trust"
)

// Gate decides about bundles; core/admission has one.
type Gate interface {
	// Install verifies a bundle that is to be installed; a nil verdict without an error is of one that needs no evidence.
	Install(path string) (*trust.Verdict, error)
	// Admit verifies one that was installed before.
	Admit(path string) (content string, err error)
	// Learn takes what evidence says about the house.
	Learn(e *trust.Evidence) error
	// State is what is remembered.
	State() (*trust.State, error)
}

// Options of Open.
type Options struct {
	// Dir is the host's data folder.
	Dir string
	// Gate decides what may be installed.
	Gate Gate
	// Sources are asked in this order; of the same version the first one's is taken.
	Sources []Source
	// Base is what the super-app was composed of; what is installed takes its place.
	Base []Base
	// Has tells that the host has a package by other means, so that it is not installed for another one's sake; may be nil.
	Has func(id string) bool
	// Logger is slog.Default if nil, Now time.Now.
	Logger *slog.Logger
	Now    func() time.Time
}

// Manager changes what is installed. Its methods are safe for concurrent use, by several processes as well.
type Manager struct {
	options Options
	shelf   shelf

	mu  sync.Mutex
	now []Source
}

func (m *Manager) sources() []Source {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Use has the manager ask the sources of another from now on.
func (m *Manager) Use(other *Manager) {
	sources := other.sources()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = sources
}

// Folder is where in the data folder everything is kept.
const Folder = "installed"

// Open makes a manager. Nothing is read or written by it.
func Open(o Options) *Manager {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Has == nil {
		o.Has = func(string) bool { return false }
	}
	return &Manager{now: o.Sources, options: o, shelf: shelf{filepath.Join(o.Dir, Folder)}}
}

// Ledger tells what is installed. It needs neither the network nor the lock.
func (m *Manager) Ledger() (*Ledger, error) { return m.shelf.ledger() }

// Path is where an installed bundle is.
func (m *Manager) Path(item Item) string { return m.shelf.bundle(item) }

// Change is what an operation has done.
type Change struct {
	Number int64    `json:"generation"` // of the generation now; 0: nothing has changed
	Done   []Update `json:"done"`
	// Warnings are what was wrong without being in the way: a source that does not answer, a package that was left out.
	Warnings []string `json:"warnings,omitempty"`
	// Failed are the packages whose new version could not be fetched, or was not what it has to be: they stay as they are.
	Failed []string `json:"failed,omitempty"`
}

// Update is another version of a package. From is "" for a new one, To for one that goes.
type Update struct {
	Kind   string `json:"kind"`
	ID     string `json:"id"`
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
	Source string `json:"source,omitempty"`
	Tally  Tally  `json:"tally"`
}

func (c *Change) warn(err error) {
	if err != nil {
		c.Warnings = append(c.Warnings, err.Error())
	}
}

// locked has f change the ledger while nobody else does. If f gives a new one, that is switched to and the shelf is swept.
func (m *Manager) locked(ctx context.Context, f func(*Ledger) (*Ledger, error)) error {
	if err := m.shelf.make(); err != nil {
		return err
	}
	unlock, err := filelock.Lock(ctx, m.shelf.path(lockFile))
	if err != nil {
		return err
	}
	defer unlock()
	l, err := m.shelf.ledger()
	if err != nil {
		return err
	}
	next, err := f(l)
	if err != nil || next == nil {
		return err
	}
	if err := m.shelf.change(next); err != nil {
		return err
	}
	m.shelf.sweep(next)
	return nil
}

// Install installs packages, each in the newest version that it is wanted in, and what they require. All of it or nothing.
func (m *Manager) Install(ctx context.Context, wants []Want) (*Change, error) {
	c := &Change{}
	if err := m.learn(ctx, c); err != nil {
		return c, err
	}
	err := m.locked(ctx, func(l *Ledger) (*Ledger, error) {
		b := &batch{m: m, was: l, change: c}
		for queue := wants; len(queue) > 0; queue = queue[1:] {
			item, release, err := b.install(ctx, queue[0])
			if err != nil {
				return nil, err
			}
			queue = append(queue, b.requires(item, release, queue)...)
		}
		return b.finish(), nil
	})
	return c, err
}

// Uninstall removes packages. What they kept, their data, stays.
func (m *Manager) Uninstall(ctx context.Context, ids ...string) (*Change, error) {
	c := &Change{}
	err := m.locked(ctx, func(l *Ledger) (*Ledger, error) {
		for _, id := range ids {
			item := l.Current.Find(id)
			if item == nil {
				if m.base(id) != nil {
					return nil, fmt.Errorf("%s is part of what the super-app was composed of\nnext: leave it out of superapp.yaml and compose anew", id)
				}
				return nil, fmt.Errorf("%s is not installed\nnext: dougong installed", id)
			}
			u := Update{Kind: item.Kind, ID: id, From: item.Version}
			if b := m.base(id); b != nil {
				u.To = b.Version
			}
			c.Done = append(c.Done, u)
		}
		next := l.next(m.options.Now().Unix(), nil, ids)
		next.Current.Proven = l.Current.Proven // the rest of it has run
		c.Number = next.Current.Number
		return next, nil
	})
	return c, err
}

// next is the ledger with the next generation.
func (l *Ledger) next(now int64, fresh []Item, without []string) *Ledger {
	next := *l
	was := l.Current
	next.Previous = &was
	next.Current = l.Current.with(now, fresh, without)
	return &next
}

// ErrNothingBefore says that there is no generation to go back to.
var ErrNothingBefore = errors.New("there is no generation before this one")

// Rollback goes back to the generation before. Each of its bundles has to be allowed still.
func (m *Manager) Rollback(ctx context.Context) (*Change, error) {
	c := &Change{}
	err := m.locked(ctx, func(l *Ledger) (*Ledger, error) {
		if l.Previous == nil {
			return nil, fmt.Errorf("rollback: %w", ErrNothingBefore)
		}
		for _, item := range l.Previous.Items {
			if _, err := m.options.Gate.Admit(m.Path(item)); err != nil {
				return nil, fmt.Errorf("rollback to generation %d: %w", l.Previous.Number, err)
			}
		}
		next := l.back(m.options.Now().Unix(), "rolled back by hand", false)
		c.Number, c.Done = next.Current.Number, m.differences(&l.Current, &next.Current)
		return next, nil
	})
	return c, err
}

// Fail takes a generation back that did not start. It does nothing, and says so, if that generation is not the current one
// any more, or has run before: then it is not its versions that are at fault.
func (m *Manager) Fail(ctx context.Context, number int64, reason string) (*Change, error) {
	c := &Change{}
	err := m.locked(ctx, func(l *Ledger) (*Ledger, error) {
		if l.Previous == nil || l.Current.Number != number || l.Current.Proven {
			return nil, fmt.Errorf("rollback of generation %d: %w", number, ErrNothingBefore)
		}
		next := l.back(m.options.Now().Unix(), reason, true)
		c.Number, c.Done = next.Current.Number, m.differences(&l.Current, &next.Current)
		return next, nil
	})
	return c, err
}

// Prove notes that a host has started all of a generation.
func (m *Manager) Prove(ctx context.Context, number int64) error {
	l, err := m.Ledger()
	if err != nil || l.Current.Number != number || l.Current.Proven {
		return err
	}
	return m.locked(ctx, func(l *Ledger) (*Ledger, error) {
		if l.Current.Number != number || l.Current.Proven {
			return nil, nil
		}
		next := *l
		next.Current.Proven = true
		return &next, nil
	})
}

// differences lists what becomes of each package between two generations.
func (m *Manager) differences(was, is *Generation) (out []Update) {
	for _, item := range m.Running(*was) {
		switch now, _ := m.find(is, item.ID); {
		case now == nil:
			out = append(out, Update{Kind: item.Kind, ID: item.ID, From: item.Version})
		case now.SHA256 != item.SHA256:
			out = append(out, Update{Kind: item.Kind, ID: item.ID, From: item.Version, To: now.Version})
		}
	}
	for _, item := range m.Running(*is) {
		if had, _ := m.find(was, item.ID); had == nil {
			out = append(out, Update{Kind: item.Kind, ID: item.ID, To: item.Version})
		}
	}
	return out
}
