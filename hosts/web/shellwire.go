package web

import (
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/pdk/go"
)

// ToShell is a message to the shell; exactly one field is set.
type ToShell struct {
	Prompt  *ShellPrompt    `json:"prompt,omitempty"`
	Retract *Retract        `json:"retract,omitempty"` // a prompt that needs no answer any more
	Window  *SessionWindow  `json:"window,omitempty"`
	Ended   *SessionEnded   `json:"ended,omitempty"`
	Problem *SessionProblem `json:"problem,omitempty"`
	Log     *SessionLog     `json:"log,omitempty"`
	Call    *SessionCall    `json:"call,omitempty"`
	Launch  *LaunchApp      `json:"launch,omitempty"`
	Share   *SessionShare   `json:"share,omitempty"`
	Setting *OpenSetting    `json:"setting,omitempty"`
	Ask     *SessionAsk     `json:"ask,omitempty"`
	Choose  *ShellChoose    `json:"choose,omitempty"`
	Deliver *ShellDeliver   `json:"deliver,omitempty"`
	Record  *ShellRecord    `json:"record,omitempty"`
	Renewed *CloseSession   `json:"renewed,omitempty"` // a session began anew; what went wrong before is over
	Lost    *SessionLost    `json:"lost,omitempty"`
	Memory  *Memory         `json:"memory,omitempty"` // what is remembered of the user, once the shell connects and whenever it changes
	Apps    bool            `json:"apps,omitempty"`   // the launcher's content changed
}

// FromShell is a message of the shell; exactly one field is set.
type FromShell struct {
	Choice  *Choice        `json:"choice,omitempty"`
	Visible *Visible       `json:"visible,omitempty"`
	Close   *CloseSession  `json:"close,omitempty"`
	Share   *ShareSession  `json:"share,omitempty"` // the user chose to forward the page
	Setting *SettingClosed `json:"setting,omitempty"`
	Answer  *SessionAnswer `json:"answer,omitempty"`
	Emit    *EmitEvent     `json:"emit,omitempty"` // an entry of the super-app's own menu
	Home    *CloseSession  `json:"home,omitempty"` // back to the first page
	Debug   *DebugSwitch   `json:"debug,omitempty"`
	Lost    *CloseSession  `json:"lost,omitempty"` // the frame that the shell shows is the one that was lost
}

// ShellPrompt is a question for the user.
type ShellPrompt struct {
	ID string `json:"id"`
	Prompt
	AppName string `json:"appName"`
}

// Choice answers a ShellPrompt with the number of a button. Without one, or with -1, the user closed the question: a
// malformed answer never presses the first button.
type Choice struct {
	ID     string `json:"id"`
	Button *int   `json:"button,omitempty"`
}

// dismissed is the answer of a user who closed a question without choosing.
const dismissed = -1

func (c Choice) button() int {
	if c.Button == nil {
		return dismissed
	}
	return *c.Button
}

// ShellChoose has the user pick files, which the shell posts to /api/give/ID; a Choice of -1 cancels.
type ShellChoose struct {
	ID      string `json:"id"`
	App     string `json:"app"`
	AppName string `json:"appName"`
	pdk.Choose
}

// ShellDeliver hands the user the file that /api/take/ID gives; a Choice of 0 says that they have it.
type ShellDeliver struct {
	ID      string `json:"id"`
	App     string `json:"app"`
	AppName string `json:"appName"`
	Name    string `json:"name"`
	How     string `json:"how"` // a pdk.Deliver constant
	Menu    bool   `json:"menu"`
	Size    int64  `json:"size"`
}

// ShellRecord works the microphone: a Choice of 0 says that it is done, 1 that it cannot be, 2 that it
// records already. The recording is posted to
// /api/give/ID.
type ShellRecord struct {
	ID  string `json:"id"`
	App string `json:"app"`
	pdk.Record
}

// Retract takes a prompt back.
type Retract struct {
	ID string `json:"id"`
}

// SessionWindow tells the shell what surrounds its capsule.
type SessionWindow struct {
	Session string `json:"session"`
	windowState
}

type windowState struct {
	Title     string `json:"title"`
	TextStyle string `json:"textStyle"` // "black" or "white"
	Path      string `json:"path"`
	Pages     int    `json:"pages"`
	Share     bool   `json:"share"`           // the menu offers to forward the page
	Timeline  bool   `json:"timeline"`        // and to show it to everybody
	Debug     bool   `json:"debug,omitempty"` // the debug drawer is shown
}

// SessionEnded says that a mini-program is over; Error is set if it did not end by itself.
type SessionEnded struct {
	Session string         `json:"session"`
	Error   *message.Error `json:"error,omitempty"`
}

// SessionLost says that nothing of a mini-program's frame has been heard for a while, though the mini-program runs: the browser
// has ended its process, say. Back: it has come back, or another one has.
type SessionLost struct {
	Session string `json:"session"`
	Back    bool   `json:"back,omitempty"`
}

// SessionProblem is a failure in a mini-program that goes on.
type SessionProblem struct {
	Session string        `json:"session"`
	Error   message.Error `json:"error"`
}

// SessionLog is a console line of a mini-program.
type SessionLog struct {
	Session string      `json:"session"`
	Log     message.Log `json:"log"`
}

// SessionCall is a call that a mini-program made while it is debugged.
type SessionCall struct {
	Session string            `json:"session"`
	Call    message.DebugCall `json:"call"`
}

// DebugSwitch says whether the user debugs a mini-program.
type DebugSwitch struct {
	Session string `json:"session"`
	On      bool   `json:"on"`
}

// LaunchApp asks the shell to open another mini-program. With Session it is open already, and told how it is entered: all
// there is to do is to show it.
type LaunchApp struct {
	App     string         `json:"app"`
	Launch  message.Launch `json:"launch"`
	Session string         `json:"session,omitempty"`
}

// SessionAsk is what a mini-program wants of the shell. It may come again; an ask of kind unwatch ends an earlier one.
type SessionAsk struct {
	Session string      `json:"session"`
	Ask     message.Ask `json:"ask"`
}

// SessionAnswer answers a SessionAsk.
type SessionAnswer struct {
	Session string         `json:"session"`
	Answer  message.Answer `json:"answer"`
}

// SessionShare is what a page wants to share.
type SessionShare struct {
	Session string        `json:"session"`
	Share   message.Share `json:"share"`
}

// OpenSetting asks the shell to show a mini-program's permissions.
type OpenSetting struct {
	ID  string `json:"id"`
	App string `json:"app"`
}

// SettingClosed says that the user has left the permissions.
type SettingClosed struct {
	ID string `json:"id"`
}

// Visible says whether the user looks at a mini-program.
type Visible struct {
	Session string `json:"session"`
	Shown   bool   `json:"shown"`
}

// CloseSession names a session to close.
type CloseSession struct {
	Session string `json:"session"`
}

// EmitEvent has a mini-program hear an event of the super-app.
type EmitEvent struct {
	Session string `json:"session"`
	Event   string `json:"event"`
}

// ShareSession says that the page on top of a session is to be forwarded, or shown to everybody.
type ShareSession struct {
	Session  string `json:"session"`
	Timeline bool   `json:"timeline,omitempty"`
}

// Launcher is what the shell shows first.
type Launcher struct {
	Brand Brand    `json:"brand"`
	Apps  []App    `json:"apps"`
	User  string   `json:"user"`
	Users []string `json:"users"`
	// Start is what the shell opens at once if its address names nothing else.
	Start *LaunchApp `json:"start,omitempty"`
	// Memory is what the user has used, likes and has agreed to.
	Memory Memory `json:"memory"`
	// Dev shows problems over the mini-program that has them.
	Dev bool `json:"dev,omitempty"`
	// Windows has the launcher ask for a window of its own for each mini-program.
	Windows bool `json:"windows,omitempty"`
	// Restore is what was open when the host was killed.
	Restore *Restore `json:"restore,omitempty"`
}

// Restore brings back what a user had open when the host was killed.
type Restore struct {
	// Front is the mini-program that the user looked at; it is opened at once. The others come back when they are opened.
	Front string `json:"front,omitempty"`
	// Failed says that what was kept cannot be brought back, RestoreBroken, RestoreStuck or RestoreFailed.
	Failed string `json:"failed,omitempty"`
}

// Why a user's mini-programs begin anew.
const (
	RestoreBroken = "broken" // what was kept cannot be read, and was put aside
	RestoreStuck  = "stuck"  // it cannot be read, nor put aside
	RestoreFailed = "failed" // the host ended again and again while the one in front was brought back
)

// OpenRequest opens a mini-program.
type OpenRequest struct {
	App    string         `json:"app"`
	Launch message.Launch `json:"launch"`
	Phone  Phone          `json:"phone"`
}

// Opened answers an OpenRequest.
type Opened struct {
	Session string `json:"session"`
	Frame   string `json:"frame"` // path of the frame's document
	App     App    `json:"app"`
	windowState
}

// ShellTypes are values of the types that travel between host and shell, for the generator of the shell's constants.ts.
func ShellTypes() []any {
	return []any{Found{}, Memory{}, MemoryChange{}, ThemeState{}, ThemeChange{}, ToShell{}, FromShell{}, Launcher{}, OpenRequest{}, WindowRequest{}, Opened{}, Permission{},
		message.Scan{}, message.ScanResult{}, message.ChooseLocation{}, message.Place{}, message.Address{}, message.ChosenContact{}, message.KeepScreenOn{},
		message.Battery{}, message.DebugCall{}, message.Log{}, message.Brightness{}, message.Watch{}, message.Unwatch{}, message.PhoneCall{},
		message.SMS{}, message.Appointment{}}
}
