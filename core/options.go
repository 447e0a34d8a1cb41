package core

import (
	"context"
	"log/slog"
	"time"

	"github.com/dougong-dev/dougong/core/capability"
	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/core/plugin"
	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/pdk/go/contract"
)

// Store keeps what the kernel must remember: grants, wrapped keys. The host may supply it; the default is one file in
// the data folder. Implementations are safe for concurrent use, and a write is durable when it returns.
type Store interface {
	// Get returns nil if there is no such key.
	Get(bucket, key string) ([]byte, error)
	Put(bucket, key string, value []byte) error
	// Delete of what is not there is no error.
	Delete(bucket, key string) error
	// Each calls f for every key that begins with prefix, in byte order, until f returns an error.
	Each(bucket, prefix string, f func(key string, value []byte) error) error
}

// Keyring protects data keys with a key that it never gives away: a file by default, or a keychain, HSM or KMS. The
// label belongs to what is wrapped: unwrapping under another one fails.
type Keyring interface {
	Wrap(label string, key []byte) ([]byte, error)
	Unwrap(label string, wrapped []byte) ([]byte, error)
}

// Gate admits bundles before anything of them is used; core/admission has one. It gives the digest that the content must
// have (bundle.Index.Digest), or "" for a bundle that nobody vouches for and that the configuration allows all the same.
type Gate interface {
	Admit(path string) (content string, err error)
	// Dev notes that a source folder is used.
	Dev(id, folder string)
}

// DefaultSlowAfter is how long a person waits without being told for what.
const DefaultSlowAfter = time.Second

// Options are what code passes to New; the zero value is a kernel with every default and nobody to ask.
type Options struct {
	// Runtime starts plugins; nil: the runtimes of core/plugin.
	Runtime plugin.Runtime
	// Inside are plugins, by id, whose code is compiled into this program: it runs in place of that in their bundles.
	Inside map[string]*pdk.Plugin
	// Store and Keyring default to files in the data folder.
	Store   Store
	Keyring Keyring
	// Gate admits bundles of plugins; nil: the one that the configuration asks for.
	Gate Gate
	// CacheDir keeps compiled WebAssembly; by default it is in the data folder. Kernels may share one.
	CacheDir string
	// Prompter asks the user; nil: what needs consent is refused.
	Prompter permission.Prompter
	// Language tells the language that a user of a mini-program reads, such as "zh-CN", or "" if that is not known; nil: it
	// never is. Plugins that ask the user ask for it.
	Language func(app, user string) string
	// Exchange brings files from and to the user; nil: whatever needs that is refused.
	Exchange Exchange
	// LocalAddress tells the address of the user's device in its local network; nil: the host does not run on that device,
	// and mini-programs are told that it is not supported.
	LocalAddress func() (LocalAddress, error)
	// Package reads a file of a mini-program's package; nil: there is none. The error of a missing file is fs.ErrNotExist.
	Package func(app, path string) ([]byte, error)
	// Contracts are known beside the standard ones and those in the plugins' folders.
	Contracts []*contract.Contract
	// Guards may veto calls; Observers look at what became of them.
	Guards    []capability.Guard
	Observers []capability.Observer
	// Logger takes what the kernel and the plugins say; nil: slog.Default.
	Logger *slog.Logger
	// Behind, if set, has New return before the plugins run: a call waits for its own plugin only. It is told once when all
	// of them run, or why one does not, unless the kernel is closed first; the kernel is of no use then. It must not close it.
	Behind func(err error)
	// Ended is told of every plugin that ends by itself, before it is started again; nil: nobody wants to know. It is for the
	// runtimes of core/plugin, and does not block.
	Ended func(plugin.State)
	// Slow is told of work that takes long while the kernel starts: "compiling dougong.payment 2/5 …". It may be called by
	// several goroutines, one at a time; nil: nobody wants to know.
	Slow func(what string)
	// SlowAfter is when it is told; 0: DefaultSlowAfter.
	SlowAfter time.Duration
	// Getenv reads secrets given as "env:NAME"; nil: os.Getenv.
	Getenv func(string) string
	// Keychain reads secrets given as "keyring:SERVICE/ACCOUNT"; nil: keychain.Get, the system's.
	Keychain func(ctx context.Context, service, account string) (string, error)
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Names of the standard capabilities that the kernel itself relies on to serve plugins.
const (
	storageCapability    = "dougong.storage/v1"
	networkCapability    = "dougong.network/v1"
	fileCapability       = "dougong.file/v1"
	permissionCapability = "dougong.permission/v1"
	deviceCapability     = "dougong.device/v1"
)
