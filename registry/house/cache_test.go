package house

import "testing"

func TestCacheForgetsWhatIsOld(t *testing.T) {
	t.Parallel()
	c := &cache{}
	if c.get("", "a") != nil {
		t.Error("an empty cache has something")
	}
	c.put("1", "a", []byte("one"))
	if got := string(c.get("1", "a")); got != "one" {
		t.Errorf("a = %q", got)
	}
	if c.get("2", "a") != nil || c.get("1", "b") != nil {
		t.Error("what was made under another state, or was not made, is given")
	}
	c.put("2", "b", []byte("two"))
	if c.get("1", "a") != nil || c.get("2", "a") != nil || string(c.get("2", "b")) != "two" {
		t.Error("the old state is not forgotten")
	}
	c.put("2", "huge", make([]byte, maxCached))
	if c.get("2", "huge") != nil || c.bytes != 3 {
		t.Errorf("more than the limit is kept: %d bytes", c.bytes)
	}
}
