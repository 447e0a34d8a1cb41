// Package telemetry measures the capability calls of a host: numbers for Prometheus and for `dougong plugin top`, and
// traces for an OpenTelemetry collector. It learns of calls as an observer, after the fact, so that no call ever waits for
// it, and never sees arguments or results.
//
//	t, err := telemetry.Open(cfg, log)
//	defer t.Close()
//	kernel, err := core.New(ctx, cfg, core.Options{Observers: t.Observers(), …})
//	err = t.Serve(kernel)
//
// It is the only package that knows Prometheus and OpenTelemetry. It must not know how calls are carried out.
package telemetry
