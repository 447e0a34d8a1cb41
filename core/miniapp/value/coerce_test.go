package value

import (
	"math"
	"testing"
)

func TestToString(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    Value
		want string
	}{
		{nil, "undefined"}, {Null, "null"}, {true, "true"}, {false, "false"}, {"s", "s"},
		{0.0, "0"}, {math.Copysign(0, -1), "0"}, {1.0, "1"}, {-1.5, "-1.5"}, {0.30000000000000004, "0.30000000000000004"}, {100.0, "100"},
		{1e21, "1e+21"}, {1e20, "100000000000000000000"}, {123456789012345680000.0, "123456789012345680000"},
		{1e-6, "0.000001"}, {1e-7, "1e-7"}, {1.5e-10, "1.5e-10"}, {5e-324, "5e-324"}, {1.7976931348623157e308, "1.7976931348623157e+308"},
		{math.NaN(), "NaN"}, {math.Inf(1), "Infinity"}, {math.Inf(-1), "-Infinity"}, {9007199254740993.0, "9007199254740992"},
		{NewArray(), ""}, {NewArray(1.0, nil, Null, "a", NewArray(2.0, 3.0)), "1,,,a,2,3"}, {ObjectOf(), "[object Object]"},
		{NewArray(Null), ""},
	} {
		if got := ToString(c.v); got != c.want {
			t.Errorf("ToString(%#v) = %q, want %q", c.v, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    Value
		want string
	}{{nil, ""}, {Null, "null"}, {0.0, "0"}, {"", ""}, {false, "false"}, {NewArray(1.0, 2.0), "1,2"}} {
		if got := Text(c.v); got != c.want {
			t.Errorf("Text(%#v) = %q, want %q", c.v, got, c.want)
		}
	}
}

func TestToNumber(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct {
		v    Value
		want float64
	}{
		{nil, nan}, {Null, 0}, {true, 1}, {false, 0}, {"", 0}, {"  12\n", 12}, {"0x1F", 31}, {"0b101", 5}, {"0o17", 15}, {"1e3", 1000},
		{".5", .5}, {"5.", 5}, {"1_000", nan}, {"0x", nan}, {"0x1p4", nan}, {"12px", nan}, {"Infinity", math.Inf(1)}, {"inf", nan},
		{"-Infinity", math.Inf(-1)}, {"1e999", math.Inf(1)}, {"-", nan}, {"\u00a07\ufeff", 7}, {NewArray(), 0}, {NewArray("7"), 7}, {ObjectOf(), nan},
	} {
		if got := ToNumber(c.v); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("ToNumber(%#v) = %v, want %v", c.v, got, c.want)
		}
	}
}

func TestEquality(t *testing.T) {
	t.Parallel()
	o := ObjectOf()
	for _, c := range []struct {
		a, b          Value
		loose, strict bool
	}{
		{nil, Null, true, false}, {nil, nil, true, true}, {0.0, "", true, false}, {"1", 1.0, true, false}, {true, 1.0, true, false}, {true, "true", false, false},
		{Null, 0.0, false, false}, {NewArray(1.0), 1.0, true, false}, {NewArray(1.0), "1", true, false}, {o, o, true, true}, {o, ObjectOf(), false, false},
		{o, "[object Object]", true, false}, {math.NaN(), math.NaN(), false, false}, {false, Null, false, false}, {NewArray(), false, true, false},
	} {
		if got := LooseEqual(c.a, c.b); got != c.loose {
			t.Errorf("%v == %v: %v, want %v", c.a, c.b, got, c.loose)
		}
		if got := LooseEqual(c.b, c.a); got != c.loose {
			t.Errorf("%v == %v: %v, want %v", c.b, c.a, got, c.loose)
		}
		if got := StrictEqual(c.a, c.b); got != c.strict {
			t.Errorf("%v === %v: %v, want %v", c.a, c.b, got, c.strict)
		}
	}
}

func TestToInt32(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f    float64
		want int32
	}{{0, 0}, {-1, -1}, {1 << 31, math.MinInt32}, {1 << 32, 0}, {-1.9, -1}, {math.NaN(), 0}, {math.Inf(1), 0}, {1e20, 1661992960}} {
		if got := ToInt32(c.f); got != c.want {
			t.Errorf("ToInt32(%v) = %d, want %d", c.f, got, c.want)
		}
	}
}

func TestMember(t *testing.T) {
	t.Parallel()
	o := ObjectOf("a", NewArray("x", "y"), "s", "中😀a", "1", "one")
	for _, c := range []struct {
		v, key, want Value
	}{
		{o, "a", Lookup(o, []any{"a"})}, {NewArray("x"), "length", 1.0}, {NewArray("x"), 0.0, "x"}, {NewArray("x"), "0", "x"}, {NewArray("x"), 1.0, nil},
		{NewArray("x"), -1.0, nil}, {NewArray("x"), .5, nil}, {"中😀a", "length", 4.0}, {"中😀a", 0.0, "中"}, {"中😀a", 3.0, "a"}, {"中😀a", 9.0, nil},
		{o, 1.0, "one"}, {nil, "a", nil}, {Null, "a", nil}, {o, nil, nil}, {o, Null, nil}, {5.0, "length", nil}, {ObjectOf("true", 1.0), true, 1.0},
	} {
		if got := MemberOf(c.v, c.key); !Equal(got, c.want) {
			t.Errorf("(%s)[%s] = %v, want %v", ToString(c.v), ToString(c.key), got, c.want)
		}
	}
}

func TestNumberDoesNotAllocate(t *testing.T) {
	var sink Value
	if n := testing.AllocsPerRun(100, func() { sink = Int(7); sink = Number(1000) }); n != 0 {
		t.Errorf("boxing small numbers allocates %v times, want 0 (%v)", n, sink)
	}
	if v := Number(math.Copysign(0, -1)); !math.Signbit(v.(float64)) {
		t.Error("Number(-0) lost its sign")
	}
}
