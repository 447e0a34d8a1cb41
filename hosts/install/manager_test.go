package install_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/hosts/constraint"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/hosts/internal/housetest"
)

const pay, face = "com.acme.pay", "com.acme.face"

func TestInstallUpdateRollback(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Plugin(pay, "1.0.0", "one")
	h.Plugin(pay, "2.0.0", "two")
	h.Plugin(face, "0.1.0", "face")
	me := h.host(t.TempDir())
	_, err := me.install(pay+"@^1", face)
	check(t, err)
	me.want("com.acme.face 0.1.0, com.acme.pay 1.0.0")

	rules := install.Rules{Constraints: map[string]constraint.Constraint{pay: mustConstraint(t, "^1")}}
	h.Plugin(pay, "1.1.0", "one and one")
	c, err := me.Check(t.Context(), rules)
	check(t, err)
	if len(c.Done) != 1 || c.Done[0].Summary() != "com.acme.pay 1.0.0 → 1.1.0" {
		t.Errorf("check tells of %+v", c.Done)
	}
	_, err = me.Update(t.Context(), rules)
	check(t, err)
	me.want("com.acme.face 0.1.0, com.acme.pay 1.1.0")
	_, err = me.Update(t.Context(), install.Rules{})
	check(t, err)
	me.want("com.acme.face 0.1.0, com.acme.pay 2.0.0")
	if n := files(t, me.data, "bundles"); n != 6 { // 2.0.0, 1.1.0 and face, with evidence
		t.Errorf("%d files are kept, want those of two generations", n)
	}

	_, err = me.Rollback(t.Context())
	check(t, err)
	me.want("com.acme.face 0.1.0, com.acme.pay 1.1.0")
	c, err = me.Update(t.Context(), install.Rules{})
	check(t, err)
	if me.want("com.acme.face 0.1.0, com.acme.pay 1.1.0"); c.Number != 0 {
		t.Error("an update brought back what was rolled back")
	}
	h.Plugin(pay, "2.0.1", "two, mended")
	_, err = me.Update(t.Context(), install.Rules{})
	check(t, err)
	me.want("com.acme.face 0.1.0, com.acme.pay 2.0.1")

	_, err = me.Uninstall(t.Context(), face)
	check(t, err)
	me.want("com.acme.pay 2.0.1")
	_, err = me.Uninstall(t.Context(), face)
	wantError(t, err, "is not installed")
}

func mustConstraint(t *testing.T, text string) constraint.Constraint {
	t.Helper()
	c, err := constraint.Parse(text)
	check(t, err)
	return c
}

func files(t *testing.T, data, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(data, "installed", dir))
	check(t, err)
	return len(entries)
}

func TestFailedStartIsTakenBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Plugin(pay, "1.0.0", "one")
	me := h.host(t.TempDir())
	c, err := me.install(pay)
	check(t, err)
	check(t, me.Prove(t.Context(), c.Number))
	h.Plugin(pay, "1.1.0", "broken")
	c, err = me.Update(t.Context(), install.Rules{})
	check(t, err)
	_, err = me.Fail(t.Context(), c.Number-1, "an old one")
	if !errors.Is(err, install.ErrNothingBefore) {
		t.Errorf("got %v for a generation that has gone", err)
	}
	_, err = me.Fail(t.Context(), c.Number, "it does not start")
	check(t, err)
	me.want("com.acme.pay 1.0.0")
	l, err := me.Ledger()
	check(t, err)
	if !l.Current.Proven || l.Previous != nil || len(l.Bad) != 1 || l.Bad[0].Version != "1.1.0" || len(l.Rollbacks) != 1 || !l.Rollbacks[0].Auto {
		t.Errorf("the ledger says %s", l.Bytes())
	}
	if c, err = me.Update(t.Context(), install.Rules{}); err != nil || c.Number != 0 {
		t.Errorf("the bad version came again: %+v, %v", c, err)
	}
	h.Plugin(pay, "1.2.0", "mended")
	c, err = me.Update(t.Context(), install.Rules{})
	check(t, err)
	me.want("com.acme.pay 1.2.0")
	check(t, me.Prove(t.Context(), c.Number))
	if _, err := me.Fail(t.Context(), c.Number, "after it ran"); !errors.Is(err, install.ErrNothingBefore) {
		t.Errorf("a generation that had run was taken back: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	code := func(word string) []byte {
		return housetest.Pack(t, map[string]string{"plugin.yaml": "id: " + pay, "code": word})
	}
	for name, c := range map[string]struct {
		prepare func(h *house)
		ask     string
		want    string
	}{
		"nobody has it":   {func(*house) {}, pay, "no source has a version that fits *"},
		"no version fits": {func(h *house) { h.Plugin(pay, "1.0.0", "x") }, pay + "@^2", "no source has a version that fits ^2"},
		"tampered": {func(h *house) {
			h.Write(trust.KindPlugin, "x", code("evil"), h.Release(trust.KindPlugin, pay, "1.0.0", code("good")))
		}, pay, "they were changed"},
		"a stranger's": {func(h *house) { other := newHouse(h.T); other.Shop = h.Shop; other.Plugin(pay, "1.0.0", "x") }, pay, "not trusted"},
		"taken down":   {func(h *house) { h.Forbid("leaks names", pay+"@1.0.0"); h.Plugin(pay, "1.0.0", "x") }, pay, "was taken down (list 1): leaks names"},
		"of another machine": {func(h *house) {
			h.Plugin(pay, "1.0.0", "x", func(r *envelope.Release) { r.Artifacts[0].Platform = "plan9/mips" })
		}, pay, "the file for plan9/mips"},
		"expired lists": {func(h *house) { h.Plugin(pay, "1.0.0", "x"); h.Clock.Add(int64(400 * 24 * time.Hour / time.Second)) }, pay, "not trusted"},
		"what it requires": {func(h *house) {
			h.Plugin(pay, "1.0.0", "x", func(r *envelope.Release) { r.Requires = map[string]string{face: "^1"} })
			h.Plugin(face, "2.0.0", "x")
		}, pay, "install com.acme.face: no source has a version that fits ^1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			c.prepare(h)
			me := h.host(t.TempDir())
			_, err := me.install(c.ask)
			wantError(t, err, c.want)
			me.want("")
		})
	}
}

func TestRequiredPackagesCome(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Plugin(pay, "1.0.0", "x", func(r *envelope.Release) { r.Requires = map[string]string{face: "^1"} })
	h.Plugin(face, "1.4.0", "y")
	h.Plugin(face, "2.0.0", "z")
	me := h.host(t.TempDir())
	_, err := me.install(pay)
	check(t, err)
	me.want("com.acme.face 1.4.0, com.acme.pay 1.0.0")
}

// A file in the store that was changed, with its size and time kept, is found when it is asked for, and mended by installing
// again.
func TestTamperedInTheStore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Plugin(pay, "1.0.0", "one")
	me := h.host(t.TempDir())
	_, err := me.install(pay)
	check(t, err)
	l, err := me.Ledger()
	check(t, err)
	path := me.Path(l.Current.Items[0])
	info, err := os.Stat(path)
	check(t, err)
	data, err := os.ReadFile(path)
	check(t, err)
	data[len(data)/2] ^= 1
	check(t, os.WriteFile(path, data, 0o600))
	check(t, os.Chtimes(path, info.ModTime(), info.ModTime()))
	_, err = me.gate.Admit(path)
	wantError(t, err, "they were changed")
	c, err := me.install(pay)
	check(t, err)
	if len(c.Done) != 1 || c.Done[0].Summary() != "com.acme.pay 1.0.0 mended" {
		t.Errorf("installing again did %+v", c.Done)
	}
	me.want("com.acme.pay 1.0.0")
}

// What was taken down after it was installed is refused from what the host remembers, and no way back leads to it.
func TestTakedownIsLearnt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Plugin(pay, "1.0.0", "one")
	me := h.host(t.TempDir())
	_, err := me.install(pay)
	check(t, err)
	old, err := me.Ledger()
	check(t, err)
	h.Plugin(pay, "1.1.0", "two")
	_, err = me.Update(t.Context(), install.Rules{})
	check(t, err)
	h.Forbid("leaks names", pay+"@1.0.0")
	h.Plugin(face, "1.0.0", "carries the list")
	_, err = me.Check(t.Context(), install.Rules{})
	check(t, err)
	check(t, os.RemoveAll(h.Shop))
	again := h.host(me.data) // as after a restart, without any source that answers
	_, err = again.gate.Admit(again.Path(old.Current.Items[0]))
	wantError(t, err, "leaks names")
	_, err = again.Rollback(t.Context())
	wantError(t, err, "leaks names")
	again.want("com.acme.pay 1.1.0")
}

func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ids := []string{"com.acme.a", "com.acme.b", "com.acme.c", "com.acme.d"}
	for _, id := range ids {
		h.Plugin(id, "1.0.0", id)
	}
	data := t.TempDir()
	var all sync.WaitGroup
	for _, id := range ids {
		all.Go(func() {
			if _, err := h.host(data).install(id); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	h.host(data).want(strings.Join([]string{"com.acme.a 1.0.0", "com.acme.b 1.0.0", "com.acme.c 1.0.0", "com.acme.d 1.0.0"}, ", "))
}
