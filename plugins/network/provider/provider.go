package provider

import (
	"net/http"
	"sync"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/network/files"
)

// Capability is the contract that the provider keeps.
const Capability = "dougong.network/v1"

// Provider serves the capability. Make it with New.
type Provider struct {
	dir   string
	tasks *tasks
	jars  *jars

	mu    sync.Mutex
	ready *ready
}

// ready is what follows from the configuration.
type ready struct {
	*settings
	transport *http.Transport
	files     *files.Store
}

// New makes a provider that keeps downloads in dir, the plugin's private folder. Without Configure the defaults hold.
func New(dir string) *Provider {
	return &Provider{dir: dir, tasks: newTasks(), jars: newJars()}
}

// Configure applies the configuration to all calls from now on; those under way keep theirs.
func (p *Provider) Configure(_ *pdk.Context, config []byte) error {
	s, err := parse(config)
	if err != nil {
		return pdk.Errorf(pdk.CodeConfig, "config", "network configuration: %s", err)
	}
	store, err := files.Open(p.dir)
	if err != nil {
		return pdk.Errorf(pdk.CodeConfig, "config", "%s", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ready != nil {
		p.ready.transport.CloseIdleConnections()
	}
	p.ready = &ready{settings: s, transport: newTransport(s), files: store}
	return nil
}

// Close aborts everything under way and waits for it.
func (p *Provider) Close() error {
	p.tasks.close()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ready != nil {
		p.ready.transport.CloseIdleConnections()
	}
	return nil
}

// Methods is the capability's method table.
func (p *Provider) Methods() pdk.Methods {
	return pdk.Methods{
		"request":             pdk.Func(p.request),
		"request.abort":       pdk.Func(p.abort),
		"uploadFile":          pdk.Func(p.uploadFile),
		"uploadFile.abort":    pdk.Func(p.abort),
		"downloadFile":        pdk.Func(p.downloadFile),
		"downloadFile.abort":  pdk.Func(p.abort),
		"readTempFile":        pdk.Func(p.readTempFile),
		"connectSocket":       pdk.Func(p.connectSocket),
		"connectSocket.send":  pdk.Func(p.socketSend),
		"connectSocket.close": pdk.Func(p.socketClose),

		"createTCPSocket":         pdk.Func(p.createTCPSocket),
		"createTCPSocket.connect": pdk.Func(p.tcpConnect),
		"createTCPSocket.write":   pdk.Func(p.tcpSend),
		"createTCPSocket.close":   pdk.Func(p.tcpClose),
		"createUDPSocket":         pdk.Func(p.createUDPSocket),
		"createUDPSocket.bind":    pdk.Func(p.udpBind),
		"createUDPSocket.send":    pdk.Func(p.udpSend),
		"createUDPSocket.connect": pdk.Func(p.udpConnect),
		"createUDPSocket.write":   pdk.Func(p.udpWrite),
		"createUDPSocket.setTTL":  pdk.Func(p.udpTTL),
		"createUDPSocket.close":   pdk.Func(p.udpClose),
	}
}

// configured returns what is in force, the defaults if Configure was not called.
func (p *Provider) configured() (*ready, error) {
	p.mu.Lock()
	r := p.ready
	p.mu.Unlock()
	if r != nil {
		return r, nil
	}
	if err := p.Configure(nil, nil); err != nil {
		return nil, err
	}
	return p.configured()
}

func (p *Provider) abort(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	p.tasks.abort(taskKey(ctx))
	return struct{}{}, nil
}

func fileOwner(ctx *pdk.Context) files.Owner {
	return files.Owner{Caller: ctx.Caller, App: ctx.App, User: ctx.User}
}
