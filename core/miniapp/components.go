package miniapp

// components are the built-in components that wx.canIUse knows, with their attributes and, where an attribute takes one
// of a few words, those words. What is not listed cannot be used.
var components = map[string]map[string][]string{
	"view": {
		"hover-class": nil, "hover-start-time": nil, "hover-stay-time": nil, "hover-stop-propagation": nil,
	},
	"cover-view": {},
	"cover-image": {
		"src": nil,
	},
	"page-container": {},
	"root-portal":    {},
	"match-media":    {},
	"text": {
		"selectable": nil, "user-select": nil, "space": {"ensp", "emsp", "nbsp"}, "decode": nil,
	},
	"image": {
		"src": nil, "lazy-load": nil,
		"mode":     {"scaleToFill", "aspectFit", "aspectFill", "widthFix", "heightFix", "top", "bottom", "center", "left", "right", "top left", "top right", "bottom left", "bottom right"},
		"bindload": nil, "binderror": nil,
	},
	"button": {
		"size": {"default", "mini"}, "type": {"primary", "default", "warn"}, "plain": nil, "disabled": nil,
		"loading": nil, "form-type": {"submit", "reset"}, "hover-class": nil,
	},
	"input": {
		"value": nil, "type": {"text", "number", "idcard", "digit"}, "password": nil, "placeholder": nil,
		"placeholder-style": nil, "placeholder-class": nil, "disabled": nil, "maxlength": nil, "focus": nil,
		"confirm-type": nil, "bindinput": nil, "bindfocus": nil, "bindblur": nil, "bindconfirm": nil,
	},
	"textarea": {
		"value": nil, "placeholder": nil, "placeholder-style": nil, "placeholder-class": nil, "disabled": nil,
		"maxlength": nil, "auto-height": nil, "focus": nil, "bindinput": nil, "bindfocus": nil, "bindblur": nil,
		"bindlinechange": nil, "bindconfirm": nil,
	},
	"scroll-view": {
		"scroll-x": nil, "scroll-y": nil, "upper-threshold": nil, "lower-threshold": nil, "scroll-top": nil,
		"scroll-left": nil, "scroll-into-view": nil, "scroll-with-animation": nil, "bindscroll": nil,
		"bindscrolltoupper": nil, "bindscrolltolower": nil,
	},
	"swiper": {
		"indicator-dots": nil, "indicator-color": nil, "indicator-active-color": nil, "autoplay": nil, "current": nil,
		"interval": nil, "duration": nil, "circular": nil, "vertical": nil, "bindchange": nil,
	},
	"swiper-item": {
		"item-id": nil,
	},
	"icon": {
		"type": {"success", "success_no_circle", "info", "warn", "waiting", "cancel", "download", "search", "clear"},
		"size": nil, "color": nil,
	},
	"navigator": {
		"url": nil, "open-type": {"navigate", "redirect", "switchTab", "reLaunch", "navigateBack"}, "delta": nil,
		"hover-class": nil,
	},
	"form": {
		"bindsubmit": nil, "bindreset": nil,
	},
	"label": {
		"for": nil,
	},
	"radio": {
		"value": nil, "checked": nil, "disabled": nil, "color": nil,
	},
	"radio-group": {
		"bindchange": nil,
	},
	"checkbox": {
		"value": nil, "checked": nil, "disabled": nil, "color": nil,
	},
	"checkbox-group": {
		"bindchange": nil,
	},
	"switch": {
		"checked": nil, "disabled": nil, "type": {"switch", "checkbox"}, "color": nil, "bindchange": nil,
	},
	"slider": {
		"min": nil, "max": nil, "step": nil, "disabled": nil, "value": nil, "show-value": nil, "bindchange": nil,
		"bindchanging": nil,
	},
	"picker": {
		"mode": {"selector", "multiSelector", "time", "date"}, "range": nil, "range-key": nil, "value": nil,
		"disabled": nil, "bindchange": nil, "bindcancel": nil,
	},
	"picker-view": {
		"value": nil, "bindchange": nil,
	},
	"picker-view-column": {},
	"progress": {
		"percent": nil, "show-info": nil, "stroke-width": nil, "color": nil, "active": nil,
	},
	"rich-text": {
		"nodes": nil, "space": {"ensp", "emsp", "nbsp"},
	},
	"movable-area": {},
	"movable-view": {
		"x": nil, "y": nil, "direction": {"all", "vertical", "horizontal", "none"}, "bindchange": nil,
	},
	"canvas": {
		"type": {"2d"}, "canvas-id": nil, "disable-scroll": nil, "bindtouchstart": nil, "bindtouchmove": nil, "bindtouchend": nil,
		"bindtouchcancel": nil, "bindlongtap": nil, "binderror": nil,
	},
	"camera": {
		"device-position": {"front", "back"}, "binderror": nil, "bindinitdone": nil, "bindstop": nil,
	},
	"audio": {
		"src": nil, "controls": nil, "loop": nil, "poster": nil, "name": nil, "author": nil, "bindplay": nil, "bindpause": nil,
		"bindended": nil, "bindtimeupdate": nil, "binderror": nil,
	},
	"video": {
		"src": nil, "controls": nil, "autoplay": nil, "loop": nil, "muted": nil, "poster": nil, "initial-time": nil,
		"object-fit": {"contain", "fill", "cover"}, "bindplay": nil, "bindpause": nil, "bindended": nil, "bindtimeupdate": nil,
		"bindwaiting": nil, "binderror": nil, "bindprogress": nil, "bindloadedmetadata": nil, "bindfullscreenchange": nil,
		"bindseekcomplete": nil,
	},
}
