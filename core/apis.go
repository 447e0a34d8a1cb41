package core

import (
	"fmt"
	"slices"
	"sort"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/capability/apiname"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// apis lists the injected names of everything that has a provider, sorted. vendors are the contracts that came with
// plugins.
func apis(c *capability.Table, vendors []*contract.Contract) []message.API {
	var out []message.API
	own := map[string]bool{}
	for _, k := range vendors {
		own[k.Capability] = true
	}
	for _, name := range c.Capabilities() {
		if c.Provider(name, "") == nil {
			continue
		}
		k := c.Contract(name)
		for _, m := range k.Methods {
			out = append(out, methodAPIs(m)...)
		}
		for _, e := range k.Events {
			for _, api := range e.API {
				out = append(out,
					message.API{Name: api, Capability: name, Method: e.Name, Mode: "on", Details: details("callback", e.Payload.Shape())},
					message.API{Name: contract.Unsubscribe(api), Capability: name, Method: e.Name, Mode: "off"})
			}
		}
	}
	for i := range out {
		out[i].Vendor = own[out[i].Capability]
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Absent says why mini-programs do not get a name of no plugin, and what to do about it.
func (k *Kernel) Absent(api string) (why, next string) {
	s := k.now.Load()
	for _, c := range s.vendors {
		if !slices.Contains(c.Named(), api) {
			continue
		}
		for _, u := range s.plugins {
			if slices.Contains(u.manifest.Provides, c.Capability) {
				return fmt.Sprintf("plugin %q offers %s, but superapp.yaml does not claim it", u.name, api),
					fmt.Sprintf("plugins: [{id: %s, apis: [%s]}]", u.name, api)
			}
		}
	}
	names := apiname.New(k.standard)
	switch owner := names.Owner(api); {
	case names.Standard(api) != "":
		return fmt.Sprintf("%s belongs to the standard capability %q, which no plugin of this super-app provides", api, owner),
			"add a plugin that provides it to plugins in superapp.yaml"
	case owner != "":
		return fmt.Sprintf("%s is a name of %s's, but of no capability: mini-programs get it from the base library or the device, if at all", api, owner),
			"try it in a mini-program: dougong run, or dougong test"
	}
	var known []string
	for _, a := range s.apis {
		known = append(known, a.Name)
	}
	return fmt.Sprintf("no plugin of this super-app offers %s%s", api, strict.NearMiss(api, known)), "dougong plugin list, or name capability#method"
}

func methodAPIs(m *contract.Method) (out []message.API) {
	for _, name := range m.API {
		api := message.API{Name: name, Capability: m.Capability, Method: m.Name, Mode: string(m.Mode), Details: methodDetails(m)}
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
			Args: m.Sync.Args, Returns: m.Sync.Returns, Missing: m.Sync.Missing, Details: syncDetails(m)})
	}
	return out
}

func task(api *message.API, t *contract.TaskSpec) {
	api.TaskUntil, api.TaskSync = t.Until, t.Sync
	for name, m := range t.Methods {
		api.TaskMethods = append(api.TaskMethods, name)
		if m.Sync != nil {
			if api.TaskForms == nil {
				api.TaskForms = map[string]message.TaskForm{}
			}
			api.TaskForms[name] = message.TaskForm{Args: m.Sync.Args, Returns: m.Sync.Returns}
		}
	}
	sort.Strings(api.TaskMethods)
	api.TaskEvents = map[string]string{}
	for name, e := range t.Events {
		if len(e.API) > 0 {
			api.TaskEvents[name] = e.API[0]
		}
	}
}
