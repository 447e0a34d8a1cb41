/** What can have the focus, in the client's own dialogs. */
const FOCUS = "button:not(:disabled), textarea, input, video[controls], [tabindex]:not([tabindex='-1'])";

/** The dialogs that are open in each overlay, the last one on top. */
const open = new WeakMap<HTMLElement, HTMLElement[]>();

/** Whether a dialog is open: what is behind it is out of reach. */
export function covered(overlay: HTMLElement): boolean {
  return (open.get(overlay)?.length ?? 0) > 0;
}

/**
 * Makes what stands in the overlay a dialog: it takes the focus and keeps it, Escape leaves it, and all that is behind it is inert. The
 * function that is returned ends that and gives the focus back to what had it.
 */
export function makeModal(overlay: HTMLElement, layer: HTMLElement, panel: HTMLElement, o: { name: string; role?: string; escape?: () => void }): () => void {
  const before = focused();
  const list = open.get(overlay) ?? [];
  open.set(overlay, [...list, layer]);
  panel.role = o.role ?? "dialog";
  panel.ariaModal = "true";
  panel.ariaLabel = o.name;
  if (!panel.hasAttribute("tabindex")) panel.tabIndex = -1;
  shade(overlay);
  const keys = (e: KeyboardEvent): void => {
    if (e.key === "Escape" && o.escape && !e.defaultPrevented) {
      e.preventDefault();
      o.escape();
    } else if (e.key === "Tab") turn(e, panel);
  };
  layer.addEventListener("keydown", keys);
  if (document.hasFocus()) panel.focus({ preventScroll: true });
  let over = false;
  return () => {
    if (over) return;
    over = true;
    layer.removeEventListener("keydown", keys);
    open.set(overlay, (open.get(overlay) ?? []).filter((other) => other !== layer));
    layer.inert = true;
    shade(overlay);
    // A field would bring up a phone's keyboard again.
    if (before instanceof HTMLElement && before.isConnected && !(touched() && writes(before))) before.focus({ preventScroll: true });
  };
}

/** Only the dialog on top is within reach; toasts stay as they are. */
function shade(overlay: HTMLElement): void {
  const list = open.get(overlay) ?? [];
  for (const el of Array.from(overlay.parentElement?.children ?? [])) if (el !== overlay && !el.classList.contains("live")) (el as HTMLElement).inert = list.length > 0;
  list.forEach((layer, i) => (layer.inert = i < list.length - 1));
}

/** Keeps the Tab key inside a panel. */
function turn(e: KeyboardEvent, panel: HTMLElement): void {
  const all = [...panel.querySelectorAll<HTMLElement>(FOCUS)].filter((el) => el.checkVisibility());
  const [first, last] = [all[0], all.at(-1)];
  const at = document.activeElement;
  const out = e.shiftKey ? at === first || at === panel : at === last;
  if (first && last && panel.contains(at) && !out) return;
  e.preventDefault();
  (e.shiftKey ? last : first)?.focus();
}

function focused(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}

function touched(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}

function writes(el: HTMLElement): boolean {
  return el.isContentEditable || /^(input|textarea)$/.test(el.localName);
}
