/**
 * Text is measured by whoever shows it; what was measured once is remembered. WeChat's measureText never fails, and programs
 * do not expect it to, so a client that is silent leaves an estimate.
 */
import type { Recorder } from "./surface";

export interface TextMetrics {
  width: number;
  [name: string]: number;
}

const MAX_KNOWN = 2000;
const known = new Map<string, TextMetrics>();

export function measureText(surface: Recorder, font: string, text: string): TextMetrics {
  const key = `${font}\n${text}`;
  let metrics = known.get(key);
  if (!metrics) {
    try {
      metrics = surface.askNow<TextMetrics>("measureText", "measure", { font, text });
    } catch {
      return estimate(font, text);
    }
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, metrics);
  }
  return { ...metrics };
}

/** Most fonts have Chinese as wide as high, and Latin half of that. */
function estimate(font: string, text: string): TextMetrics {
  const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 10);
  let width = 0;
  for (const c of text) width += c > "\u2e80" ? size : size / 2;
  return { width };
}
