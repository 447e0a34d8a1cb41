package server

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// logKey reads the log's key of an algorithm from the data folder, or makes it at the first start. Replicas have copies of
// the same file.
func logKey(suite *gm.Suite, file string, alg gm.Algorithm) (key.Signer, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		private, err := suite.GenerateKey(alg)
		if err != nil {
			return nil, err
		}
		// O_EXCL: of two servers that start at the same time, one makes the key.
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, fmt.Errorf("log key: %w", err)
		}
		_, err = fmt.Fprintln(f, hex.EncodeToString(private.Bytes()))
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return nil, fmt.Errorf("log key: %w", err)
		}
		return key.NewSoft(suite, private), nil
	}
	if err != nil {
		return nil, fmt.Errorf("log key: %w", err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("log key %s: not hexadecimal", file)
	}
	private, err := gm.ParsePrivateKey(alg, raw)
	if err != nil {
		return nil, fmt.Errorf("log key %s: %w", file, err)
	}
	return key.NewSoft(suite, private), nil
}
