// Package crash keeps reports of what ended unexpectedly, on this machine alone: what kind of process, why, in which versions.
//
//	crash.Write(folder, crash.Report{What: "webview", Reason: "crashed", Engine: "WebKitGTK 2.50.6"})
//
// A report holds no personal data: nobody's name, no address, no mini-program, no path. So it must not know any of these.
package crash

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

// Keep is how many reports stay; the oldest go.
const Keep = 20

// maxText bounds each text of a report, in bytes.
const maxText = 200

// Report is one unexpected end.
type Report struct {
	Time time.Time `json:"time"`
	// What ended: "webview" (the page's process) or "window" (the one that holds it).
	What string `json:"what"`
	// Window is what it showed: "launcher" or "miniprogram".
	Window string `json:"window"`
	// Reason is the system's: "crashed", "exceeded-memory", "signal: killed".
	Reason string `json:"reason"`
	// Engine is the web view's name and version.
	Engine string `json:"engine"`
	// Seconds that it had run for.
	Seconds int `json:"seconds"`
	// Host, Go and System are filled in by Write.
	Host   string `json:"host"`
	Go     string `json:"go"`
	System string `json:"system"`
}

// Write keeps a report in a folder, which it makes, and returns its file.
func Write(folder string, r Report) (string, error) {
	r.Go, r.System = runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH
	if info, ok := debug.ReadBuildInfo(); ok {
		r.Host = info.Main.Version
	}
	r.Time = r.Time.UTC().Truncate(time.Second)
	for _, text := range []*string{&r.Reason, &r.Engine} {
		if len(*text) > maxText {
			*text = (*text)[:maxText]
		}
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", fmt.Errorf("crash report: %w", err)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("crash report: %w", err)
	}
	f, err := os.CreateTemp(folder, r.Time.Format("20060102-150405-")+r.What+"-*.json") // 0600
	if err != nil {
		return "", fmt.Errorf("crash report: %w", err)
	}
	_, err = f.Write(append(data, '\n'))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return "", fmt.Errorf("crash report: %w", err)
	}
	return f.Name(), prune(folder)
}

// prune removes the oldest reports; their names sort by time.
func prune(folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return err
	}
	slices.Sort(files)
	for _, old := range files[:max(0, len(files)-Keep)] {
		if err := os.Remove(old); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("crash report: %w", err)
		}
	}
	return nil
}
