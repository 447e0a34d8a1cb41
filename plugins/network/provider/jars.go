package provider

import (
	"net/http"
	"net/http/cookiejar"
	"sync"

	"golang.org/x/net/publicsuffix"
)

// maxJars is how many owners' cookies are kept; beyond it, those of an owner unused for long are dropped.
const maxJars = 4096

// jars keeps cookies apart by owner, for as long as the plugin runs.
type jars struct {
	mu   sync.Mutex
	tick uint64
	all  map[owner]*jar
}

type jar struct {
	http.CookieJar
	used uint64
}

func newJars() *jars { return &jars{all: map[owner]*jar{}} }

func (j *jars) of(o owner) http.CookieJar {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.tick++
	if have := j.all[o]; have != nil {
		have.used = j.tick
		return have.CookieJar
	}
	if len(j.all) >= maxJars {
		j.evict()
	}
	// cookiejar.New never fails, says its source; the list keeps cookies from being set for a whole ".com".
	fresh, _ := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	j.all[o] = &jar{fresh, j.tick}
	return fresh
}

func (j *jars) evict() {
	var oldest owner
	found := false
	for o, jar := range j.all {
		if !found || jar.used < j.all[oldest].used {
			oldest, found = o, true
		}
	}
	delete(j.all, oldest)
}
