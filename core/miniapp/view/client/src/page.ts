import { setAttr } from "./attrs";
import baseCSS from "./base.css";
import { Easel } from "./canvas/easel";
import type { ClientEvent, Invoke, Page, Patch, ScrollTo } from "./constants";
import { Component, make, type PageMetaStyle, type PageSurface } from "./components/component";
import { pickerCSS } from "./components/pickerview";
import { Gestures } from "./gestures";
import type { Tracked } from "./listens";
import { NavBar } from "./navbar";
import { PullDown } from "./pulldown";
import { Reporter } from "./reporter";
import { dirOf } from "./resources";
import { operateByKeys } from "./keys";
import { scrollPatiently, scrollSmoothly } from "./scrolling";
import { addFonts, bundleSheet, sheetFor } from "./styles";
import type { ScriptCall } from "./constants";
import type { Modules } from "./scripts/modules";
import { Runner } from "./scripts/runner";
import { keepForScripts, type Scripted } from "./scripts/scripted";
import { Tree, type TreeOwner } from "./tree";

/** What a page needs of the stage. */
export interface PageHost {
  send(event: ClientEvent): void;
  answer(call: number, result: unknown, error?: string): void;
  back(): void;
  home(): void;
  resync(): void;
  /** A page's settings changed that reach beyond it. */
  metaChanged(): void;
  call(call: ScriptCall): void;
  /** The template scripts that the client runs. */
  readonly scripts: Modules | undefined;
}

const SCROLL_VIEW = "dg-scroll-view";

/** How long a scroll-view must stand still to have come to rest, in milliseconds. */
const REST = 150;

const pageEvents = ["transitionend", "animationstart", "animationiteration", "animationend"] as const;

/** One page of the stack: navigation bar, scrolling viewport, and the tree in a shadow root of its own. */
export class PageView implements TreeOwner, PageSurface {
  readonly element = make("div", "page");
  readonly viewport = make("div", "viewport");
  readonly scroller = make("div", "scroller");
  readonly reporter: Reporter;
  readonly tree: Tree;
  readonly pullDown: PullDown;
  /** The page's canvases. */
  readonly easel: Easel;
  private readonly navBar: NavBar;
  private readonly host = make("div", "root");
  private readonly shadow: ShadowRoot;
  private readonly pageElement = document.createElement("dg-page") as HTMLElement & Tracked;
  /**
   * Where <root-portal> puts what it shows: a page without a box, so that it inherits what the style sheets say of page (fonts,
   * colours, custom properties) as everything in the page does.
   */
  readonly portals = document.createElement("dg-page");
  private meta: PageMetaStyle | undefined;
  private readonly styleKeys = new Set<string>();
  private seq = 0;
  private info: Page | undefined;
  /** What came before it was known which page this is: relative addresses begin at the page's folder. */
  private early: Patch[] = [];
  private bottomReached = false;
  private runner: Runner | undefined;

  constructor(
    readonly id: number,
    private readonly pageHost: PageHost,
  ) {
    this.element.dataset["page"] = String(id);
    this.reporter = new Reporter(id, (e) => pageHost.send(e), (target, e) => this.runner?.dispatch(target, e));
    this.navBar = new NavBar(pageHost);
    this.pullDown = new PullDown(this.scroller, { refresh: () => this.reporter.pageEvent("pulldownrefresh") });
    this.shadow = this.host.attachShadow({ mode: "open" });
    this.portals.setAttribute("portals", "");
    this.shadow.append(this.pageElement, this.portals);
    this.scroller.append(this.pullDown.element, this.host);
    this.viewport.append(this.scroller);
    this.scroller.role = "main";
    this.scroller.tabIndex = 0; // keys scroll it, whatever is on it
    this.element.append(this.navBar.element, this.viewport);
    this.tree = new Tree(this.pageElement, this);
    this.easel = new Easel({ element: (node) => this.tree.element(node), folder: () => dirOf(this.path) });
    this.setAttr = this.setAttr.bind(this);
    this.resetStyles();
    this.listen();
  }

  get path(): string {
    return this.info?.path ?? "";
  }

  get page(): Page | undefined {
    return this.info;
  }

  /** Takes over what the shell shows around the page. */
  configure(info: Page, options: { canGoBack: boolean; home: boolean; fallbackTitle: string }): void {
    this.info = info;
    const w = info.window;
    this.navBar.configure(info, options);
    this.scroller.ariaLabel = w.navigationBarTitleText ?? options.fallbackTitle;
    this.element.classList.toggle("custom-nav", w.navigationStyle === "custom");
    this.element.classList.toggle("tab-page", info.tab === true);
    this.pullDown.configure(w.enablePullDownRefresh === true, (this.meta ? this.meta.light : false) || w.backgroundTextStyle === "light");
    this.applyMeta();
    for (const patch of this.early.splice(0)) this.apply(patch);
    this.afterPatch();
  }

  /** Puts it behind others, out of reach, or in front. */
  putBehind(behind: boolean): void {
    this.element.classList.toggle("background", behind);
    this.element.inert = behind;
  }

  /** Takes the focus where the page begins: so a screen reader says its title, and keys go on from there. */
  focus(): void {
    if (!this.navBar.focus()) this.scroller.focus({ preventScroll: true });
  }

  get folder(): string {
    return dirOf(this.path);
  }

  setMeta(meta: PageMetaStyle | undefined): void {
    this.meta = meta;
    this.applyMeta();
    this.pageHost.metaChanged();
  }

  /** The size that rem stand for while this page is in front. */
  get rootFontSize(): string {
    return this.meta?.rootFontSize ?? "";
  }

  private applyMeta(): void {
    const { meta } = this;
    this.pageElement.style.cssText = meta?.style ?? "";
    if (meta?.pageFontSize) this.pageElement.style.fontSize = meta.pageFontSize;
    this.portals.style.cssText = this.pageElement.style.cssText;
    this.element.style.setProperty("--page-bg", meta?.backgroundColor || (this.info?.window.backgroundColor ?? ""));
    this.host.style.backgroundColor = meta?.rootBackgroundColor ?? "";
    this.scroller.classList.toggle("no-scroll", this.info?.window.disableScroll === true || meta?.blocked === true);
    this.afterPatch();
  }

  /** Applies a patch; a gap in the numbering or an operation that does not fit asks for everything anew. */
  apply(patch: Patch): void {
    if (!this.info) {
      this.early.push(patch);
      return;
    }
    const reset = Array.isArray(patch.ops[0]) && patch.ops[0][0] === 7;
    if (!reset && patch.seq !== this.seq + 1) {
      console.error(`page ${this.id}: patch ${patch.seq} came after ${this.seq}`);
      this.pageHost.resync();
      return;
    }
    this.seq = patch.seq;
    try {
      this.tree.apply(patch.ops);
    } catch (err) {
      console.error(`page ${this.id}: patch ${patch.seq}:`, err);
      this.pageHost.resync();
      return;
    }
    this.runner?.observe();
    this.afterPatch();
  }

  /** Scrolls as wx.pageScrollTo asks. */
  scrollTo(o: ScrollTo): Promise<void> {
    const el = o.node ? this.tree.element(o.node) : undefined;
    if (o.patient) {
      const { view } = o;
      const find = (): Element | null => (view ? this.shadow.querySelector(`#${CSS.escape(view)}`) : this.scroller);
      return scrollPatiently(find, this.viewport, { left: o.left ?? 0, top: o.scrollTop });
    }
    const inner = el ? el.getBoundingClientRect().top - this.viewport.getBoundingClientRect().top + this.scroller.scrollTop : o.scrollTop;
    return scrollSmoothly(this.scroller, inner + (o.offsetTop ?? 0), o.duration);
  }

  /** Sizes that styles refer to. */
  resized(): void {
    this.element.style.setProperty("--dg-vh", `${this.viewport.clientHeight / 100}px`);
  }

  setAttr(el: Element, name: string, value: unknown): void {
    if ((el as Scripted).dgScripts) this.runner?.changed(el as Scripted, name, value);
    if ((el as Scripted).dgScope && keepForScripts(el as Scripted, name, value)) return;
    setAttr(el, name, value, dirOf(this.path));
  }

  get runsScripts(): boolean {
    return this.runner !== undefined;
  }

  /** Takes over which template scripts the client runs, for a tree that begins anew. */
  private resetScripts(): void {
    const { scripts } = this.pageHost;
    const page = this;
    this.runner = scripts && new Runner(scripts, {
      get path() { return dirOf(page.path); },
      element: (id) => page.tree.element(id) as Scripted | undefined,
      elementsOf: (owner) => page.tree.elementsOf(owner) as Scripted[],
      scopeOf: (owner) => page.tree.scopeOf(owner),
      call: (call) => page.pageHost.call({ page: page.id, ...call }),
    });
  }

  script(el: Element, type: string, event: unknown): void {
    this.runner?.component(el as Scripted, type, event as { detail: unknown; id: string; dataset: object; mark: object });
  }

  addStyle(key: string, css: string, fonts: string[]): void {
    addFonts(key, fonts);
    if (this.styleKeys.has(key)) return;
    this.styleKeys.add(key);
    this.shadow.adoptedStyleSheets = [...this.shadow.adoptedStyleSheets, bundleSheet(key, css)];
  }

  resetStyles(): void {
    this.styleKeys.clear();
    this.resetScripts();
    this.shadow.adoptedStyleSheets = [sheetFor(baseCSS), sheetFor(pickerCSS)];
  }

  /** Calls a method of a built-in component. */
  async call({ node, method, args }: Invoke): Promise<unknown> {
    const el = this.tree.element(node);
    if (!el) throw new Error("the component is gone");
    const fn = (el as unknown as Record<string, unknown>)[`do_${method}`];
    if (typeof fn !== "function") throw new Error(`${method} is not supported by <${el.localName.slice(3)}>`);
    if (el instanceof Component) el.flush();
    return (fn as (args: unknown) => unknown).call(el, args);
  }

  invoke(el: Element, method: string, args: unknown, call: number): void {
    this.call({ node: (el as Tracked).dgId ?? 0, method, args }).then(
      (result) => this.pageHost.answer(call, result),
      (err: unknown) => this.pageHost.answer(call, undefined, String(err)),
    );
  }

  /** The page's background fills the whole viewport, as a body's does. */
  private backgroundQueued = false;

  /** Lets the viewport show the page's background. It waits for the frame: asking at once would make the style of all
   *  nodes be computed once more than needed. */
  afterPatch(): void {
    if (this.backgroundQueued) return;
    this.backgroundQueued = true;
    requestAnimationFrame(() => {
      this.backgroundQueued = false;
      this.showBackground();
    });
  }

  private showBackground(): void {
    const background = getComputedStyle(this.pageElement).backgroundColor;
    this.viewport.style.backgroundColor = background === "rgba(0, 0, 0, 0)" ? (this.meta?.rootBackgroundColor ?? "") : background;
    this.viewport.classList.toggle("on-dark", isDark(getComputedStyle(this.viewport).backgroundColor, getComputedStyle(this.element).backgroundColor));
  }

  private listen(): void {
    const gestures = new Gestures(this.viewport, this.reporter, () => {
      const box = this.viewport.getBoundingClientRect();
      return { left: box.left, top: box.top, scrollLeft: 0, scrollTop: this.scroller.scrollTop };
    });
    operateByKeys(this.viewport, gestures);
    for (const type of pageEvents) this.shadow.addEventListener(type, (e) => this.motion(e as AnimationEvent));
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.shadow.addEventListener("scroll", (e) => this.viewScrolled(e.target as HTMLElement), { passive: true, capture: true });
  }

  private readonly resting = new Map<string, number>();

  /** Reports where a scroll-view with an id of its own has come to rest, so that it is there again after the host has ended. */
  private viewScrolled(el: HTMLElement): void {
    const { id } = el;
    if (!id || el.localName !== SCROLL_VIEW) return;
    clearTimeout(this.resting.get(id));
    this.resting.set(id, window.setTimeout(() => {
      this.resting.delete(id);
      if (el.isConnected && this.shadow.querySelectorAll(`#${CSS.escape(id)}`).length === 1) {
        this.reporter.pageEvent("viewscroll", { id, left: el.scrollLeft, top: el.scrollTop });
      }
    }, REST));
  }

  private motion(e: AnimationEvent | TransitionEvent): void {
    const target = e.target as Tracked;
    const name = "animationName" in e ? { animationName: e.animationName } : { propertyName: e.propertyName };
    this.reporter.event(target, e.type, { elapsedTime: e.elapsedTime, ...name }, true);
  }

  private scrollQueued = false;

  private scrolled(): void {
    if (this.scrollQueued) return;
    this.scrollQueued = true;
    requestAnimationFrame(() => {
      this.scrollQueued = false;
      const { scrollTop, clientHeight, scrollHeight } = this.scroller;
      this.reporter.pageEvent("pagescroll", { scrollTop });
      const near = scrollTop + clientHeight >= scrollHeight - (this.info?.window.onReachBottomDistance ?? 50);
      if (near && !this.bottomReached) this.reporter.pageEvent("reachbottom");
      this.bottomReached = near;
    });
  }
}

/** Whether the first of these colours that is not seen through is a dark one. */
function isDark(...colours: string[]): boolean {
  for (const colour of colours) {
    const [r = 0, g = 0, b = 0, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
    if (a > 0.5) return 0.2126 * r + 0.7152 * g + 0.0722 * b < 110;
  }
  return false;
}
