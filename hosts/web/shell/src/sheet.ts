import { button, make } from "./dom";
import { t } from "./i18n";

/** A panel above everything a mini-program can draw. */
export interface Sheet {
  panel: HTMLElement;
  /** Says what the panel is, for a screen reader. */
  name(text: string): void;
  close(): void;
}

/** What can have the focus. */
const FOCUS = "button:not(:disabled), a[href], input:not(:disabled):not([hidden]), select, textarea, [tabindex]:not([tabindex='-1'])";

/** The panels that are open, the last one on top: the Escape key is for that one. */
const open: Sheet[] = [];

/** The stages that they stand on, as often as they do. */
const stages: HTMLElement[] = [];

/**
 * Opens a panel at the bottom of the stage. dismiss runs when the user taps beside it or presses Escape; without it that does
 * nothing. The focus stays in the panel while it is open, and goes back to where it was.
 */
export function openSheet(stage: HTMLElement, className: string, dismiss?: () => void): Sheet {
  const before = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const panel = make("div", `sheet ${className}`);
  const mask = make("div", "mask");
  const layer = make("div", "layer", mask, panel);
  panel.role = "dialog";
  panel.ariaModal = "true";
  panel.ariaLabel = t.dialog;
  panel.tabIndex = -1;
  mask.onclick = () => dismiss?.();
  stage.append(layer);
  cover(stage, layer);
  void layer.offsetWidth;
  layer.classList.add("open");
  const keys = (e: KeyboardEvent): void => {
    if (open.at(-1) !== sheet) return;
    if (e.key === "Escape" && dismiss && !e.defaultPrevented) {
      e.preventDefault();
      dismiss();
    }
    if (e.key === "Tab") turn(e, panel);
  };
  const sheet: Sheet = {
    panel,
    name: (text) => (panel.ariaLabel = text),
    close() {
      const at = open.indexOf(sheet);
      if (at < 0) return;
      open.splice(at, 1);
      document.removeEventListener("keydown", keys);
      layer.classList.remove("open");
      layer.inert = true;
      stages.splice(stages.indexOf(stage), 1);
      if (!stages.includes(stage)) uncover(stage);
      if (before?.isConnected && !open.length) before.focus({ preventScroll: true });
      setTimeout(() => layer.remove(), 260);
    },
  };
  open.push(sheet);
  stages.push(stage);
  document.addEventListener("keydown", keys);
  panel.focus({ preventScroll: true }); // so that keys come here and not to the mini-program
  return sheet;
}

/** What was within reach before a panel was opened is not while one is: a mini-program's frame must not take the focus away. */
function cover(stage: HTMLElement, layer: HTMLElement): void {
  for (const el of Array.from(stage.children)) {
    if (!(el instanceof HTMLElement) || el === layer || el.classList.contains("layer") || el.inert) continue;
    el.inert = true;
    el.dataset["covered"] = "";
  }
}

function uncover(stage: HTMLElement): void {
  for (const el of Array.from(stage.children)) {
    if (!(el instanceof HTMLElement) || el.dataset["covered"] === undefined) continue;
    delete el.dataset["covered"];
    el.inert = false;
  }
}

/**
 * Puts something of the stage out of reach, or within it again: once the panels that are open have gone. A mini-program that comes
 * to the front under a panel waits there.
 */
export function setInert(el: HTMLElement, inert: boolean): void {
  const covered = el.parentElement !== null && stages.includes(el.parentElement);
  if (inert || !covered) delete el.dataset["covered"];
  else el.dataset["covered"] = "";
  el.inert = inert || covered;
}

/** Keeps the Tab key inside a panel. */
function turn(e: KeyboardEvent, panel: HTMLElement): void {
  const all = [...panel.querySelectorAll<HTMLElement>(FOCUS)].filter((el) => el.offsetParent !== null);
  const [first, last] = [all[0], all.at(-1)];
  const at = document.activeElement;
  if (!first || !last) e.preventDefault();
  else if (!panel.contains(at) || (e.shiftKey && (at === first || at === panel))) go(e, e.shiftKey ? last : first);
  else if (!e.shiftKey && at === last) go(e, first);
}

function go(e: KeyboardEvent, to: HTMLElement): void {
  e.preventDefault();
  to.focus();
}

/** A panel with a title and a button to leave it. */
export function openPanel(stage: HTMLElement, title: string, closed: () => void = () => undefined): Sheet {
  const leave = (): void => {
    sheet.close();
    closed();
  };
  const sheet = openSheet(stage, "panel", leave);
  sheet.name(title);
  sheet.panel.append(make("div", "panel-head", make("h2", "panel-title", title), button("panel-done", leave, t.done)));
  return sheet;
}
