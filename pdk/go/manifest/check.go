package manifest

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Defaults of what a manifest may leave out.
const (
	DefaultInstances   = InstancesPool
	DefaultABI         = ABINative
	DefaultMemoryMB    = 128
	DefaultCallTimeout = 10 * time.Second
	DefaultConcurrency = 16
	DefaultNet         = NetNone
	DefaultReconfigure = ReconfigureRestart
)

// Bounds of what a manifest may ask for.
const (
	MaxMemoryMB    = 4096
	MinCallTimeout = time.Millisecond
	MaxCallTimeout = time.Hour
	MaxConcurrency = 1024
)

// The words of a manifest.
const (
	InstancesPool = "pool"   // as many instances as calls need
	InstancesOne  = "1"      // one instance, one call at a time
	ABINative     = "native" // dg_alloc and dg_call
	ABIExtism     = "extism" // an Extism plugin
	// What a running plugin does about another configuration.
	ReconfigureLive    = "live"
	ReconfigureRestart = "restart"

	NetNone = "none" // a process without inet sockets
	NetAll  = "all"  // a process with all of the network
)

func (m *Manifest) setDefaults() {
	if m.Instances == "" {
		m.Instances = DefaultInstances
	}
	if m.Runtime.Wasm != nil && m.Runtime.Wasm.ABI == "" {
		m.Runtime.Wasm.ABI = DefaultABI
	}
	if m.Limits.MemoryMB == 0 {
		m.Limits.MemoryMB = DefaultMemoryMB
	}
	if m.Limits.CallTimeout == 0 {
		m.Limits.CallTimeout = DefaultCallTimeout
	}
	if m.Limits.Concurrency == 0 {
		m.Limits.Concurrency = DefaultConcurrency
	}
	if m.Reconfigure == "" {
		m.Reconfigure = DefaultReconfigure
	}
	if m.Requires.Net == "" && m.Runtime.Process != nil {
		m.Requires.Net = DefaultNet
	}
}

var (
	idForm         = regexp.MustCompile(`^[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+$`)
	versionForm    = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
	capabilityForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+/v[1-9][0-9]*$`)
	platformForm   = regexp.MustCompile(`^(any|[a-z0-9]+/[a-z0-9]+)$`)
	languageForm   = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	hostForm       = regexp.MustCompile(`^(\*|(\*\.)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)(:[0-9]{1,5})?$`)
	programForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$`)
	secretForm     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,63}$`)
)

// node finds the value at a path, or the nearest one above it that is there.
func (c *checker) node(path string) *yaml.Node {
	for {
		if n, ok := c.at[path]; ok {
			return n
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
}

func (c *checker) form(path, value string, form *regexp.Regexp, what string) {
	if value == "" && c.at[path] == nil {
		c.fail(c.node(path), "%s is missing: %s", path, what)
	} else if len(value) > 128 || !form.MatchString(value) {
		c.fail(c.node(path), "%s: expected %s, found %.60q", path, what, value)
	}
}

func (c *checker) oneOf(path, value string, allowed ...string) {
	for _, a := range allowed {
		if value == a {
			return
		}
	}
	c.fail(c.node(path), "%s: expected %s, found %.60q%s", path, strings.Join(allowed, " or "), value, nearMiss(value, allowed))
}

func (c *checker) check(m *Manifest) {
	c.form("id", m.ID, idForm, "a reverse-DNS name such as com.example.locator")
	c.form("version", m.Version, versionForm, "a semantic version such as 1.0.0")
	if strings.TrimSpace(m.Publisher) == "" {
		c.fail(c.node("publisher"), "publisher is missing: the name of who ships the plugin")
	}
	c.checkSummary(m)
	c.checkProvides(m)
	c.checkRuntime(m)
	c.oneOf("instances", m.Instances, InstancesPool, InstancesOne)
	c.checkLimits(m)
	c.checkRequires(m)
	c.oneOf("reconfigure", m.Reconfigure, ReconfigureLive, ReconfigureRestart)
	c.checkConfig(m)
	if strings.ContainsAny(m.Licence, "\r\n") {
		c.fail(c.node("licence"), "licence: expected one SPDX expression such as Apache-2.0")
	}
	c.localFile("icon", m.Icon)
	c.localFile("readme", m.Readme)
	for i, step := range m.Build {
		if at := "build[" + strconv.Itoa(i) + "]"; len(step.Run) == 0 || step.Run[0] == "" {
			c.fail(c.node(at), "%s.run is missing: the program and its arguments, such as [make, plugin.wasm]", at)
		}
	}
}

func (c *checker) checkSummary(m *Manifest) {
	if len(m.Summary) == 0 {
		c.fail(c.node("summary"), "summary is missing: one sentence by language, such as {en: …, zh: …}")
	}
	for language, text := range m.Summary {
		if !languageForm.MatchString(language) {
			c.fail(c.node("summary."+language), "summary: %.60q is no language tag such as en, zh or zh-CN", language)
		}
		if strings.TrimSpace(text) == "" {
			c.fail(c.node("summary."+language), "summary.%s is empty", language)
		}
	}
}

func (c *checker) checkProvides(m *Manifest) {
	if len(m.Provides) == 0 {
		c.fail(c.node("provides"), "provides is missing: the list of capabilities, such as [dougong.payment/v1]")
	}
	seen := map[string]bool{}
	for i, p := range m.Provides {
		at := "provides[" + strconv.Itoa(i) + "]"
		c.form(at, p, capabilityForm, "a capability such as dougong.payment/v1")
		if seen[p] {
			c.fail(c.node(at), "%s: %s is listed twice", at, p)
		}
		seen[p] = true
	}
}

func (c *checker) checkRuntime(m *Manifest) {
	wasm, process := m.Runtime.Wasm != nil, len(m.Runtime.Process) > 0
	if wasm == process {
		c.fail(c.node("runtime"), "runtime: give either wasm: {module: FILE} or process: {any: FILE}, one of them")
		return
	}
	if wasm {
		if m.Runtime.Wasm.Module == "" {
			c.fail(c.node("runtime.wasm"), "runtime.wasm.module is missing: the module's file in the plugin's folder")
		}
		c.localFile("runtime.wasm.module", m.Runtime.Wasm.Module)
		c.oneOf("runtime.wasm.abi", m.Runtime.Wasm.ABI, ABINative, ABIExtism)
		if m.Runtime.Interpreter != "" {
			c.fail(c.node("runtime.interpreter"), "runtime.interpreter: a WebAssembly module has none; leave it out")
		}
		return
	}
	if m.Runtime.Interpreter != "" {
		c.form("runtime.interpreter", m.Runtime.Interpreter, programForm, "a program's name such as python3 or node, not a path")
	}
	for platform, file := range m.Runtime.Process {
		at := "runtime.process." + platform
		if !platformForm.MatchString(platform) {
			c.fail(c.node(at), "runtime.process: expected any or os/arch such as linux/amd64, found %.60q", platform)
		}
		if file == "" {
			c.fail(c.node(at), "%s: the executable's file in the plugin's folder is missing", at)
		}
		c.localFile(at, file)
	}
}

// localFile checks a path that has to stay in the plugin's folder.
func (c *checker) localFile(at, file string) {
	switch {
	case file == "":
	case strings.ContainsAny(file, "\\\x00:") || path.IsAbs(file) || path.Clean(file) != file || file == "." || file == ".." || strings.HasPrefix(file, "../"):
		c.fail(c.node(at), "%s: expected a file in the plugin's folder, with forward slashes and without .., found %.60q", at, file)
	}
}

func (c *checker) checkLimits(m *Manifest) {
	if n := m.Limits.MemoryMB; n < 1 || n > MaxMemoryMB {
		c.fail(c.node("limits.memory_mb"), "limits.memory_mb: expected 1 to %d, found %d", MaxMemoryMB, n)
	}
	if d := m.Limits.CallTimeout; d < MinCallTimeout || d > MaxCallTimeout {
		c.fail(c.node("limits.call_timeout"), "limits.call_timeout: expected %s to %s, found %s", MinCallTimeout, MaxCallTimeout, d)
	}
	if n := m.Limits.Concurrency; n < 1 || n > MaxConcurrency {
		c.fail(c.node("limits.concurrency"), "limits.concurrency: expected 1 to %d, found %d", MaxConcurrency, n)
	}
}

func (c *checker) checkRequires(m *Manifest) {
	for i, h := range m.Requires.HTTP {
		c.form("requires.http["+strconv.Itoa(i)+"]", h, hostForm, "a host such as api.example.com or *.example.com, without scheme and path")
	}
	for i, s := range m.Requires.Secrets {
		c.form("requires.secrets["+strconv.Itoa(i)+"]", s, secretForm, "a name of letters, digits, dots, dashes and underscores")
	}
	process := m.Runtime.Process != nil
	switch {
	case process:
		c.oneOf("requires.net", m.Requires.Net, NetNone, NetAll)
	case m.Requires.Net != "":
		c.fail(c.node("requires.net"), "requires.net is for processes; a WebAssembly plugin reaches the network by requires.http")
	case m.Requires.Files:
		c.fail(c.node("requires.files"), "requires.files is for processes; a WebAssembly plugin keeps its data in requires.kv")
	case m.Requires.Exec:
		c.fail(c.node("requires.exec"), "requires.exec is for processes; a WebAssembly plugin can start no program")
	}
}
