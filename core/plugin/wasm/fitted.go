package wasm

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/plugin/wasm/internal/brake"
)

// fit gives a module its brake, which takes as long as everything else that starting a module from the cache does. So what
// became of it is kept beside the compiled code, which must be as safe from others: by the digest of the module, and behind
// its own, since a file may have been cut off or have rotted. What cannot be kept is made again the next time.
func (r *Runtime) fit(code []byte) ([]byte, error) {
	if r.opts.CacheDir == "" {
		return brake.Fit(code)
	}
	sum := sha256.Sum256(code)
	name := filepath.Join(r.opts.CacheDir, "fitted-"+brake.Version+"-"+hex.EncodeToString(sum[:]))
	if kept, err := os.ReadFile(name); err == nil && len(kept) > sha256.Size {
		fitted := kept[sha256.Size:]
		if sum := sha256.Sum256(fitted); bytes.Equal(sum[:], kept[:sha256.Size]) {
			return fitted, nil
		}
	}
	fitted, err := brake.Fit(code)
	if err == nil {
		keep(r.opts.CacheDir, name, fitted)
	}
	return fitted, err
}

// keep writes a file whole or not at all.
func keep(dir, name string, fitted []byte) {
	f, err := os.CreateTemp(dir, "fitting-") // for its owner alone
	if err != nil {
		return
	}
	sum := sha256.Sum256(fitted)
	_, err = f.Write(append(sum[:], fitted...))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // it is of no use to anybody
	}
}
