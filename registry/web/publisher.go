package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

// publisher registers the pages of those who publish.
func (s *site) publisher(mux *http.ServeMux) {
	mux.HandleFunc("GET /signin", s.handle(func(w http.ResponseWriter, r *http.Request) error {
		s.signInPage(w, r, http.StatusOK)
		return nil
	}))
	mux.HandleFunc("POST /signin", s.handle(s.signIn))
	mux.HandleFunc("POST /signout", s.handle(s.signOut))
	mux.HandleFunc("GET /account", s.handle(func(w http.ResponseWriter, r *http.Request) error { return s.account(w, r, "") }))
	mux.HandleFunc("POST /account/tokens", s.handle(s.newToken))
	mux.HandleFunc("POST /account/tokens/revoke", s.form(func(r *http.Request) (string, error) {
		return "/account", s.Desk.RevokeToken(r.Context(), viewOf(r.Context()).Who, r.PostForm.Get("id"))
	}))
	mux.HandleFunc("POST /orgs", s.form(func(r *http.Request) (string, error) {
		o, err := s.Desk.CreateOrg(r.Context(), viewOf(r.Context()).Who, r.PostForm.Get("name"), r.PostForm.Get("title"))
		if err != nil {
			return "", err
		}
		return "/orgs/" + o.Name, nil
	}))
	s.organisations(mux)
	mux.HandleFunc("GET /upload", s.handle(func(w http.ResponseWriter, r *http.Request) error {
		if err := viewOf(r.Context()).Who.Need(accounts.ScopePublish); err != nil {
			return err
		}
		s.show(w, r, http.StatusOK, "upload", translate(viewOf(r.Context()).Lang, "upload"), nil)
		return nil
	}))
	mux.HandleFunc("POST /upload", s.handle(s.upload))
	mux.HandleFunc("POST /visibility", s.form(s.visibility))
	mux.HandleFunc("POST /yank", s.form(func(r *http.Request) (string, error) {
		f := r.PostForm
		kind := store.Kind(f.Get("kind"))
		err := s.Shelf.Yank(r.Context(), viewOf(r.Context()).Who, kind, f.Get("id"), f.Get("version"), f.Get("reason"))
		return "/" + api.Plural(kind) + "/" + f.Get("id") + "/" + f.Get("version"), err
	}))
}

// signOut ends the session. Browsers keep pages for the way back, and let those go that are not to be stored once their cookie changes.
func (s *site) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	c, err := r.Cookie(s.cookie())
	if err != nil {
		return errForm
	}
	if err := s.Shelf.Store.Update(r.Context(), func(tx store.Tx) error { return tx.DropSession(r.Context(), accounts.HashSecret(c.Value)) }); err != nil {
		return err
	}
	back := "/"
	if who := viewOf(r.Context()).Who; who.Account != nil && who.Account.Issuer != "" {
		back = "/signedout" // which leads to the provider, where the person is still signed in
	}
	w.Header().Set("Clear-Site-Data", `"cache"`)
	http.SetCookie(w, &http.Cookie{Name: s.cookie(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

// visibility changes who sees a package.
func (s *site) visibility(r *http.Request) (string, error) {
	f := r.PostForm
	kind := store.Kind(f.Get("kind"))
	err := s.Shelf.SetVisibility(r.Context(), viewOf(r.Context()).Who, kind, f.Get("id"), store.Visibility(f.Get("visibility")))
	return "/" + api.Plural(kind) + "/" + url.PathEscape(f.Get("id")), err
}

type accountData struct {
	Tokens   []store.Token
	Orgs     []store.Member
	Scopes   []accounts.Scope
	NewToken string // shown once
	Password bool   // the account has one
	Done     bool   // it was just changed
	Now      time.Time
}

func (s *site) account(w http.ResponseWriter, r *http.Request, fresh string) error {
	ctx, v := r.Context(), viewOf(r.Context())
	if v.Who.Account == nil {
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return nil
	}
	d := accountData{Scopes: accounts.Scopes(), NewToken: fresh, Now: s.Shelf.Now(), Password: v.Who.Account.Issuer == "", Done: r.URL.Query().Get("done") == "password"}
	var err error
	if d.Tokens, err = s.Shelf.Store.Tokens(ctx, v.Who.ID()); err != nil {
		return err
	}
	if d.Orgs, err = s.Shelf.Store.Memberships(ctx, v.Who.ID()); err != nil {
		return err
	}
	s.show(w, r, http.StatusOK, "account", v.Who.Name(), d)
	return nil
}

// newToken shows the page with the secret instead of leading back to one: it is nowhere afterwards.
func (s *site) newToken(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	f := r.PostForm
	days, err := strconv.Atoi(f.Get("days"))
	if err != nil {
		return fault.New(fault.Invalid, "%q is no number of days", f.Get("days"))
	}
	secret, _, err := s.Desk.CreateToken(r.Context(), viewOf(r.Context()).Who, f.Get("name"), f["scope"], f.Get("namespace"), time.Duration(days)*24*time.Hour)
	if err != nil {
		return err
	}
	return s.account(w, r, secret)
}

type orgData struct {
	Org        *store.Org
	Role       store.Role
	Members    []store.Member
	Namespaces []store.Namespace
	Keys       []store.Key
	Packages   []store.Package
	Events     []store.Event
	Webhooks   []store.Webhook
	Deliveries []store.Delivery
	NewWebhook *store.Webhook // shown once, with its secret
}

func (s *site) organisations(mux *http.ServeMux) {
	mux.HandleFunc("GET /orgs/{org}", s.handle(func(w http.ResponseWriter, r *http.Request) error { return s.organisation(w, r, nil) }))
	mux.HandleFunc("POST /orgs/{org}/webhooks", s.handle(s.newWebhook))
	act := func(path string, do func(r *http.Request, who accounts.Identity, org string) error) {
		mux.HandleFunc("POST /orgs/{org}/"+path, s.form(func(r *http.Request) (string, error) {
			org := r.PathValue("org")
			return "/orgs/" + org, do(r, viewOf(r.Context()).Who, org)
		}))
	}
	act("members", func(r *http.Request, who accounts.Identity, org string) error {
		return s.Desk.SetMember(r.Context(), who, org, r.PostForm.Get("account"), store.Role(r.PostForm.Get("role")))
	})
	act("visibility", func(r *http.Request, who accounts.Identity, org string) error {
		return s.Desk.SetVisibility(r.Context(), who, org, store.Visibility(r.PostForm.Get("visibility")))
	})
	act("namespaces", func(r *http.Request, who accounts.Identity, org string) error {
		_, err := s.Desk.ClaimNamespace(r.Context(), who, org, r.PostForm.Get("name"))
		return err
	})
	act("namespaces/verify", func(r *http.Request, who accounts.Identity, _ string) error {
		return s.Desk.VerifyNamespace(r.Context(), who, r.PostForm.Get("name"))
	})
	act("verify", func(r *http.Request, who accounts.Identity, org string) error {
		return s.Desk.VerifyOrg(r.Context(), who, org, r.PostForm.Get("undo") == "")
	})
	act("keys", func(r *http.Request, who accounts.Identity, org string) error {
		k := key.Key{}
		if err := json.Unmarshal([]byte(r.PostForm.Get("key")), &k); err != nil {
			return fault.New(fault.Invalid, "the key is no JSON: %w", err)
		}
		_, err := s.Desk.AddKey(r.Context(), who, org, k)
		return err
	})
	act("webhooks/drop", func(r *http.Request, who accounts.Identity, org string) error {
		return s.Desk.DropWebhook(r.Context(), who, org, number(r, "webhook"))
	})
	act("webhooks/redeliver", func(r *http.Request, who accounts.Identity, org string) error {
		return s.Desk.Redeliver(r.Context(), who, org, number(r, "delivery"))
	})
	act("keys/revoke", func(r *http.Request, who accounts.Identity, org string) error {
		return s.Desk.RevokeKey(r.Context(), who, org, r.PostForm.Get("id"), r.PostForm.Get("reason"))
	})
}

// number reads an id of a form; 0 is nobody's.
func number(r *http.Request, field string) int64 {
	n, err := strconv.ParseInt(r.PostForm.Get(field), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// newWebhook shows the page with the secret, which is nowhere afterwards.
func (s *site) newWebhook(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	h, err := s.Desk.AddWebhook(r.Context(), viewOf(r.Context()).Who, r.PathValue("org"), r.PostForm.Get("url"))
	if err != nil {
		return err
	}
	return s.organisation(w, r, h)
}

func (s *site) organisation(w http.ResponseWriter, r *http.Request, fresh *store.Webhook) error {
	ctx, v, q := r.Context(), viewOf(r.Context()), s.Shelf.Store
	o, err := q.Org(ctx, r.PathValue("org"))
	if errors.Is(err, store.ErrNotFound) {
		return fault.New(fault.NotFound, "there is no organisation %q", r.PathValue("org"))
	}
	if err != nil {
		return err
	}
	d := orgData{Org: o, NewWebhook: fresh}
	if d.Packages, _, err = q.Search(ctx, store.Query{Org: o.Name, Limit: 100, Viewer: v.Who.ID()}); err != nil {
		return err
	}
	if d.Keys, err = q.Keys(ctx, o.ID); err != nil {
		return err
	}
	if d.Namespaces, err = q.Namespaces(ctx, o.ID); err != nil {
		return err
	}
	if v.Who.Account != nil {
		if d.Role, err = q.Role(ctx, o.ID, v.Who.ID()); err != nil {
			return err
		}
	}
	if d.Role != "" { // members are nobody else's business
		if d.Members, err = q.Members(ctx, o.ID); err != nil {
			return err
		}
	}
	if d.Role == store.RoleOwner {
		if d.Events, err = q.Events(ctx, o.Name, 0, 20); err != nil {
			return err
		}
		if d.Webhooks, err = q.Webhooks(ctx, o.ID); err != nil {
			return err
		}
		if d.Deliveries, err = q.Deliveries(ctx, o.ID, 20); err != nil {
			return err
		}
	}
	s.show(w, r, http.StatusOK, "organisation", o.Title, d)
	return nil
}

// upload takes a release from a browser: the form's token first, then the envelope and the files, streamed.
func (s *site) upload(w http.ResponseWriter, r *http.Request) error {
	v := viewOf(r.Context())
	if err := v.Who.Need(accounts.ScopePublish); err != nil {
		return err
	}
	api.Unhurried(w, r, s.Stall, s.MaxUpload)
	parts, err := r.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "the upload is no multipart/form-data: %w", err)
	}
	first, err := parts.NextPart()
	if err != nil || first.FormName() != "csrf" {
		return errForm
	}
	token, err := io.ReadAll(io.LimitReader(first, 128))
	if err != nil {
		return fault.New(fault.Invalid, "read the form: %w", err)
	}
	if err := genuine(r, string(token)); err != nil {
		return err
	}
	p, err := s.Shelf.Publish(r.Context(), v.Who, nonempty{parts})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/"+api.Plural(p.Kind)+"/"+p.ID+"/"+p.Version, http.StatusSeeOther)
	return nil
}

// nonempty passes over file fields that were left empty: a browser sends them all.
type nonempty struct{ *multipart.Reader }

// NextPart implements release.Parts.
func (n nonempty) NextPart() (*multipart.Part, error) {
	for {
		p, err := n.Reader.NextPart()
		if err != nil || p.FileName() != "" || p.FormName() != release.PartArtifact && p.FormName() != release.PartCertificates {
			return p, err
		}
	}
}
