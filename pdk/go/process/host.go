package process

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// hostConn is the connection to HostService, made by the first get.
type hostConn struct {
	broker *goplugin.GRPCBroker
	fast   *fastPath // nil: there is none
	dial   sync.Once
	mu     sync.Mutex
	conn   *grpc.ClientConn
	client pluginv1.HostServiceClient
	err    error
}

func newHostConn(broker *goplugin.GRPCBroker, fast *fastPath) *hostConn {
	return &hostConn{broker: broker, fast: fast}
}

func (h *hostConn) get() (pluginv1.HostServiceClient, error) {
	h.dial.Do(func() {
		conn, err := h.broker.DialWithOptions(BrokerID)
		h.mu.Lock()
		defer h.mu.Unlock()
		if err != nil {
			h.err = pdk.Errorf(pdk.CodeUnavailable, "unavailable", "the host's services cannot be reached: %s", err)
			return
		}
		h.conn, h.client = conn, pluginv1.NewHostServiceClient(conn)
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.client, h.err
}

func (h *hostConn) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.conn != nil {
		_ = h.conn.Close()
	}
}

// host is HostService as pdk.Host, on behalf of one call.
type host struct {
	*hostConn
	call uint64
}

// Service implements pdk.Host.
func (h host) Service(ctx context.Context, _ pdk.Info, name string, in pdk.Payload) (pdk.Payload, error) {
	if f := h.fast.get(); f != nil {
		out, err := f.Service(ctx, h.call, name, in)
		return out, framesError(name, err)
	}
	client, err := h.get()
	if err != nil {
		return pdk.Payload{}, err
	}
	out, err := client.Service(ctx, &pluginv1.ServiceRequest{Call: h.call, Name: valid(name), Payload: PayloadToProto(in)})
	if err != nil {
		return pdk.Payload{}, rpcError(name, err)
	}
	if out.GetError() != nil {
		return pdk.Payload{}, ErrorFromProto(out.GetError())
	}
	return PayloadFromProto(out.GetPayload()), nil
}

// Emit implements pdk.Host.
func (h host) Emit(ctx context.Context, info pdk.Info, event string, in pdk.Payload, final bool) error {
	if f := h.fast.get(); f != nil {
		return framesError("emit "+event, f.Emit(ctx, h.call, info.Task, event, in, final))
	}
	client, err := h.get()
	if err != nil {
		return err
	}
	out, err := client.Emit(ctx, &pluginv1.EmitRequest{Call: h.call, Event: valid(event), Payload: PayloadToProto(in), Final: final})
	if err != nil {
		return rpcError("emit "+event, err)
	}
	return ErrorFromProto(out.GetError())
}

// logTimeout bounds how long a log line may hold up the plugin.
const logTimeout = 5 * time.Second

var levels = map[string]pluginv1.LogLevel{
	pdk.LevelDebug: pluginv1.LogLevel_LOG_LEVEL_DEBUG,
	pdk.LevelInfo:  pluginv1.LogLevel_LOG_LEVEL_INFO,
	pdk.LevelWarn:  pluginv1.LogLevel_LOG_LEVEL_WARN,
	pdk.LevelError: pluginv1.LogLevel_LOG_LEVEL_ERROR,
}

// Log implements pdk.Host. What the host cannot take goes to standard error, which the host reads too.
func (h host) Log(ctx context.Context, level, message string, fields map[string]string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logTimeout)
	defer cancel()
	if f := h.fast.get(); f != nil && f.Log(ctx, level, message, fields) == nil {
		return
	}
	client, err := h.get()
	if err == nil {
		clean := make(map[string]string, len(fields))
		for k, v := range fields {
			clean[valid(k)] = valid(v)
		}
		_, err = client.Log(ctx, &pluginv1.LogRequest{Level: levels[level], Message: valid(message), Fields: clean})
	}
	if err != nil {
		hclog.New(&hclog.LoggerOptions{JSONFormat: true}).Log(hclog.LevelFromString(level), fmt.Sprint(message, " ", fields))
	}
}

// rpcError turns a gRPC failure into an *pdk.Error.
func rpcError(what string, err error) error {
	s := status.Convert(err)
	switch s.Code() {
	case codes.DeadlineExceeded:
		return pdk.Errorf(pdk.CodeTimeout, "timeout", "%s: the call's deadline passed", what)
	case codes.Canceled:
		return pdk.Errorf(pdk.CodeCanceled, "canceled", "%s: the caller gave up", what)
	case codes.ResourceExhausted:
		return pdk.Errorf(pdk.CodeTooLarge, "tooLarge", "%s: %s", what, s.Message())
	case codes.Unavailable:
		return pdk.Errorf(pdk.CodeUnavailable, "unavailable", "%s: the host is gone: %s", what, s.Message())
	}
	return pdk.Errorf(pdk.CodeInternal, "internal", "%s: %s", what, s.Message())
}

var _ pdk.Host = host{}
