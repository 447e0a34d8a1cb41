import { api } from "./api";
import type { App, Error as AppError, Opened, SessionWindow } from "./constants";
import { Cameras, type CameraState } from "./cameras";
import { capsule } from "./capsule";
import { DebugDrawer } from "./debug";
import { button, make } from "./dom";
import { appName, t } from "./i18n";
import { log } from "./log";
import { look } from "./look";
import { ProblemOverlay } from "./problems";
import { failureScreen, loadingScreen } from "./screens";
import { setInert } from "./sheet";
import { WebViews, type WebViewState } from "./webviews";

/** What an open mini-program wants of the shell. */
export interface AppActions {
  menu(view: AppView): void;
  leave(view: AppView): void;
  home(view: AppView): void;
  reload(view: AppView): void;
  debug(view: AppView, on: boolean): void;
}

/** One open mini-program: its sandboxed frame, with the capsule above it. */
export class AppView {
  readonly element = make("section", "app");
  problems: AppError[] = [];
  session = "";
  window: Omit<SessionWindow, "session"> = { title: "", textStyle: "black", path: "", pages: 0, share: false, timeline: false };
  private frame: HTMLIFrameElement | undefined;
  private readonly splash: HTMLElement;
  private bar: HTMLElement;
  private readonly webViews: WebViews;
  private readonly cameras: Cameras;
  private readonly overlay: ProblemOverlay | undefined;
  readonly debug = new DebugDrawer(this.element, () => this.actions.debug(this, false));

  constructor(
    readonly app: App,
    private readonly actions: AppActions,
    dev: boolean,
  ) {
    if (dev) this.overlay = new ProblemOverlay(this.element);
    this.element.dataset["app"] = app.id;
    this.cameras = new Cameras(this.element, app, (camera, transfer) => this.frame?.contentWindow?.postMessage({ camera }, "*", transfer));
    this.webViews = new WebViews(this.element, app.webViews ?? [], (id, type, detail) =>
      this.frame?.contentWindow?.postMessage({ webView: { id, type, detail } }, "*"), () => new URL(this.frame?.src ?? "", location.href).pathname);
    this.splash = loadingScreen(app);
    this.bar = this.capsule();
    this.element.append(this.splash, this.bar);
    this.rename();
  }

  /** Says what it is in the language that is spoken now. */
  rename(): void {
    this.element.ariaLabel = appName(this.app);
    if (this.frame) this.frame.title = appName(this.app);
    this.webViews.speak();
  }

  /** Draws the capsule anew, and has the frame follow the choice of light or dark. */
  restyle(): void {
    this.frame?.contentWindow?.postMessage({ mode: look.ui.mode }, "*");
    const bar = this.capsule();
    this.bar.replaceWith(bar);
    this.bar = bar;
  }

  private capsule(): HTMLElement {
    const { actions } = this;
    return capsule({ more: () => actions.menu(this), close: () => actions.leave(this), home: () => actions.home(this) });
  }

  /** Shows the frame of an opened session. */
  opened(o: Opened): void {
    this.session = o.session;
    this.element.querySelector(".failure")?.remove();
    this.found();
    this.frame?.remove();
    this.webViews.clear();
    this.cameras.clear();
    const frame = make("iframe", "frame");
    frame.setAttribute("sandbox", "allow-scripts");
    // What a user started may sound and fill the screen; cameras and other devices stay shut.
    frame.setAttribute("allow", "autoplay *; fullscreen *; picture-in-picture *");
    frame.title = appName(this.app);
    frame.src = o.frame;
    frame.onload = () => {
      this.tellStatusBar();
      if (this.window.pages > 0) this.reveal();
      // Keys and screen readers go on in what was opened, unless the user has gone elsewhere meanwhile.
      if (this.element.classList.contains("shown") && document.activeElement === document.body) frame.focus({ preventScroll: true });
    };
    this.frame = frame;
    this.element.prepend(frame);
    this.setWindow(o);
  }

  /** Tells the frame how high the status bar above it is: it comes and goes with the size of the window. */
  tellStatusBar(): void {
    const statusBar = parseFloat(getComputedStyle(this.element).getPropertyValue("--status-bar")) || 0;
    this.frame?.contentWindow?.postMessage({ statusBar }, "*");
  }

  setWindow(w: Omit<SessionWindow, "session">): void {
    this.window = w;
    this.debug.show(w.debug === true);
    this.element.classList.toggle("light", w.textStyle === "white");
    if (w.pages > 0) setTimeout(() => this.reveal(), 60);
  }

  problem(e: AppError): void {
    this.problems.push(e);
    this.debug.log({ ...e, level: "error" });
    this.overlay?.add(e);
    log("error", this.app.name, `${e.message}${place(e)}`);
  }

  /** It began anew: what went wrong before is over. */
  renewed(): void {
    this.problems = [];
    this.overlay?.clear();
    this.debug.clear();
    this.element.querySelector(".hung")?.remove();
  }

  /** Says that the mini-program does not answer: wait, or begin anew. */
  hung(): void {
    if (!this.frame || this.element.querySelector(".hung")) return;
    const box = warning("hung", t.hung, t.hungHint, button("secondary", () => box.remove(), t.wait), button("primary", () => this.actions.reload(this), t.reload));
    this.element.append(box);
  }

  /** Says that the page is gone while the mini-program runs: show it again, or leave. */
  lost(): void {
    this.found();
    const again = (): void => void this.reframe().catch((err: Error) => this.failed(t.crashed, { message: err.message }));
    this.element.append(warning("hung lost", t.lost, t.lostHint, button("secondary", () => this.actions.leave(this), t.close), button("primary", again, t.showAgain)));
  }

  /** The page is there again. */
  found(): void {
    this.element.querySelector(".lost")?.remove();
  }

  /** Shows why the mini-program is gone, with a way back in. */
  failed(title: string, e?: Partial<AppError>): void {
    this.frame?.remove();
    this.frame = undefined;
    this.webViews.clear();
    this.cameras.clear();
    this.reveal();
    for (const old of this.element.querySelectorAll(".failure, .hung")) old.remove();
    this.element.append(failureScreen(title, e, e ? place(e) : "", { reload: () => this.actions.reload(this), leave: () => this.actions.leave(this) }));
  }

  /** Brings the mini-program to the front or puts it away. */
  show(shown: boolean): void {
    this.element.classList.toggle("shown", shown);
    // How it goes may be another way than how it comes.
    if (shown) this.element.classList.add("was");
    else setTimeout(() => this.element.classList.toggle("was", this.element.classList.contains("shown")), look.ui.animation.duration / 1e6);
    setInert(this.element, !shown);
  }

  /** Takes what the mini-program's frame, or a page of the web that it shows, says to the shell. */
  message(e: MessageEvent): void {
    if (e.source === this.frame?.contentWindow) {
      const { webView, camera } = (e.data ?? {}) as { webView?: Partial<WebViewState>; camera?: Partial<CameraState> };
      if (webView) this.webViews.set(webView);
      if (camera) this.cameras.set(camera);
      return;
    }
    this.webViews.heard(e.source, e.data);
  }

  /** It is not open any more. */
  gone(): void {
    this.webViews.clear();
    this.cameras.clear();
  }

  get alive(): boolean {
    return this.frame !== undefined;
  }

  /** A frame that lost its host gets a new one. */
  async reframe(): Promise<void> {
    this.opened(await api.reframe(this.session));
  }

  private reveal(): void {
    this.splash.classList.add("gone");
    setTimeout(() => this.splash.remove(), 300);
  }
}

function warning(kind: string, title: string, text: string, ...buttons: HTMLElement[]): HTMLElement {
  const box = make("div", kind, make("b", "", title), make("p", "", text), make("div", "hung-row", ...buttons));
  box.setAttribute("role", "alertdialog");
  box.ariaLabel = title;
  return box;
}

function place(e: Partial<AppError>): string {
  return e.file ? `\n${e.file}:${e.line ?? 0}:${e.column ?? 0}` : "";
}
