package process

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin/internal/suite"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(shyEnv) == "" {
		sandbox.Main()
	}
	if dir := os.Getenv(KitHostEnv); dir != "" {
		if err := runKitHost(dir, os.Getenv(KitBusyEnv)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if dir := os.Getenv(hostEnv); dir != "" {
		if err := runHost(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if socket := os.Getenv(serverEnv); socket != "" {
		if err := runServer(socket); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if socket := os.Getenv(rawEnv); socket != "" {
		if err := runRaw(socket); err != nil && !errors.Is(err, io.EOF) {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	suite.Main(m, func() error {
		removeHostile()
		return goleak.Find()
	})
}

func newSuite() suite.Suite {
	return suite.Suite{Kind: suite.Process, Runtime: New(Options{Grace: 300 * time.Millisecond})}
}

func TestSuite(t *testing.T) { newSuite().Run(t) }

// TestSuiteOverGRPC runs the same over the path of plugins that do not offer frames.
func TestSuiteOverGRPC(t *testing.T) {
	s := suite.Suite{Kind: suite.Process, Runtime: New(Options{Grace: 300 * time.Millisecond, NoFrames: true})}
	s.Run(t)
}
