package storetest

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/registry/catalog"
	"github.com/dougong-dev/dougong/registry/store"
)

// listed is what the reference knows of a package.
type listed struct {
	store.Package
	words []string
}

// vocabulary is what the random packages are about.
var vocabulary = []string{"支付", "支付宝", "人脸识别", "识别", "地图", "定位", "语音", "微信登录", "扫码", "加密", "pay", "payment", "payments", "map", "mapping", "face", "speech", "scan", "scanner", "share", "shared"}

// reference holds search against the slow way: look at every package, keep those that fit, sort them, cut the page out.
func reference(f *fixture) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	other := &store.Org{Name: "other", Title: "Other", Skeleton: "other", Created: now}
	f.update(func(tx store.Tx) error { return tx.AddOrg(f.ctx, other) })
	var all []listed
	for i := range 240 {
		org := f.org
		if i%3 == 0 {
			org = other
		}
		var texts []string
		for range 1 + r.IntN(5) {
			texts = append(texts, pick(vocabulary...))
		}
		p := store.Package{Kind: store.Kind(pick("plugin", "miniprogram")), Name: fmt.Sprintf("p%d", i), Org: org.ID, Visibility: store.Public, Updated: now}
		x := listed{p, catalog.Words(strings.Join(texts, " "))}
		f.update(func(tx store.Tx) error {
			if err := tx.AddPackage(f.ctx, &x.Package); err != nil {
				return err
			}
			if i%29 == 28 { // has no release yet: nobody finds it
				return nil
			}
			x.Latest, x.OrgName, x.Category = "1.0.0", org.Name, pick("", "vision", "finance")
			x.Capabilities = slices.Compact([]string{pick("a/v1", "b/v1"), pick("b/v1", "c.d/v2")})
			return tx.SetPackage(f.ctx, &x.Package, x.words)
		})
		all = append(all, x)
	}
	f.shuffle(r, all)
	f.compare(r, all)
	// The index survives the way down and up again.
	newest, err := f.SchemaVersion(f.ctx)
	if err != nil {
		f.Fatal(err)
	}
	for _, version := range []int64{1, newest} {
		if err := f.Migrate(f.ctx, version); err != nil {
			f.Fatal(err)
		}
	}
	f.compare(r, all)
}

// shuffle gives packages downloads in small steps, so that they move in the index, and hides some.
func (f *fixture) shuffle(r *rand.Rand, all []listed) {
	f.Helper()
	for range 3 {
		for i := range all {
			x := &all[i]
			if x.Latest == "" {
				continue
			}
			n := int64(r.ExpFloat64() * 40)
			f.update(func(tx store.Tx) error { return tx.AddDownloads(f.ctx, x.ID, "1.0.0", now, n) })
			x.Downloads += n
			if r.IntN(5) == 0 {
				x.Visibility = store.Visibility([]string{"public", "internal"}[r.IntN(2)])
				f.update(func(tx store.Tx) error { return tx.SetVisibility(f.ctx, x.ID, x.Visibility) })
			}
		}
	}
}

func (f *fixture) compare(r *rand.Rand, all []listed) {
	f.Helper()
	maybe := func(n int, list ...string) string {
		if r.IntN(n) > 0 {
			return ""
		}
		return list[r.IntN(len(list))]
	}
	hits := 0
	for range 400 {
		q := store.Query{Kind: store.Kind(maybe(4, "plugin", "miniprogram")), Capability: maybe(4, "a/v1", "b/v1", "c.d/v2", "none"), Category: maybe(4, "vision", "finance"),
			Org: maybe(4, "acme", "other", "nobody"), Limit: 1 + r.IntN(30), Offset: r.IntN(3) * 10}
		if r.IntN(2) == 0 {
			q.Viewer = f.account.ID // of acme
		}
		q.Words = catalog.QueryWords(maybe(2, append([]string{"pay map", "支付 扫码", "识别 人脸", "pa", "付", "scan share"}, vocabulary...)...))
		want, total := slow(all, q, f.org.ID)
		got, n, err := f.Search(f.ctx, q)
		if err != nil {
			f.Fatalf("%+v: %v", q, err)
		}
		var names []string
		for _, p := range got {
			names = append(names, p.Name)
		}
		if hits += len(names); !slices.Equal(names, want) || n != total {
			f.Fatalf("search %+v:\n got %v of %d\nwant %v of %d", q, names, n, want, total)
		}
	}
	if hits < 1000 {
		f.Errorf("all searches together found %d packages: too few to tell anything", hits)
	}
}

// slow is the reference.
func slow(all []listed, q store.Query, viewers int64) (page []string, total int64) {
	var fit []listed
	for _, x := range all {
		seen := x.Visibility == store.Public || q.Viewer != 0 && x.Org == viewers
		if x.Latest != "" && seen && (q.Kind == "" || x.Kind == q.Kind) && (q.Category == "" || x.Category == q.Category) && (q.Org == "" || x.OrgName == q.Org) &&
			(q.Capability == "" || slices.Contains(x.Capabilities, q.Capability)) && every(q.Words, x.words) {
			fit = append(fit, x)
		}
	}
	step := func(x listed) int { return int(8 * math.Log2(float64(1+x.Downloads))) }
	slices.SortFunc(fit, func(a, b listed) int { return cmp.Or(cmp.Compare(step(b), step(a)), cmp.Compare(b.ID, a.ID)) })
	for i, x := range fit {
		if i >= q.Offset && i < q.Offset+q.Limit {
			page = append(page, x.Name)
		}
	}
	return page, int64(len(fit))
}

// every tells whether each word is there, or for words of letters the beginning of one.
func every(want, have []string) bool {
	for _, w := range want {
		begins := len(w) >= 3 && utf8.RuneCountInString(w) == len(w)
		if !slices.ContainsFunc(have, func(h string) bool { return h == w || begins && strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}
