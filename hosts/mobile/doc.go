// Package mobile is the door of package embed for Android and iOS: `gomobile bind` makes a Java and an Objective-C library of
// it, so every exported name uses only types that gomobile knows (a test holds it to that). What has more shape than those
// types is JSON.
//
//	host := mobile.NewHost(filesDir)
//	host.AddMiniProgram(path)
//	host.AddCapability(contract, till)
//	err := host.Open()
//	address, err := host.Address() // for a web view
//
// A phone's app shows the super-app in its web view, which Address is for, or opens mini-programs that nobody looks at. There
// are no process plugins on a phone: they say so when the host is opened. WebAssembly plugins run by interpretation, which
// is slower by an order of magnitude; what has to be fast is a capability of the app itself. The package must not know
// Android or iOS: what is theirs is in examples/embed-android and examples/embed-ios.
package mobile
