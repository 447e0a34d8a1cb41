package wasm

import (
	"bytes"
	"container/list"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
)

// Sizes of an Extism plugin's variables, names and values together.
const (
	// MaxVars is what one app and user may keep in a plugin; the default of Extism's hosts for a plugin.
	MaxVars = 1 << 20
	// MaxVarsTotal is what all of them may. Beyond it those go that were used the longest ago.
	MaxVarsTotal = 64 << 20
	// varCost is what a variable costs beside its bytes.
	varCost = 64
)

// vars are the variables of an Extism plugin, kept apart by app and user, and shared by the plugin's instances. They are a
// cache: they end with the plugin.
type vars struct {
	mu     sync.Mutex
	total  int
	spaces map[varOwner]*list.Element // of *varSpace
	recent *list.List                 // the one used last is in front
}

type varOwner struct{ app, user string }

type varSpace struct {
	owner  varOwner
	size   int
	values map[string][]byte
}

func newVars() *vars { return &vars{spaces: map[varOwner]*list.Element{}, recent: list.New()} }

// get returns a variable, or nil.
func (v *vars) get(owner varOwner, name string) []byte {
	v.mu.Lock()
	defer v.mu.Unlock()
	at, ok := v.spaces[owner]
	if !ok {
		return nil
	}
	v.recent.MoveToFront(at)
	return at.Value.(*varSpace).values[name]
}

// set keeps a copy of value.
func (v *vars) set(owner varOwner, name string, value []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	at, ok := v.spaces[owner]
	if !ok {
		at = v.recent.PushFront(&varSpace{owner: owner, values: map[string][]byte{}})
		v.spaces[owner] = at
	}
	v.recent.MoveToFront(at)
	space := at.Value.(*varSpace)
	change := varCost + len(name) + len(value)
	if old, ok := space.values[name]; ok {
		change -= varCost + len(name) + len(old)
	}
	if space.size+change > MaxVars {
		return pdk.Errorf(pdk.CodeQuota, "quota", "variable %.40q of %d bytes does not fit: %d of %d bytes are used; remove variables, or keep the data elsewhere",
			name, len(value), space.size, MaxVars)
	}
	space.values[name] = bytes.Clone(value)
	space.size += change
	v.total += change
	for v.total > MaxVarsTotal && v.recent.Len() > 1 {
		v.drop(v.recent.Back())
	}
	return nil
}

// remove forgets a variable.
func (v *vars) remove(owner varOwner, name string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	at, ok := v.spaces[owner]
	if !ok {
		return
	}
	space := at.Value.(*varSpace)
	old, ok := space.values[name]
	if !ok {
		return
	}
	delete(space.values, name)
	cost := varCost + len(name) + len(old)
	space.size -= cost
	v.total -= cost
	if len(space.values) == 0 {
		v.drop(at)
	}
}

func (v *vars) drop(at *list.Element) {
	space := v.recent.Remove(at).(*varSpace)
	delete(v.spaces, space.owner)
	v.total -= space.size
}
