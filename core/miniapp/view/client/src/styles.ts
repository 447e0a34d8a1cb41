import { answerScheme } from "./scheme";
import { dirOf, rewriteCSS } from "./resources";

const sheets = new Map<string, CSSStyleSheet>();
const fontsSeen = new Set<string>();

/** A style sheet for this text, shared by all pages that have it. */
export function sheetFor(css: string): CSSStyleSheet {
  let sheet = sheets.get(css);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    answerScheme(sheet.cssRules);
    sheets.set(css, sheet);
  }
  return sheet;
}

/** Has the sheets that are there already answer for the scheme that was chosen since. */
export function rescheme(): void {
  for (const sheet of sheets.values()) answerScheme(sheet.cssRules);
}

/** The style sheet of a bundle's style; key is its path. */
export function bundleSheet(key: string, css: string): CSSStyleSheet {
  return sheetFor(rewriteCSS(css, dirOf(key)));
}

/** Hoists @font-face rules to the document: inside a shadow root they have no effect. */
export function addFonts(key: string, fonts: string[]): void {
  for (const rule of fonts) {
    if (fontsSeen.has(rule)) continue;
    fontsSeen.add(rule);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, bundleSheet(key, rule)];
  }
}
