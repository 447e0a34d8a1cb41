package authority_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
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
