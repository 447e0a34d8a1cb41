package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/pdk/go"
)

// projects is a super-app without plugins: mini-programs built from their sources, run by real sessions.
type projects struct {
	t        testing.TB
	programs []*program.Program
	kernel   miniapp.Kernel
}

func build(t testing.TB, dirs ...string) *projects {
	t.Helper()
	p := &projects{t: t}
	for _, dir := range dirs {
		result, err := compiler.Build(t.Context(), compiler.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		built, err := program.Load(result.Files)
		if err != nil {
			t.Fatal(err)
		}
		p.programs = append(p.programs, built)
	}
	return p
}

func (p *projects) Brand() web.Brand {
	return web.Brand{Name: "斗拱演示", Tagline: "一个超级应用，许多小程序"}
}

func (p *projects) Apps() []web.App {
	var out []web.App
	for _, built := range p.programs {
		icon, err := built.Asset("icon.png")
		if err != nil {
			p.t.Log(err)
		}
		out = append(out, web.App{ID: built.App.ID, Name: built.App.Name, Version: built.App.Version, Icon: icon})
	}
	return out
}

func (p *projects) find(id string) (*program.Program, error) {
	for _, built := range p.programs {
		if built.App.ID == id {
			return built, nil
		}
	}
	return nil, fmt.Errorf("no mini-program %q", id)
}

func (p *projects) Open(_ context.Context, o web.OpenOptions) (web.Session, error) {
	built, err := p.find(o.App)
	if err != nil {
		return nil, err
	}
	session, err := miniapp.Start(context.Background(), miniapp.Options{
		Program: built, User: o.User, Launch: o.Launch, System: o.System, Kernel: p.kernel, Send: o.Send,
		Log: slog.New(slog.DiscardHandler),
	})
	return posting{session}, err
}

// posting drops messages that a busy or ended session does not take.
type posting struct{ *miniapp.Session }

func (s posting) Post(m message.ToActor) { _ = s.Session.Post(m) }

func (p *projects) Asset(app, path string) ([]byte, error) {
	built, err := p.find(app)
	if err != nil {
		return nil, err
	}
	return built.Asset(path)
}

func (p *projects) Fetch(_ context.Context, app, _, address string) (web.Resource, error) {
	return web.Resource{}, pdk.Errorf(pdk.CodeDomain, "domain", "%s is not on the allow-list of %s", address, app)
}

func (p *projects) Permissions(string, string) ([]web.Permission, error) { return nil, nil }

func (p *projects) SetPermission(string, string, string, bool) error { return nil }

// serve runs a web host and returns its base address and the address that logs in.
func serve(t testing.TB, backend web.Backend) (base, login string) {
	t.Helper()
	_, base, login = listen(t, web.Config{Backend: backend, Grace: time.Minute})
	return base, login
}
