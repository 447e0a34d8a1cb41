import type { UI } from "./constants";

const zh = {
  search: "搜索小程序",
  miniPrograms: "小程序",
  running: "正在运行",
  none: "没有找到“{}”",
  empty: "这个超级应用还没有小程序",
  share: "转发",
  settings: "设置",
  about: "关于",
  reload: "重新进入",
  exit: "退出",
  cancel: "取消",
  done: "完成",
  menu: "菜单",
  close: "关闭",
  debug: "调试",
  debugConsole: "日志",
  debugCalls: "调用",
  debugClear: "清空",
  debugOff: "关闭调试",
  problems: "问题",
  noProblems: "没有问题",
  permissions: "允许使用",
  noPermissions: "还没有申请过任何权限",
  packageName: "包",
  signedBy: "签名者",
  signedVendor: "厂商",
  signedReviewer: "审核",
  signedDepartment: "部门",
  logEntry: "日志",
  logIndex: "第 {} 条",
  mayAsk: "可能申请",
  asksNothing: "包里没有声明任何权限",
  permissionsHint: "关闭后，小程序再次使用时会失败，直到重新允许。",
  version: "版本",
  trustVerified: "已验证：签名与日志证明均通过",
  trustDev: "开发中（dev）：直接从源码目录运行，无人签名",
  trustUnsigned: "未签名：本机允许未签名的包，无人为其担保",
  crashed: "小程序已停止运行",
  crashedHint: "其他小程序不受影响。",
  openFailed: "打不开这个小程序",
  offline: "与主机的连接已断开，正在重试…",
  asks: "申请",
  account: "账号",
  copied: "已复制链接",
  loadFailed: "加载失败",
  retry: "重试",
  plugin: "提问的插件：",
  shareTimeline: "分享到朋友圈",
  copyLink: "复制链接",
  shareWith: "用其他应用分享",
  scan: "扫一扫",
  typeCode: "输入码的内容",
  noScanner: "此浏览器不能用摄像头识别码：请选择图片，或输入内容。",
  wantsCamera: "使用你的摄像头",
  allow: "允许",
  deny: "拒绝",
  noCamera: "打不开摄像头，请直接输入内容。",
  noCode: "图片里没有找到码。",
  fromPicture: "从图片识别",
  chooseLocation: "选择位置",
  location: "位置",
  placeName: "名称",
  address: "地址",
  latitude: "纬度",
  longitude: "经度",
  myPosition: "使用我的位置",
  noPosition: "无法获取当前位置。",
  badPoint: "请填写纬度（-90 到 90）和经度（-180 到 180）。",
  otherPlace: "其他位置",
  decide: "确定",
  openInMaps: "用地图打开",
  copyPoint: "复制坐标",
  copiedPoint: "已复制",
  chooseAddress: "选择收货地址",
  receiver: "收货人",
  phone: "电话",
  province: "省",
  city: "市",
  county: "区县",
  street: "详细地址",
  postalCode: "邮编",
  incomplete: "请填写收货人、电话和详细地址。",
  call: "呼叫",
  sendSms: "发送短信",
  addCalendar: "添加日程",
  saveCalendar: "保存到日历",
  addContact: "添加联系人",
  chooseContact: "选择联系人",
  fromDevice: "从通讯录选择",
  contactName: "姓名",
  saveContact: "保存到通讯录",
  choose: "选择",
  take: "拍摄",
  save: "保存",
  open: "打开",
  atMost: "最多",
  wantsImages: "想使用你选择的图片",
  wantsVideo: "想使用你选择的视频",
  wantsMedia: "想使用你选择的图片或视频",
  wantsFiles: "想使用你选择的文件",
  capsule: "小程序按钮",
  home: "首页",
  dialog: "对话框",
  language: "语言",
  recent: "最近使用",
  favourites: "我的收藏",
  others: "其他",
  favourite: "收藏",
  unfavourite: "取消收藏",
  qr: "二维码",
  qrHint: "用这个超级应用扫一扫，打开这一页",
  float: "浮窗",
  feedback: "反馈",
  backTo: "回到",
  publisher: "发布者",
  licence: "许可证",
  trust: "信任",
  unknown: "未说明",
  privacyTitle: "隐私保护指引",
  wholePolicy: "查看完整的隐私政策",
  agree: "同意",
  refuse: "不同意",
  closedTitle: "暂时无法使用",
  closedText: "你还没有同意隐私保护指引，应用没有打开，也没有收集任何信息。",
  readAgain: "再看一次",
  notKept: "你的选择没有保存成功。",
  notKeptHint: "什么都没有改变，请重试。如果仍然失败，请让运行此超级应用的人检查其数据文件夹：是否还有空间、能否写入。",
  notHere: "这里没有链接或码所指的小程序。",
  withdraw: "撤回同意",
  withdrawHint: "撤回后，打开的小程序会关闭；再次同意之前，什么也不会打开。",
  opened: "已打开",
  launcher: "启动台",
  restoreStuck: "上次打开的小程序记录无法读取，也无法另存；小程序将重新开始。请联系管理员检查数据目录。",
  restoreBroken: "上次打开的小程序记录已损坏，无法恢复；小程序将重新开始。损坏的文件已另存。",
  restoreFailed: "上次打开的小程序两次都没有恢复成功，这次不再自动打开。",
  lost: "页面已停止显示",
  lostHint: "浏览器结束了这个页面的进程，小程序本身仍在运行，内容不会丢失。",
  showAgain: "重新显示",
  hung: "小程序没有响应",
  hungHint: "它的一段代码运行得太久，已被中止。可以继续等待，或重新进入。",
  wait: "继续等待",
  opensOther: "即将打开「{}」小程序",
  scopeUserLocation: "获取你的位置信息",
  scopeUserLocationBackground: "在后台获取你的位置信息",
  scopeUserFuzzyLocation: "获取你的模糊位置信息",
  scopePayment: "向你收款",
  scopeUserInfo: "获取你的昵称、头像",
  scopeWritePhotosAlbum: "保存图片到你的相册",
  scopeCamera: "使用你的摄像头",
  scopeNotification: "向你发送桌面通知",
  scopeRecord: "使用你的麦克风",
  scopeLocalNetwork: "获取你的设备在局域网中的地址",
  scopeOther: "使用权限 {}",
};

const en: typeof zh = {
  search: "Search mini-programs",
  miniPrograms: "Mini-programs",
  running: "Running",
  none: 'Nothing found for "{}"',
  empty: "This super-app has no mini-programs yet",
  share: "Forward",
  settings: "Settings",
  about: "About",
  reload: "Restart",
  exit: "Quit",
  cancel: "Cancel",
  done: "Done",
  menu: "Menu",
  close: "Close",
  debug: "Debug",
  debugConsole: "Console",
  debugCalls: "Calls",
  debugClear: "Clear",
  debugOff: "Turn off",
  problems: "Problems",
  noProblems: "No problems",
  permissions: "Allowed to use",
  noPermissions: "It has not asked for anything yet",
  packageName: "Package",
  signedBy: "Signed by",
  signedVendor: "vendor",
  signedReviewer: "review",
  signedDepartment: "department",
  logEntry: "Log",
  logIndex: "entry {}",
  mayAsk: "May ask for",
  asksNothing: "Its package declares no permission",
  permissionsHint: "What is off fails when the mini-program uses it, until you allow it again.",
  version: "Version",
  trustVerified: "Verified: signatures and log proofs are good",
  trustDev: "In development (dev): runs from a source folder, signed by nobody",
  trustUnsigned: "Unsigned: this host takes bundles that nobody vouches for",
  crashed: "The mini-program has stopped",
  crashedHint: "Other mini-programs go on.",
  openFailed: "This mini-program does not open",
  offline: "Connection to the host is lost, trying again…",
  asks: "asks",
  account: "Account",
  copied: "Link copied",
  loadFailed: "Loading failed",
  retry: "Try again",
  plugin: "Asked by plugin",
  shareTimeline: "Share with everybody",
  copyLink: "Copy the link",
  shareWith: "Share with another app",
  scan: "Scan",
  typeCode: "Type what the code says",
  noScanner: "This browser does not read codes by camera: choose a picture, or type what it says.",
  wantsCamera: "Use your camera",
  allow: "Allow",
  deny: "Deny",
  noCamera: "The camera does not open: type what the code says.",
  noCode: "There is no code in the picture.",
  fromPicture: "From a picture",
  chooseLocation: "Choose a place",
  location: "Place",
  placeName: "Name",
  address: "Address",
  latitude: "Latitude",
  longitude: "Longitude",
  myPosition: "Use my position",
  noPosition: "The position cannot be found.",
  badPoint: "Latitude is -90 to 90, longitude -180 to 180.",
  otherPlace: "Another place",
  decide: "OK",
  openInMaps: "Open in maps",
  copyPoint: "Copy the coordinates",
  copiedPoint: "Copied",
  chooseAddress: "Choose an address",
  receiver: "Receiver",
  phone: "Phone",
  province: "Province",
  city: "City",
  county: "District",
  street: "Street and number",
  postalCode: "Postal code",
  incomplete: "Receiver, phone and street are needed.",
  call: "Call",
  sendSms: "Send a message",
  addCalendar: "Add an appointment",
  saveCalendar: "Save to calendar",
  addContact: "Add a contact",
  chooseContact: "Choose a contact",
  fromDevice: "Choose from the address book",
  contactName: "Name",
  saveContact: "Save to contacts",
  choose: "Choose",
  take: "Take",
  save: "Save",
  open: "Open",
  atMost: "At most",
  wantsImages: "wants to use pictures that you choose",
  wantsVideo: "wants to use a video that you choose",
  wantsMedia: "wants to use pictures or videos that you choose",
  wantsFiles: "wants to use files that you choose",
  capsule: "Mini-program buttons",
  home: "Home",
  dialog: "Dialog",
  language: "Language",
  recent: "Recent",
  favourites: "Favourites",
  others: "More",
  favourite: "Favourite",
  unfavourite: "Unfavourite",
  qr: "QR code",
  qrHint: "Scan it in this super-app to open this page",
  float: "Minimise",
  feedback: "Feedback",
  backTo: "Back to",
  publisher: "Publisher",
  licence: "Licence",
  trust: "Trust",
  unknown: "not said",
  privacyTitle: "Your privacy",
  wholePolicy: "Read the whole policy",
  agree: "Agree",
  refuse: "Disagree",
  closedTitle: "Not open",
  closedText: "You have not agreed to the privacy policy. Nothing was opened, and nothing was collected.",
  readAgain: "Read it again",
  notKept: "Your choice could not be saved.",
  notKeptHint: "Nothing was changed: try again. If that fails, ask who runs this super-app to see to its data folder: whether there is space left, and whether it may be written.",
  notHere: "The link or code names no mini-program of this super-app.",
  withdraw: "Withdraw my consent",
  withdrawHint: "Open mini-programs are closed, and nothing opens until you agree again.",
  opened: "opened",
  launcher: "Launcher",
  restoreStuck: "What was open last time cannot be read, nor put aside; mini-programs begin anew. Whoever runs this should look at the data folder.",
  restoreBroken: "What was open last time cannot be read and does not come back; mini-programs begin anew. The damaged file was kept aside.",
  restoreFailed: "The mini-program that was open last time failed to come back twice; it was not opened again.",
  lost: "The page is not shown any more",
  lostHint: "The browser ended its process. The mini-program itself goes on; nothing of it is lost.",
  showAgain: "Reload",
  hung: "The mini-program does not answer",
  hungHint: "A piece of its code ran too long and was stopped. You can wait, or restart it.",
  wait: "Wait",
  opensOther: "Open the mini-program “{}”?",
  scopeUserLocation: "Know where you are",
  scopeUserLocationBackground: "Know where you are, also in the background",
  scopeUserFuzzyLocation: "Know roughly where you are",
  scopePayment: "Ask you for a payment",
  scopeUserInfo: "Know your nickname and picture",
  scopeWritePhotosAlbum: "Save pictures to your album",
  scopeCamera: "Use your camera",
  scopeNotification: "Show you notifications on the desktop",
  scopeRecord: "Use your microphone",
  scopeLocalNetwork: "Know your device's address in the local network",
  scopeOther: "Use the permission {}",
};

/** Arabic; what is not here is English. */
const ar: Partial<typeof zh> = {
  search: "ابحث في التطبيقات المصغّرة", miniPrograms: "التطبيقات المصغّرة", running: "قيد التشغيل", none: "لا توجد نتائج لـ «{}»",
  empty: "لا توجد تطبيقات مصغّرة بعد", share: "مشاركة", settings: "الأذونات", about: "حول", reload: "إعادة التشغيل", exit: "خروج",
  cancel: "إلغاء", done: "تم", menu: "القائمة", close: "إغلاق", debug: "تصحيح", debugConsole: "السجل", debugCalls: "الاستدعاءات", debugClear: "مسح", debugOff: "إيقاف", problems: "المشكلات", noProblems: "لا مشكلات", permissions: "مسموح باستخدام",
  noPermissions: "لم يطلب أي إذن بعد", packageName: "الحزمة", signedBy: "الموقّعون", signedVendor: "المورّد", signedReviewer: "المراجعة", signedDepartment: "القسم",
  logEntry: "السجل", logIndex: "القيد {}", mayAsk: "قد يطلب", asksNothing: "لا تعلن الحزمة عن أي إذن", version: "الإصدار", crashed: "توقف التطبيق المصغّر", crashedHint: "بقية التطبيقات تعمل.",
  openFailed: "تعذّر فتح هذا التطبيق", offline: "انقطع الاتصال، تجري إعادة المحاولة…", account: "الحساب", copied: "نُسخ الرابط",
  loadFailed: "فشل التحميل", retry: "إعادة المحاولة", copyLink: "نسخ الرابط", scan: "مسح الرمز", typeCode: "اكتب محتوى الرمز",
  noScanner: "هذا المتصفح لا يقرأ الرموز بالكاميرا؛ اكتب المحتوى أو اختر صورة.", fromPicture: "من صورة", noCode: "لا يوجد رمز في الصورة.",
  allow: "سماح", deny: "رفض", save: "حفظ", open: "فتح", capsule: "أزرار التطبيق", home: "الرئيسية", dialog: "نافذة", language: "اللغة", recent: "الأخيرة",
  favourites: "المفضّلة", others: "أخرى", favourite: "إضافة إلى المفضّلة", unfavourite: "إزالة من المفضّلة", qr: "رمز QR",
  qrHint: "امسحه داخل هذا التطبيق لفتح الصفحة", float: "تصغير", feedback: "ملاحظات", backTo: "العودة إلى", publisher: "الناشر", licence: "الترخيص",
  trust: "الثقة", unknown: "غير مذكور", privacyTitle: "خصوصيتك", wholePolicy: "اقرأ السياسة كاملة", agree: "موافق", refuse: "غير موافق",
  closedTitle: "غير متاح", closedText: "لم توافق على سياسة الخصوصية، فلم يُفتح شيء ولم يُجمع شيء.", readAgain: "اقرأ مرة أخرى",
  notHere: "الرمز لا يشير إلى أي تطبيق هنا.", opened: "مفتوح", launcher: "الشاشة الرئيسية", asks: "يطلب", plugin: "تسأل الإضافة:", opensOther: "فتح «{}»؟", withdraw: "سحب موافقتي", withdrawHint: "تُغلق التطبيقات المفتوحة، ولا يُفتح شيء حتى توافق من جديد.",
  scopeUserLocation: "معرفة موقعك", scopeUserLocationBackground: "معرفة موقعك حتى في الخلفية", scopeUserFuzzyLocation: "معرفة موقعك التقريبي", scopePayment: "طلب الدفع منك",
  scopeUserInfo: "معرفة اسمك وصورتك", scopeWritePhotosAlbum: "حفظ الصور في ألبومك", scopeCamera: "استخدام الكاميرا", scopeNotification: "عرض إشعارات على سطح المكتب",
  scopeRecord: "استخدام الميكروفون", scopeLocalNetwork: "معرفة عنوان جهازك في الشبكة المحلية", scopeOther: "استخدام الإذن {}",
};

/** Hebrew; what is not here is English. */
const he: Partial<typeof zh> = {
  search: "חיפוש מיני־אפליקציות", miniPrograms: "מיני־אפליקציות", running: "פועל", none: "לא נמצא", empty: "אין עדיין מיני־אפליקציות", share: "שיתוף", settings: "הרשאות",
  about: "אודות", reload: "הפעלה מחדש", exit: "יציאה", cancel: "ביטול", done: "סיום", menu: "תפריט", close: "סגירה", problems: "בעיות", noProblems: "אין בעיות", permissions: "מותר להשתמש",
  noPermissions: "לא התבקשה עדיין הרשאה", packageName: "חבילה", mayAsk: "עשוי לבקש", version: "גרסה", crashed: "המיני־אפליקציה נעצרה", crashedHint: "האחרות ממשיכות לפעול.",
  openFailed: "לא ניתן לפתוח", offline: "החיבור אבד, מנסה שוב…", account: "חשבון", copied: "הקישור הועתק", loadFailed: "הטעינה נכשלה", retry: "ניסיון נוסף", copyLink: "העתקת קישור",
  scan: "סריקה", allow: "אישור", deny: "דחייה", save: "שמירה", open: "פתיחה", capsule: "לחצני היישום", home: "דף הבית", dialog: "חלון", language: "שפה", recent: "אחרונים",
  favourites: "מועדפים", others: "אחרים", favourite: "הוספה למועדפים", unfavourite: "הסרה מהמועדפים", qr: "קוד QR", float: "מזעור", feedback: "משוב", publisher: "מפרסם", licence: "רישיון",
  trust: "אמון", unknown: "לא צוין", privacyTitle: "הפרטיות שלך", wholePolicy: "קריאת המדיניות המלאה", agree: "מסכים", refuse: "לא מסכים", readAgain: "קריאה חוזרת",
  opened: "נפתח", launcher: "מסך הבית", wait: "המתנה", asks: "מבקש", plugin: "התוסף שואל:", opensOther: "לפתוח את „{}”?", withdraw: "ביטול ההסכמה", withdrawHint: "מה שפתוח ייסגר, ודבר לא ייפתח עד להסכמה חדשה.",
  scopeUserLocation: "לדעת היכן את או אתה", scopeUserLocationBackground: "לדעת את המיקום גם ברקע", scopeUserFuzzyLocation: "לדעת מיקום משוער", scopePayment: "לבקש תשלום",
  scopeUserInfo: "לדעת את הכינוי והתמונה", scopeWritePhotosAlbum: "לשמור תמונות באלבום", scopeCamera: "להשתמש במצלמה", scopeNotification: "להציג התראות",
  scopeRecord: "להשתמש במיקרופון", scopeLocalNetwork: "לדעת את כתובת המכשיר ברשת המקומית", scopeOther: "להשתמש בהרשאה {}",
};

const texts: Record<string, Partial<typeof zh>> = { zh, en, ar, he };

/** The shell's texts, in the language that setLanguage chose. */
export const t: typeof zh = { ...en };

/** The language that the shell speaks: "zh-CN". */
export let language = "en";

const built = ["zh-CN", "en", "ar", "he"];
const fromTheRight = ["ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"];

const base = (l: string): string => l.toLowerCase().split("-")[0]!;

/** The languages that the user may choose from: those that the super-app lists, or all that there are texts in. */
export function offered(ui: Pick<UI, "languages" | "texts">): string[] {
  if (ui.languages?.length) return ui.languages;
  return [...built, ...Object.keys(ui.texts ?? {}).filter((own) => !built.some((l) => base(l) === base(own)))];
}

/** Chooses among the languages of the super-app by what the user wants, in order; "" wishes count for nothing. */
export function setLanguage(ui: Pick<UI, "languages" | "texts">, ...wishes: string[]): void {
  const known = offered(ui);
  const fallback = ui.languages?.length ? ui.languages[0]! : "en";
  const near = (wish: string): string | undefined => known.find((k) => k === wish) ?? known.find((k) => base(k) === base(wish));
  language = wishes.map((w) => (w ? near(w) : undefined)).find(Boolean) ?? fallback;
  Object.assign(t, en, texts[base(language)], own(ui));
  const root = document.documentElement;
  root.lang = language;
  root.dir = fromTheRight.includes(base(language)) ? "rtl" : "ltr";
}

/** The super-app's own words in the language that is spoken: `ui.texts`, whose keys are those from here, as YAML writes them. */
function own(ui: Pick<UI, "texts">): Record<string, string> {
  const words = ui.texts?.[language] ?? Object.entries(ui.texts ?? {}).find(([l]) => base(l) === base(language))?.[1] ?? {};
  return Object.fromEntries(Object.entries(words).map(([key, text]) => [key.replace(/_(.)/g, (_, c: string) => c.toUpperCase()), text]));
}

/** One of the texts by a name that is made only now. */
function named(key: string): string | undefined {
  return (t as Record<string, string>)[key];
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** What a scope lets a mini-program do. */
export function scopeText(scope: string): string {
  return named(`scope${capital(scope.replace(/^scope\./, ""))}`) ?? t.scopeOther.replace("{}", scope);
}

/** Who somebody is that has signed a package. */
export function roleText(role: string): string {
  return named(`signed${capital(role)}`) ?? role;
}

/** A text of the super-app's own in the shell's language, or in the one that comes nearest. */
export function pick(text: Record<string, string> | undefined): string {
  if (!text) return "";
  const spoken = base(language);
  return text[language] ?? text[spoken] ?? Object.entries(text).find(([k]) => base(k) === spoken)?.[1] ?? text["en"] ?? text["zh"] ?? Object.values(text)[0] ?? "";
}

/** A mini-program's name in the shell's language. */
export function appName(app: { name: string; names?: Record<string, string> }): string {
  return pick(app.names) || app.name;
}

/** What a language calls itself. */
export function nameOf(code: string): string {
  return new Intl.DisplayNames([code], { type: "language" }).of(base(code)) ?? code;
}
