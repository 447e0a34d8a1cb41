// Package apiname knows which wx.* and ft.* names are taken: those of the standard contracts, which only a plugin of that
// capability provides, and those that WeChat, FinClip or the base library define, which no vendor may give another
// meaning. A mini-program that calls wx.login must never reach somebody else's code.
//
//	names := apiname.New(standard)
//	err := names.Check(vendorsContract)
//
// The lists are data (wechat.txt, finclip.txt: one name a line, from the public API references). The package must not
// know who provides what.
package apiname

import (
	_ "embed" // the lists
	"fmt"
	"slices"
	"strings"

	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/strict"
)

//go:embed wechat.txt
var wechat string

//go:embed finclip.txt
var finclip string

// inherited are the names that every object of JavaScript has.
const inherited = "constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf"

// Names are the names that are taken.
type Names struct {
	standard map[string]string // "wx.request" → "dougong.network/v1"
	platform map[string]string // "login" → "WeChat"
}

// New takes the standard contracts' names beside the platforms'.
func New(standard []*contract.Contract) *Names {
	n := &Names{standard: map[string]string{}, platform: map[string]string{}}
	for who, list := range map[string]string{"FinClip": finclip, "WeChat": wechat, "JavaScript": inherited} {
		for _, name := range strings.Fields(list) {
			n.platform[name] = who
		}
	}
	for _, c := range standard {
		for _, api := range Injected(c) {
			n.standard[api] = c.Capability
		}
	}
	return n
}

// Injected lists every name that a contract gives mini-programs: with an event's wx.onX comes wx.offX.
func Injected(c *contract.Contract) []string {
	names := c.APIs()
	for _, e := range c.Events {
		for _, api := range e.API {
			names = append(names, contract.Unsubscribe(api))
		}
	}
	slices.Sort(names)
	return names
}

// Standard returns the standard capability that a name belongs to; empty if none.
func (n *Names) Standard(api string) string { return n.standard[api] }

// Owner says who has a name: a standard capability, "WeChat" or "FinClip"; empty if it is free.
func (n *Names) Owner(api string) string {
	if c := n.standard[api]; c != "" {
		return c
	}
	_, name, _ := strings.Cut(api, ".")
	return n.platform[name]
}

// Check refuses a vendor's contract that names what is taken. The error is a strict.Errors with the place of each.
func (n *Names) Check(c *contract.Contract) error {
	var errs strict.Errors
	for _, api := range Injected(c) {
		owner := n.Owner(api)
		if owner == "" {
			continue
		}
		rule := "which " + owner + " defines: mini-programs rely on its meaning"
		if n.standard[api] != "" {
			rule = fmt.Sprintf("which belongs to the standard capability %q: provide that one instead", owner)
		}
		errs = append(errs, &strict.Error{Position: c.Position(api), Path: api,
			Message: fmt.Sprintf("%s cannot name %s, %s; choose a name of your own, such as %q", c.Capability, api, rule, suggest(c.Capability, api))})
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// suggest makes a free name of a taken one: "wx.acmeLogin" for wx.login of com.acme.face/v1.
func suggest(capability, api string) string {
	parts := strings.Split(strings.TrimSuffix(capability, capability[strings.IndexByte(capability, '/'):]), ".")
	vendor := strings.ReplaceAll(parts[min(1, len(parts)-1)], "_", "")
	space, name, _ := strings.Cut(api, ".")
	for _, verb := range []string{"on", "off"} { // an event keeps its verb in front
		if rest, ok := strings.CutPrefix(name, verb); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			return space + "." + verb + strings.ToUpper(vendor[:1]) + vendor[1:] + rest
		}
	}
	return space + "." + vendor + strings.ToUpper(name[:1]) + name[1:]
}
