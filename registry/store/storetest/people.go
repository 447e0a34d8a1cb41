package storetest

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/dougong-dev/dougong/registry/store"
)

func accounts(f *fixture) {
	bob := &store.Account{Name: "bob", Issuer: "https://id.example", Subject: "42", Admin: true, Created: now}
	check(f, func(ok bool) bool { return !ok }, "HasAdmin before")(f.HasAdmin(f.ctx))
	f.update(func(tx store.Tx) error { return tx.AddAccount(f.ctx, bob) })
	want := func(a *store.Account) bool { return *a == *bob }
	check(f, want, "Account")(f.Account(f.ctx, "bob"))
	check(f, want, "AccountByID")(f.AccountByID(f.ctx, bob.ID))
	check(f, want, "AccountByIdentity")(f.AccountByIdentity(f.ctx, "https://id.example", "42"))
	check(f, func(ok bool) bool { return ok }, "HasAdmin")(f.HasAdmin(f.ctx))
	notFound[*store.Account](f, "nobody's identity")(f.AccountByIdentity(f.ctx, "", ""))
	notFound[*store.Account](f, "unknown account")(f.Account(f.ctx, "eve"))
	f.refused(store.ErrExists, func(tx store.Tx) error { return tx.AddAccount(f.ctx, &store.Account{Name: "bob"}) })
	f.refused(store.ErrExists, func(tx store.Tx) error {
		return tx.AddAccount(f.ctx, &store.Account{Name: "bob2", Issuer: bob.Issuer, Subject: bob.Subject})
	})
	f.update(func(tx store.Tx) error { return tx.SetPassword(f.ctx, bob.ID, "new") })
	f.update(func(tx store.Tx) error { return tx.SetAdmin(f.ctx, bob.ID, false) })
	check(f, func(a *store.Account) bool { return !a.Admin }, "no administrator")(f.Account(f.ctx, "bob"))
	f.update(func(tx store.Tx) error { return tx.SetAdmin(f.ctx, bob.ID, true) })
	f.update(func(tx store.Tx) error { return tx.SetDisabled(f.ctx, bob.ID, true) })
	check(f, func(a *store.Account) bool { return a.Password == "new" && a.Disabled && a.Admin }, "changed")(f.Account(f.ctx, "bob"))
	check(f, func(ok bool) bool { return !ok }, "HasAdmin of a disabled one")(f.HasAdmin(f.ctx))
	f.refused(store.ErrNotFound, func(tx store.Tx) error { return tx.SetPassword(f.ctx, 999, "x") })
	names := func(want ...string) func([]store.Account) bool {
		return func(l []store.Account) bool {
			return slices.EqualFunc(l, want, func(a store.Account, name string) bool { return a.Name == name })
		}
	}
	check(f, names("ann", "bob"), "Accounts")(f.Accounts(f.ctx, "", 10))
	check(f, names("ann"), "the first account")(f.Accounts(f.ctx, "", 1))
	check(f, names("bob"), "accounts after ann")(f.Accounts(f.ctx, "ann", 10))
}

func tokens(f *fixture) {
	tok := store.Token{ID: "t1", Hash: [32]byte{1}, Account: f.account.ID, Name: "ci", Scopes: []string{"publish", "read"}, Namespace: "com.acme", Created: now, Expires: now.Add(time.Hour)}
	f.update(func(tx store.Tx) error { return tx.AddToken(f.ctx, &tok) })
	got, a, err := f.Token(f.ctx, tok.Hash)
	if err != nil || got.Name != "ci" || len(got.Scopes) != 2 || !got.Expires.Equal(tok.Expires) || got.Hash != tok.Hash || got.Revoked || a.Name != "ann" {
		f.Errorf("Token = %+v of %+v, %v", got, a, err)
	}
	f.refused(store.ErrNotFound, func(tx store.Tx) error { return tx.RevokeToken(f.ctx, f.account.ID+1, "t1") })
	f.update(func(tx store.Tx) error { return tx.RevokeToken(f.ctx, f.account.ID, "t1") })
	check(f, func(l []store.Token) bool { return len(l) == 1 && l[0].Revoked }, "Tokens")(f.Tokens(f.ctx, f.account.ID))
	more := tok
	more.ID, more.Hash = "t2", [32]byte{3}
	f.update(func(tx store.Tx) error { return tx.AddToken(f.ctx, &more) })
	f.update(func(tx store.Tx) error { return tx.RevokeTokens(f.ctx, f.account.ID+1) }) // of somebody else
	if got, _, err := f.Token(f.ctx, more.Hash); err != nil || got.Revoked {
		f.Errorf("Token = %+v, %v", got, err)
	}
	f.update(func(tx store.Tx) error { return tx.RevokeTokens(f.ctx, f.account.ID) })
	if got, _, err := f.Token(f.ctx, more.Hash); err != nil || !got.Revoked {
		f.Errorf("after RevokeTokens: %+v, %v", got, err)
	}
	_, _, err = f.Token(f.ctx, [32]byte{2})
	notFound[any](f, "unknown token")(nil, err)
}

func sessions(f *fixture) {
	s := store.Session{Hash: [32]byte{9}, Account: f.account.ID, Expires: now}
	f.update(func(tx store.Tx) error { return tx.AddSession(f.ctx, &s) })
	got, a, err := f.Session(f.ctx, s.Hash)
	if err != nil || *got != s || a.Name != "ann" {
		f.Errorf("Session = %+v of %+v, %v", got, a, err)
	}
	f.update(func(tx store.Tx) error { return tx.DropSessionsBefore(f.ctx, now) })
	if _, _, err := f.Session(f.ctx, s.Hash); err != nil {
		f.Errorf("dropped too early: %v", err)
	}
	f.update(func(tx store.Tx) error { return tx.DropSessionsBefore(f.ctx, now.Add(1*time.Millisecond)) })
	_, _, err = f.Session(f.ctx, s.Hash)
	notFound[any](f, "dropped session")(nil, err)
	f.update(func(tx store.Tx) error {
		return errors.Join(tx.AddSession(f.ctx, &s), tx.AddSession(f.ctx, &store.Session{Hash: [32]byte{8}, Account: f.account.ID, Expires: now}), tx.DropSessions(f.ctx, f.account.ID+1))
	})
	if _, _, err := f.Session(f.ctx, s.Hash); err != nil {
		f.Errorf("somebody else's were dropped: %v", err)
	}
	f.update(func(tx store.Tx) error { return tx.DropSessions(f.ctx, f.account.ID) })
	for _, hash := range [][32]byte{s.Hash, {8}} {
		_, _, err = f.Session(f.ctx, hash)
		notFound[any](f, "session after DropSessions")(nil, err)
	}
}

func organisations(f *fixture) {
	check(f, func(o *store.Org) bool { return *o == *f.org }, "Org")(f.Org(f.ctx, "acme"))
	check(f, func(o *store.Org) bool { return o.ID == f.org.ID }, "OrgLike")(f.OrgLike(f.ctx, "acme"))
	notFound[*store.Org](f, "OrgLike")(f.OrgLike(f.ctx, "other"))
	f.refused(store.ErrExists, func(tx store.Tx) error { return tx.AddOrg(f.ctx, &store.Org{Name: "acme"}) })
	for _, verified := range []bool{true, false} {
		f.update(func(tx store.Tx) error { return tx.SetVerified(f.ctx, f.org.ID, verified) })
		check(f, func(o *store.Org) bool { return o.Verified == verified }, "verified")(f.OrgByID(f.ctx, f.org.ID))
	}
	f.refused(store.ErrNotFound, func(tx store.Tx) error { return tx.SetVerified(f.ctx, 999, true) })
	check(f, func(l []store.Org) bool { return len(l) == 1 }, "Orgs")(f.Orgs(f.ctx))
	f.update(func(tx store.Tx) error { return tx.SetOrgVisibility(f.ctx, f.org.ID, store.Internal) })
	check(f, func(o *store.Org) bool { return o.Visibility == store.Internal }, "visibility")(f.Org(f.ctx, "acme"))
	f.refused(store.ErrNotFound, func(tx store.Tx) error { return tx.SetOrgVisibility(f.ctx, 999, store.Public) })

	bob := &store.Account{Name: "bob"}
	f.update(func(tx store.Tx) error { return tx.AddAccount(f.ctx, bob) })
	check(f, func(r store.Role) bool { return r == "" }, "role of a stranger")(f.Role(f.ctx, f.org.ID, bob.ID))
	for _, role := range []store.Role{store.RoleReader, store.RolePublisher} {
		f.update(func(tx store.Tx) error { return tx.SetMember(f.ctx, f.org.ID, bob.ID, role) })
		check(f, func(r store.Role) bool { return r == role }, "Role")(f.Role(f.ctx, f.org.ID, bob.ID))
	}
	check(f, func(l []store.Member) bool { return len(l) == 2 && l[1].AccountName == "bob" }, "Members")(f.Members(f.ctx, f.org.ID))
	check(f, func(l []store.Member) bool { return len(l) == 1 && l[0].OrgName == "acme" }, "Memberships")(f.Memberships(f.ctx, bob.ID))
	f.update(func(tx store.Tx) error { return tx.SetMember(f.ctx, f.org.ID, bob.ID, "") })
	check(f, func(l []store.Member) bool { return len(l) == 1 }, "Members after")(f.Members(f.ctx, f.org.ID))
}

func namespaces(f *fixture) {
	n := &store.Namespace{Name: "com.acme", Skeleton: "sk", Org: f.org.ID, Created: now}
	f.update(func(tx store.Tx) error { return tx.AddNamespace(f.ctx, n) })
	f.refused(store.ErrExists, func(tx store.Tx) error { return tx.AddNamespace(f.ctx, n) })
	check(f, func(n *store.Namespace) bool { return n.OrgName == "acme" && !n.Verified }, "Namespace")(f.Namespace(f.ctx, "com.acme"))
	waits := func(want int) {
		f.Helper()
		check(f, func(l []store.Namespace) bool { return len(l) == want }, "PendingNamespaces")(f.PendingNamespaces(f.ctx, 10))
	}
	waits(1)
	f.update(func(tx store.Tx) error { return tx.VerifyNamespace(f.ctx, "com.acme") })
	waits(0)
	check(f, func(n *store.Namespace) bool { return n.Verified }, "NamespaceLike")(f.NamespaceLike(f.ctx, "sk"))
	check(f, func(l []store.Namespace) bool { return len(l) == 1 && l[0].OrgName == "acme" }, "NamespacesLike")(f.NamespacesLike(f.ctx, "s"))
	check(f, func(l []store.Namespace) bool { return len(l) == 0 }, "NamespacesLike")(f.NamespacesLike(f.ctx, "k"))
	check(f, func(l []store.Namespace) bool { return len(l) == 1 }, "Namespaces")(f.Namespaces(f.ctx, f.org.ID))
	notFound[*store.Namespace](f, "unknown")(f.Namespace(f.ctx, "com.other"))
	f.refused(store.ErrNotFound, func(tx store.Tx) error { return tx.VerifyNamespace(f.ctx, "com.other") })
}

func keys(f *fixture) {
	k := &store.Key{ID: "k1", Org: f.org.ID, Algorithm: "ed25519", Public: []byte{1, 2}, Created: now}
	f.update(func(tx store.Tx) error { return tx.AddKey(f.ctx, k) })
	f.refused(store.ErrExists, func(tx store.Tx) error { return tx.AddKey(f.ctx, k) })
	f.update(func(tx store.Tx) error { return tx.RevokeKey(f.ctx, f.org.ID, "k1", now) })
	f.refused(store.ErrNotFound, func(tx store.Tx) error { return tx.RevokeKey(f.ctx, f.org.ID, "k1", now) })
	check(f, func(l []store.Key) bool {
		return len(l) == 1 && bytes.Equal(l[0].Public, k.Public) && l[0].Revoked.Equal(now)
	}, "Keys")(f.Keys(f.ctx, f.org.ID))
}

func webhooks(f *fixture) {
	h := &store.Webhook{Org: f.org.ID, URL: "https://example.com/hook", Secret: "s", Created: now}
	f.update(func(tx store.Tx) error { return tx.AddWebhook(f.ctx, h) })
	check(f, func(l []store.Webhook) bool { return len(l) == 1 && l[0] == *h }, "Webhooks")(f.Webhooks(f.ctx, f.org.ID))
	f.update(func(tx store.Tx) error { return tx.AddDelivery(f.ctx, h.ID, []byte("body"), now) })
	take := func(at time.Time) (out []store.Delivery) {
		f.update(func(tx store.Tx) (err error) {
			out, err = tx.TakeDeliveries(f.ctx, at, at.Add(time.Minute), 10)
			return err
		})
		return out
	}
	if got := take(now.Add(-time.Second)); len(got) != 0 {
		f.Errorf("taken too early: %+v", got)
	}
	got := take(now)
	if len(got) != 1 || string(got[0].Body) != "body" || got[0].URL != h.URL || got[0].Attempts != 1 || !got[0].Created.Equal(now) {
		f.Fatalf("taken %+v", got)
	}
	stale := got[0]
	if again := take(now.Add(time.Second)); len(again) != 0 {
		f.Errorf("taken twice: %+v", again)
	}
	later := take(now.Add(2 * time.Minute)) // whoever took it first is gone
	if len(later) != 1 || later[0].Attempts != 2 {
		f.Fatalf("not taken again: %+v", later)
	}
	settle := func(d store.Delivery, state store.DeliveryState, due time.Time) {
		d.State, d.Due, d.Settled, d.Status, d.Error = state, due, now, 503, "busy"
		f.update(func(tx store.Tx) error { return tx.SettleDelivery(f.ctx, &d) })
	}
	settle(stale, store.DeliveryDone, now) // comes too late
	settle(later[0], store.DeliveryDead, now)
	check(f, func(l []store.Delivery) bool {
		return len(l) == 1 && l[0].State == store.DeliveryDead && l[0].Status == 503 && l[0].Error == "busy" && l[0].Secret == ""
	}, "Deliveries")(f.Deliveries(f.ctx, f.org.ID, 10))
	due := func(want bool) {
		f.Helper()
		check(f, func(has bool) bool { return has == want }, "HasDeliveries")(f.HasDeliveries(f.ctx, now.Add(time.Hour)))
	}
	due(false)
	f.refused(store.ErrNotFound, func(tx store.Tx) error { return tx.Redeliver(f.ctx, f.org.ID+1, stale.ID, now) })
	f.update(func(tx store.Tx) error { return tx.Redeliver(f.ctx, f.org.ID, stale.ID, now) })
	due(true)
	settle(take(now)[0], store.DeliveryDone, now)
	f.update(func(tx store.Tx) error { return tx.DropDeliveriesBefore(f.ctx, now) })
	check(f, func(l []store.Delivery) bool { return len(l) == 1 }, "Deliveries kept")(f.Deliveries(f.ctx, f.org.ID, 10))
	f.update(func(tx store.Tx) error { return tx.DropDeliveriesBefore(f.ctx, now.Add(time.Second)) })
	check(f, func(l []store.Delivery) bool { return len(l) == 0 }, "Deliveries dropped")(f.Deliveries(f.ctx, f.org.ID, 10))
	f.refused(store.ErrNotFound, func(tx store.Tx) error { return tx.DropWebhook(f.ctx, f.org.ID+1, h.ID) })
	f.update(func(tx store.Tx) error { return tx.DropWebhook(f.ctx, f.org.ID, h.ID) })
}
