package message

import "encoding/json"

// Asks about movements that the client carries out by itself.
const (
	AskAnimate        = "animate"        // Animate → nothing, when it has ended; one that follows scrolling: at once
	AskClearAnimation = "clearAnimation" // ClearAnimation → nothing
)

// Animate is this.animate: nodes go through key frames, whose fields are WeChat's.
type Animate struct {
	Nodes     []int           `json:"nodes"`
	Keyframes json.RawMessage `json:"keyframes"`
	Duration  float64         `json:"duration"` // milliseconds
	// Timeline moves the nodes with the scrolling of another one instead of with time.
	Timeline *ScrollTimeline `json:"timeline,omitempty"`
}

// ScrollTimeline is what a movement follows: how far Source is scrolled, between Start and End, is time between 0 and
// TimeRange.
type ScrollTimeline struct {
	Source      int     `json:"source"`
	Orientation string  `json:"orientation,omitempty"` // "horizontal" or "vertical", the default
	Start       float64 `json:"start"`
	End         float64 `json:"end"`
	TimeRange   float64 `json:"timeRange"`
}

// ClearAnimation undoes what Animate did to nodes: the properties named, or all.
type ClearAnimation struct {
	Nodes      []int    `json:"nodes"`
	Properties []string `json:"properties,omitempty"`
}
