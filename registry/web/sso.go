package web

import (
	"net/http"

	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/sso"
)

// CallbackPath is where the sign-in provider sends browsers back to; it has to be registered there.
const CallbackPath = "/oidc/callback"

// flowLife is how long a person may take at the provider, in seconds.
const flowLife = 600

// byProvider registers the sign-in by the house's provider, if there is one.
func (s *site) byProvider(mux *http.ServeMux) {
	mux.HandleFunc("GET /signedout", s.handle(func(w http.ResponseWriter, r *http.Request) error {
		end := ""
		if s.Provider != nil {
			end = s.Provider.End(s.base(r) + "/")
		}
		s.show(w, r, http.StatusOK, "signedout", translate(viewOf(r.Context()).Lang, "signout"), end)
		return nil
	}))
	if s.Provider == nil {
		return
	}
	mux.HandleFunc("GET /oidc/start", s.handle(s.begin))
	mux.HandleFunc("GET "+CallbackPath, s.handle(s.callback))
}

// base is this registry's address as browsers know it.
func (s *site) base(r *http.Request) string {
	switch {
	case s.URL != "":
		return s.URL
	case s.Secure:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// flowCookie holds a sign-in under way.
func (s *site) flowCookie(value string, life int) *http.Cookie {
	name := "oidc"
	if s.Secure {
		name = "__Host-oidc"
	}
	// Lax: it has to come along when the provider leads the browser back here.
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: life, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
}

func (s *site) begin(w http.ResponseWriter, r *http.Request) error {
	if err := fault.TooOften(s.SignIns.Take("ip:"+s.ClientAddr(r)), "too many sign-ins"); err != nil {
		return err
	}
	address, flow, err := s.Provider.Begin(r.Context(), s.base(r)+CallbackPath)
	if err != nil {
		return err
	}
	http.SetCookie(w, s.flowCookie(flow.String(), flowLife))
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// callback takes the browser that comes back. Whatever comes of it, the flow is over: it cannot be used twice.
func (s *site) callback(w http.ResponseWriter, r *http.Request) error {
	cookie, err := r.Cookie(s.flowCookie("", 0).Name)
	http.SetCookie(w, s.flowCookie("", -1))
	text := ""
	if err == nil {
		text = cookie.Value
	}
	flow, err := sso.ParseFlow(text)
	if err != nil {
		return err
	}
	person, err := s.Provider.Finish(r.Context(), flow, s.base(r)+CallbackPath, r.URL.Query())
	if err != nil {
		s.Log.Warn("sign-in by the provider refused", "error", err)
		return err
	}
	a, err := s.Desk.Arrive(r.Context(), person, s.Groups)
	if err != nil {
		return err
	}
	secret, err := accounts.NewSession(r.Context(), s.Shelf.Store, a.ID, s.Shelf.Now(), s.Session)
	if err != nil {
		return err
	}
	s.keep(w, secret)
	http.Redirect(w, r, "/account", http.StatusSeeOther)
	return nil
}

// keep gives the browser its session.
func (s *site) keep(w http.ResponseWriter, secret string) {
	http.SetCookie(w, &http.Cookie{Name: s.cookie(), Value: secret, Path: "/", MaxAge: int(s.Session.Seconds()), HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
}

// publicPaths are what strangers see of a private registry: how to get in.
var publicPaths = map[string]bool{"/signin": true, "/signedout": true, "/oidc/start": true, CallbackPath: true}
