package telemetry

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Bounds of what waits to be sent.
const (
	sendTimeout = 10 * time.Second
	closeWait   = 3 * time.Second
)

// traces turns outcomes into spans. The trace's id is the call's: what plugins call in the course of it is below it.
type traces struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

var _ capability.Observer = (*traces)(nil)

// openTraces makes the exporter. Nothing is sent yet, so that a collector that is down is no error.
func openTraces(cfg config.Telemetry, name string, log *slog.Logger) (*traces, error) {
	u, err := url.Parse(cfg.OTLP)
	if err != nil {
		return nil, fmt.Errorf("telemetry.otlp: %w", err)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/v1/traces"
	}
	exporter, err := otlptracehttp.New(context.Background(), otlptracehttp.WithEndpointURL(u.String()), otlptracehttp.WithTimeout(sendTimeout),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{}))
	if err != nil {
		return nil, fmt.Errorf("telemetry.otlp: %w", err)
	}
	t := &traces{provider: sdk.NewTracerProvider(
		sdk.WithBatcher(&reporting{SpanExporter: exporter, log: log}, sdk.WithBatchTimeout(time.Second), sdk.WithExportTimeout(sendTimeout)),
		sdk.WithSampler(sdk.TraceIDRatioBased(cfg.Sample)),
		sdk.WithIDGenerator(ids{}),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "dougong"), attribute.String("dougong.superapp", name))),
	)}
	t.tracer = t.provider.Tracer("github.com/dougong-dev/dougong/hosts/telemetry")
	return t, nil
}

// Observe implements capability.Observer.
func (t *traces) Observe(o capability.Outcome) {
	id, err := trace.TraceIDFromHex(o.Trace)
	if err != nil {
		return // the call had none
	}
	ctx := context.WithValue(context.Background(), idKey{}, id)
	root := rootSpan(id)
	if o.Caller != "" || o.Capability == "dougong.guard/v1" {
		ctx = trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: root}))
	} else {
		ctx = context.WithValue(ctx, spanKey{}, root)
	}
	_, span := t.tracer.Start(ctx, o.Capability+"#"+o.Method, trace.WithTimestamp(o.Started), trace.WithSpanKind(trace.SpanKindInternal),
		trace.WithAttributes(attribute.String("dougong.app", o.App), attribute.String("dougong.capability", o.Capability),
			attribute.String("dougong.method", o.Method), attribute.String("dougong.plugin", o.Plugin),
			attribute.String("dougong.caller", o.Caller), attribute.Int("dougong.code", pdk.Code(o.Err))))
	if o.Err != nil {
		span.SetStatus(codes.Error, fmt.Sprintf("code %d", pdk.Code(o.Err))) // a message might tell what was asked for
	}
	span.End(trace.WithTimestamp(o.Started.Add(o.Took)))
}

// close sends what is left, as far as the collector takes it.
func (t *traces) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("telemetry: %w", err)
	}
	return nil
}

// rootSpan is the id of the span of the call that a trace began with. It follows from the trace's: what the call brings
// about ends before it does, and names it as its parent all the same.
func rootSpan(id trace.TraceID) (s trace.SpanID) {
	copy(s[:], id[8:])
	if !s.IsValid() {
		s[0] = 1
	}
	return s
}

type (
	idKey   struct{}
	spanKey struct{}
)

// ids takes ids from the context, where Observe has put them.
type ids struct{}

// NewIDs implements sdk.IDGenerator.
func (ids) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	id, _ := ctx.Value(idKey{}).(trace.TraceID)
	return id, ids{}.NewSpanID(ctx, id)
}

// NewSpanID implements sdk.IDGenerator.
func (ids) NewSpanID(ctx context.Context, _ trace.TraceID) trace.SpanID {
	if s, ok := ctx.Value(spanKey{}).(trace.SpanID); ok {
		return s
	}
	var s trace.SpanID
	binary.BigEndian.PutUint64(s[:], rand.Uint64()|1)
	return s
}

// reporting is an exporter that says in the log that it cannot send, once until it can again.
type reporting struct {
	sdk.SpanExporter
	log    *slog.Logger
	failed atomic.Bool
}

// ExportSpans implements sdk.SpanExporter.
func (r *reporting) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	err := r.SpanExporter.ExportSpans(ctx, spans)
	if failed := err != nil; r.failed.Swap(failed) != failed {
		if failed {
			r.log.Warn("traces cannot be sent, and are lost until they can", "error", err)
		} else {
			r.log.Info("traces are sent again")
		}
	}
	return nil // it has been said
}
