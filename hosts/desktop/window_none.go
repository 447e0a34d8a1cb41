//go:build !desktop

package desktop

import "context"

// Supported reports whether this program can open a window.
const Supported = false

func show(context.Context, Config, string) error { return ErrNoWindow }
