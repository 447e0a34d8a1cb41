package web

import (
	"context"
	"encoding/json"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/webpolicy"
)

// Backend is the super-app that the host shows. Implementations are safe for concurrent use.
type Backend interface {
	// Brand is how the super-app presents itself.
	Brand() Brand
	// Apps lists the mini-programs of the launcher, in order.
	Apps() []App
	// Open starts a mini-program. The session outlives ctx, which bounds the start only.
	Open(ctx context.Context, o OpenOptions) (Session, error)
	// Asset reads a file of a mini-program's bundle as it is now: an image, a font, a sound. A session that is a Files reads its own.
	Asset(app, path string) ([]byte, error)
	// TemplateScripts is the script that a mini-program's frame runs beside the view client: script.ClientScripts of its
	// bundle; nil if it has none.
	TemplateScripts(app string) ([]byte, error)
	// Fetch loads a picture or another resource from outside, on behalf of a mini-program and under its allow-list.
	Fetch(ctx context.Context, app, user, address string) (Resource, error)
	// Permissions lists what the user was asked by a mini-program, and the answers.
	Permissions(app, user string) ([]Permission, error)
	// SetPermission changes an answer.
	SetPermission(app, user, scope string, granted bool) error
}

// Brand is how a super-app presents itself.
type Brand struct {
	Name    string            `json:"name"`
	Title   map[string]string `json:"title,omitempty"` // Name by language
	Tagline map[string]string `json:"tagline,omitempty"`
	Color   string            `json:"color,omitempty"` // CSS colour of accents
	Light   config.Palette    `json:"light"`           // further colours
	Dark    config.Palette    `json:"dark"`
	Font    string            `json:"font,omitempty"` // a font family
	// FontFile is where Font is loaded from: the address of one of Pictures.
	FontFile string `json:"fontFile,omitempty"`
	Logo     []byte `json:"-"` // PNG, JPEG, WebP or SVG; nil for a letter
	// LogoFile is Logo's address as one of Pictures, where it is among them.
	LogoFile string `json:"logo,omitempty"`
	// UI is the look; nil is config.DefaultUI. Its files are addresses of Pictures, which PictureAddress gives.
	UI *config.UI `json:"ui"`
	// Pictures are the files that UI and FontFile name.
	Pictures map[string][]byte `json:"-"`
	// MapTiles is the address of the tiles of mini-programs' maps, with {x}, {y} and {z}. They are fetched for the
	// mini-program, under its allow-list; "" draws maps on a plain grid.
	MapTiles string `json:"-"`
}

// App is a mini-program as the launcher shows it.
type App struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Summary string `json:"summary,omitempty"`
	// Names and Summaries are those by language.
	Names     map[string]string `json:"names,omitempty"`
	Summaries map[string]string `json:"summaries,omitempty"`
	Version   string            `json:"version,omitempty"`
	Color     string            `json:"color,omitempty"`
	Icon      []byte            `json:"-"`
	// Trust is who vouches for what it shows: TrustVerified, TrustDev or TrustUnsigned; "" says nothing.
	Trust string `json:"trust,omitempty"`
	// WebViews are the hosts of the web that its <web-view> may show: "h5.example.com", "*.example.com", with a port or a
	// scheme as in superapp.yaml; "*" is every host.
	WebViews []string `json:"webViews,omitempty"`
	// CSP is what it may load from hosts of the web if it is an H5 app that asks for it.
	CSP webpolicy.Policy `json:"-"`
	// Publisher and Licence are what the super-app says of it. What its package says is in Package.
	Publisher string `json:"publisher,omitempty"`
	Licence   string `json:"licence,omitempty"`
	// Package is what was read in its package; nil: nothing could be.
	Package *Package `json:"package,omitempty"`
}

// Package is what a mini-program's own package says, and who has signed it.
type Package struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Licence string `json:"licence,omitempty"`
	// Vendor is the organisation that signed the release; "": nobody did.
	Vendor string `json:"vendor,omitempty"`
	// Signers are those whose signatures were verified: the vendor, reviewers, departments.
	Signers []Signer `json:"signers,omitempty"`
	// LogIndex is the release's place in the log, and LoggedAt when it came there, in milliseconds since 1970; both are for
	// what is signed only.
	LogIndex *int64 `json:"logIndex,omitempty"`
	LoggedAt int64  `json:"loggedAt,omitempty"`
	// Permissions are what it may ask of the user.
	Permissions []PackagePermission `json:"permissions,omitempty"`
}

// Signer is somebody whose signature was verified.
type Signer struct {
	Role         string `json:"role"` // "vendor", "review", "department" …
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Algorithm    string `json:"algorithm"`
	Key          string `json:"key"` // its id
}

// PackagePermission is something that a package says it needs.
type PackagePermission struct {
	Scope string `json:"scope"`
	Title string `json:"title"`
	// Purpose is what it says that it is needed for.
	Purpose string `json:"purpose,omitempty"`
}

// Who vouches for a mini-program.
const (
	TrustVerified = "verified" // its evidence leads to the house's root of trust
	TrustDev      = "dev"      // nobody but its author: it runs from a source folder
	TrustUnsigned = "unsigned" // nobody: it is a bundle, and this host takes those
)

// OpenOptions say how a mini-program is opened.
type OpenOptions struct {
	App    string
	User   string
	Launch message.Launch
	// System is what wx.getSystemInfoSync returns.
	System json.RawMessage
	// ClientScripts says that the frame runs the mini-program's TemplateScripts.
	ClientScripts bool
	// Send takes every message of the mini-program, in order. It does not block.
	Send func(message.FromActor)
}

// Session is an open mini-program.
type Session interface {
	// Post hands a message to the mini-program.
	Post(message.ToActor)
	// Close ends it; Done is closed when it has ended.
	Close()
	Done() <-chan struct{}
}

// Files is a Session that reads the files of what it runs. Of a mini-program that was updated meanwhile those are the old ones, whose
// pages it shows.
type Files interface {
	Asset(path string) ([]byte, error)
}

// Resource is something fetched from outside.
type Resource struct {
	ContentType string
	Body        []byte
	// Fresh resources may change at any time: they are not kept.
	Fresh bool
}

// Permission is one scope that a mini-program asked for, and the user's answer.
type Permission struct {
	Scope   string `json:"scope"`
	Title   string `json:"title"`
	Granted bool   `json:"granted"`
}

// Prompt is a question that only the shell may put to the user, never a mini-program's frame.
type Prompt struct {
	App  string `json:"app"`
	User string `json:"user"`
	// Kind is "permission" or "confirm".
	Kind string `json:"kind"`
	// Plugin is the plugin that asks, if one does: the user sees its name.
	Plugin string `json:"plugin,omitempty"`
	Title  string `json:"title"`
	Text   string `json:"text,omitempty"`
	// Buttons are what the user may choose from, at least one. The first is the primary one: it agrees.
	Buttons []string `json:"buttons"`
	// Scope is what a permission is about, Opens the mini-program that one is about to open: shells that know them ask in the
	// user's language. Title and Buttons are for the others.
	Scope string `json:"scope,omitempty"`
	Opens string `json:"opens,omitempty"`
}
