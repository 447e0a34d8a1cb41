package compat_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/hosts/headless"
)

// answers say how the user of a group answers dialogs.
var answers = map[string]headless.Answers{
	"refused": {
		message.AskModal: "cancel", message.AskActionSheet: "cancel", headless.AnswerChoose: "cancel", message.AskScan: "cancel",
		message.AskChooseLocation: "cancel", message.AskChooseAddress: "cancel", message.AskChooseContact: "cancel", message.AskPhoneCall: "cancel",
		message.AskOpenLocation: "cancel", message.AskAddContact: "cancel", message.AskOpenMiniProgram: "cancel",
	},
	"device": {
		message.AskScan:           "https://example.com/?t=7",
		message.AskChooseLocation: map[string]any{"name": "Civic Center", "address": "1 Street", "latitude": 22.5431, "longitude": 114.0579},
		message.AskChooseAddress:  map[string]any{"userName": "Zhang San", "telNumber": "020-81167888", "cityName": "Guangzhou"},
		message.AskChooseContact:  map[string]any{"displayName": "Li Si", "phoneNumber": "13800000000", "phoneNumberList": []any{"13800000000", "010-1"}},
		message.AskBattery:        map[string]any{"level": 17, "isCharging": false},
	},
	"media":  {headless.AnswerRecord: "tune.wav"},
	"routes": {message.AskModal: "confirm"},
	"sensors": {
		message.WatchAccelerometer: map[string]any{"x": 0.1, "y": 0.2, "z": 0.9},
		message.WatchCompass:       map[string]any{"direction": 90, "accuracy": "high"},
		message.WatchGyroscope:     map[string]any{"x": 1, "y": 2, "z": 3},
		message.WatchMotion:        map[string]any{"alpha": 1, "beta": 2, "gamma": 3},
	},
}

// wishes are what a host can do to a mini-program.
var wishes = map[string]func(ctx context.Context, app *headless.App, detail json.RawMessage) error{
	"leave and come back": func(_ context.Context, app *headless.App, _ json.RawMessage) error {
		if err := app.Post(message.ToActor{Hide: true}); err != nil {
			return err
		}
		return app.Post(message.ToActor{Show: &message.Launch{Scene: 1089}})
	},
	"resize": func(_ context.Context, app *headless.App, _ json.RawMessage) error {
		return app.Post(message.ToActor{Resize: &message.Resize{Size: message.Size{Width: 700, Height: 300}}})
	},
	"theme": func(_ context.Context, app *headless.App, detail json.RawMessage) error {
		var theme string
		if err := json.Unmarshal(detail, &theme); err != nil {
			return err
		}
		return app.Post(message.ToActor{Event: &view.ClientEvent{
			Page: top(app), Type: message.PageTheme, Detail: map[string]any{"theme": theme},
		}})
	},
	"tell": func(_ context.Context, app *headless.App, detail json.RawMessage) error {
		var told struct {
			Name string          `json:"name"`
			Data json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(detail, &told); err != nil {
			return err
		}
		return app.Post(message.ToActor{Custom: &message.Custom{Event: told.Name, Data: told.Data}})
	},
	"open": func(_ context.Context, app *headless.App, detail json.RawMessage) error {
		var path string
		if err := json.Unmarshal(detail, &path); err != nil {
			return err
		}
		return app.Post(message.ToActor{Show: &message.Launch{Path: path}})
	},
	"type": func(ctx context.Context, app *headless.App, detail json.RawMessage) error {
		var text string
		if err := json.Unmarshal(detail, &text); err != nil {
			return err
		}
		return app.Fire(ctx, "#field", "", 0, "input", map[string]any{"value": text})
	},
	"back": func(_ context.Context, app *headless.App, _ json.RawMessage) error {
		return app.Post(message.ToActor{Route: &message.Route{Kind: "back"}})
	},
	"back, but stay": func(_ context.Context, app *headless.App, _ json.RawMessage) error {
		app.Answer(headless.Answers{message.AskModal: "cancel"})
		return app.Post(message.ToActor{Route: &message.Route{Kind: "back"}})
	},
	"chooses": func(_ context.Context, app *headless.App, detail json.RawMessage) error {
		var file any
		if err := json.Unmarshal(detail, &file); err != nil {
			return err
		}
		app.Answer(headless.Answers{headless.AnswerChoose: file})
		return nil
	},
	"closed": func(_ context.Context, app *headless.App, _ json.RawMessage) error {
		if !app.Exited() {
			return errors.New("the mini-program has not asked for it")
		}
		return nil
	},
	"sees":    sees,
	"bar":     bar,
	"logged":  logged,
	"capsule": func(context.Context, *headless.App, json.RawMessage) error { return nil }, // drawn in Chromium only

	// A report of a part of the device: {source: data}.
	"report": func(_ context.Context, app *headless.App, detail json.RawMessage) error {
		var reports headless.Answers
		if err := json.Unmarshal(detail, &reports); err != nil {
			return err
		}
		app.Answer(reports)
		return nil
	},
}

// top is the page that is seen.
func top(app *headless.App) int {
	pages := app.Stack().Pages
	return pages[len(pages)-1].ID
}

// sees looks at the toast that is shown.
func sees(_ context.Context, app *headless.App, detail json.RawMessage) error {
	var text string
	if err := json.Unmarshal(detail, &text); err != nil {
		return err
	}
	if got := app.Toast(); got != text {
		return fmt.Errorf("the toast is %q, want %q", got, text)
	}
	return nil
}

// bar looks at what the shell shows around the page.
func bar(_ context.Context, app *headless.App, detail json.RawMessage) error {
	pages := app.Stack().Pages
	raw, err := json.Marshal(pages[len(pages)-1])
	if err != nil {
		return err
	}
	var page struct {
		Window  map[string]any `json:"window"`
		Loading bool           `json:"loading"`
	}
	var want map[string]any
	if err := errors.Join(json.Unmarshal(raw, &page), json.Unmarshal(detail, &want)); err != nil {
		return err
	}
	shown := map[string]any{
		"title": page.Window["navigationBarTitleText"], "backgroundColor": page.Window["navigationBarBackgroundColor"],
		"frontColor": map[any]string{"white": "#ffffff", "black": "#000000"}[page.Window["navigationBarTextStyle"]],
		"loading":    page.Loading, "pageBackground": page.Window["backgroundColor"], "textStyle": page.Window["backgroundTextStyle"],
	}
	for key, v := range want {
		if shown[key] != v {
			return fmt.Errorf("%s is %v, want %v", key, shown[key], v)
		}
	}
	return nil
}

// logged looks for lines of the mini-program's log.
func logged(_ context.Context, app *headless.App, detail json.RawMessage) error {
	var want []string
	if err := json.Unmarshal(detail, &want); err != nil {
		return err
	}
	for _, line := range want {
		if !slices.ContainsFunc(app.Logs(), func(l message.Log) bool { return l.Message == line }) {
			return fmt.Errorf("the log lacks %q", line)
		}
	}
	return nil
}
