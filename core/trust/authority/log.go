package authority

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// Log is a transparency log in a folder: one line a leaf, and the hashes in memory. One process writes it at a time.
type Log struct {
	Origin string
	dir    string
	mu     sync.Mutex
	memory translog.Memory
}

const (
	leavesFile = "leaves.jsonl"
	originFile = "origin"
)

func createLog(dir, origin string) (*Log, error) {
	if err := trust.Replace(filepath.Join(dir, originFile), []byte(origin+"\n")); err != nil {
		return nil, err
	}
	return openLog(dir)
}

func openLog(dir string) (*Log, error) {
	origin, err := os.ReadFile(filepath.Join(dir, originFile))
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	l := &Log{Origin: strings.TrimSpace(string(origin)), dir: dir}
	data, err := os.ReadFile(filepath.Join(dir, leavesFile))
	if errors.Is(err, os.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	if cut := bytes.LastIndexByte(data, '\n') + 1; cut < len(data) { // a write that a crash cut short was never answered
		if err := os.Truncate(filepath.Join(dir, leavesFile), int64(cut)); err != nil {
			return nil, fmt.Errorf("log: %w", err)
		}
		data = data[:cut]
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		leaf, err := translog.ParseLeaf(lines.Bytes())
		if err == nil {
			_, err = l.memory.Append(leaf)
		}
		if err != nil {
			return nil, fmt.Errorf("log: %s, line %d: %w", leavesFile, n, err)
		}
	}
	return l, lines.Err()
}

// Size is the number of leaves.
func (l *Log) Size() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.memory.Leaves))
}

// Append adds a leaf: on the disk first. Its time never falls.
func (l *Log) Append(leaf translog.Leaf) (int64, translog.Leaf, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.memory.Leaves); n > 0 {
		leaf.Time = max(leaf.Time, l.memory.Leaves[n-1].Time)
	}
	f, err := os.OpenFile(filepath.Join(l.dir, leavesFile), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return 0, leaf, fmt.Errorf("log: %w", err)
	}
	_, err = f.Write(append(leaf.Bytes(), '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, leaf, fmt.Errorf("log: %w", err)
	}
	n, err := l.memory.Append(leaf)
	return n, leaf, err
}

// Tree is the newest tree.
func (l *Log) Tree() (translog.Tree, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.memory.Tree()
}

// Prove shows that leaf n is in the first size leaves.
func (l *Log) Prove(size, n int64) ([]translog.Hash, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return translog.ProveLeaf(size, n, &l.memory)
}

// Extends shows that the first size leaves begin with the first old ones.
func (l *Log) Extends(size, old int64) ([]translog.Hash, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return translog.ProveConsistency(size, old, &l.memory)
}

// find gives the number of the leaf with a digest, -1 if there is none.
func (l *Log) find(digest string) (int64, translog.Leaf) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n, leaf := range l.memory.Leaves {
		if leaf.Digest == digest {
			return int64(n), leaf
		}
	}
	return -1, translog.Leaf{}
}
