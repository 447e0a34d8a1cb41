// Package pressure tells when memory runs short: of the machine, or of the control group that the host runs in.
//
//	go pressure.Watch(ctx, pressure.Options{}, func(level int) { server.MemoryWarning(level) })
//
// It reads what Linux writes in /proc and /sys; elsewhere it says nothing. It must not know what is done about it.
package pressure

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

// Levels, as wx.onMemoryWarning numbers them; 0 is enough memory.
const (
	Moderate = 5
	Low      = 10
	Critical = 15
)

// limits are the shares of memory that are left at each level, the worst first.
var limits = []struct {
	left  float64
	level int
}{{0.04, Critical}, {0.08, Low}, {0.15, Moderate}}

// Options of Watch; zero values are the defaults.
type Options struct {
	Every time.Duration // default 2 s
	// Again is after how long a level that lasts is said again; default 30 s.
	Again time.Duration
	Root  fs.FS // the system's root; default "/"
}

// Watch calls told when memory begins to run short, when it gets worse, and now and then while it lasts. It returns when ctx
// ends, or at once where memory cannot be read.
func Watch(ctx context.Context, o Options, told func(level int)) {
	if o.Every <= 0 {
		o.Every = 2 * time.Second
	}
	if o.Again <= 0 {
		o.Again = 30 * time.Second
	}
	if o.Root == nil {
		o.Root = os.DirFS("/")
	}
	tick := time.NewTicker(o.Every)
	defer tick.Stop()
	last, said := 0, time.Time{}
	for {
		level, err := Level(o.Root)
		if err != nil {
			return
		}
		if level > last || level > 0 && time.Since(said) >= o.Again {
			said = time.Now()
			told(level)
		}
		last = level
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Level reads how short memory is: the worse of the machine and the control group.
func Level(root fs.FS) (int, error) {
	left, err := machine(root)
	if err != nil {
		return 0, err
	}
	if group, ok := controlGroup(root); ok {
		left = min(left, group)
	}
	for _, l := range limits {
		if left < l.left {
			return l.level, nil
		}
	}
	return 0, nil
}

// machine is the share of the machine's memory that is available.
func machine(root fs.FS) (float64, error) {
	f, err := root.Open("proc/meminfo")
	if err != nil {
		return 0, fmt.Errorf("memory of the machine: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	values := map[string]float64{}
	lines := bufio.NewScanner(io.LimitReader(f, 64<<10))
	for lines.Scan() {
		key, rest, _ := strings.Cut(lines.Text(), ":")
		if fields := strings.Fields(rest); len(fields) > 0 && (key == "MemTotal" || key == "MemAvailable") {
			if n, err := strconv.ParseUint(fields[0], 10, 64); err == nil {
				values[key] = float64(n)
			}
		}
	}
	total, available := values["MemTotal"], values["MemAvailable"]
	if _, ok := values["MemAvailable"]; !ok || total == 0 {
		return 0, errors.New("memory of the machine: proc/meminfo has no MemTotal and MemAvailable")
	}
	return available / total, nil
}

// controlGroup is the share of its group's memory that is left; false if nothing limits it. What the system keeps of files
// counts as free.
func controlGroup(root fs.FS) (float64, bool) {
	at := "sys/fs/cgroup"
	if own, err := text(root, "proc/self/cgroup"); err == nil {
		if _, p, ok := strings.Cut(own, "0::/"); ok {
			p, _, _ = strings.Cut(p, "\n")
			if dir := path.Join(at, path.Clean("/"+p)); exists(root, path.Join(dir, "memory.max")) {
				at = dir
			}
		}
	}
	limit, err := number(root, path.Join(at, "memory.max"))
	if err != nil || limit == 0 {
		return 0, false
	}
	used, err := number(root, path.Join(at, "memory.current"))
	if err != nil {
		return 0, false
	}
	if stat, err := text(root, path.Join(at, "memory.stat")); err == nil {
		for line := range strings.Lines(stat) {
			if n, ok := strings.CutPrefix(line, "inactive_file "); ok {
				if files, err := strconv.ParseFloat(strings.TrimSpace(n), 64); err == nil {
					used = max(0, used-files)
				}
			}
		}
	}
	return max(0, 1-used/limit), true
}

func exists(root fs.FS, name string) bool {
	_, err := fs.Stat(root, name)
	return err == nil
}

func text(root fs.FS, name string) (string, error) {
	data, err := fs.ReadFile(root, name)
	return string(data), err
}

// number reads a file that holds one; "max" is an error.
func number(root fs.FS, name string) (float64, error) {
	s, err := text(root, name)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 64)
	return float64(n), err
}
