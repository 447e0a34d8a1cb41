import { appIcon } from "./appicon";
import type { App, ShellChoose, ShellDeliver, ShellRecord } from "./constants";
import { button, make } from "./dom";
import { t } from "./i18n";
import { openSheet, type Sheet } from "./sheet";

/** Answers a question of the host by the number of a button. */
type Choose = (id: string, button: number) => void;

/** How long a browser may take to save a file, in milliseconds. */
const SAVED_WITHIN = 60_000;

const DONE = 0;
const REFUSED = 1;
const BUSY = 2;
const DISMISSED = -1;

/** Files between the user and mini-programs: nothing comes in without a file dialog that the user opened. */
export class Exchange {
  private readonly open = new Map<string, Sheet>();
  private readonly recorders = new Map<string, Recorder>();

  constructor(
    private readonly stage: HTMLElement,
    private readonly app: (id: string) => App | undefined,
    private readonly answer: Choose,
  ) {}

  /** Asks for files; the browser's own dialog opens once the user has agreed. */
  choose(q: ShellChoose): void {
    if (this.open.has(q.id)) return;
    const input = make("input", "file-input");
    input.type = "file";
    input.multiple = q.count > 1;
    input.accept = (q.accept ?? []).map((a) => (a.startsWith(".") ? a : `${a}/*`)).join(",");
    if (q.source === "camera") input.setAttribute("capture", q.front ? "user" : "environment");
    const cancel = (): void => this.finish(q.id, DISMISSED);
    input.onchange = () => {
      const files = [...(input.files ?? [])].slice(0, q.count);
      if (files.length === 0) return;
      this.finish(q.id);
      void give(q.id, files).catch(() => this.answer(q.id, REFUSED));
    };
    const pick = button("primary choose-files", () => input.click(), q.source === "camera" ? t.take : t.choose);
    const sheet = this.sheet(q.id, q.app, q.appName, cancel);
    sheet.panel.append(
      make("h2", "", chooseTitle(q)),
      make("p", "prompt-text", q.count > 1 ? `${t.atMost} ${q.count}` : ""),
      input,
      make("div", "prompt-buttons", button("secondary", cancel, t.cancel), pick),
    );
  }

  /** Takes a question back that needs no answer any more. */
  retract(id: string): void {
    this.open.get(id)?.close();
    this.open.delete(id);
  }

  /** Gives a file to the user: at once where they agreed before, else behind a sheet that names it. */
  async deliver(d: ShellDeliver): Promise<void> {
    const response = await fetch(`/api/take/${encodeURIComponent(d.id)}`, { credentials: "same-origin" });
    if (!response.ok) return; // another window of this user has it
    const file = await response.blob();
    if (d.how === "open") this.show(d, URL.createObjectURL(file));
    else save(d.name, file);
    this.answer(d.id, DONE);
  }

  private show(d: ShellDeliver, url: string): void {
    const close = (): void => {
      sheet.close();
      URL.revokeObjectURL(url);
    };
    const sheet = this.sheet("", d.app, d.appName, close);
    sheet.panel.append(
      make("h2", "document-name", d.name),
      make("p", "prompt-text", size(d.size)),
      make("div", "prompt-buttons", link("secondary", d.name, url, true, t.save), link("primary", d.name, url, false, t.open)),
      button("menu-cancel document-close", close, t.close),
    );
  }

  /** Works the microphone for a mini-program. */
  async record(r: ShellRecord): Promise<void> {
    try {
      let recorder = this.recorders.get(r.app);
      if (r.action === "start") {
        if (recorder) {
          this.answer(r.id, BUSY);
          return;
        }
        recorder = await Recorder.start(r);
        this.recorders.set(r.app, recorder);
      }
      if (!recorder) throw new Error("nothing is being recorded");
      if (r.action === "pause") recorder.pause();
      if (r.action === "resume") recorder.resume();
      if (r.action === "stop") {
        this.recorders.delete(r.app);
        const { file, duration } = await recorder.stop();
        await give(r.id, [file], duration);
        return;
      }
      this.answer(r.id, DONE);
    } catch {
      this.answer(r.id, REFUSED);
    }
  }

  /** Turns the microphone off for a mini-program that is gone. */
  silence(app: string): void {
    this.recorders.get(app)?.drop();
    this.recorders.delete(app);
  }

  private sheet(id: string, app: string, name: string, dismiss: () => void): Sheet {
    const sheet = openSheet(this.stage, "prompt exchange", dismiss);
    if (id) this.open.set(id, sheet);
    sheet.panel.append(make("div", "prompt-app", appIcon(this.app(app) ?? { id: app, name }, "small"), make("span", "", name)));
    return sheet;
  }

  private finish(id: string, answer?: number): void {
    this.retract(id);
    if (answer !== undefined) this.answer(id, answer);
  }
}

function chooseTitle(q: ShellChoose): string {
  const kinds = new Set(q.accept ?? []);
  if (kinds.size === 1 && kinds.has("image")) return t.wantsImages;
  if (kinds.size === 1 && kinds.has("video")) return t.wantsVideo;
  return kinds.size === 2 && kinds.has("image") && kinds.has("video") ? t.wantsMedia : t.wantsFiles;
}

/** Hands files in. What belongs to a file comes behind it. */
async function give(id: string, files: File[], duration?: number): Promise<void> {
  const form = new FormData();
  const thumbs = await Promise.all(files.map((file) => (file.type.startsWith("video/") ? pictureOf(file) : null)));
  for (const [i, file] of files.entries()) {
    form.append("file", file, file.name);
    form.append("time", String(Math.floor(file.lastModified / 1000)));
    const thumb = thumbs[i];
    if (thumb) form.append("thumb", thumb, "thumb.jpg");
  }
  if (duration !== undefined) form.append("duration", String(Math.round(duration)));
  const response = await fetch(`/api/give/${encodeURIComponent(id)}`, { method: "POST", body: form, credentials: "same-origin" });
  if (!response.ok) throw new Error(await response.text());
}

/** The longer side of a video's picture, in pixels, and how long all videos together may take to show themselves, in milliseconds. */
const THUMB = 480;
const SHOWS_WITHIN = 4000;

/** A picture of a video as it begins, or null if the browser cannot play it. */
async function pictureOf(file: File): Promise<Blob | null> {
  const video = make("video");
  const url = URL.createObjectURL(file);
  let late: ReturnType<typeof setTimeout> | undefined;
  try {
    video.muted = true;
    video.preload = "auto";
    await new Promise((resolve, reject) => {
      video.onloadeddata = resolve;
      video.onerror = reject;
      late = setTimeout(reject, SHOWS_WITHIN);
      video.src = url;
    });
    const scale = Math.min(1, THUMB / Math.max(video.videoWidth, video.videoHeight));
    const canvas = make("canvas");
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
  } catch {
    return null;
  } finally {
    clearTimeout(late);
    video.removeAttribute("src");
    URL.revokeObjectURL(url);
  }
}

/** Gives the user a file to keep. A window that goes to the host alone saves what the shell has made (blob:), and no data: address. */
export function save(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  link("", name, url, true).click();
  setTimeout(() => URL.revokeObjectURL(url), SAVED_WITHIN);
}

function link(className: string, name: string, url: string, save: boolean, text = ""): HTMLAnchorElement {
  const a = make("a", className, text);
  a.href = url;
  if (save) a.download = name;
  else a.target = "_blank";
  return a;
}

function size(bytes: number): string {
  return bytes < 1 << 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}

/** One recording of the microphone. */
class Recorder {
  private readonly pieces: Blob[] = [];
  private length = 0;
  private begun = performance.now();

  private constructor(
    private readonly stream: MediaStream,
    private readonly media: MediaRecorder,
  ) {
    media.ondataavailable = (e) => this.pieces.push(e.data);
    media.start();
  }

  static async start(r: ShellRecord): Promise<Recorder> {
    const audio: MediaTrackConstraints = {};
    if (r.sampleRate) audio.sampleRate = r.sampleRate;
    if (r.channels) audio.channelCount = r.channels;
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    return new Recorder(stream, new MediaRecorder(stream));
  }

  pause(): void {
    this.media.pause();
    this.length += performance.now() - this.begun;
  }

  resume(): void {
    this.media.resume();
    this.begun = performance.now();
  }

  async stop(): Promise<{ file: File; duration: number }> {
    if (this.media.state === "recording") this.length += performance.now() - this.begun;
    await new Promise((resolve) => {
      this.media.onstop = resolve;
      this.media.stop();
    });
    this.release();
    const type = this.media.mimeType.split(";")[0] || "audio/webm";
    const ending = type === "audio/mp4" ? "m4a" : type === "audio/ogg" ? "ogg" : "webm";
    return { file: new File(this.pieces, `recording.${ending}`, { type }), duration: this.length };
  }

  /** Gives the recording up. */
  drop(): void {
    if (this.media.state !== "inactive") this.media.stop();
    this.release();
  }

  private release(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }
}
