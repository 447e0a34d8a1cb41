// Package superapp is a super-app as hosts show it: the kernel of a superapp.yaml with its plugins, and its mini-programs,
// built or loaded.
//
//	app, err := superapp.Open(ctx, cfg, superapp.Options{Logger: log})
//	defer app.Close()
//	err = web.Run(ctx, web.Config{Backend: app, …})
//
// It joins core (which knows no mini-program projects) with the compiler and the sessions; it must not know how anything
// is shown. Questions to the user go to the Shell that a host attaches.
package superapp
