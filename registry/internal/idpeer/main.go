// Command idpeer is a sign-in provider for tests: the example server of zitadel/oidc, with groups. It is a module of its own and is
// built from the module proxy by the tests that need it.
//
//	PORT=9998 REDIRECT_URI=http://…/oidc/callback idpeer
//
// Its people are ann and bob, with the password "verysecure"; ann is in the groups staff and publishers, bob in guests.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// people knows two.
type people map[string]*storage.User

// GetUserByID implements storage.UserStore.
func (p people) GetUserByID(id string) *storage.User { return p[id] }

// GetUserByUsername implements storage.UserStore.
func (p people) GetUserByUsername(name string) *storage.User {
	for _, u := range p {
		if u.Username == name {
			return u
		}
	}
	return nil
}

// ExampleClientID implements storage.UserStore.
func (people) ExampleClientID() string { return storage.ServiceUserID }

var groups = map[string][]string{"id-ann": {"staff", "publishers"}, "id-bob": {"guests"}}

// grouped adds groups to what is told of a person.
type grouped struct{ *storage.Storage }

// SetUserinfoFromToken implements op.Storage.
func (g grouped) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	err := g.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin)
	info.AppendClaims("groups", groups[subject])
	return err
}

func main() {
	port := os.Getenv("PORT")
	storage.RegisterClients(storage.WebClient("dougong-registry", "secret", os.Getenv("REDIRECT_URI")))
	store := storage.NewStorage(people{
		"id-ann": {ID: "id-ann", Username: "annie", Password: "verysecure"},
		"id-bob": {ID: "id-bob", Username: "bob", Password: "verysecure"},
	})
	handler := exampleop.SetupServer("http://localhost:"+port+"/", grouped{store}, slog.New(slog.DiscardHandler), false)
	if err := http.ListenAndServe("127.0.0.1:"+port, handler); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
