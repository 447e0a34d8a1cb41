package remote

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust/authority"
	"github.com/dougong-dev/dougong/core/trust/internal/strict"
	"github.com/dougong-dev/dougong/core/trust/key"
)

// Protocol is the first word of a program.
const Protocol = "dougong-token/1"

// MaxLine bounds a line: metadata of 1 MiB in base64, and the rest.
const MaxLine = 2 << 20

// What is asked for.
const (
	doGenerate = "generate"
	doFind     = "find"
	doSign     = "sign"
)

// Codes of what went wrong.
const (
	codeNoKey     = "no-key"
	codeExists    = "exists"
	codeAlgorithm = "algorithm"
)

type request struct {
	Do        string       `json:"do"`
	Label     string       `json:"label"`
	Algorithm gm.Algorithm `json:"algorithm,omitempty"`
	Message   []byte       `json:"message,omitempty"`
}

type answer struct {
	Token     string   `json:"token,omitempty"`
	Key       *key.Key `json:"key,omitempty"`
	Signature []byte   `json:"signature,omitempty"`
	Error     string   `json:"error,omitempty"`
	Code      string   `json:"code,omitempty"`
}

// kinds has the error of each code.
var kinds = map[string]error{codeNoKey: authority.ErrNoKey, codeExists: fs.ErrExist, codeAlgorithm: authority.ErrAlgorithm}

func codeOf(err error) string {
	for code, kind := range kinds {
		if errors.Is(err, kind) {
			return code
		}
	}
	return ""
}

// failure is what the other side says went wrong.
type failure struct {
	text string
	kind error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.kind }

func (a *answer) err() error {
	if a.Error == "" {
		return nil
	}
	return &failure{a.Error, kinds[a.Code]}
}

// readLine reads a line as v; io.EOF at the end of the input.
func readLine(r *bufio.Reader, v any) error {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > MaxLine:
			return fmt.Errorf("a line of more than %d bytes", MaxLine)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(bytes.TrimSpace(line)) == 0:
			return io.EOF
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
		return strict.Decode(bytes.TrimSpace(line), MaxLine, v)
	}
}

func writeLine(w io.Writer, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}
