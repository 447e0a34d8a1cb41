package authority

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// unsettledFile is there from just before the root's next list is in force until the log says so: a list, in the order of the log.
// Whoever changes the folder next goes on where a crash, or a log that was away, has stopped it.
const unsettledFile = IssuersDir + "/unsettled.json"

// unsettled is an event that the log is owed.
type unsettled struct {
	// RootList is the number of the root's list that puts it in force.
	RootList int64             `json:"rootList"`
	Event    envelope.KeyEvent `json:"event"`
	// Digest of the event once it is signed: two signatures of one event differ, and the log must have one. From is where in the log
	// it is not before.
	Digest string `json:"digest,omitempty"`
	From   int64  `json:"from,omitempty"`
}

func (a *Authority) unsettled() (all []*unsettled, err error) {
	data, err := os.ReadFile(filepath.Join(a.dir, unsettledFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = strict.Decode(data, 1<<20, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("authority: %s: %w", unsettledFile, err)
	}
	return all, nil
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

func (a *Authority) alsoOwe(u *unsettled) error {
	all, err := a.unsettled()
	if err != nil {
		return err
	}
	// One that is not in force is of an installation that was stopped before: this one takes its place.
	all = slices.DeleteFunc(all, func(x *unsettled) bool { return x.RootList >= u.RootList })
	return a.owe(append(all, u))
}

// settle logs what the log is owed, each once, and tells the numbers of the root's lists that it is of. What nobody is left to say
// stays owed until an authority issues again. It is called under Exclusive.
func (a *Authority) settle(ctx context.Context) (rootLists []int64, err error) {
	all, err := a.unsettled()
	if len(all) == 0 || err != nil {
		return nil, err
	}
	root, err := a.readList(RootListFile)
	if err != nil {
		return nil, err
	}
	for _, u := range all {
		rootLists = append(rootLists, u.RootList)
	}
	for ; len(all) > 0; all = all[1:] {
		if root.Number >= all[0].RootList { // otherwise it never came into force; installed again, all of it is done again
			err = a.settleFirst(ctx, all)
			if errors.Is(err, ErrNoIssuer) {
				return rootLists, nil
			}
		}
		if err == nil {
			err = a.owe(all[1:])
		}
		if err != nil {
			return rootLists, err
		}
	}
	return rootLists, nil
}

// settleFirst signs the first event that is owed, keeps that it did, and logs it unless the log has it.
func (a *Authority) settleFirst(ctx context.Context, all []*unsettled) error {
	u := all[0]
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
		if err := a.owe(all); err != nil {
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
