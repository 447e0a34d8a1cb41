//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/dougong-dev/dougong/pdk/go/process"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/protobuf/proto"
)

// lie serves a plugin that answers calls with whatever it likes, past the kit's checks. It does not watch its lifeline.
func lie() {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig:  process.Handshake(),
		VersionedPlugins: map[int]goplugin.PluginSet{process.ProtocolVersion: {process.PluginName: &adapter{}}},
		GRPCServer: func(opts []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(opts, grpc.ForceServerCodec(codec{}))...)
		},
	})
}

// raw is a message as it goes over the wire.
type raw []byte

// codec sends raw messages as they are and others as the protocol wants it.
type codec struct{}

func (codec) Name() string { return "proto" }

func (codec) Marshal(v any) ([]byte, error) {
	if b, ok := v.(raw); ok {
		return b, nil
	}
	return proto.Marshal(v.(proto.Message))
}

func (codec) Unmarshal(data []byte, v any) error { return proto.Unmarshal(data, v.(proto.Message)) }

type adapter struct {
	goplugin.NetRPCUnsupportedPlugin
}

// GRPCServer implements goplugin.GRPCPlugin.
func (*adapter) GRPCServer(_ *goplugin.GRPCBroker, s *grpc.Server) error {
	desc := pluginv1.PluginService_ServiceDesc
	desc.Methods = append([]grpc.MethodDesc{}, desc.Methods...)
	for i := range desc.Methods {
		if desc.Methods[i].MethodName == "Call" {
			desc.Methods[i].Handler = answer
		}
	}
	s.RegisterService(&desc, &honest{})
	return nil
}

// GRPCClient implements goplugin.GRPCPlugin.
func (*adapter) GRPCClient(context.Context, *goplugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, fmt.Errorf("the plugin side does not dispense clients")
}

// honest is the part of the service that does not lie.
type honest struct {
	pluginv1.UnimplementedPluginServiceServer
}

func (honest) Describe(context.Context, *pluginv1.DescribeRequest) (*pluginv1.DescribeResponse, error) {
	return &pluginv1.DescribeResponse{Id: "com.example.hostile", Version: "1.0.0", Capabilities: []*pluginv1.Capability{{Name: "example.hostile/v1", Methods: []string{"broken"}}}}, nil
}

func (honest) Configure(context.Context, *pluginv1.ConfigureRequest) (*pluginv1.ConfigureResponse, error) {
	return &pluginv1.ConfigureResponse{}, nil
}

func (honest) Health(context.Context, *pluginv1.HealthRequest) (*pluginv1.HealthResponse, error) {
	return &pluginv1.HealthResponse{}, nil
}

func (honest) Shutdown(context.Context, *pluginv1.ShutdownRequest) (*pluginv1.ShutdownResponse, error) {
	return &pluginv1.ShutdownResponse{}, nil
}

// answer carries out a call: the method says how to lie.
func answer(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	var in pluginv1.CallRequest
	if err := decode(&in); err != nil {
		return nil, err
	}
	result := func(json string) (any, error) {
		return &pluginv1.CallResponse{Payload: &pluginv1.Payload{Json: []byte(json)}}, nil
	}
	switch method := in.GetInfo().GetMethod(); method {
	case "garbage":
		return raw(bytes.Repeat([]byte{0xff}, 100)), nil
	case "nothing":
		return raw(nil), nil
	case "type":
		return result(`[1]`)
	case "missing":
		return result(`{"b": 1}`)
	case "broken":
		return result(`{"a":`)
	case "trailing":
		return result(`{} {}`)
	case "blob":
		return result(`{"$blob": 7}`)
	case "encoding":
		return result("\"\xff\xfe\"")
	case "huge":
		return raw(make([]byte, 100<<20)), nil
	case "code":
		return &pluginv1.CallResponse{Error: &pluginv1.Error{Code: 0, Message: "no error at all"}}, nil
	default:
		return nil, fmt.Errorf("no lie %q", method)
	}
}

var (
	_ goplugin.GRPCPlugin = (*adapter)(nil)
	_ encoding.Codec      = codec{}
)
