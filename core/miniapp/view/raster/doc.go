// Package raster draws canvases without a browser: it carries out the drawing operations that a mini-program sends
// (message.Draw) on bitmaps in memory and answers what scripts ask about them (message.CanvasAsk), as the view client
// does in a browser.
//
// It must not know hosts, sessions or trees: an Easel is given sizes and the bytes of images. Text is drawn in the Go
// fonts; a character they lack is an outlined box of one em. Filters (ctx.filter) are not carried out.
//
//	easel := raster.New(raster.Options{Load: load, Box: box})
//	err := easel.Draw(draw)
//	answer, err := easel.Answer(ask)
package raster
