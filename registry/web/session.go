package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// cookie holds a session's secret. The prefix makes browsers take it from this very host by https only.
func (s *site) cookie() string {
	if s.Secure {
		return "__Host-session"
	}
	return "session"
}

// identify finds out whose browser it is. A session that is not good any more is nobody's.
func (s *site) identify(r *http.Request, v *view) error {
	c, err := r.Cookie(s.cookie())
	if err != nil {
		return nil
	}
	who, err := accounts.BySession(r.Context(), s.Shelf.Store, c.Value, s.Shelf.Now())
	if fault.CodeOf(err) == fault.Unauthenticated {
		return nil
	}
	if err != nil {
		return err
	}
	v.Who, v.CSRF = who, csrfOf(c.Value)
	return nil
}

// csrfOf is the secret of a session's forms. It says nothing of the session's own.
func csrfOf(session string) string {
	m := hmac.New(sha256.New, []byte(session))
	m.Write([]byte("forms"))
	return hex.EncodeToString(m.Sum(nil))
}

// origin refuses forms that another site sends.
var origin = http.NewCrossOriginProtection()

var errForm = fault.New(fault.Denied, "the form was not sent from this site, or is older than the session").Next("open the page again and send it once more")

// genuine checks that a form comes from a page of this session. The upload's token is checked by its own handler, since it is
// streamed.
func genuine(r *http.Request, token string) error {
	want := viewOf(r.Context()).CSRF
	if want == "" {
		return fault.New(fault.Unauthenticated, "this needs an account").Next("sign in")
	}
	if origin.Check(r) != nil || subtle.ConstantTimeCompare([]byte(token), []byte(want)) != 1 {
		return errForm
	}
	return nil
}

// maxForm bounds a form without files.
const maxForm = 64 << 10

// readForm reads a form of this session.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "read the form: %w", err)
	}
	return genuine(r, r.PostForm.Get("csrf"))
}

// form makes a handler of one for a form: read, genuine, then done, then back to where it came from.
func (s *site) form(do func(r *http.Request) (back string, err error)) http.HandlerFunc {
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		if err := readForm(w, r); err != nil {
			return err
		}
		back, err := do(r)
		if err != nil {
			return err
		}
		http.Redirect(w, r, back, http.StatusSeeOther)
		return nil
	})
}

// signInData is what the page of the sign-in shows.
type signInData struct {
	Wrong    bool
	Provider string // its host, empty if there is none
}

func (s *site) signInPage(w http.ResponseWriter, r *http.Request, status int) {
	d := signInData{Wrong: status == http.StatusUnauthorized}
	if s.Provider != nil {
		d.Provider = s.Provider.Host()
	}
	s.show(w, r, status, "signin", translate(viewOf(r.Context()).Lang, "signin"), d)
}

func (s *site) signIn(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "read the form: %w", err)
	}
	if origin.Check(r) != nil {
		return errForm
	}
	name := r.PostForm.Get("name")
	source, known := s.source(r, name)
	if known {
		s.Guesses.Know(source, name)
	} else if err := fault.TooOften(s.SignIns.Take("ip:"+source), "too many sign-ins"); err != nil {
		return err
	}
	var secret string
	err := accounts.Guess(s.Guesses, source, name, func() (err error) {
		secret, err = accounts.SignIn(r.Context(), s.Shelf.Store, name, r.PostForm.Get("password"), s.Shelf.Now(), s.Session)
		return err
	})
	if errors.Is(err, accounts.ErrPassword) {
		s.signInPage(w, r, http.StatusUnauthorized)
		return nil
	}
	if err != nil {
		return err
	}
	s.keep(w, secret)
	if a, err := s.Shelf.Store.Account(r.Context(), name); err == nil {
		s.remember(w, a)
	}
	http.Redirect(w, r, "/account", http.StatusSeeOther)
	return nil
}

// deviceLife is how long a browser is known without a sign-in, in seconds.
const deviceLife = 180 * 24 * 3600

func (s *site) deviceCookie() string { return s.cookie() + "-device" }

// remember makes a browser known that has signed in, so that strangers who guess at its account do not make it wait.
func (s *site) remember(w http.ResponseWriter, a *store.Account) {
	http.SetCookie(w, &http.Cookie{Name: s.deviceCookie(), Value: accounts.NewDevice(a.Name, a.Password), Path: "/", MaxAge: deviceLife, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
}

// source is who pays for a wrong password: the browser, if it is known by the account, or its address.
func (s *site) source(r *http.Request, account string) (source string, known bool) {
	if c, err := r.Cookie(s.deviceCookie()); err == nil {
		if a, err := s.Shelf.Store.Account(r.Context(), account); err == nil {
			if device := accounts.Device(c.Value, a.Name, a.Password); device != "" {
				return device, true
			}
		}
	}
	return s.ClientAddr(r), false
}
