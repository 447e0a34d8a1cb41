/** How a setting is entered. */
export type Kind = "colour" | "number" | "time" | "text" | "path" | "bool" | "choice" | "parts" | "words" | "language" | "long" | "list";

/** One setting of the look. */
export interface Field {
  path: string;
  label: [zh: string, en: string];
  kind: Kind;
  options?: string[];
  min?: number;
  max?: number;
  step?: number;
  /** Of a list: what an entry has, and what a new one begins as. */
  entry?: Field[];
  fresh?: (n: number) => unknown;
}

/** What of the shell can be shown beside the form although it is seen for a moment only. */
export type Moment = "opening" | "loading" | "failure" | "privacy";

/** A part of the form. */
export interface Group {
  title: [zh: string, en: string];
  fields: Field[];
  moment?: Moment;
}

const f = (path: string, zh: string, en: string, kind: Kind, more: Partial<Field> = {}): Field => ({ path, label: [zh, en], kind, ...more });

/** What a screen has that is seen while there is nothing else. */
function screen(name: string, waits: boolean): Field[] {
  const at = `ui.${name}`;
  return [
    f(`${at}.show`, "显示", "Show", "bool"),
    f(`${at}.title`, "标题", "Title", "language"),
    f(`${at}.text`, "文字", "Text", "language"),
    f(`${at}.picture`, "图片", "Picture", "path"),
    f(`${at}.background`, "背景", "Background", "colour"),
    f(`${at}.colour`, "文字颜色", "Colour", "colour"),
    f(`${at}.dark.picture`, "深色 · 图片", "Dark · picture", "path"),
    f(`${at}.dark.background`, "深色 · 背景", "Dark · background", "colour"),
    f(`${at}.dark.colour`, "深色 · 文字颜色", "Dark · colour", "colour"),
    ...(waits ? [f(`${at}.indicator`, "进度", "Indicator", "choice", { options: ["bar", "spinner", "none"] })] : []),
  ];
}

const ENTRIES = ["share", "timeline", "favourite", "qr", "float", "permissions", "about", "feedback", "reload", "debug", "exit"];

/** Everything that the editor offers, by the keys of superapp.yaml. */
export const groups: Group[] = [
  {
    title: ["品牌", "Brand"],
    fields: [
      f("branding.title", "名称", "Name", "language"),
      f("branding.tagline", "标语", "Tagline", "language"),
      f("branding.theme.primary", "主色", "Primary", "colour"),
      f("branding.theme.background", "背景", "Background", "colour"),
      f("branding.theme.surface", "卡片", "Surface", "colour"),
      f("branding.theme.text", "文字", "Text", "colour"),
      f("branding.theme.dark.primary", "深色 · 主色", "Dark · primary", "colour"),
      f("branding.theme.dark.background", "深色 · 背景", "Dark · background", "colour"),
      f("branding.theme.dark.surface", "深色 · 卡片", "Dark · surface", "colour"),
      f("branding.theme.dark.text", "深色 · 文字", "Dark · text", "colour"),
      f("branding.font", "字体", "Font", "text"),
      f("branding.font_file", "字体文件", "Font file", "path"),
      f("branding.logo", "标志", "Logo", "path"),
      f("ui.languages", "语言", "Languages", "words"),
      f("ui.mode", "明暗", "Mode", "choice", { options: ["auto", "light", "dark"] }),
    ],
  },
  {
    title: ["启动台", "Launcher"],
    fields: [
      f("ui.frame", "边框", "Frame", "choice", { options: ["auto", "phone", "full"] }),
      f("ui.launcher.layout", "布局", "Layout", "choice", { options: ["grid", "list"] }),
      f("ui.launcher.columns", "列数", "Columns", "number", { min: 0, max: 12 }),
      f("ui.launcher.recent", "最近使用", "Recent", "number", { min: 0, max: 20 }),
      f("ui.launcher.search", "搜索", "Search", "bool"),
      f("ui.launcher.scan", "扫一扫", "Scan", "bool"),
      f("ui.launcher.favourites", "收藏", "Favourites", "bool"),
      f("ui.launcher.background", "背景图", "Background", "path"),
      f("ui.start", "首先打开", "Opens first", "text"),
      f("ui.launcher.groups", "分组", "Groups", "list", {
        entry: [f("title", "标题", "Title", "language"), f("apps", "小程序", "Mini-programs", "words")],
        fresh: () => ({ title: { zh: "新分组", en: "New group" }, apps: [] }),
      }),
    ],
  },
  {
    title: ["胶囊", "Capsule"],
    fields: [
      f("ui.capsule.show", "按钮", "Buttons", "parts", { options: ["more", "home", "close"] }),
      f("ui.capsule.position", "位置", "Position", "choice", { options: ["right", "left"] }),
      f("ui.capsule.width", "宽", "Width", "number", { min: 24, max: 240 }),
      f("ui.capsule.height", "高", "Height", "number", { min: 24, max: 96 }),
      f("ui.capsule.top", "上边距", "Top", "number", { min: 0, max: 200 }),
      f("ui.capsule.side", "侧边距", "Side", "number", { min: 0, max: 200 }),
      f("ui.capsule.radius", "圆角", "Radius", "number", { min: 0, max: 48 }),
      f("ui.capsule.border_width", "边框宽", "Border", "number", { min: 0, max: 8, step: 0.5 }),
      f("ui.capsule.icon_size", "图标", "Icon", "number", { min: 8, max: 64 }),
      f("ui.capsule.more_size", "更多图标大小（0 同上）", "More size (0: same)", "number", { min: 0, max: 64 }),
      f("ui.capsule.more_margin", "更多图标左边距（0 居中）", "More margin (0: middle)", "number", { min: 0, max: 200 }),
      f("ui.capsule.close_size", "关闭图标大小（0 同上）", "Close size (0: same)", "number", { min: 0, max: 64 }),
      f("ui.capsule.close_margin", "关闭图标左边距（0 居中）", "Close margin (0: middle)", "number", { min: 0, max: 200 }),
      f("ui.capsule.home_size", "首页图标大小（0 同上）", "Home size (0: same)", "number", { min: 0, max: 64 }),
      f("ui.capsule.home_margin", "首页图标左边距（0 居中）", "Home margin (0: middle)", "number", { min: 0, max: 200 }),
      f("ui.capsule.divider", "分隔线", "Divider", "bool"),
      f("ui.capsule.more_icon", "更多图标", "More icon", "path"),
      f("ui.capsule.close_icon", "关闭图标", "Close icon", "path"),
      f("ui.capsule.home_icon", "首页图标", "Home icon", "path"),
      f("ui.capsule.light.icon", "浅色页 · 图标", "Light · icon", "colour"),
      f("ui.capsule.light.background", "浅色页 · 底色", "Light · back", "colour"),
      f("ui.capsule.light.border", "浅色页 · 边框", "Light · border", "colour"),
      f("ui.capsule.light.divider", "浅色页 · 分隔线", "Light · divider", "colour"),
      f("ui.capsule.light.more_icon", "浅色页 · 更多图标", "Light · more icon", "path"),
      f("ui.capsule.light.close_icon", "浅色页 · 关闭图标", "Light · close icon", "path"),
      f("ui.capsule.light.home_icon", "浅色页 · 首页图标", "Light · home icon", "path"),
      f("ui.capsule.dark.icon", "深色页 · 图标", "Dark · icon", "colour"),
      f("ui.capsule.dark.background", "深色页 · 底色", "Dark · back", "colour"),
      f("ui.capsule.dark.border", "深色页 · 边框", "Dark · border", "colour"),
      f("ui.capsule.dark.divider", "深色页 · 分隔线", "Dark · divider", "colour"),
      f("ui.capsule.dark.more_icon", "深色页 · 更多图标", "Dark · more icon", "path"),
      f("ui.capsule.dark.close_icon", "深色页 · 关闭图标", "Dark · close icon", "path"),
      f("ui.capsule.dark.home_icon", "深色页 · 首页图标", "Dark · home icon", "path"),
    ],
  },
  {
    title: ["菜单", "Menu"],
    fields: [
      f("ui.menu.hide", "隐藏", "Hide", "parts", { options: ENTRIES }),
      f("ui.menu.order", "先后", "First ones", "words"),
      f("ui.menu.feedback", "反馈地址", "Feedback address", "text"),
      f("ui.menu.items", "自有菜单项", "Own entries", "list", {
        entry: [
          f("id", "标识", "Id", "text"),
          f("title", "标题", "Title", "language"),
          f("icon", "图标", "Icon", "path"),
          f("url", "网址", "Address", "text"),
          f("app", "小程序", "Mini-program", "text"),
          f("page", "页面", "Page", "text"),
          f("event", "事件", "Event", "text"),
          f("only", "只在这些小程序里", "Only in", "words"),
        ],
        fresh: (n) => ({ id: `entry-${n + 1}`, title: { zh: "新菜单项", en: "New entry" }, event: `entry-${n + 1}` }),
      }),
      f("ui.float.show", "浮窗", "Float window", "bool"),
      f("ui.float.side", "浮窗 · 位置", "Float · side", "choice", { options: ["right", "left"] }),
      f("ui.float.bottom", "浮窗 · 高度", "Float · height", "number", { min: 0, max: 2000 }),
    ],
  },
  {
    title: ["导航栏与动画", "Bar and animation"],
    fields: [
      f("ui.navigation.height", "高", "Height", "number", { min: 32, max: 96 }),
      f("ui.navigation.title_align", "标题对齐", "Title", "choice", { options: ["center", "start"] }),
      f("ui.navigation.title_size", "字号", "Size", "number", { min: 10, max: 32 }),
      f("ui.navigation.title_weight", "字重", "Weight", "number", { min: 100, max: 900, step: 100 }),
      f("ui.navigation.back", "返回按钮", "Back button", "bool"),
      f("ui.navigation.home", "首页按钮", "Home button", "bool"),
      f("ui.navigation.back_icon", "返回图标", "Back icon", "path"),
      f("ui.navigation.home_icon", "首页图标", "Home icon", "path"),
      f("ui.navigation.light.title", "浅色页 · 标题", "Light · title", "colour"),
      f("ui.navigation.light.icon", "浅色页 · 按钮图标", "Light · icon", "colour"),
      f("ui.navigation.light.button", "浅色页 · 按钮底色", "Light · button", "colour"),
      f("ui.navigation.light.border", "浅色页 · 按钮边框", "Light · border", "colour"),
      f("ui.navigation.dark.title", "深色页 · 标题", "Dark · title", "colour"),
      f("ui.navigation.dark.icon", "深色页 · 按钮图标", "Dark · icon", "colour"),
      f("ui.navigation.dark.button", "深色页 · 按钮底色", "Dark · button", "colour"),
      f("ui.navigation.dark.border", "深色页 · 按钮边框", "Dark · border", "colour"),
      f("ui.animation.open", "打开", "Opening", "choice", { options: ["slide", "zoom", "fade", "none"] }),
      f("ui.animation.close", "关闭", "Closing", "choice", { options: ["slide", "zoom", "fade", "none"] }),
      f("ui.animation.duration", "时长（毫秒）", "Time (ms)", "time", { min: 0, max: 5000, step: 10 }),
    ],
  },
  { title: ["启动画面", "Opening screen"], moment: "opening", fields: [...screen("opening", true), f("ui.opening.duration", "时长（毫秒）", "Time (ms)", "time", { min: 0, max: 10000, step: 100 })] },
  { title: ["加载画面", "Loading screen"], moment: "loading", fields: screen("loading", true) },
  {
    title: ["失败画面", "Failure screen"],
    moment: "failure",
    fields: [...screen("failure", false), f("ui.failure.retry", "重试", "Try again", "bool"), f("ui.failure.details", "详情", "Details", "bool")],
  },
  {
    title: ["隐私协议", "Privacy"],
    moment: "privacy",
    fields: [
      f("ui.privacy.version", "版本（0 为不询问）", "Version (0: none)", "number", { min: 0, max: 1000000 }),
      f("ui.privacy.title", "标题", "Title", "language"),
      f("ui.privacy.text", "正文", "Text", "long"),
      f("ui.privacy.url", "全文网址", "Whole text at", "text"),
      f("ui.privacy.agree", "同意按钮", "Agree", "language"),
      f("ui.privacy.refuse", "不同意按钮", "Refuse", "language"),
    ],
  },
  {
    title: ["水印", "Watermark"],
    fields: [
      f("ui.watermark.text", "文字", "Text", "text"),
      f("ui.watermark.colour", "颜色", "Colour", "colour"),
      f("ui.watermark.dark", "深色时的颜色", "Colour in the dark", "colour"),
      f("ui.watermark.opacity", "浓度", "Opacity", "number", { min: 0.02, max: 0.6, step: 0.01 }),
      f("ui.watermark.size", "字号", "Size", "number", { min: 8, max: 48 }),
      f("ui.watermark.angle", "角度", "Angle", "number", { min: -90, max: 90 }),
      f("ui.watermark.gap", "间距", "Gap", "number", { min: 20, max: 600 }),
    ],
  },
];
