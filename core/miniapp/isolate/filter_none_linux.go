//go:build !amd64 && !arm64

package isolate

import (
	"fmt"
	"runtime"
)

func supported() error { return confine() }

// confine refuses: a process that is not confined must not pass for one that is.
func confine() error { return fmt.Errorf("no filter of system calls is known for %s", runtime.GOARCH) }
