// Package provider is the capability dougong.network/v1: HTTP requests, uploads, downloads and WebSockets, as WeChat's
// network API behaves.
//
// What keeps it safe: the kernel checks the address of each call against the mini-program's allow-list; the provider asks
// it again for every redirect, refuses private addresses at the moment of connecting (package guard), keeps cookies and
// files apart by owner, and bounds every size, count and time.
//
//	p, err := provider.New(dir)
//	plugin := pdk.New(id, version).Provide(provider.Capability, p.Methods()).OnConfigure(p.Configure).OnClose(p.Close)
package provider
