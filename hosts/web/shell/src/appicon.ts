import { api } from "./api";
import type { App } from "./constants";
import { make } from "./dom";
import { appName } from "./i18n";
import { inkOn, look } from "./look";

/** A mini-program's icon; a letter on its colour if it has none. */
export function appIcon(app: Pick<App, "id" | "name" | "names" | "color">, size = ""): HTMLElement {
  const letter = make("span", "letter", Array.from(appName(app))[0] ?? "?");
  const box = make("span", `app-icon ${size}`, letter);
  if (app.color) {
    box.style.backgroundColor = app.color;
    letter.style.color = inkOn(app.color);
  } else paint(box, app.id);
  const image = make("img");
  image.alt = "";
  image.onload = () => {
    letter.remove();
    box.style.backgroundColor = "";
  };
  image.onerror = () => image.remove();
  image.src = (app.id === "_brand" && look.brand.logo) || api.icon(app.id);
  box.append(image);
  return box;
}

/** A steady, pleasant colour for a name, far from that of names like it, and dark enough for a white letter in every hue. */
function paint(box: HTMLElement, id: string): void {
  let hash = 0;
  for (const c of id) hash = (hash * 31 + c.charCodeAt(0)) % 3600;
  const hue = (hash * 137) % 360;
  box.style.backgroundColor = `hsl(${hue} 55% 36%)`;
  box.style.backgroundColor = `oklch(0.54 0.12 ${hue})`; // where it is known: all hues are of one lightness
}
