import type { MediaSource, PreviewImage, PreviewMedia } from "../constants";
import { make } from "../components/component";
import { resourceURL } from "../resources";
import { t } from "../texts";
import { makeModal } from "./modality";

/** Shows images full-screen, one at a time, swiped sideways; a tap closes. */
export function previewImages(overlay: HTMLElement, p: PreviewImage): void {
  previewMedia(overlay, { sources: p.urls.map((url) => ({ url, type: "image" })), current: p.current });
}

/** Shows images and videos in the same way; a tap on a video's controls does not close. */
export function previewMedia(overlay: HTMLElement, p: PreviewMedia): void {
  const strip = make("div", "preview-strip");
  const counter = make("div", "preview-counter");
  strip.tabIndex = 0; // arrow keys turn it
  counter.ariaLive = "polite";
  const layer = make("div", "preview", strip, counter);
  for (const source of p.sources) strip.append(make("div", "preview-item", source.type === "video" ? video(source) : image(source)));
  const count = (): void => {
    const index = Math.round(strip.scrollLeft / Math.max(1, strip.clientWidth));
    counter.textContent = `${index + 1} / ${p.sources.length}`;
  };
  counter.hidden = p.sources.length < 2;
  strip.addEventListener("scroll", count, { passive: true });
  overlay.append(layer);
  const end = makeModal(overlay, layer, layer, { name: t.preview, escape: () => leave() });
  const leave = (): void => {
    end();
    layer.remove();
  };
  layer.onclick = leave;
  // The button is for who sees no picture to tap.
  const close = make("button", "preview-close", t.close);
  close.onclick = leave;
  layer.append(close);
  strip.scrollLeft = (p.current || 0) * strip.clientWidth;
  count();
}

function image(source: MediaSource): HTMLElement {
  const el = make("img");
  el.src = resourceURL(source.url, "");
  el.alt = "";
  return el;
}

function video(source: MediaSource): HTMLElement {
  const el = make("video");
  el.src = resourceURL(source.url, "");
  if (source.poster) el.poster = resourceURL(source.poster, "");
  el.controls = true;
  el.playsInline = true;
  el.onclick = (e) => e.stopPropagation();
  return el;
}
