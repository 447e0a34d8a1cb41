package miniapp

// components are the built-in components that wx.canIUse knows, with their attributes and, where an attribute takes one
// of a few words, those words. What is not listed cannot be used.
var components = map[string]map[string][]string{
	"view": {
		"hover-class": nil, "hover-start-time": nil, "hover-stay-time": nil, "hover-stop-propagation": nil,
	},
	"cover-view": {
		"bindtap": nil,
	},
	"cover-image": {
		"src": nil, "bindload": nil, "binderror": nil,
	},
	"page-container": {
		"show": nil, "duration": nil, "z-index": nil, "overlay": nil, "position": {"top", "bottom", "right", "center"}, "round": nil,
		"close-on-slide-down": nil, "overlay-style": nil, "custom-style": nil, "bindbeforeenter": nil, "bindenter": nil,
		"bindafterenter": nil, "bindbeforeleave": nil, "bindleave": nil, "bindafterleave": nil, "bindclickoverlay": nil,
	},
	"root-portal": {
		"enable": nil,
	},
	"match-media": {
		"min-width": nil, "max-width": nil, "width": nil, "min-height": nil, "max-height": nil, "height": nil,
		"orientation": {"portrait", "landscape"},
	},
	"share-element": {
		"mapkey": nil, "transform": nil, "duration": nil, "easing-function": nil,
	},
	"page-meta": {
		"background-text-style": {"dark", "light"}, "background-color": nil, "root-background-color": nil, "root-font-size": nil,
		"page-font-size": nil, "page-style": nil, "scroll-top": nil, "scroll-duration": nil, "bindresize": nil, "bindscroll": nil,
		"bindscrolldone": nil,
	},
	"navigation-bar": {
		"title": nil, "loading": nil, "front-color": nil, "background-color": nil,
	},
	"sticky-section": {
		"push-pinned-header": nil, "padding": nil,
	},
	"sticky-header": {
		"offset-top": nil, "padding": nil, "bindstickontopchange": nil,
	},
	"list-view": {
		"padding": nil,
	},
	"grid-view": {
		"type": {"aligned", "masonry"}, "cross-axis-count": nil, "max-cross-axis-extent": nil, "main-axis-gap": nil, "cross-axis-gap": nil,
		"padding": nil,
	},
	"keyboard-accessory": {},
	"open-data": {
		"type": {"userNickName", "userAvatarUrl"}, "default-text": nil, "binderror": nil,
	},
	"web-view": {
		"src": nil, "bindmessage": nil, "bindload": nil, "binderror": nil,
	},
	"editor": {
		"read-only": nil, "placeholder": nil, "bindready": nil, "bindfocus": nil, "bindblur": nil, "bindinput": nil, "bindstatuschange": nil,
	},
	"map": {
		"longitude": nil, "latitude": nil, "scale": nil, "min-scale": nil, "max-scale": nil, "markers": nil, "polyline": nil, "circles": nil,
		"polygons": nil, "controls": nil, "include-points": nil, "show-location": nil, "show-compass": nil, "show-scale": nil,
		"enable-zoom": nil, "enable-scroll": nil, "setting": nil, "bindtap": nil, "bindmarkertap": nil, "bindlabeltap": nil,
		"bindcallouttap": nil, "bindcontroltap": nil, "bindpolylinetap": nil, "bindregionchange": nil, "bindupdated": nil,
	},
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
		"value": nil, "type": {"text", "number", "idcard", "digit", "nickname", "safe-password"}, "password": nil, "placeholder": nil,
		"placeholder-style": nil, "placeholder-class": nil, "disabled": nil, "maxlength": nil, "focus": nil,
		"confirm-type": nil, "bindinput": nil, "bindfocus": nil, "bindblur": nil, "bindconfirm": nil, "cursor": nil,
		"selection-start": nil, "selection-end": nil, "confirm-hold": nil, "hold-keyboard": nil, "bindkeyboardheightchange": nil,
		"bindnicknamereview": nil, "bindkeyboardcompositionstart": nil, "bindkeyboardcompositionupdate": nil, "bindkeyboardcompositionend": nil,
	},
	"textarea": {
		"value": nil, "placeholder": nil, "placeholder-style": nil, "placeholder-class": nil, "disabled": nil,
		"maxlength": nil, "auto-height": nil, "focus": nil, "bindinput": nil, "bindfocus": nil, "bindblur": nil,
		"bindlinechange": nil, "bindconfirm": nil,
		"bindkeyboardcompositionstart": nil, "bindkeyboardcompositionupdate": nil, "bindkeyboardcompositionend": nil,
	},
	"scroll-view": {
		"scroll-x": nil, "scroll-y": nil, "upper-threshold": nil, "lower-threshold": nil, "scroll-top": nil,
		"scroll-left": nil, "scroll-into-view": nil, "scroll-with-animation": nil, "bindscroll": nil, "enable-flex": nil,
		"scroll-anchoring": nil, "refresher-enabled": nil, "refresher-threshold": nil, "refresher-default-style": {"black", "white", "none"},
		"refresher-background": nil, "refresher-triggered": nil, "enhanced": nil, "bounces": nil, "show-scrollbar": nil,
		"paging-enabled": nil, "using-sticky": nil, "binddragstart": nil, "binddragging": nil, "binddragend": nil,
		"bindrefresherpulling": nil, "bindrefresherrefresh": nil, "bindrefresherrestore": nil, "bindrefresherabort": nil,
		"bindscrolltoupper": nil, "bindscrolltolower": nil,
	},
	"swiper": {
		"indicator-dots": nil, "indicator-color": nil, "indicator-active-color": nil, "autoplay": nil, "current": nil,
		"interval": nil, "duration": nil, "circular": nil, "vertical": nil, "bindchange": nil, "current-item-id": nil,
		"previous-margin": nil, "next-margin": nil, "display-multiple-items": nil, "snap-to-edge": nil,
		"easing-function": {"default", "linear", "easeInCubic", "easeOutCubic", "easeInOutCubic"}, "bindtransition": nil,
		"bindanimationfinish": nil,
	},
	"swiper-item": {
		"item-id": nil, "skip-hidden-item-layout": nil,
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
		"mode": {"selector", "multiSelector", "time", "date", "region"}, "range": nil, "range-key": nil, "value": nil,
		"disabled": nil, "bindchange": nil, "bindcancel": nil, "bindcolumnchange": nil, "header-text": nil,
		"start": nil, "end": nil, "fields": {"year", "month", "day"}, "level": {"province", "city", "region"}, "custom-item": nil,
	},
	"picker-view": {
		"value": nil, "indicator-style": nil, "indicator-class": nil, "mask-style": nil, "mask-class": nil, "immediate-change": nil,
		"bindchange": nil, "bindpickstart": nil, "bindpickend": nil,
	},
	"picker-view-column": {},
	"progress": {
		"percent": nil, "show-info": nil, "stroke-width": nil, "color": nil, "active": nil,
	},
	"rich-text": {
		"nodes": nil, "space": {"ensp", "emsp", "nbsp"},
	},
	"movable-area": {
		"scale-area": nil,
	},
	"movable-view": {
		"x": nil, "y": nil, "direction": {"all", "vertical", "horizontal", "none"}, "inertia": nil, "out-of-bounds": nil, "damping": nil,
		"friction": nil, "disabled": nil, "scale": nil, "scale-min": nil, "scale-max": nil, "scale-value": nil, "animation": nil,
		"bindchange": nil, "bindscale": nil, "bindhtouchmove": nil, "bindvtouchmove": nil,
	},
	"canvas": {
		"type": {"2d"}, "canvas-id": nil, "disable-scroll": nil, "bindtouchstart": nil, "bindtouchmove": nil, "bindtouchend": nil,
		"bindtouchcancel": nil, "bindlongtap": nil, "binderror": nil,
	},
	"camera": {
		"device-position": {"front", "back"}, "mode": {"normal", "scanCode"}, "resolution": {"low", "medium", "high"},
		"flash": {"auto", "on", "off", "torch"}, "frame-size": {"small", "medium", "large"},
		"bindscancode": nil, "binderror": nil, "bindinitdone": nil, "bindstop": nil,
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
