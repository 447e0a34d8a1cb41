package client

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/translog"
)

// checkpoint is the head that a mirror's tiles belong to.
const checkpoint = "/v1/log/checkpoint"

// Extend adds to evidence the proofs that its head and those of the known sizes are of one log, from the log's tiles: whoever
// answers by files alone, a mirror, cannot make them for a caller. What a registry has proved stays as it is. What
// cannot be shown, since there is no log or one that is too small, is left out, and verification says so.
func Extend(e *trust.Evidence, known []int64, raw func(path string) ([]byte, error)) error {
	head, err := translog.Claimed(e.Head)
	if err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	var all translog.Reader
	size := int64(0)
	for _, n := range known {
		from, to := min(n, head.Size), max(n, head.Size)
		if from < 1 || from == to || proved(e, from, to, head.Size) {
			continue
		}
		if all == nil {
			text, err := raw(checkpoint)
			if missing(err) {
				return nil
			}
			if err != nil {
				return err
			}
			tree, err := translog.Claimed(string(text))
			if err != nil {
				return fmt.Errorf("%s: %w", checkpoint, err)
			}
			size = tree.Size
			all = translog.Tiles(tree, func(path string) ([]byte, error) { return raw("/v1/log/" + path) })
		}
		if to > size {
			continue
		}
		c, err := trust.Prove(to, from, all)
		if err != nil {
			return fmt.Errorf("log tiles: %w", err)
		}
		e.Consistency = append(e.Consistency, c)
	}
	return nil
}

func missing(err error) bool {
	e := (*Error)(nil)
	return errors.Is(err, fs.ErrNotExist) || errors.As(err, &e) && e.Status == http.StatusNotFound
}

func proved(e *trust.Evidence, from, to, head int64) bool {
	for _, c := range e.Consistency {
		if c.From == from && (c.To == to || c.To == 0 && to == head) {
			return true
		}
	}
	return false
}
