import type { Scan, ScanResult } from "./constants";
import { api } from "./api";
import { button, icon, make } from "./dom";
import { dialog } from "./form";
import { t } from "./i18n";

interface Detected {
  rawValue: string;
  format: string;
}

interface Detector {
  detect(image: ImageBitmapSource): Promise<Detected[]>;
}

declare const BarcodeDetector: (new (options?: { formats?: string[] }) => Detector) & { getSupportedFormats(): Promise<string[]> };

/** How often the camera's picture is looked at, in milliseconds. */
const EVERY = 150;

/** WeChat's names of kinds of codes, as the browser's formats. */
const kinds: Record<string, string[]> = {
  qrCode: ["qr_code"],
  datamatrix: ["data_matrix"],
  pdf417: ["pdf417"],
  barCode: ["aztec", "codabar", "code_39", "code_93", "code_128", "ean_8", "ean_13", "itf", "upc_a", "upc_e"],
};

/** Scans a code: with the camera or from a picture where the browser reads codes, and typed in everywhere. */
export function scan(stage: HTMLElement, wish: Scan): Promise<ScanResult> {
  let stop = (): void => undefined;
  return dialog<ScanResult>(stage, "scan", t.scan, ({ panel }, finish) => {
    const found = (d: Detected): void => finish(result(d.rawValue, d.format));
    const view = make("div", "viewfinder", icon("scan", 1.2));
    const note = make("p", "faint scan-note");
    const typed = make("input", "field scan-text");
    Object.assign(typed, { name: "code", placeholder: t.typeCode, autocomplete: "off" });
    const done = (): void => {
      if (typed.value) finish(result(typed.value, "qr_code"));
    };
    typed.onkeydown = (e) => {
      if (e.key === "Enter") done();
    };
    panel.append(view, note, make("div", "rows", make("label", "row", typed)), button("primary wide choose", done, t.done));
    stop = look(view, note, wish, found);
    if (!wish.onlyFromCamera) panel.append(picture(wish, note, found));
  }).finally(() => stop());
}

/** Looks through the camera until stopped. */
function look(view: HTMLElement, note: HTMLElement, wish: Scan, found: (d: Detected) => void): () => void {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) {
    note.textContent = t.noScanner;
    return () => undefined;
  }
  let stream: MediaStream | undefined;
  let timer = 0;
  let ended = false;
  const begin = async (): Promise<void> => {
    const detector = await detectorFor(wish);
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    if (ended) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    const video = make("video");
    Object.assign(video, { srcObject: stream, playsInline: true, muted: true });
    view.replaceChildren(video);
    await video.play();
    timer = window.setInterval(() => {
      void detector.detect(video).then(([first]) => {
        if (first && !ended) found(first);
      }, () => undefined);
    }, EVERY);
  };
  begin().catch(() => {
    note.textContent = t.noCamera;
  });
  return () => {
    ended = true;
    clearInterval(timer);
    for (const track of stream?.getTracks() ?? []) track.stop();
  };
}

/** A button that reads a code from a picture: by the browser, or by the host where the browser cannot. */
function picture(wish: Scan, note: HTMLElement, found: (d: Detected) => void): HTMLElement {
  const file = make("input", "code-picture");
  Object.assign(file, { type: "file", accept: "image/*", hidden: true });
  file.onchange = async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    const first = (await inBrowser(wish, chosen).catch(() => undefined)) ?? (await onHost(chosen).catch(() => undefined));
    if (first) found(first);
    else note.textContent = t.noCode;
  };
  return make("div", "", file, button("secondary wide from-picture", () => file.click(), t.fromPicture));
}

async function inBrowser(wish: Scan, chosen: File): Promise<Detected | undefined> {
  if (!("BarcodeDetector" in window)) return undefined;
  return (await (await detectorFor(wish)).detect(await createImageBitmap(chosen)))[0];
}

async function onHost(chosen: File): Promise<Detected> {
  const { text, format } = await api.scan(chosen);
  return { rawValue: text, format };
}

async function detectorFor(wish: Scan): Promise<Detector> {
  const supported = await BarcodeDetector.getSupportedFormats();
  const formats = (wish.scanType ?? []).flatMap((kind) => kinds[kind] ?? []).filter((f) => supported.includes(f));
  if (supported.length === 0) throw new Error("not supported");
  return new BarcodeDetector(formats.length > 0 ? { formats } : {});
}

function result(text: string, format: string): ScanResult {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (const b of bytes) binary += String.fromCharCode(b);
  return { result: text, scanType: format.toUpperCase(), charSet: "UTF-8", rawData: btoa(binary) };
}
