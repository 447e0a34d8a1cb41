// Package attack is what an H5 app tries against its container: one table for all engines, the page that carries it out, and the
// hosts that note who comes through.
//
//	out, listed := attack.NewTrap(t), attack.NewListed(t)
//	files := attack.Files("h5.attack", "", attack.All(), attack.Places{Out: out, Listed: listed})
//
// It is for tests alone. It must not know how a page is shown, nor who shows it.
package attack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Attack is one thing that an H5 app tries: an expression whose value, or whose failure's name, is what became of it. Want is how
// that begins if it got nowhere.
type Attack struct{ Name, Try, Want string }

// All are all attacks of a page.
func All() []Attack { return slices.Concat(attacks, escapes) }

// Framed are those that are tried where frames of a host are granted, too.
func Framed() []Attack {
	return slices.DeleteFunc(slices.Clone(escapes), func(a Attack) bool { return !strings.HasPrefix(a.Try, "framed(") })
}

// Departures are ways to leave the app by the page's own script.
func Departures() []string { return slices.Clone(departures) }

// Stops are what a page says that began to leave and stopped, after all Departures: it is still there and still seen. Else it says
// that it is hidden.
func Stops() (said []string) {
	for i := range stops {
		said = append(said, fmt.Sprintf("stays %d", len(departures)+i+1))
	}
	return said
}

// Places are what an attacker is told of the world.
type Places struct {
	Out    *Trap
	Listed *Listed
	// Stays has a page that is still there after it tried to leave say so, and go on; it also tries to have files saved, which may
	// lead it away or not. Where leaving a page ends it, that would be a race.
	Stays bool
}

// Files are the files of an attacker's app. more is further members of its manifest, with a comma before them.
func Files(id, more string, tried []Attack, p Places) map[string]string {
	var tries strings.Builder
	for _, a := range tried {
		fmt.Fprintf(&tries, "[%q, async () => %s],\n", a.Name, a.Try)
	}
	mayStay, leave := len(departures)+1, slices.Concat(departures, stops)
	if p.Stays {
		mayStay, leave = 1, append(leave, downloads...)
	}
	peer := strings.ReplaceAll(peerScript, "@STUN@", p.Out.Datagrams.LocalAddr().String())
	script := strings.NewReplacer(
		"@DEPARTURES@", "() => { "+strings.Join(leave, " },\n() => { ")+" }", "@OUT@", p.Out.URL, "@LISTED@", p.Listed.URL, "@STAY@", strconv.Itoa(mayStay), "@PEER@", peer,
		"@STUN@", p.Out.Datagrams.LocalAddr().String(),
	).Replace(escapeScript + attackScript)
	return map[string]string{
		"manifest.json": `{"app_id": "` + id + `", "name": "` + id + `", "version": {"name": "1.0.0"}` + more + `}`,
		"index.html":    strings.ReplaceAll(escapePage, "@OUT@", p.Out.URL),
		"attack.js":     strings.ReplaceAll(script, "@TRIES@", "["+tries.String()+"]"),
		"early.js":      `window.early = typeof RTCPeerConnection + " " + typeof XSLTProcessor`,
		"written.js":    writtenScript,
		"ran.js":        strings.ReplaceAll(ranScript, "@PEER@", peer),
		"page.svg":      escapeDrawing,
	}
}

// Result is what an attacker says when it is done: what came of each attack, by its name.
func Result(report string) (map[string]string, error) {
	text, ok := strings.CutPrefix(report, "done ")
	if !ok {
		return nil, fmt.Errorf("the attacker says %.200q, want what begins with \"done \"", report)
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		return nil, fmt.Errorf("the attacker says %.200q: %w", report, err)
	}
	return got, nil
}

// Succeeded lists the attacks that got somewhere, or that did not come to an end, with what came of them.
func Succeeded(tried []Attack, got map[string]string) (out []string) {
	for _, a := range tried {
		is, ok := got[a.Name]
		if !ok {
			is = "not tried"
		}
		if !ok || !strings.HasPrefix(is, a.Want) {
			out = append(out, fmt.Sprintf("%s: %q, want %q", a.Name, is, a.Want))
		}
	}
	return out
}
