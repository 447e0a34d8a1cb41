package wasm

import (
	"crypto/rand"
	"io"

	"github.com/tetratelabs/wazero"
)

// portion is how much a function of WASI does between two looks at the leash. A guest can ask one call of it for the same
// 100 MiB a million times, and the brake stops the guest's own code only.
const portion = 64 << 10

// wasi is what an instance's surroundings are to it.
func (i *instance) wasi() wazero.ModuleConfig {
	return wazero.NewModuleConfig().WithName("").
		WithStdout(printer{i}).WithStderr(printer{i}).
		WithSysWalltime().WithSysNanotime().WithNanosleep(i.sleep).WithRandSource(dice{i.leash})
}

// printer is a guest's standard output. It fails once the leash is pulled.
type printer struct{ inst *instance }

func (p printer) Write(text []byte) (n int, err error) {
	for n < len(text) {
		if err := p.inst.leash.Err(); err != nil {
			return n, err
		}
		m, err := p.inst.output.Write(text[n:min(n+portion, len(text))])
		if n += m; err != nil {
			return n, err
		}
	}
	return n, nil
}

// dice is a guest's source of randomness. It fails once the leash is pulled.
type dice struct{ leash *leash }

func (d dice) Read(into []byte) (int, error) {
	if err := d.leash.Err(); err != nil {
		return 0, err
	}
	return rand.Read(into[:min(portion, len(into))])
}

var (
	_ io.Writer = printer{}
	_ io.Reader = dice{}
)
