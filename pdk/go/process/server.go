package process

import (
	"context"
	"sort"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/frames"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// server is PluginService on top of a pdk.Plugin.
type server struct {
	pluginv1.UnimplementedPluginServiceServer
	plugin *pdk.Plugin
	host   *hostConn
	mu     sync.Mutex
	calls  map[uint64]struct{} // under way, over gRPC
}

func newServer(p *pdk.Plugin, host *hostConn) *server {
	return &server{plugin: p, host: host, calls: map[uint64]struct{}{}}
}

// Describe implements PluginService. It is the host's first question, and so the moment to connect to the host's
// services: go-plugin forgets an offered connection that is not taken up within five seconds. With the fast path nobody
// has to wait for that: most likely it is not needed.
func (s *server) Describe(context.Context, *pluginv1.DescribeRequest) (*pluginv1.DescribeResponse, error) {
	if s.host.fast != nil {
		go func() { _, _ = s.host.get() }()
	} else if _, err := s.host.get(); err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	d := s.plugin.Describe()
	out := &pluginv1.DescribeResponse{Id: d.ID, Version: d.Version, Features: d.Features}
	if s.host.fast != nil {
		out.Features = append(out.Features, frames.Feature, frames.SharedFeature)
	}
	for name, methods := range d.Capabilities {
		out.Capabilities = append(out.Capabilities, &pluginv1.Capability{Name: name, Methods: methods})
	}
	sort.Slice(out.Capabilities, func(i, j int) bool { return out.Capabilities[i].Name < out.Capabilities[j].Name })
	return out, nil
}

// Configure implements PluginService.
func (s *server) Configure(ctx context.Context, in *pluginv1.ConfigureRequest) (*pluginv1.ConfigureResponse, error) {
	c := pdk.NewContext(ctx, pdk.Info{Method: "configure"}, host{s.host, 0})
	err := returning("configure", func() error { return s.plugin.ApplyConfig(c, in.GetConfig()) })
	return &pluginv1.ConfigureResponse{Error: ErrorToProto(err)}, nil
}

// Call implements PluginService.
func (s *server) Call(ctx context.Context, in *pluginv1.CallRequest) (*pluginv1.CallResponse, error) {
	if err := ctx.Err(); err != nil { // given up before it began: the host will not ask for it again
		return &pluginv1.CallResponse{Error: ErrorToProto(err)}, nil
	}
	s.begin(in.GetCall())
	defer s.end(in.GetCall())
	c := pdk.NewContext(ctx, InfoFromProto(in.GetInfo()), host{s.host, in.GetCall()})
	var out pdk.Payload
	err := returning(in.GetInfo().GetMethod(), func() (err error) {
		out, err = s.plugin.Dispatch(c, PayloadFromProto(in.GetPayload()))
		return err
	})
	if err != nil {
		return &pluginv1.CallResponse{Error: ErrorToProto(err)}, nil
	}
	return &pluginv1.CallResponse{Payload: PayloadToProto(out)}, nil
}

func (s *server) begin(call uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[call] = struct{}{}
}

func (s *server) end(call uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.calls, call)
}

// Health implements PluginService.
func (s *server) Health(context.Context, *pluginv1.HealthRequest) (*pluginv1.HealthResponse, error) {
	out := &pluginv1.HealthResponse{}
	if f := s.host.fast.get(); f != nil {
		out.Running = f.Running()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for call := range s.calls {
		out.Running = append(out.Running, call)
	}
	return out, nil
}

// Shutdown implements PluginService.
func (s *server) Shutdown(context.Context, *pluginv1.ShutdownRequest) (*pluginv1.ShutdownResponse, error) {
	defer s.host.close()
	if s.plugin.Close == nil {
		return &pluginv1.ShutdownResponse{}, nil
	}
	return &pluginv1.ShutdownResponse{Error: ErrorToProto(returning("close", s.plugin.Close))}, nil
}

// returning runs f in a goroutine of its own and returns what it does, or that it has not returned: gRPC never answers a call whose
// goroutine ends.
func returning(what string, f func() error) error {
	answer := make(chan error, 1)
	go func() {
		err := error(pdk.Exited(what))
		defer func() { answer <- err }()
		err = f()
	}()
	return <-answer
}

var _ pluginv1.PluginServiceServer = (*server)(nil)
