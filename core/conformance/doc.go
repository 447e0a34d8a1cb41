// Package conformance holds a plugin against cases (pdk/conformance): it starts the plugin as a host would, by the real
// runtimes, the supervisor and the kernel's whole dispatch chain, does what the cases say, and reports what was expected and
// what came.
//
//	report, err := conformance.Run(ctx, conformance.Options{Dir: "my-plugin"})
//	report.WriteText(os.Stdout)
//
// What a vendor's machine lacks comes from the runner itself, in memory: a storage and a network provider for the plugin's
// host services, a user who presses buttons, a web server. The package must not know how plugins are built or packed
// (package project does), nor any one capability: what is special about one is in its cases.
package conformance
