/** The first characters, by pinyin, of each letter that a syllable begins with. */
const FIRST = "阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀";
const LETTERS = "abcdefghjklmnopqrstwxyz";

const order = new Intl.Collator("zh-Hans-CN-u-co-pinyin");
/** Whether this browser sorts by pinyin at all. */
const sorts = order.compare("阿", "帀") < 0 && order.compare("中", "文") > 0;

/** The first letters of a text's syllables and words, in small letters: 木作小铺 is mzxp. */
export function initials(text: string): string {
  let out = "";
  let inWord = false;
  for (const c of text.toLowerCase()) {
    if (/[a-z0-9]/.test(c)) {
      if (!inWord) out += c;
      inWord = true;
      continue;
    }
    inWord = false;
    if (sorts && /\p{Script=Han}/u.test(c)) out += initial(c);
  }
  return out;
}

function initial(c: string): string {
  for (let i = FIRST.length - 1; i >= 0; i--) if (order.compare(c, FIRST[i]!) >= 0) return LETTERS[i]!;
  return "";
}

/** Whether a mini-program is meant by what was typed: part of its text, or the beginning letters. */
export function matches(text: string, wanted: string): boolean {
  const w = wanted.trim().toLowerCase();
  return w === "" || text.toLowerCase().includes(w) || (/^[a-z0-9]+$/.test(w) && initials(text).includes(w));
}
