/** What the client says of its own accord, in the language that the shell speaks. */
const zh = {
  cancel: "取消", ok: "确定", choose: "选择", back: "返回", home: "首页", done: "完成",
  lost: "正在重新连接…", closed: "连接已断开，请重新进入",
};

const en: typeof zh = {
  cancel: "Cancel", ok: "OK", choose: "Choose", back: "Back", home: "Home", done: "Done",
  lost: "Connecting again…", closed: "Connection lost. Please open it again.",
};

const ar: typeof zh = {
  cancel: "إلغاء", ok: "موافق", choose: "اختيار", back: "رجوع", home: "الرئيسية", done: "تم",
  lost: "تجري إعادة الاتصال…", closed: "انقطع الاتصال، افتحه من جديد",
};

const languages: Record<string, typeof zh> = { zh, en, ar };

export const words: typeof zh = { ...zh };

/** Chooses the language: "en", "zh_CN". One that is not known is answered in Chinese, as WeChat does. */
export function speak(language: string | undefined): void {
  const base = (language ?? "").split(/[-_]/)[0]!.toLowerCase();
  Object.assign(words, languages[base] ?? zh);
  const { style } = document.documentElement;
  style.setProperty("--word-lost", JSON.stringify(words.lost));
  style.setProperty("--word-closed", JSON.stringify(words.closed));
}
