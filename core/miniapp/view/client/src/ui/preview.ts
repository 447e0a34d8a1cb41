import type { PreviewImage } from "../constants";
import { make } from "../components/component";
import { resourceURL } from "../resources";

/** Shows images full-screen, one at a time, swiped sideways; a tap closes. */
export function previewImages(overlay: HTMLElement, p: PreviewImage): void {
  const strip = make("div", "preview-strip");
  const counter = make("div", "preview-counter");
  const layer = make("div", "preview", strip, counter);
  for (const url of p.urls) {
    const image = make("img");
    image.src = resourceURL(url, "");
    image.alt = "";
    strip.append(make("div", "preview-item", image));
  }
  const count = (): void => {
    const index = Math.round(strip.scrollLeft / Math.max(1, strip.clientWidth));
    counter.textContent = `${index + 1} / ${p.urls.length}`;
  };
  counter.hidden = p.urls.length < 2;
  strip.addEventListener("scroll", count, { passive: true });
  layer.onclick = () => layer.remove();
  overlay.append(layer);
  strip.scrollLeft = (p.current || 0) * strip.clientWidth;
  count();
}
