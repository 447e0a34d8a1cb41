// Package view is the view layer: trees of component instances, the incremental renderer, the patch protocol and the
// propagation of events.
//
// One Page holds the tree of one open page. Data goes in by Component.SetData; patches come out of Page.Flush as ops
// (protocol.go) that a client applies: a browser, a desktop webview, the headless DOM of package view/dom, a recorder.
// Nothing is evaluated that does not read what changed.
//
// The package must not know the script engine: whatever needs JavaScript goes through the Logic interface. It must not
// know who shows the patches. A Page and everything in it belongs to one goroutine, the actor of its mini-program.
package view
