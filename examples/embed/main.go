// Command embed is a Go program with a mini-program inside it: a noodle shop's till, whose menu is a mini-program. It opens
// the menu for two tables, takes their orders by a capability of its own, and tells them when a dish is ready.
//
//	go run ./examples/embed                          # nobody looks at it
//	go run ./examples/embed -listen 127.0.0.1:7720   # and in a browser, beside a page of the program's own
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/hosts/embed"
	"github.com/dougong-dev/dougong/pdk/go"
)

//go:embed till.yaml
var contract string

func main() {
	embed.Main() // before everything else: the program may be started once more for a mini-program
	listen := flag.String("listen", "", "host:port to show the menu to browsers at, until interrupted")
	app := flag.String("app", "examples/embed/order", "folder or .dgm bundle of the menu")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *app, *listen); err != nil {
		log.Fatal(err)
	}
}

// Order is what the mini-program sends.
type Order struct {
	Dish  string  `json:"dish"`
	Price float64 `json:"price"`
	Table string  `json:"table"`
}

// Ticket is what it gets.
type Ticket struct {
	Number int64 `json:"number"`
}

func run(ctx context.Context, out io.Writer, app, listen string) (err error) {
	var orders atomic.Int64
	placeOrder := func(_ *pdk.Context, o Order) (Ticket, error) {
		if o.Dish == "豆浆" {
			return Ticket{}, pdk.Errorf(10001, "sold-out", "no %s left today", o.Dish)
		}
		return Ticket{orders.Add(1)}, nil
	}
	host, err := embed.Open(ctx, embed.Options{
		MiniPrograms: []string{app},
		Capabilities: []embed.Capability{{Contract: contract, Methods: pdk.Methods{"placeOrder": pdk.Func(placeOrder)}}},
		Events:       func(e embed.Event) { log.Print(e) },
	})
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := host.Close(); err == nil {
			err = closeErr
		}
	}()
	for _, table := range []string{"A1", "B2"} {
		menu, err := host.Start(ctx, "com.example.order", embed.Launch{Data: map[string]string{"table": table}})
		if err != nil {
			return err
		}
		defer menu.Close()
		if err := serve(ctx, out, menu, orders.Load()+1); err != nil {
			return err
		}
	}
	if listen == "" {
		return nil
	}
	return show(ctx, out, host, listen)
}

// serve orders a bowl of noodles and a soy milk, which is sold out, and serves the noodles.
func serve(ctx context.Context, out io.Writer, menu *embed.Headless, number int64) error {
	for _, dish := range []string{"牛肉面", "豆浆"} {
		if err := menu.Tap(ctx, ".dish", dish); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s\n\n", menu.Text()); err != nil {
			return err
		}
	}
	if err := menu.Send("served", Ticket{number}); err != nil {
		return err
	}
	if err := menu.Rest(ctx); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "%s\n\n", menu.Text())
	return err
}

// show serves the menu to browsers, beside a page of the program's own, until ctx ends.
func show(ctx context.Context, out io.Writer, host *embed.Host, listen string) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	menu, url, err := host.Handler(listener.Addr().String())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	mux := http.NewServeMux()
	mux.Handle("/", menu)
	mux.HandleFunc("GET /kitchen", func(w http.ResponseWriter, _ *http.Request) {
		for _, app := range host.Apps() {
			_, _ = fmt.Fprintf(w, "%d %s %s\n", app.Number(), app.ID(), app.Page())
		}
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	_, _ = fmt.Fprintf(out, "open %s\n", url) // who does not see it has no terminal
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
