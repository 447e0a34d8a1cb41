package web

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"html/template"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

// dictionary is the pages' words: English, Chinese.
var dictionary = map[string][2]string{
	"market": {"Marketplace", "应用市场"}, "search": {"Search", "搜索"}, "searchfor": {"Search plugins and mini-programs", "搜索插件与小程序"}, "skip": {"Skip to content", "跳到正文"},
	"categories": {"Categories", "分类"}, "capabilities": {"Capabilities", "能力"}, "popular": {"Popular", "热门"}, "plugins": {"Plugins", "插件"}, "miniprograms": {"Mini-programs", "小程序"},
	"plugin": {"Plugin", "插件"}, "miniprogram": {"Mini-program", "小程序"}, "all": {"All", "全部"}, "none": {"Nothing was found.", "没有找到内容。"}, "found": {"found", "个结果"},
	"prev": {"Previous page", "上一页"}, "next": {"Next page", "下一页"}, "signin": {"Sign in", "登录"}, "signout": {"Sign out", "退出"}, "account": {"Account", "账户"}, "upload": {"Publish", "发布"},
	"name": {"Name", "名称"}, "password": {"Password", "密码"}, "wrong": {"The name or the password is wrong.", "名称或密码不正确。"}, "by": {"by", "发布者"}, "verified": {"verified", "已认证"},
	"downloads": {"downloads", "次下载"}, "version": {"Version", "版本"}, "versions": {"Versions", "版本"}, "readme": {"About", "说明"}, "api": {"API", "接口文档"}, "permissions": {"Permissions", "权限"},
	"nopermissions": {"It asks for nothing.", "不需要任何权限。"}, "trust": {"Signatures and log", "签名与日志"}, "conformance": {"Conformance", "一致性测试"}, "compat": {"Compatibility", "兼容性"},
	"add": {"Add to my super-app", "加入我的超级应用"}, "addhow": {"Put this into superapp.yaml:", "写入 superapp.yaml："}, "licence": {"Licence", "许可证"}, "runtime": {"Runs as", "运行方式"}, "published": {"Published", "发布时间"},
	"platforms": {"Files", "文件"}, "platform": {"Platform", "平台"}, "any": {"every system", "所有系统"}, "size": {"Size", "大小"}, "minhost": {"Lowest host version", "最低宿主版本"}, "anyhost": {"any", "不限"},
	"yanked": {"This version was withdrawn:", "此版本已撤回："}, "deprecated": {"This package should be replaced:", "此包已弃用："}, "yankedword": {"withdrawn", "已撤回"}, "key": {"Key", "密钥"}, "keys": {"Keys", "密钥"},
	"known": {"registered by the organisation", "该组织已登记"}, "unknown": {"not registered", "未登记"}, "revoked": {"revoked", "已吊销"}, "leaf": {"Entry of the log", "日志条目"}, "head": {"Signed head", "已签名的树头"},
	"proofhow": {"This release is entry %d of the transparency log. The proof and the signed head below show it; anyone can check them offline.", "此版本是透明日志的第 %d 条。下面的证明与签名树头可供任何人离线校验。"},
	"signedby": {"Signed by", "签名者"}, "passed": {"passed", "通过"}, "failed": {"failed", "失败"}, "skipped": {"skipped", "跳过"}, "matches": {"The report is about the very files of this release.", "报告针对的正是此版本的文件。"},
	"differs": {"The report is about other files than these.", "报告针对的不是这些文件。"}, "noreport": {"The vendor has sent no report.", "厂商未提供报告。"}, "provides": {"Provides", "提供的能力"}, "envelope": {"Envelope", "签名信封"}, "certificates": {"Certificates of who signed (PEM; optional if they came before)", "签名者证书（PEM；曾上传过则可选）"}, "proof": {"Proof", "证明"},
	"internal": {"The registry had an internal error.", "服务器内部错误。"}, "nopage": {"There is no such page.", "页面不存在。"}, "tokens": {"API tokens", "API 令牌"}, "newtoken": {"New token", "新建令牌"}, "tokenonce": {"Copy the token now; it is not shown again:", "请立即复制令牌，之后不再显示："},
	"scopes": {"Good for", "用途"}, "days": {"Days", "有效天数"}, "namespace": {"Namespace", "命名空间"}, "namespaces": {"Namespaces", "命名空间"}, "expires": {"Expires", "到期"}, "revoke": {"Revoke", "吊销"}, "create": {"Create", "创建"},
	"organisations": {"Organisations", "组织"}, "neworg": {"New organisation", "新建组织"}, "titleword": {"Title", "显示名称"}, "members": {"Members", "成员"}, "role": {"Role", "角色"}, "save": {"Save", "保存"}, "remove": {"Remove", "移除"},
	"unverified": {"unverified", "未认证"}, "verify": {"Verify this organisation", "认证此组织"}, "unverify": {"Take the verification back", "撤销认证"},
	"admin": {"Administration", "管理"}, "waitingorgs": {"Organisations that wait to be verified", "等待认证的组织"}, "waitingnames": {"Namespaces that wait to be approved", "等待批准的命名空间"}, "nobodywaits": {"Nothing waits.", "没有等待处理的内容。"},
	"accounts": {"Accounts", "账户"}, "administrator": {"administrator", "管理员"}, "disabled": {"disabled", "已停用"}, "active": {"active", "正常"}, "disable": {"Disable", "停用"}, "enable": {"Enable", "启用"}, "signsin": {"Signs in by", "登录方式"}, "change": {"Change", "更改"},
	"newaccount": {"New account", "新建账户"}, "verifiedorgs": {"Verified organisations", "已认证的组织"}, "newpassword": {"New password", "新密码"}, "currentpassword": {"Current password", "当前密码"}, "repeatpassword": {"New password, once more", "再次输入新密码"},
	"changepassword": {"Change the password", "修改密码"}, "revoketokens": {"Revoke all API tokens as well", "同时吊销所有 API 令牌"}, "passwordhow": {"All other browsers are signed out.", "其他浏览器都会退出登录。"}, "passwordchanged": {"The password was changed. All other browsers are signed out.", "密码已修改，其他浏览器均已退出登录。"},
	"repeatwrong": {"The two new passwords differ.", "两次输入的新密码不一致。"},
	"visibility":  {"Who sees it", "可见范围"}, "public": {"everybody", "所有人"}, "internalword": {"members only", "仅组织成员"}, "orgdefault": {"as the organisation's packages begin", "按组织默认"}, "beginsas": {"New packages are for", "新包的可见范围"},
	"certified":     {"certified by this registry's house:", "已获本注册中心信任根签发的证书："},
	"unverifiedhow": {"This organisation can publish once an administrator of this registry has verified it.", "本组织须经注册中心管理员认证后才能发布。"},
	"claim":         {"Claim", "申请"}, "pending": {"waits for an administrator", "等待管理员审核"}, "approve": {"Approve", "批准"}, "addkey": {"Register a public key", "登记公钥"}, "keyjson": {"Public key (JSON)", "公钥（JSON）"}, "reason": {"Reason", "原因"},
	"audit": {"What was done", "操作记录"}, "packages": {"Packages", "包"}, "uploadhow": {"Choose the signed envelope and the bundle that it is about. dougong publish does the same.", "选择签名信封及其对应的包文件。命令 dougong publish 与此相同。"},
	"bundle": {"Bundle", "包文件"}, "another": {"Bundle for another platform (optional)", "其他平台的包文件（可选）"}, "withdraw": {"Withdraw this version", "撤回此版本"}, "optional": {"optional", "可选"}, "when": {"Time", "时间"}, "who": {"Who", "操作者"}, "what": {"What", "操作"},
	"signinby": {"Sign in by %s", "通过 %s 登录"}, "localaccount": {"Or by an account of this registry", "或使用本注册中心的账户"}, "signedout": {"You are signed out", "已退出登录"},
	"stillin": {"You are still signed in at the provider.", "你在身份提供方仍处于登录状态。"}, "endthere": {"Sign out there as well", "同时退出身份提供方"},
	"tagline":       {"Capabilities and mini-programs for your super-app. Signed by their vendors, logged for everybody to check.", "为你的超级应用挑选能力与小程序：厂商签名，公开日志，人人可验证。"},
	"searchexample": {"Payment, maps, face recognition …", "支付、地图、人脸识别……"}, "popularplugins": {"Popular plugins", "热门插件"}, "popularmini": {"Popular mini-programs", "热门小程序"},
	"allplugins": {"All plugins", "全部插件"}, "allmini": {"All mini-programs", "全部小程序"}, "bycapability": {"By capability", "按能力浏览"}, "why": {"Why packages from here", "为什么从这里选择"},
	"why1": {"Signed", "已签名"}, "why1text": {"Every version is signed by its vendor's own key. This server cannot change it unnoticed.", "每个版本都由厂商自己的密钥签名，服务器无法悄悄改动。"},
	"why2": {"Logged", "有据可查"}, "why2text": {"Every publish is an entry of a log that only grows. Each page brings its proof.", "每次发布都写入只增不改的透明日志，每个页面都附有证明。"},
	"why3": {"Asks first", "先问后用"}, "why3text": {"What a package asks for stands on its page in plain words, before you add it.", "它需要什么权限，加入之前就能在页面上清楚看到。"},
	"emptyshop": {"Nothing is published yet", "还没有发布任何内容"}, "emptyhow": {"The first plugin is two commands away:", "两条命令即可发布第一个插件："}, "nonehow": {"Try fewer words, or leave a filter out.", "试试更少的关键词，或去掉筛选条件。"},
	"kindword": {"Kind", "类型"}, "filters": {"Filters", "筛选条件"}, "without": {"Without", "去掉"}, "signedlogged": {"signed and logged", "已签名并记入日志"}, "thencompose": {"Then:", "然后运行："}, "footer": {"Dougong registry", "斗拱注册中心"},
	"webhooks": {"Webhooks", "Webhook"}, "secretonce": {"Copy the secret now; it is not shown again:", "请立即复制密钥，之后不再显示："}, "address": {"Address", "地址"}, "addhook": {"Add a webhook", "添加 Webhook"},
	"hookhow": {"What happens here is sent to this address, signed (Standard Webhooks).", "此处发生的事件会签名后发送到该地址（Standard Webhooks）。"}, "deliveries": {"Last messages", "最近的消息"}, "state": {"State", "状态"},
	"due": {"waiting", "等待中"}, "done": {"delivered", "已送达"}, "dead": {"given up", "已放弃"}, "again": {"Send again", "重新发送"}, "attempts": {"attempts", "次尝试"},
	"language": {"中文", "English"}, "files": {"files inside", "个内部文件"},
}

// permissions are the plain words for what a package asks for; %s is the permission's value.
var permissions = map[string][2]string{
	"http": {"Talks to %s over the internet", "通过网络访问 %s"}, "secret": {"Uses the secret “%s” that you give it", "使用你提供的密钥“%s”"}, "kv": {"Keeps data of its own on this device", "在本设备上保存自己的数据"},
	"confirm": {"Asks you to confirm things", "请求你确认操作"}, "keys": {"Encrypts data by keys of this device", "使用本设备的密钥加密数据"}, "files": {"Has a private folder", "使用私有文件夹"},
	"net": {"Reaches any address on the network, past the host's control", "不经宿主控制即可访问任意网络地址"}, "exec": {"Starts other programs", "启动其他程序"}, "local_files": {"Reads and writes files of the mini-program that uses it", "读写调用它的小程序的文件"},
	"user_files": {"Asks you for files, photos and recordings", "请求你选择文件、照片与录音"}, "package": {"Reads the package of the mini-program that uses it", "读取调用它的小程序的代码包"},
	"scope.userLocation": {"Learns where you are", "获取你的位置"}, "scope.camera": {"Uses the camera", "使用摄像头"}, "scope.record": {"Records sound", "录音"}, "scope.payment": {"Asks you to pay", "发起支付"}, "scope.writePhotosAlbum": {"Saves pictures to your album", "保存图片到相册"},
}

// categories are the names of the standard ones.
var categories = map[string][2]string{
	"payment": {"Payment", "支付"}, "network": {"Network", "网络"}, "storage": {"Storage", "存储"}, "securestorage": {"Encrypted storage", "加密存储"}, "geolocation": {"Location", "定位"}, "location": {"Location", "定位"},
	"file": {"Files", "文件"}, "media": {"Media", "多媒体"}, "share": {"Sharing", "分享"}, "account": {"Accounts", "账户"}, "trace": {"Records", "留痕"}, "notification": {"Notifications", "通知"}, "device": {"Device", "设备"}, "map": {"Maps", "地图"}, "other": {"More", "更多"},
}

// categoryName is how a category is called, its own name for one that is not a standard one.
func categoryName(lang, category string) string {
	pair, ok := categories[category]
	switch {
	case !ok:
		return category
	case lang == "zh":
		return pair[1]
	}
	return pair[0]
}

// hues is how many colours the marks of packages have.
const hues = 6

func translate(lang, word string) string {
	pair, ok := dictionary[word]
	if !ok {
		return word
	}
	if lang == "zh" {
		return pair[1]
	}
	return pair[0]
}

func plain(lang string, p release.Permission) string {
	pair, ok := permissions[p.Name]
	if !ok {
		return strings.TrimSpace(p.Name + " " + p.Value)
	}
	text := pair[0]
	if lang == "zh" {
		text = pair[1]
	}
	if strings.Contains(text, "%s") {
		return fmt.Sprintf(text, p.Value)
	}
	return text
}

// functions are what templates may call.
func functions() template.FuncMap {
	return template.FuncMap{
		"t": translate, "plain": plain, "category": categoryName,
		"hue": func(name string) uint32 {
			h := fnv.New32a()
			_, _ = h.Write([]byte(name)) // never fails
			return h.Sum32() % hues
		},
		"initial": func(title string) string {
			r, _ := utf8.DecodeRuneInString(title)
			return string(unicode.ToUpper(r))
		},
		"tf":     func(lang, word string, args ...any) string { return fmt.Sprintf(translate(lang, word), args...) },
		"date":   func(t time.Time) string { return t.UTC().Format("2006-01-02") },
		"moment": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") },
		"event": func(message []byte) string {
			var m struct{ Event, Subject string }
			if err := json.Unmarshal(message, &m); err != nil {
				return ""
			}
			return strings.TrimSpace(m.Event + " " + m.Subject)
		},
		"size": func(n int64) string {
			switch {
			case n >= 1<<20:
				return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
			case n >= 1<<10:
				return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
			}
			return fmt.Sprintf("%d B", n)
		},
		"summary": func(lang, en, zh string) string {
			if lang == "zh" && zh != "" || en == "" {
				return zh
			}
			return en
		},
		"plural": func(k store.Kind) string { return string(k) + "s" },
		"other": func(lang string) string {
			if lang == "zh" {
				return "en"
			}
			return "zh"
		},
		"allows": func(r store.Role, want string) bool { return r.Allows(store.Role(want)) },
		"card":   func(v *view, p store.Package) map[string]any { return map[string]any{"Lang": v.Lang, "P": p} },
	}
}
