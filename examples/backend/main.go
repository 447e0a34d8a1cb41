// Command backend is the server side of the example shop: its goods, its orders and, below /pay, the sandbox payment
// gateway that the orders are paid at.
//
//	go run ./examples/backend -listen 127.0.0.1:7710
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/dougong-dev/dougong/examples/backend/shop"
	"github.com/dougong-dev/dougong/plugins/payment/gateway"
	"github.com/dougong-dev/dougong/plugins/payment/merchant"
)

// gatewayPath is where the gateway is mounted.
const gatewayPath = "/pay"

func main() {
	listen := flag.String("listen", "127.0.0.1:7710", "address to listen on")
	file := flag.String("file", "", "file of the payment gateway (default: a temporary one)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := net.Listen("tcp", *listen)
	if err == nil {
		fmt.Printf("shop backend on http://%s\n", l.Addr())
		err = run(ctx, l, *file)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "backend:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, l net.Listener, file string) error {
	if file == "" {
		dir, err := os.MkdirTemp("", "dougong-backend-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		file = filepath.Join(dir, "pay.db")
	}
	pay, err := gateway.Open(file, gateway.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = pay.Close() }()
	catalogue, err := shop.LoadCatalogue()
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle(gatewayPath+"/", http.StripPrefix(gatewayPath, pay))
	mux.Handle("/", shop.NewServer(catalogue, merchant.New("http://"+l.Addr().String()+gatewayPath), orderID).Handler())
	return serve(ctx, l, mux)
}

func serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		wait, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		stopped <- server.Shutdown(wait)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// orderID is a number that nobody can guess and people can read: the date, then random digits.
func orderID() string {
	var b [5]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	return time.Now().Format("20060102") + "-" + hex.EncodeToString(b[:])
}
