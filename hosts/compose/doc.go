// Package compose makes a super-app of its superapp.yaml. It chooses versions, verifies every bundle by the house's root of
// trust, says everything that does not fit before anything is built, writes superapp.lock, and puts together what is handed
// out: the host, the verified plugins and mini-programs with their evidence, and the root of trust.
//
//	plan, err := compose.Make(ctx, compose.Options{Config: cfg, Platforms: []string{"linux/amd64"}})
//	var wrong compose.Problems        // errors.As(err, &wrong): what does not fit, each with its place
//	err = plan.Save()                 // superapp.lock, and the evidence beside it
//	made, err := plan.Build(ctx, compose.BuildOptions{Dir: "dist"})
//
// Read in this order: want.go (what superapp.yaml asks for), source.go (where it may come from), resolve.go (which version),
// fetch.go (the bytes, verified), fit.go (what they need of one another), build.go (what is handed out).
//
// It runs nothing of what it composes, and must not know how a host is shown.
package compose
