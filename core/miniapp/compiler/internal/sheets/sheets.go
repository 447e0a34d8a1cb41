// Package sheets compiles style sheets of preprocessors (Sass, Less, Stylus) to CSS, by the compilers that npm has: those of
// the project, or of the user's folder of tools. They run in one Node process for a build.
//
// There is no well-kept compiler of these languages in pure Go. It must not know WXSS: what comes out is compiled further
// as if it had been written so.
package sheets

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

//go:embed sheets.cjs
var program string

// Packages are the npm packages that compile a file, by its ending.
var Packages = map[string]string{".scss": "sass", ".sass": "sass", ".less": "less", ".styl": "stylus"}

// MaxAnswer is the largest answer of the process, in bytes.
const MaxAnswer = 64 << 20

// wait is how long the process may take to end once it has nothing to read any more.
const wait = 2 * time.Second

// ErrMissing is wrapped by the error about a compiler that is not installed, or about Node.
var ErrMissing = errors.New("not installed")

// Sheet is a compiled style sheet.
type Sheet struct {
	CSS string
	// Files are those that it was made of, the sheet itself included, as absolute paths.
	Files []string
}

// Mistake is an error in a style sheet.
type Mistake struct {
	Message string `json:"message"`
	// File is an absolute path; "" is the sheet itself.
	File string `json:"file"`
	Line int    `json:"line"`
	// Column counts from 1, Line too; 0 if unknown.
	Column int `json:"column"`
}

// Error implements error.
func (m *Mistake) Error() string { return m.Message }

// Compiler compiles sheets. The process starts with the first one. It is safe for concurrent use.
type Compiler struct {
	root string
	dirs []string

	mu   sync.Mutex
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	fail error
}

// New returns a compiler for sheets below root, where absolute imports begin. Packages are looked for from each of the folders
// on upwards, then in [Tools].
func New(root string, folders ...string) *Compiler {
	return &Compiler{root: root, dirs: append(append([]string{root}, folders...), Tools())}
}

// Tools is the folder of compilers that a user has installed for all projects: npm install --prefix <it> sass.
func Tools() string {
	if dir := os.Getenv("DOUGONG_TOOLS"); dir != "" {
		return dir
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	return filepath.Join(base, "dougong", "tools")
}

type question struct {
	Package string   `json:"package"`
	File    string   `json:"file"`
	Root    string   `json:"root"`
	Dirs    []string `json:"dirs"`
}

type answer struct {
	CSS     string   `json:"css"`
	Files   []string `json:"files"`
	Missing bool     `json:"missing"`
	Mistake *Mistake `json:"mistake"`
}

// Compile compiles the sheet in a file, by its ending. The error is a *Mistake, or wraps ErrMissing, or says what is wrong
// with the process.
func (c *Compiler) Compile(ctx context.Context, file string) (*Sheet, error) {
	pkg := Packages[filepath.Ext(file)]
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.start(ctx); err != nil {
		return nil, err
	}
	a, err := c.ask(question{pkg, file, c.root, c.dirs})
	switch {
	case err != nil:
		c.fail = fmt.Errorf("the process of the compiler of style sheets ended: %w", err)
		return nil, c.fail
	case a.Missing:
		return nil, fmt.Errorf("the npm package %s is %w", pkg, ErrMissing)
	case a.Mistake != nil:
		return nil, a.Mistake
	}
	return &Sheet{a.CSS, a.Files}, nil
}

// start starts the process unless it runs.
func (c *Compiler) start(ctx context.Context) error {
	if c.cmd != nil || c.fail != nil {
		return c.fail
	}
	node, err := exec.LookPath("node")
	if err != nil {
		c.fail = fmt.Errorf("Node.js is %w", ErrMissing) //nolint:staticcheck // a name
		return c.fail
	}
	cmd := exec.CommandContext(ctx, node, "-e", program)
	cmd.Dir, cmd.WaitDelay = c.root, wait
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		c.fail = fmt.Errorf("start Node.js: %w", err)
		return c.fail
	}
	c.cmd, c.in, c.out = cmd, in, bufio.NewReader(out)
	return nil
}

func (c *Compiler) ask(q question) (*answer, error) {
	line, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	if _, err := c.in.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	text, err := readLine(c.out)
	if err != nil {
		return nil, err
	}
	a := &answer{}
	if err := json.Unmarshal(text, a); err != nil {
		return nil, fmt.Errorf("its answer %.100q: %w", text, err)
	}
	return a, nil
}

// readLine reads a line of at most MaxAnswer bytes.
func readLine(r *bufio.Reader) ([]byte, error) {
	var b strings.Builder
	for {
		part, err := r.ReadSlice('\n')
		if b.Len()+len(part) > MaxAnswer {
			return nil, fmt.Errorf("an answer of more than %d bytes", MaxAnswer)
		}
		b.Write(part)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return []byte(b.String()), err
		}
	}
}

// Close ends the process and waits for it.
func (c *Compiler) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd != nil {
		_ = c.in.Close() // that is how it is told
		_ = c.cmd.Wait() // whatever it says now, the sheets are compiled
		c.cmd = nil
	}
	if c.fail == nil {
		c.fail = errors.New("the compiler of style sheets is closed")
	}
}
