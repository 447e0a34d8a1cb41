package output

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
)

// book takes log lines and nothing else.
type book struct {
	plugin.Services
	lines  []string
	fields []map[string]string
}

func (b *book) Log(_, _, message string, fields map[string]string) {
	b.lines, b.fields = append(b.lines, message), append(b.fields, fields)
}

func TestLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		line    string
		write   int
		kept    int
		dropped string
	}{
		{"within", "x", MaxLinesPerSecond, MaxLinesPerSecond, ""},
		{"too many lines", "x", MaxLinesPerSecond + 70, MaxLinesPerSecond, "70 lines (70 bytes) were dropped"},
		{"too many bytes", strings.Repeat("y", 8<<10), 100, 64, "36 lines (294912 bytes) were dropped"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, now := &book{}, time.Unix(1e9, 0)
			l := Limit(b)
			l.Now = func() time.Time { return now }
			for range c.write {
				l.Log("p", pdk.LevelInfo, c.line, nil)
			}
			if len(b.lines) != c.kept {
				t.Errorf("%d lines are kept, want %d", len(b.lines), c.kept)
			}
			now = now.Add(time.Second)
			l.Log("p", pdk.LevelInfo, "later", nil)
			rest := strings.Join(b.lines[c.kept:], "\n")
			if !strings.HasSuffix(rest, "later") || !strings.Contains(rest, c.dropped) || c.dropped == "" && rest != "later" {
				t.Errorf("a second later the log says %q, want %q and the line", rest, c.dropped)
			}
			l.Flush("p")
			if n := len(b.lines); b.lines[n-1] != "later" {
				t.Errorf("with nothing dropped since, Flush says %q", b.lines[n-1])
			}
		})
	}
}

func TestLimitOfALine(t *testing.T) {
	t.Parallel()
	b := &book{}
	l := Limit(b)
	l.Log("p", pdk.LevelInfo, strings.Repeat("界", 5000), map[string]string{"small": "1"})
	if s := b.lines[0]; len(s) > maxLine+40 || !strings.HasSuffix(s, "bytes more") || strings.ContainsRune(s, '\uFFFD') {
		t.Errorf("a long line is kept with %d bytes and ends in %q", len(s), s[len(s)-30:])
	}
	if b.fields[0]["small"] != "1" {
		t.Errorf("its fields are %v", b.fields[0])
	}
	many := map[string]string{}
	for i := range maxFields + 1 {
		many[fmt.Sprint(i)] = "x"
	}
	for name, fields := range map[string]map[string]string{"many": many, "long": {"a": strings.Repeat("z", maxLine)}} {
		l.Log("p", pdk.LevelInfo, name, fields)
		if got := b.fields[len(b.fields)-1]; len(got) != 1 || !strings.Contains(got["fields"], "too many or too long") {
			t.Errorf("%s: fields are %.100v", name, got)
		}
	}
}
