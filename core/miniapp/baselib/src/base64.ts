/** Base64 between ArrayBuffer and text. */
import { immediate, need } from "./convention";
import { native } from "./native";
import type { Namespace } from "./capability";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function encode(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const n = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out.push(
      alphabet.charAt(n >> 18) +
        alphabet.charAt((n >> 12) & 63) +
        (left > 1 ? alphabet.charAt((n >> 6) & 63) : "=") +
        (left > 2 ? alphabet.charAt(n & 63) : "="),
    );
  }
  return out.join("");
}

export function decode(text: string): ArrayBuffer {
  const clean = text.replace(/[^A-Za-z0-9+/]/g, "");
  const bytes = new Uint8Array(Math.floor((clean.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < clean.length; i++) {
    held = (held << 6) | alphabet.indexOf(clean.charAt(i));
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
    }
  }
  return bytes.buffer;
}

export function addBase64(space: Namespace): void {
  space["arrayBufferToBase64"] = encode;
  space["getRandomValues"] = immediate("getRandomValues", (p) => {
    need(p, "length", "number");
    if (!(p["length"] >= 0 && p["length"] <= 1048576)) throw new Error("parameter error: parameter.length should be between 0 and 1048576");
    return { randomValues: native.random(p["length"]) };
  });
  space["base64ToArrayBuffer"] = (text: unknown) => decode(String(text));
}
