package compose

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/compose/lock"
)

// makeLock says what was chosen. Files for platforms that are not asked for now stay, as long as the version does.
func (p *Plan) makeLock() *lock.Lock {
	l := &lock.Lock{}
	if p.root != nil {
		l.Root = digestOf(p.root)
	}
	for _, pack := range p.Packages {
		l.Entries = append(l.Entries, pack.Entry)
	}
	l.Sort()
	return l
}

// Save writes the lock file, and beside it the evidence that it names.
func (p *Plan) Save() error {
	dir := filepath.Join(p.options.Config.Dir, EvidenceDir)
	keep := map[string]bool{}
	for _, pack := range p.Packages {
		for _, f := range pack.files {
			if f.evidence == nil {
				continue
			}
			name := digestOf(f.evidence) + ".json"
			keep[name] = true
			if isFile(filepath.Join(dir, name)) {
				continue
			}
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			if err := trust.Replace(filepath.Join(dir, name), f.evidence); err != nil {
				return err
			}
		}
		for _, f := range pack.Entry.Files {
			keep[f.Evidence+".json"] = true
		}
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if !keep[filepath.Base(name)] {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	return lock.Write(p.LockFile(), p.Lock)
}

// difference says in short what has changed.
func difference(old, now *lock.Lock) string {
	if old == nil {
		return "it is new"
	}
	var out []string
	for i := range now.Entries {
		e := &now.Entries[i]
		switch was := old.Find(e.Kind, e.Name()); {
		case was == nil:
			out = append(out, fmt.Sprintf("%s %s is new", e.Name(), e.Version))
		case was.Version != e.Version:
			out = append(out, fmt.Sprintf("%s %s → %s", e.Name(), was.Version, e.Version))
		case !slices.Equal(was.Files, e.Files) || was.Want != e.Want || was.Source != e.Source || was.Yanked != e.Yanked || was.By != e.By:
			out = append(out, fmt.Sprintf("%s %s: what is said of it", e.Name(), e.Version))
		}
	}
	for i := range old.Entries {
		if e := &old.Entries[i]; now.Find(e.Kind, e.Name()) == nil {
			out = append(out, e.Name()+" is gone")
		}
	}
	if old.Root != now.Root {
		out = append(out, "another root of trust")
	}
	return strings.Join(out, ", ")
}
