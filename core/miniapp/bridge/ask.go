package bridge

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// ask is __dougong.ask(kind, args, settle, fields): the bytes that the fields of the answer hold as base64 come with it, see
// WithBytes.
func (b *Bridge) ask(args []value.Value) (value.Value, error) {
	kind, _ := arg(args, 0).(string)
	var raw json.RawMessage
	if v := arg(args, 1); !value.IsNullish(v) {
		raw = value.AppendJSON(nil, v)
	}
	settle := function(arg(args, 2))
	if settle == nil {
		b.Tell(kind, raw)
		return nil, nil
	}
	_, err := b.Ask(kind, raw, settle, WithBytes(arg(args, 3)))
	return nil, err
}

// WithBytes reads an answer and decodes what the fields listed hold as base64: <field>Bytes stands beside <field>. A script
// would be slow at it. It is nil, the plain reading, if fields is no list.
func WithBytes(fields value.Value) func(json.RawMessage) (value.Value, error) {
	list, ok := fields.(*value.Array)
	if !ok {
		return nil
	}
	return func(raw json.RawMessage) (value.Value, error) {
		v, err := plain(raw)
		o, ok := v.(*value.Object)
		if err != nil || !ok {
			return v, err
		}
		for _, field := range list.Items {
			name, _ := field.(string)
			encoded := text(o, name)
			if encoded == "" {
				continue
			}
			data, err := base64.StdEncoding.DecodeString(encoded)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			o.Set(name+"Bytes", value.Bytes(data))
		}
		return o, nil
	}
}

// Tell sends an ask that wants no answer.
func (b *Bridge) Tell(kind string, args json.RawMessage) {
	page, _ := b.Page()
	b.Transport.Send(message.FromActor{Ask: &message.Ask{Page: page, Kind: kind, Args: args}})
}

// Ask sends an ask whose answer settle gets, as (failure, result). decode may reshape the answer; nil leaves it as it is.
func (b *Bridge) Ask(
	kind string, args json.RawMessage, settle value.Func, decode func(json.RawMessage) (value.Value, error),
) (uint64, error) {
	return b.put(kind, args, &pending{settle: settle, decode: decode})
}

// Observe sends an ask that is answered again and again until Forget.
func (b *Bridge) Observe(
	kind string, args json.RawMessage, settle value.Func, decode func(json.RawMessage) (value.Value, error),
) (uint64, error) {
	return b.put(kind, args, &pending{settle: settle, decode: decode, many: true})
}

// Forget ends an ask without an answer; it reports whether there was one.
func (b *Bridge) Forget(id uint64) bool {
	_, ok := b.asks[id]
	delete(b.asks, id)
	return ok
}

func (b *Bridge) put(kind string, args json.RawMessage, p *pending) (uint64, error) {
	page, _ := b.Page()
	return b.putOn(page, kind, args, p)
}

func (b *Bridge) putOn(page int, kind string, args json.RawMessage, p *pending) (uint64, error) {
	if len(b.asks) >= b.Pending {
		return 0, fmt.Errorf("more than %d requests to the shell are under way; the last was %q", b.Pending, kind)
	}
	if p.decode == nil {
		p.decode = plain
	}
	id := b.number()
	b.asks[id] = p
	b.Transport.Send(message.FromActor{Ask: &message.Ask{ID: id, Page: page, Kind: kind, Args: args}})
	return id, nil
}

// DefaultAskTimeout is how long a script waits for the client where WeChat's API is synchronous. A client on a loaded machine
// may take seconds to draw its first canvas; half of a turn (script.DefaultTurn) is left for the rest of it.
const DefaultAskTimeout = 5 * time.Second

// AskNow sends an ask about a page and waits for its answer. The error is what the client says, or that it is silent: then
// further questions fail at once until it is heard of again, so that no script waits in vain many times over.
func (b *Bridge) AskNow(page int, kind string, args json.RawMessage) (json.RawMessage, error) {
	id := b.number()
	b.Transport.Send(message.FromActor{Ask: &message.Ask{ID: id, Page: page, Kind: kind, Args: args}})
	answer := b.Await(id, DefaultAskTimeout)
	switch {
	case answer == nil:
		return nil, errors.New("the view does not answer")
	case answer.Error != "":
		return nil, errors.New(answer.Error)
	}
	return answer.Result, nil
}

// TellPage and AskPage are Tell and Ask about a page that need not be the one on top.
func (b *Bridge) TellPage(page int, kind string, args json.RawMessage) {
	b.Transport.Send(message.FromActor{Ask: &message.Ask{Page: page, Kind: kind, Args: args}})
}

// AskPage sends an ask about a page.
func (b *Bridge) AskPage(
	page int, kind string, args json.RawMessage, settle value.Func, decode func(json.RawMessage) (value.Value, error),
) error {
	_, err := b.putOn(page, kind, args, &pending{settle: settle, decode: decode})
	return err
}

func plain(raw json.RawMessage) (value.Value, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	return value.DecodeJSON(raw)
}
