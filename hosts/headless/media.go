package headless

import (
	"encoding/json"
	"fmt"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// methods are what built-in components can do without a screen: nothing is seen, but nothing is wrong either.
var methods = map[string]map[string]bool{
	"video": {
		"play": true, "pause": true, "stop": true, "seek": true, "playbackRate": true, "requestFullScreen": true,
		"exitFullScreen": true, "showStatusBar": true, "hideStatusBar": true, "exitPictureInPicture": true,
		"requestBackgroundPlayback": true, "exitBackgroundPlayback": true, "sendDanmu": true,
	},
	"scroll-view": {"scrollTo": true, "scrollIntoView": true, "triggerRefresh": true, "closeRefresh": true, "set": true},
	"map": {
		"moveToLocation": true, "includePoints": true, "translateMarker": true, "moveAlong": true, "addMarkers": true, "removeMarkers": true,
		"setCenterOffset": true,
	},
	"editor": {
		"setContents": true, "clear": true, "blur": true, "format": true, "insertText": true, "insertImage": true, "insertDivider": true,
		"deleteText": true, "removeFormat": true, "undo": true, "redo": true, "scrollIntoView": true,
	},
	"page-container": {"leave": true},
	"audio":          {"play": true, "pause": true, "seek": true, "setSrc": true},
}

// invoke calls a method of a built-in component.
func (a *App) invoke(ask message.Ask) (any, error) {
	var m message.Invoke
	if err := json.Unmarshal(ask.Args, &m); err != nil {
		return nil, err
	}
	tree := a.pages[ask.Page]
	if tree == nil {
		return nil, fmt.Errorf("the page is gone")
	}
	n, ok := tree.Node(m.Node)
	if !ok {
		return nil, fmt.Errorf("the component is gone")
	}
	if !methods[n.Name][m.Method] {
		return nil, fmt.Errorf("%.40s is not supported by <%s>", m.Method, n.Name)
	}
	return nil, nil
}

// player is a player without sound: time stands still.
type player struct {
	ask   message.Ask
	state message.AudioState
}

// openPlayer makes a player. One that plays by itself says so.
func (a *App) openPlayer(ask message.Ask) error {
	var m message.Audio
	if err := json.Unmarshal(ask.Args, &m); err != nil {
		return err
	}
	p := &player{ask: ask, state: message.AudioState{Paused: true}}
	a.players[ask.ID] = p
	a.setPlayer(p, m.Settings)
	return nil
}

func (a *App) setPlayer(p *player, settings map[string]any) {
	if src, _ := settings["src"].(string); src != "" {
		a.tellPlayer(p, "Canplay")
	}
	if auto, _ := settings["autoplay"].(bool); auto {
		p.state.Paused = false
		a.tellPlayer(p, "Play")
	}
}

func (a *App) tellPlayer(p *player, event string) {
	p.state.Event = event
	a.reply(p.ask, p.state, nil)
}

// drivePlayer tells a player what to do.
func (a *App) drivePlayer(args json.RawMessage) error {
	var do message.AudioDo
	if err := json.Unmarshal(args, &do); err != nil {
		return err
	}
	p := a.players[do.Player]
	if p == nil {
		return nil
	}
	switch do.What {
	case "set":
		var settings map[string]any
		if err := json.Unmarshal(args, &settings); err != nil {
			return err
		}
		a.setPlayer(p, settings)
	case "play":
		p.state.Paused = false
		a.tellPlayer(p, "Play")
	case "pause":
		p.state.Paused = true
		a.tellPlayer(p, "Pause")
	case "stop":
		p.state.Paused, p.state.CurrentTime = true, 0
		a.tellPlayer(p, "Stop")
	case "seek":
		a.tellPlayer(p, "Seeking")
		p.state.CurrentTime = do.Position
		a.tellPlayer(p, "Seeked")
	case "destroy":
		delete(a.players, do.Player)
	}
	return nil
}
