// Package core is the kernel of a super-app, and the one package that a host must know: it starts the plugins of a
// configuration, carries capability calls through the dispatch chain, and serves plugins.
//
//	k, err := core.New(ctx, cfg, core.Options{Prompter: screen})
//	defer k.Close()
//	answer, err := k.Call(ctx, &capability.Call{Info: pdk.Info{Capability: "dougong.storage/v1", …}, Payload: …})
//
// The program that embeds it calls sandbox.Main of core/plugin/process/sandbox first in its main, so that plugins that are
// processes can be confined.
//
// While it runs, Reload goes over to another configuration and Swap to another version of a plugin; Status tells how plugins
// fare.
//
// The kernel knows no capability of its own but the user's permissions: network, storage, location and the rest are
// plugins. It must not know how a mini-program is run or shown.
package core
