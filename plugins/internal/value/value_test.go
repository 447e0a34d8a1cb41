package value

import (
	"testing"

	"github.com/dougong-dev/dougong/pdk/go"
)

func TestReference(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		n, size int
		ok      bool
	}{
		`{"$blob":0}`: {0, 11, true}, `{"$blob":12},1`: {12, 12, true}, "{ \"$blob\"\n:\t7 } ": {7, 15, true},
		`{"$blob":1,"a":2}`: {}, `{"$blob":"1"}`: {}, `{"$blob":-1}`: {}, `{"$blob":1.5}`: {}, `{"$blob":1234567890}`: {}, `{}`: {}, `{"$Blob":1}`: {},
	} {
		n, size, ok := reference([]byte(text))
		if ok != want.ok || ok && (n != want.n || size != want.size) {
			t.Errorf("reference(%s) = %d, %d, %v; want %+v", text, n, size, ok, want)
		}
	}
}

func TestPackAndUnpack(t *testing.T) {
	t.Parallel()
	a, err := Pack([]byte(`{"z":{"$blob":2},"a":"{\"$blob\":9}"}`), [][]byte{[]byte("x"), []byte("y"), []byte("zed")})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Pack([]byte(`{"$blob":0}`), [][]byte{{}})
	if err != nil {
		t.Fatal(err)
	}
	var p pdk.Payload
	first, err1 := Unpack(a, &p)
	second, err2 := Unpack(b, &p)
	if err1 != nil || err2 != nil || string(first) != `{"z":{"$blob":0},"a":"{\"$blob\":9}"}` || string(second) != `{"$blob":1}` || len(p.Blobs) != 2 || string(p.Blobs[0]) != "zed" {
		t.Errorf("%s %s %q %v %v", first, second, p.Blobs, err1, err2)
	}
	if _, err := Pack([]byte(`{"$blob":3}`), nil); pdk.AsError(err) == nil || pdk.AsError(err).Code != pdk.CodeInvalidParams {
		t.Errorf("a reference to nothing: %v", err)
	}
}
