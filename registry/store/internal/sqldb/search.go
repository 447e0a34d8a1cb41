package sqldb

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/dougong-dev/dougong/registry/store"
)

// Wanted is a search as a dialect answers it: by numbers instead of names.
type Wanted struct {
	Words                []string
	Kind                 store.Kind
	Capability, Category string
	Org                  int64   // 0: any
	Orgs                 []int64 // the viewer's, whose internal packages count as well
}

// mark begins the words of the index that nobody can type: letters and digits alone are typed, and this is for private use.
const mark = "\ue000"

// VisibleMark marks packages that are shown to as many. It and the other marks are what a search may be narrowed to, so that one
// pass over the index answers all of it.
func VisibleMark(v store.Visibility) string { return mark + "v" + string(v) }

// OrgMark marks an organisation's packages.
func OrgMark(org int64) string { return mark + "o" + strconv.FormatInt(org, 10) }

// KindMark marks plugins or mini-programs.
func KindMark(k store.Kind) string { return mark + "k" + string(k) }

// CategoryMark marks a category's packages.
func CategoryMark(c string) string { return mark + "g" + hex.EncodeToString([]byte(c)) }

// CapabilityMark marks packages with a capability.
func CapabilityMark(c string) string { return mark + "c" + hex.EncodeToString([]byte(c)) }

// Marks are those of one package.
func Marks(k store.Kind, v store.Visibility, org int64, category string, capabilities []string) []string {
	out := []string{VisibleMark(v), OrgMark(org), KindMark(k)}
	if category != "" {
		out = append(out, CategoryMark(category))
	}
	for _, c := range capabilities {
		out = append(out, CapabilityMark(c))
	}
	return out
}

// countMost is where counting of results ends: beyond it nobody pages.
const countMost = 1000

// Search implements store.Reader. The index gives ranks in order; only the packages of the page are then read.
func (r *reader) Search(ctx context.Context, q store.Query) ([]store.Package, int64, error) {
	w, err := r.wanted(ctx, q)
	if errors.Is(err, store.ErrNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("search: %w", err)
	}
	query, args := r.d.Find(w)
	end := q.Offset + q.Limit
	found, err := list(ctx, r.q, func(row row, rank *int64) error { return row.Scan(rank) }, query+` LIMIT ?`, append(args, max(countMost, end))...)
	if err != nil {
		return nil, 0, fmt.Errorf("search: %w", err)
	}
	total := min(int64(len(found)), countMost)
	found = found[min(q.Offset, len(found)):min(end, len(found))]
	out, err := r.ranked(ctx, found)
	if err != nil {
		return nil, 0, fmt.Errorf("search: %w", err)
	}
	return out, total, nil
}

// wanted looks names up. ErrNotFound: there can be no result.
func (r *reader) wanted(ctx context.Context, q store.Query) (w Wanted, err error) {
	w = Wanted{Words: q.Words, Kind: q.Kind, Capability: q.Capability, Category: q.Category}
	for _, word := range q.Words {
		if Plain(word) == "" {
			return w, store.ErrNotFound
		}
	}
	if q.Org != "" {
		o, err := r.Org(ctx, q.Org)
		if err != nil {
			return w, err
		}
		w.Org = o.ID
	}
	if q.Viewer != 0 {
		w.Orgs, err = list(ctx, r.q, func(row row, org *int64) error { return row.Scan(org) }, `SELECT org FROM members WHERE account = ? ORDER BY org`, q.Viewer)
	}
	return w, err
}

// ranked reads the packages of some ranks, in their order. One that moved meanwhile is found by its own number all the same.
func (r *reader) ranked(ctx context.Context, ranks []int64) ([]store.Package, error) {
	if len(ranks) == 0 {
		return nil, nil
	}
	ids := make([]any, len(ranks))
	for i, rank := range ranks {
		ids[i] = ranked(rank)
	}
	found, err := list(ctx, r.q, scanPackage, packageQuery+`WHERE p.id IN (?`+strings.Repeat(", ?", len(ids)-1)+`)`, ids...)
	if err != nil {
		return nil, err
	}
	by := make(map[int64]store.Package, len(found))
	for _, p := range found {
		by[p.ID] = p
	}
	out := make([]store.Package, 0, len(ids))
	for _, id := range ids {
		if p, ok := by[id.(int64)]; ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// IsPrefix tells whether a word of a query also finds the words that begin with it: those of letters and digits that are
// long enough to say something.
func IsPrefix(word string) bool {
	for _, r := range word {
		if r >= 0x2e80 {
			return false
		}
	}
	return len(word) >= 3
}

// Plain is a word without what is neither letter nor digit, which a search engine might take for its own language.
func Plain(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, word)
}
