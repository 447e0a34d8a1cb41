package superapp_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/hosts/install"
	"github.com/dougong-dev/dougong/hosts/internal/housetest"
)

// TestFailedMiniProgramUpdate: a new version that is not what was signed, or cannot be opened, leaves the one before
// in use. Those who have it open are told that the update failed; a good one afterwards is told as ready.
func TestFailedMiniProgramUpdate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		offer func(t *testing.T, g *gear)
		log   string // what the operator is told
		bad   bool   // it is not tried again
	}{
		"other than what was signed": {func(t *testing.T, g *gear) {
			signed := housetest.Pack(t, map[string]string{"app.json": `{"pages": ["p/p"]}`})
			e := g.h.Release(trust.KindMiniProgram, shopID, "2.0.0", signed)
			g.h.Write(trust.KindMiniProgram, shopID+"-2.0.0", housetest.Pack(t, map[string]string{"app.json": `{"pages": ["p/q"]}`}), e)
		}, "2.0.0", false},
		"signed, but no mini-program": {func(t *testing.T, g *gear) {
			g.h.Offer(trust.KindMiniProgram, shopID, "2.0.0", housetest.Pack(t, map[string]string{"app.json": `{"pages": 7}`}))
		}, "did not start and was taken back", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGear(t)
			g.miniProgram("1.0.0", "one")
			g.install(shopID)
			app := g.must(core.Options{})
			shell := newShell()
			app.SetShell(shell)
			tt.offer(t, g)
			c, err := app.Update(t.Context())
			told := g.log.String()
			if err != nil {
				told += err.Error()
			}
			if c != nil {
				told += strings.Join(c.Warnings, "\n")
			}
			if !strings.Contains(told, tt.log) {
				t.Errorf("the operator is told %q, want %q", told, tt.log)
			}
			select {
			case got := <-shell.failed:
				if got != shopID {
					t.Errorf("the failure is told of %q", got)
				}
			default:
				t.Errorf("nobody is told of the failure: %v, %+v", err, c)
			}
			if got := shows(t, app, shopID); !strings.Contains(got, `"one"`) {
				t.Errorf("after the failure it shows %s", got)
			}
			if bad := slices.ContainsFunc(g.ledger().Bad, func(b install.Bad) bool { return b.Version == "2.0.0" }); bad != tt.bad {
				t.Errorf("not tried again: %v, want %v", bad, tt.bad)
			}
			g.miniProgram("2.1.0", "three")
			if _, err := app.Update(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := <-shell.updated; got != shopID || len(shell.failed) != 0 {
				t.Errorf("the good one is told of %q, and %d failures", got, len(shell.failed))
			}
			if got := shows(t, app, shopID); !strings.Contains(got, `"three"`) {
				t.Errorf("after the good one it shows %s", got)
			}
		})
	}
}
