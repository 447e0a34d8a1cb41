import { make } from "../components/component";

/** A dimmed layer with a panel; close takes it away with its animation. */
export interface Layer {
  element: HTMLElement;
  panel: HTMLElement;
  close(): void;
}

/** Opens a panel over the page: at the bottom ("sheet") or in the middle ("dialog"). */
export function openLayer(overlay: HTMLElement, kind: "sheet" | "dialog", onMask?: () => void): Layer {
  const panel = make("div", kind);
  const element = make("div", `layer ${kind}-layer`, make("div", "mask"), panel);
  (element.firstElementChild as HTMLElement).onclick = () => onMask?.();
  overlay.append(element);
  void element.offsetWidth;
  element.classList.add("open");
  return {
    element,
    panel,
    close() {
      element.classList.remove("open");
      element.style.pointerEvents = "none";
      setTimeout(() => element.remove(), 260);
    },
  };
}
