package screen

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// fail ends the test with what is needed to understand why something was waited for in vain: the windows of the screen, the
// processes below the test, and a picture.
func (s *Screen) fail(why string) {
	s.t.Helper()
	dir := os.Getenv("DOUGONG_TEST_ARTIFACTS")
	if dir == "" {
		dir = os.TempDir()
	}
	name := "failed-" + strings.ReplaceAll(s.t.Name(), "/", "-")
	s.save(dir, name)
	s.t.Fatalf("%s; the screen is in %s\nwindows:\n%s\nprocesses:\n%s",
		why, filepath.Join(dir, name+".png"), s.named(), s.processes())
}

// named are the windows that have a title.
func (s *Screen) named() string {
	var out strings.Builder
	for line := range strings.Lines(s.ask("xwininfo", "-root", "-tree")) {
		if !strings.Contains(line, "(has no name)") && !strings.Contains(line, "child") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// ask is what a program says, or why it says nothing.
func (s *Screen) ask(program string, args ...string) string {
	cmd := exec.Command(program, args...)
	cmd.Env = s.Env()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out) + err.Error()
	}
	return string(out)
}

// processes are those of this screen, with what each waits for.
func (s *Screen) processes() string {
	var own strings.Builder
	for line := range strings.Lines(s.ask("ps", "-eo", "pid,ppid,stat,etimes,time,wchan:24,args")) {
		fields := strings.Fields(line)
		if own.Len() == 0 || len(fields) > 0 && s.Has(fields[0]) {
			own.WriteString(line)
		}
	}
	return own.String()
}

// Has tells whether a process was started for this screen: what starts on it inherits its folder.
func (s *Screen) Has(pid string) bool {
	env, err := os.ReadFile(filepath.Join("/proc", pid, "environ"))
	return err == nil && strings.Contains(string(env), "XDG_RUNTIME_DIR="+s.runtime)
}
