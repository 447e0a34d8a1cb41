package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// unspoken are properties of accessibility nodes that only say again what others do, or follow from the role.
var unspoken = []string{
	"actions", "settable", "focusable", "focused", "editable", "hiddenRoot", "orientation", "relevant", "root", "url", "multiselectable", "invalid", "flowto", "describedby", "labelledby",
}

// choices are states of which one says that they are not so, too.
var choices = []string{"checked", "expanded", "selected", "pressed"}

// Spoken is what a screen reader is told of an element of the mini-program's frame and of all in it: Chromium's own tree, a line for each
// node that is not ignored.
func (b *Browser) Spoken(element string) (text string) {
	b.t.Helper()
	b.until("hear "+element, func() error {
		node, err := b.backendNode(element)
		if err != nil {
			return err
		}
		frame, err := b.frameID()
		if err != nil {
			return err
		}
		tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{FrameID: frame})
		if err != nil {
			return err
		}
		text = spoken(tree.Nodes, node)
		return nil
	})
	return text
}

// backendNode is an element as Chromium knows it.
func (b *Browser) backendNode(element string) (cdp.BackendNodeID, error) {
	c, ok := b.frame(true)
	if !ok {
		return 0, fmt.Errorf("there is no frame")
	}
	ctx, cancel := context.WithTimeout(b.ctx, answerTimeout)
	defer cancel()
	result, err := chromedp.Call(ctx, cdpruntime.Evaluate, cdpruntime.EvaluateParams{Expression: fmt.Sprintf(helpers, element), ContextID: c})
	if err != nil {
		return 0, err
	}
	if result.ExceptionDetails != nil || result.Result.ObjectID == "" {
		return 0, fmt.Errorf("there is no %s", element)
	}
	described, err := chromedp.Call(ctx, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: result.Result.ObjectID})
	if err != nil {
		return 0, err
	}
	return described.Node.BackendNodeID, nil
}

// frameID is the mini-program's frame.
func (b *Browser) frameID() (cdp.FrameID, error) {
	tree, err := chromedp.Call(b.ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return "", err
	}
	front := b.front()
	for _, child := range tree.FrameTree.ChildFrames {
		if child.Frame.URL == front {
			return child.Frame.ID, nil
		}
	}
	return "", fmt.Errorf("there is no frame of %s", front)
}

// spoken writes the nodes below one, and it.
func spoken(nodes []*accessibility.Node, of cdp.BackendNodeID) string {
	known := map[accessibility.NodeID]*accessibility.Node{}
	var top *accessibility.Node
	for _, n := range nodes {
		known[n.NodeID] = n
		if n.BackendDOMNodeID == of {
			top = n
		}
	}
	if top == nil {
		return "  nothing\n" // such as what is hidden from it
	}
	var out strings.Builder
	var write func(n *accessibility.Node, depth int)
	write = func(n *accessibility.Node, depth int) {
		if line := sentence(n); line != "" {
			fmt.Fprintf(&out, "%s%s\n", strings.Repeat("  ", depth), line)
			depth++
		}
		for _, id := range n.ChildIDs {
			if child := known[id]; child != nil {
				write(child, depth)
			}
		}
	}
	write(top, 1)
	if out.Len() == 0 {
		return "  nothing\n"
	}
	return out.String()
}

// sentence is one node: its role, name, value and states; "" if nothing is said of it.
func sentence(n *accessibility.Node) string {
	role := word(n.Role)
	if n.Ignored || role == "InlineTextBox" || role == "none" {
		return ""
	}
	name := word(n.Name)
	var states []string
	for _, p := range n.Properties {
		v := word(p.Value)
		if p.Name == "roledescription" {
			v = widened(v)
		}
		if !slices.Contains(unspoken, string(p.Name)) && v != "" && (v != "false" || slices.Contains(choices, string(p.Name))) && !(p.Name == "live" && v == "off") {
			states = append(states, fmt.Sprintf("%s=%s", p.Name, v))
		}
	}
	if v := word(n.Value); v != "" {
		states = append(states, "value="+v)
	}
	if v := word(n.Description); v != "" && v != name {
		states = append(states, fmt.Sprintf("description=%q", v))
	}
	if role == "generic" && name == "" && len(states) == 0 {
		return ""
	}
	slices.Sort(states)
	return strings.TrimSpace(fmt.Sprintf("%s %q %s", role, name, strings.Join(states, " ")))
}

// widened is a text whose bytes Chromium has taken for characters, as it does with this one property.
func widened(s string) string {
	bytes := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return s
		}
		bytes = append(bytes, byte(r))
	}
	return string(bytes)
}

// word is a value as text. Chromium says true of a state as true or as "true".
func word(v *accessibility.Value) string {
	if v == nil || len(v.Value) == 0 {
		return ""
	}
	var text string
	if json.Unmarshal(v.Value, &text) == nil {
		return text
	}
	return string(v.Value)
}
