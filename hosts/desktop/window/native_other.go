//go:build desktop && !linux

package window

import (
	"os"
	"runtime"
)

// keep leaves standard output as it is.
func keep(stdout *os.File) (*os.File, error) { return stdout, nil }

func before(Open) {}

// fit leaves the screen's bounds to the system.
func (s *shown) fit() { s.open.Width, s.open.Height = sizeOn(s.open.Width, s.open.Height, 0, 0) }

func (s *shown) attach() {}

// present is left to the system: the web view library has no way to it.
func (s *shown) present() {}

func (s *shown) crashed() { s.view.SetHtml(crashPage(s.open)) }

// pick has no dialog here: the host falls back to the shell's.
func (s *shown) pick(Pick) []string { return nil }

func (s *shown) unpick(uint64) {}

func engine() string { return "webview on " + runtime.GOOS }
