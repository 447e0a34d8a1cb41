package regions_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/core/miniapp/view/client/regions"
)

// TestCurrent: the committed table is what the package gives.
func TestCurrent(t *testing.T) {
	t.Parallel()
	dir := npmtest.Dir(npmtest.Install(t, regions.Package), regions.Package)
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(regions.DataFile)))
	if err != nil {
		t.Fatal(err)
	}
	licence, err := os.ReadFile(filepath.Join(dir, regions.LicenceFile))
	if err != nil {
		t.Fatal(err)
	}
	want, err := regions.Table(data, licence)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../src/components/regions.ts")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("src/components/regions.ts is not what the package gives: go generate ./core/miniapp/view/client/regions")
	}
	for _, line := range []string{"MIT License", "`11北京市;01北京市:01东城区,02西城区", "\n44广东省;01广州市:"} {
		if !bytes.Contains(want, []byte(line)) {
			t.Errorf("the table lacks %q", line)
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, data, want string }{
		{"all levels", `110000: '甲', 110100: "乙", 110101: '丙', 110102:'丁', 110200: '戊', 120000: '己'`, "`11甲;01乙:01丙,02丁;02戊\n12己`"},
		{"a province alone", `710000: '台湾省'`, "`71台湾省`"},
		{"a city without its province", `110100: '乙'`, "region 110100 乙: there is no province 110000"},
		{"a county without its city", `110000: '甲', 110101: '丙'`, "region 110101 丙: there is no city 110100"},
		{"a name in escapes", "110000: '\\u5317\u4eac'", "`11北京`"},
		{"a name that would be two", `110000: '甲,乙'`, "a character that separates names"},
		{"another form", `[]`, "its form has changed"},
	} {
		got, err := regions.Table([]byte(c.data), []byte("Licence\n\ntext\n"))
		text := string(got)
		if err != nil {
			text = err.Error()
		}
		if !strings.Contains(text, c.want) {
			t.Errorf("%s: %s, want %s in it", c.name, text, c.want)
		}
	}
}

// FuzzTable: whatever the package has, the text of the table ends where it should.
func FuzzTable(f *testing.F) {
	f.Add([]byte(`110000: '甲', 110100: '乙'`))
	f.Add([]byte("110000: '`${x}'"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := regions.Table(data, nil)
		if err == nil && (bytes.Count(table, []byte("`")) != 2 || bytes.Contains(table, []byte("${"))) {
			t.Errorf("%q gives %q", data, table)
		}
	})
}
