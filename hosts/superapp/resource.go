package superapp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/hosts/web"
	"github.com/dougong-dev/dougong/pdk/go"
)

// networkCapability carries what a frame may not fetch by itself.
const networkCapability = "dougong.network/v1"

// Asset reads a file of a mini-program's bundle.
func (a *App) Asset(app, path string) ([]byte, error) {
	p, err := a.find(app)
	if err != nil {
		return nil, err
	}
	program, err := p.ready()
	if err != nil {
		return nil, err
	}
	return program.Asset(path)
}

// TemplateScripts is what a mini-program's frame runs beside the view client.
func (a *App) TemplateScripts(app string) ([]byte, error) {
	p, err := a.find(app)
	if err != nil {
		return nil, err
	}
	return p.templateScripts()
}

// Fetch loads a picture or another resource: one of the mini-program's own files, or one from outside through the network
// capability, as a request of the mini-program: its allow-list, its trace and its quotas hold.
func (a *App) Fetch(ctx context.Context, app, user, address string) (web.Resource, error) {
	if core.IsLocalFile(address) {
		return a.local(ctx, app, user, address)
	}
	params, err := json.Marshal(map[string]any{"url": address, "method": http.MethodGet, "responseType": "arraybuffer"})
	if err != nil {
		return web.Resource{}, err
	}
	answer, err := a.kernel.Call(ctx, &capability.Call{
		Info:    pdk.Info{Capability: networkCapability, Method: "request", App: app, User: user},
		Payload: pdk.Payload{JSON: params},
	})
	if err != nil {
		return web.Resource{}, err
	}
	var result struct {
		StatusCode int               `json:"statusCode"`
		Header     map[string]string `json:"header"`
		Data       pdk.Any           `json:"data"`
	}
	if err := pdk.Decode(answer, &result); err != nil {
		return web.Resource{}, fmt.Errorf("answer of the network provider: %w", err)
	}
	if result.StatusCode != http.StatusOK {
		return web.Resource{}, fmt.Errorf("%s answered %d %s", address, result.StatusCode, http.StatusText(result.StatusCode))
	}
	resource := web.Resource{Body: result.Data.Blob}
	for name, value := range result.Header {
		if strings.EqualFold(name, "Content-Type") {
			resource.ContentType = value
		}
	}
	return resource, nil
}

// local reads a file of the mini-program and user: from the provider of files or, where there is none, what the network
// provider downloaded.
func (a *App) local(ctx context.Context, app, user, path string) (web.Resource, error) {
	content, err := a.kernel.LocalContent(ctx, app, user, path)
	if pdk.Code(err) != pdk.CodeUnsupported {
		return web.Resource{ContentType: content.ContentType, Body: content.Data, Fresh: true}, err
	}
	params, err := json.Marshal(map[string]any{"filePath": path})
	if err != nil {
		return web.Resource{}, err
	}
	answer, err := a.kernel.Call(ctx, &capability.Call{
		Info:    pdk.Info{Capability: networkCapability, Method: "readTempFile", App: app, User: user},
		Payload: pdk.Payload{JSON: params}, Host: true,
	})
	if err != nil {
		return web.Resource{}, err
	}
	var file pdk.FileContent
	if err := pdk.Decode(answer, &file); err != nil {
		return web.Resource{}, fmt.Errorf("answer of the network provider: %w", err)
	}
	return web.Resource{ContentType: file.ContentType, Body: file.Data, Fresh: true}, nil
}
