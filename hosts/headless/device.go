package headless

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// device is what a mini-program may find out of the device; a scenario's answers give the rest.
type device struct {
	brightness float64
	calls      []message.DebugCall // told while the mini-program is debugged
	watches    map[string][]uint64 // what reports, by source
}

func newDevice() device { return device{brightness: 1, watches: map[string][]uint64{}} }

// errCanceled is the answer of a user who closes a dialog.
var errCanceled = errors.New("cancel")

// errNoDevice is the answer where the device has no such part.
var errNoDevice = errors.New("not supported")

// sources are what a scenario can have reports of, by answers of these names.
var sources = map[string]bool{
	message.WatchNetwork: true, message.WatchAccelerometer: true, message.WatchCompass: true, message.WatchGyroscope: true,
	message.WatchMotion: true, message.WatchKeyboard: true, message.WatchCapture: true, message.WatchMemory: true,
}

// silent are the sources that every device has, even if they never report anything.
var silent = map[string]bool{message.WatchNetwork: true, message.WatchCapture: true, message.WatchMemory: true, message.WatchKeyboard: true}

// onDevice answers what the device or a dialog of it is asked; false if ask is something else.
func (a *App) onDevice(ask message.Ask) (result any, err error, known bool) {
	switch ask.Kind {
	case message.AskScan, message.AskChooseLocation, message.AskChooseAddress, message.AskChooseContact:
		result, err = a.told(ask.Kind)
	case message.AskOpenLocation, message.AskAddContact, message.AskPhoneCall, message.AskSendSMS, message.AskAddCalendar:
		if a.answers[ask.Kind] == "cancel" {
			err = errCanceled
		}
	case message.AskKeepScreenOn:
	case message.AskBattery:
		result = message.Battery{Level: 100, IsCharging: true}
		if told, given := a.answers[ask.Kind]; given {
			result = told
		}
	case message.AskGetBrightness:
		result = message.Brightness{Value: a.device.brightness}
	case message.AskSetBrightness:
		var b message.Brightness
		err = json.Unmarshal(ask.Args, &b)
		a.device.brightness = b.Value
	case message.AskSetEnableDebug:
		var to message.EnableDebug
		err = json.Unmarshal(ask.Args, &to)
		if a.answers[ask.Kind] == "cancel" {
			err = errors.New("denied by policy.debug")
		}
	case message.AskDebugCall:
		var call message.DebugCall
		if err = json.Unmarshal(ask.Args, &call); err == nil {
			a.device.calls = append(a.device.calls, call)
		}
	case message.AskWatch:
		err = a.watch(ask)
	case message.AskUnwatch:
		err = a.unwatch(ask)
	default:
		return nil, nil, false
	}
	return result, err, true
}

// told is what a scenario says that the user does in a dialog. Without an answer the user closes it.
func (a *App) told(kind string) (any, error) {
	answer, given := a.answers[kind]
	text, isText := answer.(string)
	switch {
	case !given, text == "cancel":
		return nil, errCanceled
	case isText && kind == message.AskScan:
		return message.ScanResult{Result: text, ScanType: "QR_CODE", CharSet: "UTF-8"}, nil
	}
	return answer, nil
}

// watch begins reports. What the scenario said already is the first.
func (a *App) watch(ask message.Ask) error {
	var w message.Watch
	if err := json.Unmarshal(ask.Args, &w); err != nil {
		return err
	}
	data, given := a.answers[w.Source]
	if !sources[w.Source] || !given && !silent[w.Source] {
		return errNoDevice
	}
	a.device.watches[w.Source] = append(a.device.watches[w.Source], ask.ID)
	if given {
		a.reports = append(a.reports, report{ask.ID, data}) // after the answer that says it has begun
	}
	return nil
}

func (a *App) unwatch(ask message.Ask) error {
	var u message.Unwatch
	if err := json.Unmarshal(ask.Args, &u); err != nil {
		return err
	}
	for source, ids := range a.device.watches {
		for i, id := range ids {
			if id == u.Watch {
				a.device.watches[source] = append(ids[:i:i], ids[i+1:]...)
			}
		}
	}
	return nil
}

// Calls are the calls that the mini-program told of while it was debugged.
func (a *App) Calls() []message.DebugCall {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.device.calls)
}

// MemoryWarning tells a mini-program that watches for it that memory runs short: level is 5, 10 or 15.
func (a *App) MemoryWarning(level int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, id := range a.device.watches[message.WatchMemory] {
		a.reports = append(a.reports, report{id, map[string]int{"level": level}})
	}
	a.sendReports()
}

// report is one report of a watch that has to be sent.
type report struct {
	id   uint64
	data any
}

// send posts the reports that wait. The caller holds mu.
func (a *App) sendReports() {
	for _, r := range a.reports {
		if raw, err := json.Marshal(r.data); err == nil {
			_ = a.post(message.ToActor{Answer: &message.Answer{ID: r.id, Result: raw}})
		}
	}
	a.reports = nil
}
