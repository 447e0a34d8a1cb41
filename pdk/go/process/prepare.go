package process

import (
	"io"
	"os"
	"sync"
)

// handshakeOut is the standard output that the host reads the handshake from; everything else that is printed goes to
// standard error.
var (
	prepare      sync.Once
	handshakeOut *os.File
)

// Prepare keeps standard output for the handshake and begins to watch the lifeline. It does nothing unless a host
// started this process. It has to run before anything is printed: package serve calls it from a package variable.
func Prepare() {
	if os.Getenv(CookieKey) != cookieValue {
		return
	}
	prepare.Do(func() {
		handshakeOut = divertStdout()
		if os.Getenv(LifelineKey) != "" {
			watchLifeline(os.Stdin)
		}
		if null, err := os.Open(os.DevNull); err == nil {
			os.Stdin = null
		}
	})
}

// watchLifeline ends the process, its children included, when the pipe from the host closes or the host's end is
// announced by a signal. The host never writes to the pipe: any end of reading means that it is gone.
func watchLifeline(pipe *os.File) {
	surviveBrokenPipes()
	onParentDeath(endGroup)
	go func() {
		wakeOnParentDeath()
		_, _ = io.Copy(io.Discard, pipe)
		endGroup()
	}()
}
