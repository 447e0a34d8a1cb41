package embed

import (
	"context"
	"log/slog"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/isolate"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/pdk/go"
)

// Defaults of Options.
const (
	// DefaultUser is whom mini-programs run for if nothing else is said.
	DefaultUser = "local"
	// DefaultCallTimeout is how long a capability of the program may take.
	DefaultCallTimeout = 30 * time.Second
	// DefaultEventQueue is how many events may wait for Options.Events.
	DefaultEventQueue = 8192
)

// Options say what is embedded. Either Config or MiniPrograms has to be set.
type Options struct {
	// Config is the path of a superapp.yaml: plugins, policy, branding, mini-programs.
	Config string
	// MiniPrograms are folders of projects and .dgm bundles, beside those that Config names.
	MiniPrograms []string
	// Plugins is a folder whose plugins all run, with what their manifests ask for; "" is none beside those of Config.
	Plugins string
	// Data is the folder for everything that is stored: with it, what users have open in browsers comes back after the program
	// was ended, unless policy.keep_alive.restore is off. "" means Config's or, without Config, a folder that is removed by Close.
	Data string
	// Capabilities are the program's own functions that mini-programs may call.
	Capabilities []Capability
	// Events is told what happens, one event after the other, on a goroutine of its own; nil: nobody is told. It may call
	// everything but Host.Close. One that is slow holds up no mini-program: when DefaultEventQueue events wait, further ones
	// are counted (Event.Dropped).
	Events func(Event)
	// Ask puts a question to the user and returns the number of the button pressed, or -1. nil: the browser or web view that
	// shows the super-app asks; without one, what needs consent is refused unless the configuration's policy.prompts decides.
	Ask func(ctx context.Context, q Question) (button int, err error)
	// Language tells what a user reads, such as "zh-CN", for plugins that speak to users in their languages, in the questions that
	// Ask puts too. nil, or "": the browser that shows the mini-program says, or else the first of Config's ui.languages holds. It may
	// be called concurrently.
	Language func(user string) string
	// Logger takes what plugins, mini-programs and builds say; nil drops it.
	Logger *slog.Logger
	// OwnMemory says that the program calls Host.MemoryWarning when memory runs short, as a phone's system tells it. Else the
	// host watches the machine's memory, where that can be read.
	OwnMemory bool
	// Shared has every mini-program run in this process, whatever Config says: for programs that cannot start themselves once
	// more, such as libraries and apps on a phone. Without Main it is so as well, where Config does not insist.
	Shared bool
}

// Capability is what the program offers to mini-programs: the contract, and a function for each of its methods.
type Capability struct {
	// Contract is the YAML text of the program's own contract, as in `docs/guide/write-a-plugin.md`; its API names are given
	// to every mini-program.
	Contract string
	// Name, in place of Contract, is a standard capability that the program provides, such as "dougong.storage/v1". Methods
	// that are left out fail as unsupported.
	Name string
	// Methods are called concurrently, on goroutines that carry out other calls as well: one that locks its goroutine to a thread has
	// to unlock it. pdk.Func makes one of a typed function.
	Methods pdk.Methods
	// Timeout is how long a call may take; 0: DefaultCallTimeout.
	Timeout time.Duration
}

// Question is what the user is asked.
type Question struct {
	// Kind is "permission" (may this mini-program do that?) or "confirm" (a plugin's own question).
	Kind string `json:"kind"`
	App  string `json:"app"`
	User string `json:"user"`
	// Plugin is the plugin that asks, if one does.
	Plugin string `json:"plugin,omitempty"`
	Title  string `json:"title"`
	Text   string `json:"text,omitempty"`
	// Buttons are what the user may choose from; the first agrees.
	Buttons []string `json:"buttons"`
}

// Spot is a page of a mini-program's stack.
type Spot struct {
	Page  string            `json:"page"` // its path
	Query map[string]string `json:"query,omitempty"`
}

// Launch says how a mini-program is entered.
type Launch struct {
	// Page is a page with its query, "pages/detail/detail?id=7"; "" is the first one.
	Page string
	// User is whom it runs for; "" is DefaultUser, or the one that the configuration names.
	User string
	// Stack are the pages that are opened in place of Page, each anew by its query, the last one on top: App.Stack of an
	// earlier opening. A page that there is not any more is left out.
	Stack []Spot
	// Data reaches the mini-program as referrerInfo.extraData of its launch options; nil: none. It has to marshal to JSON.
	Data any
}

// Main is called first of all in the main of a program that embeds: it lets the program be started once more, to confine a
// plugin that is a process or to run a mini-program in a process of its own. In such a child it does not return. A program
// that does not call it runs mini-programs inside itself.
func Main() {
	sandbox.Main()
	isolate.Main()
}
