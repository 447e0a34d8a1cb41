// Package provider is the capability dougong.storage/v1 over package space: the data cache API of mini-programs, and the
// byte store behind the host's kv service for plugins.
//
//	p := provider.New(dir)
//	plugin := pdk.New(id, version).Provide(provider.Capability, p.Methods()).OnConfigure(p.Configure).OnClose(p.Close)
package provider
