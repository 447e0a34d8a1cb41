// Package process serves a plugin as a process of its own: a go-plugin server over gRPC (pdk/proto/dougong/plugin/v1) that
// ends itself, and everything it started, when the host is gone, however the host went.
//
// It is the only package of the PDK that imports go-plugin and gRPC. Vendors use package serve.
package process

import goplugin "github.com/hashicorp/go-plugin"

// ProtocolVersion is the version of plugin.proto, negotiated in the handshake.
const ProtocolVersion = 1

// BrokerID is the id under which the host serves HostService on go-plugin's broker.
const BrokerID = 1

// PluginName is the name under which PluginService is served in the handshake's plugin set.
const PluginName = "dougong"

// MessageSlack is how much larger than pdk.MaxPayload a gRPC message may be, for what surrounds the payload.
const MessageSlack = 1 << 20

// Window is the size of gRPC's flow-control windows on both sides.
const Window = 4 << 20

// Handshake is what host and plugin recognise each other by. It is no secret and no security: it keeps a person from
// starting a plugin by hand and wondering why nothing happens.
func Handshake() goplugin.HandshakeConfig {
	return goplugin.HandshakeConfig{ProtocolVersion: ProtocolVersion, MagicCookieKey: CookieKey, MagicCookieValue: cookieValue}
}

// The environment of a plugin beside go-plugin's own variables.
const (
	// CookieKey names the variable that says that a Dougong host started this process.
	CookieKey   = "DOUGONG_PLUGIN"
	cookieValue = "dougong.plugin.v1"
	// LifelineKey is set if standard input is a pipe that stays open for as long as the host lives.
	LifelineKey = "DOUGONG_LIFELINE"
	// DataDirKey names the plugin's private folder, if its manifest requires files.
	DataDirKey = "DOUGONG_DATA_DIR"
)

//go:generate sh -c "cd ../../proto && go run github.com/bufbuild/buf/cmd/buf@v1.75.0 lint && go run github.com/bufbuild/buf/cmd/buf@v1.75.0 generate"
