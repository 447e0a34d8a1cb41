package view

import (
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// SetData writes changes into the instance's data and renders what reads them: when it returns, components that it brought
// in exist, those that it removed are gone, and the next flush sends the difference.
//
// Called while this instance is being rendered or updated already (by a lifetime or observer of a component below, for
// instance), it is put off until that is done. A path that cannot be written is an error; the other changes are made.
func (c *Component) SetData(changes []Change) error {
	if c.gone || len(changes) == 0 {
		return nil
	}
	if c.busy {
		c.queue = append(c.queue, changes)
		return nil
	}
	if c.page.nested >= MaxNestedUpdates {
		return &LimitError{"setData nested deeper than", MaxNestedUpdates, "levels", "components most likely set each other's data without an end; look at observers and events of " + c.Def.Path}
	}
	c.page.nested++
	was := c.enter()
	err := c.apply(changes)
	c.leave(was)
	c.page.nested--
	return err
}

// enter marks the instance as being rendered.
func (c *Component) enter() (was bool) {
	was, c.busy = c.busy, true
	return was
}

// leave ends what enter began and makes up for calls of SetData that came meanwhile.
func (c *Component) leave(was bool) {
	if was {
		return
	}
	for round := 1; len(c.queue) > 0 || c.slotsDirty; round++ {
		c.placeContent()
		if round > MaxRounds {
			c.queue = nil
			c.page.logic.Report(c, Position{File: c.Def.Path}, &LimitError{"setData while rendering repeated more than", MaxRounds, "times",
				"a setData most likely leads to itself again through an observer, a lifetime or an event"})
			break
		}
		queue := c.queue
		c.queue = nil
		for _, changes := range queue {
			if err := c.apply(changes); err != nil {
				c.page.logic.Report(c, Position{File: c.Def.Path}, err)
			}
		}
	}
	c.busy = false
}

// apply makes changes in the data and updates the shadow tree and the content that read them, once for all of them.
func (c *Component) apply(changes []Change) (err error) {
	if c.gone || c.data == nil {
		return nil
	}
	return c.applyIndependent(independent(changes))
}

// independent are the changes without those that others of them undo: one below a path that a later one writes is left out,
// one below an earlier one becomes part of it. What is rendered is the end of a setData, never a state on its way.
func independent(changes []Change) []Change {
	if len(changes) == 1 || !overlapping(changes) {
		return changes
	}
	out := make([]Change, 0, len(changes))
	for _, ch := range changes {
		out = slices.DeleteFunc(out, func(earlier Change) bool { return within(earlier.Path, ch.Path) })
		if i := slices.IndexFunc(out, func(earlier Change) bool { return within(ch.Path, earlier.Path) }); i >= 0 {
			out[i] = out[i].with(ch)
			continue
		}
		out = append(out, ch)
	}
	return out
}

func overlapping(changes []Change) bool {
	for i := 1; i < len(changes); i++ {
		for j := range i {
			if within(changes[i].Path, changes[j].Path) || within(changes[j].Path, changes[i].Path) {
				return true
			}
		}
	}
	return false
}

// within tells whether path is that of around, or below it.
func within(path, around []any) bool {
	if len(path) < len(around) {
		return false
	}
	for i := range around {
		if path[i] != around[i] {
			return false
		}
	}
	return true
}

// with is the change with another one made in its value.
func (ch Change) with(inner Change) Change {
	holder := value.ObjectOf("value", ch.Value)
	path := append([]any{"value"}, inner.Path[len(ch.Path):]...)
	if value.Set(holder, path, inner.Value) == nil {
		ch.Value, _ = holder.Get("value")
	}
	return ch
}

func (c *Component) applyIndependent(changes []Change) (err error) {
	var buf [4]change
	chs := buf[:0]
	for _, ch := range changes {
		steps, grew, e := c.write(ch)
		if e != nil {
			if err == nil {
				err = e
			}
			continue
		}
		name, _ := ch.Path[0].(string)
		if v, read := c.unit.base.vars[name]; read {
			chs = append(chs, change{v: v, steps: steps, grew: grew})
		}
		c.writeBack(name)
	}
	if len(chs) > 0 && c.shadow != nil {
		for _, root := range c.shadow.list {
			root.update(chs)
		}
	}
	return err
}

// write stores one change and says what it changed, below the data field: less deep than its path if something on the
// way had to be replaced, because it was no array or object.
func (c *Component) write(ch Change) (steps []any, grew bool, err error) {
	if len(ch.Path) == 0 {
		return nil, false, fmt.Errorf("setData: empty path")
	}
	name, isName := ch.Path[0].(string)
	if !isName {
		return nil, false, fmt.Errorf("setData path %q: it must begin with a name", value.FormatPath(ch.Path))
	}
	node, _ := c.data.Get(name)
	end := len(ch.Path)
	for i, step := range ch.Path[1:] {
		if a, isArray := node.(*value.Array); isArray {
			if n, isIndex := step.(int); isIndex && n >= a.Len() {
				grew = true
			}
		}
		if !holdsStep(node, step) {
			end = i + 1
			break
		}
		node = value.Lookup(node, []any{step})
	}
	if err := value.Set(c.data, ch.Path, ch.Value); err != nil {
		return nil, false, err
	}
	return ch.Path[1:end], grew, nil
}

// holdsStep tells whether setData can go one step below node without replacing it.
func holdsStep(node value.Value, step any) bool {
	switch node.(type) {
	case *value.Array:
		s, isName := step.(string)
		return !isName || isDigits(s)
	case *value.Object:
		_, isName := step.(string)
		return isName
	}
	return false
}

// writeBack carries a property bound with model: back to the owner.
func (c *Component) writeBack(name string) {
	for _, m := range c.models {
		if prop, ok := propName(c.Def, m.prop); !ok || prop != name || c.host == nil {
			continue
		}
		v, _ := c.data.Get(name)
		c.host.writeModel(m, value.Copy(v))
	}
}

// writeModel writes the value of a two-way binding into the data of the component whose template has the binding.
func (cl *clone) writeModel(m model, v value.Value) {
	path, ok := cl.scope.dataPath(m.expr)
	if !ok {
		cl.comp.page.report(cl, m.expr.Pos, fmt.Errorf("model:%s needs the plain path of a data field", m.prop))
		return
	}
	if value.Equal(value.Lookup(cl.comp.data, path), v) {
		return
	}
	if err := cl.comp.SetData([]Change{{Path: path, Value: value.Copy(v)}}); err != nil {
		cl.comp.page.report(cl, m.expr.Pos, err)
		return
	}
	cl.comp.page.logic.Model(cl.comp, value.FormatPath(path), v)
}
