/** Text is measured by whoever shows it; what was measured once is remembered. */
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
    metrics = surface.askNow<TextMetrics>("measureText", "measure", { font, text });
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, metrics);
  }
  return { ...metrics };
}
