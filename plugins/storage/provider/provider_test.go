package provider_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/storage/provider"
)

// logs is a host without services that keeps log lines.
type logs struct{ lines []string }

func (l *logs) Service(context.Context, pdk.Info, string, pdk.Payload) (pdk.Payload, error) {
	return pdk.Payload{}, pdk.Errorf(pdk.CodeDenied, "denied", "storage needs no service")
}
func (l *logs) Emit(context.Context, pdk.Info, string, pdk.Payload, bool) error { return nil }
func (l *logs) Log(_ context.Context, level, message string, fields map[string]string) {
	l.lines = append(l.lines, fmt.Sprint(level, " ", message, " ", fields))
}

type caller struct {
	t    *testing.T
	p    *provider.Provider
	host *logs
	info pdk.Info
}

func start(t *testing.T, dir, config string) *caller {
	t.Helper()
	p := provider.New(dir)
	c := &caller{t: t, p: p, host: &logs{}, info: pdk.Info{App: "shop", User: "alice"}}
	if err := p.Configure(pdk.NewContext(t.Context(), c.info, c.host), []byte(config)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return c
}

func (c *caller) call(method, args string, blobs ...[]byte) (pdk.Payload, error) {
	return c.p.Methods()[method](pdk.NewContext(c.t.Context(), c.info, c.host), pdk.Payload{JSON: []byte(args), Blobs: blobs})
}

// want calls and compares the answer: JSON, then each attachment after " +".
func (c *caller) want(method, args, want string, blobs ...[]byte) {
	c.t.Helper()
	out, err := c.call(method, args, blobs...)
	got := string(out.JSON)
	for _, b := range out.Blobs {
		got += " +" + string(b)
	}
	if err != nil {
		got = pdk.AsError(err).Name
	}
	if got != want {
		c.t.Errorf("%s(%s)\n got %s (%v)\nwant %s", method, args, got, err, want)
	}
}

func TestValuesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	c := start(t, t.TempDir(), "")
	for _, data := range []string{
		`""`, `null`, `0`, `1.50`, `12345678901234567890`, `true`, `"文字 \" \\"`, `[1,{"b":1,"a":[2]}]`,
		`{"z":1,"a":{"$blob":1,"more":2}}`, `{"text":"{\"$blob\":0}"}`, `{"<&>":"<b>"}`,
	} {
		c.want("setStorage", `{"key":"k","data":`+data+`}`, `{}`)
		c.want("getStorage", `{"key":"k"}`, `{"data":`+strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(data)+`}`)
	}
	c.want("setStorage", `{"key":"undefined"}`, `{}`)
	c.want("getStorage", `{"key":"undefined"}`, `{"data":""}`)
	c.want("getStorage", `{"key":"none"}`, `notFound`)
}

func TestBytesKeepTheirType(t *testing.T) {
	t.Parallel()
	c := start(t, t.TempDir(), "")
	c.want("setStorage", `{"key":"b","data":{"$blob": 0}}`, `{}`, []byte("raw"))
	c.want("getStorage", `{"key":"b"}`, `{"data":{"$blob":0}} +raw`)
	c.want("batchSetStorage", `{"kvList":[{"key":"x","value":{"z":{"$blob":1},"a":[{"$blob":0}]}},{"key":"y","value":{"$blob":2}}]}`, `{}`,
		[]byte("zero"), []byte("one"), []byte("two"))
	c.want("batchGetStorage", `{"keyList":["y","none","x"]}`,
		`{"dataList":[{"$blob":0},"",{"z":{"$blob":1},"a":[{"$blob":2}]}]} +two +one +zero`)
	c.want("setStorage", `{"key":"b","data":{"$blob":7}}`, `invalidParams`)
}

func TestInfoRemoveClear(t *testing.T) {
	t.Parallel()
	c := start(t, t.TempDir(), `{"limit_mb":2}`)
	c.want("getStorageInfo", ``, `{"keys":[],"currentSize":0,"limitSize":2048}`)
	c.want("batchSetStorage", `{"kvList":[{"key":"b","value":1},{"key":"a","value":2}]}`, `{}`)
	c.want("getStorageInfo", `{}`, `{"keys":["a","b"],"currentSize":1,"limitSize":2048}`)
	c.want("removeStorage", `{"key":"a"}`, `{}`)
	c.want("removeStorage", `{"key":"a"}`, `{}`)
	c.want("getStorageInfo", `{}`, `{"keys":["b"],"currentSize":1,"limitSize":2048}`)
	c.want("clearStorage", ``, `{}`)
	c.want("getStorageInfo", ``, `{"keys":[],"currentSize":0,"limitSize":2048}`)
}

func TestQuotaIsToldAsWeChatDoes(t *testing.T) {
	t.Parallel()
	c := start(t, t.TempDir(), "")
	megabyte := strings.Repeat("x", 1<<20-10)
	for i := range 9 {
		c.want("setStorage", fmt.Sprintf(`{"key":"k%d","data":%q}`, i, megabyte), `{}`)
	}
	_, err := c.call("setStorage", fmt.Sprintf(`{"key":"k","data":%q}`, megabyte+"0123456789"))
	if e := pdk.AsError(err); e == nil || e.Code != pdk.CodeQuota || !strings.HasPrefix(e.Message, "exceed max item size 1Mb") {
		t.Errorf("an item over 1 MB: %v", err)
	}
	c.want("setStorage", fmt.Sprintf(`{"key":"k9","data":%q}`, megabyte), `{}`)
	_, err = c.call("setStorage", fmt.Sprintf(`{"key":"k10","data":%q}`, megabyte))
	if e := pdk.AsError(err); e == nil || e.Code != pdk.CodeQuota || !strings.HasPrefix(e.Message, "exceed storage max size 10Mb") {
		t.Errorf("over 10 MB: %v", err)
	}
	c.info.User = "bob"
	c.want("setStorage", `{"key":"k","data":1}`, `{}`)
}

func TestSpacesAreKeyedByTheHost(t *testing.T) {
	t.Parallel()
	c := start(t, t.TempDir(), "")
	c.want("setStorage", `{"key":"k","data":"alice in shop"}`, `{}`)
	for _, info := range []pdk.Info{{App: "shop", User: "bob"}, {App: "notes", User: "alice"}, {App: "shop", User: "alice", Caller: "some.plugin"}} {
		c.info = info
		c.want("getStorage", `{"key":"k"}`, `notFound`)
	}
	c.info = pdk.Info{App: "shop", User: "alice", Page: "pages/other"}
	c.want("getStorage", `{"key":"k"}`, `{"data":"alice in shop"}`)
}

func TestKV(t *testing.T) {
	t.Parallel()
	c := start(t, t.TempDir(), "")
	c.info.Caller = "dougong.securestorage"
	c.want("kvGet", `{"key":"k"}`, `{"value":null}`)
	c.want("kvSet", `{"key":"k","value":{"$blob":0}}`, `{}`, []byte("\x00bytes"))
	c.want("kvSet", `{"key":"e","value":{"$blob":0}}`, `{}`, []byte{})
	c.want("kvGet", `{"key":"k"}`, "{\"value\":{\"$blob\":0}} +\x00bytes")
	c.want("kvGet", `{"key":"e"}`, `{"value":{"$blob":0}} +`)
	c.want("kvList", `{"prefix":""}`, `{"keys":["e","k"]}`)
	c.want("kvList", `{"limit":1}`, `{"keys":["e"],"more":true}`)
	c.want("kvList", `{"after":"e"}`, `{"keys":["k"]}`)
	c.want("kvDelete", `{"key":"k"}`, `{}`)
	c.want("kvGet", `{"key":"k"}`, `{"value":null}`)
	c.want("kvSet", `{"key":"k","value":null}`, `invalidParams`)
	c.want("getStorageInfo", ``, `{"keys":[],"currentSize":1,"limitSize":10240}`)
}

func TestDamageIsToldAndLogged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := start(t, dir, "")
	c.want("setStorage", `{"key":"k","data":1}`, `{}`)
	_ = c.p.Close()
	files, _ := filepath.Glob(filepath.Join(dir, "*.db"))
	_ = os.WriteFile(files[0], []byte("not a database, but long enough to look at"), 0o600)

	c = start(t, dir, "")
	c.want("getStorage", `{"key":"k"}`, `corrupt`)
	if len(c.host.lines) != 1 || !strings.Contains(c.host.lines[0], "damaged-") {
		t.Errorf("log: %q, want one line that names the file kept", c.host.lines)
	}
	c.want("getStorage", `{"key":"k"}`, `notFound`)
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	c := start(t, t.TempDir(), "")
	for _, bad := range []string{`{"limit_mb":-1}`, `{"limit_mb":"x"}`, `[]`} {
		err := c.p.Configure(pdk.NewContext(t.Context(), pdk.Info{}, c.host), []byte(bad))
		var e *pdk.Error
		if !errors.As(err, &e) || e.Code != pdk.CodeConfig {
			t.Errorf("configure %s: %v, want CodeConfig", bad, err)
		}
	}
	c.want("setStorage", `{"key":"k","data":1}`, `{}`)
}
