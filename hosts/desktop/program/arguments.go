package program

import (
	"fmt"
	"strings"

	"github.com/dougong-dev/dougong/core/config"
	"github.com/dougong-dev/dougong/hosts/desktop/link"
)

// Usage is how the command is called.
const Usage = `usage: dougong-desktop [--one-window] [--plugins=FOLDER] [superapp.yaml] [dougong://open?app=ID&page=PAGE&…]
       dougong-desktop --register [superapp.yaml]

--one-window       show mini-programs where the launcher is, in place of windows of their own
--plugins=FOLDER   where the plugins are that superapp.yaml gives by id alone (default: plugins beside this program)
--register         enter the super-app in the desktop's menu, and have it open dougong: links (Linux)

A second start of the same super-app hands its link to the first and ends.`

const pluginsFlag = "--plugins="

// arguments are what the command was called with.
type arguments struct {
	file, plugins       string
	link                *link.Link
	oneWindow, register bool
}

func parse(args []string) (arguments, error) {
	a := arguments{}
	for _, arg := range args {
		switch {
		case arg == "--one-window":
			a.oneWindow = true
		case arg == "--register":
			a.register = true
		case strings.HasPrefix(arg, pluginsFlag) && len(arg) > len(pluginsFlag) && a.plugins == "":
			a.plugins = strings.TrimPrefix(arg, pluginsFlag)
		case link.Is(arg) && a.link == nil:
			l, err := link.Parse(arg)
			if err != nil {
				return a, err
			}
			a.link = &l
		case a.file == "" && !strings.HasPrefix(arg, "-") && !link.Is(arg):
			a.file = arg
		default:
			return a, fmt.Errorf("unexpected argument %.80q\n%s", arg, Usage)
		}
	}
	if a.register && a.link != nil {
		return a, fmt.Errorf("--register takes no link\n%s", Usage)
	}
	if a.file == "" {
		a.file = config.FileName
	}
	return a, nil
}
