package install_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/admission"
	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/hosts/internal/housetest"
)

// TestMain is also the process that is killed: with CHILD set it updates a host once.
func TestMain(m *testing.M) {
	if os.Getenv("CHILD") != "" {
		if err := child(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child() error {
	seconds, err := strconv.ParseInt(os.Getenv("CLOCK"), 10, 64)
	if err != nil {
		return err
	}
	now := func() time.Time { return time.Unix(seconds, 0) }
	cfg := config.Default()
	cfg.Data, cfg.Trust.Root = os.Getenv("CHILD"), os.Getenv("ROOT")
	cfg.Trust.Metadata = false // the house has no registry
	cfg.Update.Sources = []string{os.Getenv("SHOP")}
	gate, err := admission.New(cfg, admission.Options{Logger: slog.Default(), Now: now})
	if err != nil {
		return err
	}
	m, rules, err := install.Configured(context.Background(), cfg, install.Setup{Gate: gate, Now: now})
	if err != nil {
		return err
	}
	c, err := m.Update(context.Background(), rules)
	if err == nil && len(c.Warnings) > 0 {
		err = fmt.Errorf("%v", c.Warnings)
	}
	return err
}

func (h *house) child(data string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "CHILD="+data, "ROOT="+h.Root, "SHOP="+h.Shop, "CLOCK="+strconv.FormatInt(h.Clock.Load(), 10))
	return cmd
}

// large is a bundle of a size that takes a moment.
func (h *house) large(id, version string, seed int) {
	h.Offer(trust.KindPlugin, id, version, housetest.Pack(h.T, map[string]string{"plugin.yaml": "id: " + id, "code": housetest.Noise(seed, 4<<20)}))
}

// TestKilledAtAnyPoint kills updates of two packages after ever longer times. What is left is the old set or the new one.
func TestKilledAtAnyPoint(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.large(pay, "1.0.0", 1)
	h.large(face, "1.0.0", 2)
	me := h.host(t.TempDir())
	_, err := me.install(pay, face)
	check(t, err)
	began := time.Now()
	h.large(pay, "1.0.1", 3)
	h.large(face, "1.0.1", 4)
	out, err := h.child(me.data).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	whole := time.Since(began)
	set := func(n int) string { return fmt.Sprintf("com.acme.face 1.0.%d, com.acme.pay 1.0.%d", n, n) }
	me.want(set(1))
	now, killed := 1, 0
	const tries = 12
	for try := range tries {
		h.large(pay, fmt.Sprintf("1.0.%d", try+2), 2*try+10)
		h.large(face, fmt.Sprintf("1.0.%d", try+2), 2*try+11)
		cmd := h.child(me.data)
		check(t, cmd.Start())
		timer := time.AfterFunc(whole*time.Duration(try+1)/tries, func() { _ = cmd.Process.Kill() }) // it may have ended
		if cmd.Wait() != nil {
			killed++
		}
		timer.Stop()
		switch got := me.versions(); got {
		case set(try + 2):
			now = try + 2
		case set(now):
		default:
			t.Fatalf("after kill %d %q is installed, want %q or %q", try, got, set(now), set(try+2))
		}
		for _, version := range []int{try + 2} { // the next is asked for alone
			check(t, os.Remove(filepath.Join(h.Shop, fmt.Sprintf("%s-1.0.%d.dgo", pay, version))))
			check(t, os.Remove(filepath.Join(h.Shop, fmt.Sprintf("%s-1.0.%d.dgo", face, version))))
		}
	}
	if killed == 0 {
		t.Error("every update ended before it was killed")
	}
	h.large(pay, "2.0.0", 98)
	h.large(face, "2.0.0", 99)
	if out, err := h.child(me.data).CombinedOutput(); err != nil {
		t.Fatalf("after the kills: %v\n%s", err, out)
	}
	me.want("com.acme.face 2.0.0, com.acme.pay 2.0.0")
	if n := files(t, me.data, "partial"); n != 0 {
		t.Errorf("%d files are left of downloads that were killed", n)
	}
}

// TestTwoProcessesAtOnce update one data folder: both end well, and one of them has done it.
func TestTwoProcessesAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.large(pay, "1.0.0", 1)
	me := h.host(t.TempDir())
	_, err := me.install(pay)
	check(t, err)
	h.large(pay, "1.1.0", 2)
	a, b := h.child(me.data), h.child(me.data)
	check(t, a.Start())
	check(t, b.Start())
	check(t, a.Wait())
	check(t, b.Wait())
	me.want("com.acme.pay 1.1.0")
	l, err := me.Ledger()
	check(t, err)
	if l.Current.Number != 2 {
		t.Errorf("generation %d, want one step from 1", l.Current.Number)
	}
}
