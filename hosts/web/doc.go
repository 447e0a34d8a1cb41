// Package web is the web host: an HTTP server that shows a super-app in a browser. It serves the shell (launcher,
// capsule, dialogs) at the top and each open mini-program in a sandboxed frame of an opaque origin below it.
//
//	err := web.Run(ctx, web.Config{Backend: backend, Listen: "127.0.0.1:7700", Ready: func(url string) { fmt.Println(url) }})
//
// Trust runs downwards: the shell is reached with a per-start token that becomes a cookie; a frame has nothing but its
// own key, which opens one connection to one mini-program. The package must not know plugins or the script engine; the
// super-app behind it is a Backend.
package web
