package superapp

import (
	"context"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Exchanger is a Shell through which files come and go as well.
type Exchanger interface {
	// Choose lets the user pick files; none means that they canceled. done removes them again.
	Choose(ctx context.Context, app, user string, q pdk.Choose) (files []web.File, done func(), err error)
	// Deliver hands a file to the user.
	Deliver(ctx context.Context, app, user string, q pdk.Deliver, file web.File) error
	// Record works the microphone; after pdk.RecordStop there is a file, its length in milliseconds, and what removes it.
	Record(ctx context.Context, app, user string, q pdk.Record) (file *web.File, length int64, done func(), err error)
}

// exchange brings files to and from the shell on behalf of the kernel.
type exchange struct{ app *App }

func (x exchange) shell() (Exchanger, error) {
	if shell := x.app.shell.Load(); shell != nil {
		if e, ok := (*shell).(Exchanger); ok {
			return e, nil
		}
	}
	return nil, pdk.Errorf(pdk.CodeUnsupported, "unsupported", "not supported: there is no screen on which the user could exchange files")
}

// Choose implements core.Exchange.
func (x exchange) Choose(ctx context.Context, who core.Party, q pdk.Choose) ([]core.Content, func(), error) {
	shell, err := x.shell()
	if err != nil {
		return nil, nil, err
	}
	files, done, err := shell.Choose(ctx, who.App, who.User, q)
	var out []core.Content
	for _, f := range files {
		out = append(out, core.Content(f))
	}
	return out, done, err
}

// Deliver implements core.Exchange.
func (x exchange) Deliver(ctx context.Context, who core.Party, q pdk.Deliver, file core.Content) error {
	shell, err := x.shell()
	if err != nil {
		return err
	}
	return shell.Deliver(ctx, who.App, who.User, q, web.File(file))
}

// Record implements core.Exchange.
func (x exchange) Record(ctx context.Context, who core.Party, q pdk.Record) (*core.Content, int64, func(), error) {
	shell, err := x.shell()
	if err != nil {
		return nil, 0, nil, err
	}
	file, length, done, err := shell.Record(ctx, who.App, who.User, q)
	if file == nil {
		return nil, 0, done, err
	}
	c := core.Content(*file)
	return &c, length, done, err
}

var (
	_ core.Exchange = exchange{}
	_ Exchanger     = (*web.Server)(nil)
)
