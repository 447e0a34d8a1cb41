package program

// With is the settings with those of own over them, where own sets any: a page's over the app's.
func (w Window) With(own Window) Window {
	over(&w.NavigationBarBackgroundColor, own.NavigationBarBackgroundColor)
	over(&w.NavigationBarTextStyle, own.NavigationBarTextStyle)
	over(&w.NavigationBarTitleText, own.NavigationBarTitleText)
	over(&w.NavigationStyle, own.NavigationStyle)
	over(&w.HomeButton, own.HomeButton)
	over(&w.BackgroundColor, own.BackgroundColor)
	over(&w.BackgroundTextStyle, own.BackgroundTextStyle)
	over(&w.BackgroundColorTop, own.BackgroundColorTop)
	over(&w.BackgroundColorBottom, own.BackgroundColorBottom)
	over(&w.EnablePullDownRefresh, own.EnablePullDownRefresh)
	over(&w.OnReachBottomDistance, own.OnReachBottomDistance)
	over(&w.DisableScroll, own.DisableScroll)
	over(&w.PageOrientation, own.PageOrientation)
	over(&w.RestartStrategy, own.RestartStrategy)
	return w
}

func over[T any](to **T, from *T) {
	if from != nil {
		*to = from
	}
}
