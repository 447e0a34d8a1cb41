package process

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// openExecutable opens the plugin's executable, which has to be inside its folder, and compares its checksum. What is run
// later is this open file, so that nobody can put another in its place in between.
func openExecutable(dir, name, checksum string) (*os.File, error) {
	f, err := os.OpenInRoot(dir, filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	if err := checkExecutable(f, name, checksum); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func checkExecutable(f *os.File, name, checksum string) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("executable %s is not a file", name)
	}
	if checksum == "" {
		return nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return fmt.Errorf("read executable %s: %w", name, err)
	}
	if found := hex.EncodeToString(sum.Sum(nil)); found != checksum {
		return fmt.Errorf("executable %s has SHA-256 %s, expected %s: the file was changed after it was checked; install the plugin again", name, found, checksum)
	}
	return nil
}
