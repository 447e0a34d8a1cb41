/** How a setting is entered. */
export type Kind = "colour" | "number" | "text" | "bool" | "choice" | "parts" | "words" | "language";

/** One setting of the look. */
export interface Field {
  path: string;
  label: [zh: string, en: string];
  kind: Kind;
  options?: string[];
  min?: number;
  max?: number;
  step?: number;
}

/** A part of the form. */
export interface Group {
  title: [zh: string, en: string];
  fields: Field[];
}

const f = (path: string, zh: string, en: string, kind: Kind, more: Partial<Field> = {}): Field => ({ path, label: [zh, en], kind, ...more });
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
      f("branding.font", "字体", "Font", "text"),
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
      f("ui.capsule.divider", "分隔线", "Divider", "bool"),
      f("ui.capsule.light.icon", "浅色页 · 图标", "Light · icon", "colour"),
      f("ui.capsule.light.background", "浅色页 · 底色", "Light · back", "colour"),
      f("ui.capsule.light.border", "浅色页 · 边框", "Light · border", "colour"),
      f("ui.capsule.dark.icon", "深色页 · 图标", "Dark · icon", "colour"),
      f("ui.capsule.dark.background", "深色页 · 底色", "Dark · back", "colour"),
      f("ui.capsule.dark.border", "深色页 · 边框", "Dark · border", "colour"),
    ],
  },
  {
    title: ["菜单", "Menu"],
    fields: [
      f("ui.menu.hide", "隐藏", "Hide", "parts", { options: ENTRIES }),
      f("ui.menu.order", "先后", "First ones", "words"),
      f("ui.menu.feedback", "反馈地址", "Feedback address", "text"),
      f("ui.float.show", "浮窗", "Float window", "bool"),
    ],
  },
  {
    title: ["导航栏与动画", "Bar and animation"],
    fields: [
      f("ui.navigation.height", "高", "Height", "number", { min: 32, max: 96 }),
      f("ui.navigation.title_align", "标题对齐", "Title", "choice", { options: ["center", "start"] }),
      f("ui.navigation.title_size", "字号", "Size", "number", { min: 10, max: 32 }),
      f("ui.animation.open", "打开", "Opening", "choice", { options: ["slide", "zoom", "fade", "none"] }),
      f("ui.animation.close", "关闭", "Closing", "choice", { options: ["slide", "zoom", "fade", "none"] }),
      f("ui.loading.indicator", "加载", "Loading", "choice", { options: ["bar", "spinner", "none"] }),
    ],
  },
  {
    title: ["水印", "Watermark"],
    fields: [
      f("ui.watermark.text", "文字", "Text", "text"),
      f("ui.watermark.colour", "颜色", "Colour", "colour"),
      f("ui.watermark.opacity", "浓度", "Opacity", "number", { min: 0.02, max: 0.6, step: 0.01 }),
      f("ui.watermark.size", "字号", "Size", "number", { min: 8, max: 48 }),
      f("ui.watermark.angle", "角度", "Angle", "number", { min: -90, max: 90 }),
      f("ui.watermark.gap", "间距", "Gap", "number", { min: 20, max: 600 }),
    ],
  },
];
