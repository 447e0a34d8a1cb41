package miniapp

import "github.com/dougong-dev/dougong/core/miniapp/value"

// routeNames are what wx.onAppRoute calls the actions.
var routeNames = map[string]string{
	actionLaunch: "appLaunch", actionPush: "navigateTo", actionPop: "navigateBack", actionReplace: "redirectTo",
	actionTab: "switchTab", actionRelaunch: "reLaunch",
}

// tellRoute tells wx.onBeforeAppRoute, onAppRoute and onAppRouteDone of a navigation. page is 0 before there is one.
func (r *router) tellRoute(event, path string, query *value.Object, page int, action string) {
	if query == nil {
		query = value.NewObject(0)
	}
	o := value.ObjectOf("path", path, "query", query.Copy(), "openType", routeNames[action])
	if page != 0 {
		o.Set("webviewId", value.Int(page))
		o.Set("pageId", value.Int(page))
	}
	_ = r.a.realm.Emit(event, o)
}
