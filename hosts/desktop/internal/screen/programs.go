package screen

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// linger is how long a server's children may hold its output once it is gone.
const linger = 5 * time.Second

// programs bounds how many a test runs on its screen.
const programs = 32

// say starts a server that writes its address to file 3 once it is ready.
func (s *Screen) say(program string, args ...string) string {
	s.t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = read.Close() }()
	cmd := exec.Command(program, args...)
	cmd.ExtraFiles = []*os.File{write}
	cmd.Env = s.Env()
	s.Run(cmd)
	_ = write.Close()
	if err := read.SetReadDeadline(time.Now().Add(Timeout)); err != nil {
		s.t.Fatal(err)
	}
	line := make([]byte, 0, 200)
	for one := make([]byte, 1); !bytes.HasSuffix(line, []byte("\n")); line = append(line, one[0]) {
		if _, err := read.Read(one); err != nil {
			s.t.Fatalf("%s does not start: %v (.ci/setup.sh installs it)", program, err)
		}
	}
	return strings.TrimSpace(string(line))
}

// Run starts a command that ends with the test. Should it end by itself, the next wait fails and says so.
func (s *Screen) Run(cmd *exec.Cmd) {
	s.t.Helper()
	if cmd.Stderr == nil {
		cmd.Stderr = s.t.Output()
	}
	cmd.WaitDelay = linger // a bus starts services of its own, which inherit the pipe
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("%v (.ci/setup.sh installs it)", err)
	}
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		err := cmd.Wait()
		select {
		case <-over: // as it should
		case s.ended <- fmt.Sprintf("%s ended (%v)", filepath.Base(cmd.Path), err):
		}
	}()
	s.t.Cleanup(func() {
		close(over)
		_ = cmd.Process.Kill()
		<-done
	})
}
