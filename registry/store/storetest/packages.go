package storetest

import (
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/registry/store"
)

func releases(f *fixture) {
	p := f.pkg("com.acme.face", store.Plugin, func(p *store.Package) {
		p.Title, p.SummaryEN, p.SummaryZH, p.Category, p.Capabilities = "Face", "finds faces", "人脸", "vision", []string{"acme.face/v1", "acme.eye/v1"}
	})
	check(f, func(got *store.Package) bool {
		return got.Title == "Face" && got.SummaryZH == "人脸" && len(got.Capabilities) == 2 && got.OrgName == "acme" && got.Latest == "1.0.0" && got.Updated.Equal(now)
	}, "Package")(f.Package(f.ctx, store.Plugin, "com.acme.face"))
	notFound[*store.Package](f, "of another kind")(f.Package(f.ctx, store.MiniProgram, "com.acme.face"))
	f.refused(store.ErrExists, func(tx store.Tx) error {
		return tx.AddPackage(f.ctx, &store.Package{Kind: store.Plugin, Name: "com.acme.face", Org: f.org.ID, Visibility: store.Public})
	})
	f.refused(store.ErrExists, func(tx store.Tx) error { return tx.AddRelease(f.ctx, release(p.ID, "1.0.0")) })
	f.update(func(tx store.Tx) error { return tx.AddRelease(f.ctx, release(p.ID, "1.1.0")) })
	check(f, func(r *store.Release) bool {
		return len(r.Artifacts) == 1 && r.Artifacts[0].SHA256 == "aa1.1.0" && string(r.Meta) == `{"a":1}` && string(r.Page) == `{"b":2}` && string(r.Envelope) == `{"c":3}` && r.Leaf == 7 && r.Created.Equal(now)
	}, "Release")(f.Release(f.ctx, store.Plugin, "com.acme.face", "1.1.0"))
	check(f, func(r *store.Read) bool { return r.Org == f.org.ID && string(r.Meta) == `{"a":1}` }, "Read")(f.Read(f.ctx, store.Plugin, "com.acme.face", "1.1.0"))
	notFound[*store.Read](f, "unknown version")(f.Read(f.ctx, store.Plugin, "com.acme.face", "9.0.0"))
	check(f, func(o *store.Org) bool { return o.Bytes == 20 && o.Releases == 2 }, "quota")(f.Org(f.ctx, "acme"))
	f.update(func(tx store.Tx) error { return tx.SetYanked(f.ctx, p.ID, "1.0.0", "leaks") })
	f.update(func(tx store.Tx) error { return tx.SetDeprecated(f.ctx, p.ID, "use another") })
	f.refused(store.ErrNotFound, func(tx store.Tx) error { return tx.SetYanked(f.ctx, p.ID, "9.0.0", "x") })
	check(f, func(r *store.Read) bool { return r.Yanked == "leaks" && r.Deprecated == "use another" }, "yanked")(f.Read(f.ctx, store.Plugin, "com.acme.face", "1.0.0"))
	check(f, func(l []store.Release) bool { return len(l) == 2 }, "Releases")(f.Releases(f.ctx, p.ID))
	var digests []string
	if err := f.Digests(f.ctx, func(d string) error { digests = append(digests, d); return nil }); err != nil || len(digests) != 2 {
		f.Errorf("Digests = %v, %v", digests, err)
	}
}

func (f *fixture) found(q store.Query) string {
	f.Helper()
	if q.Limit == 0 {
		q.Limit = 10
	}
	list, total, err := f.Search(f.ctx, q)
	if err != nil {
		f.Fatal(err)
	}
	var names []string
	for _, p := range list {
		names = append(names, p.Name)
	}
	if q.Offset == 0 && len(list) < q.Limit && total != int64(len(list)) {
		f.Errorf("%d found, total %d", len(list), total)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func search(f *fixture) {
	f.pkg("com.acme.pay", store.Plugin, func(p *store.Package) { p.Category, p.Capabilities = "finance", []string{"dougong.payment/v1"} }, "payment", "支付", "付宝", "acme")
	pay := f.pkg("shop", store.MiniProgram, nil, "shop", "商店", "acme")
	for _, c := range []struct {
		name string
		q    store.Query
		want string
	}{
		{"all", store.Query{}, "com.acme.pay shop"},
		{"word", store.Query{Words: []string{"payment"}}, "com.acme.pay"},
		{"beginning of a word", store.Query{Words: []string{"pay"}}, "com.acme.pay"},
		{"too short a beginning", store.Query{Words: []string{"pa"}}, ""},
		{"two Chinese characters", store.Query{Words: []string{"支付"}}, "com.acme.pay"},
		{"all words", store.Query{Words: []string{"acme", "商店"}}, "shop"},
		{"none", store.Query{Words: []string{"acme", "nothing"}}, ""},
		{"quotes", store.Query{Words: []string{`a" OR "b`}}, ""},
		{"apostrophes", store.Query{Words: []string{`a' | 'acme`}}, ""},
		{"kind", store.Query{Kind: store.MiniProgram}, "shop"},
		{"capability", store.Query{Capability: "dougong.payment/v1"}, "com.acme.pay"},
		{"category", store.Query{Category: "finance"}, "com.acme.pay"},
		{"organisation", store.Query{Org: "acme"}, "com.acme.pay shop"},
		{"other organisation", store.Query{Org: "other"}, ""},
		{"limit", store.Query{Limit: 1}, "shop"},
		{"nothing to look for", store.Query{Words: []string{"&"}}, ""},
		{"offset", store.Query{Limit: 1, Offset: 1}, "com.acme.pay"},
	} {
		if got := f.found(c.q); got != c.want {
			f.Errorf("%s: found %q, want %q", c.name, got, c.want)
		}
	}
	pay.Latest = "1.0.1"
	f.update(func(tx store.Tx) error { return tx.SetPackage(f.ctx, pay, []string{"bakery"}) })
	if a, b := f.found(store.Query{Words: []string{"商店"}}), f.found(store.Query{Words: []string{"bakery"}}); a != "" || b != "shop" {
		f.Errorf("after new words: %q by the old ones, %q by the new ones", a, b)
	}
}

func visibility(f *fixture) {
	p := f.pkg("com.acme.secret", store.Plugin, nil, "secret")
	f.update(func(tx store.Tx) error { return tx.SetVisibility(f.ctx, p.ID, store.Internal) })
	bob := &store.Account{Name: "bob"}
	f.update(func(tx store.Tx) error { return tx.AddAccount(f.ctx, bob) })
	for viewer, want := range map[int64]string{0: "", bob.ID: "", f.account.ID: "com.acme.secret"} {
		if got := f.found(store.Query{Words: []string{"secret"}, Viewer: viewer}); got != want {
			f.Errorf("account %d finds %q, want %q", viewer, got, want)
		}
	}
}

func facets(f *fixture) {
	f.pkg("com.acme.a", store.Plugin, func(p *store.Package) { p.Category, p.Capabilities = "tools", []string{"x.a/v1", "x.b/v1"} })
	f.pkg("com.acme.b", store.Plugin, func(p *store.Package) { p.Category, p.Capabilities = "tools", []string{"x.b/v1"} })
	check(f, func(l []store.Facet) bool { return len(l) == 2 && l[0] == store.Facet{Value: "x.b/v1", Count: 2} }, "Capabilities")(f.Capabilities(f.ctx))
	check(f, func(l []store.Facet) bool { return len(l) == 1 && l[0] == store.Facet{Value: "tools", Count: 2} }, "Categories")(f.Categories(f.ctx))
}

func downloads(f *fixture) {
	p := f.pkg("com.acme.a", store.Plugin, nil)
	for range 2 {
		f.update(func(tx store.Tx) error { return tx.AddDownloads(f.ctx, p.ID, "1.0.0", now, 3) })
	}
	check(f, func(p *store.Package) bool { return p.Downloads == 6 }, "downloads")(f.Package(f.ctx, store.Plugin, "com.acme.a"))
}
