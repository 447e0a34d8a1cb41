package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
)

// Telemetry is what a configuration asks to be measured.
type Telemetry struct {
	// Stats are always counted.
	Stats *Stats

	cfg    *config.Config
	log    *slog.Logger
	traces *traces // nil: off
	server *http.Server
	addr   net.Addr
	ended  chan struct{}
}

// Open makes what a configuration asks for. It says nothing to anybody yet.
func Open(cfg *config.Config, log *slog.Logger) (*Telemetry, error) {
	t := &Telemetry{Stats: NewStats(), cfg: cfg, log: log}
	if cfg.Telemetry.OTLP == "" {
		return t, nil
	}
	var err error
	t.traces, err = openTraces(cfg.Telemetry, cfg.Name, log)
	return t, err
}

// Observers are to be told of every call.
func (t *Telemetry) Observers() []capability.Observer {
	out := []capability.Observer{t.Stats}
	if t.traces != nil {
		out = append(out, t.traces)
	}
	return out
}

// Handler answers scrapes.
func (t *Telemetry) Handler(k Kernel) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{t.Stats, k})
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// Serve answers scrapes at the address that the configuration names, if it names one.
func (t *Telemetry) Serve(k Kernel) error {
	if t.cfg.Metrics.Listen == "" {
		return nil
	}
	l, err := net.Listen("tcp", t.cfg.Metrics.Listen)
	if err != nil {
		return fmt.Errorf("metrics.listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", t.Handler(k))
	t.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(t.log.Handler(), slog.LevelDebug)}
	t.addr, t.ended = l.Addr(), make(chan struct{})
	go func() {
		defer close(t.ended)
		if err := t.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			t.log.Error("metrics are not served any more", "error", err)
		}
	}()
	t.log.Info("metrics are served", "address", "http://"+t.addr.String()+"/metrics")
	return nil
}

// Addr is where scrapes are answered; nil if they are not.
func (t *Telemetry) Addr() net.Addr { return t.addr }

// Close stops serving and sends what is left. It may be called on nil.
func (t *Telemetry) Close() error {
	if t == nil {
		return nil
	}
	var errs []error
	if t.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeWait)
		defer cancel()
		errs = append(errs, t.server.Shutdown(ctx), t.server.Close())
		<-t.ended
	}
	if t.traces != nil {
		errs = append(errs, t.traces.close())
	}
	return errors.Join(errs...)
}
