package superapp

import (
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
)

// Load is config.Load where a plugin that is given by its id alone is the one in the folder plugins; see PluginsFolder.
// environ is os.Environ(), or nil for no overrides.
func Load(path string, environ []string, plugins string) (*config.Config, error) {
	return config.LoadBeside(path, environ, beside(PluginsFolder(plugins)))
}

// Parse is Load of a file's content, as config.Parse is: the files of the look may be missing.
func Parse(path string, data []byte, environ []string, plugins string) (*config.Config, error) {
	return config.ParseBeside(path, data, environ, beside(PluginsFolder(plugins)))
}

// PluginsFolder is the folder of plugins given; "" is the folder "plugins" beside the running program.
func PluginsFolder(given string) string {
	if given != "" {
		return given
	}
	exe, err := os.Executable()
	if err != nil {
		return "plugins"
	}
	return filepath.Join(filepath.Dir(exe), "plugins")
}

// beside finds plugins by id in the subfolders of dir, for config.LoadBeside. A folder whose manifest cannot be read is none.
func beside(dir string) func(id string) string {
	return func(id string) string {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return ""
		}
		files, _ := filepath.Glob(filepath.Join(abs, "*", manifest.FileName)) // the pattern is good
		for _, file := range files {
			if m, err := manifest.Load(filepath.Dir(file)); err == nil && m.ID == id {
				return filepath.Dir(file)
			}
		}
		return ""
	}
}
