package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
)

const (
	defaultEvery = 10 * time.Second
	defaultSlow  = time.Second
)

// monitor sums up outcomes.
type monitor struct {
	path string
	now  func() time.Time

	mu      sync.Mutex
	every   time.Duration
	slow    time.Duration
	since   time.Time
	methods map[string]*method // of this period
	lost    int
}

// method is how the calls of one method fared in a period.
type method struct {
	Plugin     string         `json:"plugin"`
	Capability string         `json:"capability"`
	Method     string         `json:"method"`
	Calls      int            `json:"calls"`
	Errors     map[string]int `json:"errors,omitempty"` // by code
	MeanUS     int64          `json:"mean_us"`
	MaxUS      int64          `json:"max_us"`
	Bytes      int64          `json:"bytes"`
	total      int64
}

// summary is what the file holds.
type summary struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Methods []*method `json:"methods"`
	Lost    int       `json:"lost"` // outcomes that the host could not deliver
}

func newMonitor(path string, now func() time.Time) *monitor {
	return &monitor{path: path, now: now, every: defaultEvery, slow: defaultSlow, since: now(), methods: map[string]*method{}}
}

func (m *monitor) configure(_ *pdk.Context, config []byte) error {
	settings := struct {
		Every int `json:"every_ms"`
		Slow  int `json:"slow_ms"`
	}{int(defaultEvery.Milliseconds()), int(defaultSlow.Milliseconds())}
	if err := json.Unmarshal(config, &settings); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.every, m.slow = time.Duration(settings.Every)*time.Millisecond, time.Duration(settings.Slow)*time.Millisecond
	return nil
}

// Outcomes and Outcome mirror the contract, as far as they are needed.
type Outcomes struct {
	Outcomes []Outcome `json:"outcomes"`
	Lost     int       `json:"lost"`
}

// Outcome is what became of one call.
type Outcome struct {
	Plugin     string `json:"plugin"`
	Capability string `json:"capability"`
	Method     string `json:"method"`
	Took       int64  `json:"took"` // microseconds
	In         int64  `json:"in"`
	Out        int64  `json:"out"`
	Code       int    `json:"code"`
}

func (m *monitor) observe(c *pdk.Context, in Outcomes) (struct{}, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lost += in.Lost
	for _, o := range in.Outcomes {
		m.add(o)
	}
	if m.now().Sub(m.since) < m.every {
		return struct{}{}, nil
	}
	s := m.sum()
	for _, x := range s.Methods {
		if slow := x.MaxUS > m.slow.Microseconds(); slow || len(x.Errors) > 0 {
			c.Log(pdk.LevelWarn, "a method is slow or fails", "of", x.Plugin, "method", x.Capability+"#"+x.Method, "calls", x.Calls, "max_us", x.MaxUS, "errors", fmt.Sprint(x.Errors))
		}
	}
	c.Log(pdk.LevelInfo, "summary", "methods", len(s.Methods), "lost", s.Lost)
	return struct{}{}, m.write(s)
}

func (m *monitor) add(o Outcome) {
	key := strings.Join([]string{o.Plugin, o.Capability, o.Method}, "\x00")
	x := m.methods[key]
	if x == nil {
		x = &method{Plugin: o.Plugin, Capability: o.Capability, Method: o.Method, Errors: map[string]int{}}
		m.methods[key] = x
	}
	x.Calls++
	x.total += o.Took
	x.MaxUS = max(x.MaxUS, o.Took)
	x.Bytes += o.In + o.Out
	if o.Code != 0 {
		x.Errors[fmt.Sprint(o.Code)]++
	}
}

// sum ends a period. The lock is held.
func (m *monitor) sum() summary {
	s := summary{From: m.since, To: m.now(), Lost: m.lost, Methods: []*method{}}
	for _, x := range m.methods {
		x.MeanUS = x.total / int64(x.Calls)
		s.Methods = append(s.Methods, x)
	}
	slices.SortFunc(s.Methods, func(a, b *method) int {
		if d := b.Calls - a.Calls; d != 0 {
			return d
		}
		return strings.Compare(a.Capability+a.Method, b.Capability+b.Method)
	})
	m.since, m.methods, m.lost = s.To, map[string]*method{}, 0
	return s
}

// write replaces the file as a whole: who reads it never finds half of a summary.
func (m *monitor) write(s summary) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(m.path+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(m.path+".new", m.path)
}

// close writes what the last period has seen.
func (m *monitor) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.methods) == 0 && m.lost == 0 {
		return nil
	}
	return m.write(m.sum())
}
