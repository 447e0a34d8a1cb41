package authority_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

var errCrash = errors.New("the process ended")

// crash has nothing be written any more from the n-th change on, as if the process had ended, and collects the steps before.
func crash(a *authority.Authority, n int) *[]string {
	steps := &[]string{}
	a.Before(func(step string) error {
		if len(*steps) == n {
			return errCrash
		}
		*steps = append(*steps, step)
		return nil
	})
	return steps
}

// ceremonies are the two answers that are installed: the next authority, and the revocation of the first.
var ceremonies = map[string]struct {
	number int
	answer func(*rooted) *authority.IssuerAnswer
}{
	"next": {2, func(h *rooted) *authority.IssuerAnswer { return h.answer(must(h.NextIssuer(h.t.Context(), "", 5))) }},
	"revocation": {1, func(h *rooted) *authority.IssuerAnswer {
		h.rotate()
		return h.answer(must(h.EndIssuer(h.t.Context(), 1, authority.Revocation{Reason: 2})))
	}},
}

func (h *rooted) reopen() *authority.Authority {
	h.t.Helper()
	a, err := authority.Open(h.suite, h.dir, h.token, clock)
	check(h.t, err)
	return a
}

// said is how often the log says something of an issuing authority.
func said(t *testing.T, a *authority.Authority, number int) (n int) {
	t.Helper()
	leaves, err := a.LogLeaves()
	check(t, err)
	all, err := a.Issuers()
	check(t, err)
	for _, l := range leaves {
		if l.Subject == "certificate/"+all[number-1].Certificate.Serial {
			n++
		}
	}
	return n
}

// TestInstallationStopsAtEachStep: whichever change a crash comes before, the same answer goes on, and the log says it once; and where
// the answer was in force already, so does whatever changes the folder next.
func TestInstallationStopsAtEachStep(t *testing.T) {
	t.Parallel()
	for name, c := range ceremonies {
		for _, algorithm := range []gm.Algorithm{gm.SM2, gm.Ed25519} {
			t.Run(name+"/"+string(algorithm), func(t *testing.T) {
				t.Parallel()
				h := newRooted(t, algorithm)
				h.issue()
				answer := c.answer(h)
				before := t.TempDir()
				check(t, os.CopyFS(before, os.DirFS(h.dir)))
				end := 0
				for n := 0; ; n++ {
					for _, next := range []string{"again", "refresh"} {
						check(t, os.RemoveAll(h.dir))
						check(t, os.CopyFS(h.dir, os.DirFS(before)))
						a := h.reopen()
						was := 0
						if c.number == 1 {
							was = said(t, a, 1)
						}
						steps := crash(a, n)
						_, err := a.InstallIssuer(t.Context(), answer)
						if err == nil {
							end = len(*steps)
							break
						}
						if !errors.Is(err, errCrash) {
							t.Fatalf("stopped after %v: %v", *steps, err)
						}
						h.goesOn(next, c.number, was, answer, *steps)
					}
					if end > 0 {
						break
					}
				}
				if end < 6 {
					t.Errorf("%d changes were tried, which cannot be all", end)
				}
			})
		}
	}
}

func (h *rooted) goesOn(next string, number, was int, answer *authority.IssuerAnswer, steps []string) {
	h.t.Helper()
	a, inForce := h.reopen(), slices.Contains(steps, "write "+authority.RootListFile)
	if next == "refresh" {
		if !inForce {
			return
		}
		check(h.t, a.Refresh(h.t.Context()))
	} else if i, err := a.InstallIssuer(h.t.Context(), answer); err != nil || i.Number != number {
		h.t.Fatalf("stopped after %v, again: %v", steps, err)
	}
	if n := said(h.t, a, number) - was; n != 1 {
		h.t.Errorf("stopped after %v, then %s: the log says it %d times", steps, next, n)
	}
	if _, err := os.Stat(h.dir + "/issuers/unsettled.json"); !errors.Is(err, os.ErrNotExist) {
		h.t.Errorf("stopped after %v, then %s: something is owed still: %v", steps, next, err)
	}
	if _, err := a.InstallIssuer(h.t.Context(), answer); err == nil || !strings.Contains(err.Error(), "was installed before") {
		h.t.Errorf("stopped after %v, then %s, once more: %v", steps, next, err)
	}
	check(h.t, a.Check(h.t.Context(), must(a.Issue(h.t.Context(), h.acme, time.Hour))))
}

// TestAnotherAnswerComesAfterACrash: an answer that was stopped at any step is never installed, the next one is, and the log says
// all that is in force with it, once.
func TestAnotherAnswerComesAfterACrash(t *testing.T) {
	t.Parallel()
	for name, c := range ceremonies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newRooted(t, gm.Ed25519)
			h.issue()
			if c.number == 2 {
				h.rotate() // it says what happens to the first
			}
			stopped := c.answer(h)
			other := h.answer(must(h.NextIssuer(t.Context(), "", 5))) // its list has what the root has revoked
			if c.number == 2 {
				other = h.answer(must(h.EndIssuer(t.Context(), 1, authority.Revocation{Reason: 2})))
			}
			before := t.TempDir()
			check(t, os.CopyFS(before, os.DirFS(h.dir)))
			for n, end := 0, false; !end; n++ {
				check(t, os.RemoveAll(h.dir))
				check(t, os.CopyFS(h.dir, os.DirFS(before)))
				a := h.reopen()
				was := said(t, a, 1)
				steps := crash(a, n)
				_, err := a.InstallIssuer(t.Context(), stopped)
				end = err == nil
				a = h.reopen()
				if _, err := a.InstallIssuer(t.Context(), other); err != nil {
					t.Fatalf("stopped after %v: %v", *steps, err)
				}
				check(t, a.Refresh(t.Context()))
				for _, i := range must(a.Issuers()) {
					want := 1
					if i.Number == 1 {
						want += was
					}
					if got := said(t, a, i.Number); got != want {
						t.Errorf("stopped after %v: the log says %d times of authority %d what happened, want %d", *steps, got, i.Number, want)
					}
				}
				if owed, err := a.Owed(); err != nil || len(owed) > 0 {
					t.Errorf("stopped after %v: %v is owed, %v", *steps, owed, err)
				}
			}
		})
	}
}

// TestRetirementStopsAtEachStep: what is retired, the log says, once, and nothing else.
func TestRetirementStopsAtEachStep(t *testing.T) {
	t.Parallel()
	h := newRooted(t, gm.Ed25519)
	h.rotate()
	before := t.TempDir()
	check(t, os.CopyFS(before, os.DirFS(h.dir)))
	for n, end := 0, false; !end; n++ {
		check(t, os.RemoveAll(h.dir))
		check(t, os.CopyFS(h.dir, os.DirFS(before)))
		a := h.reopen()
		steps := crash(a, n)
		end = a.RetireIssuer(t.Context(), 1) == nil
		a = h.reopen()
		check(t, a.Refresh(t.Context()))
		want := 0
		if must(a.Issuers())[0].Retired {
			want = 1
		}
		if got := said(t, a, 1); got != want || end && want == 0 {
			t.Errorf("stopped after %v: retired %d, and the log says it %d times", *steps, want, got)
		}
		if !slices.Contains(*steps, "write issuers/retired.json") {
			check(t, a.RetireIssuer(t.Context(), 1))
		}
		if _, err := os.Stat(h.dir + "/issuers/unsettled.json"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("stopped after %v: something is owed still: %v", *steps, err)
		}
		if got := said(t, a, 1); got != 1 {
			t.Errorf("stopped after %v: in the end the log says it %d times", *steps, got)
		}
	}
}

// hanging is a log that does not answer, and tells what it is asked first.
type hanging struct{ asked chan string }

func (k hanging) hang(ctx context.Context, what string) error {
	select {
	case k.asked <- what:
	default:
	}
	<-ctx.Done()
	return ctx.Err()
}

func (k hanging) Size(ctx context.Context) (int64, error) { return 0, k.hang(ctx, "size") }

func (k hanging) Has(ctx context.Context, _ string, _ int64) (bool, error) {
	return false, k.hang(ctx, "has")
}

func (k hanging) Append(ctx context.Context, l translog.Leaf) (int64, translog.Leaf, error) {
	return 0, l, k.hang(ctx, "append "+l.Subject)
}

// TestLogThatHangs: while the log is owed something and hangs, a certificate is revoked all the same.
func TestLogThatHangs(t *testing.T) {
	t.Parallel()
	h := newRooted(t, gm.Ed25519)
	c := h.issue()
	answer := h.answer(must(h.NextIssuer(t.Context(), "", 5)))
	h.Before(func(step string) error {
		if step == "append to the log" {
			return errCrash
		}
		return nil
	})
	if _, err := h.InstallIssuer(t.Context(), answer); !errors.Is(err, errCrash) || !strings.Contains(err.Error(), "could not be logged yet") {
		t.Fatal(err)
	}
	check(t, h.MoveLog(authority.Place{Data: "elsewhere"}))
	log := hanging{asked: make(chan string, 1)}
	a, err := authority.OpenKept(h.suite, h.dir, h.token, clock, log)
	check(t, err)
	if owed, err := a.Owed(); err != nil || len(owed) != 1 || owed[0].Event != "issuer" {
		t.Errorf("owed: %v, %v", owed, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := a.Revoke(ctx, c.Serial, authority.Revocation{DistrustFrom: ptr(0)})
		done <- err
	}()
	if first := <-log.asked; first != "append certificate/"+c.Serial {
		t.Errorf("the log is asked first: %s", first)
	}
	lists, err := a.Lists()
	check(t, err)
	if _, ok := lists[0].Revoked[c.Serial]; !ok {
		t.Error("the list does not say that the certificate is revoked")
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestNoteThatStays: where the log says it and the note of it could not be taken away, that is what is said.
func TestNoteThatStays(t *testing.T) {
	t.Parallel()
	h := newRooted(t, gm.Ed25519)
	answer := h.answer(must(h.NextIssuer(t.Context(), "", 5)))
	h.Before(func(step string) error {
		if step == "remove issuers/unsettled.json" {
			return errCrash
		}
		return nil
	})
	_, err := h.InstallIssuer(t.Context(), answer)
	if !errors.Is(err, errCrash) || strings.Contains(err.Error(), "could not be logged") || !strings.Contains(err.Error(), "in force; the log says it, and issuers/unsettled.json says still that it does not") {
		t.Error(err)
	}
	if n := said(t, h.Authority, 2); n != 1 {
		t.Errorf("the log says it %d times", n)
	}
}
