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

// Log is a transparency log in a folder: one line a leaf, and the hashes in memory. It is written under
// Authority.Exclusive.
type Log struct {
	Origin string
	dir    string
	mu     sync.Mutex
	memory translog.Memory
	read   int64 // bytes of the file that memory has
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
	return l, l.catchUp(false)
}

// catchUp reads what the file has more than the memory. A line that is not whole is another's write that goes on, or, if
// nobody else can be writing (alone), one that a crash cut short and that was never answered: it is taken away.
func (l *Log) catchUp(alone bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	data, err := os.ReadFile(filepath.Join(l.dir, leavesFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	whole := int64(bytes.LastIndexByte(data, '\n') + 1)
	if whole < l.read {
		return fmt.Errorf("log: %s has %d bytes, and had %d: somebody cut it", leavesFile, whole, l.read)
	}
	if alone && whole < int64(len(data)) {
		if err := os.Truncate(filepath.Join(l.dir, leavesFile), whole); err != nil {
			return fmt.Errorf("log: %w", err)
		}
	}
	lines := bufio.NewScanner(bytes.NewReader(data[l.read:whole]))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		leaf, err := translog.ParseLeaf(lines.Bytes())
		if err == nil {
			_, err = l.memory.Append(leaf)
		}
		if err != nil {
			return fmt.Errorf("log: %s, line %d: %w", leavesFile, len(l.memory.Leaves)+1, err)
		}
	}
	l.read = whole
	return lines.Err()
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
	line := append(leaf.Bytes(), '\n')
	_, err = f.Write(line)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, leaf, fmt.Errorf("log: %w", err)
	}
	l.read += int64(len(line))
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

// extends is Extends as evidence has it.
func (l *Log) extends(size, old int64) (trust.Consistency, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return trust.Prove(size, old, &l.memory)
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
