/** What is asked of fields and of the typefaces that they and everything else are set in. */
import type { FontFace as Face } from "./constants";
import { rewriteCSS } from "./resources";

/** What is selected in the field that has the focus. */
export function selectedText(field: Element | null): { start: number; end: number } {
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) throw new Error("no focused field");
  return { start: field.selectionStart ?? 0, end: field.selectionEnd ?? 0 };
}

/** Loads a typeface for all pages and canvases. */
export async function loadFont(face: Face): Promise<{ status: string }> {
  const { style, weight, variant } = face;
  const font = new FontFace(face.family, rewriteCSS(face.source, ""), {
    ...(style && { style }), ...(weight && { weight }), ...(variant && variant !== "normal" && { featureSettings: `"${variant === "small-caps" ? "smcp" : variant}"` }),
  });
  await font.load();
  document.fonts.add(font);
  return { status: "loaded" };
}
