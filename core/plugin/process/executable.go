package process

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// programDirs are where interpreters are looked for: the host's PATH is the host's business, and a plugin is not to be
// run by whatever somebody has put into it.
var programDirs = []string{"/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"}

// interpreter finds the program that a manifest's runtime.interpreter names.
func interpreter(name string) (string, error) {
	if runtime.GOOS == "windows" {
		return exec.LookPath(name)
	}
	for _, dir := range programDirs {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", fmt.Errorf("its interpreter %q is not in %s; install it", name, strings.Join(programDirs, ", "))
}

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
