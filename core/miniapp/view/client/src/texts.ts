const zh = {
  back: "返回", home: "首页", cancel: "取消", confirm: "确定", dialog: "对话框", choose: "选择", menu: "菜单", tabs: "标签栏", unread: "有新消息", preview: "预览", close: "关闭",
  play: "播放", pause: "暂停", map: "地图", camera: "相机", carousel: "轮播", slide: "第 {} 项，共 {} 项", movable: "可移动", input: "输入", switch: "开关", slider: "滑块", editor: "编辑器",
};

export type Texts = typeof zh;

const texts: Record<string, Texts> = {
  zh,
  en: {
    back: "Back", home: "Home", cancel: "Cancel", confirm: "OK", dialog: "Dialog", choose: "Choose", menu: "Menu", tabs: "Tabs", unread: "New messages", preview: "Preview", close: "Close",
    play: "Play", pause: "Pause", map: "Map", camera: "Camera", carousel: "Carousel", slide: "{} of {}", movable: "Movable", input: "Text", switch: "Switch", slider: "Slider", editor: "Editor",
  },
  ar: {
    back: "رجوع", home: "الرئيسية", cancel: "إلغاء", confirm: "موافق", dialog: "نافذة", choose: "اختيار", menu: "القائمة", tabs: "علامات التبويب", unread: "رسائل جديدة", preview: "معاينة", close: "إغلاق",
    play: "تشغيل", pause: "إيقاف مؤقت", map: "خريطة", camera: "الكاميرا", carousel: "عرض دوّار", slide: "{} من {}", movable: "قابل للتحريك", input: "نص", switch: "مفتاح", slider: "شريط تمرير", editor: "محرر",
  },
  he: {
    back: "חזרה", home: "דף הבית", cancel: "ביטול", confirm: "אישור", dialog: "חלון", choose: "בחירה", menu: "תפריט", tabs: "לשוניות", unread: "הודעות חדשות", preview: "תצוגה מקדימה", close: "סגירה",
    play: "הפעלה", pause: "השהיה", map: "מפה", camera: "מצלמה", carousel: "קרוסלה", slide: "{} מתוך {}", movable: "ניתן להזזה", input: "טקסט", switch: "מתג", slider: "מחוון", editor: "עורך",
  },
};

/** The client's own texts, most of them for who does not see: in the user's language, as the host's document says, else in English. */
export const t: Texts = texts[base(document.documentElement.lang || "zh")] ?? (texts["en"] as Texts);

/** Which way the client's own bars and dialogs run. A page runs as its author writes it. */
export const direction = ["ar", "he", "fa", "ur"].includes(base(document.documentElement.lang)) ? "rtl" : "ltr";

function base(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? "";
}

/** A text with its gaps filled. */
export function fill(text: string, ...values: unknown[]): string {
  return values.reduce<string>((out, v) => out.replace("{}", String(v)), text);
}
