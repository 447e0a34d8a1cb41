package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dougong-dev/dougong/core/miniapp/baselib"
	"github.com/dougong-dev/dougong/core/miniapp/npmtest"
	"github.com/dougong-dev/dougong/core/miniapp/view/client/tsbuild"
	"github.com/dougong-dev/dougong/pdk/go/contract"
	"github.com/dougong-dev/dougong/pdk/go/contract/generate"
)

// Packages from npm, pinned.
const (
	assemblyScript = "assemblyscript@0.27.37"
	wechatTypings  = "miniprogram-api-typings@5.2.3"
)

// everyContract is the standard ones, the vendor's that has one of everything, and some with awkward names.
func everyContract(t *testing.T) []*contract.Contract {
	t.Helper()
	awkward, err := contract.Load(os.DirFS("../../pdk/go/contract/generate/testdata/awkward"))
	if err != nil {
		t.Fatal(err)
	}
	return append(append(standardContracts(t), faceContract(t)), awkward...)
}

func faceContract(t *testing.T) *contract.Contract {
	t.Helper()
	data, err := os.ReadFile("../../pdk/go/contract/generate/testdata/face.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Parse("face.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// written writes every contract for a language into a folder and returns the files' paths.
func written(t *testing.T, lang generate.Lang, o generate.Options) (dir string, files []string) {
	t.Helper()
	dir = t.TempDir()
	for _, c := range everyContract(t) {
		f, err := generate.One(lang, c, o)
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, f.Name, f.Data)
		files = append(files, filepath.Join(dir, f.Name))
	}
	return dir, files
}

func put(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestTypesCheck runs tsc over the declarations and a mini-program's use of them, right and wrong.
func TestTypesCheck(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // as the scripts that are named slow_: it takes a compiler of another language many seconds
	}
	dir := t.TempDir()
	put(t, dir, "dougong.d.ts", generate.Types(everyContract(t)))
	put(t, dir, "globals.d.ts", generate.Globals(baselib.Names()))
	for _, name := range []string{"good.ts", "bad.ts"} {
		data, err := os.ReadFile(filepath.Join("testdata/types", name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, name, data)
	}
	put(t, dir, "tsconfig.json", []byte(`{"compilerOptions": {"target": "ES2020", "lib": ["ES2020"], "strict": true, "noUncheckedIndexedAccess": true, "types": [], "noEmit": true}, "include": ["*.ts"]}`))
	if err := tsbuild.Check(t.Context(), dir); err != nil {
		t.Error(err)
	}
}

// TestTypesBesideWeChats: the declarations add to miniprogram-api-typings; and files of single contracts go together.
func TestTypesBesideWeChats(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // as the scripts that are named slow_: it takes a compiler of another language many seconds
	}
	root := npmtest.Install(t, wechatTypings)
	dir, _ := written(t, generate.TypeScript, generate.Options{})
	put(t, dir, "use.ts", []byte("wx.showToast({ title: \"x\" });\nwx.acmeFace({ image: new ArrayBuffer(1), class: \"selfie\", success: (r) => r.score });\n"+
		"wx.request({ url: \"x\", success: (r) => r.statusCode });\n// @ts-expect-error no such value\nwx.acmeFace({ image: new ArrayBuffer(1), class: \"x\" });\n"))
	put(t, dir, "tsconfig.json", []byte(fmt.Sprintf(`{"compilerOptions": {"target": "ES2020", "lib": ["ES2020"], "strict": true, "typeRoots": [%q], "types": ["miniprogram-api-typings"], "noEmit": true, "skipLibCheck": false}, "include": ["*.ts"]}`,
		filepath.Join(root, "node_modules"))))
	if err := tsbuild.Check(t.Context(), dir); err != nil {
		t.Error(err)
	}
}

// kit is the folder of a kit for plugins; empty in a tree that does not have it.
func kit(t *testing.T, language string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("../../pdk", language, "dougong"))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCHeadersCompile(t *testing.T) {
	t.Parallel()
	dir, files := written(t, generate.C, generate.Options{})
	const use = "int main(void) { static face_acme_face_params p; p.image.size = sizeof(network_request_params); return p.has_threshold ? FACE_ERROR_NO_FACE : (int)p.from.size; }\n"
	put(t, dir, "all.c", []byte(including(files)+use))
	execute(t, dir, "clang", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "all.c")
	execute(t, dir, "clang", "-x", "c++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "all.c")
	if header := kit(t, "c"); header != "" {
		dir, files := written(t, generate.C, generate.Options{Kit: true})
		put(t, dir, "all.c", []byte(including(files)))
		execute(t, dir, "clang", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I", header, "all.c")
		use, err := os.ReadFile("testdata/kit/face.c")
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, "face.c", use)
		execute(t, dir, "clang", "-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
			"-I", header, "-o", "face", "face.c", "-lm")
		if got := execute(t, dir, "./face"); got != cAnswers {
			t.Errorf("the program said\n%s\nwant\n%s", got, cAnswers)
		}
	}
}

const cAnswers = `{"image":{"$blob":0},"class":"selfie","other":null,"threshold":0.5,"labels":{"a":["b","c"],"d":[]},"fooBar":true,"self":-9,"姓名":"x","a-b c":3} 1
face_acme_face_params.image: expected a value, found none
face_acme_face_params.class: expected text
face_acme_face_params.labels: expected text
face_acme_face_params: expected an object
`

func including(files []string) string {
	var all strings.Builder
	for _, f := range files {
		fmt.Fprintf(&all, "#include %q\n", filepath.Base(f))
	}
	return all.String()
}

const rustUse = `
use dougong::{Number, Value};
fn main() {
    let text = |s: &str| Value::Text(s.to_string());
    let mut v = Value::Object(vec![]);
    v.set("image", Value::Bytes(vec![1, 2]));
    v.set("class", text("selfie"));
    v.set("threshold", Value::from(0.5));
    v.set("labels", Value::Object(vec![("a".to_string(), Value::Array(vec![text("b")]))]));
    let p = face::AcmeFaceParams::decode(&v).unwrap();
    assert_eq!((p.image.0.len(), p.class.as_str(), p.threshold, p.foo_bar), (2, "selfie", Some(0.5), None));
    assert_eq!(face::AcmeFaceParams::decode(&p.encode()).unwrap(), p);
    v.set("class", Value::from(1i64));
    let e = face::AcmeFaceParams::decode(&v).unwrap_err();
    assert_eq!((e.code, e.message.as_str()), (2, "acmeFaceParams.class: expected text"));
    let _: Option<Number> = None;
}
`

func TestRustCompiles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // as the scripts that are named slow_: it takes a compiler of another language many seconds
	}
	dir, files := written(t, generate.Rust, generate.Options{})
	rustc := "/usr/bin/rustc" // Debian's, the oldest that is supported
	if _, err := os.Stat(rustc); err != nil {
		rustc = "rustc"
	}
	const use = "pub fn sample() -> face::AcmeFaceParams { face::AcmeFaceParams { type_: Some(face::METHOD_ACME_FACE.to_string()), ..Default::default() } }\n"
	put(t, dir, "lib.rs", []byte(modules(files)+use))
	execute(t, dir, rustc, "--edition", "2021", "--crate-type", "lib", "-D", "warnings", "--emit", "metadata", "-o", "lib.rmeta", "lib.rs")
	if source := kit(t, "rust"); source != "" {
		dir, files := written(t, generate.Rust, generate.Options{Kit: true})
		put(t, dir, "main.rs", []byte(modules(files)+rustUse))
		execute(t, dir, rustc, "--edition", "2021", "--crate-type", "lib", "--crate-name", "dougong", "-o", "libdougong.rlib", filepath.Join(source, "lib.rs"))
		execute(t, dir, rustc, "--edition", "2021", "-D", "warnings", "--extern", "dougong=libdougong.rlib", "-o", "main", "main.rs")
		execute(t, dir, "./main")
	}
}

func modules(files []string) string {
	var all strings.Builder
	for _, f := range files {
		fmt.Fprintf(&all, "pub mod %s;\n", strings.TrimSuffix(filepath.Base(f), ".rs"))
	}
	return all.String()
}

var classForm = regexp.MustCompile(`(?m)^export class (\w+)`)

// TestAssemblyScriptCompiles makes one of each class: asc looks only at what is used.
func TestAssemblyScriptCompiles(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		return // as the scripts that are named slow_: it takes a compiler of another language many seconds
	}
	dir, files := written(t, generate.AssemblyScript, generate.Options{})
	compileAssembly(t, dir, files, "let n: i32 = 0;\n", "n += changetype<usize>(new %s()) as i32;\n")
	if source := kit(t, "assemblyscript"); source != "" {
		dir, files := written(t, generate.AssemblyScript, generate.Options{Kit: true})
		if err := os.CopyFS(filepath.Join(dir, "dougong"), os.DirFS(source)); err != nil {
			t.Fatal(err)
		}
		compileAssembly(t, dir, files, "import { Context, Value } from \"./dougong\";\nexport { dg_alloc, dg_call } from \"./dougong\";\nlet n: i32 = 0;\nconst ctx = new Context();\nconst v = Value.object();\n",
			"n += %s.decode(ctx, v).encode().length;\n", "--use", "abort=dougong/abi/dg_abort")
	}
}

// compileAssembly compiles a file that uses every class of the modules in the way of the format use.
func compileAssembly(t *testing.T, dir string, files []string, head, use string, options ...string) {
	t.Helper()
	root := npmtest.Install(t, assemblyScript)
	var all strings.Builder
	all.WriteString(head)
	for i, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "import * as m%d from \"./%s\";\nn += m%d.CAPABILITY.length;\n", i, strings.TrimSuffix(filepath.Base(f), ".ts"), i)
		for _, class := range classForm.FindAllStringSubmatch(string(data), -1) {
			if class[1] != "Any" {
				fmt.Fprintf(&all, use, fmt.Sprintf("m%d.%s", i, class[1]))
			}
		}
	}
	all.WriteString("export function count(): i32 { return n; }\n")
	put(t, dir, "all.ts", []byte(all.String()))
	args := append([]string{filepath.Join(root, "node_modules/assemblyscript/bin/asc.js"), "all.ts", "-o", "all.wasm"}, options...)
	if out := execute(t, dir, "node", args...); strings.Contains(out, "WARNING") {
		t.Errorf("asc warned:\n%s", out)
	}
}

const pythonUse = `
import json
blobs = [b"picture", b"crop"]
p = face.AcmeFaceParams.from_json(json.loads('{"image": {"$blob": 0}, "class": "selfie", "a-b c": null, "\u59d3\u540d": "x", "labels": {"k": ["v"]}}'), blobs)
assert p.image == b"picture" and p.class_ == "selfie" and p.u59d3_u540d == "x" and p.threshold is None, p
out = []
assert p.to_json(out) == {"image": {"$blob": 0}, "class": "selfie", "\u59d3\u540d": "x", "labels": {"k": ["v"]}}, p.to_json([])
assert out == [b"picture"], out
r = face.AcmeFaceResult(score=0.5, boxes=[face.Box(1, 2, 3, 4)], more=face.AcmeFaceResultMore(at="x", crop=b"crop", by={"me": face.Box(0, 0, 1, 1)}))
out = []
text = json.loads(json.dumps(r.to_json(out)))
assert text["more"]["crop"] == {"$blob": 0} and out == [b"crop"], text
assert face.AcmeFaceResult.from_json(text, out) == r, face.AcmeFaceResult.from_json(text, out)
for wrong in [None, [], {"score": 1}]:
    try:
        face.AcmeFaceResult.from_json(wrong)
        raise SystemExit("accepted %r" % (wrong,))
    except ValueError as e:
        assert "AcmeFaceResult" in str(e), e
assert face.ERROR_NO_FACE == 30001 and face.METHOD_WATCH_FACE_DELETE == "watchFace.delete"
`

// TestPythonWorks imports every module under Debian's Python, and carries values there and back.
func TestPythonWorks(t *testing.T) {
	t.Parallel()
	dir, files := written(t, generate.Python, generate.Options{})
	var all strings.Builder
	for _, f := range files {
		fmt.Fprintf(&all, "import %s\n", strings.TrimSuffix(filepath.Base(f), ".py"))
	}
	put(t, dir, "all_.py", []byte(all.String()+pythonUse))
	python := "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		python = "python3"
	}
	execute(t, dir, python, "-W", "error", "all_.py")
}
