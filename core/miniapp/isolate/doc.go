// Package isolate runs each open mini-program in a process of its own: a child of the same binary, limited in memory and
// time and shut off from files, network and other processes. What it does to itself ends it alone.
//
//	func main() {
//		isolate.Main() // first of all: in a child it does not return
//		pool, err := isolate.New(isolate.Options{})
//		…
//		miniapp.Start(ctx, miniapp.Options{Runner: pool, …})
//	}
//
// A Pool keeps children ready that have loaded the base library, and compiled the mini-program that was opened last. Host and child speak frames over the child's standard
// streams (frame.go, codec.go; docs/wire-protocol.md is about plugins, this conversation never leaves one version). The
// child reads the program's files through the host, so it needs no file of its own.
//
// The host believes a child nothing: every frame is checked, calls and messages under way are counted, and a child that
// breaks the rules is ended. The package must not know the script engine, nor who shows a mini-program.
package isolate
