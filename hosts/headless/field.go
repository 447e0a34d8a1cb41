package headless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"unicode/utf16"

	"github.com/dougong-dev/dougong/core/miniapp/message"
)

// selectedText is where the caret is: behind what was typed last.
func (a *App) selectedText() (any, error) {
	if a.focused == nil {
		return nil, errors.New("no focused field")
	}
	typed, _ := a.state[a.focused].(string)
	n := len(utf16.Encode([]rune(typed)))
	return message.TextRange{Start: n, End: n}, nil
}

// fontAddress is an address in the source of a typeface.
var fontAddress = regexp.MustCompile(`url\(\s*["']?([^"')]+)["']?\s*\)`)

// loadFont looks that a typeface can be had. Nothing is set in it: there is no screen.
func (a *App) loadFont(ask message.Ask) error {
	var f message.FontFace
	if err := json.Unmarshal(ask.Args, &f); err != nil {
		return err
	}
	m := fontAddress.FindStringSubmatch(f.Source)
	if m == nil {
		return fmt.Errorf("the source %.80q names no url(…)", f.Source)
	}
	a.loads.Go(func() {
		_, err := a.fontFile(ask.Page, m[1])
		a.answerLater(ask, message.FontLoaded{Status: "loaded"}, err)
	})
	return errUnanswered
}

// fontFile reads a typeface: one in the package, in the mini-program's files, or on the network.
func (a *App) fontFile(page int, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(a.life, loadTimeout)
	defer cancel()
	if foreign.MatchString(address) {
		return a.fetch(ctx, address)
	}
	a.mu.Lock()
	asset := a.asset(page)
	a.mu.Unlock()
	return asset(address)
}
