package cli

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/plugin/process/sandbox"
	"github.com/dougong-dev/dougong/hosts/internal/phrase"
	"github.com/dougong-dev/dougong/hosts/superapp"
	"github.com/dougong-dev/dougong/hosts/web"
)

// finding is what one check of doctor found.
type finding struct {
	ok   bool
	what string
	next string // how to mend it; only if not ok
	need bool   // without it `dougong run` does not work
}

func newDoctorCommand() *cobra.Command {
	var plugins, listen string
	cmd := &cobra.Command{
		Use:     "doctor [SUPERAPP.yaml]",
		Short:   "Look whether this machine can run and build super-apps",
		Long:    "Doctor looks at the machine, and at how a super-app is protected: the one named, or the one in this folder if there is one.",
		Example: "  dougong doctor\n  dougong doctor superapp.yaml\n  dougong doctor --plugins bin/plugins",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			findings := []finding{
				checkPlatform(),
				checkCache(),
				checkPlugins(plugins),
				checkListen(listen),
				checkProgram("go", "building plugins", "https://go.dev/dl"),
				checkProgram("chromium", "browser tests", "apt-get install chromium"),
				checkProgram("npm", "mini-programs with npm packages", "apt-get install npm"),
			}
			return report(cmd.OutOrStdout(), append(append(findings, checkSandbox(sandbox.Look())...), checkTrust(args, plugins)...))
		},
	}
	cmd.Flags().StringVar(&plugins, "plugins", "", "folder of plugins, also of those that superapp.yaml gives by id alone (default: plugins beside this program)")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:7700", "address that a host would listen on")
	return cmd
}

func report(out io.Writer, findings []finding) error {
	missing := 0
	for _, f := range findings {
		mark := "ok  "
		switch {
		case !f.ok && f.need:
			mark, missing = "FAIL", missing+1
		case !f.ok:
			mark = "note"
		}
		fmt.Fprintf(out, "%s  %s\n", mark, f.what)
		if !f.ok && f.next != "" {
			fmt.Fprintf(out, "      next: %s\n", f.next)
		}
	}
	if missing > 0 {
		return &ExitError{Code: ExitFailed, Err: fmt.Errorf("doctor: %d of %d checks failed", missing, len(findings))}
	}
	return nil
}

func checkPlatform() finding {
	return finding{ok: true, need: true, what: fmt.Sprintf("%s/%s, %d processors, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())}
}

// checkCache tries the folder where compiled WebAssembly modules are kept.
func checkCache() finding {
	dir, err := os.UserCacheDir()
	if err != nil {
		return finding{what: fmt.Sprintf("no cache folder: %v", err), next: "set HOME or XDG_CACHE_HOME", need: true}
	}
	dir = filepath.Join(dir, "dougong")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return finding{what: fmt.Sprintf("cache folder: %v", err), next: "make " + dir + " writable, or set XDG_CACHE_HOME", need: true}
	}
	probe, err := os.CreateTemp(dir, "doctor-*")
	if err != nil {
		return finding{what: fmt.Sprintf("cache folder: %v", err), next: "make " + dir + " writable, or set XDG_CACHE_HOME", need: true}
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	return finding{ok: true, need: true, what: "cache folder " + dir}
}

func checkPlugins(dir string) finding {
	dir = superapp.PluginsFolder(dir)
	manifests, _ := filepath.Glob(filepath.Join(dir, "*", "plugin.yaml"))
	if len(manifests) == 0 {
		return finding{what: fmt.Sprintf("no plugins in %s: mini-programs get no capabilities", dir), next: "make plugins, or name a folder with --plugins"}
	}
	return finding{ok: true, what: phrase.Count(len(manifests), "plugin") + " in " + dir}
}

func checkListen(address string) finding {
	listener, err := net.Listen("tcp", address)
	if err != nil && ours(address) {
		return finding{what: "a Dougong host is running at " + address + ": a second one needs another address", next: "end it with ctrl-C where it was started, or: dougong run --listen 127.0.0.1:0"}
	}
	if err != nil {
		return finding{what: fmt.Sprintf("cannot listen on %s: %v", address, err), next: "choose another address: dougong run --listen 127.0.0.1:0", need: true}
	}
	_ = listener.Close()
	return finding{ok: true, need: true, what: address + " is free to listen on"}
}

// ours asks who answers at an address. It needs no login: a host says its name to everybody.
func ours(address string) bool {
	client := &http.Client{Timeout: 2 * time.Second}
	answer, err := client.Get("http://" + address + "/")
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.Header.Get("Server") == web.ServerName
}

// checkSandbox says what of the sandbox for process plugins this system can enforce.
func checkSandbox(s sandbox.Support) []finding {
	if runtime.GOOS != "linux" {
		return []finding{{what: "sandbox: this system has none for process plugins", next: "run process plugins of others on Linux, or choose WebAssembly plugins, which are confined everywhere"}}
	}
	out := []finding{
		{ok: s.Agreed, what: "sandbox: this program can confine plugins", next: "call sandbox.Main first in its main: see docs/SECURITY.md"},
		{ok: s.NoNewPrivs, what: "sandbox: no_new_privs", next: "Linux 3.5 or newer"},
		{ok: s.Landlock > 0, what: fmt.Sprintf("sandbox: landlock version %d (files from 1, TCP from 4, signals from 6, unix sockets from 9)", s.Landlock), next: "boot a kernel of 5.13 or newer with lsm=landlock,…"},
		{ok: s.Seccomp, what: "sandbox: filters of system calls (seccomp)", next: "a kernel with CONFIG_SECCOMP_FILTER, and a container that allows it"},
		{ok: s.Once, what: "sandbox: execve refused to plugins (seccomp notifications)", next: "Linux 5.5 or newer"},
		{ok: s.Network, what: "sandbox: namespaces for network, process ids and IPC", next: "allow user namespaces: sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns=0"},
	}
	if s.Network && s.User {
		out[len(out)-1].what += ", within a user namespace"
	}
	out = append(out, finding{ok: s.User, what: "sandbox: limit of a plugin's threads (without it, its memory alone bounds them)",
		next: "run the host as a user other than root, where user namespaces are allowed"})
	if !s.Essential() {
		out = append(out, finding{what: "sandbox: policy.sandbox: required would refuse process plugins here", next: "see the notes above"})
	}
	return out
}

// checkTrust says what a super-app's configuration leaves unprotected.
func checkTrust(args []string, plugins string) []finding {
	name := target(args)
	if _, err := os.Stat(name); len(args) == 0 && err != nil {
		return nil
	}
	cfg, err := superapp.Load(name, os.Environ(), plugins)
	if err != nil {
		return []finding{{what: fmt.Sprintf("super-app: %v", err), next: "mend it, or name another: dougong doctor SUPERAPP.yaml", need: true}}
	}
	return []finding{
		{ok: cfg.Trust.Bundles != config.BundlesUnsigned, what: "trust: bundles are " + cfg.Trust.Bundles, next: "take trust.bundles out of superapp.yaml once they are signed"},
		{ok: cfg.Trust.Metadata, what: fmt.Sprintf("trust: metadata is %t: %s", cfg.Trust.Metadata, map[bool]string{
			true:  "what is installed has to be offered now",
			false: "old versions, and takedown lists that are held back, go unnoticed",
		}[cfg.Trust.Metadata]), next: "with a registry, take trust.metadata out of superapp.yaml; without one, get new evidence before the revocation lists run out"},
	}
}

func checkProgram(name, purpose, install string) finding {
	path, err := exec.LookPath(name)
	if err != nil {
		return finding{what: fmt.Sprintf("no %s (needed for %s only)", name, purpose), next: install}
	}
	return finding{ok: true, what: fmt.Sprintf("%s at %s (for %s)", name, path, purpose)}
}
