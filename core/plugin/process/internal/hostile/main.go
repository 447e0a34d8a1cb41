//go:build unix

// Command hostile is a plugin that attacks its host. The tests of the process runtime start it under different names, each a
// way to misbehave before it can be called, and ask it for one attack after the other. It says what came of each: an attack
// that succeeded answers with nothing.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/process"
)

// Request is one attack.
type Request struct {
	Attack string `json:"attack"`
	Target string `json:"target"` // a path or an address
	PID    int    `json:"pid"`
}

// Answer is what came of it; an empty Refusal: it succeeded.
type Answer struct {
	Refusal string `json:"refusal"`
	PIDs    []int  `json:"pids,omitempty"`
}

func main() {
	switch filepath.Base(os.Args[0]) {
	case "silent":
		for {
			time.Sleep(time.Hour)
		}
	case "quits":
		fmt.Fprintln(os.Stderr, "the licence has expired")
		os.Exit(7)
	case "prints":
		fmt.Println("Welcome to the plugin!")
	case "floods":
		for line := strings.Repeat("x", 1000) + "\n"; ; {
			if _, err := os.Stdout.WriteString(line); err != nil {
				os.Exit(1)
			}
		}
	case "clings":
		_ = os.Unsetenv(process.LifelineKey) // the kit would watch it
		signal.Ignore(syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT)
	case "liar":
		lie()
		return
	}
	process.Main(pdk.New("com.example.hostile", "1.0.0").Provide("example.hostile/v1", pdk.Methods{
		"attack": pdk.Func(attack), "flood": pdk.Func(flood), "spin": pdk.Func(spin), "fill": pdk.Func(fill),
		"echo": func(_ *pdk.Context, in pdk.Payload) (pdk.Payload, error) { return in, nil },
	}))
}

func attack(_ *pdk.Context, in Request) (Answer, error) {
	f, ok := attacks[in.Attack]
	if !ok {
		return Answer{}, fmt.Errorf("no attack %q", in.Attack)
	}
	var out Answer
	if err := f(in, &out); err != nil {
		out.Refusal = err.Error()
	}
	return out, nil
}

// flood logs on both ways as fast as it can.
func flood(ctx *pdk.Context, in struct {
	Lines int `json:"lines"`
}) (struct{}, error) {
	for i := range in.Lines {
		fmt.Fprintln(os.Stderr, "flood", i)
		ctx.Log(pdk.LevelError, "flood", "n", i)
	}
	return struct{}{}, nil
}

var turns atomic.Int64

// spin keeps every processor busy and never returns.
func spin(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	ctx.Log(pdk.LevelInfo, "began")
	for range 8 {
		go func() {
			for n := 0; ; n++ {
				turns.Store(int64(n))
			}
		}()
	}
	select {}
}

// fill takes memory from the kernel, past the Go runtime and its limit, until there is no more.
func fill(*pdk.Context, struct{}) (Answer, error) {
	for taken := 0; ; taken += 16 << 20 {
		b, err := syscall.Mmap(-1, 0, 16<<20, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
		if err != nil {
			return Answer{Refusal: fmt.Sprintf("%v after %d MiB", err, taken>>20)}, nil
		}
		for i := 0; i < len(b); i += os.Getpagesize() {
			b[i] = 1
		}
		if taken > 4<<30 {
			return Answer{}, nil
		}
	}
}
