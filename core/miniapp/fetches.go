package miniapp

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// fetches are the subpackages that are files of their own, as the actor knows them.
type fetches struct {
	absent map[string]bool
	waits  map[string][]fetchWait // by root; those under way
}

// fetchWait is somebody who waits for a subpackage.
type fetchWait struct {
	progress func(done, total int64) // may be nil
	done     func(error)
}

func newFetches() fetches {
	return fetches{absent: map[string]bool{}, waits: map[string][]fetchWait{}}
}

func (f *fetches) open(absent []string) {
	for _, root := range absent {
		f.absent[root] = true
	}
}

// idle tells whether nobody waits for a subpackage.
func (f *fetches) idle() bool { return len(f.waits) == 0 }

// fetch has a subpackage fetched. done is called at once if it is there.
func (a *actor) fetch(root string, w fetchWait) {
	if !a.fetches.absent[root] {
		w.done(nil)
		return
	}
	under := a.fetches.waits[root]
	a.fetches.waits[root] = append(under, w)
	if len(under) == 0 {
		a.send(message.FromActor{Fetch: &message.Fetch{Root: root}})
	}
}

// packageSaid takes word of a fetch: how far it is, or its end.
func (a *actor) packageSaid(m *message.Package) {
	waits := a.fetches.waits[m.Root]
	if !m.Ready && m.Error == "" {
		for _, w := range slices.Clone(waits) {
			if w.progress != nil {
				w.progress(m.Done, m.Total)
			}
		}
		return
	}
	delete(a.fetches.waits, m.Root)
	var err error
	if m.Ready {
		delete(a.fetches.absent, m.Root)
		a.realm.PackageCame()
	} else {
		err = errors.New(m.Error)
		a.report(message.Error{
			ID: "subpackage-load", Origin: "network", File: "app.json", Message: fmt.Sprintf("subpackage %q cannot be loaded: %s", m.Root, m.Error),
			Hint: "it is tried again the next time it is needed",
		})
	}
	for _, w := range waits {
		if err == nil && w.progress != nil {
			w.progress(m.Done, m.Total)
		}
		w.done(err)
	}
}

// Ready implements script.Packages.
func (a *actor) Ready(path string) bool { return len(a.prog.Needs(path, a.fetches.absent)) == 0 }

// Fetch implements script.Packages. What a component uses is known only once it is there.
func (a *actor) Fetch(path string, done func(error)) {
	needs := a.prog.Needs(path, a.fetches.absent)
	if len(needs) == 0 {
		done(nil)
		return
	}
	a.fetch(needs[0], fetchWait{done: func(err error) {
		if err != nil {
			done(err)
			return
		}
		a.Fetch(path, done)
	}})
}

// preload fetches what app.json's preloadRule names for a page that has been shown.
func (a *actor) preload(page string) {
	rule, ok := a.prog.App.Preload[page]
	if !ok || !rule.Metered && a.metered {
		return
	}
	for _, root := range rule.Packages {
		a.fetch(root, fetchWait{done: func(error) {}}) // a failure has been reported
	}
}

// metered lists the networks whose traffic costs something, as wx.getNetworkType names them.
var metered = map[string]bool{"2g": true, "3g": true, "4g": true, "5g": true}

// bindFetch is __dougong.fetch(name or root, progress, settle).
func (a *actor) bindFetch(args []value.Value) (value.Value, error) {
	name, _ := at(args, 0).(string)
	progress, _ := at(args, 1).(value.Func)
	settle, _ := at(args, 2).(value.Func)
	sub := a.prog.App.Package(name)
	if sub == nil {
		a.later(func() { a.settle(settle, fmt.Errorf("subpackage %q is not found", strings.Trim(name, "/"))) })
		return nil, nil
	}
	tell := func(done, total int64) {
		if progress != nil {
			_, _ = a.realm.Invoke(progress, value.Int(int(done)), value.Int(int(total)))
		}
	}
	if !a.fetches.absent[sub.Root] {
		a.later(func() {
			tell(sub.Size, sub.Size)
			a.settle(settle, nil)
		})
		return nil, nil
	}
	a.fetch(sub.Root, fetchWait{progress: tell, done: func(err error) { a.settle(settle, err) }})
	return nil, nil
}
