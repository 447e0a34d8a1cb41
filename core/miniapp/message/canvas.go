package message

import (
	"encoding/json"
	"slices"
)

// Asks about pixels. Drawing is recorded in the logic layer and sent in batches; whoever shows the mini-program has the
// pixels, and what a script wants to know of them it asks, waiting where WeChat's API is synchronous.
const (
	AskDraw   = "draw"   // Draw → –
	AskCanvas = "canvas" // CanvasAsk → by its Want
)

// Wants of a CanvasAsk, and what answers them.
const (
	CanvasMeasure = "measure" // Font, Text → TextMetrics
	CanvasPixels  = "pixels"  // X, Y, Width, Height → CanvasPixelData
	CanvasExport  = "export"  // the same, DestWidth, DestHeight, FileType, Quality → CanvasFile
	CanvasHit     = "hit"     // X, Y, Rule, Stroke, Path → bool
	CanvasImage   = "image"   // Target is the image's, Src its address → CanvasSize
	CanvasFrame   = "frame"   // – → milliseconds, when the next frame is drawn
)

// Draw is the arguments of AskDraw: operations on one canvas.
type Draw struct {
	// Target is the canvas: a node of the page or, below 0, an off-screen canvas that this makes if there is none.
	Target int `json:"target"`
	// Ops is a flat array of CanvasOps: a number, then as many arguments as the operation has.
	Ops json.RawMessage `json:"ops"`
}

// CanvasAsk is the arguments of AskCanvas.
type CanvasAsk struct {
	Target     int             `json:"target"`
	Want       string          `json:"want"`
	Font       string          `json:"font,omitempty"`
	Text       string          `json:"text,omitempty"`
	Src        string          `json:"src,omitempty"`
	X          float64         `json:"x,omitempty"`
	Y          float64         `json:"y,omitempty"`
	Width      float64         `json:"width,omitempty"`
	Height     float64         `json:"height,omitempty"`
	DestWidth  float64         `json:"destWidth,omitempty"`
	DestHeight float64         `json:"destHeight,omitempty"`
	FileType   string          `json:"fileType,omitempty"` // "png" or "jpg"
	Quality    float64         `json:"quality,omitempty"`
	Rule       string          `json:"rule,omitempty"` // "nonzero" or "evenodd"
	Stroke     bool            `json:"stroke,omitempty"`
	Path       json.RawMessage `json:"path,omitempty"` // the path's own operations; absent: the current path
	// Legacy says that X, Y, Width, Height and Dest… are in CSS pixels, as the old canvas counts.
	Legacy bool `json:"legacy,omitempty"`
}

// TextMetrics answers CanvasMeasure, in the canvas's units.
type TextMetrics struct {
	Width                    float64 `json:"width"`
	ActualBoundingBoxAscent  float64 `json:"actualBoundingBoxAscent"`
	ActualBoundingBoxDescent float64 `json:"actualBoundingBoxDescent"`
	ActualBoundingBoxLeft    float64 `json:"actualBoundingBoxLeft"`
	ActualBoundingBoxRight   float64 `json:"actualBoundingBoxRight"`
	FontBoundingBoxAscent    float64 `json:"fontBoundingBoxAscent"`
	FontBoundingBoxDescent   float64 `json:"fontBoundingBoxDescent"`
}

// CanvasPixelData answers CanvasPixels: RGBA, not premultiplied, base64.
type CanvasPixelData struct {
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Data   string `json:"data"`
}

// CanvasFile answers CanvasExport: an encoded picture, base64.
type CanvasFile struct {
	Type string `json:"type"` // "image/png" or "image/jpeg"
	Data string `json:"data"`
}

// CanvasSize answers CanvasImage.
type CanvasSize struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

// MaxCanvasSide and MaxCanvasArea bound a canvas's bitmap, in pixels.
const (
	MaxCanvasSide = 8192
	MaxCanvasArea = 16 << 20
)

// CanvasOp is one drawing operation. Args has a letter for each argument: n a number, s a string, a an array, v a style: a
// string, or an array that begins with "linear", "radial", "conic" or "pattern".
type CanvasOp struct{ Name, Args string }

// CanvasOps lists the drawing operations; an operation's number is its place. They mean what the methods and properties of
// CanvasRenderingContext2D of the same name mean, except:
//
//	size w h              makes the bitmap w×h pixels, blank, and the state that of a new context
//	legacy keep           begins a draw() of the old canvas: the bitmap has the size of the element's box in device pixels,
//	                      units are CSS pixels; blank unless keep is 1; the state is that of a new context
//	fillPath path rule    and strokePath, clipPath: path is an array of operations
//	drawImage src box     src is the number of an image or canvas; box has 2, 4 or 8 numbers
//	putImageData data width height x y dirtyX dirtyY dirtyWidth dirtyHeight, where data is RGBA in base64
//	svgPath d             adds the path of an SVG d attribute
//
// A style array is ["linear", x0, y0, x1, y1, [offset, colour …]], ["radial", x0, y0, r0, x1, y1, r1, […]],
// ["conic", angle, x, y, […]] or ["pattern", source, repetition].
var CanvasOps = []CanvasOp{
	{"size", "nn"}, {"legacy", "n"}, {"save", ""}, {"restore", ""},
	{"scale", "nn"}, {"rotate", "n"}, {"translate", "nn"}, {"transform", "nnnnnn"}, {"setTransform", "nnnnnn"},
	{"beginPath", ""}, {"closePath", ""}, {"moveTo", "nn"}, {"lineTo", "nn"}, {"quadraticCurveTo", "nnnn"},
	{"bezierCurveTo", "nnnnnn"}, {"arc", "nnnnnn"}, {"arcTo", "nnnnn"}, {"rect", "nnnn"}, {"ellipse", "nnnnnnnn"},
	{"roundRect", "nnnna"}, {"svgPath", "s"},
	{"fill", "s"}, {"stroke", ""}, {"clip", "s"}, {"fillPath", "as"}, {"strokePath", "a"}, {"clipPath", "as"},
	{"fillRect", "nnnn"}, {"strokeRect", "nnnn"}, {"clearRect", "nnnn"}, {"fillText", "snnn"}, {"strokeText", "snnn"},
	{"fillStyle", "v"}, {"strokeStyle", "v"}, {"lineWidth", "n"}, {"lineCap", "s"}, {"lineJoin", "s"}, {"miterLimit", "n"},
	{"lineDash", "a"}, {"lineDashOffset", "n"}, {"globalAlpha", "n"}, {"globalCompositeOperation", "s"}, {"font", "s"},
	{"textAlign", "s"}, {"textBaseline", "s"}, {"direction", "s"}, {"shadowOffsetX", "n"}, {"shadowOffsetY", "n"},
	{"shadowBlur", "n"}, {"shadowColor", "s"}, {"imageSmoothingEnabled", "n"}, {"filter", "s"},
	{"drawImage", "na"}, {"putImageData", "snnnnnnnn"},
}

// CanvasOpNumber is the number of an operation; -1 if there is none of this name.
func CanvasOpNumber(name string) int {
	return slices.IndexFunc(CanvasOps, func(op CanvasOp) bool { return op.Name == name })
}
