// Package manifest reads plugin.yaml, a plugin's own statement of what it is, what it provides and what it needs.
package manifest

import "time"

// FileName is the manifest's name in a plugin's folder.
const FileName = "plugin.yaml"

// Manifest is the content of a plugin.yaml.
type Manifest struct {
	ID        string            `yaml:"id"` // reverse DNS: "com.example.locator"
	Version   string            `yaml:"version"`
	Publisher string            `yaml:"publisher"`
	Summary   map[string]string `yaml:"summary"`  // by language
	Provides  []string          `yaml:"provides"` // capabilities: "dougong.payment/v1"
	Runtime   Runtime           `yaml:"runtime"`
	Instances string            `yaml:"instances"` // "pool" (default) or "1"
	Limits    Limits            `yaml:"limits"`
	Requires  Requires          `yaml:"requires"`
	// Config is a JSON Schema for the plugin's configuration; nil: it takes none.
	Config map[string]any `yaml:"config"`
	// Reconfigure says what a running plugin does about another configuration: "live", it takes it as it runs, or
	// "restart" (default), another instance takes over from it.
	Reconfigure string `yaml:"reconfigure"`
	Licence     string `yaml:"licence"`
	Icon        string `yaml:"icon"`
	Readme      string `yaml:"readme"`
	// Build makes what Runtime names from source. The vendor's tools run it; a host never does.
	Build []Step `yaml:"build"`
}

// Runtime says how the plugin runs; exactly one of Wasm and Process is set.
type Runtime struct {
	Wasm    *Wasm             `yaml:"wasm"`
	Process map[string]string `yaml:"process"` // "linux/amd64" → executable; "any" fits all
	// Interpreter is the program that the files of Process are scripts for, such as "python3" or "node"; "": they are
	// executables. A name, not a path: the host finds it where its system keeps programs.
	Interpreter string `yaml:"interpreter"`
}

// Step is one command of a build. It runs in the plugin's folder.
type Step struct {
	Run []string          `yaml:"run"` // program and arguments, without a shell
	Env map[string]string `yaml:"env"` // beside the caller's own
}

// Wasm is a WebAssembly plugin.
type Wasm struct {
	Module string `yaml:"module"` // file in the plugin's folder
	ABI    string `yaml:"abi"`    // "native" (default) or "extism"
}

// Limits that the plugin asks for; policy may lower them.
type Limits struct {
	MemoryMB    int           `yaml:"memory_mb"`    // default 128
	CallTimeout time.Duration `yaml:"call_timeout"` // default 10s
	Concurrency int           `yaml:"concurrency"`  // default 16
}

// Requires is what the plugin needs of the host. Nothing else is granted.
type Requires struct {
	HTTP    []string `yaml:"http"`    // hosts it calls through the host's http service
	KV      bool     `yaml:"kv"`      // the host's key-value service
	Confirm bool     `yaml:"confirm"` // asking the user
	Secrets []string `yaml:"secrets"` // names of secrets
	Keys    bool     `yaml:"keys"`    // a data key per app and user
	Files   bool     `yaml:"files"`   // a private folder (process)
	Net     string   `yaml:"net"`     // process: "none" (default) or "all"
	Exec    bool     `yaml:"exec"`    // process: starting other programs
	// LocalFiles: the files of the mini-program that it works for. UserFiles: asking the user for files and recordings, and
	// handing files to the user. Package: reading the mini-program's package.
	LocalFiles bool `yaml:"local_files"`
	UserFiles  bool `yaml:"user_files"`
	Package    bool `yaml:"package"`
}
