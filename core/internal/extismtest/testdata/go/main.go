// Command extismguest is an Extism plugin written with the official Go PDK, as a vendor would: it knows nothing of the host
// that it is tested on.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/extism/go-pdk"
)

var (
	calls    int
	greeting string // as it was when the plugin was initialized
)

func init() { greeting, _ = pdk.GetConfig("greeting") }

func main() {}

//go:wasmexport echo
func echo() int32 {
	pdk.Output(pdk.Input())
	return 0
}

//go:wasmexport upper
func upper() int32 {
	var s string
	if err := pdk.InputJSON(&s); err != nil {
		pdk.SetError(err)
		return 1
	}
	if err := pdk.OutputJSON(strings.ToUpper(s)); err != nil {
		pdk.SetError(err)
		return 1
	}
	return 0
}

//go:wasmexport nothing
func nothing() {}

//go:wasmexport count
func count() int32 {
	calls++
	return answer(calls)
}

func answer(v any) int32 {
	if err := pdk.OutputJSON(v); err != nil {
		pdk.SetError(err)
		return 1
	}
	return 0
}

//go:wasmexport fail
func fail() int32 {
	pdk.SetErrorString(string(pdk.Input()))
	return 1
}

//go:wasmexport fail_softly
func failSoftly() int32 {
	pdk.SetErrorString("an error, and the function returns 0")
	return 0
}

//go:wasmexport status
func status() int32 { return 7 }

//go:wasmexport config
func config() int32 {
	var key string
	_ = pdk.InputJSON(&key)
	value, ok := pdk.GetConfig(key)
	if !ok {
		return answer(nil)
	}
	return answer(value)
}

//go:wasmexport greeting
func greetingAtStart() int32 { return answer(greeting) }

type variable struct {
	Name, Value string
}

//go:wasmexport vars_set
func varsSet() int32 {
	var v variable
	_ = pdk.InputJSON(&v)
	pdk.SetVar(v.Name, []byte(v.Value))
	return 0
}

//go:wasmexport vars_get
func varsGet() int32 {
	var v variable
	_ = pdk.InputJSON(&v)
	value := pdk.GetVar(v.Name)
	if value == nil {
		return answer(nil)
	}
	return answer(string(value))
}

//go:wasmexport vars_remove
func varsRemove() int32 {
	var v variable
	_ = pdk.InputJSON(&v)
	pdk.RemoveVar(v.Name)
	return 0
}

//go:wasmexport log
func logLines() int32 {
	pdk.Log(pdk.LogDebug, "at debug: 调试")
	pdk.Log(pdk.LogInfo, "at info")
	pdk.Log(pdk.LogWarn, "at warn")
	pdk.Log(pdk.LogError, "at error")
	fmt.Println("printed")
	return 0
}

//go:wasmexport flood
func flood() int32 {
	for i := range 50_000 {
		pdk.Log(pdk.LogInfo, fmt.Sprintf("line %d %s", i, strings.Repeat("x", 100)))
	}
	return 0
}

//go:wasmexport fetch
func fetch() int32 {
	var url string
	_ = pdk.InputJSON(&url)
	r := pdk.NewHTTPRequest(pdk.MethodPost, url).SetHeader("X-Test", "yes").SetBody([]byte("body of the request")).Send()
	return answer(map[string]any{"status": r.Status(), "headers": r.Headers(), "body": string(r.Body())})
}

//go:wasmexport spin
func spin() int32 {
	for {
		calls++
	}
}

// bomb takes memory of the kernel.
//
//go:wasmexport bomb
func bomb() int32 {
	for {
		pdk.AllocateBytes(make([]byte, 1<<20))
	}
}

// bloat takes memory of its own.
//
//go:wasmexport bloat
func bloat() int32 {
	var all [][]byte
	for {
		all = append(all, make([]byte, 1<<20))
		all[len(all)-1][0] = 1
	}
}

//go:wasmexport crash
func crash() int32 { panic("crash as asked") }

//go:wasmexport exit
func exit() int32 {
	var code int
	_ = pdk.InputJSON(&code)
	pdk.OutputString(`"gone"`)
	os.Exit(code)
	return 0
}

//go:wasmexport add
func add() int32 {
	var in []int
	if err := json.Unmarshal(pdk.Input(), &in); err != nil {
		pdk.SetError(fmt.Errorf("add wants numbers: %w", err))
		return 1
	}
	sum := 0
	for _, n := range in {
		sum += n
	}
	return answer(sum)
}
