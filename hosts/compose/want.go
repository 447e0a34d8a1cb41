package compose

import (
	"cmp"
	"fmt"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
	"github.com/dougong-dev/dougong/hosts/constraint"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// want is one entry of superapp.yaml, or a plugin that another one requires.
type want struct {
	kind    lock.Kind
	id, as  string
	version string // constraint, as it is written; "" for a path
	path    string // as it is written
	by      string // the plugin that requires it; "" if superapp.yaml lists it
	index   int    // in the file's list; -1 if it is not there
	at      strict.Position
}

func (w *want) name() string { return cmp.Or(w.as, w.id) }

func (w *want) key() key { return key{w.kind, w.name()} }

// what names it in messages.
func (w *want) what() string {
	if w.kind == lock.MiniProgram {
		return fmt.Sprintf("mini-program %q", cmp.Or(w.name(), w.path))
	}
	return fmt.Sprintf("plugin %q", w.name())
}

type key struct {
	kind lock.Kind
	name string
}

// limit is a constraint on a version, and who has it.
type limit struct {
	constraint.Constraint
	text string
	from string
}

// wants reads what a configuration asks for.
func wants(c *config.Config, wrong *Problems) (out []want, limits map[key][]limit) {
	limits = map[key][]limit{}
	add := func(w want, list string) {
		w.at = c.Place(list, w.index)
		if w.version != "" {
			w.at = c.Place(list, w.index, "version")
			l, err := constraint.Parse(w.version)
			if err != nil {
				wrong.add(w.at, `write it like "^1.2", "~1.2.3", ">=1.2, <3" or "1.2.3"`, fmt.Sprintf("%s: %q is no version constraint", w.what(), w.version))
				return
			}
			limits[w.key()] = append(limits[w.key()], limit{l, w.version, w.at.String()})
		} else if w.path != "" {
			w.at = c.Place(list, w.index, "path")
		}
		out = append(out, w)
	}
	for i, p := range c.Plugins {
		add(want{kind: lock.Plugin, id: p.ID, as: p.As, version: p.Version, path: p.Path, index: i}, "plugins")
	}
	for i, a := range c.MiniApps {
		add(want{kind: lock.MiniProgram, id: a.ID, version: a.Version, path: a.Path, index: i}, "miniapps")
	}
	return out, limits
}
