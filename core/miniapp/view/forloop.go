package view

import (
	"math"
	"strconv"

	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// rows is what a wx:for goes through: the items, and the names they go by.
type rows struct {
	array  *value.Array
	object *value.Object
	text   []string
	n      int
}

func (cl *clone) rowsOf(a *anchor, v value.Value) rows {
	r := rows{}
	switch v := v.(type) {
	case *value.Array:
		r.array, r.n = v, v.Len()
	case *value.Object:
		r.object, r.n = v, v.Len()
	case string:
		for _, c := range v {
			if len(r.text) > MaxRows {
				break
			}
			r.text = append(r.text, string(c))
		}
		r.n = len(r.text)
	case float64:
		if v > 0 { // counts up while it is below v
			r.n = int(math.Ceil(min(v, MaxRows+1)))
		}
	}
	if r.n > MaxRows {
		cl.comp.page.reportOnce(cl, a.part, warnf("wx:for over more than %d items: only the first %d are shown", MaxRows, MaxRows))
		r.n = MaxRows
	}
	return r
}

func (r *rows) at(i int) (item, index value.Value) {
	switch {
	case r.array != nil:
		return r.array.Items[i], value.Int(i)
	case r.object != nil:
		key, v := r.object.At(i)
		return v, key
	case r.text != nil:
		return r.text[i], value.Int(i)
	}
	return value.Int(i), value.Int(i)
}

// renderRows makes all rows.
func (cl *clone) renderRows(a *anchor) {
	r := cl.rowsOf(a, cl.comp.page.eval(cl.comp, cl.scope, a.part.expr))
	if r.n == 0 || len(a.part.loop.body.nodes) == 0 {
		return
	}
	keys := cl.keys(a, &r)
	a.list = make([]*clone, 0, r.n)
	for i := range r.n {
		row := cl.newRow(a, &r, i, keyAt(keys, i))
		row.at = a
		a.list = append(a.list, row)
	}
}

func keyAt(keys []string, i int) string {
	if keys == nil {
		return ""
	}
	return keys[i]
}

func (cl *clone) newRow(a *anchor, r *rows, i int, key string) *clone {
	item, index := r.at(i)
	s := &scope{outer: cl.scope, page: cl.comp.page, loop: a.part.loop, item: item, index: index, key: key}
	return cl.comp.page.newClone(a.part.loop.body, cl.comp, s)
}

// keys gives every row its key; nil for a loop without wx:key. A missing or repeated key is replaced by one made of the
// row's place.
func (cl *clone) keys(a *anchor, r *rows) []string {
	lp := a.part.loop
	if lp.key == "" {
		return nil
	}
	keys, seen := make([]string, r.n), make(map[string]struct{}, r.n)
	for i := range keys {
		item, _ := r.at(i)
		key, ok := lp.keyOf(item)
		if !ok {
			cl.comp.page.warnOnce(cl, a.part, "wx:key=%q: an item has no such property; rows without key are matched by their place", lp.key)
			key = "\x00" + strconv.Itoa(i)
		} else if _, twice := seen[key]; twice {
			cl.comp.page.warnOnce(cl, a.part, "wx:key=%q: several items have the key %q", lp.key, key)
			key = "\x00" + strconv.Itoa(i) + key
		}
		seen[key] = struct{}{}
		keys[i] = key
	}
	return keys
}

// keyOf is an item's key as the template asks for it.
func (lp *loop) keyOf(item value.Value) (key string, ok bool) {
	for _, step := range lp.keySteps {
		item = value.Member(item, step)
	}
	if value.IsNullish(item) {
		return "", false
	}
	return value.ToString(item), true
}

// updateRows brings the rows up to date. If it is known which items changed, only their rows are looked at.
func (cl *clone) updateRows(a *anchor, chs []change, own, nested bool) {
	page, lp := cl.comp.page, a.part.loop
	if len(lp.body.nodes) == 0 {
		return
	}
	outer := chs
	if !nested {
		outer = nil
	}
	if !own {
		a.updateAll(chs)
		return
	}
	r := cl.rowsOf(a, page.eval(cl.comp, cl.scope, a.part.expr))
	touched, ok := cl.touchedRows(a, &r, chs)
	if ok && r.n == len(a.list) && cl.updateTouched(a, &r, touched, outer) {
		return
	}
	if !ok {
		touched = nil
	}
	cl.diffRows(a, &r, rowChanges{exact: ok, items: touched, outer: outer})
}

// rowChanges is what is known of the items of a loop when its rows are matched anew.
type rowChanges struct {
	exact bool // items that are the same array or object as before did not change, except:
	items []rowChange
	outer []change
}

type rowChange struct {
	row int
	ch  change
}

// touchedRows turns changes of the list into changes of items; ok is false if a change is not confined to items.
func (cl *clone) touchedRows(a *anchor, r *rows, chs []change) (out []rowChange, ok bool) {
	lp := a.part.loop
	if r.array == nil || lp.path == nil {
		return nil, false
	}
	for _, ch := range chs {
		at, hit := ch.below(lp.path.v, lp.path.steps, lp.itemVar)
		if !hit {
			continue
		}
		if len(at.steps) == 0 {
			return nil, false
		}
		i, isIndex := at.steps[0].(int)
		if !isIndex {
			return nil, false
		}
		at.steps = at.steps[1:]
		out = append(out, rowChange{i, at})
	}
	return out, true
}

// updateTouched updates single rows in place. It refuses if a key changed.
func (cl *clone) updateTouched(a *anchor, r *rows, touched []rowChange, outer []change) bool {
	lp := a.part.loop
	for _, t := range touched {
		if t.row >= r.n {
			return false
		}
		if lp.key != "" {
			if key, ok := lp.keyOf(r.array.Items[t.row]); !ok || key != a.list[t.row].scope.key {
				return false
			}
		}
	}
	if outer != nil {
		for i, row := range a.list {
			row.updateRow(r, i, append(itemChanges(touched, i), outer...))
		}
		return true
	}
	for k, t := range touched {
		if k > 0 && hasRow(touched[:k], t.row) {
			continue
		}
		if len(touched) == 1 {
			a.list[t.row].updateRow(r, t.row, []change{t.ch})
			continue
		}
		a.list[t.row].updateRow(r, t.row, itemChanges(touched, t.row))
	}
	return true
}

func hasRow(touched []rowChange, row int) bool {
	for _, t := range touched {
		if t.row == row {
			return true
		}
	}
	return false
}

func itemChanges(touched []rowChange, row int) []change {
	var out []change
	for _, t := range touched {
		if t.row == row {
			out = append(out, t.ch)
		}
	}
	return out
}

// updateRow gives a row its item and index again and updates what reads the changes.
func (cl *clone) updateRow(r *rows, i int, chs []change) {
	cl.scope.item, cl.scope.index = r.at(i)
	if len(chs) > 0 {
		cl.update(chs)
	}
}
