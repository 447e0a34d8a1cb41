package process

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// gcPercent lets the heap grow before it is collected: the memory limit, which the host sets, is what bounds it.
const gcPercent = 400

// Main serves p until the host stops it or is gone. Started by hand, it says what the program is and exits with 1.
func Main(p *pdk.Plugin) {
	if p == nil {
		exit("this program registers no plugin; it needs `var _ = serve.Register(plugin)` before main")
	}
	if os.Getenv(CookieKey) != cookieValue {
		exit(fmt.Sprintf("this is the Dougong plugin %s %s. It is started by a host: put its folder on the list of plugins in superapp.yaml", p.ID, p.Version))
	}
	Prepare()
	debug.SetTraceback("single")
	if os.Getenv("GOMEMLIMIT") != "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Stdout = handshakeOut // goplugin.Serve writes its line there and then redirects for good
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig:  Handshake(),
		VersionedPlugins: map[int]goplugin.PluginSet{ProtocolVersion: {PluginName: &adapter{plugin: p, fast: listenFrames()}}},
		GRPCServer:       newGRPCServer,
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Warn, Output: os.Stderr, JSONFormat: true}),
	})
	_ = handshakeOut.Close()
}

func exit(message string) {
	_, _ = io.WriteString(os.Stderr, message+"\n")
	os.Exit(1)
}

func newGRPCServer(opts []grpc.ServerOption) *grpc.Server {
	return grpc.NewServer(append(opts,
		grpc.MaxRecvMsgSize(pdk.MaxPayload+MessageSlack),
		grpc.MaxSendMsgSize(pdk.MaxPayload+MessageSlack),
		// A fixed window turns bandwidth estimation off, whose pings cost more than a small call.
		grpc.InitialWindowSize(Window), grpc.InitialConnWindowSize(Window),
		// Workers keep their grown stacks from call to call; a call that finds none free gets a goroutine of its own.
		grpc.NumStreamWorkers(8),
	)...)
}

// adapter makes a pdk.Plugin a go-plugin plugin.
type adapter struct {
	goplugin.NetRPCUnsupportedPlugin
	plugin *pdk.Plugin
	fast   *fastPath
}

// GRPCServer implements goplugin.GRPCPlugin.
func (a *adapter) GRPCServer(broker *goplugin.GRPCBroker, s *grpc.Server) error {
	p := newServer(a.plugin, newHostConn(broker, a.fast))
	if a.fast != nil {
		go a.fast.serve(p)
	}
	pluginv1.RegisterPluginServiceServer(s, p)
	return nil
}

// GRPCClient implements goplugin.GRPCPlugin; a plugin has no use for it.
func (a *adapter) GRPCClient(context.Context, *goplugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, fmt.Errorf("the plugin side does not dispense clients")
}

var _ goplugin.GRPCPlugin = (*adapter)(nil)
