import { make } from "../components/component";
import { t } from "../texts";
import { makeModal } from "./modality";

/** A dimmed layer with a panel; close takes it away with its animation. */
export interface Layer {
  element: HTMLElement;
  panel: HTMLElement;
  /** Says what the panel is, for a screen reader. */
  name(text: string): void;
  close(): void;
}

/** Opens a panel over the page: at the bottom ("sheet") or in the middle ("dialog"). A tap beside it, or Escape, is a wish to leave. */
export function openLayer(overlay: HTMLElement, kind: "sheet" | "dialog", onMask?: () => void, onEscape = onMask): Layer {
  const panel = make("div", kind);
  const element = make("div", `layer ${kind}-layer`, make("div", "mask"), panel);
  (element.firstElementChild as HTMLElement).onclick = () => onMask?.();
  overlay.append(element);
  void element.offsetWidth;
  element.classList.add("open");
  const end = makeModal(overlay, element, panel, { name: t.dialog, ...(onEscape && { escape: onEscape }) });
  return {
    element,
    panel,
    name: (text) => (panel.ariaLabel = text),
    close() {
      element.classList.remove("open");
      element.style.pointerEvents = "none";
      end();
      setTimeout(() => element.remove(), 260);
    },
  };
}
