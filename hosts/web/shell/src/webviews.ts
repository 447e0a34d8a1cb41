import { make } from "./dom";
import { language, t } from "./i18n";

/** What a mini-program's view wants of its <web-view>: shown at a place of the frame, or gone. */
export interface WebViewState {
  id: string;
  src: string;
  shown: boolean;
  left: number;
  top: number;
  width: number;
  height: number;
  /** What an H5 app's pages are given at their start. */
  init: string;
  /** Something for an H5 app's pages. */
  post: unknown;
}

/** A page of the web may do what a page does, but it is not the shell's: neither its origin nor its window. */
const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads";
/** An H5 app's pages have no origin of their own and stay in the document that the host puts around them. */
const H5_SANDBOX = "allow-scripts allow-forms";
/** How many there may be at once. */
const MAX = 16;

/** The pages of the web that one mini-program shows, above its frame. */
export class WebViews {
  private readonly open = new Map<string, HTMLIFrameElement>();

  constructor(
    private readonly parent: HTMLElement,
    /** Hosts that may be shown, as superapp.yaml lists them. */
    private readonly allowed: string[],
    /** Tells the mini-program's frame of what happened. */
    private readonly tell: (id: string, type: string, detail: unknown) => void,
    /** Path of the mini-program's frame: an H5 app's pages are below it. */
    private readonly path: () => string,
  ) {}

  /** Takes a message of the mini-program's frame. */
  set(state: Partial<WebViewState>): void {
    const { id } = state;
    if (typeof id !== "string") return;
    if (state.post !== undefined) {
      const frame = this.open.get(id);
      if (frame?.dataset["h5"] !== undefined) frame.contentWindow?.postMessage({ dougong: "h5", message: state.post }, "*");
      return;
    }
    if (typeof state.src !== "string" || state.src === "") {
      this.drop(id);
      this.tell(id, "gone", {});
      return;
    }
    let frame = this.open.get(id);
    if (!frame) {
      if (this.open.size >= MAX) return;
      frame = this.make(id, state.src.startsWith("h5:"));
      this.open.set(id, frame);
      this.load(id, frame, state.src, state.init); // before it is put in: a frame that is there keeps its name from its page
      this.parent.append(frame);
    }
    const size = (n: unknown): string => `${Math.max(0, Number(n) || 0)}px`;
    Object.assign(frame.style, { left: size(state.left), top: size(state.top), width: size(state.width), height: size(state.height) });
    frame.hidden = state.shown !== true;
    if (frame.dataset["src"] !== state.src) this.load(id, frame, state.src, state.init);
  }

  /** Takes what a page of the web says; false if it is none of these. */
  heard(source: MessageEventSource | null, data: unknown): boolean {
    for (const [id, frame] of this.open) {
      if (frame.contentWindow !== source) continue;
      const { dougong, name, arg } = (data ?? {}) as { dougong?: unknown; name?: unknown; arg?: unknown };
      if (dougong === "miniProgram" && typeof name === "string") this.tell(id, "call", { name, arg });
      if (dougong === "hello") frame.contentWindow?.postMessage({ dougong: "miniProgram" }, "*");
      return true;
    }
    return false;
  }

  /** Has the documents around the pages of H5 apps say what they say in the language that is spoken now. */
  speak(): void {
    for (const frame of this.open.values()) {
      if (frame.dataset["h5"] !== undefined) frame.contentWindow?.postMessage({ dougong: "speak", words: words() }, "*");
    }
  }

  clear(): void {
    for (const id of [...this.open.keys()]) this.drop(id);
  }

  private drop(id: string): void {
    this.open.get(id)?.remove();
    this.open.delete(id);
  }

  private make(id: string, h5: boolean): HTMLIFrameElement {
    const frame = make("iframe", "web-view");
    frame.setAttribute("sandbox", h5 ? H5_SANDBOX : SANDBOX);
    if (h5) {
      frame.dataset["h5"] = "";
      frame.title = "H5";
    }
    frame.referrerPolicy = "no-referrer";
    frame.onload = () => {
      const src = frame.dataset["src"] ?? "";
      // The empty document that comes before the first page is none of it.
      if (src !== "" && frame.dataset["refused"] === undefined) this.tell(id, "load", { src });
    };
    return frame;
  }

  private load(id: string, frame: HTMLIFrameElement, src: string, init = ""): void {
    frame.dataset["src"] = src;
    if (frame.dataset["h5"] !== undefined) {
      frame.name = init;
      const given = { start: src.slice(3), words: words() };
      frame.src = src.startsWith("h5:") ? `${this.path()}h5frame#${encodeURIComponent(JSON.stringify(given))}` : "about:blank";
      return;
    }
    if (allows(this.allowed, src, location.origin)) {
      delete frame.dataset["refused"];
      frame.removeAttribute("srcdoc");
      frame.src = src;
      return;
    }
    frame.dataset["refused"] = "";
    frame.srcdoc = "";
    this.tell(id, "error", { url: src, fullUrl: src, errMsg: "not in the domain list of web_view" });
  }
}

/** What the document around an H5 app's pages says to the user, and in which language. */
function words(): Record<string, string> {
  return {
    language, direction: document.documentElement.dir, leave: t.h5Leave, download: t.h5Download, open: t.h5Open, why: t.h5Why,
    gone: t.h5Gone, missing: t.h5Missing, back: t.h5Back, start: t.h5Start,
  };
}

/** Whether a page may be shown: its host is listed ("h5.example", "*.example:8443", "http://10.0.0.5:8080"). */
export function allows(list: string[], src: string, own: string): boolean {
  let url: URL;
  try {
    url = new URL(src);
  } catch {
    return false;
  }
  if ((url.protocol !== "https:" && url.protocol !== "http:") || url.origin === own) return false;
  return list.some((entry) => {
    const [, scheme = "https", host = "", port = ""] = /^(?:(https?):\/\/)?([^/:]+)(?::(\d+|\*))?\/?$/.exec(entry) ?? [];
    if (host === "*" && entry === "*") return true;
    if (host === "" || `${scheme}:` !== url.protocol) return false;
    if (port !== "*" && port !== (url.port || "")) return false;
    return host.startsWith("*.") ? url.hostname.endsWith(host.slice(1)) : host === "*" || url.hostname === host;
  });
}
