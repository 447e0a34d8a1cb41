import { cssLength, rewriteCSS, rpx } from "../resources";

/** What a built-in component can do with the page around it. */
export interface Surroundings {
  /** Reports an event of this element to the tree, if anybody listens. */
  emit(el: Element, type: string, detail?: unknown, bubbles?: boolean): void;
  /** Navigates as <navigator> asks; url is as the template has it. */
  navigate(el: Element, openType: string, url: string, delta: number): void;
  /** Reports an event of the element's page as a whole. */
  pageEvent(el: Element, type: string, detail: unknown): void;
  /** As pageEvent, for an element that may be taken away before it is called. */
  pageEvents(el: Element): (type: string, detail: unknown) => void;
  /** The layer above all pages. */
  overlay(): HTMLElement;
  /** What the page around an element lets its components do with it. */
  page(el: Element): PageSurface | undefined;
}

/** A page, as far as its components may change or watch it. */
export interface PageSurface {
  /** What scrolls when the page scrolls. */
  readonly scroller: HTMLElement;
  /** The page's visible area. */
  readonly viewport: HTMLElement;
  /** Folder that the page's relative addresses start from. */
  readonly folder: string;
  /** Where parts of the page go that leave their place in it. */
  readonly portals: HTMLElement;
  /** Takes over what <page-meta> says of the page; undefined ends it. */
  setMeta(meta: PageMetaStyle | undefined): void;
}

/** What <page-meta> changes of a page's look. */
export interface PageMetaStyle {
  style: string;
  backgroundColor: string;
  rootBackgroundColor: string;
  rootFontSize: string;
  pageFontSize: string;
  light: boolean;
  blocked: boolean;
}

let surroundings: Surroundings;

/** Connects the components to the page machinery; called once at start. */
export function connectComponents(s: Surroundings): void {
  surroundings = s;
}

/** Reports an event of an element that is not the element's own doing. */
export function emitFrom(el: Element, type: string): void {
  surroundings.emit(el, type, {}, false);
}

/** The layer above all pages, for sheets of components. */
export function overlay(): HTMLElement {
  return surroundings.overlay();
}

/** Components whose update waits for the end of the task, in the order in which they asked. */
let waiting: Component[] = [];

function flushAll(): void {
  const list = waiting;
  waiting = [];
  for (const c of list) c.flush();
}

/** The page around an element. */
export function pageAround(el: Element): PageSurface | undefined {
  return surroundings.page(el);
}

/** Base of the built-in components: properties from patches, an open shadow root if it has a view of its own. */
export abstract class Component extends HTMLElement {
  protected readonly props: Record<string, unknown> = {};
  /** Folder of the page, where relative addresses start. */
  protected folder = "";
  private queued = false;
  private changed: Set<string> | undefined;

  /** Sets a property by its camelCase name; null removes it. */
  setProp(name: string, value: unknown, dir: string): void {
    this.folder = dir;
    if (value === null) delete this.props[name];
    else this.props[name] = value;
    (this.changed ??= new Set()).add(name);
    this.queue();
  }

  connectedCallback(): void {
    this.queue();
  }

  /** Called when the style attribute was replaced: what update put there is gone. */
  restyled(): void {
    this.queue();
  }

  /** Called once after a batch of property changes, and when the element is inserted. */
  protected update(_changed: Set<string>): void {}

  /** Runs a queued update at once. */
  flush(): void {
    if (!this.queued) return;
    this.queued = false;
    const changed = this.changed ?? new Set<string>();
    this.changed = undefined;
    this.update(changed);
  }

  protected emit(type: string, detail: unknown = {}, bubbles = false): void {
    surroundings.emit(this, type, detail, bubbles);
  }

  protected pageEvent(type: string, detail: unknown): void {
    surroundings.pageEvent(this, type, detail);
  }

  /** Reports events of the page that the element is in now, even when it is no more. */
  protected pageEvents(): (type: string, detail: unknown) => void {
    return surroundings.pageEvents(this);
  }

  protected navigate(openType: string, url: string, delta: number): void {
    surroundings.navigate(this, openType, url, delta);
  }

  protected str(name: string, fallback = ""): string {
    const v = this.props[name];
    return v === undefined || v === null ? fallback : String(v);
  }

  /** A number; "10px" counts as 10. */
  protected num(name: string, fallback = 0): number {
    const v = this.props[name];
    if (v === undefined || v === null || v === "") return fallback;
    const n = typeof v === "number" ? v : parseFloat(String(v));
    return Number.isFinite(n) ? n : fallback;
  }

  protected bool(name: string, fallback = false): boolean {
    const v = this.props[name];
    return v === undefined || v === null ? fallback : v !== false && v !== "" && v !== 0;
  }

  /** An object or array of a property; text that is JSON counts. */
  protected data<T>(name: string): T | undefined {
    const v = this.props[name];
    if (typeof v !== "string") return v === null ? undefined : (v as T);
    try {
      const parsed: unknown = JSON.parse(v);
      return typeof parsed === "object" && parsed !== null ? (parsed as T) : undefined;
    } catch {
      return undefined;
    }
  }

  /** A CSS length; rpx are parts of the screen's width, a bare number is pixels. */
  protected length(name: string, fallback = ""): string {
    return cssLength(this.str(name), fallback);
  }

  /** Style text with lengths that a browser knows and addresses that the host serves. */
  protected css(name: string): string {
    return rewriteCSS(rpx(this.str(name)), this.folder);
  }

  /** Makes it what it is for who uses keys or a screen reader; what the program says of itself counts more. */
  protected operable(role: string, on = true, fallback = ""): void {
    if (!this.has("ariaRole")) this.role = role;
    if (!on) this.removeAttribute("tabindex");
    else if (!this.has("tabindex")) this.tabIndex = 0;
    if (!this.has("ariaDisabled")) this.ariaDisabled = on ? null : "true";
    if (this.has("ariaLabel") || this.has("ariaLabelledby")) return;
    this.fallback = fallback;
    requestAnimationFrame(() => this.named());
  }

  private fallback = "";

  /** A control without a text of its own is called by the label around it. */
  private named(): void {
    if (!this.isConnected || this.has("ariaLabel")) return;
    const own = this.innerText.trim();
    const id = this.id;
    const root = this.getRootNode() as ShadowRoot;
    const pointed = id === "" ? null : root.querySelector?.(`dg-label[for="${CSS.escape(id)}"]`);
    const around = (this.closest("dg-label") ?? pointed ?? null)?.textContent?.trim() ?? "";
    this.ariaLabel = own !== "" ? null : around !== "" ? around : this.fallback || null;
  }

  protected has(name: string): boolean {
    return this.props[name] !== undefined;
  }

  private queue(): void {
    if (this.queued || this.update === Component.prototype.update || !this.isConnected) return;
    this.queued = true;
    if (waiting.push(this) === 1) queueMicrotask(flushAll);
  }
}

/** A component that takes part in a form. */
export interface FormField extends Element {
  formName(): string;
  formValue(): unknown;
  formReset(): void;
}

/** Whether a node is a form field. */
export function isFormField(el: Element): el is FormField {
  return typeof (el as Partial<FormField>).formValue === "function";
}

/** Builds the shadow root of a component from its own style and markup. The markup is the client's own text. */
export function shadow(host: HTMLElement, sheet: CSSStyleSheet, ...children: (Node | string)[]): ShadowRoot {
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(...children);
  return root;
}

/** Makes an element with class and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  if (className) el.className = className;
  el.append(...children);
  return el;
}
