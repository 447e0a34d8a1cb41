package vault_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"sort"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/plugins/securestorage/vault"
)

var errCrash = errors.New("crash")

// memory is a store that an attacker can write to, and that may fail after some writes.
type memory struct {
	data   map[string][]byte
	anchor uint64
	writes int // writes that succeed before the crash; -1: all
}

func newMemory() *memory { return &memory{data: map[string][]byte{}, writes: -1} }

func (m *memory) crash() bool {
	if m.writes == 0 {
		return true
	}
	m.writes--
	return false
}

func (m *memory) Get(key string) ([]byte, bool, error) { v, ok := m.data[key]; return v, ok, nil }

func (m *memory) Set(key string, value []byte) error {
	if m.crash() {
		return errCrash
	}
	m.data[key] = value
	return nil
}

func (m *memory) Delete(key string) error {
	if m.crash() {
		return errCrash
	}
	delete(m.data, key)
	return nil
}

func (m *memory) List(prefix string) (keys []string, err error) {
	for k := range m.data {
		if strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	return keys, nil
}

func (m *memory) Anchor(at uint64) (uint64, error) {
	was := m.anchor
	if at > was {
		if m.crash() {
			return 0, errCrash
		}
		m.anchor = at
	}
	return was, nil
}

var root = bytes.Repeat([]byte{7}, vault.RootSize)

func open(t *testing.T, m *memory, app, user string) *vault.Vault {
	t.Helper()
	v, err := vault.New(m, root, 0, app, user)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func set(t *testing.T, v *vault.Vault, name, text string) {
	t.Helper()
	if err := v.Set(name, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

// records returns the keys of the records, in the order of their values' sizes.
func records(m *memory) []string {
	keys, _ := m.List("record/")
	sort.Slice(keys, func(i, j int) bool { return len(m.data[keys[i]]) < len(m.data[keys[j]]) })
	return keys
}

func TestStoreShowsNothing(t *testing.T) {
	t.Parallel()
	m := newMemory()
	v := open(t, m, "app", "user")
	set(t, v, "diary-2026", "dear diary")
	for key, value := range m.data {
		if all := key + string(value); strings.Contains(all, "diary") || bytes.Contains(value, root) {
			t.Errorf("the store shows %q: %q", key, value)
		}
	}
}

// Whatever somebody does who can write to the store: the vault says so or, at worst, gives what was really stored last.
func TestTampering(t *testing.T) {
	t.Parallel()
	for name, attack := range map[string]func(m *memory, before map[string][]byte){
		"flip a record": func(m *memory, _ map[string][]byte) { k := records(m)[0]; m.data[k] = flip(m.data[k], 30) },
		"flip a tag": func(m *memory, _ map[string][]byte) {
			k := records(m)[0]
			m.data[k] = flip(m.data[k], len(m.data[k])-1)
		},
		"flip a nonce":       func(m *memory, _ map[string][]byte) { k := records(m)[0]; m.data[k] = flip(m.data[k], 8) },
		"change the epoch":   func(m *memory, _ map[string][]byte) { k := records(m)[0]; m.data[k] = flip(m.data[k], 5) },
		"change the version": func(m *memory, _ map[string][]byte) { k := records(m)[0]; m.data[k] = flip(m.data[k], 0) },
		"cut a record":       func(m *memory, _ map[string][]byte) { k := records(m)[0]; m.data[k] = m.data[k][:10] },
		"remove a record":    func(m *memory, _ map[string][]byte) { delete(m.data, records(m)[0]) },
		"swap two records": func(m *memory, _ map[string][]byte) {
			k := records(m)
			m.data[k[0]], m.data[k[1]] = m.data[k[1]], m.data[k[0]]
		},
		"copy over another": func(m *memory, _ map[string][]byte) { k := records(m); m.data[k[0]] = m.data[k[1]] },
		"flip the index":    func(m *memory, _ map[string][]byte) { m.data["index"] = flip(m.data["index"], 30) },
		"remove the index":  func(m *memory, _ map[string][]byte) { delete(m.data, "index") },
		"remove everything": func(m *memory, _ map[string][]byte) { clear(m.data) },
		"roll the index back": func(m *memory, before map[string][]byte) {
			m.data["index"] = before["index"]
		},
		"roll everything back":      func(m *memory, before map[string][]byte) { m.data = before },
		"put the index as a record": func(m *memory, _ map[string][]byte) { m.data[records(m)[0]] = m.data["index"] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMemory()
			v := open(t, m, "app", "user")
			set(t, v, "a", "old")
			before := maps.Clone(m.data)
			set(t, v, "a", "new")
			set(t, v, "b", "something longer")
			attack(m, before)
			for range 2 {
				if got, err := open(t, m, "app", "user").Get("a"); !errors.Is(err, vault.ErrCorrupt) {
					t.Errorf("got %q, %v; want ErrCorrupt", got, err)
				}
			}
			if err := open(t, m, "app", "user").Clear(); err != nil {
				t.Errorf("clear: %v", err)
			}
			set(t, v, "a", "anew")
			if got, err := v.Get("a"); err != nil || string(got) != "anew" {
				t.Errorf("after clear: %q, %v", got, err)
			}
		})
	}
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// A store moved to another app, user or key is of no use.
func TestOthersCannotOpen(t *testing.T) {
	t.Parallel()
	m := newMemory()
	set(t, open(t, m, "app", "user"), "a", "secret")
	for _, who := range [][2]string{{"app", "other"}, {"other", "user"}, {"ap", "puser"}} {
		if got, err := open(t, m, who[0], who[1]).Get("a"); !errors.Is(err, vault.ErrCorrupt) {
			t.Errorf("%v reads %q, %v", who, got, err)
		}
	}
	v, err := vault.New(m, bytes.Repeat([]byte{8}, vault.RootSize), 0, "app", "user")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.Get("a"); !errors.Is(err, vault.ErrCorrupt) {
		t.Errorf("another key reads %q, %v", got, err)
	}
	if _, err := vault.New(m, root[:16], 0, "app", "user"); err == nil {
		t.Error("a short root key is taken")
	}
}

// A crash after any number of writes leaves the old value or the new one, and nothing that is not swept.
func TestCrash(t *testing.T) {
	t.Parallel()
	for writes := range 8 {
		for _, step := range []string{"set", "remove"} {
			t.Run(fmt.Sprintf("%s after %d writes", step, writes), func(t *testing.T) {
				t.Parallel()
				m := newMemory()
				v := open(t, m, "app", "user")
				set(t, v, "a", "old")
				set(t, v, "b", "other")
				m.writes = writes
				var err error
				if step == "set" {
					err = v.Set("a", []byte("new"))
				} else {
					err = v.Remove("a")
				}
				if err != nil && !errors.Is(err, errCrash) {
					t.Fatal(err)
				}
				m.writes = -1
				v = open(t, m, "app", "user")
				if err := v.Sweep(); err != nil {
					t.Fatal(err)
				}
				got, e := v.Get("a")
				after := step == "set" && string(got) == "new" || step == "remove" && errors.Is(e, vault.ErrNotFound)
				if before := string(got) == "old"; !before && !after || err == nil && !after {
					t.Errorf("write said %v, then a is %q, %v", err, got, e)
				}
				names, _ := v.Names()
				if keys, _ := m.List("record/"); len(keys) != len(names) {
					t.Errorf("%d records of %v are left", len(keys), names)
				}
				if other, err := v.Get("b"); err != nil || string(other) != "other" {
					t.Errorf("b is %q, %v", other, err)
				}
			})
		}
	}
}

func FuzzOpen(f *testing.F) {
	m := newMemory()
	v, _ := vault.New(m, root, 0, "app", "user")
	_ = v.Set("a", []byte("x"))
	f.Add(m.data["index"])
	f.Add([]byte{1, 1, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, box []byte) {
		if bytes.Equal(box, m.data["index"]) {
			return
		}
		other := newMemory()
		other.data["index"] = box
		v, _ := vault.New(other, root, 0, "app", "user")
		if names, err := v.Names(); !errors.Is(err, vault.ErrCorrupt) {
			t.Errorf("%q opens: %v, %v", box, names, err)
		}
	})
}

func BenchmarkSet(b *testing.B) {
	m := newMemory()
	v, _ := vault.New(m, root, 0, "app", "user")
	text := bytes.Repeat([]byte("x"), 10_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if err := v.Set("a", text); err != nil {
			b.Fatal(err)
		}
	}
}
