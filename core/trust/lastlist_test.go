package trust_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/authority"
)

// TestLastListIsLeftOut is a mirror that gives out that an authority is revoked and leaves its last list out. What a host has
// installed is judged by the list that it holds; nobody is talked into more by the omission.
func TestLastListIsLeftOut(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		host := w.options()
		host.Store = &trust.MemoryStore{}
		before := w.evidence("1.0.0")
		wants(t, w.verify("1.0.0", before, host))
		w.pass(day(1))
		theft := w.authority.Log().Size()
		between := w.evidence("1.1.0")
		wants(t, w.verify("1.1.0", between, host))
		w.rotate()
		w.renew()
		after := w.evidence("1.2.0")
		check(t, w.authority.Refresh(t.Context())) // the last list is another than the one that the host holds
		w.endIssuer(1, &theft)
		whole := w.republish(after)
		wants(t, w.verify("1.2.0", without(t, whole, 0), host)) // by the new authority, and the root's list comes along

		installed := host
		installed.Purpose = trust.Start
		refused := []trust.Code{trust.CodeSigner, trust.CodeThreshold}
		wants(t, w.verify("1.0.0", before, installed))
		wants(t, w.verify("1.1.0", between, installed), refused...) // the root's word holds at once
		fresh := w.options()
		fresh.Store = &trust.MemoryStore{}
		wants(t, w.verify("1.2.0", without(t, whole, 0), fresh))
		good := w.republish(before)
		for _, o := range []trust.Options{host, fresh} {
			wants(t, w.verify("1.0.0", without(t, good, 0), o), refused...) // nothing is installed by it
		}
		fresh.Purpose = trust.Start
		wants(t, w.verify("1.0.0", without(t, good, 0), fresh), refused...) // who holds nothing has nothing to go by

		// The list that stands in runs out as it would have; the last one does not.
		installed.MaxOffline = time.Hour
		w.pass(day(40))
		wants(t, w.verify("1.0.0", before, installed), refused...)
		check(t, w.authority.Refresh(t.Context()))
		wants(t, w.verify("1.0.0", w.republish(before), host))
		wants(t, w.verify("1.0.0", w.republish(before), installed))
	})
}

// TestThiefsListStandsIn: what a thief writes into a list does not make it stand in for the last one for longer than the house's lists
// of before ran.
func TestThiefsListStandsIn(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		before := w.evidence("1.0.0")
		hosts := map[string]trust.Options{}
		for name, dated := range map[string]time.Time{"now": w.now(), "ahead": w.now().AddDate(50, 0, 0)} {
			o := w.options()
			o.Store, o.MaxOffline = &trust.MemoryStore{}, time.Hour
			forked := *before
			forked.Lists = append(forked.Lists[:0:0], w.steal().list(1<<40, dated), before.Lists[1])
			wants(t, w.verify("1.0.0", &forked, o))
			hosts[name] = o
		}
		w.rotate()
		w.renew()
		after := w.evidence("1.1.0")
		check(t, w.authority.Refresh(t.Context())) // the last list is another than the thief's
		w.endIssuer(1, ptr(1<<40))
		held := without(t, w.republish(after), 0)
		for name, o := range hosts {
			wants(t, w.verify("1.1.0", held, o))
			o.Purpose = trust.Start
			hosts[name] = o
		}
		refused := []trust.Code{trust.CodeSigner, trust.CodeThreshold}
		starts := func(when string, ahead, now []trust.Code) {
			t.Helper()
			t.Log(when)
			wants(t, w.verify("1.0.0", before, hosts["ahead"]), ahead...)
			wants(t, w.verify("1.0.0", before, hosts["now"]), now...)
		}
		starts("at once", refused, nil)
		w.pass(day(authority.ListDays))
		starts("as long as the house's lists ran", refused, nil)
		w.pass(2 * time.Hour)
		starts("longer than MaxOffline after that", refused, refused)
		w.pass(day(170))
		starts("much later", refused, refused)
		check(t, w.authority.Refresh(t.Context()))
		for _, o := range hosts {
			wants(t, w.verify("1.0.0", w.republish(before), o)) // the last list is there
		}
	})
}

// TestForkedLastList: of two lists with the number of the last one the root names one; the other is a thief's and stands in for nothing.
func TestForkedLastList(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		host := w.options()
		host.Store = &trust.MemoryStore{}
		before := w.evidence("1.0.0")
		forked := *before
		forked.Lists = append(forked.Lists[:0:0], w.steal().list(2, w.now()), before.Lists[1])
		wants(t, w.verify("1.0.0", &forked, host))
		w.rotate()
		w.renew()
		after := w.evidence("1.1.0")
		check(t, w.authority.Refresh(t.Context()))
		w.endIssuer(1, ptr(1<<40)) // its list 2 is the last
		wants(t, w.verify("1.1.0", without(t, w.republish(after), 0), host))
		host.Purpose = trust.Start
		wants(t, w.verify("1.0.0", before, host), trust.CodeSigner, trust.CodeThreshold)
		wants(t, w.verify("1.0.0", w.republish(before), host))
	})
}

// TestLastListIsHeldBack: whoever asks what is offered now is told that the last list did not come, and asks another source.
func TestLastListIsHeldBack(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, w *world) {
		w.rotate()
		w.renew()
		e := w.evidence("1.0.0")
		w.endIssuer(1, ptr(1<<40))
		e = w.republish(e)
		e.Metadata = w.offers(1, 0, w.releaseOf("1.0.0"))
		o := w.options()
		o.Metadata = true
		wants(t, w.verify("1.0.0", e, o))
		v := w.verify("1.0.0", without(t, e, 0), o)
		wants(t, v, trust.CodeMetadata)
		if err := v.Err(); !strings.Contains(fmt.Sprint(err), `the last revocation list of "House issuing", number 1, did not come`) {
			t.Error(err)
		}
		v = trust.VerifyTakedown(t.Context(), without(t, e, 0), o)
		if err := v.Err(); !errors.Is(err, trust.ErrHeldBack) {
			t.Errorf("evidence of the house: %v, want ErrHeldBack", err)
		}
	})
}
