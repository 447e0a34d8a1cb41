package limit

import (
	"sync"
	"time"
)

// Bounds of guesses.
const (
	// FreeGuesses is how often a name or a known source may be wrong, and FreeAddress how often an address, before anybody waits.
	FreeGuesses = 10
	FreeAddress = 20
	// MaxNamePause and MaxPause bound what the next one waits: for a name about which strangers guess, and for the rest.
	MaxNamePause = 30 * time.Second
	MaxPause     = 5 * time.Minute
	// forget is after how long without a mistake it is forgotten.
	forget = 15 * time.Minute
	// knownFor is how long a source stays known that was right about a name.
	knownFor = 30 * 24 * time.Hour
)

// Guesses slows down whoever guesses secrets: beyond some free ones each wrong guess doubles what the next one waits, by the source
// it comes from (an address, or a browser that is known) and by the name that it is about. A source that was right about a name is
// known: it pays for its own mistakes alone. So strangers who guess at a name do not lock its owner out. Safe for concurrent use; it
// is one replica's own.
//
//	if wait := g.Begin(address, "ann"); wait > 0 { … refuse }
//	if right { g.Right(address, "ann") }
type Guesses struct {
	now func() time.Time

	mu    sync.Mutex
	wrong map[string]*streak
	known map[string]time.Time
}

// streak is a row of mistakes.
type streak struct {
	n           int
	last, until time.Time
}

// NewGuesses makes one.
func NewGuesses(now func() time.Time) *Guesses {
	return &Guesses{now: now, wrong: map[string]*streak{}, known: map[string]time.Time{}}
}

// payer is who pays for a guess.
type payer struct {
	key  string
	free int
	most time.Duration
}

func pair(source, name string) string { return "pair\x00" + source + "\x00" + name }

// payers are those of a guess; an empty name is nobody's.
func (g *Guesses) payers(source, name string, now time.Time) []payer {
	if at, ok := g.known[pair(source, name)]; ok && now.Sub(at) < knownFor {
		return []payer{{pair(source, name), FreeGuesses, MaxPause}}
	}
	list := []payer{{"source\x00" + source, FreeAddress, MaxPause}}
	if name != "" {
		list = append(list, payer{"name\x00" + name, FreeGuesses, MaxNamePause})
	}
	return list
}

// Begin says how long a guess has to wait; 0: it may be made. It counts as wrong until Right or Undo says otherwise, so that many
// at once are many.
func (g *Guesses) Begin(source, name string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	list := g.payers(source, name, now)
	if wait := g.wait(list, now); wait > 0 {
		return wait
	}
	for _, p := range list {
		g.count(p, now)
	}
	return 0
}

// Wait is Begin without counting: for secrets that cannot be guessed, whose mistakes are counted by Wrong.
func (g *Guesses) Wait(source, name string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.wrong) == 0 {
		return 0
	}
	now := g.now()
	return g.wait(g.payers(source, name, now), now)
}

// Wrong counts a mistake of a source.
func (g *Guesses) Wrong(source string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count(payer{"source\x00" + source, FreeAddress, MaxPause}, g.now())
}

// Right takes a guess back that Begin has counted, and makes the source known.
func (g *Guesses) Right(source, name string) {
	g.Undo(source, name)
	g.Know(source, name)
}

// Undo takes a guess back that Begin has counted.
func (g *Guesses) Undo(source, name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range g.payers(source, name, g.now()) {
		if s := g.wrong[p.key]; s != nil {
			s.n-- // by one: being right about one's own name excuses no guesses at others'
			if s.n <= p.free {
				s.until = time.Time{}
			}
			if s.n <= 0 {
				delete(g.wrong, p.key)
			}
		}
	}
}

// Know makes a source known for a name: it was right about it, or has shown so otherwise.
func (g *Guesses) Know(source, name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	key, now := pair(source, name), g.now()
	if at, ok := g.known[key]; ok && now.Sub(at) < knownFor/2 {
		return
	}
	for old, at := range g.known {
		if len(g.known) < maxKeys {
			break
		}
		if now.Sub(at) >= knownFor || len(g.known) >= maxKeys {
			delete(g.known, old)
		}
	}
	g.known[key] = now
}

func (g *Guesses) wait(list []payer, now time.Time) (wait time.Duration) {
	for _, p := range list {
		if s := g.wrong[p.key]; s != nil {
			wait = max(wait, s.until.Sub(now))
		}
	}
	return max(wait, 0)
}

func (g *Guesses) count(p payer, now time.Time) {
	s := g.wrong[p.key]
	if s == nil || now.Sub(s.last) >= forget {
		if s == nil && len(g.wrong) >= maxKeys {
			g.shrink(now)
		}
		s = &streak{}
		g.wrong[p.key] = s
	}
	s.n++
	s.last = now
	if over := s.n - p.free; over > 0 {
		s.until = now.Add(min(p.most, time.Second<<min(over-1, 20)))
	}
}

func (g *Guesses) shrink(now time.Time) {
	for key, s := range g.wrong {
		if now.Sub(s.last) >= forget || s.n <= 1 {
			delete(g.wrong, key)
		}
	}
	if len(g.wrong) >= maxKeys {
		clear(g.wrong)
	}
}
