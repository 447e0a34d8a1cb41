import { answerAsk } from "./asks";
import type { FromFrame, Hello, Page, Patch, ScriptCall, Size, Stack, ToFrame } from "./constants";
import type { Modules } from "./scripts/modules";
import { setTileSource } from "./map/tiles";
import { liveRegion } from "./live";
import { make } from "./components/component";
import { PageView, type PageHost } from "./page";
import { TabBarView } from "./tabbar";
import { resolvePath } from "./resources";
import { direction, speak } from "./texts";
import { pageOf } from "./locate";
import { watchScheme } from "./scheme";
import { covered } from "./ui/modality";
import { leaveWebViews, placeWebViews } from "./webviews";
import { shareElements, slide } from "./transitions";

/** What the frame shows: the page stack, the tab bar, and overlays above both. */
export class Stage implements PageHost {
  readonly element = make("div", "stage");
  readonly overlay = make("div", "overlay");
  private readonly pages = new Map<number, PageView>();
  private readonly pagesElement = make("div", "pages");
  private readonly tabBar: TabBarView;
  private stack: Page[] = [];
  private name = "";
  /** The shell has said how high the status bar is: it knows of windows that changed since the session began. */
  private shellSays = false;
  private dark = false;
  /** The page that had the focus for coming to the front. */
  private announced: PageView | undefined;
  /** How many changes of the page in front are under way. */
  private slides = 0;

  /** The template scripts that the host wants this frame to run. */
  scripts: Modules | undefined;

  /** own are the template scripts that the frame has, with their digest. */
  constructor(
    private readonly connection: { send(m: FromFrame): void; resync(): void },
    private readonly own: { digest: string; modules: Modules | undefined },
  ) {
    this.tabBar = new TabBarView((path) => connection.send({ route: { kind: "switchTab", path } }));
    this.overlay.dir = direction;
    this.element.append(this.pagesElement, this.tabBar.element, this.overlay, liveRegion());
    new ResizeObserver(() => this.resized()).observe(this.element);
    // A page that comes has the focus on its title. Browsers show that to everybody; who uses no keys would only wonder.
    const byKeys = (keys: boolean) => () => this.element.classList.toggle("by-keys", keys);
    this.element.addEventListener("keydown", byKeys(true), true);
    this.element.addEventListener("pointerdown", byKeys(false), true);
    watchScheme((dark) => {
      for (const view of this.pages.values()) view.afterPatch();
      if (this.dark) this.top?.reporter.pageEvent("theme", { theme: dark ? "dark" : "light" });
    });
    new MutationObserver(placeWebViews).observe(this.overlay, { childList: true });
  }

  hello(hello: Hello): void {
    this.name = hello.name;
    this.scripts = hello.scripts && hello.scripts === this.own.digest ? this.own.modules : undefined;
    setTileSource(hello.mapTiles ?? "");
    speak(hello.language, hello.texts);
    this.told = key({ width: hello.width ?? 0, height: hello.height ?? 0, statusBar: hello.statusBar });
    if (!this.shellSays) this.setStatusBar(hello.statusBar);
    else this.resized();
    this.element.classList.remove("lost");
  }

  /** Takes what the shell says of the status bar, now and from here on. */
  statusBar(height: number): void {
    this.shellSays = true;
    this.setStatusBar(height);
  }

  private setStatusBar(height: number): void {
    this.statusHeight = height;
    this.element.style.setProperty("--status-bar", `${height}px`);
    this.resized();
  }

  message(m: ToFrame): void {
    if (m.patch) this.patch(m.patch);
    else if (m.stack) this.navigate(m.stack);
    else if (m.ask) answerAsk(this, m.ask, (answer) => this.connection.send({ answer }));
    else if (m.closed) this.element.classList.add("closed");
  }

  /** Whether an element stands on the page in front, at rest, with nothing above it. */
  shows(el: Element): boolean {
    return this.slides === 0 && this.overlay.childElementCount === 0 && pageOf(this, el) === this.top;
  }

  /** The page on top, if there is one. */
  get top(): PageView | undefined {
    const page = this.stack[this.stack.length - 1];
    return page && this.pages.get(page.id);
  }

  page(id: number): PageView | undefined {
    return this.pages.get(id) ?? this.top;
  }

  /** The page of this number, and no other: what is drawn on a page that is gone must not be seen on another. */
  livePage(id: number): PageView | undefined {
    return id === 0 ? this.top : this.pages.get(id);
  }

  send(event: FromFrame["event"]): void {
    if (event) this.connection.send({ event });
  }

  call(script: ScriptCall): void {
    this.connection.send({ script });
  }

  answer(call: number, result: unknown, error = ""): void {
    if (call !== 0) this.connection.send({ answer: { id: call, result, error } });
  }

  back(): void {
    leaveWebViews(this.element);
    this.connection.send({ route: { kind: "back" } });
  }

  home(): void {
    this.connection.send({ route: { kind: "home" } });
  }

  /** Carries out a <navigator>; from is the path of its page. */
  navigator(from: string, openType: string, url: string, delta: number): void {
    if (openType === "exit") {
      this.connection.send({ route: { kind: "exit" } });
      return;
    }
    if (openType === "navigateBack") {
      this.connection.send({ route: { kind: "back", delta } });
      return;
    }
    const full = url.startsWith("/") ? url.slice(1) : resolvePath(from, url);
    const path = openType === "switchTab" ? full : `/${full}`;
    if (url !== "") this.connection.send({ route: { kind: openType, path } });
  }

  /** Takes the focus, and with it the keyboard, away from a field. */
  blur(): void {
    const active = this.focused();
    if (active instanceof HTMLElement) active.blur();
  }

  /** What has the focus, in whichever shadow it is. */
  focused(): Element | null {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active;
  }

  resync(): void {
    this.connection.resync();
  }

  /** rem are of the document, so the page in front has its way. */
  metaChanged(): void {
    document.documentElement.style.fontSize = this.top?.rootFontSize ?? "";
  }

  private patch(patch: Patch): void {
    this.view(patch.page).apply(patch);
  }

  private view(id: number): PageView {
    let view = this.pages.get(id);
    if (!view) {
      view = new PageView(id, this);
      view.putBehind(true);
      this.pages.set(id, view);
      this.pagesElement.append(view.element);
      view.resized();
    }
    return view;
  }

  private navigate(stack: Stack): void {
    const before = this.top;
    const previous = this.stack;
    this.stack = stack.pages;
    this.dark = stack.dark === true;
    this.element.classList.toggle("themed", this.dark);
    this.element.dataset["style"] = stack.style ?? "";
    this.tabBar.configure(stack.tabBar, stack.tabState, this.stack[this.stack.length - 1]);
    this.element.classList.toggle("tabs-top", stack.tabBar?.position === "top");
    this.element.classList.toggle("tabs-shown", stack.tabBar?.custom !== true && stack.tabState?.hidden !== true);
    stack.pages.forEach((page, i) => this.configure(page, i));
    const after = this.top;
    const dropped = this.dropped(previous, stack);
    for (const view of dropped) this.pages.delete(view.id);
    const moves = before !== after;
    const settle = (): void => {
      if (moves) this.slides--;
      dropped.forEach((v) => v.element.remove());
      if (this.slides > 0) return; // the one that is under way settles the rest
      for (const v of this.pages.values()) v.putBehind(v !== this.top);
      this.takeFocus();
      this.resized();
      placeWebViews();
    };
    // Before anything is measured: a page of the web is not seen until its page rests.
    if (moves) this.slides++;
    for (const v of [before, after]) v?.putBehind(false);
    if (moves && before) before.element.inert = true; // what slides away takes no more keys
    this.resized();
    this.metaChanged();
    shareElements(stack.action, before?.element, after?.element);
    slide(stack.action, before?.element, after?.element).then(settle, settle);
  }

  /** The page that came has the focus, unless something on it has taken it, or it is elsewhere: with a dialog, or the shell. */
  private takeFocus(): void {
    const { top } = this;
    if (!top || top === this.announced) return;
    this.announced = top;
    if (!document.hasFocus() || covered(this.overlay) || this.tabBar.element.contains(document.activeElement)) return;
    if (!top.element.contains(document.activeElement)) top.focus();
  }

  /** Pages that are gone for good. A tab's page lives on behind others until everything is launched anew. */
  private dropped(previous: Page[], stack: Stack): PageView[] {
    const gone = [...this.pages.values()].filter((v) => !stack.pages.some((p) => p.id === v.id));
    if (stack.action === "relaunch" || stack.action === "launch") return gone;
    return gone.filter((v) => previous.some((p) => p.id === v.id && p.tab !== true));
  }

  private configure(page: Page, index: number): void {
    const view = this.view(page.id);
    // An element that is moved loses where it was scrolled to: only what stands wrong is.
    const below = this.stack[index - 1];
    const under = below && this.pages.get(below.id)?.element;
    if (under && !(under.compareDocumentPosition(view.element) & Node.DOCUMENT_POSITION_FOLLOWING)) this.pagesElement.append(view.element);
    view.configure(page, {
      canGoBack: index > 0,
      home: index === 0 && page.window.homeButton === true,
      fallbackTitle: this.name,
    });
  }

  private statusHeight = 0;
  /** What the host knows of the window; "" before it has said so. */
  private told = "";

  private resized(): void {
    for (const view of this.pages.values()) view.resized();
    placeWebViews();
    const size = { width: Math.round(window.innerWidth), height: Math.round(window.innerHeight), statusBar: Math.round(this.statusHeight) };
    if (this.told === "" || key(size) === this.told || size.width < 1 || size.height < 1) return;
    this.told = key(size);
    this.connection.send({ resize: size });
  }
}

function key(size: Size): string {
  return `${size.width}x${size.height}-${size.statusBar}`;
}
