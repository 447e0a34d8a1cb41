import type { Toast } from "../constants";
import { make } from "../components/component";
import { icon } from "../icons";
import { say } from "../live";
import { resourceURL } from "../resources";

/** Shows a toast for its duration; a loading toast stays. */
export function showToast(overlay: HTMLElement, t: Toast): void {
  show(overlay, t, t.icon || "success");
  const box = overlay.querySelector(".toast-layer");
  setTimeout(() => box?.remove(), t.duration || 1500);
}

/** Shows the loading toast until it is hidden. */
export function showLoading(overlay: HTMLElement, t: Toast): void {
  show(overlay, t, "loading");
}

/** Hides whatever toast is shown. */
export function hideToast(overlay: HTMLElement): void {
  overlay.querySelector(".toast-layer")?.remove();
  say("");
}

export const hideLoading = hideToast;

function show(overlay: HTMLElement, t: Toast, kind: string): void {
  hideToast(overlay);
  const box = make("div", `toast ${kind}`);
  if (t.image) {
    const image = make("img", "toast-image");
    image.src = resourceURL(t.image, "");
    image.alt = "";
    box.append(image);
  } else if (kind === "loading") {
    box.append(make("span", "spinner large"));
  } else if (kind !== "none") {
    box.append(icon(kind));
  }
  box.append(make("span", "toast-text", t.title));
  const layer = make("div", "toast-layer", box);
  layer.classList.toggle("mask", t.mask === true);
  overlay.append(layer);
  say(t.title);
}
