import { addWebView, placeWebViews, removeWebView, tellShell, type WebPage } from "../webviews";
import { Component, pageAround } from "./component";

let count = 0;

/** Navigations that a page of the web may ask for, by their open-type. */
const routes: Record<string, string> = {
  navigateTo: "navigate", redirectTo: "redirect", reLaunch: "reLaunch", switchTab: "switchTab", navigateBack: "navigateBack",
};

/** <web-view>: a page of the web that fills the page. */
export class WebView extends Component implements WebPage {
  private readonly key = `web-view-${++count}`;
  private watch: ResizeObserver | undefined;
  private tell: (type: string, detail: unknown) => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.tell = this.pageEvents();
    addWebView(this.key, this);
    this.watch = new ResizeObserver(() => placeWebViews());
    this.watch.observe(this);
  }

  disconnectedCallback(): void {
    this.watch?.disconnect();
    removeWebView(this.key);
  }

  place(inFront: boolean): void {
    const src = this.str("src");
    const box = pageAround(this)?.viewport.getBoundingClientRect();
    if (!box || src === "") return;
    const { left, top, width, height } = box;
    tellShell({ id: this.key, src, init: this.str("init"), shown: inFront, left, top, width, height });
  }

  /** What was posted is told when the page is left, as in WeChat: the actor keeps it. */
  leaving(): void {
    this.tell("webview", { leave: true });
  }

  hear(type: string, detail: unknown): void {
    if (type !== "call") {
      this.emit(type, detail);
      return;
    }
    const { name, arg } = detail as { name: string; arg?: { data?: unknown; url?: unknown; delta?: unknown } };
    if (name === "h5") {
      if (this.str("src").startsWith("h5:")) this.emit("h5", arg);
      return;
    }
    if (name === "postMessage") {
      this.tell("webview", { data: arg?.data ?? null });
      return;
    }
    const route = routes[name];
    if (!route || !this.isConnected) return;
    this.leaving();
    this.navigate(route, String(arg?.url ?? ""), Number(arg?.delta ?? 1) || 1);
  }

  /** Says something to the pages of an H5 app. */
  do_post(args: { message?: unknown } | null): void {
    tellShell({ id: this.key, post: args?.message ?? null });
  }

  protected override update(): void {
    placeWebViews();
  }
}
