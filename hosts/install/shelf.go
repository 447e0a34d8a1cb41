package install

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dougong-dev/dougong/core/trust"
)

// shelf is the folder in which bundles are kept by their digests.
type shelf struct{ dir string }

// Names in the folder.
const (
	ledgerFile = "generations.json"
	lockFile   = "lock"
	bundlesDir = "bundles"
	partialDir = "partial"
)

// make makes the folders: what is in them is run by the host, so nobody else may write there.
func (s shelf) make() error {
	for _, dir := range []string{s.dir, s.path(bundlesDir), s.path(partialDir)} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("installed: %w", err)
		}
		if err := os.Chmod(dir, 0o700); err != nil {
			return fmt.Errorf("installed: %w", err)
		}
	}
	return nil
}

func (s shelf) path(name ...string) string {
	return filepath.Join(append([]string{s.dir}, name...)...)
}

// ending of a kind's bundles.
func ending(kind string) string {
	if kind == trust.KindMiniProgram {
		return ".dgm"
	}
	return ".dgp"
}

// bundle is an item's file.
func (s shelf) bundle(item Item) string {
	return s.path(bundlesDir, item.SHA256+ending(item.Kind))
}

// ledger reads generations.json; none is an empty one.
func (s shelf) ledger() (*Ledger, error) {
	name := s.path(ledgerFile)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &Ledger{Format: Format, Current: Generation{Items: []Item{}}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("installed: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxLedger+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("installed: %w", err)
	}
	l, err := ParseLedger(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w\nnext: put back a copy of it, or delete it and install again", name, err)
	}
	return l, nil
}

// change is the switch: one rename.
func (s shelf) change(l *Ledger) error {
	if err := l.check(); err != nil {
		return err
	}
	if err := trust.Replace(s.path(ledgerFile), l.Bytes()); err != nil {
		return fmt.Errorf("installed: %w", err)
	}
	return nil
}

// put moves a file and its evidence to their places. The bundle comes last: one that is there has its evidence.
func (s shelf) put(from string, item Item) error {
	to := s.bundle(item)
	if _, err := os.Stat(from + trust.EvidenceSuffix); err == nil {
		if err := os.Rename(from+trust.EvidenceSuffix, to+trust.EvidenceSuffix); err != nil {
			return err
		}
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

// syncDir makes renames in a folder last.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync() // not every system can
	return f.Close()
}

// whole tells whether an item's file is there, as it was.
func (s shelf) whole(item Item) bool {
	f, err := os.Open(s.bundle(item))
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // only read
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	return err == nil && n == item.Size && hex.EncodeToString(sum.Sum(nil)) == item.SHA256
}

// sweep deletes what neither generation names. What cannot be deleted is left for the next time.
func (s shelf) sweep(l *Ledger) {
	named := l.digests()
	for _, e := range list(s.path(bundlesDir)) {
		digest, _, _ := strings.Cut(e, ".")
		if !named[digest] {
			_ = os.Remove(s.path(bundlesDir, e)) // see above
		}
	}
	for _, e := range list(s.path(partialDir)) {
		_ = os.Remove(s.path(partialDir, e)) // see above
	}
	for _, e := range list(s.dir) {
		if strings.HasPrefix(e, "."+ledgerFile+"-") { // of a switch that was killed
			_ = os.Remove(s.path(e)) // see above
		}
	}
}

func list(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
