package core

import (
	"sort"
	"strings"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// apis lists the injected names of everything that has a provider, sorted.
func apis(c *capability.Catalogue) []message.API {
	var out []message.API
	for _, name := range c.Capabilities() {
		if c.Provider(name) == nil {
			continue
		}
		k := c.Contract(name)
		for _, m := range k.Methods {
			out = append(out, methodAPIs(m)...)
		}
		for _, e := range k.Events {
			for _, api := range e.API {
				dot := strings.LastIndexByte(api, '.') + 1
				off := api[:dot] + "off" + strings.TrimPrefix(api[dot:], "on")
				out = append(out,
					message.API{Name: api, Capability: name, Method: e.Name, Mode: "on"},
					message.API{Name: off, Capability: name, Method: e.Name, Mode: "off"})
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

func methodAPIs(m *contract.Method) (out []message.API) {
	for _, name := range m.API {
		api := message.API{Name: name, Capability: m.Capability, Method: m.Name, Mode: string(m.Mode)}
		if m.Task != nil {
			task(&api, m.Task)
		}
		out = append(out, api)
	}
	if m.Sync == nil {
		return out
	}
	for _, name := range m.Sync.API {
		out = append(out, message.API{Name: name, Capability: m.Capability, Method: m.Name, Mode: string(contract.Sync),
			Args: m.Sync.Args, Returns: m.Sync.Returns, Missing: m.Sync.Missing})
	}
	return out
}

func task(api *message.API, t *contract.TaskSpec) {
	api.TaskUntil = t.Until
	for name := range t.Methods {
		api.TaskMethods = append(api.TaskMethods, name)
	}
	sort.Strings(api.TaskMethods)
	api.TaskEvents = map[string]string{}
	for name, e := range t.Events {
		if len(e.API) > 0 {
			api.TaskEvents[name] = e.API[0]
		}
	}
}
