package message

import "encoding/json"

// Asks about built-in components and players.
const (
	AskInvoke  = "invoke"  // Invoke → what the method returns
	AskAudio   = "audio"   // Audio → AudioState, as often as something happens, until AudioDo "destroy"
	AskAudioDo = "audioDo" // AudioDo → –
)

// Invoke calls a method of a built-in component: of a video, a camera.
type Invoke struct {
	Node   int             `json:"node"`
	Method string          `json:"method"`
	Args   json.RawMessage `json:"args,omitempty"`
}

// Audio makes a player. Its number is the ask's.
type Audio struct {
	// Background players go on when the mini-program is hidden.
	Background bool           `json:"background,omitempty"`
	Settings   map[string]any `json:"settings"` // as in AudioDo
}

// AudioDo tells a player what to do: "set" one or more of src, startTime, autoplay, loop, volume, playbackRate, which stand
// beside it; "play", "pause", "stop", "seek" to Position, "destroy".
type AudioDo struct {
	Player   uint64  `json:"player"`
	What     string  `json:"what"`
	Position float64 `json:"position,omitempty"`
}

// AudioState is what a player reports: that something happened, and its state then.
type AudioState struct {
	Event       string  `json:"event"` // "Canplay", "Play", "Pause", "Stop", "Ended", "TimeUpdate", "Error", "Waiting", "Seeking", "Seeked"
	CurrentTime float64 `json:"currentTime"`
	Duration    float64 `json:"duration"`
	Buffered    float64 `json:"buffered"`
	Paused      bool    `json:"paused"`
	ErrCode     int     `json:"errCode,omitempty"`
	ErrMsg      string  `json:"errMsg,omitempty"`
}
