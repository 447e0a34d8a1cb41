const zh = {
  back: "返回", home: "首页", cancel: "取消", confirm: "确定", dialog: "对话框", choose: "选择", menu: "菜单", tabs: "标签栏", unread: "有新消息", preview: "预览", close: "关闭",
  play: "播放", pause: "暂停", map: "地图", camera: "相机", carousel: "轮播", slide: "第 {} 项，共 {} 项", movable: "可移动", input: "输入", switch: "开关", slider: "滑块", editor: "编辑器",
  year: "年", month: "月", day: "日", hour: "时", minute: "分", inYear: "{}年", inMonth: "{}月", inDay: "{}日",
  crop: "裁剪图片", edit: "编辑图片", cropFrame: "裁剪框：方向键移动，Shift 加方向键改变大小", topLeft: "左上角", topRight: "右上角", bottomLeft: "左下角", bottomRight: "右下角",
  turnLeft: "左转", turnRight: "右转", mirror: "翻转",
  unsupported: "{} 暂不支持", advert: "广告位", officialAccount: "公众号关注组件", livePlayer: "直播播放", livePusher: "直播推流", channelLive: "视频号直播", channelVideo: "视频号视频",
  storeProduct: "小店商品", storeHome: "小店", voipRoom: "多人音视频", functionalPage: "插件功能页", xrScene: "XR 场景", nickname: "微信用户",
  cameraFailed: "无法打开相机", unknownAudio: "未知音频", unknownAuthor: "未知作者", north: "北", metres: "{}米", kilometres: "{}公里",
  done: "完成", reconnecting: "正在重新连接…", disconnected: "连接已断开，请重新进入",
};

export type Texts = typeof zh;

const texts: Record<string, Texts> = {
  zh,
  en: {
    back: "Back", home: "Home", cancel: "Cancel", confirm: "OK", dialog: "Dialog", choose: "Choose", menu: "Menu", tabs: "Tabs", unread: "New messages", preview: "Preview", close: "Close",
    play: "Play", pause: "Pause", map: "Map", camera: "Camera", carousel: "Carousel", slide: "{} of {}", movable: "Movable", input: "Text", switch: "Switch", slider: "Slider", editor: "Editor",
    year: "Year", month: "Month", day: "Day", hour: "Hour", minute: "Minute", inYear: "{}", inMonth: "{}", inDay: "{}",
    crop: "Crop picture", edit: "Edit picture", cropFrame: "Frame: arrow keys move it, Shift and arrow keys resize it", topLeft: "Top left", topRight: "Top right", bottomLeft: "Bottom left", bottomRight: "Bottom right",
    turnLeft: "Turn left", turnRight: "Turn right", mirror: "Mirror",
    unsupported: "{}: not supported here", advert: "Advertisement", officialAccount: "Official account", livePlayer: "Live stream", livePusher: "Live broadcast", channelLive: "Channels live", channelVideo: "Channels video",
    storeProduct: "Store product", storeHome: "Store", voipRoom: "Group call", functionalPage: "Plugin page", xrScene: "XR scene", nickname: "WeChat user",
    cameraFailed: "The camera cannot be opened", unknownAudio: "Unknown audio", unknownAuthor: "Unknown author", north: "N", metres: "{} m", kilometres: "{} km",
    done: "Done", reconnecting: "Connecting again…", disconnected: "Connection lost. Please open it again.",
  },
  ar: {
    back: "رجوع", home: "الرئيسية", cancel: "إلغاء", confirm: "موافق", dialog: "نافذة", choose: "اختيار", menu: "القائمة", tabs: "علامات التبويب", unread: "رسائل جديدة", preview: "معاينة", close: "إغلاق",
    play: "تشغيل", pause: "إيقاف مؤقت", map: "خريطة", camera: "الكاميرا", carousel: "عرض دوّار", slide: "{} من {}", movable: "قابل للتحريك", input: "نص", switch: "مفتاح", slider: "شريط تمرير", editor: "محرر",
    year: "السنة", month: "الشهر", day: "اليوم", hour: "الساعة", minute: "الدقيقة", inYear: "{}", inMonth: "{}", inDay: "{}",
    crop: "اقتصاص الصورة", edit: "تحرير الصورة", cropFrame: "إطار الاقتصاص: مفاتيح الأسهم تحركه، وShift مع الأسهم تغير حجمه", topLeft: "أعلى اليسار", topRight: "أعلى اليمين", bottomLeft: "أسفل اليسار", bottomRight: "أسفل اليمين",
    turnLeft: "تدوير لليسار", turnRight: "تدوير لليمين", mirror: "عكس",
    unsupported: "{}: غير مدعوم هنا", advert: "إعلان", officialAccount: "حساب رسمي", livePlayer: "بث مباشر", livePusher: "إرسال بث مباشر", channelLive: "بث القنوات", channelVideo: "فيديو القنوات",
    storeProduct: "منتج", storeHome: "متجر", voipRoom: "مكالمة جماعية", functionalPage: "صفحة إضافة", xrScene: "مشهد XR", nickname: "مستخدم WeChat",
    cameraFailed: "تعذّر فتح الكاميرا", unknownAudio: "صوت غير معروف", unknownAuthor: "مؤلف غير معروف", north: "ش", metres: "{} م", kilometres: "{} كم",
    done: "تم", reconnecting: "تجري إعادة الاتصال…", disconnected: "انقطع الاتصال، افتحه من جديد",
  },
  he: {
    back: "חזרה", home: "דף הבית", cancel: "ביטול", confirm: "אישור", dialog: "חלון", choose: "בחירה", menu: "תפריט", tabs: "לשוניות", unread: "הודעות חדשות", preview: "תצוגה מקדימה", close: "סגירה",
    play: "הפעלה", pause: "השהיה", map: "מפה", camera: "מצלמה", carousel: "קרוסלה", slide: "{} מתוך {}", movable: "ניתן להזזה", input: "טקסט", switch: "מתג", slider: "מחוון", editor: "עורך",
    year: "שנה", month: "חודש", day: "יום", hour: "שעה", minute: "דקה", inYear: "{}", inMonth: "{}", inDay: "{}",
    crop: "חיתוך תמונה", edit: "עריכת תמונה", cropFrame: "מסגרת חיתוך: מקשי החצים מזיזים, Shift וחצים משנים את הגודל", topLeft: "שמאל למעלה", topRight: "ימין למעלה", bottomLeft: "שמאל למטה", bottomRight: "ימין למטה",
    turnLeft: "סיבוב שמאלה", turnRight: "סיבוב ימינה", mirror: "היפוך",
    unsupported: "{}: לא נתמך כאן", advert: "פרסומת", officialAccount: "חשבון רשמי", livePlayer: "שידור חי", livePusher: "שליחת שידור חי", channelLive: "שידור ערוצים", channelVideo: "סרטון ערוצים",
    storeProduct: "מוצר", storeHome: "חנות", voipRoom: "שיחה קבוצתית", functionalPage: "דף תוסף", xrScene: "סצנת XR", nickname: "משתמש WeChat",
    cameraFailed: "לא ניתן לפתוח את המצלמה", unknownAudio: "שמע לא ידוע", unknownAuthor: "יוצר לא ידוע", north: "צ", metres: "{} מ׳", kilometres: "{} ק״מ",
    done: "סיום", reconnecting: "מתחבר מחדש…", disconnected: "החיבור נותק. יש לפתוח מחדש.",
  },
};

/** The client's own texts, most of them for who does not see: in the user's language, as the host's document says, else in English. */
export const t: Texts = { ...of(document.documentElement.lang) };

/** Speaks another language from now on ("en", "zh_CN"), with the super-app's own words in it. */
export function speak(language: string | undefined, own?: Record<string, string>): void {
  if (language) Object.assign(t, of(language), camels(own ?? {}));
  const { style } = document.documentElement;
  style.setProperty("--word-lost", JSON.stringify(t.reconnecting));
  style.setProperty("--word-closed", JSON.stringify(t.disconnected));
}

/** Which way the client's own bars and dialogs run. A page runs as its author writes it. */
export const direction = ["ar", "he", "fa", "ur"].includes(base(document.documentElement.lang)) ? "rtl" : "ltr";

/** Who says nothing speaks Chinese, as WeChat does; who says what is not known is answered in English. */
function of(language: string): Texts {
  return texts[base(language || "zh")] ?? (texts["en"] as Texts);
}

function base(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? "";
}

/** The super-app's words by our keys: YAML writes crop_frame for cropFrame. */
function camels(own: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(own).map(([key, text]) => [key.replace(/_(.)/g, (_, c: string) => c.toUpperCase()), text]));
}

/** A text with its gaps filled. */
export function fill(text: string, ...values: unknown[]): string {
  return values.reduce<string>((out, v) => out.replace("{}", String(v)), text);
}
