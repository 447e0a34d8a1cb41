// Package script is the logic layer: the realm in which the JavaScript of one open mini-program runs, and the component
// model (App, Page, Component, Behavior) that stands between that JavaScript and the page trees of package view.
//
// It is the only package that imports the script engine, and no engine type appears in its exported names. It must not
// know capabilities, the shell or the transport: natives are bound from outside (Realm.Bind), what happens inside leaves
// through the functions in Options.
//
//	realm, err := script.New(script.Options{Program: prog, Patch: send, Report: report})
//	realm.Bind("log", func(args []value.Value) (value.Value, error) { … })
//	err = realm.StartApp(launch)
//	page, err := realm.OpenPage(1, "pages/index/index", query)
//	page.Call("onShow")
//	realm.Turn("tap", func() error { page.View().Dispatch(event); return nil })
//
// A Realm belongs to one goroutine, the actor of its mini-program. Everything that can run JavaScript happens in a turn:
// the methods above open one by themselves, Turn joins several steps into one. At the end of a turn the page trees are
// flushed, then come "ready" lifetimes, setData callbacks and wx.nextTick, until nothing is left to do.
package script
