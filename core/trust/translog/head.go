package translog

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Tree is a state of the log.
type Tree struct {
	Size int64 `json:"size"`
	Root Hash  `json:"root"`
}

// Head is a state of the log that the log's keys and the witnesses named have signed.
type Head struct {
	Origin string
	Tree
	Witnesses []Cosignature // good ones, of the witnesses that were asked for
}

// Cosignature says when a witness saw the head.
type Cosignature struct {
	Witness string
	Time    int64
}

// Errors of logs.
var (
	// ErrProof says that a proof does not show what it should.
	ErrProof = errors.New("the proof does not hold")
	// ErrFork says that two heads of one log contradict each other: the log shows different people different histories.
	ErrFork = errors.New("the log was forked")
)

// CheckLeaf checks that the log holds the leaf at a number.
func (t Tree) CheckLeaf(l Leaf, n int64, proof []Hash) error {
	if n < 0 || n >= t.Size {
		return fmt.Errorf("leaf %d of a log of %d leaves: %w", n, t.Size, ErrProof)
	}
	if err := tlog.CheckRecord(toTlog(proof), t.Size, tlog.Hash(t.Root), n, tlog.Hash(l.Hash())); err != nil {
		return fmt.Errorf("leaf %d of a log of %d leaves: %w", n, t.Size, ErrProof)
	}
	return nil
}

// CheckExtends checks that the tree begins with an older one. A tree of the same size must be the same.
func (t Tree) CheckExtends(old Tree, proof []Hash) error {
	switch {
	case old.Size > t.Size:
		return fmt.Errorf("the log had %d leaves and now has %d: %w", old.Size, t.Size, ErrFork)
	case old.Size == t.Size && old.Root != t.Root:
		return fmt.Errorf("two heads with %d leaves and different roots %s and %s: %w", t.Size, old.Root, t.Root, ErrFork)
	case old.Size == t.Size, old.Size <= 0:
		return nil
	}
	if err := tlog.CheckTree(toTlog(proof), t.Size, tlog.Hash(t.Root), old.Size, tlog.Hash(old.Root)); err != nil {
		return fmt.Errorf("nothing shows that the %d leaves known are the first of these %d: %w", old.Size, t.Size, ErrFork)
	}
	return nil
}

// text is the head as it is signed: origin, size, root.
func (t Tree) text(origin string) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, t.Size, t.Root)
}

// maxSize bounds the leaves of a log. What its hashes are numbered by has room for some times as many, and does not end beyond.
const maxSize = 1 << 48

// parseText reads a head's three lines.
func parseText(text string) (origin string, t Tree, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] == "" {
		return "", Tree{}, fmt.Errorf("log head: expected three lines (origin, size, root), found %d", max(0, len(lines)-1))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || size > maxSize || strconv.FormatInt(size, 10) != lines[1] {
		return "", Tree{}, fmt.Errorf("log head, line 2: expected the number of leaves, %d at most, found %q", int64(maxSize), lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != len(t.Root) {
		return "", Tree{}, fmt.Errorf("log head, line 3: expected a root of 32 bytes in base64, found %q", lines[2])
	}
	return lines[0], Tree{Size: size, Root: Hash(root)}, nil
}
