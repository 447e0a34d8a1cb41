//go:build linux

package e2e

import (
	"fmt"
	"image/color"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/compiler"
	"github.com/dougong-dev/dougong/hosts/desktop/internal/screen"
	"github.com/dougong-dev/dougong/hosts/internal/attack"
)

// farewell is how long before the test's deadline it gives up, so that it still shows what is to be seen. Most of the time goes to the
// floods, which the host lets in slowly.
const farewell = time.Minute

// backColor is that of the button by which the container leads back from a page that left.
var backColor = color.RGBA{0x0b, 0x6b, 0xcb, 255}

const attackedSuperapp = `name: attacked
data: data-%[3]s
branding: {title: {zh: 被攻之家}}
users: {default: anna}
plugins:
  - {id: dougong.network, path: %[1]s/dougong.network, grants: {net: true}, config: {private_addresses: [127.0.0.1]}}
  - {id: dougong.storage, path: %[1]s/dougong.storage}
miniapps:
  - {path: attack.dgm, domains: {request: ["%[2]s"]}}
  - {path: framed.dgm, domains: {request: ["%[2]s"]}, csp: {frame-src: ["%[4]s"]}}
  - {path: victim.dgm, domains: {request: ["%[2]s"]}}
policy: {prompts: allow, trace: "off", private_addresses: [127.0.0.1]}
trust: {bundles: unsigned}
`

// bundle packs an H5 app of these files.
func (w *world) bundle(name string, files map[string]string) {
	w.t.Helper()
	dir := filepath.Join(w.t.TempDir(), name)
	for file, text := range files {
		file = filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	result, err := compiler.Build(w.t.Context(), compiler.Options{Dir: dir, Strict: true})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := result.WriteFile(filepath.Join(w.dir, name+".dgm")); err != nil {
		w.t.Fatal(err)
	}
}

// surrounded is a super-app of H5 apps in a network of the test's own, and everybody in it.
type surrounded struct {
	*world
	names  *names
	out    *attack.Trap
	listed *attack.Listed
	places attack.Places
	end    time.Time // when it gives up
}

func surround(t *testing.T) *surrounded {
	t.Helper()
	ownNetwork(t, "127.0.0.1")
	s := &surrounded{names: newNames(t), out: attack.NewTrap(t), listed: attack.NewListed(t)}
	deadline, ok := t.Deadline()
	if !ok {
		t.Fatal("the test has no deadline; apart gives it one")
	}
	s.end = deadline.Add(-farewell)
	s.names.control(t)
	s.places = attack.Places{Out: s.out, Listed: s.listed, Stays: true}
	s.world = newWorld(t)
	s.copies("a secret of the user's")
	return s
}

// use makes the super-app keep its data elsewhere: what was open is opened again by the next start with the same.
func (s *surrounded) use(data string) {
	s.t.Helper()
	bin, err := filepath.Abs(filepath.Join(root, "bin"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("superapp.yaml", fmt.Appendf(nil, attackedSuperapp, filepath.Join(bin, "plugins"), s.listed.URL, data, attack.Granted))
}

// TestH5Attacks: whatever a page of an H5 app tries in the desktop's window, it gets nowhere, tells no host anything, and has no
// name looked up, not even by leaving.
func TestH5Attacks(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a screen")
	}
	if os.Getenv(apartVar) == "" {
		apart(t, withNatives(t))
		return
	}
	s := surround(t)
	s.program = filepath.Join(os.Getenv(apartVar), "dougong-desktop")
	s.bundle("attack", attack.Files("h5.attack", "", attack.All(), s.places))
	s.bundle("framed", attack.Files("h5.framed", grantsFrames, attack.Framed(), s.places))
	s.bundle("victim", map[string]string{
		"manifest.json": `{"app_id": "h5.victim", "name": "Victim", "version": {"name": "1.0.0"}}`,
		"index.html":    `<!doctype html><title>Victim</title><script src="app.js"></script>`,
		"app.js":        `fetch("` + s.listed.URL + `/report", { method: "POST", body: "victim " + localStorage.getItem("next") })`,
	})
	s.use("framed")
	s.start("dougong://open?app=h5.framed")
	s.attacked(attack.Framed())
	s.stop()
	s.use("attack")
	s.start("dougong://open?app=h5.attack")
	s.attacked(attack.All())
	s.Save("desktop-h5-attacked")
	s.stop()
	s.start("dougong://open?app=h5.attack")
	s.leaves()
	s.stop()
	s.start("dougong://open?app=h5.victim")
	if said := s.report("victim "); said != "victim null" {
		t.Errorf("the other app found %q", said)
	}
	s.stop()
	s.nothingElse(nil, nil)
}

// TestH5GrantedFrame: a frame of a host that is granted is shown, and sent to no other; the page in it is told nothing of the
// user's.
func TestH5GrantedFrame(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a screen")
	}
	if os.Getenv(apartVar) == "" {
		if _, err := built(); err != nil {
			t.Fatal(err)
		}
		apart(t, root)
		return
	}
	s := surround(t)
	for _, name := range []string{"attack", "victim"} { // superapp.yaml has three
		s.bundle(name, attack.Files("h5."+name, "", nil, s.places))
	}
	sent := []attack.Attack{attack.Sent()}
	s.bundle("framed", attack.Files("h5.framed", grantsFrames, sent, s.places))
	s.use("granted")
	s.start("dougong://open?app=h5.framed")
	s.attacked(sent)
	s.Save("desktop-h5-granted")
	s.stop()
	host := strings.TrimPrefix(attack.Granted, "http://")
	s.nothingElse([]string{host}, []string{"a connection", host + "/granted", host + "/to"})
}

// grantsFrames has an app ask for frames of the granted host.
const grantsFrames = `, "csp": {"frame-src": ["` + attack.Granted + `"]}`

// nothingElse: only these names were looked up, and only these visits were paid to them.
func (s *surrounded) nothingElse(names, visits []string) {
	s.t.Helper()
	if came := s.out.Visits(); len(came) > 0 {
		s.t.Errorf("these reached a host that is not listed: %q", came)
	}
	if came := s.names.lookedUp(); !slices.Equal(came, names) {
		s.t.Errorf("these names were looked up: %q, want %q", came, names)
	}
	if came := s.names.Visits(); !slices.Equal(came, visits) {
		s.t.Errorf("these reached a name: %q, want %q", came, visits)
	}
	s.nothingSaved()
}

// report waits for what an attacker says that begins so.
func (s *surrounded) report(begin string) string {
	s.t.Helper()
	end := time.After(time.Until(s.end))
	for {
		select {
		case said := <-s.listed.Reports:
			if strings.HasPrefix(said, begin) {
				return said
			}
		case <-end:
			s.silent(begin)
		}
	}
}

// silent fails with what is to be seen.
func (s *surrounded) silent(begin string) {
	s.t.Helper()
	s.Save("desktop-h5-silent")
	s.t.Fatalf("the app does not say %q in time\nthe host said:\n%s", begin, s.log)
}

// attacked waits for an attacker to be done, and compares what came of its tries.
func (s *surrounded) attacked(tried []attack.Attack) {
	s.t.Helper()
	got, err := attack.Result(s.report("done "))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, text := range attack.Succeeded(attack.InWebKit(tried), got) {
		s.t.Error(text)
	}
	s.t.Logf("%d attacks", len(got))
}

// leaves has the app try to leave in each way there is: either nothing comes of it, or the container says so and leads back.
func (s *surrounded) leaves() {
	s.t.Helper()
	window := s.Window("h5.attack|leaving.*|all left")
	s.place(window, 500)
	stayed := map[string]bool{}
	for said := ""; said != "all left"; {
		if time.Now().After(s.end) {
			s.silent("all left")
		}
		select {
		case said = <-s.listed.Reports:
			s.t.Log(said)
			stayed[said] = true
		default:
			s.Wait("a word, or a way back", func() bool {
				at, ok := screen.Middle(s.Look(), s.area(window), backColor)
				if ok {
					s.Click(at.X, at.Y)
				}
				return ok || len(s.listed.Reports) > 0
			})
		}
	}
	for _, said := range attack.StopsInWebKit() {
		if !stayed[said] {
			s.t.Errorf("the app does not say %q: what began to leave and stopped is not there, or not seen", said)
		}
	}
}

// copies puts a text on the clipboard, as another program of the user's does.
func (w *world) copies(text string) {
	w.t.Helper()
	cmd := exec.Command("xclip", "-selection", "clipboard", "-quiet")
	cmd.Env, cmd.Stdin, cmd.Stderr = w.Env(), strings.NewReader(text), io.Discard
	w.Run(cmd)
	w.Wait("the clipboard", func() bool {
		look := exec.Command("xclip", "-selection", "clipboard", "-o")
		look.Env = w.Env()
		out, err := look.Output()
		return err == nil && string(out) == text
	})
}

// nothingSaved: nothing that a page gave to be saved is anywhere in the user's folder.
func (w *world) nothingSaved() {
	w.t.Helper()
	home := w.Env()[slices.IndexFunc(w.Env(), func(v string) bool { return strings.HasPrefix(v, "HOME=") })][len("HOME="):]
	for _, pattern := range []string{"*.exe", "*/*.exe", "x*", "Downloads/*"} {
		if found, err := filepath.Glob(filepath.Join(home, pattern)); err != nil || len(found) > 0 {
			w.t.Errorf("saved: %q %v", found, err)
		}
	}
}
