package web

import (
	"net/http"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// administration registers the pages of administrators, and the change of one's own password.
func (s *site) administration(mux *http.ServeMux) {
	mux.HandleFunc("GET /admin", s.handle(s.admin))
	act := func(path string, do func(r *http.Request, who accounts.Identity, account string) error) {
		mux.HandleFunc("POST /admin/accounts"+path, s.form(func(r *http.Request) (string, error) {
			account := r.PostForm.Get("account")
			return "/admin#accounts", do(r, viewOf(r.Context()).Who, account)
		}))
	}
	act("", func(r *http.Request, who accounts.Identity, account string) error {
		_, err := s.Desk.CreateAccount(r.Context(), who, account, r.PostForm.Get("password"), r.PostForm.Get("admin") != "")
		return err
	})
	act("/disable", func(r *http.Request, who accounts.Identity, account string) error {
		return s.Desk.DisableAccount(r.Context(), who, account)
	})
	act("/enable", func(r *http.Request, who accounts.Identity, account string) error {
		return s.Desk.EnableAccount(r.Context(), who, account)
	})
	act("/password", func(r *http.Request, who accounts.Identity, account string) error {
		if account == who.Name() {
			return fault.New(fault.Invalid, "your own password is changed on your own page").Next("open /account")
		}
		return s.Desk.ChangePassword(r.Context(), who, account, "", r.PostForm.Get("password"), r.PostForm.Get("tokens") != "")
	})
	mux.HandleFunc("POST /account/password", s.handle(s.ownPassword))
}

// adminPage is how many accounts a page shows.
const adminPage = 100

type adminData struct {
	Accounts []store.Account
	More     string // the account that the next page is after; empty: there is none
	Waiting  []store.Org
	Verified []store.Org
	Pending  []store.Namespace // of verified organisations
}

func (s *site) admin(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), viewOf(r.Context())
	list, err := s.Desk.Accounts(ctx, v.Who, r.URL.Query().Get("after"), adminPage+1)
	if err != nil {
		return err
	}
	d := adminData{Accounts: list[:min(len(list), adminPage)]}
	if len(list) > adminPage {
		d.More = list[adminPage-1].Name
	}
	all, err := s.Desk.Orgs(ctx, v.Who)
	if err != nil {
		return err
	}
	verified := map[int64]bool{}
	for _, o := range all {
		if o.Verified {
			d.Verified, verified[o.ID] = append(d.Verified, o), true
		} else {
			d.Waiting = append(d.Waiting, o)
		}
	}
	pending, err := s.Shelf.Store.PendingNamespaces(ctx, 200)
	if err != nil {
		return err
	}
	for _, n := range pending {
		if verified[n.Org] {
			d.Pending = append(d.Pending, n)
		}
	}
	s.show(w, r, http.StatusOK, "admin", translate(v.Lang, "admin"), d)
	return nil
}

// ownPassword changes the password of who is signed in, and keeps this browser signed in: its other sessions end.
func (s *site) ownPassword(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	f, who := r.PostForm, viewOf(r.Context()).Who
	if f.Get("password") != f.Get("repeat") {
		return fault.New(fault.Invalid, "%s", translate(viewOf(r.Context()).Lang, "repeatwrong"))
	}
	source, _ := s.source(r, who.Name())
	err := accounts.Guess(s.Guesses, source, who.Name(), func() error {
		return s.Desk.ChangePassword(r.Context(), who, who.Name(), f.Get("current"), f.Get("password"), f.Get("tokens") != "")
	})
	if err != nil {
		return err
	}
	secret, err := accounts.NewSession(r.Context(), s.Shelf.Store, who.ID(), s.Shelf.Now(), s.Session)
	if err != nil {
		return err
	}
	s.keep(w, secret)
	if a, err := s.Shelf.Store.AccountByID(r.Context(), who.ID()); err == nil {
		s.remember(w, a)
	}
	http.Redirect(w, r, "/account?done=password", http.StatusSeeOther)
	return nil
}
