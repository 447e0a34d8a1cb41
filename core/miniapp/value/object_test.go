package value

import (
	"fmt"
	"slices"
	"testing"
)

func TestObjectOrder(t *testing.T) {
	t.Parallel()
	o := &Object{}
	for _, k := range []string{"b", "10", "a", "2", "01", "4294967295", "0"} {
		o.Set(k, k)
	}
	want := []string{"0", "2", "10", "b", "a", "01", "4294967295"}
	if !slices.Equal(o.Keys(), want) {
		t.Fatalf("keys = %q, want %q", o.Keys(), want)
	}
	o.Set("b", "again")
	o.Delete("2")
	o.Set("2", "two")
	if !slices.Equal(o.Keys(), want) {
		t.Fatalf("after replacing and re-adding: keys = %q, want %q", o.Keys(), want)
	}
	if v, _ := o.Get("2"); v != "two" {
		t.Fatalf("2 = %v, want two", v)
	}
}

func TestObjectLargeAndSmallAgree(t *testing.T) {
	t.Parallel()
	o, want := &Object{}, map[string]Value{}
	for i := range 400 {
		k := fmt.Sprintf("k%d", i*7%211)
		if i%5 == 4 {
			if _, had := want[k]; o.Delete(k) != had {
				t.Fatalf("Delete(%q) = %v, want %v", k, !had, had)
			}
			delete(want, k)
			continue
		}
		o.Set(k, float64(i))
		want[k] = float64(i)
	}
	if o.Len() != len(want) {
		t.Fatalf("Len = %d, want %d", o.Len(), len(want))
	}
	for k, v := range want {
		if got, ok := o.Get(k); !ok || got != v {
			t.Fatalf("Get(%q) = %v %v, want %v", k, got, ok, v)
		}
	}
	for i := range o.Len() {
		k, v := o.At(i)
		if want[k] != v {
			t.Fatalf("At(%d) = %q %v, want %v", i, k, v, want[k])
		}
	}
}

func TestNilObjectReads(t *testing.T) {
	t.Parallel()
	var o *Object
	if _, ok := o.Get("a"); ok || o.Len() != 0 || o.Keys() != nil || o.Delete("a") {
		t.Fatal("a nil object must read as empty")
	}
	for range o.All() {
		t.Fatal("a nil object must iterate over nothing")
	}
}

func TestCopyIsDeep(t *testing.T) {
	t.Parallel()
	o := ObjectOf("list", NewArray(ObjectOf("a", 1.0)), "n", Null)
	c := Copy(o).(*Object)
	if !Equal(o, c) {
		t.Fatal("a copy must equal its original")
	}
	if err := Set(c, []any{"list", 0, "a"}, 2.0); err != nil {
		t.Fatal(err)
	}
	if got := Lookup(o, []any{"list", 0, "a"}); got != 1.0 {
		t.Fatalf("writing to the copy changed the original to %v", got)
	}
	if Equal(o, c) {
		t.Fatal("changed copy equals its original")
	}
}

type fn struct{ f func() } // not comparable in Go terms of content, only by pointer

func (*fn) FuncName() string { return "f" }

func TestEqual(t *testing.T) {
	t.Parallel()
	f, g := &fn{}, &fn{f: func() {}}
	nan := ParseNumber("x")
	for _, c := range []struct {
		a, b Value
		want bool
	}{
		{nil, nil, true}, {nil, Null, false}, {Null, Null, true}, {1.0, 1.0, true}, {1.0, "1", false}, {nan, nan, true},
		{ObjectOf("a", 1.0, "b", 2.0), ObjectOf("b", 2.0, "a", 1.0), true},
		{ObjectOf("a", nil), ObjectOf("b", nil), false}, {ObjectOf("a", 1.0), ObjectOf(), false},
		{NewArray(1.0, 2.0), NewArray(1.0, 2.0), true}, {NewArray(1.0, 2.0), NewArray(2.0, 1.0), false},
		{f, f, true}, {f, g, false}, {f, nil, false}, {Bytes{1}, Bytes{1}, true}, {Bytes{1}, Bytes{2}, false},
		{true, true, true}, {true, 1.0, false}, {NewArray(), ObjectOf(), false},
	} {
		if got := Equal(c.a, c.b); got != c.want {
			t.Errorf("Equal(%v, %v) = %v, want %v", ToString(c.a), ToString(c.b), got, c.want)
		}
	}
}

func BenchmarkObjectGetSmall(b *testing.B) {
	o := ObjectOf("id", 1.0, "title", "x", "price", 2.0, "image", "y", "count", 0.0)
	b.ReportAllocs()
	for b.Loop() {
		o.Get("count")
	}
}

func BenchmarkCopyRow(b *testing.B) {
	o := ObjectOf("id", 1.0, "title", "x", "price", 2.0, "tags", NewArray("a", "b"), "count", 0.0)
	b.ReportAllocs()
	for b.Loop() {
		Copy(o)
	}
}
