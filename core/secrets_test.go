package core_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go"
)

// buffer takes a log that many write.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// The secrets that must be found nowhere. The second begins with the first, the third does not look the same in JSON.
const (
	secretA = "hunter2-planted"
	secretB = "hunter2-planted-longer"
	secretC = "quo\"te\\d\nplanted"
)

// gossip is a plugin that tells every secret it knows, in every way there is.
func gossip(id string) *pdk.Plugin {
	all := func(c *pdk.Context) (string, error) {
		var out []string
		for _, name := range []string{"a", "b", "c"} {
			v, err := c.Secret(name)
			if err != nil {
				return "", err
			}
			out = append(out, v)
		}
		return strings.Join(out, " and "), nil
	}
	return pdk.New(id, "1.0.0").OnConfigure(func(c *pdk.Context, config []byte) error {
		c.Log(pdk.LevelInfo, "configured with "+string(config), "config", string(config))
		if strings.Contains(string(config), "refuse") {
			return fmt.Errorf("cannot work with %s", config)
		}
		return nil
	}).Provide(speech, pdk.Methods{
		"say": pdk.Func(func(c *pdk.Context, _ struct{}) (map[string]string, error) {
			text, err := all(c)
			if err != nil {
				return nil, err
			}
			c.Log(pdk.LevelError, "I know "+text, "secret", text, text, "as a key")
			quoted, _ := json.Marshal(map[string]string{"secret": text})
			c.Log(pdk.LevelDebug, string(quoted))
			c.Log(pdk.LevelDebug, fmt.Sprintf("%q", quoted), "address", url.QueryEscape(text), "basic", base64.StdEncoding.EncodeToString([]byte(secretA)))
			return nil, &pdk.Error{Code: pdk.CodeUnavailable, Name: "unavailable", Message: "gateway refused key " + text, Data: quoted}
		}),
		"long": pdk.Func(func(c *pdk.Context, _ struct{}) (map[string]string, error) {
			text, _ := all(c)
			panic("with " + text)
		}),
		"talk": pdk.Func(func(c *pdk.Context, _ struct{}) (struct{}, error) {
			text, err := all(c)
			if err == nil {
				err = errors.New(text)
			}
			return struct{}{}, err
		}),
	})
}

// TestSecretsStayInside provokes every failure there is and looks for secrets in what comes of it.
func TestSecretsStayInside(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "c.txt")
	if err := os.WriteFile(file, []byte(secretC+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	e := version(t, "a.gossip", "1.0.0", "requires: {secrets: [a, b, c]}\nreconfigure: live\n")
	e.Secrets = map[string]string{"a": "env:SECRET_A", "b": "env:SECRET_B", "c": "file:" + file}
	e.Config = map[string]any{"key": map[string]any{"$secret": "a"}, "more": []any{map[string]any{"$secret": "c"}, "open"}}
	manifestFile := filepath.Join(e.Path, "plugin.yaml")
	text, err := os.ReadFile(manifestFile)
	if err != nil {
		t.Fatal(err)
	}
	strict := strings.Replace(string(text), "config: {type: object}", "config: {type: object, properties: {key: {type: string, pattern: '^hunter'}, more: {type: array}, mode: {enum: [on]}, n: {const: 1}}}", 1)
	if err := os.WriteFile(manifestFile, []byte(strict), 0o600); err != nil {
		t.Fatal(err)
	}
	c := setup(t, e)
	var log buffer
	var told []string // everything but the log
	var outcomes sync.Mutex
	k, err := core.New(t.Context(), c, core.Options{
		Runtime: inside{"a.gossip": gossip("a.gossip")},
		Logger:  slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Getenv:  func(name string) string { return map[string]string{"SECRET_A": secretA, "SECRET_B": secretB}[name] },
		Observers: []capability.Observer{observe(func(o capability.Outcome) {
			outcomes.Lock()
			defer outcomes.Unlock()
			told = append(told, fmt.Sprintf("%+v %v", o, o.Err))
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	var errs []string
	fail := func(err error) {
		t.Helper()
		if err == nil {
			t.Error("no failure")
			return
		}
		errs = append(errs, fmt.Sprintf("%v %+v", err, pdk.AsError(err)), string(pdk.AsError(err).Data))
	}
	for _, method := range []string{"say", "long"} {
		_, err := do(t, k, "shop", "ann", speech+" "+method, `{}`)
		fail(err)
	}
	_, err = k.Call(t.Context(), &capability.Call{Info: pdk.Info{Capability: speech, Method: "talk", App: "shop", User: "ann", Task: 3}, Payload: pdk.Payload{JSON: []byte("{}")}})
	fail(err)
	again := func(key string, value any) {
		t.Helper()
		n := *k.Config()
		n.Plugins = []config.Plugin{e}
		n.Plugins[0].Config = map[string]any{"key": map[string]any{"$secret": "a"}, key: value}
		_, err := k.Reload(t.Context(), &n, core.ReloadOptions{})
		fail(err)
	}
	again("more", []any{map[string]any{"$secret": "b"}, "refuse"}) // the plugin refuses it
	again("mode", map[string]any{"$secret": "b"})                  // the schema does
	again("n", map[string]any{"$secret": "a"})
	again("key", map[string]any{"$secret": "c"})
	again("other", map[string]any{"$secret": "none"})
	errs = append(errs, fmt.Sprintf("%+v", k.Status()), fmt.Sprint(c.Plugins[0].Shown()))
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	all := strings.Join(append(errs, told...), "\n") + log.String()
	for _, s := range []string{"hunter2", "planted", "-longer", `quo"te`, `quo\"te`, `quo\\\"te`, base64.StdEncoding.EncodeToString([]byte(secretA))} {
		if at := strings.Index(all, s); at >= 0 {
			t.Errorf("%q is told: …%s…", s, all[max(0, at-200):min(len(all), at+100)])
		}
	}
	for _, s := range []string{"gateway refused key *** and *** and ***", "I know ***", "configured with"} {
		if !strings.Contains(all, s) {
			t.Errorf("what is no secret is gone too: %q", s)
		}
	}
}

// observe is an observer made of a function.
type observe func(capability.Outcome)

func (f observe) Observe(o capability.Outcome) { f(o) }

// TestChangedSecretIsHandedOver: the reference is the same, what it stands for is not.
func TestChangedSecretIsHandedOver(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "key.txt")
	write := func(value string) {
		if err := os.WriteFile(file, []byte(value), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("first-value")
	e := version(t, "a.live", "1.0.0", "reconfigure: live\nrequires: {secrets: [key]}\n")
	e.Secrets = map[string]string{"key": "file:" + file}
	e.Config = map[string]any{"key": map[string]any{"$secret": "key"}}
	s := newSpeaker("a.live", "1.0.0")
	c := setup(t, e)
	k := start(t, c, inside{"a.live": s.Plugin}, nil)
	if got := *s.set.Load(); got != `{"key":"first-value"}` {
		t.Errorf("configured with %s", got)
	}
	if r, err := k.Reload(t.Context(), c, core.ReloadOptions{}); err != nil || len(r.Changes) != 0 {
		t.Errorf("nothing has changed: %+v %v", r, err)
	}
	write("second-value")
	if r, err := k.Reload(t.Context(), c, core.ReloadOptions{}); err != nil || len(r.Changes) != 1 || r.Changes[0].What != core.Configured {
		t.Errorf("%+v %v", r, err)
	}
	if got := *s.set.Load(); got != `{"key":"second-value"}` {
		t.Errorf("configured with %s", got)
	}
}

// TestSecretOfTheKeyring: a reference names service and account; what the keyring says is what the plugin gets, or reads.
func TestSecretOfTheKeyring(t *testing.T) {
	t.Parallel()
	for ref, want := range map[string]string{
		"keyring:pay.example.com/shop/1": "",
		"keyring:pay.example.com/nobody": `plugin "a.live": configuration: secret "key" of plugin "a.live" cannot be read: no such account`,
	} {
		e := version(t, "a.live", "1.0.0", "requires: {secrets: [key]}\n")
		e.Secrets = map[string]string{"key": ref}
		e.Config = map[string]any{"key": map[string]any{"$secret": "key"}}
		s := newSpeaker("a.live", "1.0.0")
		k, err := core.New(t.Context(), setup(t, e), core.Options{Runtime: inside{"a.live": s.Plugin}, Logger: slog.New(slog.DiscardHandler), Keychain: func(_ context.Context, service, account string) (string, error) {
			if service != "pay.example.com" || account != "shop/1" {
				return "", errors.New("no such account")
			}
			return "from-the-keyring", nil
		}})
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %s", ref, err, want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := *s.set.Load(); got != `{"key":"from-the-keyring"}` {
			t.Errorf("%s: configured with %s", ref, got)
		}
		_ = k.Close()
	}
}
