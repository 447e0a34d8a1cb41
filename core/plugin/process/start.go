package process

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	pdkprocess "github.com/dougong-dev/dougong/pdk/go/process"
	"github.com/dougong-dev/dougong/pdk/go/process/pluginv1"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// start starts the process, shakes hands and connects. If it fails, nothing is left behind.
func (p *process) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.opts.StartTimeout)
	defer cancel()
	p.client = goplugin.NewClient(p.clientConfig())
	// go-plugin's own waiting knows no context: ending the process ends it.
	stop := context.AfterFunc(ctx, p.runner.kill)
	err := p.connect(ctx)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		p.runner.kill()
		p.client.Kill()
		p.endFrames()
		return p.startError(ctx, err)
	}
	go p.watch()
	return nil
}

// connect shakes hands, asks a first question to see that somebody is there, and serves the host's services.
func (p *process) connect(ctx context.Context) error {
	protocol, err := p.client.Client()
	if err != nil {
		return err
	}
	if _, err := protocol.Dispense(pdkprocess.PluginName); err != nil {
		return err
	}
	if _, err := p.rpc.Health(ctx, &pluginv1.HealthRequest{}); err != nil {
		return err
	}
	if err := p.serveHost(); err != nil {
		return err
	}
	return p.speed(ctx)
}

// serveHost serves the host's services on the broker, and returns when that has begun.
func (p *process) serveHost() error {
	began, ended := make(chan struct{}), make(chan struct{})
	p.checks.Go(func() {
		defer close(ended)
		p.broker.AcceptAndServe(pdkprocess.BrokerID, func(opts []grpc.ServerOption) *grpc.Server {
			defer close(began)
			return p.hostServer(opts)
		})
	})
	select {
	case <-began:
		return nil
	case <-ended:
		return errors.New("the host's services could not be offered to it")
	}
}

// hostServer makes the server of the host's services.
func (p *process) hostServer(opts []grpc.ServerOption) *grpc.Server {
	s := grpc.NewServer(append(opts,
		grpc.MaxRecvMsgSize(pdk.MaxPayload+pdkprocess.MessageSlack),
		grpc.MaxSendMsgSize(pdk.MaxPayload+pdkprocess.MessageSlack))...)
	pluginv1.RegisterHostServiceServer(s, &hostServer{id: p.manifest.ID, services: p.services, calls: &p.calls})
	return s
}

func (p *process) clientConfig() *goplugin.ClientConfig {
	return &goplugin.ClientConfig{
		HandshakeConfig:  pdkprocess.Handshake(),
		VersionedPlugins: map[int]goplugin.PluginSet{pdkprocess.ProtocolVersion: {pdkprocess.PluginName: &adapter{process: p}}},
		RunnerFunc:       p.prepare,
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		AutoMTLS:         true,
		SkipHostEnv:      true,
		StartTimeout:     p.opts.StartTimeout + time.Second, // ours comes first
		Logger:           hclog.NewNullLogger(),
		Stderr:           &p.stderr,
		SyncStdout:       &p.stdout,
		SyncStderr:       &p.stdout,
		UnixSocketConfig: &goplugin.UnixSocketConfig{TempDir: p.opts.SocketDir},
		GRPCDialOptions: []grpc.DialOption{
			grpc.WithDefaultCallOptions(
				grpc.MaxCallRecvMsgSize(pdk.MaxPayload+pdkprocess.MessageSlack),
				grpc.MaxCallSendMsgSize(pdk.MaxPayload+pdkprocess.MessageSlack)),
			grpc.WithInitialWindowSize(pdkprocess.Window), grpc.WithInitialConnWindowSize(pdkprocess.Window),
			grpc.WithDisableServiceConfig(), grpc.WithDisableRetry(),
		},
	}
}

// startError says why a plugin did not come up, in one line.
func (p *process) startError(ctx context.Context, err error) error {
	id := p.manifest.ID
	why := strings.Join(strings.Fields(err.Error()), " ")
	printed := p.stderr.Cause()
	if printed != "" {
		printed = "; it printed: " + printed
	}
	switch {
	case ctx.Err() == context.DeadlineExceeded:
		return pdk.Errorf(pdk.CodeTimeout, "timeout", "plugin %q did not complete the handshake within %s; a plugin's main ends with serve.Main()%s", id, p.opts.StartTimeout, printed)
	case ctx.Err() != nil:
		return pdk.Errorf(pdk.CodeCanceled, "canceled", "the start of plugin %q was canceled", id)
	case strings.Contains(why, "Failed to read any lines"), strings.Contains(why, "exited before"):
		return pdk.Errorf(pdk.CodeUnavailable, "crashed", "plugin %q ended during the handshake (%s)%s", id, p.exitStatus(), printed)
	case strings.Contains(why, "Unrecognized remote plugin message"):
		return pdk.Errorf(pdk.CodeUnavailable, "handshake", "plugin %q printed something else than the handshake (%.200s); it has to use the PDK or docs/wire-protocol.md%s", id, why, printed)
	}
	return pdk.Errorf(pdk.CodeUnavailable, "start", "start plugin %q: %s%s", id, why, printed)
}

// exitStatus says how the process ended.
func (p *process) exitStatus() string {
	select {
	case <-p.runner.exited:
	default:
		return "still running"
	}
	if p.runner.exit == nil {
		return "exit status 0"
	}
	return p.runner.exit.Error()
}

// adapter is the host's side of the plugin in go-plugin's terms.
type adapter struct {
	goplugin.NetRPCUnsupportedPlugin
	process *process
}

// GRPCServer implements goplugin.GRPCPlugin; the host has no use for it.
func (a *adapter) GRPCServer(*goplugin.GRPCBroker, *grpc.Server) error {
	return fmt.Errorf("the host does not serve a plugin")
}

// GRPCClient implements goplugin.GRPCPlugin.
func (a *adapter) GRPCClient(_ context.Context, broker *goplugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	a.process.broker, a.process.rpc = broker, pluginv1.NewPluginServiceClient(conn)
	return a.process.rpc, nil
}

var _ goplugin.GRPCPlugin = (*adapter)(nil)
