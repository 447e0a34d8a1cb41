// Package provider is the capability dougong.geolocation/v1. Where the location comes from is configuration: a fixed
// point, the replay of a GPX track, or a lookup of the network address; the first source that answers wins.
//
//	p := provider.New(time.Now)
//	plugin := pdk.New(id, version).Provide(provider.Capability, p.Methods()).OnConfigure(p.Configure)
package provider
