package raster

// state is what save keeps and restore brings back.
type state struct {
	matrix          matrix
	clip            *mask // nil is everywhere
	fill, stroke    style
	pen             pen
	alpha           float64
	op              string
	font            font
	align, baseline string
	rtl             bool
	shadow          shadow
	smooth          bool
}

type shadow struct {
	x, y, blur float64
	color      rgba
}

// style is a fillStyle or strokeStyle: what it is made of when something is drawn.
type style struct {
	paint paint
	// pattern is the number of the image, if it is a pattern, whose picture is looked up late.
	pattern    int
	repetition string
}

func initialState() state {
	black := style{paint: solid{a: 1}}
	return state{
		matrix: identity, fill: black, stroke: black, alpha: 1, op: "source-over", font: defaultFont, smooth: true,
		pen:   pen{width: 1, cap: "butt", join: "miter", miter: 10},
		align: "start", baseline: "alphabetic",
	}
}
