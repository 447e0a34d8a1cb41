package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/hosts/embed"
	"github.com/dougong-dev/dougong/hosts/mobile"
	"github.com/dougong-dev/dougong/pdk/go"
)

// pollQueue is how many events wait for poll before they wait in the host, where further ones are counted in the end.
const pollQueue = 256

// table gives what C holds a number: numbers are checked, pointers could not be. A number is never used again.
type table struct {
	mu       sync.Mutex
	last     uint64
	hosts    map[uint64]*entry
	requests map[uint64]*mobile.Request
}

// entry is a host and what C has opened in it.
type entry struct {
	host   *mobile.Host
	events chan string
	quit   chan struct{} // closed when the host is about to end

	mu   sync.Mutex
	apps map[int64]*mobile.App // opened here; those of web views the host knows
}

func newTable() *table {
	return &table{hosts: map[uint64]*entry{}, requests: map[uint64]*mobile.Request{}}
}

// Hear implements mobile.Listener.
func (e *entry) Hear(event string) {
	select {
	case e.events <- event:
	case <-e.quit: // nobody polls any more
	}
}

// add makes a host.
func (t *table) add(data string) uint64 {
	e := &entry{host: mobile.NewHost(data), events: make(chan string, pollQueue), quit: make(chan struct{}), apps: map[int64]*mobile.App{}}
	e.host.SetListener(e)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	t.hosts[t.last] = e
	return t.last
}

func (t *table) host(number uint64) (*entry, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e := t.hosts[number]; e != nil {
		return e, nil
	}
	return nil, pdk.Errorf(pdk.CodeNotFound, "notFound", "there is no host %d: dougong_new gives one, dougong_stop takes it away", number)
}

// stop ends a host and forgets it.
func (t *table) stop(number uint64) error {
	e, err := t.host(number)
	if err != nil {
		return err
	}
	t.mu.Lock()
	delete(t.hosts, number)
	t.mu.Unlock()
	close(e.quit)
	return e.host.Close()
}

// answered takes a request out.
func (t *table) answered(number uint64) (*mobile.Request, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.requests[number]
	if r == nil {
		return nil, pdk.Errorf(pdk.CodeNotFound, "notFound", "there is no request %d, or it was answered already", number)
	}
	delete(t.requests, number)
	return r, nil
}

// open opens a mini-program and returns its number.
func (e *entry) open(app, page, data string) (int64, error) {
	a, err := e.host.Start(app, page, data)
	if err != nil {
		return 0, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.apps[a.Number()] = a
	return a.Number(), nil
}

// app finds an open mini-program, whoever opened it.
func (e *entry) app(number int64) (*mobile.App, error) {
	e.mu.Lock()
	a := e.apps[number]
	e.mu.Unlock()
	known, err := e.host.App(number)
	if err != nil {
		e.forget(number)
		return nil, pdk.Errorf(pdk.CodeNotFound, "notFound", "%s", err)
	}
	if a != nil {
		return a, nil // the one that can be read
	}
	return known, nil
}

func (e *entry) forget(number int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.apps, number)
}

// poll waits for the next event, for so long; "" if there was none.
func (e *entry) poll(wait time.Duration) (string, error) {
	select {
	case event := <-e.events:
		return event, nil
	default:
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case event := <-e.events:
		return event, nil
	case <-e.quit:
		return "", pdk.Errorf(pdk.CodeUnavailable, "unavailable", "the host was stopped")
	case <-timer.C:
		return "", nil
	}
}

// texts checks what came from C.
func texts(list ...string) error {
	for _, text := range list {
		if !utf8.ValidString(text) {
			return pdk.Errorf(pdk.CodeInvalidParams, "invalidParams", "%.40q is not UTF-8", text)
		}
	}
	return nil
}

// codeOf is the number and the text that C gets of an error.
func codeOf(err error) (int, string) {
	var known *pdk.Error
	switch {
	case err == nil:
		return 0, ""
	case errors.As(err, &known):
		return known.Code, err.Error()
	case errors.Is(err, embed.ErrClosed):
		return pdk.CodeUnavailable, err.Error()
	}
	return pdk.Code(err), err.Error()
}

// try makes an error of a panic: one that went on into C would end the program.
func try(f func() error) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = pdk.Errorf(pdk.CodeInternal, "internal", "%s; this is a fault of the library, please report it", fmt.Sprint(x))
		}
	}()
	return f()
}

var _ mobile.Listener = (*entry)(nil)
