package authority

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
)

// headsFile has the sizes of the heads that evidence went out with. Hosts that have seen one of those want to be shown that
// the next one extends it, and an offline file is all that they get.
const headsFile = "heads.json"

// maxHeads is how many of the newest evidence proves that it extends.
const maxHeads = 256

// extend adds to evidence the proofs that its head extends those that went out before.
func (a *Authority) extend(e *trust.Evidence, size int64) error {
	sizes, err := a.heads()
	if err != nil {
		return err
	}
	e.Consistency = nil
	for _, old := range sizes {
		if old >= size || old < 1 {
			continue
		}
		c, err := a.log.extends(size, old)
		if err != nil {
			return err
		}
		e.Consistency = append(e.Consistency, c)
	}
	if slices.Contains(sizes, size) {
		return nil
	}
	sizes = append(sizes, size)
	data, err := json.Marshal(sizes[max(0, len(sizes)-maxHeads):])
	if err != nil {
		return err
	}
	return a.write(headsFile, data)
}

func (a *Authority) heads() ([]int64, error) {
	data, err := os.ReadFile(filepath.Join(a.dir, headsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	var sizes []int64
	if err := strict.Decode(data, 1<<16, &sizes); err != nil {
		return nil, fmt.Errorf("authority: %s: %w", headsFile, err)
	}
	return sizes, nil
}
