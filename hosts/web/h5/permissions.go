package h5

import "strings"

// features are what a browser offers beyond content, as its Permissions-Policy names it. An H5 app has none of it from the browser:
// devices and data are the host's to give, by its own calls. Left are autoplay, full screen and pictures within pictures.
var features = []string{
	"accelerometer", "all-screens-capture", "ambient-light-sensor", "aria-notify", "attribution-reporting", "autofill", "battery", "bluetooth",
	"browsing-topics", "camera", "captured-surface-control", "clipboard-read", "clipboard-write", "compute-pressure", "controlled-frame",
	"cross-origin-isolated", "deferred-fetch", "deferred-fetch-minimal", "digital-credentials-create", "digital-credentials-get", "direct-sockets",
	"direct-sockets-private", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid",
	"identity-credentials-get", "idle-detection", "interest-cohort", "join-ad-interest-group", "keyboard-map", "language-detector", "language-model",
	"local-fonts", "local-network", "local-network-access", "loopback-network", "magnetometer", "microphone", "midi",
	"on-device-speech-recognition", "otp-credentials", "payment", "private-aggregation", "private-state-token-issuance",
	"private-state-token-redemption", "publickey-credentials-create", "publickey-credentials-get", "rewriter", "run-ad-auction", "screen-wake-lock",
	"serial", "shared-storage", "shared-storage-select-url", "smart-card", "speaker-selection", "storage-access", "sub-apps", "summarizer", "sync-xhr",
	"top-level-storage-access", "translator", "unload", "usb", "usb-unrestricted", "vertical-scroll", "web-app-installation", "web-printing", "web-share",
	"window-management", "writer", "xr-spatial-tracking",
}

// Permissions is the Permissions-Policy of an H5 app's pages, and of what they have in frames. Browsers pass over names that they do
// not know.
func Permissions() string { return strings.Join(features, "=(), ") + "=()" }
