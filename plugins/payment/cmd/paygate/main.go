// Command paygate runs the sandbox payment gateway: play money, real protocol.
//
//	paygate -listen 127.0.0.1:7720 -file pay.db
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/dougong-dev/dougong/plugins/payment/gateway"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:7720", "address to listen on")
	file := flag.String("file", "pay.db", "file that orders and accounts are kept in")
	inject := flag.Bool("inject", false, "make the amounts 404.01 to 404.06 fail on purpose")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, *file, *inject); err != nil {
		fmt.Fprintln(os.Stderr, "paygate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, listen, file string, inject bool) error {
	g, err := gateway.Open(file, gateway.Options{Inject: inject})
	if err != nil {
		return err
	}
	defer func() { _ = g.Close() }()
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	fmt.Printf("payment gateway on http://%s\npublic key %s\n", l.Addr(), base64.StdEncoding.EncodeToString(g.PublicKey()))
	server := &http.Server{Handler: g, ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		wait, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(wait)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
