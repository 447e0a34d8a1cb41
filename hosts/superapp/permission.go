package superapp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sort"

	"github.com/dougong-dev/dougong/core/permission"
	"github.com/dougong-dev/dougong/hosts/web"
)

// Shell is what can put a question to the user.
type Shell interface {
	// Prompt waits for the user's answer and says whether it is the first button.
	Prompt(ctx context.Context, p web.Prompt) (bool, error)
	// Confirm waits for the user's answer: the number of a button, or -1 if the user closed the question.
	Confirm(ctx context.Context, p web.Prompt) (int, error)
	// OpenSettings shows the permissions of a mini-program, as Permissions lists them, until the user leaves them.
	OpenSettings(ctx context.Context, app, user string) error
}

// SetShell says who asks the user. Without a shell every question is an error.
func (a *App) SetShell(s Shell) { a.shell.Store(&s) }

// Speaker is a Shell that knows what its users read.
type Speaker interface {
	// Language is that of a user of a mini-program, such as "zh-CN", or "" if it is not known.
	Language(app, user string) string
}

// language is what a user reads: as the shell says, or else the first language of the super-app.
func (a *App) language(app, user string) string {
	if shell := a.shell.Load(); shell != nil {
		if s, ok := (*shell).(Speaker); ok {
			if l := s.Language(app, user); l != "" {
				return l
			}
		}
	}
	if ui := a.Brand().UI; ui != nil && len(ui.Languages) > 0 {
		return ui.Languages[0]
	}
	return ""
}

// languageBehind is language where asked, if it is not nil, does not know what a user reads.
func (a *App) languageBehind(asked func(app, user string) string) func(app, user string) string {
	if asked == nil {
		return a.language
	}
	return func(app, user string) string { return cmp.Or(asked(app, user), a.language(app, user)) }
}

// errNoShell says that nobody can be asked.
var errNoShell = errors.New("there is no screen to ask the user on; set policy.prompts in superapp.yaml")

// prompter asks the user on behalf of the kernel.
type prompter struct{ app *App }

// Ask implements permission.Prompter.
func (p prompter) Ask(ctx context.Context, r permission.Request) (bool, error) {
	shell := p.app.shell.Load()
	if shell == nil {
		return false, errNoShell
	}
	return (*shell).Prompt(ctx, web.Prompt{
		App: r.App, User: r.User, Kind: "permission", Scope: r.Scope, Title: scopeTitle(r.Scope), Text: p.app.purpose(r.App, r.Scope),
		Buttons: []string{"允许", "拒绝"},
	})
}

// Settings implements permission.Prompter: changes are made through SetPermission while the user looks at them.
func (p prompter) Settings(ctx context.Context, app, user string, before map[string]bool) (map[string]bool, error) {
	shell := p.app.shell.Load()
	if shell == nil {
		return nil, errNoShell
	}
	if err := (*shell).OpenSettings(ctx, app, user); err != nil {
		return nil, err
	}
	changed := map[string]bool{}
	for scope, granted := range p.app.kernel.Grants(app, user) {
		if was, known := before[scope]; !known || was != granted {
			changed[scope] = granted
		}
	}
	return changed, nil
}

// Confirm implements permission.Prompter.
func (p prompter) Confirm(ctx context.Context, c permission.Confirmation) (int, error) {
	shell := p.app.shell.Load()
	if shell == nil {
		return -1, errNoShell
	}
	return (*shell).Confirm(ctx, web.Prompt{
		App: c.App, User: c.User, Kind: "confirm", Plugin: c.Plugin, Title: c.Title, Text: c.Content, Buttons: c.Buttons,
	})
}

// purpose is what a mini-program says it needs a scope for (app.json permission).
func (a *App) purpose(app, scope string) string {
	p, err := a.find(app)
	if err != nil {
		return ""
	}
	program, err := p.ready()
	if err != nil {
		return ""
	}
	return program.App.Permission[scope]
}

// Permissions lists what the user decided about a mini-program, by scope.
func (a *App) Permissions(app, user string) ([]web.Permission, error) {
	var out []web.Permission
	for scope, granted := range a.kernel.Grants(app, user) {
		out = append(out, web.Permission{Scope: scope, Title: scopeTitle(scope), Granted: granted})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Scope < out[j].Scope })
	return out, nil
}

// SetPermission changes an answer.
func (a *App) SetPermission(app, user, scope string, granted bool) error {
	return a.kernel.SetGrant(app, user, scope, granted)
}

// scopeTitles say in words what a scope lets a mini-program do.
var scopeTitles = map[string]string{
	"scope.userLocation":           "获取你的位置信息",
	"scope.userLocationBackground": "在后台获取你的位置信息",
	"scope.userFuzzyLocation":      "获取你的模糊位置信息",
	"scope.payment":                "向你收款",
	"scope.userInfo":               "获取你的昵称、头像",
	"scope.writePhotosAlbum":       "保存图片到你的相册",
	"scope.camera":                 "使用你的摄像头",
	"scope.notification":           "向你发送桌面通知",
	"scope.record":                 "使用你的麦克风",
	"scope.localNetwork":           "获取你的设备在局域网中的地址",
}

func scopeTitle(scope string) string {
	if title, ok := scopeTitles[scope]; ok {
		return title
	}
	return fmt.Sprintf("使用权限 %s", scope)
}
