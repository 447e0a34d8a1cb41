package config

import "maps"

// Words of the look.
const (
	ModeAuto  = "auto" // as the user's system
	ModeLight = "light"
	ModeDark  = "dark"

	FrameAuto  = "auto"  // a phone's outline where there is room for one
	FramePhone = "phone" // the same
	FrameFull  = "full"  // the whole window: big screens, kiosks

	LayoutGrid = "grid"
	LayoutList = "list"

	IndicatorBar     = "bar"
	IndicatorSpinner = "spinner"
	IndicatorNone    = "none"

	AnimationSlide = "slide"
	AnimationZoom  = "zoom"
	AnimationFade  = "fade"
	AnimationNone  = "none"

	PositionLeft  = "left"
	PositionRight = "right"

	AlignCentre = "center"
	AlignStart  = "start"

	CapsuleMore  = "more"
	CapsuleClose = "close"
	CapsuleHome  = "home"
)

// MenuEntries are the built-in entries of the capsule's menu, in their order.
func MenuEntries() []string {
	return []string{"share", "timeline", "favourite", "qr", "float", "permissions", "about", "feedback", "reload", "debug", "exit"}
}

// ShellLanguages are the languages that the shell has texts in. UI.Texts adds others.
func ShellLanguages() []string { return []string{"zh-CN", "en", "ar", "he"} }

// ShellTexts are the English texts of the shell, by their keys in UI.Texts.
func ShellTexts() map[string]string { return maps.Clone(shellTexts) }
