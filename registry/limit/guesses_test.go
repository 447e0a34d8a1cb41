package limit

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

func testGuesses() (*Guesses, *time.Time) {
	now := time.Unix(1000, 0)
	return NewGuesses(func() time.Time { return now }), &now
}

func TestGuessesBackOff(t *testing.T) {
	t.Parallel()
	g, now := testGuesses()
	for i := range FreeGuesses {
		if wait := g.Begin("a", "ann"); wait != 0 {
			t.Fatalf("guess %d waits %v", i, wait)
		}
	}
	before := time.Duration(0)
	for i := range 8 {
		if wait := g.Begin("a", "ann"); wait != 0 {
			t.Fatalf("after its wait guess %d waits %v", i, wait)
		}
		wait := g.Begin("a", "ann")
		if wait <= before && wait != MaxNamePause {
			t.Errorf("guess %d waits %v, the one before %v", i, wait, before)
		}
		if again := g.Begin("a", "ann"); again != wait {
			t.Errorf("asking makes it longer: %v, then %v", wait, again)
		}
		before = wait
		*now = now.Add(wait)
	}
	if before != MaxNamePause {
		t.Errorf("the longest wait is %v, want %v", before, MaxNamePause)
	}
	*now = now.Add(forget)
	if wait := g.Begin("a", "ann"); wait != 0 {
		t.Errorf("it is not forgotten: %v", wait)
	}
}

// TestStrangersLockNobodyOut: who was right from somewhere before goes on signing in from there, whatever strangers do.
func TestStrangersLockNobodyOut(t *testing.T) {
	t.Parallel()
	g, now := testGuesses()
	if g.Begin("home", "ann") != 0 {
		t.Fatal("the first sign-in waits")
	}
	g.Right("home", "ann")
	for i := range 1000 {
		g.Begin(fmt.Sprint("bot", i), "ann")
	}
	if wait := g.Begin("elsewhere", "ann"); wait == 0 || wait > MaxNamePause {
		t.Errorf("a new place waits %v, want up to %v", wait, MaxNamePause)
	}
	if wait := g.Begin("home", "ann"); wait != 0 {
		t.Errorf("ann waits %v at home", wait)
	}
	g.Right("home", "ann")
	for range FreeGuesses + 1 {
		g.Begin("home", "ann")
	}
	if wait := g.Begin("home", "ann"); wait == 0 {
		t.Error("a known place guesses for ever")
	}
	*now = now.Add(forget)
	if wait := g.Begin("home", "ann"); wait != 0 {
		t.Errorf("its own mistakes are never forgotten: %v", wait)
	}
}

// TestOwnNameExcusesNothing: an address that signs in well by one name goes on waiting for its guesses at others.
func TestOwnNameExcusesNothing(t *testing.T) {
	t.Parallel()
	g, _ := testGuesses()
	waited := false
	for i := range FreeAddress + 5 {
		waited = g.Begin("a", fmt.Sprint("victim", i)) > 0 || waited
		if g.Begin("a", "eve") == 0 {
			g.Right("a", "eve")
		}
	}
	if !waited {
		t.Error("it never waited")
	}
}

func TestGuessesAtOnce(t *testing.T) {
	t.Parallel()
	g, _ := testGuesses()
	var wg sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for range 200 {
		wg.Go(func() {
			if g.Begin("a", "ann") == 0 {
				mu.Lock()
				made++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if made != FreeGuesses+1 {
		t.Errorf("%d guesses at once, want %d", made, FreeGuesses+1)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	g, _ := testGuesses()
	g.Know("a", "good token")
	for range FreeAddress + 1 {
		g.Wrong("a")
	}
	if g.Wait("a", "other token") == 0 || g.Wait("a", "good token") != 0 || g.Wait("b", "other token") != 0 {
		t.Errorf("waits: %v, %v, %v", g.Wait("a", "other token"), g.Wait("a", "good token"), g.Wait("b", "other token"))
	}
}

func TestGuessesAreBounded(t *testing.T) {
	t.Parallel()
	g, _ := testGuesses()
	for i := range maxKeys + 10 {
		g.Begin(fmt.Sprint(i), fmt.Sprint(i))
		g.Know(fmt.Sprint(i), "x")
	}
	if len(g.wrong) > maxKeys+1 || len(g.known) > maxKeys {
		t.Errorf("%d mistakes, %d known, the limit is %d", len(g.wrong), len(g.known), maxKeys)
	}
}
