import type { DebugCall, Log } from "./constants";
import { button, make } from "./dom";
import { t } from "./i18n";

/** Lines kept of each list; the oldest go first. */
const MOST = 300;
/** The longest line that is shown. */
const LONGEST = 2000;

type Tab = "console" | "calls";

/** What a mini-program logs and calls, over it while it is debugged: wx.setEnableDebug. */
export class DebugDrawer {
  private readonly lists = { console: make("div", "debug-list"), calls: make("div", "debug-list") };
  private readonly tabs = { console: this.tab("console", t.debugConsole), calls: this.tab("calls", t.debugCalls) };
  private readonly handle = button("debug-handle", () => this.open(true), t.debug);
  private readonly drawer = make("aside", "debug-drawer",
    make("header", "debug-head", this.tabs.console, this.tabs.calls,
      button("debug-act", () => this.clear(), t.debugClear), button("debug-act debug-off", () => this.off(), t.debugOff),
      this.closer()),
    this.lists.console, this.lists.calls);

  constructor(private readonly stage: HTMLElement, private readonly off: () => void) {
    this.drawer.ariaLabel = t.debug;
    this.choose("console");
  }

  /** Whether it is debugged: the handle is there, and opens the drawer. */
  show(on: boolean): void {
    if (!on) {
      this.handle.remove();
      this.drawer.remove();
    } else if (!this.handle.isConnected && !this.drawer.isConnected) this.stage.append(this.handle);
  }

  /** Lines are kept before it is opened, too. */
  log({ level, message, file, line }: Log): void {
    this.add("console", level, message, file ? `${file}:${line ?? 0}` : "");
  }

  call({ outcome, time }: DebugCall): void {
    this.add("calls", /^\w+:ok/.test(outcome) ? "info" : "error", outcome, `${Math.round(time)} ms`);
  }

  clear(): void {
    for (const list of Object.values(this.lists)) list.replaceChildren();
  }

  private add(tab: Tab, level: string, text: string, beside: string): void {
    const list = this.lists[tab];
    const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
    const row = make("div", "debug-row", make("span", "debug-text", text.slice(0, LONGEST)), make("span", "faint", beside));
    row.dataset["level"] = level;
    list.append(row);
    if (list.childElementCount > MOST) list.firstElementChild?.remove();
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  private open(shown: boolean): void {
    this.handle.remove();
    this.drawer.remove();
    this.stage.append(shown ? this.drawer : this.handle);
  }

  private choose(chosen: Tab): void {
    for (const tab of ["console", "calls"] as const) {
      this.lists[tab].hidden = tab !== chosen;
      this.tabs[tab].ariaPressed = String(tab === chosen);
    }
  }

  private tab(tab: Tab, text: string): HTMLButtonElement {
    return button("debug-tab", () => this.choose(tab), text);
  }

  private closer(): HTMLElement {
    const close = button("overlay-close", () => this.open(false), "×");
    close.ariaLabel = t.close;
    return close;
  }
}
