package core

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go"
)

// minSecret is the shortest value that is looked for in what plugins say: shorter ones stand in too many innocent words.
const minSecret = 4

// secretValue reads a secret where superapp.yaml says it is.
func (k *Kernel) secretValue(cfg *config.Config, entry config.Plugin, name string) (string, error) {
	kind, rest, _ := strings.Cut(entry.Secrets[name], ":")
	var value string
	switch kind {
	case "env":
		value = k.opts.Getenv(rest)
	case "file":
		text, err := os.ReadFile(cfg.Abs(rest))
		if err != nil {
			return "", pdk.Errorf(pdk.CodeNotFound, "notFound", "secret %q of plugin %q cannot be read: %v", name, entry.Name(), err)
		}
		value = strings.TrimRight(string(text), "\r\n")
	case "keyring":
		service, account, _ := strings.Cut(rest, "/")
		var err error
		if value, err = k.opts.Keychain(context.Background(), service, account); err != nil {
			return "", pdk.Errorf(pdk.CodeNotFound, "notFound", "secret %q of plugin %q cannot be read: %v", name, entry.Name(), err)
		}
	}
	if value == "" {
		return "", pdk.Errorf(pdk.CodeNotFound, "notFound", "secret %q of plugin %q is not set; give it in superapp.yaml: plugins[].secrets: {%s: \"env:NAME\"}", name, entry.Name(), name)
	}
	k.secrets.add(value)
	return value, nil
}

// secrets are the values that have been given to plugins. They are taken out of all that plugins say. The zero value is
// ready.
type secrets struct {
	mu       sync.Mutex
	values   map[string]bool
	replacer atomic.Pointer[strings.Replacer] // nil: there are none
}

func (s *secrets) add(value string) {
	if len(value) < minSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values[value] {
		return
	}
	if s.values == nil {
		s.values = map[string]bool{}
	}
	s.values[value] = true
	all := map[string]bool{}
	for v := range s.values {
		for _, form := range forms(v) {
			all[form] = true
		}
	}
	var pairs []string
	longer := func(a, b string) int { return len(b) - len(a) } // a secret may be the beginning of another one
	for _, form := range slices.SortedFunc(maps.Keys(all), longer) {
		pairs = append(pairs, form, config.Mask)
	}
	s.replacer.Store(strings.NewReplacer(pairs...))
}

// text is a text without secrets.
func (s *secrets) text(text string) string {
	if r := s.replacer.Load(); r != nil {
		return r.Replace(text)
	}
	return text
}

// clean is an error without secrets. An error that holds none stays as it is.
func (s *secrets) clean(err error) error {
	if err == nil || s.replacer.Load() == nil {
		return err
	}
	text := err.Error()
	var known *pdk.Error
	if errors.As(err, &known) {
		text += known.Name + string(known.Data)
	}
	if s.text(text) == text {
		return err
	}
	if known != nil {
		return &pdk.Error{Code: known.Code, Name: s.text(known.Name), Message: s.text(known.Message), Data: []byte(s.text(string(known.Data)))}
	}
	return errors.New(s.text(text))
}

// veil is a log handler that takes secrets out of every record.
type veil struct {
	slog.Handler
	secrets *secrets
}

// Handle implements slog.Handler.
func (v veil) Handle(ctx context.Context, r slog.Record) error {
	if v.secrets.replacer.Load() == nil {
		return v.Handler.Handle(ctx, r)
	}
	out := slog.NewRecord(r.Time, r.Level, v.secrets.text(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(v.attr(a))
		return true
	})
	return v.Handler.Handle(ctx, out)
}

func (v veil) attr(a slog.Attr) slog.Attr {
	switch value := a.Value.Resolve(); value.Kind() {
	case slog.KindString:
		return slog.String(v.secrets.text(a.Key), v.secrets.text(value.String()))
	case slog.KindGroup:
		var group []any
		for _, inner := range value.Group() {
			group = append(group, v.attr(inner))
		}
		return slog.Group(a.Key, group...)
	case slog.KindAny:
		if err, ok := value.Any().(error); ok {
			return slog.Any(a.Key, v.secrets.clean(err))
		}
		if text := value.String(); v.secrets.text(text) != text {
			return slog.String(a.Key, v.secrets.text(text))
		}
	}
	return a
}

// WithAttrs implements slog.Handler.
func (v veil) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		out[i] = v.attr(a)
	}
	return veil{v.Handler.WithAttrs(out), v.secrets}
}

// WithGroup implements slog.Handler.
func (v veil) WithGroup(name string) slog.Handler { return veil{v.Handler.WithGroup(name), v.secrets} }

// minLine is the shortest line of a secret of several that is looked for by itself.
const minLine = 8

// forms are the ways in which a value may stand in a text: as it is, as JSON, Go and addresses write it, once more within
// such a text, in base64, and line by line.
func forms(value string) []string {
	out := []string{value, url.QueryEscape(value), url.PathEscape(value), base64.StdEncoding.EncodeToString([]byte(value)), base64.URLEncoding.EncodeToString([]byte(value))}
	for _, once := range quoted(value) {
		out = append(append(out, once), quoted(once)...)
	}
	if lines := strings.Split(value, "\n"); len(lines) > 1 {
		for _, line := range lines {
			if line = strings.TrimSpace(line); len(line) >= minLine {
				out = append(out, line)
			}
		}
	}
	return out
}

// quoted writes a value as within double and within single quotes.
func quoted(value string) []string {
	inner := func(s string) string { return s[1 : len(s)-1] }
	double := strconv.Quote(value)
	out := []string{inner(double), strings.ReplaceAll(strings.ReplaceAll(inner(double), `\"`, `"`), "'", `\'`), strings.ReplaceAll(inner(double), `\"`, `"`)}
	if text, err := json.Marshal(value); err == nil {
		out = append(out, inner(string(text)))
	}
	return out
}
