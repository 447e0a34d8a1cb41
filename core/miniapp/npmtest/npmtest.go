// Package npmtest gives tests real component packages, as npm serves them. They are kept in the user's cache folder,
// never in the repository.
package npmtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Packages that tests use, pinned.
const (
	Vant    = "@vant/weapp@1.11.7"
	TDesign = "tdesign-miniprogram@1.16.0"
	WeUI    = "weui-miniprogram@1.5.6"
	Lin     = "lin-ui@0.9.13"
	Wux     = "wux-weapp@3.11.3"

	AntDesignMini = "antd-mini@3.4.3"

	WeUIDemo = "weui-wxss@2.6.26" // a whole mini-program
	WuxDemo  = "wux@2.0.3"        // a whole mini-program
	VueMini  = "@vue-mini/core@1.2.9"

	WXMLToCanvas = "wxml-to-canvas@1.1.1"
	ECharts      = "echarts@5.1.2"
	ECCanvas     = "echarts-for-weixin@1.0.2"
	WCC          = "miniprogram-compiler@0.2.3"

	// GlassEasel is WeChat's open component framework in the form of mini-programs, with what it needs beside it.
	GlassEasel = "glass-easel-miniprogram-adapter@0.12.1"
	// JComponent drives miniprogram-exparser, the component framework of WeChat's base library.
	JComponent = "j-component@1.4.9"
	Sass       = "sass@1.77.0"
	Less       = "less@4.2.0"
	Stylus     = "stylus@0.63.0"

	// Pages of the web.
	VueRouter   = "vue-router@4.5.0" // with Vue beside it
	SwaggerUI   = "swagger-ui-dist@5.18.2"
	WeixinJSSDK = "weixin-js-sdk@1.6.5" // WeChat's own script for pages
)

const installTime = 5 * time.Minute

// beside is what a package wants to find beside it, where npm does not bring it by itself.
var beside = map[string][]string{
	GlassEasel: {"glass-easel@0.12.1", "glass-easel-template-compiler@0.12.1"},
	JComponent: {"jsdom@16.7.0"},
	VueMini:    {"@vue/reactivity@3.5.29"},
	VueRouter:  {"vue@3.5.29"},
}

// Install gives a folder whose node_modules holds the package of an exact version, and what it depends on. It is shared:
// read only. Without npm or network the test fails, and says what is missing.
func Install(t testing.TB, spec string) string {
	t.Helper()
	dir, err := install(spec)
	if err != nil {
		t.Fatalf("npm package %s: %v", spec, err)
	}
	return dir
}

// Dir is the folder of the package itself, given a folder of Install.
func Dir(root, spec string) string {
	name := spec[:strings.LastIndexByte(spec, '@')]
	return filepath.Join(root, "node_modules", filepath.FromSlash(name))
}

func install(spec string) (string, error) {
	base, err := cacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, strings.NewReplacer("/", "+").Replace(spec))
	if _, err := os.Stat(filepath.Join(Dir(dir, spec), "package.json")); err == nil {
		return dir, nil
	}
	tmp, err := os.MkdirTemp(base, "tmp-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(tmp) }() // renamed already unless something failed
	if err := run(tmp, spec); err != nil {
		return "", err
	}
	if err := os.Rename(tmp, dir); err != nil { // another test binary was faster
		if _, there := os.Stat(Dir(dir, spec)); there != nil {
			return "", err
		}
	}
	return dir, nil
}

// cacheDir is the folder of all that is kept.
func cacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	base = filepath.Join(base, "dougong-test", "npm")
	return base, os.MkdirAll(base, 0o755)
}

func run(dir, spec string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("npm is not installed: the tests run on real component packages (apt-get install npm)")
	}
	ctx, cancel := context.WithTimeout(context.Background(), installTime)
	defer cancel()
	args := []string{"install", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error", spec}
	cmd := exec.CommandContext(ctx, npm, append(args, beside[spec]...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm install: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
