package crash_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/hosts/desktop/crash"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "crashes")
	at := time.Date(2026, 3, 4, 5, 6, 7, 8, time.FixedZone("home", 8*3600))
	file, err := crash.Write(folder, crash.Report{
		Time: at, What: "webview", Window: "miniprogram", Reason: strings.Repeat("x", 5000), Engine: "WebKitGTK 2.50.6", Seconds: 9,
	})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v), want 0600: a report is its owner's", info.Mode(), err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"time": "2026-03-03T21:06:07Z", "what": "webview", "window": "miniprogram", "engine": "WebKitGTK 2.50.6", "seconds": 9.0,
	} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
	for key := range got { // a new field has to be thought about: may it name a person?
		if !strings.Contains(" time what window reason engine seconds host go system ", " "+key+" ") {
			t.Errorf("a report has the field %q", key)
		}
	}
	if n := len(got["reason"].(string)); n > 200 {
		t.Errorf("the reason has %d bytes", n)
	}
}

func TestKeepsTheNewest(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range crash.Keep + 5 {
		if _, err := crash.Write(folder, crash.Report{Time: begin.Add(time.Duration(i) * time.Hour), What: "window"}); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) != crash.Keep {
		t.Fatalf("%d reports are kept (%v), want %d", len(files), err, crash.Keep)
	}
	if !strings.Contains(files[0], "20260101-05") {
		t.Errorf("the oldest that is kept is %s, want that of 5 o'clock", files[0])
	}
}
