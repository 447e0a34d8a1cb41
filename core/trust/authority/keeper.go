package authority

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// Keeper keeps a house's log elsewhere than in the house's folder: a registry does, in its database. There is one log in a
// house, and so one place where it is written.
type Keeper interface {
	Size(ctx context.Context) (int64, error)
	// Has tells whether a leaf with a digest is there, from an entry on.
	Has(ctx context.Context, digest string, from int64) (bool, error)
	// Append adds a leaf, whose time it may raise: times never fall.
	Append(ctx context.Context, leaf translog.Leaf) (int64, translog.Leaf, error)
}

// Place says where a log was moved to.
type Place struct {
	Data     string `json:"data,omitempty"`     // folder of a registry's data
	Database string `json:"database,omitempty"` // address of its database, if that is elsewhere
}

// ErrMoved says that a house's log is kept by a registry, so that only through that it can be written.
var ErrMoved = errors.New("the log of this house is kept by a registry")

// movedFile is in the log's folder once the log is elsewhere.
const movedFile = "moved"

// MovedTo tells where the log of the house in a folder was moved to; nil if it is still there.
func MovedTo(dir string) (*Place, error) {
	data, err := os.ReadFile(filepath.Join(dir, logDir, movedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	p := &Place{}
	if err := strict.Decode(data, 64<<10, p); err != nil {
		return nil, fmt.Errorf("authority: %s: %w", filepath.Join(logDir, movedFile), err)
	}
	return p, nil
}

// OpenKept opens a house whose log a keeper has. What needs the log's leaves (Publish, TakeDown, Head) is then the keeper's.
func OpenKept(suite *gm.Suite, dir string, token Token, now func() time.Time, keeper Keeper) (*Authority, error) {
	a := &Authority{suite: suite, dir: dir, token: token, now: now, keeper: keeper}
	return a, a.readCertificates()
}

// MoveLog notes that the log is kept elsewhere from now on. Whoever moves it has taken over its leaves.
func (a *Authority) MoveLog(to Place) error {
	data, err := json.Marshal(to)
	if err != nil {
		return err
	}
	return a.write(filepath.Join(logDir, movedFile), append(data, '\n'))
}

// LogLeaves are the leaves in a house's own folder: all there are, or those from before the log was moved.
func (a *Authority) LogLeaves() ([]translog.Leaf, error) {
	l, err := openLog(filepath.Join(a.dir, logDir))
	if err != nil {
		return nil, err
	}
	return l.memory.Leaves, nil
}

// size is the number of leaves of the house's log, wherever it is.
func (a *Authority) size(ctx context.Context) (int64, error) {
	if a.keeper != nil {
		return a.keeper.Size(ctx)
	}
	return a.log.Size(), nil
}

// append adds a leaf with the present time.
func (a *Authority) append(ctx context.Context, l translog.Leaf) (int64, translog.Leaf, error) {
	if err := a.about("append to the log"); err != nil {
		return 0, l, err
	}
	l.Time = a.now().Unix()
	if a.keeper != nil {
		return a.keeper.Append(ctx, l)
	}
	return a.log.Append(l)
}

// own fails if the log is not in the house's folder.
func (a *Authority) own(what string) error {
	if a.log == nil {
		return fmt.Errorf("%s: %w", what, ErrMoved)
	}
	return nil
}
