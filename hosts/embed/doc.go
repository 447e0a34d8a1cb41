// Package embed is the door for a Go program that wants mini-programs inside it: it opens them, gives them capabilities that
// are functions of the program, hears what becomes of them, speaks to them and closes them, as many at a time as it likes.
//
//	host, err := embed.Open(ctx, embed.Options{MiniPrograms: []string{"./order"}, Capabilities: own, Events: hear})
//	defer host.Close()
//	order, err := host.Start(ctx, "com.example.order", embed.Launch{})
//	fmt.Println(order.Text())
//	err = order.Send("paid", map[string]any{"order": 7})
//	order.Close()
//
// Start opens a mini-program that nobody looks at. Handler and Listen show the super-app to browsers and web views; what is
// opened there is told as an event like the others, and can be spoken to in the same way.
//
// The exported names of this package are kept stable and use no third-party types. It must not know the command line, and
// nothing of the system's windows: hosts/mobile and hosts/cabi stand on it.
package embed
