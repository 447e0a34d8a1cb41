// Package config reads superapp.yaml: which plugins a super-app is made of, which vendor provides each capability, its
// mini-programs, policy and branding.
//
//	c, err := config.Load("superapp.yaml", os.Environ())
//
// Reading is strict: an unknown key or a value of the wrong kind is an error that names file:line:column and the nearest
// known key. Environment variables named DOUGONG_… override single settings (EnvNames lists them). Validate says
// everything that is wrong at once. A Config is read-only once loaded.
//
// The package must not know what a plugin or a mini-program is beyond what a person writes about it.
package config

import (
	"path/filepath"
	"time"

	"github.com/dougong-dev/dougong/pdk/go/strict"
)

// FileName is the usual name of a super-app's configuration.
const FileName = "superapp.yaml"

// AllAPIs in a plugin's apis claims every name of its own contracts: for development.
const AllAPIs = "*"

// Defaults of what the file may leave out.
const (
	DefaultName          = "Dougong"
	DefaultData          = "data"
	DefaultListen        = "127.0.0.1:7700"
	DefaultUser          = "local"
	DefaultDomains       = DomainsListed
	DefaultPrompts       = PromptsAsk
	DefaultDebug         = DebugAllow
	DefaultTrace         = TraceBestEffort
	DefaultIsolation     = IsolationAuto
	DefaultIsolationPool = 1
	DefaultMemoryMB      = 256
	DefaultSandbox       = SandboxBestEffort
	DefaultBundles       = BundlesVerified
	DefaultMetadata      = true
	DefaultCallsPerSec   = 2000
	DefaultPromptTimeout = 2 * time.Minute
	DefaultTraceSpoolMB  = 64
	DefaultTraceHeads    = 256
	DefaultDrain         = 30 * time.Second
	DefaultGuardTimeout  = time.Second
	DefaultSample        = 1.0
	DefaultKeepOpen      = 5
	DefaultKeepHidden    = 30 * time.Minute
)

// Words of the policy.
const (
	DomainsListed = "listed" // a mini-program reaches the addresses on its lists
	DomainsAny    = "any"    // every public address: development only

	DebugAllow   = "allow" // wx.setEnableDebug opens the debug drawer
	DebugDeny    = "deny"  // it fails
	PromptsAsk   = "ask"   // the user decides, once per scope
	PromptsAllow = "allow" // every scope is granted unasked: tests and kiosks
	PromptsDeny  = "deny"  // no scope is granted unless it was before

	TraceOff        = "off"
	TraceBestEffort = "best_effort" // a lost record is counted in the trace
	TraceRequired   = "required"    // a call whose record cannot be kept is refused

	IsolationShared  = "shared"  // mini-programs run in the host's process
	IsolationProcess = "process" // each in a child process
	IsolationAuto    = "auto"    // those that are not first-party in a child process, where the system can

	SandboxBestEffort = "best_effort" // what a system cannot enforce on process plugins is said in the log
	SandboxRequired   = "required"    // a process plugin starts confined or not at all
	SandboxOff        = "off"         // process plugins may do what their user may: for debugging

	BundlesVerified = "verified" // a bundle is loaded once its evidence leads to the root of trust
	BundlesUnsigned = "unsigned" // bundles are loaded without; every start says so

	OnFailureRefuse = "refuse" // default
	OnFailureAllow  = "allow"

	TrustFirstParty = "first_party"
	TrustThirdParty = "third_party" // default
)

// Config is the content of a superapp.yaml.
type Config struct {
	// Name is the super-app's name, shown in its launcher.
	Name string `yaml:"name"`
	// Data is the folder for everything that is stored; relative to the file.
	Data string `yaml:"data"`
	// Listen is the web host's address.
	Listen string `yaml:"listen"`

	// MapTiles is the address of map tiles, with {x}, {y} and {z}; "" draws <map> on a plain grid.
	MapTiles string `yaml:"map_tiles"`

	Branding  Branding          `yaml:"branding"`
	UI        UI                `yaml:"ui" env:"-"`
	Users     Users             `yaml:"users"`
	Plugins   []Plugin          `yaml:"plugins"`
	Providers map[string]string `yaml:"providers"` // capability → plugin, where several provide it
	MiniApps  []MiniApp         `yaml:"miniapps"`
	Policy    Policy            `yaml:"policy"`
	Trust     Trust             `yaml:"trust"`
	Guards    []Guard           `yaml:"guards"`
	Observers []Observer        `yaml:"observers"`
	Metrics   Metrics           `yaml:"metrics"`
	Telemetry Telemetry         `yaml:"telemetry"`
	Admin     Admin             `yaml:"admin"`
	Registry  Registry          `yaml:"registry"`
	Update    Update            `yaml:"update"`

	// Dir is the folder of the file, which relative paths start from.
	Dir string `yaml:"-"`
	// File is the file that it was read from; "" if code made it.
	File string `yaml:"-"`

	source strict.Value
}

// Branding is what the shells show.
type Branding struct {
	Title    map[string]string `yaml:"title"`             // by language; Name if absent
	Tagline  map[string]string `yaml:"tagline"`           // below the title
	Logo     string            `yaml:"logo"`              // a file
	Font     string            `yaml:"font" env:"-"`      // a font family, before the shell's own
	FontFile string            `yaml:"font_file" env:"-"` // a WOFF2, TTF or OTF file that has Font
	Theme    Theme             `yaml:"theme"`
}

// Theme is the shells' colours, by light and by Dark.
type Theme struct {
	Primary    string  `yaml:"primary"`
	Background string  `yaml:"background"`
	Surface    string  `yaml:"surface"`
	Text       string  `yaml:"text"`
	Dark       Palette `yaml:"dark" env:"-"`
}

// Light is the theme's colours by light.
func (t Theme) Light() Palette {
	return Palette{Primary: t.Primary, Background: t.Background, Surface: t.Surface, Text: t.Text}
}

// Palette is a set of colours, written #rgb or #rrggbb; an empty one is the shell's own.
type Palette struct {
	Primary    string `yaml:"primary" json:"primary,omitempty"`
	Background string `yaml:"background" json:"background,omitempty"`
	Surface    string `yaml:"surface" json:"surface,omitempty"`
	Text       string `yaml:"text" json:"text,omitempty"`
}

// Users are the local accounts of a host that has no identity provider.
type Users struct {
	Default string   `yaml:"default"`
	Names   []string `yaml:"names"` // further ones
}

// Plugin is one plugin of the super-app.
type Plugin struct {
	ID string `yaml:"id"`
	// As is the name by which the rest of the file speaks of the plugin, where it is listed more than once: two versions
	// side by side. Everything that is kept for a plugin is kept by this name. Default: the id.
	As string `yaml:"as"`
	// Path is the plugin's folder or bundle; relative to the file.
	Path string `yaml:"path"`
	// Version, in place of Path, is a constraint such as "^1.2": `dougong compose` chooses the version.
	Version string `yaml:"version"`
	// Config is the plugin's configuration, checked against its manifest's schema. In place of any value stands
	// {$secret: name} for one of Secrets.
	Config map[string]any `yaml:"config"`
	Grants Grants         `yaml:"grants"`
	// Secrets gives the manifest's secrets: "env:NAME", "file:path" or "keyring:SERVICE/ACCOUNT".
	Secrets map[string]string `yaml:"secrets"`
	// Checksum pins the module or executable: SHA-256 in hex.
	Checksum string `yaml:"checksum"`
	// APIs claims names of the plugin's own contracts for mini-programs: "wx.acmeFace"; AllAPIs for all of them. Names of
	// standard capabilities need no claim.
	APIs []string `yaml:"apis"`
	// Trusted runs a WebAssembly plugin without termination checks.
	Trusted bool `yaml:"trusted"`
}

// Grants is what the operator allows a plugin beyond what needs no word.
type Grants struct {
	// Net lets a process plugin whose manifest says `net: all` use the network.
	Net bool `yaml:"net"`
	// Exec lets a process plugin whose manifest says `exec: true` start other programs.
	Exec bool `yaml:"exec"`
	// HTTP lists hosts of the manifest's `requires.http` that the plugin may call whatever a mini-program's own
	// allow-list says.
	HTTP []string `yaml:"http"`
	// Sensitive shows a guard the values that contracts mark as sensitive.
	Sensitive bool `yaml:"sensitive"`
}

// Name is what the rest of the file calls the plugin.
func (p *Plugin) Name() string {
	if p.As != "" {
		return p.As
	}
	return p.ID
}

// Guard is a plugin that is asked before a call is carried out.
type Guard struct {
	Plugin string `yaml:"plugin"`
	// Capabilities are those whose calls it sees.
	Capabilities []string `yaml:"capabilities"`
	// Methods narrows that down, by name; default: all.
	Methods []string `yaml:"methods"`
	// OnFailure says what becomes of a call if the guard fails, hangs or answers nonsense.
	OnFailure string        `yaml:"on_failure"`
	Timeout   time.Duration `yaml:"timeout"`
}

// Observer is a plugin that is told what became of calls.
type Observer struct {
	Plugin string `yaml:"plugin"`
	// Capabilities are those whose calls it is told of; default: all.
	Capabilities []string `yaml:"capabilities"`
}

// Metrics is where numbers about plugins and calls can be fetched in Prometheus' format.
type Metrics struct {
	Listen string `yaml:"listen"` // "" turns it off
}

// Telemetry sends a trace of every call to a collector.
type Telemetry struct {
	OTLP   string  `yaml:"otlp"`   // address of an OTLP/HTTP receiver: "http://127.0.0.1:4318"; "" turns it off
	Sample float64 `yaml:"sample"` // share of the traces that is sent
}

// Admin lets `dougong plugin top`, `swap` and `reload` speak to the running host.
type Admin struct {
	Socket string `yaml:"socket"` // a unix socket, relative to the file; "" turns it off
}

// MiniApp is one mini-program of the super-app.
type MiniApp struct {
	ID      string            `yaml:"id"`      // default: the mini-program's own
	Path    string            `yaml:"path"`    // project folder or bundle; relative to the file
	Version string            `yaml:"version"` // in place of Path: a constraint, from which `dougong compose` chooses
	Name    map[string]string `yaml:"name"`    // by language; default: the mini-program's own
	Icon    string            `yaml:"icon"`
	// Summary says in a line what it is for, by language; Publisher and Licence are shown by its "about".
	Summary   map[string]string `yaml:"summary"`
	Publisher string            `yaml:"publisher"`
	Licence   string            `yaml:"licence"`
	Domains   Domains           `yaml:"domains"`
	CSP       CSP               `yaml:"csp"` // of an H5 app
	Trust     string            `yaml:"trust"`
	// Providers are the choices of this mini-program alone: capability → plugin.
	Providers map[string]string `yaml:"providers"`
	// Isolation and MemoryMB are the policy's, for this mini-program; empty and 0: as the policy says.
	Isolation string `yaml:"isolation"`
	MemoryMB  int    `yaml:"memory_mb"`
}

// IsolationOf is how a mini-program runs: IsolationShared, IsolationProcess, or IsolationAuto for a process if the system
// can run one.
func (c *Config) IsolationOf(m MiniApp) string {
	how := m.Isolation
	if how == "" {
		how = c.Policy.Isolation
	}
	if how == IsolationAuto && m.Trust == TrustFirstParty {
		return IsolationShared
	}
	return how
}

// MemoryOf is what a mini-program in a process may use, in bytes.
func (c *Config) MemoryOf(m MiniApp) int64 {
	if m.MemoryMB > 0 {
		return int64(m.MemoryMB) << 20
	}
	return int64(c.Policy.MemoryMB) << 20
}

// Domains are a mini-program's allow-lists: "api.example.com" (https and wss), "*.example.com", with a port
// "api.example.com:8443", with a scheme "http://10.0.0.5:8080".
type Domains struct {
	Request      []string `yaml:"request"`
	UploadFile   []string `yaml:"uploadFile"`
	DownloadFile []string `yaml:"downloadFile"`
	Socket       []string `yaml:"socket"`
	// TCP and UDP list hosts with their ports: "echo.example.com:7000", "*.example.com:*", "*".
	TCP []string `yaml:"tcp"`
	UDP []string `yaml:"udp"`
	// WebView lists what <web-view> may show; "*" is everything.
	WebView []string `yaml:"webView"`
}

// CSP lists the hosts of the web that an H5 app may load from beyond its bundle, if its manifest asks for them; "*" is every
// host.
type CSP struct {
	Font  []string `yaml:"font-src"`
	Frame []string `yaml:"frame-src"`
	Image []string `yaml:"img-src"`
	Media []string `yaml:"media-src"`
}

// Policy is what the operator decides for the whole super-app.
type Policy struct {
	Domains string `yaml:"domains"`
	// PrivateAddresses lists private and loopback addresses that may be reached all the same: "127.0.0.1", "10.0.0.0/8".
	PrivateAddresses []string      `yaml:"private_addresses"`
	Prompts          string        `yaml:"prompts"`
	PromptTimeout    time.Duration `yaml:"prompt_timeout"`
	// Debug is DebugAllow, or DebugDeny where mini-programs may not open the shell's debug drawer.
	Debug          string `yaml:"debug"`
	Trace          string `yaml:"trace"`
	TraceSpoolMB   int    `yaml:"trace_spool_mb"`
	TraceHeads     int    `yaml:"trace_heads"` // a signed head every so many records
	Isolation      string `yaml:"isolation"`
	Sandbox        string `yaml:"sandbox"`          // of process plugins
	IsolationPool  int    `yaml:"isolation_pool"`   // processes kept ready for mini-programs
	MemoryMB       int    `yaml:"memory_mb"`        // of each mini-program in a process
	CallsPerSecond int    `yaml:"calls_per_second"` // per mini-program and user, and per plugin that calls for them
	// Drain is how long calls and tasks of a plugin that is replaced may go on.
	Drain time.Duration `yaml:"drain"`
	// KeepAlive bounds the mini-programs that are open but not looked at.
	KeepAlive KeepAlive `yaml:"keep_alive"`
}

// KeepAlive says which mini-programs live on while their user looks at something else.
type KeepAlive struct {
	// Open is how many a user may have open at once; beyond it the one that was used the longest ago ends.
	Open int `yaml:"open"`
	// Hidden is how long one lives on.
	Hidden time.Duration `yaml:"hidden"`
	// Restore brings what was open back after the host was killed.
	Restore bool `yaml:"restore"`
}

// Trust says which bundles (.dgp, .dgm) the host loads. A source folder is always its author's own affair.
type Trust struct {
	// Bundles is BundlesVerified, or BundlesUnsigned for a machine where bundles are tried out before anybody signs them.
	Bundles string `yaml:"bundles"`
	// Root is the root of trust: root metadata of the house, a file. Without it no bundle can be verified.
	Root string `yaml:"root"`
	// Witnesses that must have co-signed the log's head, if they are more than the root asks for.
	Witnesses int `yaml:"witnesses"`
	// Metadata wants repository metadata that shows that a bundle is offered now, before it is used for the first time. It is on
	// unless superapp.yaml says otherwise, for a house that has no registry.
	Metadata bool `yaml:"metadata"`
	// MaxOffline is how long after their expiry revocation lists are good enough to start what was started before; 0: for ever.
	MaxOffline time.Duration `yaml:"max_offline"`
}

// Default is a configuration with every default and no plugin.
func Default() *Config {
	return &Config{
		Name: DefaultName, Data: DefaultData, Listen: DefaultListen, Dir: ".",
		Users: Users{Default: DefaultUser}, UI: DefaultUI(),
		Policy: Policy{
			Domains: DefaultDomains, Prompts: DefaultPrompts, Debug: DefaultDebug, PromptTimeout: DefaultPromptTimeout, Trace: DefaultTrace,
			TraceSpoolMB: DefaultTraceSpoolMB, TraceHeads: DefaultTraceHeads, Isolation: DefaultIsolation,
			IsolationPool: DefaultIsolationPool, MemoryMB: DefaultMemoryMB,
			Sandbox: DefaultSandbox, CallsPerSecond: DefaultCallsPerSec, Drain: DefaultDrain,
			KeepAlive: KeepAlive{Open: DefaultKeepOpen, Hidden: DefaultKeepHidden, Restore: true},
		},
		Trust:     Trust{Bundles: DefaultBundles, Metadata: DefaultMetadata},
		Update:    Update{Jitter: DefaultUpdateJitter, Channel: DefaultChannel, Health: DefaultUpdateHealth},
		Telemetry: Telemetry{Sample: DefaultSample},
	}
}

// Abs makes a path of the file absolute or relative to the working directory as Dir is.
func (c *Config) Abs(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.Dir, path)
}

// DataDir is the folder for everything that is stored.
func (c *Config) DataDir() string { return c.Abs(c.Data) }

// Where is the position of a plugin's entry in the file, written file:line:column; the file's name if it has none.
func (c *Config) Where(plugin string) string {
	items := c.source.Get("plugins").Items()
	for i := range c.Plugins {
		if c.Plugins[i].Name() == plugin && i < len(items) {
			return items[i].Position().String()
		}
	}
	return c.File
}

// Plugin finds a plugin by its name; nil if it is not part of the super-app.
func (c *Config) Plugin(name string) *Plugin {
	for i := range c.Plugins {
		if c.Plugins[i].Name() == name {
			return &c.Plugins[i]
		}
	}
	return nil
}

// MiniApp finds a mini-program by its id; nil if it is not part of the super-app.
func (c *Config) MiniApp(id string) *MiniApp {
	for i := range c.MiniApps {
		if c.MiniApps[i].ID == id {
			return &c.MiniApps[i]
		}
	}
	return nil
}
