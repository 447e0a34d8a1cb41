package isolate

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// warmUp opens a small mini-program and closes it again: the base library is compiled then, the time zone is known, and the
// engine's pages are in memory.
func warmUp() {
	_ = time.Now().Local().String()
	p, err := program.Load(program.MapFiles{
		program.AppFile:                  []byte(`{"format":1,"id":"warm","pages":["p"],"scripts":["app","p"]}`),
		program.ComponentDir + "/p.json": []byte(`{"path":"p","page":true,"script":"p"}`),
		program.ScriptDir + "/app.js":    []byte(`App({})`),
		program.ScriptDir + "/p.js":      []byte(`Page({data: {a: [1, {b: "x"}]}, onReady() { this.setData({"a[0]": JSON.parse("2")}) }})`),
	})
	if err != nil {
		return // a cold child works as well
	}
	in := newInbox(func(int) {}, func() {})
	in.put(item{m: message.ToActor{Open: &message.Open{}}})
	in.put(item{m: message.ToActor{Resume: true}})
	in.put(item{m: message.ToActor{Close: true}})
	miniapp.Work(context.Background(), miniapp.Job{Program: p, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, miniapp.Place{In: in, Out: silent{}})
}

// silent is a transport to nobody.
type silent struct{}

func (silent) Send(message.FromActor) {}

func (silent) Sync(c message.Call) message.Reply { return message.Reply{ID: c.ID} }
