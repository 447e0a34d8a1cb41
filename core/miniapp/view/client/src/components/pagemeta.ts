import { scrollSmoothly } from "../scrolling";
import { Component, pageAround } from "./component";

/** <page-meta>: settings of its page, and events of it. */
export class PageMeta extends Component {
  private stop: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const page = pageAround(this);
    if (!page) return;
    const scrolled = (): void => this.emit("scroll", { scrollTop: page.scroller.scrollTop });
    page.scroller.addEventListener("scroll", scrolled, { passive: true });
    let size = "";
    const watch = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = page.viewport;
      const now = `${clientWidth}x${clientHeight}`;
      if (size !== "" && size !== now) this.emit("resize", { size: { windowWidth: clientWidth, windowHeight: clientHeight } });
      size = now;
    });
    watch.observe(page.viewport);
    this.stop = () => {
      page.scroller.removeEventListener("scroll", scrolled);
      watch.disconnect();
      page.setMeta(undefined);
    };
  }

  disconnectedCallback(): void {
    this.stop?.();
    this.stop = undefined;
  }

  protected override update(changed: Set<string>): void {
    const page = pageAround(this);
    if (!page) return;
    page.setMeta({
      style: this.css("pageStyle"),
      backgroundColor: this.str("backgroundColor"),
      rootBackgroundColor: this.str("rootBackgroundColor"),
      rootFontSize: this.fontSize("rootFontSize"),
      pageFontSize: this.fontSize("pageFontSize"),
      light: this.str("backgroundTextStyle") === "light",
      blocked: /(?:^|;)\s*overflow(?:-y)?\s*:\s*hidden/.test(this.str("pageStyle")),
    });
    if (!changed.has("scrollTop") || this.str("scrollTop") === "") return;
    // The content that the same patch brings is laid out first.
    requestAnimationFrame(() => {
      void scrollSmoothly(page.scroller, parseFloat(this.length("scrollTop", "0")) || 0, this.num("scrollDuration", 300)).then(() => this.emit("scrolldone"));
    });
  }

  /** "system" is the size that the user's browser has. */
  private fontSize(name: string): string {
    const size = this.str(name);
    return size === "system" ? "medium" : this.length(name);
  }
}

/** <navigation-bar>: what the bar above the page shows. The page's window settings are the session's, so it is told. */
export class NavigationBar extends Component {
  protected override update(): void {
    const front = this.str("frontColor").toLowerCase();
    this.pageEvent("navigationbar", {
      ...(this.has("title") && { title: this.str("title") }),
      ...(this.has("loading") && { loading: this.bool("loading") }),
      ...(/^#(?:f{3}|f{6}|0{3}|0{6})$/.test(front) && { frontColor: front }),
      ...(this.str("backgroundColor") && { backgroundColor: this.str("backgroundColor") }),
    });
  }
}
