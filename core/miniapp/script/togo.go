package script

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dop251/goja"
	"github.com/dougong-dev/dougong/core/miniapp/value"
)

// maxDepth is how deep values may nest on their way between script and Go.
const maxDepth = 256

// function is a script function as a value. It is comparable: the same function is the same value.
type function struct {
	realm *Realm
	obj   *goja.Object
}

// FuncName is the function's name property.
func (f function) FuncName() string { return textOf(f.obj, "name") }

func (f function) callable() goja.Callable {
	fn, _ := goja.AssertFunction(f.obj)
	return fn
}

// opaque carries a script value through the view untouched: the detail of a component's own event keeps its identity,
// methods and all.
type opaque struct{ v goja.Value }

// importer copies script values into Go. The zero limit is no limit.
type importer struct {
	r     *Realm
	path  []*goja.Object // containers being copied, outermost first
	count int
	limit int
	// careful is set once a getter has thrown.
	careful bool
	// odd is set when something came by that Go cannot give back: a Date, a Map, an instance of a class.
	odd bool
	// lost says what had to be dropped, for a warning.
	lost string
	// cyclic is set if that was a value that contains itself.
	cyclic bool
}

// toGo copies a script value. Cycles and what nests too deep read as undefined.
func (r *Realm) toGo(v goja.Value) value.Value {
	if _, ok := v.(*goja.Object); !ok {
		im := importer{r: r}
		return im.value(v)
	}
	return r.importing(0).copy(v)
}

func (r *Realm) importing(limit int) *importer { return &importer{r: r, limit: limit} }

// copy copies a value. A getter that throws costs a second, slower run, in which it reads as undefined.
func (im *importer) copy(v goja.Value) (out value.Value) {
	ex := im.r.vm.Try(func() { out = im.value(v) })
	if ex != nil {
		im.path, im.careful = im.path[:0], true
		out = im.value(v)
	}
	return out
}

// get reads a field.
func (im *importer) get(o *goja.Object, key string) goja.Value {
	if im.careful {
		return im.r.get(o, key)
	}
	return o.Get(key)
}

func (im *importer) value(v goja.Value) value.Value {
	im.count++
	switch v := v.(type) {
	case nil:
		return nil
	case *goja.Object:
		return im.object(v)
	case goja.String:
		return v.String()
	case *goja.Symbol:
		return nil
	}
	switch {
	case goja.IsUndefined(v):
		return nil
	case goja.IsNull(v):
		return value.Null
	case goja.IsNumber(v):
		return v.ToFloat()
	case goja.IsBigInt(v):
		return v.String()
	}
	return v.ToBoolean()
}

func (im *importer) object(o *goja.Object) value.Value {
	if im.limit > 0 && im.count > im.limit {
		im.lost = fmt.Sprintf("more than %d values at a time", im.limit)
		return nil
	}
	if len(im.path) >= maxDepth {
		im.lost = fmt.Sprintf("a value nested deeper than %d", maxDepth)
		return nil
	}
	if slices.Contains(im.path, o) {
		im.lost, im.cyclic = "a value that contains itself", true
		return nil
	}
	im.path = append(im.path, o)
	v := im.byClass(o)
	im.path = im.path[:len(im.path)-1]
	return v
}

func (im *importer) byClass(o *goja.Object) value.Value {
	switch o.ClassName() {
	case "Array":
		return im.array(o)
	case "Object":
		return im.plain(o)
	case "Function", "AsyncFunction", "GeneratorFunction":
		return function{im.r, o}
	case "String":
		return o.String()
	case "Number":
		return o.ToFloat()
	case "Boolean":
		return im.value(im.valueOf(o))
	}
	im.odd = true
	if v, ok := im.json(o); ok {
		return v
	}
	return im.fields(o)
}

// maxLength is the longest array that is copied: a sparse array of length 2^32 costs a script nothing.
const maxLength = 1 << 22

func (im *importer) array(o *goja.Object) value.Value {
	n := o.Get("length").ToInteger()
	if n > maxLength || im.limit > 0 && n > int64(im.limit-im.count) {
		im.lost = fmt.Sprintf("an array of %d elements", n)
		return nil
	}
	items := im.elements(o, int(n))
	out := make([]value.Value, len(items))
	for i, item := range items {
		out[i] = im.value(item)
	}
	return &value.Array{Items: out}
}

// elements lists an array's elements, holes as nil.
func (im *importer) elements(o *goja.Object, n int) []goja.Value {
	items := make([]goja.Value, n)
	for i := range items {
		items[i] = im.get(o, index(i))
	}
	return items
}

// index is an array index as a property name; small ones are made once.
func index(i int) string {
	if i < len(smallIndex) {
		return smallIndex[i]
	}
	return strconv.Itoa(i)
}

var smallIndex = func() (names [1000]string) {
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}()

// plain copies an object literal; everything else that says it is an "Object" is told apart here.
func (im *importer) plain(o *goja.Object) value.Value {
	if p := o.Prototype(); p == im.r.kit.objectProto {
		return im.fields(o)
	}
	if b, ok := bytesOf(o); ok {
		return b
	}
	if v, ok := im.r.ownerOf(o).(*Instance); ok {
		im.odd = true
		return v
	}
	im.odd = true
	if v, ok := im.json(o); ok {
		return v
	}
	return im.fields(o)
}

func (im *importer) fields(o *goja.Object) value.Value {
	keys := o.Keys()
	out := value.NewObject(len(keys))
	for _, k := range keys {
		out.Set(k, im.value(im.get(o, k)))
	}
	return out
}

// json follows an object's toJSON, as Date and many libraries' numbers have it.
func (im *importer) json(o *goja.Object) (value.Value, bool) {
	fn := im.r.callableOf(o, "toJSON")
	if fn == nil {
		return nil, false
	}
	v, err := fn(o)
	if err != nil {
		return nil, !uncatchable(err)
	}
	return im.value(v), true
}

func (im *importer) valueOf(o *goja.Object) goja.Value {
	if fn := im.r.callableOf(o, "valueOf"); fn != nil {
		if v, err := fn(o); err == nil && v != goja.Value(o) {
			return v
		}
	}
	return goja.Undefined()
}

// bytesOf copies an ArrayBuffer or what a view on one covers.
func bytesOf(o *goja.Object) (value.Bytes, bool) {
	switch o.ExportType() {
	case typeArrayBuffer:
		if b, ok := o.Export().(goja.ArrayBuffer); ok {
			return slices.Clone(b.Bytes()), true
		}
	case typeBytes:
		if b, ok := o.Export().([]byte); ok {
			return slices.Clone(b), true
		}
	}
	if buf, ok := o.Get("buffer").(*goja.Object); ok && buf.ExportType() == typeArrayBuffer {
		b, _ := buf.Export().(goja.ArrayBuffer)
		from, n := int(o.Get("byteOffset").ToInteger()), int(o.Get("byteLength").ToInteger())
		if data := b.Bytes(); from >= 0 && n >= 0 && from+n <= len(data) {
			return slices.Clone(data[from : from+n]), true
		}
	}
	return nil, false
}
