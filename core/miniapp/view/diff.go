package view

import (
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// diffRows matches the rows that are there with the items that shall be there: by key, or by place without wx:key.
// Matched rows are kept and only updated if their item is another one.
func (cl *clone) diffRows(a *anchor, r *rows, known rowChanges) {
	old := a.list
	keys := cl.keys(a, r)
	match := matchByPlace(len(old), r.n)
	if keys != nil {
		match = matchByKey(old, keys)
	}
	list, fresh := make([]*clone, r.n), []*clone(nil)
	kept := make([]bool, len(old))
	for i := range list {
		if match[i] >= 0 {
			kept[match[i]] = true
		}
	}
	removed, moved := removedRows(old, kept), movedRows(old, match)
	var movers []*Component // what comes into a row now has not moved
	for _, row := range moved {
		movers = row.innerFirst(movers)
	}
	for i := range list {
		if match[i] < 0 {
			list[i] = cl.newRow(a, r, i, keyAt(keys, i))
			fresh = append(fresh, list[i])
			continue
		}
		list[i] = old[match[i]]
		list[i].rematch(r, i, keyAt(keys, i), known)
	}
	if cl.gone {
		return
	}
	if len(removed) > 0 || len(fresh) > 0 || len(moved) > 0 {
		a.setList(cl.comp.page, list)
	}
	for _, row := range removed {
		row.destroy()
	}
	if !cl.attached {
		return
	}
	cl.comp.page.attach(fresh...)
	for _, c := range movers {
		if c.Attached() {
			cl.comp.page.logic.Moved(c)
		}
	}
}

// rematch updates a kept row for the item it now stands for.
func (cl *clone) rematch(r *rows, i int, key string, known rowChanges) {
	s := cl.scope
	item, index := r.at(i)
	var buf [4]change
	chs := append(buf[:0], known.outer...)
	if known.exact && isReference(item) && value.StrictEqual(s.item, item) {
		chs = append(chs, itemChanges(known.items, i)...)
	} else if isReference(item) && value.StrictEqual(s.item, item) || !value.Equal(s.item, item) {
		chs = append(chs, change{v: s.loop.itemVar})
	}
	if !value.Equal(s.index, index) {
		chs = append(chs, change{v: s.loop.indexVar})
	}
	s.item, s.index, s.key = item, index, key
	if len(chs) > 0 {
		cl.update(chs)
	}
}

func isReference(v value.Value) bool {
	switch v.(type) {
	case *value.Array, *value.Object:
		return true
	}
	return false
}

// matchByPlace gives for each new row the old row it is, -1 for none.
func matchByPlace(old, n int) []int {
	match := make([]int, n)
	for i := range match {
		match[i] = i
		if i >= old {
			match[i] = -1
		}
	}
	return match
}

// matchByKey does the same by key. Equal heads and tails are matched without a table.
func matchByKey(old []*clone, keys []string) []int {
	match := make([]int, len(keys))
	head := 0
	for head < len(old) && head < len(keys) && old[head].scope.key == keys[head] {
		match[head] = head
		head++
	}
	oldEnd, end := len(old), len(keys)
	for oldEnd > head && end > head && old[oldEnd-1].scope.key == keys[end-1] {
		oldEnd--
		end--
		match[end] = oldEnd
	}
	if head == end {
		return match
	}
	byKey := make(map[string]int, oldEnd-head)
	for i := head; i < oldEnd; i++ {
		byKey[old[i].scope.key] = i
	}
	for i := head; i < end; i++ {
		match[i] = -1
		if at, ok := byKey[keys[i]]; ok {
			match[i] = at
		}
	}
	return match
}

func removedRows(old []*clone, kept []bool) []*clone {
	var out []*clone
	for i, k := range kept {
		if !k {
			out = append(out, old[i])
		}
	}
	return out
}

// movedRows are the kept rows that must move so that the others need not.
func movedRows(old []*clone, match []int) []*clone {
	var out []*clone
	stay := increasing(match)
	for i, at := range match {
		if at >= 0 && !stay[i] {
			out = append(out, old[at])
		}
	}
	return out
}

// increasing marks a longest increasing subsequence of the numbers that are not negative.
func increasing(seq []int) []bool {
	in := make([]bool, len(seq))
	sorted, last := true, -1
	for i, v := range seq {
		if v >= 0 {
			in[i] = true
			sorted = sorted && v > last
			last = v
		}
	}
	if sorted {
		return in
	}
	clear(in)
	tails, prev := make([]int, 0, len(seq)), make([]int, len(seq)) // tails[k]: where the best run of length k+1 ends
	for i, v := range seq {
		if v < 0 {
			continue
		}
		lo, hi := 0, len(tails)
		for lo < hi {
			if mid := (lo + hi) / 2; seq[tails[mid]] < v {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		prev[i] = -1
		if lo > 0 {
			prev[i] = tails[lo-1]
		}
		if lo == len(tails) {
			tails = append(tails, i)
		} else {
			tails[lo] = i
		}
	}
	for i := tails[len(tails)-1]; i >= 0; i = prev[i] {
		in[i] = true
	}
	return in
}

// warnOnce reports a mistake of a part that rendering can live with, once per page.
func (p *Page) warnOnce(cl *clone, pt *part, format string, args ...any) {
	p.reportOnce(cl, pt, warnf(format, args...))
}

// reportOnce reports a failure of a part once per page.
func (p *Page) reportOnce(cl *clone, pt *part, err error) {
	if !p.warned[pt] {
		p.warned[pt] = true
		p.report(cl, pt.pos, err)
	}
}

func (p *Page) report(cl *clone, pos [3]int, err error) {
	p.logic.Report(cl.comp, position(cl.block.base.file, pos), err)
}
