import { restyled, styleText, withOverride, type Restyled } from "../attrs";
import { rpx } from "../resources";
import { elementName } from "../fragment";
import type { ScriptCall } from "../constants";
import { copy, type Scope, type Scripted } from "./scripted";

/** What descriptors need of the page. */
export interface Place {
  /** The page's folder. */
  readonly path: string;
  element(id: number): Scripted | undefined;
  /** The elements in the template of a component, in document order. */
  elementsOf(owner: number): Scripted[];
  scopeOf(owner: number): Scope | undefined;
  call(call: Omit<ScriptCall, "page">): void;
}

interface Subject {
  place: Place;
  /** The node; 0 is the page. */
  id: number;
  el: Scripted | undefined;
}

/** Scripts get descriptors, never elements: what is behind one is only here. */
const subjects = new WeakMap<Descriptor, Subject>();
const states = new WeakMap<object, object>();

function subject(d: Descriptor): Subject {
  const s = subjects.get(d);
  if (!s) throw new TypeError("must be called on a component descriptor");
  return s;
}

/** Describes a node for scripts. */
export function describe(place: Place, id: number): Descriptor {
  const d = new Descriptor();
  subjects.set(d, { place, id, el: id === 0 ? undefined : place.element(id) });
  return d;
}

/** An element or component as template scripts see it. */
export class Descriptor {
  selectComponent(selector: unknown): Descriptor | null {
    const { place } = subject(this);
    const found = select(subject(this), String(selector))[0];
    return found?.dgId === undefined ? null : describe(place, found.dgId);
  }

  selectAllComponents(selector: unknown): Descriptor[] {
    const { place } = subject(this);
    return select(subject(this), String(selector)).map((el) => describe(place, el.dgId as number));
  }

  setStyle(style: unknown): this {
    const { el, place } = subject(this);
    if (el) override(el as unknown as Restyled, rpx(styleText(style ?? "")), place.path);
    return this;
  }

  addClass(names: unknown): this {
    return this.classes(String(names), true);
  }

  removeClass(names: unknown): this {
    return this.classes(String(names), false);
  }

  hasClass(name: unknown): boolean {
    const { el } = subject(this);
    return !!el && scoped(el, String(name)).every((n) => el.classList.contains(n));
  }

  getDataset(): object {
    return copy(subject(this).el?.dgData ?? {});
  }

  getState(): object {
    const { el, place } = subject(this);
    const key = el ?? place;
    let state = states.get(key);
    if (!state) states.set(key, (state = {}));
    return state;
  }

  getBoundingClientRect(): object | undefined {
    const box = subject(this).el?.getBoundingClientRect();
    return box && { left: box.left, top: box.top, right: box.right, bottom: box.bottom, width: box.width, height: box.height };
  }

  getComputedStyle(names: unknown): Record<string, string> {
    const { el } = subject(this);
    const style = el && getComputedStyle(el);
    const out: Record<string, string> = {};
    for (const name of Array.isArray(names) ? names.map(String) : []) {
      if (style) out[name] = style.getPropertyValue(name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`));
    }
    return out;
  }

  callMethod(name: unknown, args?: unknown): void {
    const { place, id } = subject(this);
    place.call({ node: id, name: String(name), args });
  }

  triggerEvent(name: unknown, detail?: unknown, options?: { bubbles?: unknown; composed?: unknown; capturePhase?: unknown }): void {
    const { place, id } = subject(this);
    const o = options ?? {};
    place.call({ node: id, name: String(name), args: detail, event: true, bubbles: !!o.bubbles, composed: !!o.composed, capturePhase: !!o.capturePhase });
  }

  requestAnimationFrame(fn: (time: number) => void): number {
    return requestAnimationFrame((time) => fn(time));
  }

  setTimeout(fn: () => void, delay?: number): number {
    return window.setTimeout(() => fn(), delay);
  }

  clearTimeout(id: number): void {
    clearTimeout(id);
  }

  private classes(names: string, add: boolean): this {
    const { el } = subject(this);
    if (!el) return this;
    const own = (el as { dgClasses?: Set<string> }).dgClasses ?? ((el as { dgClasses?: Set<string> }).dgClasses = new Set());
    const gone = (el as Partial<Restyled>).dgRemoved ?? ((el as Partial<Restyled>).dgRemoved = new Set());
    for (const name of scoped(el, names)) {
      if (add) (own.add(name), gone.delete(name), el.classList.add(name));
      else (own.delete(name), gone.add(name), el.classList.remove(name));
    }
    return this;
  }
}

/** Class names as they are written for the element's component. */
function scoped(el: Scripted, names: string): string[] {
  const { prefix = "", bare = false } = el.dgScope ?? {};
  return names.split(/\s+/).filter(Boolean).flatMap((n) => (bare && prefix ? [prefix + n, n] : [prefix + n]));
}

function override(el: Restyled, style: string, dir: string): void {
  el.dgBase ??= el.getAttribute("style") ?? "";
  el.dgOver = style;
  el.style.cssText = withOverride(el, el.dgBase, dir);
  restyled(el);
}

/** Finds elements in the template of the component that a node is, or else stands in. */
function select({ place, id, el }: Subject, selector: string): Scripted[] {
  const owner = id === 0 || el === undefined || el.localName === "dg-host" ? id : (el.dgScope?.owner ?? 0);
  const scope = place.scopeOf(owner);
  if (!scope) return [];
  const query = translate(selector, scope.prefix);
  return place.elementsOf(owner).filter((candidate) => {
    try {
      return candidate.matches(query);
    } catch {
      return false;
    }
  });
}

/** Writes a selector of the template's for the document: class names with their prefix, tags by their elements. */
export function translate(selector: string, prefix: string): string {
  return selector.replace(/>>>/g, " ").replace(/(\[[^\]]*\]|::?[\w-]+|#[\w-]+)|\.([\w-]+)|([a-zA-Z][\w-]*)/g, (whole, other?: string, cls?: string, tag?: string) => {
    if (other !== undefined) return other;
    if (cls !== undefined) return `.${prefix}${cls}`;
    return tag === undefined ? whole : `:is(${elementName(tag)}, [dg-is="${tag}"])`;
  });
}
