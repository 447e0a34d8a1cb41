import { animate } from "./animation";
import { textProp } from "./components/basic";
import { Component } from "./components/component";
import { resourceURL, rewriteCSS } from "./resources";

/** Sets an attribute or property as a patch says; null removes it. dir is the page's folder. */
export function setAttr(el: Element, name: string, value: unknown, dir: string): void {
  const v = value === undefined ? null : value;
  switch (name) {
    case "class":
      setClass(el, v);
      return;
    case "style":
      setStyle(el as HTMLElement, v === null ? "" : styleText(v), dir);
      restyled(el);
      return;
    case "slot":
      // Which slot of a built-in component content is for, the component itself looks up.
      (el as { dgSlot?: unknown }).dgSlot = v;
      return;
    case "id":
      reflect(el, "id", v);
      return;
    case "hidden":
      el.toggleAttribute("hidden", v !== null && v !== false && v !== "");
      return;
    case "role":
    case "aria-role": // as in WeChat; what can be pressed is reached by keys, too
      reflect(el, "role", v);
      if (el instanceof Component) el.setProp("ariaRole", v, dir);
      if (pressable.test(String(v))) (el as HTMLElement).tabIndex = 0;
      return;
    case "is": // the tag of a component, for selectors; the browser's own attribute of that name means something else
      if (v !== null) el.setAttribute("dg-is", String(v));
      return;
    case "animation":
      if (v) animate(el as HTMLElement, v);
      return;
    case "tabindex": // in the order of the page, or not at all: another order only confuses
      if (el instanceof Component) el.setProp("tabindex", v, dir);
      if (v === null || v === "" || !Number.isFinite(Number(v))) el.removeAttribute("tabindex");
      else (el as HTMLElement).tabIndex = Number(v) < 0 ? -1 : 0;
      return;
    default:
      if (name.startsWith("aria-")) setAria(el, name, v, dir);
      else if (name.startsWith("data-")) reflect(el, name, typeof v === "boolean" ? String(v) : v); // which a style sheet selects by
      else setProperty(el, name, v, dir);
  }
}

/** An element whose look template scripts changed: it keeps that when the template changes its own. */
export interface Restyled extends HTMLElement {
  dgClasses?: Set<string>;
  dgRemoved?: Set<string>;
  /** The template's style, and what a script put over it. */
  dgBase?: string;
  dgOver?: string;
}

/** Class names put on by the client itself (hover-class, scripts) survive a new class attribute. */
function setClass(el: Element, v: unknown): void {
  const { dgClasses, dgRemoved } = el as Restyled;
  el.className = [v === null || v === true ? "" : String(v), ...(dgClasses ?? [])].join(" ").trim();
  if (dgRemoved?.size) el.classList.remove(...dgRemoved);
}

/** Tells a component that its style attribute was replaced. */
export function restyled(el: Element): void {
  if (el instanceof Component) el.restyled();
  else (el as { dgText?: { restyled(): void } }).dgText?.restyled();
}

function setStyle(el: HTMLElement, text: string, dir: string): void {
  if ((el as Restyled).dgOver === undefined) {
    el.style.cssText = rewriteCSS(text, dir);
    return;
  }
  (el as Restyled).dgBase = text;
  el.style.cssText = withOverride(el, text, dir);
}

/** A style with what scripts put over it. */
export function withOverride(el: Restyled, base: string, dir: string): string {
  return rewriteCSS(`${base.replace(/[;\s]*$/, "")};${el.dgOver ?? ""}`, dir);
}

function setProperty(el: Element, name: string, v: unknown, dir: string): void {
  const prop = camelCase(name);
  if (el instanceof Component) el.setProp(prop, v, dir);
  else if (el.localName === "dg-text") textProp(el, prop, v);
  reflect(el, name, v);
}

/** What a screen reader is told: a truth value is a word there, and a long name is one, too. */
function setAria(el: Element, name: string, v: unknown, dir: string): void {
  if (el instanceof Component) el.setProp(camelCase(name), v, dir);
  if (v === null || v === "" || typeof v === "object" || !/^aria-[a-z]+$/.test(name)) el.removeAttribute(name);
  else el.setAttribute(name, String(v));
}

const pressable = /^(button|link|checkbox|radio|switch|tab|menuitem|option)$/;

const unreflected = /^(on|slot$|part$|src$|srcset$|href$|nodes$|autofocus$|tabindex$|popover|contenteditable$)/i;

/** Small values become attributes, so that the program's attribute selectors match. */
function reflect(el: Element, name: string, v: unknown): void {
  if (unreflected.test(name) || !/^[a-z_][\w.-]*$/i.test(name)) return;
  if (v === null || v === false || typeof v === "object") el.removeAttribute(name);
  else if (v === true) el.setAttribute(name, "");
  else if (String(v).length <= 256) el.setAttribute(name, String(v));
}

export function styleText(v: unknown): string {
  if (typeof v !== "object" || v === null) return String(v);
  return Object.entries(v)
    .map(([key, value]) => `${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}:${String(value)}`)
    .join(";");
}

/** "hover-class" is "hoverClass". */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, c: string) => c.toUpperCase());
}

export { resourceURL };
