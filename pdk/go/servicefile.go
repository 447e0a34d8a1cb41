package pdk

// FileRead asks for a piece of a file of the mini-program and user that the call is for.
type FileRead struct {
	Path     string `json:"filePath"` // "wxfile://tmp/…", "wxfile://usr/…", "wxfile://store/…", or a path in the package
	Position int64  `json:"position,omitempty"`
	Length   int64  `json:"length,omitempty"` // at most so many bytes; 0: all that fit an answer
}

// FileContent answers FileRead.
type FileContent struct {
	Data        Blob   `json:"data"`
	Size        int64  `json:"size"` // of the whole file
	ContentType string `json:"contentType,omitempty"`
}

// FileWrite keeps a file for the mini-program and user, whole or piece by piece.
type FileWrite struct {
	Data      Blob   `json:"data"`
	Path      string `json:"filePath,omitempty"`  // where; "": a new temporary file
	Append    bool   `json:"append,omitempty"`    // add to the file at Path
	Extension string `json:"extension,omitempty"` // of a new temporary file: ".png"
}

// FileWritten answers FileWrite.
type FileWritten struct {
	Path string `json:"filePath"`
	Size int64  `json:"size"`
}

// PackageRead asks for a file of the mini-program's package.
type PackageRead struct {
	Path string `json:"path"`
}

// PackageFile answers PackageRead.
type PackageFile struct {
	Data Blob `json:"data"`
}

// Choose lets the user pick files of their own, in a dialog that the host draws.
type Choose struct {
	Count  int      `json:"count"`            // at most so many
	Accept []string `json:"accept,omitempty"` // "image", "video", "audio", endings such as ".pdf"; none: any file
	// Source is "album", "camera" or "message", where the user is led to first; "": the user's choice.
	Source string `json:"source,omitempty"`
	// Front wants the camera that shows the user.
	Front bool `json:"front,omitempty"`
}

// Chosen answers Choose. No file means that the user canceled.
type Chosen struct {
	Files []ChosenFile `json:"files"`
}

// ChosenFile is one file that the user picked; it is a temporary file of the mini-program and user now.
type ChosenFile struct {
	Path string `json:"filePath"`
	Name string `json:"name"`
	Type string `json:"type"` // media type, as the host believes; may be empty
	Size int64  `json:"size"`
	Time int64  `json:"time,omitempty"` // of its last change, seconds since the epoch
	// Thumb is a picture of a video, where the host can see into it: a temporary file like the video itself.
	Thumb string `json:"thumbPath,omitempty"`
}

// Ways to hand a file to the user.
const (
	DeliverAlbum = "album" // among the user's pictures, or what the host has in their place
	DeliverSave  = "save"  // to a place that the user chooses
	DeliverOpen  = "open"  // shown to the user
)

// Deliver hands a file of the mini-program and user to the user.
type Deliver struct {
	Path string `json:"filePath"`
	Name string `json:"name"` // as the user sees it
	How  string `json:"how"`  // a Deliver constant
	// Menu offers to pass a file on that is shown.
	Menu bool `json:"menu,omitempty"`
}

// Actions of Record.
const (
	RecordStart  = "start"
	RecordPause  = "pause"
	RecordResume = "resume"
	RecordStop   = "stop"
)

// Record works the user's microphone. There is one recording at a time for each mini-program and user: RecordStart fails
// with CodeBusy while there is one.
type Record struct {
	Action     string `json:"action"` // a Record constant
	SampleRate int    `json:"sampleRate,omitempty"`
	Channels   int    `json:"channels,omitempty"`
}

// Recorded answers Record. The file is there after RecordStop.
type Recorded struct {
	File       *ChosenFile `json:"file,omitempty"`
	DurationMS int64       `json:"durationMs,omitempty"`
}
