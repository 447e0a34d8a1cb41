import { api } from "./api";
import type { App } from "./constants";
import { make } from "./dom";
import { appName } from "./i18n";
import { look } from "./look";

/** A mini-program's icon; a letter on its colour if it has none. */
export function appIcon(app: Pick<App, "id" | "name" | "names" | "color">, size = ""): HTMLElement {
  const letter = make("span", "letter", Array.from(appName(app))[0] ?? "?");
  const box = make("span", `app-icon ${size}`, letter);
  box.style.backgroundColor = app.color || colorOf(app.id);
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

/** A steady, pleasant colour for a name. */
function colorOf(id: string): string {
  let hash = 0;
  for (const c of id) hash = (hash * 31 + c.charCodeAt(0)) % 360;
  return `hsl(${hash} 58% 52%)`;
}
