package authority

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// unsettledFile is there from just before something is in force until the log says so: a list, in the order of the log. Whoever changes
// the folder next goes on where a crash, or a log that was away, has stopped it.
const unsettledFile = IssuersDir + "/unsettled.json"

// Events of issuing authorities.
const (
	eventMade    = "issuer"
	eventRetired = "retire"
	eventRevoked = "revoke-issuer"
)

// errNoted says that the log says all that it is owed, and only the note of it is there still.
var errNoted = errors.New("the log says it")

// unsettled is an event that the log is owed.
type unsettled struct {
	// RootList is the number of the root's list that puts it in force; 0 if none does.
	RootList int64             `json:"rootList"`
	Event    envelope.KeyEvent `json:"event"`
	// Digest of the event once it is signed: two signatures of one event differ, and the log must have one. From is where in the log
	// it is not before.
	Digest string `json:"digest,omitempty"`
	From   int64  `json:"from,omitempty"`
}

// Owed are the events that the log does not say yet.
func (a *Authority) Owed() (out []envelope.KeyEvent, err error) {
	all, err := a.unsettled()
	if err == nil {
		all, _, err = a.due(all)
	}
	for _, u := range all {
		out = append(out, u.Event)
	}
	return out, err
}

func (a *Authority) unsettled() (all []*unsettled, err error) {
	err = a.readJSON(unsettledFile, 1<<20, &all)
	return all, err
}

// owe keeps what the log is owed.
func (a *Authority) owe(all []*unsettled) error {
	if len(all) == 0 {
		return a.remove(unsettledFile)
	}
	data, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return a.write(unsettledFile, append(data, '\n'))
}

// alsoOwe keeps what an installation that begins owes. Of one that was stopped before it was in force, what the root revoked is in this
// one's list as well, and comes with it; what it made may be in the folder by now, and stays.
func (a *Authority) alsoOwe(known int64, more []*unsettled) error {
	all, err := a.unsettled()
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(x *unsettled) bool {
		return x.RootList > known && (x.Event.Event == eventRevoked || slices.ContainsFunc(more, func(m *unsettled) bool {
			return m.Event.Event == x.Event.Event && m.Event.Serial == x.Event.Serial
		}))
	})
	return a.owe(append(all, more...))
}

// due parts what is in force from what may come into force. What neither is nor will be is in none of them.
func (a *Authority) due(all []*unsettled) (now, later []*unsettled, err error) {
	if len(all) == 0 {
		return nil, nil, nil
	}
	issuers, err := a.Issuers()
	if err != nil {
		return nil, nil, err
	}
	root, err := a.readList(RootListFile)
	if err != nil {
		return nil, nil, err
	}
	for _, u := range all {
		at := slices.IndexFunc(issuers, func(i *Issuer) bool { return i.Certificate.Serial == u.Event.Serial })
		switch {
		case u.RootList > root.Number:
			later = append(later, u)
		case u.Event.Event == eventMade && at < 0, u.Event.Event == eventRetired && (at < 0 || !issuers[at].Retired):
			// It was stopped before it was done.
		default:
			now = append(now, u)
		}
	}
	return now, later, nil
}

// settle logs what the log is owed, each once, and tells the numbers of the root's lists that it is of. What nobody is left to say
// stays owed until an authority issues again, and what is not in force until it is. It is called under Exclusive.
func (a *Authority) settle(ctx context.Context) (rootLists []int64, err error) {
	all, err := a.unsettled()
	if err != nil {
		return nil, err
	}
	now, later, err := a.due(all)
	if err != nil {
		return nil, err
	}
	for _, u := range now {
		rootLists = append(rootLists, u.RootList)
	}
	if dropped := len(all) > len(now)+len(later); dropped && len(now) == 0 {
		return nil, a.owe(later)
	}
	for ; len(now) > 0; now = now[1:] {
		err := a.settleFirst(ctx, now, later)
		if errors.Is(err, ErrNoIssuer) {
			return rootLists, nil
		}
		if err != nil {
			return rootLists, err
		}
		if err := a.owe(slices.Concat(now[1:], later)); err != nil {
			if len(now) == 1 {
				err = fmt.Errorf("%w, and %s says still that it does not; whatever changes the folder next sees to that: %w", errNoted, unsettledFile, err)
			}
			return rootLists, err
		}
	}
	return rootLists, nil
}

// settleFirst signs the first event that is owed, keeps that it did, and logs it unless the log has it.
func (a *Authority) settleFirst(ctx context.Context, now, later []*unsettled) error {
	u := now[0]
	if u.Digest == "" {
		signed, err := a.signEvent(ctx, u.Event)
		if err != nil {
			return err
		}
		from, err := a.size(ctx)
		if err != nil {
			return err
		}
		u.Digest, u.From = signed.Digest(), from
		if err := a.owe(slices.Concat(now, later)); err != nil {
			return err
		}
	}
	logged, err := a.logged(ctx, u.Digest, u.From)
	if err == nil && !logged {
		_, _, err = a.append(ctx, keyLeaf(u.Event, u.Digest))
	}
	return err
}

// logged tells whether the log has a leaf with a digest, from an entry on.
func (a *Authority) logged(ctx context.Context, digest string, from int64) (bool, error) {
	if a.keeper != nil {
		return a.keeper.Has(ctx, digest, from)
	}
	n, _ := a.log.find(digest)
	return n >= 0, nil
}

// canSettle tells whether this process has keys, and the log where it is now.
func (a *Authority) canSettle() bool {
	if a.token == nil {
		return false
	}
	place, err := MovedTo(a.dir)
	return err == nil && (place != nil) == (a.keeper != nil) && (a.log != nil || a.keeper != nil)
}

func keyLeaf(e envelope.KeyEvent, digest string) translog.Leaf {
	return translog.Leaf{Kind: translog.KeyEvent, Subject: "certificate/" + e.Serial, Digest: digest}
}
