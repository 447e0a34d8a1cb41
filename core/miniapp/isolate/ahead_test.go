//go:build linux

package isolate

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/program"
)

// TestAhead: what the first session of a program read is sent to the next one at once.
func TestAhead(t *testing.T) {
	t.Parallel()
	pool, p := newPool(t, Options{}), page(t, answering)
	if parts := pool.ahead.files(p); parts != nil {
		t.Errorf("before the first session %d parts are sent", len(parts))
	}
	open(t, pool, p).says("ready")
	names := func() bool {
		names, files, err := decodeAhead(bytes.Join(pool.ahead.files(p), nil))
		for _, want := range []string{program.AppFile, program.ScriptDir + "/app.js", program.ScriptDir + "/p.js"} {
			data, _ := p.ReadFile(want)
			if err != nil || !slices.Contains(names, want) || !reflect.DeepEqual(files[want], data) {
				return false
			}
		}
		return true
	}
	second := open(t, pool, p)
	second.says("ready")
	second.answers()
	if !names() {
		t.Error("the files of the first session are not sent ahead")
	}
	if other := page(t, answering); pool.ahead.files(other) != nil {
		t.Error("another program gets files of the first")
	}
}

func TestBrokenAhead(t *testing.T) {
	t.Parallel()
	for name, body := range map[string][]byte{
		"no content": bytes.Join(appendPart(nil, []byte("name")), nil), "cut off": {0, 0, 0, 9, 'x'}, "no length": {1, 2},
	} {
		if _, _, err := decodeAhead(body); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestPrepareBearsAnything(t *testing.T) {
	t.Parallel()
	p := page(t, "a b c")
	prepare(p, []string{"", "x", program.ScriptDir + "/p.js", program.ScriptDir + "/none.js", program.TemplateDir + "/none.json", program.StyleDir + "/none.json", program.ComponentDir + "/none.json"})
	s := open(t, newPool(t, Options{}), p)
	s.says("ERROR script-throw")
}
