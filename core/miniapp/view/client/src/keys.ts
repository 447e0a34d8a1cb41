import type { Gestures } from "./gestures";
import type { Tracked } from "./listens";

/** A component that answers keys of its own: true if it took the key. */
interface Keyed extends Element {
  keyed(e: KeyboardEvent): boolean;
}

/** Which keys press what, by role, as the ARIA practices say. */
const presses: Record<string, string[]> = {
  button: ["Enter", " "], link: ["Enter"], checkbox: [" "], radio: [" "], switch: [" ", "Enter"], tab: ["Enter", " "], menuitem: ["Enter", " "], option: ["Enter", " "],
};

/** Has the keyboard work the components of a page: a key that presses is a tap, for the program as well. */
export function operateByKeys(root: HTMLElement, gestures: Gestures): void {
  root.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
    const el = e.composedPath()[0];
    if (!(el instanceof HTMLElement)) return;
    if (isKeyed(el) && el.keyed(e)) {
      e.preventDefault();
      return;
    }
    if (!presses[el.role ?? ""]?.includes(e.key) || (el as Tracked).dgId === undefined || el.ariaDisabled === "true") return;
    e.preventDefault(); // the space bar would scroll
    if (!e.repeat) gestures.tapByKey(el as Tracked);
  });
}

function isKeyed(el: HTMLElement): el is HTMLElement & Keyed {
  return typeof (el as Partial<Keyed>).keyed === "function";
}
