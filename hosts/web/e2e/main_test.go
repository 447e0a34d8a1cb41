package e2e

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
)

// mostBrowsers are as many as run at a time, unless -parallel says otherwise: each test has a host, a browser and ports of its own, and
// spends most of its time waiting, but a browser takes memory.
const mostBrowsers = 4

func TestMain(m *testing.M) {
	sandbox.Main()
	isolate.Main()
	runHost()
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		if err := flag.Set("test.parallel", strconv.Itoa(min(runtime.GOMAXPROCS(0), mostBrowsers))); err != nil {
			panic(err) // package testing has such a flag
		}
	}
	os.Exit(m.Run())
}
