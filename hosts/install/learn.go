package install

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/trust"
)

// lesson is what a source says about the house, and why the gate did not take it.
type lesson struct {
	source Source
	said   *trust.Evidence
	err    error
}

// learn has the gate take what the sources say about the house, so that a takedown is known before anything is installed. A
// source that does not answer, or says nothing new in a way that is not believed, is a warning. A takedown list that there is
// and that cannot be taken in is an error: going on would install what it may forbid.
func (m *Manager) learn(ctx context.Context, c *Change) error {
	var failed []lesson
	for _, s := range m.sources() {
		known, err := m.known()
		c.warn(err)
		all, err := s.House(ctx, known)
		c.warn(err)
		for _, e := range all {
			if err := m.options.Gate.Learn(e); err != nil {
				failed = append(failed, lesson{s, e, err})
			}
		}
	}
	if len(failed) == 0 {
		return nil
	}
	state, err := m.options.Gate.State()
	if err != nil {
		return err
	}
	known := int64(0)
	if state.Takedown != nil {
		known = state.Takedown.Serial
	}
	var errs []error
	for _, l := range failed {
		serial := l.serial()
		if errors.Is(l.err, trust.ErrHeldBack) { // another source may have brought it
			l.err = m.options.Gate.Learn(l.said)
		}
		switch {
		case l.err == nil:
		case serial > known || errors.Is(l.err, trust.ErrHeldBack):
			errs = append(errs, fmt.Errorf("%s: there is a takedown list that this host cannot take in, and nothing is installed before it is: %w\n"+
				"next: bring a mirror up to date by `dougong registry mirror`, an offline file by `dougong trust sign`; or leave the source out", l.source.Name(), l.err))
		default:
			c.warn(fmt.Errorf("%s: %w", l.source.Name(), l.err))
		}
	}
	return errors.Join(errs...)
}

// forbidden says of a version that is asked for by its number that it was taken down: sources do not offer it any more.
func (m *Manager) forbidden(w Want) error {
	s, err := m.options.Gate.State()
	if err != nil || !w.Allows.Exact() {
		return err
	}
	if reason, ok := s.Forbids(w.ID, strings.TrimLeft(w.Allows.String(), "= ")); ok {
		return fmt.Errorf("install %s@%s: %s: %w", w.ID, w.Allows, reason, trust.ErrRefused)
	}
	return nil
}

// serial is that of the takedown list that is shown; nobody has verified it.
func (l *lesson) serial() int64 {
	if l.said.Takedown == nil {
		return 0
	}
	t, err := l.said.Takedown.Envelope.Takedown()
	if err != nil {
		return 0
	}
	return t.Serial
}

// known are the sizes of the logs that the host has seen.
func (m *Manager) known() (sizes []int64, err error) {
	s, err := m.options.Gate.State()
	if err != nil {
		return nil, err
	}
	for _, head := range s.Heads {
		sizes = append(sizes, head.Size)
	}
	return sizes, nil
}
