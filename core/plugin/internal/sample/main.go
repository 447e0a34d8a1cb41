// Command sample is the plugin that the runtimes are tested with. It is built for both from this one source, and can be
// asked to misbehave in every way that a runtime has to survive.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/serve"
)

var _ = serve.Register(pdk.New("com.example.sample", "1.2.3").
	Provide("example.sample/v1", pdk.Methods{
		"echo":     echo,
		"typed":    pdk.Func(typed),
		"fail":     pdk.Func(fail),
		"panic":    pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { panic("as asked") }),
		"crash":    pdk.Func(crash),
		"goexit":   pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { runtime.Goexit(); return struct{}{}, nil }),
		"exit":     pdk.Func(func(*pdk.Context, struct{}) (struct{}, error) { os.Exit(3); return struct{}{}, nil }),
		"loop":     pdk.Func(loop),
		"sleep":    pdk.Func(sleep),
		"babble":   pdk.Func(babble),
		"heed":     pdk.Func(heed),
		"bomb":     pdk.Func(bomb),
		"world":    pdk.Func(world),
		"print":    pdk.Func(printed),
		"log":      pdk.Func(logged),
		"kv":       pdk.Func(keyValue),
		"flood":    pdk.Func(flood),
		"http":     pdk.Func(fetch),
		"confirm":  pdk.Func(confirm),
		"secret":   pdk.Func(secret),
		"greeting": pdk.Func(func(*pdk.Context, struct{}) (string, error) { return greeting, nil }),
		"count":    pdk.Func(func(*pdk.Context, struct{}) (int, error) { return int(counter.Add(1)), nil }),
		"whoami":   pdk.Func(func(ctx *pdk.Context, _ struct{}) (pdk.Info, error) { return ctx.Info, nil }),
		"download": pdk.Func(download),
		"socket":   pdk.Func(socket), "socket.send": pdk.Func(send), "socket.close": pdk.Func(closeSocket),
		"children": pdk.Func(children),
		"huge":     pdk.Func(huge),
		"garble":   pdk.Func(garble),
	}).
	OnConfigure(configure))

func main() { serve.Main() }

var (
	greeting string
	counter  atomic.Int64
	mu       sync.Mutex
	sockets  = map[uint64]*pdk.Context{}
)

func configure(_ *pdk.Context, text []byte) error {
	var c struct{ Greeting string }
	if err := json.Unmarshal(text, &c); err != nil {
		return err
	}
	if c.Greeting == "refuse" {
		return errors.New("greeting may not be \"refuse\"")
	}
	greeting = c.Greeting
	return nil
}

func echo(_ *pdk.Context, in pdk.Payload) (pdk.Payload, error) { return in, nil }

type message struct {
	Text string   `json:"text"`
	Data pdk.Blob `json:"data"`
}

func typed(_ *pdk.Context, in message) (message, error) {
	for l, r := 0, len(in.Data)-1; l < r; l, r = l+1, r-1 {
		in.Data[l], in.Data[r] = in.Data[r], in.Data[l]
	}
	return message{Text: strings.ToUpper(in.Text), Data: in.Data}, nil
}

func fail(*pdk.Context, struct{}) (struct{}, error) {
	return struct{}{}, &pdk.Error{Code: 70001, Name: "cancel", Message: "the user 取消 it", Data: []byte(`{"x":1}`)}
}

// crash cannot be recovered: a fatal error of the Go runtime.
func crash(*pdk.Context, struct{}) (struct{}, error) {
	go func() { panic("crash as asked") }()
	time.Sleep(time.Hour)
	return struct{}{}, nil
}

func loop(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	ctx.Log(pdk.LevelInfo, "began")
	for {
		counter.Add(1)
	}
}

// babble asks the system for something all the time.
func babble(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	ctx.Log(pdk.LevelInfo, "began")
	for {
		fmt.Print(time.Now().Nanosecond(), " ")
	}
}

type duration struct {
	MS int `json:"ms"`
}

// sleep does not heed its deadline.
func sleep(ctx *pdk.Context, in duration) (struct{}, error) {
	ctx.Log(pdk.LevelInfo, "began")
	time.Sleep(time.Duration(in.MS) * time.Millisecond)
	return struct{}{}, nil
}

// heed waits for its deadline or cancellation.
func heed(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	<-ctx.Done()
	return struct{}{}, fmt.Errorf("heeded: %w", context.Cause(ctx))
}

var hoard [][]byte

func bomb(*pdk.Context, struct{}) (struct{}, error) {
	for {
		b := make([]byte, 1<<20)
		for i := range b {
			b[i] = byte(i)
		}
		hoard = append(hoard, b)
	}
}

type view struct {
	Env   []string `json:"env"`
	Args  []string `json:"args"`
	Files string   `json:"files"`
	Dir   string   `json:"dir"`
	PID   int      `json:"pid"`
}

func world(*pdk.Context, struct{}) (view, error) {
	_, err := os.ReadDir("/")
	dir, _ := os.Getwd()
	return view{os.Environ(), os.Args, fmt.Sprint(err), dir, os.Getpid()}, nil
}

func printed(_ *pdk.Context, in message) (struct{}, error) {
	fmt.Println("out:", in.Text)
	fmt.Fprintln(os.Stderr, "err:", in.Text)
	return struct{}{}, nil
}

func logged(ctx *pdk.Context, in message) (struct{}, error) {
	ctx.Log(pdk.LevelWarn, in.Text, "n", 7)
	return struct{}{}, nil
}

type keyIn struct {
	Key   string   `json:"key"`
	Value pdk.Blob `json:"value"`
}

type keyOut struct {
	Before pdk.Blob `json:"before"`
	Found  bool     `json:"found"`
	After  pdk.Blob `json:"after"`
	Keys   []string `json:"keys"`
}

func keyValue(ctx *pdk.Context, in keyIn) (out keyOut, err error) {
	if out.Before, out.Found, err = get(ctx, in.Key); err != nil {
		return out, err
	}
	if err = ctx.KV().Set(in.Key, in.Value); err != nil {
		return out, err
	}
	if out.After, _, err = get(ctx, in.Key); err != nil {
		return out, err
	}
	out.Keys, err = ctx.KV().List("")
	return out, err
}

// flood calls the host again and again until it is refused, and answers after how many calls.
func flood(ctx *pdk.Context, in struct {
	Most int `json:"most"`
}) (out struct {
	Calls   int    `json:"calls"`
	Code    int    `json:"code"`
	Refusal string `json:"refusal"`
}, _ error) {
	for out.Calls < in.Most {
		if _, _, err := ctx.KV().Get("k"); err != nil {
			out.Code, out.Refusal = pdk.Code(err), err.Error()
			return out, nil
		}
		out.Calls++
	}
	return out, nil
}

func get(ctx *pdk.Context, key string) (pdk.Blob, bool, error) {
	b, ok, err := ctx.KV().Get(key)
	return b, ok, err
}

type urlIn struct {
	URL string `json:"url"`
}

func fetch(ctx *pdk.Context, in urlIn) (message, error) {
	res, err := ctx.HTTP().Do(pdk.HTTPRequest{URL: in.URL})
	if err != nil {
		return message{}, err
	}
	return message{Text: fmt.Sprint(res.Status), Data: res.Body}, nil
}

func confirm(ctx *pdk.Context, in message) (int, error) {
	return ctx.Confirm("question", in.Text, "no", "yes")
}

func secret(ctx *pdk.Context, in message) (string, error) { return ctx.Secret(in.Text) }

type progress struct {
	Percent int      `json:"percent"`
	Chunk   pdk.Blob `json:"chunk"`
}

// download is a task that ends with its call.
func download(ctx *pdk.Context, in duration) (int, error) {
	for i := range in.MS {
		if err := ctx.Emit("progress", progress{i, pdk.Blob{byte(i)}}); err != nil {
			return i, err
		}
	}
	return in.MS, ctx.End("done", nil)
}

// socket is a task that goes on after its call.
func socket(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	mu.Lock()
	defer mu.Unlock()
	sockets[ctx.Task] = ctx
	return struct{}{}, nil
}

func send(ctx *pdk.Context, in message) (int, error) {
	mu.Lock()
	defer mu.Unlock()
	s, ok := sockets[ctx.Task]
	if !ok {
		return 0, pdk.Errorf(pdk.CodeNotFound, "notFound", "no socket %d here", ctx.Task)
	}
	return len(sockets), s.Emit("message", in)
}

func closeSocket(ctx *pdk.Context, _ struct{}) (struct{}, error) {
	mu.Lock()
	defer mu.Unlock()
	s, ok := sockets[ctx.Task]
	if !ok {
		return struct{}{}, pdk.Errorf(pdk.CodeNotFound, "notFound", "no socket %d here", ctx.Task)
	}
	delete(sockets, ctx.Task)
	if err := s.End("close", nil); err != nil {
		return struct{}{}, err
	}
	if s.Emit("message", nil) == nil {
		return struct{}{}, errors.New("an event after the final one was taken")
	}
	return struct{}{}, nil
}

func huge(_ *pdk.Context, in duration) (pdk.Blob, error) { return make(pdk.Blob, in.MS), nil }
