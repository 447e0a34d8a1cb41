package script

import (
	"bytes"
	"errors"
	"strings"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"
)

// encodingName is the standard's name of an encoding that TextDecoder is asked for.
func (r *Realm) encodingName(c goja.FunctionCall) goja.Value {
	label := c.Argument(0).String()
	e, err := htmlindex.Get(label)
	if err != nil {
		r.throwRange("TextDecoder: the encoding %q is not known", label)
	}
	name, err := htmlindex.Name(e)
	if err != nil {
		r.throwRange("TextDecoder: the encoding %q is not known", label)
	}
	return r.vm.ToValue(name)
}

// decodeText decodes bytes (rest, more, encoding, fatal, stream) and gives the text and the bytes of a character that has
// only begun.
func (r *Realm) decodeText(c goja.FunctionCall) goja.Value {
	rest, _ := r.toGo(c.Argument(0)).(value.Bytes)
	more, ok := r.toGo(c.Argument(1)).(value.Bytes)
	if !ok {
		r.throw("TextDecoder.decode needs an ArrayBuffer or a view of one, got %s", r.inspect(c.Argument(1)))
	}
	e, err := htmlindex.Get(c.Argument(2).String())
	if err != nil {
		r.throwRange("TextDecoder: %v", err)
	}
	text, left := decodeAll(e, append(bytes.Clone(rest), more...), c.Argument(4).ToBoolean())
	if c.Argument(3).ToBoolean() && strings.ContainsRune(text, '\ufffd') {
		r.throw("The encoded data was not valid.")
	}
	return r.vm.NewArray(r.vm.ToValue(text), r.toJS(value.Bytes(left)))
}

func decodeAll(e encoding.Encoding, data []byte, stream bool) (text string, left []byte) {
	d := e.NewDecoder()
	d.Reset()
	out := make([]byte, 0, len(data)+len(data)/2+16)
	for {
		room := out[len(out):cap(out)]
		n, used, err := d.Transform(room, data, !stream)
		out, data = out[:len(out)+n], data[used:]
		if !errors.Is(err, transform.ErrShortDst) {
			return string(out), data
		}
		out = append(make([]byte, 0, 2*cap(out)+16), out...)
	}
}
