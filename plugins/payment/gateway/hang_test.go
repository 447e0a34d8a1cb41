package gateway_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/plugins/payment/gateway"
	"github.com/dougong-dev/dougong/plugins/payment/protocol"
)

// TestClientThatLeaves: a client that sends a body in pieces, the last of them late, and goes away keeps no handler.
func TestClientThatLeaves(t *testing.T) {
	t.Parallel()
	g, err := gateway.Open(filepath.Join(t.TempDir(), "pay.db"), gateway.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = g.Close() }()
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		g.ServeHTTP(w, r)
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+protocol.PathPayments, r)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = io.Copy(w, strings.NewReader(`{}`))
		time.AfterFunc(50*time.Millisecond, func() { _ = w.Close() })
	}()
	time.AfterFunc(200*time.Millisecond, cancel)
	_, _ = http.DefaultClient.Do(req)
	<-ended
}
