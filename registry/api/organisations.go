package api

import (
	"context"
	"net/http"
	"time"

	"github.com/dougong-dev/dougong/core/trust/key"
	"github.com/dougong-dev/dougong/registry/accounts"
	"github.com/dougong-dev/dougong/registry/fault"
	"github.com/dougong-dev/dougong/registry/store"
)

// Organisation is one that publishes.
type Organisation struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Verified bool   `json:"verified"`
	// Visibility is that of its packages from their first version on.
	Visibility store.Visibility `json:"visibility,omitempty"`
	Namespaces []Namespace      `json:"namespaces,omitempty"`
	Members    []Membership     `json:"members,omitempty"`
	Keys       []OrgKey         `json:"keys,omitempty"`
}

// Namespace is bound to an organisation.
type Namespace struct {
	Name     string `json:"name"`
	Verified bool   `json:"verified"`
}

// OrgKey is a public key of an organisation.
type OrgKey struct {
	ID      string     `json:"id"`
	Type    string     `json:"type"`
	Created time.Time  `json:"created"`
	Revoked *time.Time `json:"revoked,omitempty"`
}

// Event is an entry of the audit trail.
type Event struct {
	Log     int64     `json:"log"`
	Time    time.Time `json:"time"`
	Actor   string    `json:"actor"`
	Action  string    `json:"action"`
	Org     string    `json:"organisation,omitempty"`
	Subject string    `json:"subject"`
	Detail  string    `json:"detail" doc:"JSON"`
}

// OrgPath names an organisation.
type OrgPath struct {
	Org string `path:"org" maxLength:"40"`
}

// organisations registers them, their members, namespaces and keys.
func (s *server) organisations() {
	add(s, op(http.MethodPost, "/v1/orgs", "create-org", "Make an organisation", "organisations"), func(ctx context.Context, in *struct {
		Body struct {
			Name  string `json:"name" maxLength:"40"`
			Title string `json:"title" maxLength:"96"`
		}
	}) (*struct{ Body Organisation }, error) {
		o, err := s.Desk.CreateOrg(ctx, identity(ctx), in.Body.Name, in.Body.Title)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Organisation }{Organisation{Name: o.Name, Title: o.Title, Verified: o.Verified}}, nil
	})
	add(s, op(http.MethodGet, "/v1/orgs/{org}", "read-org", "Read an organisation", "organisations"), func(ctx context.Context, in *OrgPath) (*struct{ Body Organisation }, error) {
		o, err := s.Desk.Org(ctx, identity(ctx), in.Org, accounts.ScopeRead, store.RoleReader)
		if err != nil {
			return nil, err
		}
		body, err := s.organisation(ctx, o)
		return &struct{ Body Organisation }{body}, err
	})
	add(s, op(http.MethodPost, "/v1/orgs/{org}/verify", "verify-org", "Say that an organisation is who it says it is", "organisations"), func(ctx context.Context, in *OrgPath) (*struct{}, error) {
		return nil, s.Desk.VerifyOrg(ctx, identity(ctx), in.Org, true)
	})
	add(s, op(http.MethodDelete, "/v1/orgs/{org}/verify", "unverify-org", "Take back that an organisation is who it says it is", "organisations"), func(ctx context.Context, in *OrgPath) (*struct{}, error) {
		return nil, s.Desk.VerifyOrg(ctx, identity(ctx), in.Org, false)
	})
	add(s, op(http.MethodGet, "/v1/orgs", "list-orgs", "List all organisations (administrators)", "organisations"), func(ctx context.Context, _ *struct{}) (*struct{ Body []Organisation }, error) {
		list, err := s.Desk.Orgs(ctx, identity(ctx))
		if err != nil {
			return nil, err
		}
		out := []Organisation{}
		for _, o := range list {
			out = append(out, Organisation{Name: o.Name, Title: o.Title, Verified: o.Verified})
		}
		return &struct{ Body []Organisation }{out}, nil
	})
	add(s, op(http.MethodPut, "/v1/orgs/{org}/visibility", "set-org-visibility", "Say what an organisation's packages begin as", "organisations"), func(ctx context.Context, in *struct {
		OrgPath
		Body struct {
			Visibility store.Visibility `json:"visibility" enum:"public,internal"`
		}
	}) (*struct{}, error) {
		return nil, s.Desk.SetVisibility(ctx, identity(ctx), in.Org, in.Body.Visibility)
	})
	add(s, op(http.MethodPut, "/v1/orgs/{org}/members/{account}", "set-member", "Give an account a role", "organisations"), func(ctx context.Context, in *struct {
		OrgPath
		Account string `path:"account" maxLength:"64"`
		Body    struct {
			Role store.Role `json:"role" enum:"reader,publisher,owner"`
		}
	}) (*struct{}, error) {
		return nil, s.Desk.SetMember(ctx, identity(ctx), in.Org, in.Account, in.Body.Role)
	})
	add(s, op(http.MethodDelete, "/v1/orgs/{org}/members/{account}", "drop-member", "Take an account out", "organisations"), func(ctx context.Context, in *struct {
		OrgPath
		Account string `path:"account" maxLength:"64"`
	}) (*struct{}, error) {
		return nil, s.Desk.SetMember(ctx, identity(ctx), in.Org, in.Account, "")
	})
	s.names()
	s.keys()
	add(s, op(http.MethodGet, "/v1/orgs/{org}/audit", "audit", "Read the audit trail, newest first", "organisations"), func(ctx context.Context, in *struct {
		OrgPath
		Before int64 `query:"before" minimum:"0" doc:"Entries before this leaf of the log"`
	}) (*struct{ Body []Event }, error) {
		o, err := s.Desk.Org(ctx, identity(ctx), in.Org, accounts.ScopeManage, store.RoleOwner)
		if err != nil {
			return nil, err
		}
		list, err := s.Shelf.Store.Events(ctx, o.Name, in.Before, 100)
		out := []Event{}
		for _, e := range list {
			out = append(out, Event{Log: e.Index, Time: e.Time, Actor: e.Actor, Action: e.Action, Org: e.Org, Subject: e.Subject, Detail: e.Detail})
		}
		return &struct{ Body []Event }{out}, err
	})
}

func (s *server) organisation(ctx context.Context, o *store.Org) (Organisation, error) {
	out := Organisation{Name: o.Name, Title: o.Title, Verified: o.Verified, Visibility: o.Visibility}
	spaces, err := s.Shelf.Store.Namespaces(ctx, o.ID)
	if err != nil {
		return out, err
	}
	for _, n := range spaces {
		out.Namespaces = append(out.Namespaces, Namespace{n.Name, n.Verified})
	}
	members, err := s.Shelf.Store.Members(ctx, o.ID)
	if err != nil {
		return out, err
	}
	for _, m := range members {
		out.Members = append(out.Members, Membership{Account: m.AccountName, Organisation: o.Name, Role: m.Role})
	}
	keys, err := s.Shelf.Store.Keys(ctx, o.ID)
	for _, k := range keys {
		one := OrgKey{ID: k.ID, Type: k.Algorithm, Created: k.Created}
		if !k.Revoked.IsZero() {
			one.Revoked = &k.Revoked
		}
		out.Keys = append(out.Keys, one)
	}
	return out, err
}

func (s *server) names() {
	add(s, op(http.MethodPost, "/v1/orgs/{org}/namespaces", "claim-namespace", "Claim a namespace", "organisations"), func(ctx context.Context, in *struct {
		OrgPath
		Body struct {
			Name string `json:"name" maxLength:"128"`
		}
	}) (*struct{ Body Namespace }, error) {
		n, err := s.Desk.ClaimNamespace(ctx, identity(ctx), in.Org, in.Body.Name)
		if err != nil {
			return nil, err
		}
		return &struct{ Body Namespace }{Namespace{n.Name, n.Verified}}, nil
	})
	add(s, op(http.MethodPost, "/v1/namespaces/{namespace}/verify", "verify-namespace", "Say that an organisation owns a namespace", "organisations"), func(ctx context.Context, in *struct {
		Namespace string `path:"namespace" maxLength:"128"`
	}) (*struct{}, error) {
		return nil, s.Desk.VerifyNamespace(ctx, identity(ctx), in.Namespace)
	})
}

func (s *server) keys() {
	add(s, op(http.MethodPost, "/v1/orgs/{org}/keys", "add-key", "Register a public key", "organisations"), func(ctx context.Context, in *struct {
		OrgPath
		Body key.Key
	}) (*struct{ Body OrgKey }, error) {
		id, err := s.Desk.AddKey(ctx, identity(ctx), in.Org, in.Body)
		return &struct{ Body OrgKey }{OrgKey{ID: id, Type: in.Body.Type, Created: s.Shelf.Now()}}, err
	})
	add(s, op(http.MethodPost, "/v1/orgs/{org}/keys/{key}/revoke", "revoke-key", "Make a key good for nothing from now on", "organisations"), func(ctx context.Context, in *struct {
		OrgPath
		Key  string `path:"key" maxLength:"64"`
		Body struct {
			Reason string `json:"reason" maxLength:"500"`
		}
	}) (*struct{}, error) {
		if in.Body.Reason == "" {
			return nil, fault.New(fault.Invalid, "say why the key is revoked")
		}
		return nil, s.Desk.RevokeKey(ctx, identity(ctx), in.Org, in.Key, in.Body.Reason)
	})
}
