package process

import (
	"context"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
	pdkprocess "github.com/dougong-dev/dougong/pdk/go/process"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
	"github.com/dougong-dev/dougong/pdk/go/wire"
)

// hostServer is HostService for one plugin. Whom the plugin speaks for is looked up by the number of the call, never
// taken from what it says.
type hostServer struct {
	pluginv1.UnimplementedHostServiceServer
	id       string
	services plugin.Services
	calls    *calls
}

// Service implements HostService.
func (h *hostServer) Service(ctx context.Context, in *pluginv1.ServiceRequest) (*pluginv1.ServiceResponse, error) {
	out, err := h.carryOut(ctx, in.GetCall(), in.GetName(), pdkprocess.PayloadFromProto(in.GetPayload()))
	if err != nil {
		return &pluginv1.ServiceResponse{Error: pdkprocess.ErrorToProto(err)}, nil
	}
	return &pluginv1.ServiceResponse{Payload: pdkprocess.PayloadToProto(out)}, nil
}

// carryOut carries out a service on behalf of a call. ctx ends when the plugin gives up.
func (h *hostServer) carryOut(ctx context.Context, call uint64, name string, in pdk.Payload) (pdk.Payload, error) {
	callCtx, info, err := h.calls.speaker(call)
	if err != nil {
		return pdk.Payload{}, err
	}
	// The kernel sees the context of the call; it ends, too, when the plugin gives up.
	callCtx, cancel := context.WithCancel(callCtx)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	out, err := h.services.Service(callCtx, h.id, info, name, in)
	if err == nil {
		err = wire.CheckPayload(out)
	}
	return out, err
}

// Emit implements HostService.
func (h *hostServer) Emit(_ context.Context, in *pluginv1.EmitRequest) (*pluginv1.EmitResponse, error) {
	info, err := h.calls.emit(in.GetCall(), in.GetFinal())
	if err != nil {
		return &pluginv1.EmitResponse{Error: pdkprocess.ErrorToProto(err)}, nil
	}
	h.services.Emit(h.id, info, in.GetEvent(), pdkprocess.PayloadFromProto(in.GetPayload()), in.GetFinal())
	return &pluginv1.EmitResponse{}, nil
}

var levels = map[pluginv1.LogLevel]string{
	pluginv1.LogLevel_LOG_LEVEL_DEBUG: pdk.LevelDebug,
	pluginv1.LogLevel_LOG_LEVEL_WARN:  pdk.LevelWarn,
	pluginv1.LogLevel_LOG_LEVEL_ERROR: pdk.LevelError,
}

// Log implements HostService.
func (h *hostServer) Log(_ context.Context, in *pluginv1.LogRequest) (*pluginv1.LogResponse, error) {
	level, ok := levels[in.GetLevel()]
	if !ok {
		level = pdk.LevelInfo
	}
	h.services.Log(h.id, level, in.GetMessage(), in.GetFields())
	return &pluginv1.LogResponse{}, nil
}

var _ pluginv1.HostServiceServer = (*hostServer)(nil)
